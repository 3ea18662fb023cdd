//! The groups of the snapshot by everything that a rule may call them, and the groups that rules name.

use std::collections::HashMap;

use super::comparison::{Comparison, comparisons};
use super::pattern;
use crate::condition::{GroupKey, Input, Operator, fold};
use crate::config::RuleRef;
use crate::scim::{Group, Kind, Record, Snapshot};
use crate::source::{Place, Span};

/// All groups of a snapshot, by name.
#[derive(Debug)]
pub(super) struct KnownGroups<'s> {
    by_name: HashMap<String, &'s Record<Group>>,
    by_external_id: HashMap<&'s str, &'s Record<Group>>,
    /// By `externalId` without case.
    by_folded_external_id: HashMap<String, &'s Record<Group>>,
    by_id: HashMap<&'s str, &'s Record<Group>>,
    names: Form,
    external_ids: Form,
}

/// What the names of groups look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// All are object ids.
    ObjectIds,
    /// None is.
    Names,
    /// Some are, or there is none.
    Mixed,
}

/// A group that a rule names.
#[derive(Clone, Debug)]
pub(super) struct NamedGroup<'c> {
    /// What it is called.
    pub(super) name: String,
    /// By which of its names.
    pub(super) key: GroupKey,
    /// Whether case counts, as in a pattern.
    pub(super) is_exact: bool,
    /// The comparison that it stands in.
    pub(super) comparison: Comparison<'c>,
    /// Where.
    pub(super) place: Place,
}

impl<'s> KnownGroups<'s> {
    /// Those of a snapshot; `None` where groups were not read, or not all of them.
    pub(super) fn of(snapshot: &'s Snapshot) -> Option<Self> {
        let is_whole = snapshot.completeness(Kind::Groups).is_complete() && snapshot.skipped(Kind::Groups) == 0;
        if !snapshot.was_read(Kind::Groups) || !is_whole {
            return None;
        }
        let mut known = KnownGroups {
            by_name: HashMap::new(),
            by_external_id: HashMap::new(),
            by_folded_external_id: HashMap::new(),
            by_id: HashMap::new(),
            names: Form::Mixed,
            external_ids: Form::Mixed,
        };
        let (mut names, mut external_ids) = (Vec::new(), Vec::new());
        for record in snapshot.groups() {
            let group = &record.resource;
            if let Some(name) = group.display_name().known().flatten() {
                known.by_name.entry(fold(name)).or_insert(record);
                names.push(is_object_id(name));
            }
            // In a dump of Entra's own the `externalId` has not passed the mapping.
            if let Some(id) = group.external_id().known().flatten().filter(|_| !snapshot.is_entra_dump()) {
                known.by_external_id.entry(id).or_insert(record);
                known.by_folded_external_id.entry(fold(id)).or_insert(record);
                external_ids.push(is_object_id(id));
            }
            if let Some(id) = group.id() {
                known.by_id.entry(id).or_insert(record);
            }
        }
        (known.names, known.external_ids) = (Form::of(&names), Form::of(&external_ids));
        Some(known)
    }

    /// Whether the snapshot has no group.
    pub(super) fn is_empty(&self) -> bool {
        self.by_name.is_empty() && self.by_id.is_empty()
    }

