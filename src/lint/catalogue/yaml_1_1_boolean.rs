//! `yaml-1-1-boolean`

use std::collections::BTreeSet;

use crate::lint::{Level, Lint, Subject};
use crate::source::{FileId, Node, Place, Problem, Safety, ScalarKind, Severity, Span, Style, Value};

pub(super) const LINT: Lint = Lint {
    name: "yaml-1-1-boolean",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://yaml.org/type/bool.html",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A name or value without quotes that is a string in YAML 1.2 and something else in YAML 1.1: a boolean such as `no`, `on`
or `y`, a number to the base of 60 such as `1:30`, or one whose digits are grouped, such as `1_000`.

## Why it matters

vestibule reads YAML 1.2, where `no` is a string of two letters. Many tools still read YAML 1.1, among them those that
template, format or check such files. They turn the name into `false`, and write it back as that.

## Avoid

```yaml
organizations: [{ name: no }]
```

## Prefer

```yaml
organizations: [{ name: "no" }]
```

## Source

https://yaml.org/type/bool.html

## Fix

Safe: the word is put into quotes, which changes nothing for vestibule.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let rules = subject.config.rules().map(|rule| rule.when.at.file);
    let files: BTreeSet<FileId> = rules.chain([subject.config.at.file]).collect();
    for file in files {
        let Some(root) = subject.sources.document(file).and_then(|document| document.root()) else { continue };
        for (span, text, read) in misread(root) {
            let message = format!("`{text}` is a string here and {read} for tools that read YAML 1.1");
            problems.push(
                LINT.problem(Place::Bytes(file, span), message)
                    .label("without quotes")
                    .help(format!("put it in quotes: `\"{text}\"`"))
                    // Letters, digits, signs and colons need no escapes.
                    .fix(Safety::Safe, "put it in quotes", Place::Bytes(file, span), format!("\"{text}\"")),
            );
        }
    }
}

/// The plain strings of a tree that YAML 1.1 takes for something else, each once, in order.
fn misread(root: Node<'_>) -> BTreeSet<(Span, &str, &'static str)> {
    let mut found = BTreeSet::new();
    // Aliases are followed: how much they repeat was limited when the document was read.
    let mut waiting = vec![root];
    while let Some(node) = waiting.pop() {
        match node.value() {
            Value::Mapping(mapping) => {
                waiting.extend(mapping.entries().flat_map(|entry| [entry.key, entry.value]));
            }
            Value::Sequence(sequence) => waiting.extend(sequence.items()),
            Value::Scalar(scalar) if scalar.style() == Style::Plain && scalar.kind() == ScalarKind::String => {
                if let Some(read) = read_by_yaml_1_1(scalar.text()) {
                    found.insert((scalar.span(), scalar.text(), read));
                }
            }
            Value::Scalar(_) => {}
        }
    }
    found
}

/// What YAML 1.1 takes a plain text for, where YAML 1.2 takes it for a string
/// (yaml.org/type/bool.html and yaml.org/type/int.html).
fn read_by_yaml_1_1(text: &str) -> Option<&'static str> {
    const WORDS: [&str; 6] = ["y", "yes", "on", "n", "no", "off"];
    let lower = text.to_ascii_lowercase();
    let title = |word: &str| word[..1].to_ascii_uppercase() + &word[1..];
    let is_written = |word: &str| lower == word && [word, &word.to_ascii_uppercase(), &title(word)].contains(&text);
    if WORDS.into_iter().any(is_written) {
        return Some("a boolean");
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if is_grouped_or_binary(unsigned) {
        return Some("a number");
    }
    let (first, rest) = unsigned.split_once(':')?;
    let is_first = first.starts_with(|c: char| matches!(c, '1'..='9')) && first.chars().all(|c| c.is_ascii_digit());
    let is_sixtieth = |part: &str| {
        let digits = part.len() == 1 || part.len() == 2 && part.starts_with(|c: char| matches!(c, '0'..='5'));
        digits && part.chars().all(|c| c.is_ascii_digit())
    };
    (is_first && rest.split(':').all(is_sixtieth)).then_some("a number")
}

/// `1_000`, `0b101`, `0x_ff`: numbers whose digits are grouped by `_`, or of base two.
fn is_grouped_or_binary(text: &str) -> bool {
    let (radix, digits) = match text.get(..2) {
        Some("0b") => (2, &text[2..]),
        Some("0x") => (16, &text[2..]),
        _ => (10, text),
    };
    let starts = radix != 10 || digits.starts_with(|c: char| c.is_ascii_digit());
    starts && digits.contains(|c: char| c.is_digit(radix)) && digits.chars().all(|c| c == '_' || c.is_digit(radix))
}

#[cfg(test)]
mod tests {
    use super::{LINT, read_by_yaml_1_1};
    use crate::lint::catalogue::testing::places;

    #[test]
    fn the_words_are_those_of_yaml_1_1() {
        for word in ["y", "N", "yes", "No", "ON", "off"] {
            assert_eq!(read_by_yaml_1_1(word), Some("a boolean"), "{word}");
        }
        for word in ["1:30", "190:20:30", "-1:5", "1_000", "+1_0", "0b101", "0x_ff"] {
            assert_eq!(read_by_yaml_1_1(word), Some("a number"), "{word}");
        }
        for word in ["nO", "yep", "", "1:60", "a:1", "0:1", "1:", "norway", "_1", "a_1", "0b", "0x_", "1_a"] {
            assert_eq!(read_by_yaml_1_1(word), None, "{word}");
        }
    }

    #[test]
    fn names_are_found_where_they_stand() {
        let document = "organizations: [{ name: Contoso EU }]\ngroups: { rule-based: [on, 'off'] }\ngroup-assignment:\n\
                        - { rule: no, when: true, groups: [on] }\n";
        assert_eq!(places(&LINT, &[("vestibule.yaml", document)]), [
            "vestibule.yaml:2:24 on",
            "vestibule.yaml:4:11 no",
            "vestibule.yaml:4:36 on"
        ]);
    }

    #[test]
    fn quoted_names_and_real_booleans_are_silent() {
        let document = "organizations: [{ name: \"no\" }]\nprovider: { name: x, groups-import: true }\n";
        assert!(places(&LINT, &[("vestibule.yaml", document)]).is_empty());
    }
}
