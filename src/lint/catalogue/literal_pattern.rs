//! `literal-pattern`

use crate::condition::{Operator, Path};
use crate::lint::comparison::{Comparison, comparisons, ignores_case};
use crate::lint::pattern::{Plain, plain};
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Safety, Severity, shorten};

pub(super) const LINT: Lint = Lint {
    name: "literal-pattern",
    severity: Severity::Info,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/group-assignment",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A pattern in which nothing is anything but a character: it matches one text and no other. With `strict` also one that only
asks for a beginning, an end, a part, or one of several texts.

## Why it matters

A pattern is read twice: once for what it matches, and once for a dot without a backslash. A comparison needs no escapes,
and says what it means. Mind that a comparison finds `EU-Finance` in any case where names compare without case, and the
pattern only as it is written.

## Avoid

```yaml
groups: { rule-based: [Learners] }
group-assignment:
  - rule: interns
    when: provider.groups includes /EU-Interns/
    groups: [Learners]
```

## Prefer

```yaml
groups: { rule-based: [Learners] }
group-assignment:
  - rule: interns
    when: provider.groups includes "EU-Interns"
    groups: [Learners]
```

## Source

https://www.palantir.com/docs/foundry/authentication/group-assignment

## Fix

The comparison is written in the place of the pattern. Safe where a pattern for one text minds case exactly where the attribute
does; otherwise unsafe, as it changes who is taken.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let is_strict = subject.is_strict_about(&LINT);
    for rule in subject.config.rules().filter(|rule| rule.enabled) {
        for comparison in comparisons(rule.when) {
            let Some((source, ignore_case)) = comparison.pattern() else { continue };
            let said = plain(source).filter(|plain| is_strict || matches!(plain, Plain::Is(text) if !text.is_empty()));
            let Some(said) = said else { continue };
            let problem = LINT.problem(rule.when.at.within(comparison.operand.span), message(&said)).fact(&[&comparison.words()]);
            let instead = instead(&comparison, &said);
            let shown = shorten(&instead);
            let help = match ignores_case(comparison.input) && !ignore_case {
                true => format!("write `{shown}`, which finds it in any case"),
                false => format!("write `{shown}`"),
            };
            let same = matches!(said, Plain::Is(_)) && ignores_case(comparison.input) == ignore_case;
            let safety = if same { Safety::Safe } else { Safety::Unsafe };
            problems.push(problem.help(help).fix(safety, "compare instead of matching", comparison.place(), instead));
        }
    }
}

fn message(said: &Plain) -> &'static str {
    match said {
        Plain::Is(_) => "the pattern matches one text and no other",
        Plain::OneOf(_) => "the pattern is a list of texts",
        Plain::Starts(_) => "the pattern asks for a beginning and nothing else",
        Plain::Ends(_) => "the pattern asks for an end and nothing else",
        Plain::Contains(_) => "the pattern asks for a part and nothing else",
    }
}

/// The comparison that says the same, apart from case.
fn instead(comparison: &Comparison<'_>, said: &Plain) -> String {
    let path = comparison.path;
    let negated = comparison.operator == Operator::Excludes;
    let written = match said {
        Plain::Is(text) if negated => return format!("{path} excludes {}", json(text)),
        Plain::Is(text) => is(path, comparison.operator, text),
        Plain::OneOf(texts) => {
            let list: Vec<String> = texts.iter().map(|text| json(text)).collect();
            format!("{path} in [{}]", list.join(", "))
        }
        Plain::Starts(text) => format!("{path} sw {}", json(text)),
        Plain::Ends(text) => format!("{path} ew {}", json(text)),
        Plain::Contains(text) => format!("{path} co {}", json(text)),
    };
    if negated { format!("not ({written})") } else { written }
}

fn is(path: &Path, operator: Operator, text: &str) -> String {
    let word = if operator == Operator::Includes { "includes" } else { "eq" };
    format!("{path} {word} {}", json(text))
}

fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
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

    fn strict(when: &str) -> Vec<String> {
        let document = format!("{}lint: {{ select: [strict] }}\n", document(when));
        findings(&LINT, &[("vestibule.yaml", &document)]).into_iter().filter_map(|finding| finding.help).collect()
    }

    #[test]
    fn a_text_between_slashes_is_underlined() {
        assert_eq!(check(r#"title matches /Intern/"#), ["vestibule.yaml:4:25 /Intern/"]);
        assert_eq!(helps("title matches /Intern/i"), [r#"write `title eq "Intern"`"#]);
        assert_eq!(helps("externalId matches /A/"), [r#"write `externalId eq "A"`"#], "compares exactly");
        let groups = r#"provider.groups includes /contoso\.eu/"#;
        assert_eq!(helps(groups), [r#"write `provider.groups includes "contoso.eu"`, which finds it in any case"#]);
        assert_eq!(helps("provider.groups.externalId excludes /A/"), [r#"write `provider.groups.externalId excludes "A"`"#]);
    }

    #[test]
    fn what_only_resembles_a_comparison_is_for_the_strict() {
        for (when, expected) in [
            (r#"userName matches /.*@contoso\.eu/i"#, r#"write `userName ew "@contoso.eu"`"#),
            ("externalId matches /A|B/", r#"write `externalId in ["A", "B"]`"#),
            ("provider.groups excludes /EU-.*/i", r#"write `not (provider.groups sw "EU-")`"#),
            ("title matches /.*x.*/i", r#"write `title co "x"`"#),
        ] {
            assert!(check(when).is_empty(), "{when}");
            assert_eq!(strict(when), [expected], "{when}");
        }
    }

    #[test]
    fn real_patterns_are_silent() {
        for when in [r#"userName matches /[a-z]+@contoso\.eu/"#, "title matches /contoso.eu/", r#"title eq "x""#] {
            assert!(strict(when).is_empty(), "{when}");
        }
    }
}
