//! `unescaped-metacharacter`

use crate::lint::comparison::comparisons;
use crate::lint::pattern::{Bare, BareSign, bare_signs};
use crate::lint::{Level, Lint, Subject};
use crate::source::{Place, Problem, Safety, Severity, Span};

pub(super) const LINT: Lint = Lint {
    name: "unescaped-metacharacter",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/org-assignment",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A character that means something in a pattern, where its neighbours read as if it stood for itself: `.` between letters, as
in a domain; `+` in the first part of an address; `*` at the end of a name, as in file names; parentheses around plain
text; `$` before, or `^` after, something else. Looked at are the patterns of conditions, of `username-patterns`, and of the
groups claim.

## Why it matters

Palantir asks for such characters to be escaped, and warns that a pattern which is not fails quietly and assigns people
where they do not belong. `/.*@contoso.eu/` also takes `@contosoXeu`, a domain that anybody can register. `/EU-*/` takes
`EU` and `EU--`, and no group whose name goes on. `/Finance (EU)/` takes `Finance EU`.

## Avoid

```yaml
user-intake:
  rules:
    - rule: own-people
      when: userName matches /.*@contoso.eu/i
      decision: admit
  default: refuse
```

## Prefer

```yaml
user-intake:
  rules:
    - rule: own-people
      when: userName matches /.*@contoso\.eu/i
      decision: admit
  default: refuse
```

## Source

https://www.palantir.com/docs/foundry/authentication/org-assignment

## Fix

Unsafe: a backslash is put before each `.` and `+`. It changes who is taken, so a person should look. The other characters
are left alone, as they may be meant in two ways.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    for rule in subject.config.rules().filter(|rule| rule.enabled) {
        for comparison in comparisons(rule.when) {
            let Some((source, _)) = comparison.pattern() else { continue };
            problems.extend(problem(source, |span| comparison.place_in_pattern(span)));
        }
    }
    let provider = &subject.config.provider;
    let of_groups = provider.attribute_mapping.groups.as_ref().and_then(|groups| groups.pattern.as_ref());
    for pattern in provider.username_patterns.iter().chain(of_groups) {
        problems.extend(problem(pattern, |span| pattern.at.within(span)));
    }
}

/// One problem a pattern, at the first sign.
fn problem(source: &str, place: impl Fn(Span) -> Place) -> Option<Problem> {
    let signs = bare_signs(source);
    let (first, others) = signs.split_first()?;
    let problem = LINT.problem(place(first.span), message(first)).fact(&[source]).label(label(first)).help(help(source, first));
    let problem = others.iter().take(SHOWN).fold(problem, |problem, bare| problem.related(place(bare.span), label(bare)));
    let escaped = signs.iter().map(|bare| Some((place(bare.span), escaped(bare)?.to_owned())));
    match escaped.collect::<Option<Vec<_>>>() {
        Some(escaped) => Some(problem.fix_all(Safety::Unsafe, "escape what stands for itself", escaped)),
        None => Some(problem),
    }
}

/// The sign for itself, where that is what it must have been meant for.
fn escaped(bare: &Bare) -> Option<&'static str> {
    match bare.sign {
        BareSign::Dot => Some("\\."),
        BareSign::Plus => Some("\\+"),
        BareSign::Star | BareSign::Parentheses | BareSign::Anchor => None,
    }
}

/// How many more signs a finding points to.
const SHOWN: usize = 4;

fn message(bare: &Bare) -> &'static str {
    match bare.sign {
        BareSign::Dot => "the `.` is not escaped, so any character may stand for it",
        BareSign::Plus => "the `+` is not escaped, so it repeats the letter before it",
        BareSign::Star => "the `*` repeats the character before it, and does not stand for any text",
        BareSign::Parentheses => "the parentheses are not escaped, so they match no character",
        BareSign::Anchor => "the anchor stands inside of a text, so the pattern matches nothing",
    }
}

fn label(bare: &Bare) -> &'static str {
    match bare.sign {
        BareSign::Dot => "any character",
        BareSign::Plus => "once or more often",
        BareSign::Star => "never or more often",
        BareSign::Parentheses => "a group",
        BareSign::Anchor => "the end of the value, or its start",
    }
}

fn help(source: &str, bare: &Bare) -> String {
    let written = source.get(bare.span.range()).unwrap_or_default();
    match bare.sign {
        BareSign::Star => "write `.*` where any text may follow, or `\\*` for the character".to_owned(),
        BareSign::Parentheses => {
            let inner = written.trim_start_matches('(').trim_end_matches(')');
            format!("write `{}`", crate::source::shorten(&format!("\\({inner}\\)")))
        }
        BareSign::Dot => "write `\\.` for a dot, or `[^@]` where one of several characters is meant".to_owned(),
        BareSign::Plus | BareSign::Anchor => format!("write `\\{written}` for the character"),
    }
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::{findings, places};

    fn document(when: &str) -> String {
        format!("user-intake:\n  rules:\n  - rule: a\n    when: {when}\n    decision: refuse\n")
    }

    fn check(when: &str) -> Vec<String> {
        places(&LINT, &[("vestibule.yaml", &document(when))])
    }

    fn helps(when: &str) -> Vec<String> {
        findings(&LINT, &[("vestibule.yaml", &document(when))]).into_iter().filter_map(|finding| finding.help).collect()
    }

    #[test]
    fn the_sign_itself_is_underlined() {
        assert_eq!(check("userName matches /.*@contoso.eu/"), ["vestibule.yaml:4:39 ."]);
        assert_eq!(check("title matches /a\\/b.c/"), ["vestibule.yaml:4:30 ."], "behind an escaped slash");
        assert_eq!(check("provider.groups includes /EU-*/"), ["vestibule.yaml:4:40 *"]);
        assert_eq!(helps("provider.groups includes /Finance (EU)/"), [r"write `\(EU\)`"]);
        assert_eq!(helps("userName matches /ada+test@.*/"), [r"write `\+` for the character"]);
        assert_eq!(helps("title matches /US$ Desk/"), [r"write `\$` for the character"]);
    }

    #[test]
    fn patterns_of_the_provider_are_looked_at() {
        let document = "provider:\n  name: x\n  username-patterns: ['.*@contoso.eu']\n  attribute-mapping:\n    provider-id: \
                        oid\n    groups: { claim: g, pattern: 'CN=x.y' }\n";
        assert_eq!(places(&LINT, &[("vestibule.yaml", document)]), ["vestibule.yaml:3:34 .", "vestibule.yaml:6:39 ."]);
    }

    #[test]
    fn escaped_signs_and_meant_ones_are_silent() {
        for when in [
            r"userName matches /.*@contoso\.eu/",
            "provider.groups includes /EU-.*/",
            "provider.groups includes /(EU|US)-Finance/",
            "title matches /[A-Z].[0-9]/",
            r#"title eq "contoso.eu""#,
        ] {
            assert!(check(when).is_empty(), "{when}");
        }
    }
}
