//! The chain of each field.

use crate::config::Config;
use crate::entra::{AttributeMapping, ObjectMapping};
use crate::project::Project;
use crate::source::Place;

use super::login::{Claims, Login};
use super::value::{Agreement, Value};

/// The chains of all fields that both sides send.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Who somebody is: SCIM's `externalId`.
    pub provider_id: Chain,
    /// What somebody is called: SCIM's `userName`.
    pub username: Chain,
    /// Which group a group is: `externalId` and `displayName`.
    pub groups: Chain,
}

/// What both sides send for one field.
#[derive(Clone, Debug)]
pub struct Chain {
    /// What SCIM sends, by each enabled mapping that sends it.
    pub sent: Vec<Sent>,
    /// What the login sends.
    pub login: Login,
}

/// What SCIM sends for a field.
#[derive(Clone, Debug)]
pub struct Sent {
    /// The SCIM attribute.
    pub attribute: &'static str,
    /// What it carries; `None` where the expression cannot be read, or there is none.
    pub value: Option<Value>,
    /// The normal form of its expression, with names as the export spells them.
    pub written: Option<String>,
    /// Where that is said.
    pub place: Place,
}

impl Identity {
    /// Follows the chains of a project.
    pub fn of(project: &Project, config: &Config) -> Identity {
        let claims = Claims::new(config, &project.entra);
        let schemas = || project.synchronization_schemas();
        let users = |attribute| sent(schemas().flat_map(|schema| schema.users()), &[attribute]);
        Identity {
            provider_id: Chain { sent: users("externalId"), login: claims.provider_id() },
            username: Chain { sent: users("userName"), login: claims.username() },
            groups: Chain {
                sent: sent(schemas().flat_map(|schema| schema.groups()), &["externalId", "displayName"]),
                login: claims.groups(),
            },
        }
    }
}

/// What the mappings send as these attributes.
fn sent<'m>(mappings: impl Iterator<Item = &'m ObjectMapping>, attributes: &[&'static str]) -> Vec<Sent> {
    let mut found = Vec::new();
    for mapping in mappings {
        for &attribute in attributes {
            found.extend(mapping.mapping(attribute).map(|mapping| Sent::of(attribute, mapping)));
        }
    }
    found
}

impl Sent {
    fn of(attribute: &'static str, mapping: &AttributeMapping) -> Sent {
        Sent { attribute, value: Value::of_mapping(mapping), written: mapping.sends(), place: mapping.sent_at() }
    }

    /// Whether it is what the login sends.
    pub fn agrees(&self, login: &Login) -> Agreement {
        match (&self.value, &login.value) {
            (Some(sent), Some(login)) => sent.agrees(login),
            _ => Agreement::Unknown,
        }
    }
}

