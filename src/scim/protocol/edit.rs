//! Changing one attribute of a resource (RFC 7644 sections 3.5.2.1 to 3.5.2.3).

use super::filter;
use super::path::AttributePath;
use super::refusal::{Refusal, ScimType};
use super::shape::{is_primary, items_of, shaped, shaped_list, sub_row, unprimary, weight, without_nulls};
use crate::condition::schema::Row;
use crate::scim::{Json, Object};
use crate::source::quoted;

/// What an operation does with its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Add,
    Remove,
    Replace,
}

/// How strictly a change is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strictness {
    /// As the RFC has it.
    Rfc,
    /// A server is known to have taken it.
    Taken,
}

/// What one request may cost, in values looked at: a hostile one must not take quadratic time.
#[derive(Debug)]
pub(super) struct Work(usize);

impl Work {
    /// Enough for a thousand operations on a resource of a thousand values.
    const MOST: usize = 1_000_000;
    /// How much a resource may hold: the values in it, and a 64th of their bytes. A PATCH copies it.
    const MOST_HELD: usize = 20_000;

    pub(super) fn new() -> Self {
        Work(Self::MOST)
    }

    pub(super) fn spend(&mut self, steps: usize) -> Result<(), Refusal> {
        match self.0.checked_sub(steps.max(1)) {
            Some(left) => {
                self.0 = left;
                Ok(())
            }
            None => Err(Refusal::status(413, "the request takes too many steps")),
        }
    }

    /// Refuses a resource that holds too much. Members do not count: they are kept beside it.
    pub(super) fn check_size(object: &Object) -> Result<(), Refusal> {
        let held: usize = object.entries().map(|(name, value)| name.len() / 64 + weight(value)).sum();
        if held > Self::MOST_HELD {
            return Err(Refusal::status(413, "the resource is too large"));
        }
        Ok(())
    }
}

/// One change of one attribute.
pub(super) struct Edit<'e> {
    pub(super) action: Action,
    pub(super) path: &'e AttributePath,
    /// The attribute in its schema, where that is known.
    pub(super) row: Option<&'static Row>,
    pub(super) value: Option<&'e Json>,
    pub(super) strictness: Strictness,
    pub(super) work: &'e mut Work,
}

