//! The names of attributes, each held once.

use std::collections::HashMap;
use std::sync::Arc;

/// Names met so far: a snapshot repeats the same few names for every user, and holds each text once.
#[derive(Debug, Default)]
pub(crate) struct Names {
    met: Vec<Met>,
    by_text: HashMap<Arc<str>, usize>,
    last: usize,
    exact: bool,
}

#[derive(Debug)]
struct Met {
    name: Arc<str>,
    /// The name that came after this one the last time. Records of one server repeat the order of their names, so the
    /// next one is mostly found without hashing.
    next: usize,
}

impl Names {
    /// Names of which two are the same only where every letter agrees, as in JSON that is not SCIM.
    pub(crate) fn exact() -> Self {
        Names { exact: true, ..Names::default() }
    }

    pub(super) fn intern(&mut self, name: &str) -> Arc<str> {
        let guess = self.met.get(self.last).and_then(|last| self.met.get(last.next).map(|met| (last.next, met)));
        if let Some((index, met)) = guess.filter(|(_, met)| *met.name == *name) {
            self.last = index;
            return met.name.clone();
        }
        let index = match self.by_text.get(name) {
            Some(&index) => index,
            None => self.add(name.into()),
        };
        if let Some(last) = self.met.get_mut(self.last) {
            last.next = index;
        }
        self.last = index;
        self.met[index].name.clone()
    }

    fn add(&mut self, name: Arc<str>) -> usize {
        let index = self.met.len();
        self.by_text.insert(name.clone(), index);
        self.met.push(Met { name, next: 0 });
        index
    }

    pub(super) fn same(&self, a: &str, b: &str) -> bool {
        if self.exact { a == b } else { a.eq_ignore_ascii_case(b) }
    }

    /// The text by which equal names are equal.
    pub(super) fn key(&self, name: &str) -> Box<str> {
        if self.exact { name.into() } else { name.to_ascii_lowercase().into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_held_once_in_whatever_order_it_comes() {
        let mut names = Names::default();
        let first: Vec<Arc<str>> = ["a", "b", "A", "a"].iter().map(|name| names.intern(name)).collect();
        let again: Vec<Arc<str>> = ["a", "A", "b", "b"].iter().map(|name| names.intern(name)).collect();
        assert_eq!(again.iter().map(|name| &**name).collect::<Vec<_>>(), ["a", "A", "b", "b"]);
        assert!(Arc::ptr_eq(&first[0], &first[3]) && Arc::ptr_eq(&first[0], &again[0]));
        assert!(Arc::ptr_eq(&first[1], &again[2]) && Arc::ptr_eq(&first[2], &again[1]));
    }
}
