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
`name.givenName` and `name.familyName`; or that write it at the creation only. `active` has a lint of its own.

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
        let lacking: Vec<&str> = REQUIRED.into_iter().filter(|name| !is_mapped(mapping, name)).collect();
        let missing: Vec<String> = lacking.iter().map(|name| format!("`{name}`")).collect();
        if !missing.is_empty() {
            let (verb, them) = if missing.len() == 1 { ("has", "it") } else { ("have", "each") };
            problems.push(
                LINT.problem(
                    mapping.member("attributeMappings").name(),
                    format!("{} {verb} no mapping", missing.join(", ")),
                )
                .cases(lacking.iter().map(|name| Case::new(&[name])))
                .label("Foundry does not learn the value before a login")
                .help(format!("add an attribute mapping for {them}, then restart provisioning")),
            );
        }
        problems.extend(REQUIRED.iter().filter_map(|name| mapping.mapping(name)).filter_map(written_once));
    }
}

fn is_mapped(mapping: &ObjectMapping, name: &str) -> bool {
    if name == "emails" {
        // One element of the list is enough: `emails[type eq "work"].value`.
        return mapping.attribute_mappings.iter().any(|attribute| attribute.writes_part_of("emails"));
    }
    mapping.mapping(name).is_some()
}

fn written_once(attribute: &AttributeMapping) -> Option<Problem> {
    if attribute.flow_type != FlowType::ObjectAddOnly {
        return None;
    }
    let message = format!("`{}` is written when the user is created and never again", attribute.target);
    let problem = LINT.problem(attribute.member("flowType").value(), message);
    Some(problem.label("changes do not reach Foundry").help("apply the mapping always"))
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