impl Edit<'_> {
    /// What the attribute becomes; `null` where it has no value any more.
    pub(super) fn apply(&mut self, current: Json) -> Result<Json, Refusal> {
        if self.is_multi_valued(&current) { self.list(current) } else { self.single(current) }
    }

    /// Unknown attributes are what they look like.
    fn is_multi_valued(&self, current: &Json) -> bool {
        match self.row {
            Some(row) => row.multi_valued,
            None => {
                current.as_array().is_some()
                    || self.path.filter.is_some()
                    || self.path.sub.is_none() && matches!(self.value, Some(Json::Array(_)))
            }
        }
    }

    fn rows(&self) -> &'static [Row] {
        self.row.map_or(&[], |row| row.subs)
    }

    /// The value of an `add` or `replace`; `None` where it unassigns.
    fn assigned(&self) -> Option<&Json> {
        self.value.filter(|value| !value.is_absent())
    }

    fn single(&mut self, current: Json) -> Result<Json, Refusal> {
        if self.path.filter.is_some() {
            let detail = format!("{} has no values to select from", quoted(&self.path.attribute));
            return Err(Refusal::new(ScimType::InvalidPath, detail));
        }
        let value = if self.action == Action::Remove { None } else { self.assigned() };
        if let Some(sub) = &self.path.sub {
            let (value, mut element) = (value.cloned(), current);
            self.set_sub(&mut element, sub, value.as_ref())?;
            return Ok(without_nulls(element));
        }
        let Some(value) = value else { return Ok(Json::Null) };
        let value = shaped(value, self.row, &self.path.attribute, self.strictness)?;
        match (current, value) {
            // A complex attribute keeps the sub-attributes that are not mentioned, with `replace` too.
            (Json::Object(current), Json::Object(value)) => {
                self.merged(current, &value).map(|merged| without_nulls(Json::Object(merged)))
            }
            (_, value) => Ok(without_nulls(value)),
        }
    }

    fn list(&mut self, current: Json) -> Result<Json, Refusal> {
        let mut items = items_of(current);
        let filtered = self.path.filter.as_ref().map_or(1, filter::weight);
        let looked_at = if filtered > 1 { items.iter().map(weight).sum() } else { items.len() };
        self.work.spend(filtered.saturating_mul(looked_at))?;
        match self.action {
            Action::Remove => self.remove_from(&mut items)?,
            Action::Add | Action::Replace => {
                let changed = self.put_into(&mut items)?;
                self.keep_one_primary(&mut items, &changed)?;
            }
        }
        Ok(if items.is_empty() { Json::Null } else { Json::Array(items.into()) })
    }

    fn remove_from(&mut self, items: &mut Vec<Json>) -> Result<(), Refusal> {
        let rows = self.rows();
        let path = self.path;
        let selected = |item: &Json| path.filter.as_ref().is_none_or(|filter| filter::holds(filter, item, rows));
        if let Some(sub) = &path.sub {
            for item in items.iter_mut().filter(|item| selected(item)) {
                match item {
                    Json::Object(element) => drop(element.remove(sub)),
                    _ if sub.eq_ignore_ascii_case("value") => *item = Json::Null,
                    _ => {}
                }
            }
            items.retain(|item| !item.is_absent() && item.as_object().is_none_or(|element| !element.is_empty()));
            return Ok(());
        }
        // By the RFC a removal has no value. Entra names the values to remove, and means only these
        // (learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility).
        match self.value {
            Some(value) if *value != Json::Null && path.filter.is_none() => {
                let listed = value.as_array().unwrap_or(std::slice::from_ref(value));
                self.work.spend(listed.len().saturating_mul(items.len()))?;
                items.retain(|item| !listed.iter().any(|listed| is_meant(listed, item)));
            }
            _ => items.retain(|item| !selected(item)),
        }
        Ok(())
    }

    /// Adds to or replaces the values; the indices of those that were set.
    fn put_into(&mut self, items: &mut Vec<Json>) -> Result<Vec<usize>, Refusal> {
        match (&self.path.filter, &self.path.sub) {
            (None, None) => self.put_values(items),
            (None, Some(_)) => {
                if items.is_empty() && self.assigned().is_some() {
                    items.push(Json::Object(Object::default()));
                }
                let all = (0..items.len()).collect();
                self.put_each(items, all)
            }
            (Some(filter), _) => {
                let holds = |index: &usize| filter::holds(filter, &items[*index], self.rows());
                let mut selected: Vec<usize> = (0..items.len()).filter(holds).collect();
                if selected.is_empty() {
                    match filter::stated(filter) {
                        // Entra counts on this: the first value of `emails[type eq "work"].value` makes the element.
                        Some(stated) if self.assigned().is_some() => {
                            selected.push(items.len());
                            items.push(Json::Object(stated));
                        }
                        Some(_) => return Ok(selected),
                        None if self.strictness == Strictness::Taken => return Ok(selected),
                        None => {
                            let detail = format!("the filter of {} selects nothing", quoted(&self.path.attribute));
                            return Err(Refusal::new(ScimType::NoTarget, detail));
                        }
                    }
                }
                self.put_each(items, selected)
            }
        }
    }

    fn put_values(&mut self, items: &mut Vec<Json>) -> Result<Vec<usize>, Refusal> {
        let replaces = self.action == Action::Replace;
        let Some(value) = self.value else { return Ok(Vec::new()) };
        let incoming = shaped_list(value, self.row, &self.path.attribute, self.strictness)?;
        if replaces {
            *items = incoming;
            return Ok((0..items.len()).collect());
        }
        let mut changed = Vec::new();
        for value in incoming {
            self.work.spend(items.len())?;
            if !items.iter().any(|item| item.says_the_same(&value)) {
                changed.push(items.len());
                items.push(value);
            }
        }
        Ok(changed)
    }

    /// Sets the selected values, or the sub-attribute of each.
    fn put_each(&mut self, items: &mut Vec<Json>, selected: Vec<usize>) -> Result<Vec<usize>, Refusal> {
        let value = self.assigned().cloned();
        for &index in &selected {
            let Some(item) = items.get_mut(index) else { continue };
            match (&self.path.sub, &value) {
                (Some(sub), value) => self.set_sub(item, sub, value.as_ref())?,
                (None, None) => *item = Json::Null,
                (None, Some(value)) => *item = self.whole_value(item, value)?,
            }
        }
        let is_left = |item: &Json| !item.is_absent() && item.as_object().is_none_or(|element| !element.is_empty());
        if items.iter().all(is_left) {
            return Ok(selected);
        }
        items.retain(is_left);
        Ok(Vec::new())
    }

    /// A selected value as a whole: `replace` keeps nothing of it but what the filter says of it.
    fn whole_value(&mut self, item: &Json, value: &Json) -> Result<Json, Refusal> {
        let value = match value {
            Json::Array(values) if values.len() == 1 => &values[0],
            value => value,
        };
        let Json::Object(given) = value else {
            let mut element = item.clone();
            if element.as_object().is_some() || !self.rows().is_empty() {
                self.set_sub(&mut element, "value", Some(value))?;
                return Ok(element);
            }
            return Ok(value.clone());
        };
        let kept = match (self.action, item) {
            (Action::Replace, _) => self.path.filter.as_ref().and_then(filter::stated).unwrap_or_default(),
            (_, Json::Object(element)) => element.clone(),
            _ => Object::default(),
        };
        let given = shaped(&Json::Object(given.clone()), self.row, &self.path.attribute, self.strictness)?;
        match given {
            Json::Object(given) => self.merged(kept, &given).map(Json::Object),
            other => Ok(other),
        }
    }

    fn set_sub(&mut self, element: &mut Json, sub: &str, value: Option<&Json>) -> Result<(), Refusal> {
        let row = sub_row(self.row, sub);
        if self.row.is_some_and(|row| row.subs.is_empty()) {
            let detail = format!("{} has no sub-attribute {}", quoted(&self.path.attribute), quoted(sub));
            return Err(Refusal::new(ScimType::InvalidPath, detail));
        }
        if !matches!(element, Json::Object(_)) {
            let bare = std::mem::replace(element, Json::Null);
            *element = Json::Object(if bare.is_absent() { Object::default() } else { Object::of("value", bare) });
        }
        let Json::Object(element) = element else { return Ok(()) };
        match value {
            None => drop(element.remove(sub)),
            Some(value) => {
                self.work.spend(element.len())?;
                element.set(sub, shaped(value, row, sub, self.strictness)?);
            }
        }
        Ok(())
    }

    /// The sub-attributes of both; what is not mentioned stays, and `null` unassigns.
    fn merged(&mut self, mut current: Object, given: &Object) -> Result<Object, Refusal> {
        for (name, value) in given.entries() {
            self.work.spend(current.len())?;
            if value.is_absent() {
                current.remove(name);
            } else {
                current.set(name, value.clone());
            }
        }
        Ok(current)
    }

    /// A value that becomes primary takes that from the others (RFC 7644 section 3.5.2).
    fn keep_one_primary(&self, items: &mut [Json], changed: &[usize]) -> Result<(), Refusal> {
        let fresh: Vec<usize> =
            changed.iter().copied().filter(|&index| items.get(index).is_some_and(is_primary)).collect();
        match fresh.as_slice() {
            [] => Ok(()),
            [only] => {
                let others = items.iter_mut().enumerate().filter(|(index, item)| index != only && is_primary(item));
                others.for_each(|(_, item)| unprimary(item));
                Ok(())
            }
            _ if self.strictness == Strictness::Taken => Ok(()),
            _ => {
                let detail = format!("several values of {} are primary", quoted(&self.path.attribute));
                Err(Refusal::new(ScimType::InvalidValue, detail))
            }
        }
    }
}

/// Whether a value that is to be removed means this one: all that it says holds of it. A bare one is its `value`.
fn is_meant(listed: &Json, item: &Json) -> bool {
    let says = |listed: &Json, found: Option<&Json>| found.is_some_and(|found| found.says_the_same(listed));
    match (listed, item) {
        (Json::Object(listed), Json::Object(item)) => {
            let mut said = listed.entries().filter(|(_, value)| !value.is_absent()).peekable();
            said.peek().is_some() && said.all(|(name, value)| says(value, item.get(name)))
        }
        (Json::Object(listed), bare) => says(bare, listed.get("value")),
        (bare, Json::Object(item)) => says(bare, item.get("value")),
        (listed, item) => item.says_the_same(listed),
    }
}
