//! `missing-required-mapping`

use crate::entra::{AttributeMapping, FlowType, ObjectMapping};
use crate::lint::{Level, Lint, Subject};
use crate::source::{Case, Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "missing-required-mapping",
    severity: Severity::Error,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/scim-entra-id",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

User mappings that leave out one of the attributes that Foundry syncs: `userName`, `externalId`, `displayName`, `emails`,
`name.givenName` and `name.familyName`; that map it from nothing; or that write it at the creation only. `active` has a lint
of its own.

## Why it matters

What is not mapped, Foundry does not learn before a login. Rules on it are not run when SCIM creates a user, and without
`externalId` the account cannot be joined with the login at all.

## Avoid

```yaml
entra: { exports: [schema.json] }
```

```json schema.json
{ "synchronizationRules": [ { "objectMappings": [ {
  "sourceObjectName": "User", "targetObjectName": "urn:ietf:params:scim:schemas:core:2.0:User",
  "attributeMappings": [
    { "targetAttributeName": "externalId", "matchingPriority": 1, "source": { "expression": "[objectId]" } },
    { "targetAttributeName": "userName", "matchingPriority": 2, "source": { "expression": "[userPrincipalName]" } },
    { "targetAttributeName": "active", "source": { "expression": "Not([IsSoftDeleted])" } },
    { "targetAttributeName": "displayName", "source": { "expression": "[displayName]" } },
    { "targetAttributeName": "name.givenName", "source": { "expression": "[givenName]" } },
    { "targetAttributeName": "name.familyName", "source": { "expression": "[surname]" } }
  ] } ] } ] }
```

## Prefer

```yaml
entra: { exports: [schema.json] }
```

```json schema.json
{ "synchronizationRules": [ { "objectMappings": [ {
  "sourceObjectName": "User", "targetObjectName": "urn:ietf:params:scim:schemas:core:2.0:User",
  "attributeMappings": [
    { "targetAttributeName": "externalId", "matchingPriority": 1, "source": { "expression": "[objectId]" } },
    { "targetAttributeName": "userName", "matchingPriority": 2, "source": { "expression": "[userPrincipalName]" } },
    { "targetAttributeName": "active", "source": { "expression": "Not([IsSoftDeleted])" } },
    { "targetAttributeName": "displayName", "source": { "expression": "[displayName]" } },
    { "targetAttributeName": "emails[type eq \"work\"].value", "source": { "expression": "[mail]" } },
    { "targetAttributeName": "name.givenName", "source": { "expression": "[givenName]" } },
    { "targetAttributeName": "name.familyName", "source": { "expression": "[surname]" } }
  ] } ] } ] }
```

## Source

https://www.palantir.com/docs/foundry/authentication/scim-entra-id

## Fix

None. The mapping is changed in Entra, not in the export.
"#;

/// What Foundry syncs, but for `active` (palantir.com/docs/foundry/authentication/scim-entra-id).
const REQUIRED: [&str; 6] = ["userName", "externalId", "displayName", "emails", "name.givenName", "name.familyName"];

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    for (_, mapping) in subject.project.user_mappings().filter(|(_, mapping)| !mapping.is_damaged) {
        let mut missing = Vec::new();
        for name in REQUIRED {
            let written = written_as(mapping, name);
            match written.first() {
                None => missing.push(name),
                Some(first) if written.iter().all(|attribute| attribute.sends().is_none()) => problems.push(unsent(first)),
                Some(first) if written.iter().all(|attribute| attribute.flow_type == FlowType::ObjectAddOnly) => {
                    problems.push(written_once(first));
                }
                Some(_) => {}
            }
        }
        problems.extend(not_mapped(mapping, &missing));
    }
}

/// What writes a synced attribute. One element of the list of addresses is enough: `emails[type eq "work"].value`.
fn written_as<'m>(mapping: &'m ObjectMapping, name: &str) -> Vec<&'m AttributeMapping> {
    let writes = |attribute: &&AttributeMapping| match name {
        "emails" => attribute.writes_part_of(name),
        _ => attribute.writes(name),
    };
    mapping.attribute_mappings.iter().filter(writes).collect()
}