    /// The group of a name, without case.
    pub(super) fn called(&self, name: &str) -> Option<&'s Record<Group>> {
        self.by_name.get(&fold(name)).copied()
    }

    /// The group of an `externalId`, exactly.
    pub(super) fn with_external_id(&self, id: &str) -> Option<&'s Record<Group>> {
        self.by_external_id.get(id).copied()
    }

    /// The group of an `externalId` without case.
    pub(super) fn with_external_id_like(&self, id: &str) -> Option<&'s Record<Group>> {
        self.by_folded_external_id.get(&fold(id)).copied()
    }

    /// The group of an `id`.
    pub(super) fn with_id(&self, id: &str) -> Option<&'s Record<Group>> {
        self.by_id.get(id).copied()
    }

    /// Whether some group bears the name that a rule uses.
    pub(super) fn bears(&self, named: &NamedGroup<'_>) -> bool {
        match named.key {
            GroupKey::ExternalId => self.with_external_id(&named.name).is_some(),
            GroupKey::DisplayName => {
                let group = self.called(&named.name).and_then(|group| group.resource.display_name().known().flatten());
                group.is_some_and(|name| !named.is_exact || name == named.name)
            }
        }
    }

    /// Whether rules that call groups so use the wrong one of their names: names where all groups bear object ids, or an
    /// object id where none does.
    pub(super) fn is_of_the_wrong_form(&self, named: &NamedGroup<'_>) -> bool {
        if self.bears(named) {
            return false;
        }
        match (self.form(named.key), is_object_id(&named.name)) {
            (Form::ObjectIds, is_id) => !is_id,
            (Form::Names, is_id) => is_id,
            (Form::Mixed, _) => false,
        }
    }

    /// What groups are called by one of their names.
    pub(super) fn form(&self, key: GroupKey) -> Form {
        match key {
            GroupKey::DisplayName => self.names,
            GroupKey::ExternalId => self.external_ids,
        }
    }

    /// The names, in no particular order.
    pub(super) fn names(&self) -> impl Iterator<Item = &'s str> {
        self.by_name.values().filter_map(|group| group.resource.display_name().known().flatten())
    }
}

impl Form {
    fn of(are_ids: &[bool]) -> Form {
        match (are_ids.contains(&true), are_ids.contains(&false)) {
            (true, false) => Form::ObjectIds,
            (false, true) => Form::Names,
            _ => Form::Mixed,
        }
    }
}

/// Whether a text is an object id of Entra: `7c4d0d2a-5a3c-4f5e-9d0e-1b2c3d4e5f60`.
pub(super) fn is_object_id(text: &str) -> bool {
    let lengths = [8, 4, 4, 4, 12];
    let parts: Vec<&str> = text.split('-').take(lengths.len() + 1).collect();
    parts.len() == lengths.len()
        && parts.iter().zip(lengths).all(|(part, len)| part.len() == len && part.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// The provider groups that a rule names as a whole, in the order of its text.
pub(super) fn named_groups<'c>(rule: &RuleRef<'c>) -> Vec<NamedGroup<'c>> {
    let mut found = Vec::new();
    for comparison in comparisons(rule.when) {
        let (Input::ProviderGroups(key) | Input::Group(key)) = *comparison.input else { continue };
        let named = |name: String, is_exact, place| NamedGroup { name, key, is_exact, comparison, place };
        if let Some((source, ignore_case)) = comparison.pattern() {
            let place = comparison.place_in_pattern(Span::new(0, source.len()));
            let name = pattern::literal(source).filter(|name| !name.is_empty());
            found.extend(name.map(|name| named(name, !ignore_case, place)));
            continue;
        }
        let whole = matches!(
            comparison.operator,
            Operator::Eq | Operator::Ne | Operator::In | Operator::Includes | Operator::Excludes
        );
        if whole {
            let strings = comparison.strings().into_iter();
            found.extend(strings.map(|(name, place)| named(name.to_owned(), false, place)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::is_object_id;

    #[test]
    fn object_ids_are_told_from_names() {
        assert!(
            is_object_id("7c4d0d2a-5a3c-4f5e-9d0e-1b2c3d4e5f60")
                && is_object_id("7C4D0D2A-5A3C-4F5E-9D0E-1B2C3D4E5F60")
        );
        for name in ["", "EU-Finance", "7c4d0d2a-5a3c-4f5e-9d0e-1b2c3d4e5f6", "7c4d0d2a-5a3c-4f5e-9d0e-1b2c3d4e5f60-x"]
        {
            assert!(!is_object_id(name), "{name}");
        }
    }
}
