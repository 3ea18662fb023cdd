//! `broken-active-mapping`

use crate::entra::{Expression, ExpressionKind, FlowType};
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "broken-active-mapping",
    severity: Severity::Error,
    level: Level::Default,
    source: "https://learn.microsoft.com/entra/identity/app-provisioning/how-provisioning-works",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

User mappings in which `active` does not say whether the person may still sign in: it is missing, inverted, a constant,
written only at the creation, or mapped from `accountEnabled`, which stays true when a person leaves the application.

## Why it matters

Entra disables a leaver in Foundry by `active` alone. Where it says something else, leavers stay active, or everybody is
disabled.

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
    { "targetAttributeName": "active", "source": { "expression": "[IsSoftDeleted]" } },
    { "targetAttributeName": "displayName", "source": { "expression": "[displayName]" } },
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
    { "targetAttributeName": "active", "source": { "expression": "Switch([IsSoftDeleted], , \"False\", \"True\", \"True\", \"False\")" } },
    { "targetAttributeName": "displayName", "source": { "expression": "[displayName]" } },
    { "targetAttributeName": "emails[type eq \"work\"].value", "source": { "expression": "[mail]" } },
    { "targetAttributeName": "name.givenName", "source": { "expression": "[givenName]" } },
    { "targetAttributeName": "name.familyName", "source": { "expression": "[surname]" } }
  ] } ] } ] }
```

## Source

https://learn.microsoft.com/entra/identity/app-provisioning/how-provisioning-works

## Fix

None. The mapping is changed in Entra, not in the export.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    const HELP: &str =
        "map `active` from `Switch([IsSoftDeleted], , \"False\", \"True\", \"True\", \"False\")`, always";
    for (_, mapping) in subject.project.user_mappings().filter(|(_, mapping)| !mapping.is_damaged) {
        let Some(active) = mapping.mapping("active") else {
            let problem = LINT.problem(mapping.member("attributeMappings").name(), "`active` has no mapping");
            problems.push(problem.label("leavers stay active").help(HELP));
            continue;
        };
        let (place, message) = if active.flow_type == FlowType::ObjectAddOnly {
            let message = "`active` is written when the user is created and never again";
            (active.member("flowType").value(), message.to_owned())
        } else if let Some(message) = active.expression().as_ref().and_then(mistake) {
            (active.sent_at(), message)
        } else {
            continue;
        };
        let fact = [message.as_str(), &active.sends().unwrap_or_default()];
        problems.push(LINT.problem(place, &message).fact(&fact).label("not whether the person is still there").help(HELP));
    }
}

/// What is wrong with what `active` is mapped from. `IsSoftDeleted` holds for whoever is deleted, disabled or no longer
/// assigned (learn.microsoft.com/entra/identity/app-provisioning/how-provisioning-works).
fn mistake(expression: &Expression) -> Option<String> {
    if expression.as_text().is_some() || expression.attributes().next().is_none() {
        return Some("`active` is the same for everybody".to_owned());
    }
    if expression.attributes().all(|name| name.eq_ignore_ascii_case("accountEnabled")) {
        return Some(
            "`active` is mapped from `accountEnabled`, which stays true for whoever is no longer assigned".to_owned(),
        );
    }
    match follows(expression)? {
        Follows::Stayer => None,
        Follows::Leaver => Some("`active` is mapped the wrong way round: whoever is deleted is active".to_owned()),
        Follows::Neither(key) => Some(format!("`Switch` compares exactly, and `IsSoftDeleted` is never `{key}`")),
    }
}

/// For whom an expression over `IsSoftDeleted` is true.
enum Follows {
    /// Whoever is still there, as far as can be told.
    Stayer,
    /// Whoever is deleted.
    Leaver,
    /// Nobody for certain: a key of `Switch` that the attribute never is.
    Neither(String),
}

impl Follows {
    fn negated(self) -> Follows {
        match self {
            Follows::Stayer => Follows::Leaver,
            Follows::Leaver => Follows::Stayer,
            neither @ Follows::Neither(_) => neither,
        }
    }
}

/// `None` where the expression is another one than those that are understood.
fn follows(expression: &Expression) -> Option<Follows> {
    let (mut inner, mut is_negated) = (expression, false);
    // `Not` may stand around anything, and as often as somebody writes it.
    while let Some((name @ ("Not" | "CBool"), [Some(argument)])) = inner.as_call() {
        is_negated ^= name == "Not";
        inner = argument;
    }
    let found = match inner.as_call() {
        None => inner.as_attribute().filter(|name| is_soft_deleted(name)).map(|_| Follows::Leaver),
        Some(("Switch", arguments)) => by_switch(arguments),
        Some(("IIF", [Some(condition), Some(yes), Some(no)])) => by_iif(condition, yes, no),
        Some(_) => None,
    }?;
    Some(if is_negated { found.negated() } else { found })
}

