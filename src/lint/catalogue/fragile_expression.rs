//! `fragile-expression`

use crate::entra::{AttributeMapping, Expression, ExpressionKind, MistakeKind};
use crate::identity::{attribute_key, is_always_set};
use crate::lint::{Level, Lint, Subject};
use crate::source::Span;
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "fragile-expression",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/functions-for-customizing-application-data",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

Expressions among the synced attributes that Microsoft documents to fail or to send nothing: a function that is spelt in
another case or misspelt, a wrong number of arguments, `Switch` outside of `active`, `IIF` over an attribute that may be
empty, an expression that cannot be read or is too long.

## Why it matters

An expression that fails stops the person from being provisioned. One that comes to nothing empties the attribute in
Foundry when something else of the person changes.

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
    { "targetAttributeName": "displayName", "source": { "expression": "Tolower([displayName])" } },
    { "targetAttributeName": "emails[type eq \"work\"].value", "source": { "expression": "[mail]" } },
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
    { "targetAttributeName": "displayName", "source": { "expression": "ToLower([displayName])" } },
    { "targetAttributeName": "emails[type eq \"work\"].value", "source": { "expression": "[mail]" } },
    { "targetAttributeName": "name.givenName", "source": { "expression": "[givenName]" } },
    { "targetAttributeName": "name.familyName", "source": { "expression": "[surname]" } }
  ] } ] } ] }
```

## Source

https://learn.microsoft.com/entra/identity/app-provisioning/functions-for-customizing-application-data

## Fix

None. The mapping is changed in Entra, not in the export.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    const SYNCED: [&str; 7] = ["userName", "externalId", "active", "displayName", "emails", "name", "members"];
    let project = subject.project;
    for (_, mapping) in project.user_mappings().chain(project.group_mappings()) {
        let synced = mapping.attribute_mappings.iter().filter(|one| SYNCED.iter().any(|name| one.writes_part_of(name)));
        problems.extend(synced.filter_map(fragile));
    }
}

/// The first thing that is fragile about what a mapping sends.
fn fragile(mapping: &AttributeMapping) -> Option<Problem> {
    let source = mapping.source.as_ref()?;
    let found = match source.tree() {
        Err(mistake) => {
            Fragile { span: mistake.span, message: mistake.message.clone(), help: "correct the expression".to_owned() }
        }
        Ok(tree) => mistaken(tree).or_else(|| empties(mapping, tree))?,
    };
    let problem = LINT.problem(mapping.sent_within(found.span), &*found.message).fact(&[&found.message]);
    Some(problem.label(format!("sent as `{}`", mapping.target)).help(found.help))
}

struct Fragile {
    span: Span,
    message: String,
    help: String,
}

fn mistaken(tree: &Expression) -> Option<Fragile> {
    let mistake = tree.mistakes().into_iter().next()?;
    let help = match mistake.kind {
        MistakeKind::MisspeltFunction(meant) => format!("write `{meant}`: names of functions are case-sensitive"),
        _ => "give the function the arguments that Microsoft documents".to_owned(),
    };
    Some(Fragile { span: mistake.span, message: mistake.message, help })
}

fn empties(mapping: &AttributeMapping, tree: &Expression) -> Option<Fragile> {
    // `lossy-external-id` speaks of an identifier.
    if mapping.writes("externalId") {
        return None;
    }
    let call = |wanted: &str| tree.walk().into_iter().find(|one| one.as_call().is_some_and(|(name, _)| name == wanted));
    if let Some(switch) = call("Switch").filter(|_| !mapping.writes("active")) {
        let message = "`Switch` may come to nothing when another attribute changes".to_owned();
        return Some(Fragile { span: switch.span, message, help: "use `IIF` instead".to_owned() });
    }
    let iif = call("IIF")?;
    let (_, arguments) = iif.as_call()?;
    let ExpressionKind::Comparison { sides, .. } = &arguments.first()?.as_ref()?.kind else { return None };
    let nullable =
        sides.iter().filter_map(Expression::as_attribute).find(|name| !is_always_set(&attribute_key(name)))?;
    let message = format!("`IIF` fails for whoever has no `{nullable}`");
    Some(Fragile {
        span: iif.span,
        message,
        help: "compare an attribute that everybody has, or use `IsNullOrEmpty`".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::{schema, underlined_in_schema};

    fn check(target: &str, expression: &str) -> Vec<String> {
        underlined_in_schema(&LINT, "", &schema("User", &format!("{target} <- {expression}")))
    }

    #[test]
    fn what_fails_is_found_where_it_stands() {
        assert_eq!(check("displayName", "Append([a], tolower([mail]))"), ["tolower"]);
        assert_eq!(check("displayName", "Join([a])"), ["Join([a])"]);
        assert_eq!(check("displayName", "[mail").len(), 1);
        assert_eq!(check("name.givenName", r#"Switch([a], [b], "x", "y")"#).len(), 1);
        assert_eq!(check("userName", r#"IIF([country] = "DE", [mail], [userPrincipalName])"#).len(), 1);
        assert_eq!(check("externalId", "tolower([objectId])"), ["tolower"]);
    }

    #[test]
    fn what_holds_is_silent() {
        assert!(check("active", r#"Switch([IsSoftDeleted], , "False", "True", "True", "False")"#).is_empty());
        assert!(check("userName", r#"IIF(IsNullOrEmpty([mail]), [userPrincipalName], [mail])"#).is_empty());
        assert!(check("userName", r#"IIF([accountEnabled] = "True", [mail], [mail])"#).is_empty());
        assert!(check("displayName", "SomethingQuiteNew([a])").is_empty(), "Microsoft adds functions");
        assert!(check("title", r#"Switch([a], , "x", "y")"#).is_empty(), "Foundry does not sync it");
        assert!(check("externalId", r#"Switch([a], [b], "x", "y")"#).is_empty(), "another lint's fact");
    }
}