impl Chain {
    /// Whether all that SCIM sends is what the login sends.
    pub fn agreement(&self) -> Agreement {
        let all: Vec<_> = self.sent.iter().map(|sent| sent.agrees(&self.login)).collect();
        match () {
            () if all.contains(&Agreement::No) => Agreement::No,
            () if all.is_empty() || all.contains(&Agreement::Unknown) => Agreement::Unknown,
            () => Agreement::Yes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{Memory, Overrides};
    use crate::source::Sources;

    const OID: &str = "http://schemas.microsoft.com/identity/claims/objectidentifier";

    fn identity(document: &str, exports: &[(&str, &str)]) -> Identity {
        let mut memory = Memory::default();
        memory.insert("vestibule.yaml", format!("version: 1\norganizations: [{{ name: A }}]\n{document}"));
        for (name, content) in exports {
            memory.insert(format!("entra/{name}"), *content);
        }
        let mut sources = Sources::default();
        let project = Project::load(&memory, "vestibule.yaml".as_ref(), &Overrides::default(), &mut sources);
        let config = project.config.as_ref().unwrap_or_else(|| panic!("{:?}", project.problems));
        Identity::of(&project, config)
    }

    fn schema(external_id: &str) -> String {
        format!(
            r#"{{"synchronizationRules": [{{"objectMappings": [{{"sourceObjectName": "User", "attributeMappings":
            [{{"targetAttributeName": "externalId", "source": {{"expression": "{external_id}"}}}}]}}]}}]}}"#
        )
    }

    /// The document, the exports and what the login sends as Provider ID.
    #[test]
    fn the_source_of_a_claim_is_taken_from_who_knows_best() {
        let mapped = |claim: &str, stated: &str| {
            format!(
                "provider: {{ name: x, attribute-mapping: {{ provider-id: '{claim}' }} }}\n\
                 entra: {{ exports: [entra/], sources: {{ {stated} }} }}\n"
            )
        };
        let check = |document: &str, exports: &[(&str, &str)], expected: Option<&str>| {
            let mut exports = exports.to_vec();
            exports.push(("note.json", "{}"));
            let login = identity(document, &exports).provider_id.login;
            assert_eq!(login.value.map(|value| value.to_string()).as_deref(), expected, "{document}");
        };
        let mapping_policy = r#"{"ClaimsMappingPolicy": {"ClaimsSchema": [{"Source": "user", "ID": "employeeid",
            "SamlClaimType": "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier"}]}}"#;
        let custom_policy = r##"{"includeBasicClaimSet": true, "claims": [{"@odata.type": "#microsoft.graph.samlNameIdClaim",
            "configurations": [{"attribute": {"id": "mail", "source": "user"}}]}]}"##;
        check(&mapped(OID, ""), &[], Some("[objectid]"));
        check(&mapped(OID, "claims: { a: user.mail }"), &[("p.json", mapping_policy)], Some("[objectid]"));
        check(&mapped("NameID", ""), &[], None);
        check(&mapped("NameID", "name-id: user.userprincipalname"), &[], Some("[userprincipalname]"));
        check(&mapped("NameID", "name-id: user.mail"), &[("p.json", custom_policy)], Some("[mail]"));
        let both = [("a.json", mapping_policy), ("b.json", custom_policy)];
        check(&mapped("NameID", "name-id: user.mail"), &both, Some("[employeeid]"));
        check(&mapped("id", "claims: { ID: user.objectid }"), &[], Some("[objectid]"));
        check(&mapped("id", ""), &[], None);
        check("provider: { name: x }\nentra: { sources: { name-id: user.mail } }\n", &[], Some("[mail]"));
        check("provider: { name: x, protocol: oidc }\nentra: { sources: { name-id: user.mail } }\n", &[], None);
    }

    #[test]
    fn the_groups_claim_carries_what_the_application_says() {
        let check = |manifest: &str, expected: Option<&str>| {
            let document = "provider: { name: x, attribute-mapping: { groups: { claim: groups } } }\n\
                            entra: { exports: [entra/] }\n";
            let login = identity(document, &[("manifest.json", manifest)]).groups.login;
            assert_eq!(login.value.map(|value| value.to_string()).as_deref(), expected, "{manifest}");
        };
        let with = |membership: &str, properties: &str| {
            format!(
                r#"{{"groupMembershipClaims": {membership}, "optionalClaims":
                {{"saml2Token": [{{"name": "groups", "additionalProperties": {properties}}}]}}}}"#
            )
        };
        check(r#"{"groupMembershipClaims": "SecurityGroup"}"#, Some("[objectid]"));
        check(r#"{"groupMembershipClaims": null}"#, None);
        check(&with("\"ApplicationGroup\"", r#"["cloud_displayname"]"#), Some("[displayname]"));
        check(&with("\"All\"", r#"["cloud_displayname"]"#), Some("[objectid]"));
        check(&with("\"All\"", r#"["sam_account_name", "emit_as_roles"]"#), Some("[onpremisessamaccountname]"));
        let both = with("\"ApplicationGroup\"", r#"["sam_account_name", "cloud_displayname"]"#);
        check(&both, Some("one value or another, by conditions"));
        check(&with("\"DirectoryRole\"", "[]"), None);
    }

    #[test]
    fn a_chain_agrees_where_every_mapping_does() {
        let document = format!(
            "provider: {{ name: x, attribute-mapping: {{ provider-id: '{OID}' }} }}\nentra: {{ exports: [entra/] }}\n"
        );
        let agreement = |exports: &[(&str, &str)]| identity(&document, exports).provider_id.agreement();
        let (same, other) = (schema("[objectId]"), schema("[mail]"));
        assert_eq!(agreement(&[("a.json", &same)]), Agreement::Yes);
        assert_eq!(agreement(&[("a.json", &same), ("b.json", &other)]), Agreement::No);
        assert_eq!(agreement(&[("a.json", &schema("[mail"))]), Agreement::Unknown);
        assert_eq!(agreement(&[("a.json", "{}")]), Agreement::Unknown);
    }
}