fn is_soft_deleted(name: &str) -> bool {
    name.eq_ignore_ascii_case("IsSoftDeleted")
}

/// The truth that a constant says.
fn truth(expression: &Expression) -> Option<bool> {
    let (ExpressionKind::Text(text) | ExpressionKind::Word(text)) = &expression.kind else { return None };
    [("true", true), ("false", false)].into_iter().find(|(word, _)| text.eq_ignore_ascii_case(word)).map(|(_, is)| is)
}

/// `Switch` compares its keys exactly, and the attribute says `True` or `False`.
fn by_switch(arguments: &[Option<Expression>]) -> Option<Follows> {
    let [Some(source), _, cases @ ..] = arguments else { return None };
    source.as_attribute().filter(|name| is_soft_deleted(name))?;
    let text = |argument: &Option<Expression>| argument.as_ref().and_then(|one| one.as_text().map(str::to_owned));
    for case in cases.chunks_exact(2) {
        let (key, value) = (text(&case[0])?, text(&case[1])?);
        let key_is_true = key.eq_ignore_ascii_case("true");
        if !matches!(key.as_str(), "True" | "False") {
            return Some(Follows::Neither(key));
        }
        if value.eq_ignore_ascii_case("true") == key_is_true {
            return Some(Follows::Leaver);
        }
    }
    Some(Follows::Stayer)
}

/// `IIF([IsSoftDeleted]="True", …, …)`.
fn by_iif(condition: &Expression, yes: &Expression, no: &Expression) -> Option<Follows> {
    let ExpressionKind::Comparison { sides, operator, .. } = &condition.kind else { return None };
    let [one, other] = &**sides;
    sides.iter().find(|side| side.as_attribute().is_some_and(is_soft_deleted))?;
    let compared = truth(one).or_else(|| truth(other))?;
    let is_equality = match operator.as_str() {
        "=" | "==" => true,
        "<>" | "!=" => false,
        _ => return None,
    };
    let (yes, no) = (truth(yes)?, truth(no)?);
    match yes == no {
        true => None,
        false if (compared == is_equality) == yes => Some(Follows::Leaver),
        false => Some(Follows::Stayer),
    }
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::{findings, schema};

    fn check(active: &str) -> Vec<String> {
        let mappings = schema("User", &format!("externalId <- [objectId]\n{active}"));
        let files = [("vestibule.yaml", "entra: { exports: [schema.json] }\n"), ("schema.json", mappings.as_str())];
        findings(&LINT, &files).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn each_way_to_break_it_is_told() {
        let check = |active: &str, expected: &str| assert_eq!(check(active), [expected], "{active}");
        let inverted = "`active` is mapped the wrong way round: whoever is deleted is active";
        check("", "`active` has no mapping");
        check("active <- [IsSoftDeleted]", inverted);
        check(r#"active <- Switch([IsSoftDeleted], , "False", "False", "True", "True")"#, inverted);
        let case = "`Switch` compares exactly, and `IsSoftDeleted` is never `false`";
        check(r#"active <- Switch([IsSoftDeleted], , "false", "true", "true", "false")"#, case);
        for through in [
            "Not(Not([IsSoftDeleted]))",
            "CBool([IsSoftDeleted])",
            r#"IIF([IsSoftDeleted]="True","True","False")"#,
            r#"IIF("False" <> [IsSoftDeleted], "true", "false")"#,
            r#"Not(IIF([IsSoftDeleted] = "True", "False", "True"))"#,
            r#"Not(Switch([IsSoftDeleted], , "False", "True", "True", "False"))"#,
        ] {
            check(&format!("active <- {through}"), inverted);
        }
        check(r#"active <- "True""#, "`active` is the same for everybody");
        check("active <~ Not([IsSoftDeleted])", "`active` is written when the user is created and never again");
        let enabled = "`active` is mapped from `accountEnabled`, which stays true for whoever is no longer assigned";
        check("active <- [accountEnabled]", enabled);
    }

    #[test]
    fn the_documented_mappings_and_what_is_not_understood_are_silent() {
        for active in [
            r#"Switch([IsSoftDeleted], , "False", "True", "True", "False")"#,
            r#"Switch([IsSoftDeleted], "True", "True", "False")"#,
            "Not([IsSoftDeleted])",
            r#"IIF([IsSoftDeleted] = "True", "False", "True")"#,
            r#"IIF([IsSoftDeleted] <> "True", "True", "False")"#,
            r#"IIF([IsSoftDeleted] = [a], "True", "False")"#,
            "Not(Not(Not([IsSoftDeleted])))",
            "CBool(Not([IsSoftDeleted]))",
            r#"Switch([extensionAttribute1], , "gone", "False")"#,
            "[IsSoftDeleted",
        ] {
            assert_eq!(check(&format!("active <- {active}")), [""; 0], "{active}");
        }
    }
}
