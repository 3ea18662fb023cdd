//! What a login fills otherwise under one of two configurations, in a way that no formula says.

use std::collections::BTreeSet;

use super::rules::Book;
use crate::condition::{Input, Term};
use crate::config::{Claim, MappedAttribute, Sited};

/// The inputs that a claim fills under both configurations, but not with the same.
///
/// Formulas speak of the values of an input. That a login sees nested groups, or takes a value from another claim, is not
/// among them.
#[derive(Debug, Default)]
pub(super) struct Remapped {
    groups: bool,
    email: bool,
    /// Foundry attributes, by name.
    attributes: BTreeSet<String>,
}

impl Remapped {
    pub(super) fn between(old: &Book<'_>, new: &Book<'_>) -> Remapped {
        let [before, after] = [old, new].map(|book| &book.config.provider);
        let (one, other) = (&before.attribute_mapping, &after.attribute_mapping);
        let claim = |claim: &Option<Sited<Claim>>| claim.as_ref().map(|claim| claim.value.as_str().to_owned());
        let groups = |book: &Book<'_>| {
            let provider = &book.config.provider;
            let mapping = provider.attribute_mapping.groups.as_ref();
            let claim = mapping.map(|mapping| mapping.claim.value.as_str().to_owned());
            let pattern = mapping.and_then(|mapping| mapping.pattern.as_ref()).map(|pattern| pattern.value.clone());
            (book.engine.login_sees_nested_groups(), provider.groups_import, claim, pattern)
        };
        let mut attributes = BTreeSet::new();
        for (field, before, after) in [
            ("multipass:email:primary", &one.email, &other.email),
            ("multipass:given-name", &one.first_name, &other.first_name),
            ("multipass:family-name", &one.last_name, &other.last_name),
        ] {
            if claim(before) != claim(after) {
                attributes.insert(field.to_owned());
            }
        }
        // Where the mapping names the SCIM attribute, that is what the formulas speak of.
        let from = |mapped: &MappedAttribute| (mapped.scim.is_none(), mapped.claim.value.as_str().to_owned());
        for (name, mapped) in &one.attributes {
            let now = other.attributes.get(name).map(from);
            if now.is_some_and(|(is_open, claim)| is_open && from(mapped) != (is_open, claim)) {
                attributes.insert(name.clone());
            }
        }
        Remapped { groups: groups(old) != groups(new), email: claim(&one.email) != claim(&other.email), attributes }
    }

    /// Whether a condition asks for any of it.
    pub(super) fn is_asked_by(&self, term: &Term) -> bool {
        term.tests().any(|test| match &test.input {
            Input::ProviderGroups(_) => self.groups,
            Input::Email => self.email,
            Input::Foundry(name) => self.attributes.contains(name),
            _ => false,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::analysis::Comparison;
    use crate::config::Config;

    /// How many questions have no answer where nothing but the provider differs.
    #[track_caller]
    fn check(old: &str, new: &str, expected: usize) {
        let config = |provider: &str| {
            let text = format!(
                "version: 1\nprovider: {{ name: p{provider} }}\norganizations: [{{ name: A }}]\n\
                 organization-assignment:\n  users:\n    - {{ rule: g, when: provider.groups pr, organization: A }}\n    \
                 - {{ rule: t, when: 'attributes.\"multipass:given-name\" eq \"x\"', organization: A }}\n    \
                 - {{ rule: e, when: email pr, organization: A }}\n"
            );
            Config::parse("vestibule.yaml", &text).expect("a configuration")
        };
        let compared = Comparison::new(&config(old), &config(new)).run();
        assert_eq!((compared.differences.len(), compared.unknown.len()), (0, expected), "{old} {new}");
    }

    #[test]
    fn what_a_login_fills_otherwise_is_no_proof() {
        check("", "", 0);
        check(", groups-claim: direct", ", groups-claim: transitive", 2);
        check("", ", attribute-mapping: { email: mail }", 2);
        check(
            ", attribute-mapping: { groups: { claim: a } }",
            ", attribute-mapping: { groups: { claim: a, pattern: 'x(.*)' } }",
            2,
        );
        check(", attribute-mapping: { first-name: a }", ", attribute-mapping: { first-name: b }", 2);
        check(", attribute-mapping: { username: a }", ", attribute-mapping: { username: b }", 0);
    }
}
