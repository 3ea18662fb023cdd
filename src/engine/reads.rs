//! What of a SCIM user decisions can depend on.

use super::Engine;
use super::compile::Organizations;
use super::origins::{Origins, Source};
use crate::condition::{Attribute, Input, Term};
use crate::scim::Projection;

/// What decisions can depend on, apart from what Foundry's export says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reads {
    /// The attributes of the user.
    pub(crate) attributes: Projection,
    /// Whether provider groups are among it.
    pub(crate) provider_groups: bool,
}

impl Engine {
    /// What a decision about a user can depend on: a user with no other attributes is decided alike.
    pub(crate) fn reads(&self) -> Reads {
        let rules = &self.rules;
        let organizations = match &rules.organizations {
            Organizations::Rules { rules, .. } => rules.as_slice(),
            Organizations::Absent | Organizations::Default(_) => &[],
        };
        let terms = rules.intake.iter().map(|rule| &rule.term);
        let terms = terms.chain(organizations.iter().map(|rule| &rule.term));
        let terms = terms.chain(rules.groups.iter().map(|rule| &rule.term));
        let mut reads = Reads::default();
        terms.flat_map(Term::tests).for_each(|test| reads.add(&test.input, &self.origins));
        if reads.provider_groups {
            // Where there is no group, users may say themselves which groups they are in.
            reads.attributes.keep(None, "groups");
        }
        reads
    }
}

impl Reads {
    fn add(&mut self, input: &Input, origins: &Origins) {
        match input {
            Input::Scim(attribute) => self.attribute(attribute),
            Input::Email => self.attributes.keep(None, "emails"),
            Input::Foundry(name) => match name.as_str() {
                "multipass:email:primary" => self.attributes.keep(None, "emails"),
                "multipass:given-name" | "multipass:family-name" => self.attributes.keep(None, "name"),
                name => match origins.claimed(name).map(|origin| &origin.source) {
                    Some(Source::Stated(attribute) | Source::SameName(attribute)) => self.attribute(attribute),
                    Some(Source::Unknown) | None => {}
                },
            },
            Input::ProviderGroups(_) => self.provider_groups = true,
            // The filter of an attribute is tested on what is kept of it.
            Input::InternalGroups | Input::Group(_) | Input::Element(..) => {}
        }
    }

    fn attribute(&mut self, attribute: &Attribute) {
        self.attributes.keep(attribute.extension.as_deref(), &attribute.name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Config;

    #[test]
    fn attributes_are_read_wherever_a_rule_asks_for_them() {
        let config = Config::parse(
            "vestibule.yaml",
            r#"
version: 1
provider:
  name: p
  attribute-mapping: { attributes: { title: { claim: t }, team: { claim: u, scim: userType } } }
organizations: [{ name: A }]
groups: { rule-based: [G] }
user-intake:
  rules: [{ rule: i, when: active eq true, decision: admit }]
organization-assignment:
  users:
    - { rule: o, when: 'emails[type eq "work" and value ew "@a.com"] or attributes.team eq "x"', organization: A }
group-assignment:
  - { rule: g, when: 'attributes.title eq "x" or department eq "F" or attributes."multipass:given-name" eq "Ada"', groups: [G] }
"#,
        )
        .expect("a sound configuration");
        let reads = Engine::compile(&config).reads();
        let mut expected = Projection::default();
        for name in ["active", "emails", "usertype", "title", "name"] {
            expected.keep(None, name);
        }
        expected.keep(Some(crate::condition::ENTERPRISE_USER), "department");
        assert!(!reads.provider_groups);
        let names = |projection: &Projection| {
            format!("{projection:?}").split('"').map(str::to_owned).collect::<std::collections::BTreeSet<_>>()
        };
        assert_eq!(names(&reads.attributes), names(&expected));
    }

    #[test]
    fn groups_are_read_where_a_rule_asks_for_them() {
        let config = Config::parse(
            "vestibule.yaml",
            r#"
version: 1
provider: { name: p }
organizations: [{ name: A }]
organization-assignment:
  users: [{ rule: o, when: 'provider.groups includes "G"', organization: A }]
"#,
        )
        .expect("a sound configuration");
        assert!(Engine::compile(&config).reads().provider_groups);
    }
}
