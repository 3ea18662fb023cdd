//! Resources by id, and in the order in which they were created.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Resources of one kind.
#[derive(Clone, Debug)]
pub(super) struct Store<T> {
    by_id: HashMap<Arc<str>, (u64, T)>,
    in_order: BTreeMap<u64, Arc<str>>,
    next: u64,
}

impl<T> Default for Store<T> {
    fn default() -> Self {
        Store { by_id: HashMap::new(), in_order: BTreeMap::new(), next: 0 }
    }
}

impl<T> Store<T> {
    pub(super) fn contains(&self, id: &str) -> bool {
        self.by_id.contains_key(id)
    }

    pub(super) fn get(&self, id: &str) -> Option<&T> {
        self.by_id.get(id).map(|(_, resource)| resource)
    }

    pub(super) fn get_mut(&mut self, id: &str) -> Option<&mut T> {
        self.by_id.get_mut(id).map(|(_, resource)| resource)
    }

    /// Which one it is in the order of creation; a number is not used again.
    pub(super) fn order(&self, id: &str) -> Option<u64> {
        self.by_id.get(id).map(|(order, _)| *order)
    }

    /// The id of the resource with this number.
    pub(super) fn id(&self, order: u64) -> Option<&Arc<str>> {
        self.in_order.get(&order)
    }

    /// Adds a resource under an id that no other has; its number.
    pub(super) fn insert(&mut self, id: &str, resource: T) -> u64 {
        let order = self.next;
        self.next += 1;
        let id: Arc<str> = id.into();
        self.in_order.insert(order, id.clone());
        self.by_id.insert(id, (order, resource));
        order
    }

    pub(super) fn remove(&mut self, id: &str) -> Option<(u64, T)> {
        let removed = self.by_id.remove(id)?;
        self.in_order.remove(&removed.0);
        Some(removed)
    }

    /// All of them, in the order of creation.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        self.in_order.values().filter_map(|id| self.get(id).map(|resource| (&**id, resource)))
    }

    pub(super) fn len(&self) -> usize {
        self.in_order.len()
    }
}