fn not_mapped(mapping: &ObjectMapping, missing: &[&str]) -> Option<Problem> {
    let (verb, them) = match missing {
        [] => return None,
        [_] => ("has", "it"),
        _ => ("have", "each"),
    };
    let names: Vec<String> = missing.iter().map(|name| format!("`{name}`")).collect();
    let message = format!("{} {verb} no mapping", names.join(", "));
    let cases = missing.iter().map(|name| Case::new(&[name]));
    let problem = LINT.problem(mapping.member("attributeMappings").name(), message).cases(cases);
    let help = format!("add an attribute mapping for {them}, then restart provisioning");
    Some(problem.label("Foundry does not learn the value before a login").help(help))
}

fn unsent(attribute: &AttributeMapping) -> Problem {
    let message = format!("`{}` is mapped from nothing", attribute.target);
    let problem = LINT.problem(attribute.member("source").value(), message);
    problem.label("Foundry does not learn the value before a login").help("map it from an attribute of Entra")
}

fn written_once(attribute: &AttributeMapping) -> Problem {
    let message = format!("`{}` is written when the user is created and never again", attribute.target);
    let problem = LINT.problem(attribute.member("flowType").value(), message);
    problem.label("changes do not reach Foundry").help("apply the mapping always")
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::{findings, schema};

    const ALL: &str = "1 externalId <- [objectId]\n2 userName <- [mail]\ndisplayName <- [displayName]\n\
        emails[type eq \"work\"].value <- [mail]\nname.givenName <- [givenName]\nname.familyName <- [surname]";

    fn check(mappings: &str) -> Vec<String> {
        let found = findings(
            &LINT,
            &[("vestibule.yaml", "entra: { exports: [schema.json] }\n"), ("schema.json", &schema("User", mappings))],
        );
        found.into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn what_is_missing_is_named_in_one_finding() {
        let without = |start: &str| {
            let kept: Vec<&str> = ALL.lines().filter(|line| !line.contains(start)).collect();
            kept.join("\n")
        };
        assert_eq!(check(&without("emails")), ["`emails` has no mapping"]);
        assert_eq!(check(&without("name.")), ["`name.givenName`, `name.familyName` have no mapping"]);
    }

    #[test]
    fn what_is_written_once_is_found() {
        let once = ALL.replace("displayName <-", "displayName <~");
        assert_eq!(check(&once), ["`displayName` is written when the user is created and never again"]);
        let address = ALL.replace("value <-", "value <~");
        let expected = "`emails[type eq \"work\"].value` is written when the user is created and never again";
        assert_eq!(check(&address), [expected]);
        let another = format!("{address}\nemails[type eq \"other\"].value <- [otherMails]");
        assert_eq!(check(&another), [""; 0], "one element is enough");
    }

    #[test]
    fn what_is_mapped_from_nothing_is_found() {
        let schema = schema("User", ALL).replace(r#""source": {"expression":"[surname]"}"#, r#""source": null"#);
        let files = [("vestibule.yaml", "entra: { exports: [schema.json] }\n"), ("schema.json", schema.as_str())];
        let messages = findings(&LINT, &files).into_iter().map(|finding| finding.message);
        assert_eq!(messages.collect::<Vec<_>>(), ["`name.familyName` is mapped from nothing"]);
    }

    #[test]
    fn all_that_is_synced_and_groups_are_silent() {
        assert_eq!(check(ALL), [""; 0]);
        assert_eq!(check(&ALL.to_ascii_uppercase().replace("TYPE EQ \"WORK\"", "type eq \"other\"")), [""; 0]);
        let groups = schema("Group", "members <- [members]");
        let files = [("vestibule.yaml", "entra: { exports: [schema.json] }\n"), ("schema.json", groups.as_str())];
        assert!(findings(&LINT, &files).is_empty());
    }
}
