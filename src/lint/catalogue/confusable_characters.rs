//! `confusable-characters`

use crate::condition::OperandKind;
use crate::lint::comparison::{Comparison, comparisons};
use crate::lint::confusable::{Suspect, SuspectKind, suspect};
use crate::lint::{Level, Lint, Subject};
use crate::source::{Place, Problem, Severity, Span};
use crate::config::Sited;

pub(super) const LINT: Lint = Lint {
    name: "confusable-characters",
    severity: Severity::Error,
    level: Level::Default,
    source: "https://www.unicode.org/reports/tr39/",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

Names, organizations and literals with characters that are not what they look like: letters of two scripts in one word, such
as a Cyrillic `е` in `Finance`; characters that nobody sees, such as a zero-width space; those that turn the direction of the
text; spaces that are not the usual one.

## Why it matters

Two names that look the same are not, so that a rule matches nobody, or somebody else's group. What a reviewer reads is not
what is compared. Such characters come from copying out of documents and web pages, and from people who hope that nobody
looks.

## Avoid

```yaml
groups: { rule-based: [Finance] }
group-assignment:
  - rule: finance
    when: provider.groups includes "EU-Finanсe"
    groups: [Finance]
```

## Prefer

```yaml
groups: { rule-based: [Finance] }
group-assignment:
  - rule: finance
    when: provider.groups includes "EU-Finance"
    groups: [Finance]
```

## Source

Unicode's report on security mechanisms, of which a few scripts are looked at: https://www.unicode.org/reports/tr39/

## Fix

None. Type the text anew.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    for name in declared_names(subject) {
        problems.extend(suspect(name).map(|suspect| problem(&suspect, name.at.within(suspect.span)).fact(&[name])));
    }
    for rule in subject.config.rules() {
        for comparison in comparisons(rule.when) {
            problems.extend(literals(&comparison).into_iter().filter_map(|literal| in_literal(subject, &comparison, literal)));
        }
    }
}

fn problem(suspect: &Suspect, place: Place) -> Problem {
    LINT.problem(place, format!("the text holds {}", suspect.described()))
        .label("not what it looks like")
        .help("type the text anew")
}

/// The names that the document gives: of the provider, of organizations, groups, rules, and attributes of the form.
pub(super) fn declared_names<'s>(subject: &Subject<'s>) -> Vec<&'s Sited<String>> {
    let config = subject.config;
    let mut names = vec![&config.provider.name];
    names.extend(config.organizations.iter().map(|organization| &organization.name));
    names.extend(config.groups.internal.iter().chain(&config.groups.rule_based));
    names.extend(config.provider.username_patterns.iter());
    if let Some(intake) = &config.user_intake {
        names.extend(intake.rules.iter().map(|rule| &rule.name));
        names.extend(intake.form.iter().flat_map(|form| &form.attributes));
    }
    if let Some(section) = &config.organization_assignment {
        names.extend(section.users.iter().flatten().map(|rule| &rule.name));
        names.extend(section.groups.iter().flatten().map(|rule| &rule.name));
    }
    names.extend(config.group_assignment.iter().flatten().map(|rule| &rule.name));
    names
}

/// A string or a pattern of a comparison, and where it stands in the condition.
pub(super) struct Literal<'c> {
    pub(super) text: &'c str,
    span: Span,
}

pub(super) fn literals<'c>(comparison: &Comparison<'c>) -> Vec<Literal<'c>> {
    let operands = match &comparison.operand.kind {
        OperandKind::List(items) => items.as_slice(),
        _ => std::slice::from_ref(comparison.operand),
    };
    let literal = |operand: &'c crate::condition::Operand| match &operand.kind {
        OperandKind::String(text) | OperandKind::Pattern { source: text, .. } => Some(Literal { text, span: operand.span }),
        _ => None,
    };
    operands.iter().filter_map(literal).collect()
}

fn in_literal(subject: &Subject<'_>, comparison: &Comparison<'_>, literal: Literal<'_>) -> Option<Problem> {
    let suspect = suspect(literal.text)?;
    // A group may be called so: then the literal is right.
    if matches!(suspect.kind, SuspectKind::Space(_)) && is_the_name_of_a_group(subject, literal.text) {
        return None;
    }
    Some(problem(&suspect, place_in_literal(comparison, &literal, suspect.span)?).fact(&[literal.text]))
}

/// Where a part of a literal stands. It may be written with escapes: then all of the literal does.
pub(super) fn place_in_literal(comparison: &Comparison<'_>, literal: &Literal<'_>, part: Span) -> Option<Place> {
    let when = comparison.when;
    let bad = literal.text.get(part.range())?;
    let written = when.text.get(literal.span.range())?;
    let span = written.find(bad).map_or(literal.span, |at| {
        let start = literal.span.start + at;
        Span::new(start, start + bad.len())
    });
    Some(when.at.within(span))
}

fn is_the_name_of_a_group(subject: &Subject<'_>, name: &str) -> bool {
    let group = subject.known_groups().and_then(|known| known.called(name));
    group.is_some_and(|group| group.resource.display_name().known().flatten() == Some(name))
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::places;

    fn check(when: &str) -> Vec<String> {
        let document = format!("user-intake:\n  rules:\n  - rule: a\n    when: {when}\n    decision: refuse\n");
        places(&LINT, &[("vestibule.yaml", &document)])
    }

    #[test]
    fn the_word_or_the_character_is_underlined() {
        assert_eq!(check("title eq \"a EU-Fin\u{430}nce\""), ["vestibule.yaml:4:26 Fin\u{430}nce"]);
        assert_eq!(check("title matches /a\u{200b}b/"), ["vestibule.yaml:4:27 \u{200b}"]);
        assert_eq!(check(r#"title in ["x", "a\u202eb"]"#), [r#"vestibule.yaml:4:26 "a\u202eb""#], "an escape");
    }

    #[test]
    fn names_of_the_document_are_looked_at() {
        let document = "organizations: [{ name: C\u{43e}ntoso }, { name: Contoso Guests }]\ngroups: { internal: [\"a\u{a0}b\"] }\n";
        let found = places(&LINT, &[("vestibule.yaml", document)]);
        assert_eq!(found, ["vestibule.yaml:1:25 C\u{43e}ntoso", "vestibule.yaml:2:24 \u{a0}"]);
    }

    #[test]
    fn other_languages_and_a_group_that_is_called_so_are_silent() {
        assert!(check("title in [\"Финансы\", \"Größe\", \"財務部\"]").is_empty());
        let when = "provider.groups includes \"a\u{a0}b\"";
        assert_eq!(check(when).len(), 1);
        let document = format!(
            "user-intake: {{ rules: [{{ rule: a, when: '{when}', decision: admit }}] }}\nsnapshot: {{ groups: g.json }}\n"
        );
        let groups = "[{\"displayName\":\"a\u{a0}b\"}]";
        assert!(places(&LINT, &[("vestibule.yaml", &document), ("g.json", groups)]).is_empty());
    }
}
