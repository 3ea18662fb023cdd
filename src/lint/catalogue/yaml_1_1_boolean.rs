//! `yaml-1-1-boolean`

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

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
or `y`, a number to the base of 60 such as `1:30` or `1:30.5`, one whose digits are grouped, such as `1_000`, or a date
such as `2026-01-01`. A day where the format asks for one, at `certificate-valid-until`, is right without quotes.

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
    let day = subject.config.provider.certificate_valid_until.as_ref();
    let day = day.map(|day| subject.sources.locate(&day.at.value()));
    for file in files {
        let Some(root) = subject.sources.document(file).and_then(|document| document.root()) else { continue };
        for (span, text, read) in misread(root) {
            if day == Some((file, span)) {
                continue;
            }
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

/// What YAML 1.1 takes a plain text for, where YAML 1.2 takes it for a string (yaml.org/type/bool.html, and beside it
/// int.html, float.html and timestamp.html).
fn read_by_yaml_1_1(text: &str) -> Option<&'static str> {
    const WORDS: [&str; 6] = ["y", "yes", "on", "n", "no", "off"];
    let title = |word: &str| word[..1].to_ascii_uppercase() + &word[1..];
    let is_written = |word: &str| text.eq_ignore_ascii_case(word) && [word, &word.to_ascii_uppercase(), &title(word)].contains(&text);
    if WORDS.into_iter().any(is_written) {
        return Some("a boolean");
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if is_grouped_or_binary(unsigned) || is_grouped_fraction(unsigned) || is_to_base_60(unsigned) {
        return Some("a number");
    }
    is_timestamp(text).then_some("a date")
}

/// `190:20:30`, and with a fraction `190:20:30.15`.
fn is_to_base_60(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let Some((first, rest)) = whole.split_once(':') else { return false };
    let least = if fraction.is_some() { '0' } else { '1' };
    let is_first = first.starts_with(|c| (least..='9').contains(&c)) && is_grouped(first);
    let is_sixtieth = |part: &str| {
        let digits = part.len() == 1 || part.len() == 2 && part.starts_with(|c: char| matches!(c, '0'..='5'));
        digits && part.chars().all(|c| c.is_ascii_digit())
    };
    is_first && rest.split(':').all(is_sixtieth) && fraction.is_none_or(is_grouped)
}

/// `1_000.5`: a fraction with digits that are grouped by `_`.
fn is_grouped_fraction(text: &str) -> bool {
    let Some((whole, fraction)) = text.split_once('.') else { return false };
    let (fraction, exponent) = match fraction.split_once(['e', 'E']) {
        Some((fraction, exponent)) => (fraction, exponent.strip_prefix(['-', '+'])),
        None => (fraction, Some("0")),
    };
    let is_exponent = |digits: &str| !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit());
    (whole.contains('_') || fraction.contains('_'))
        && if whole.is_empty() { fraction } else { whole }.starts_with(|c: char| c.is_ascii_digit())
        && is_grouped(whole)
        && is_grouped(fraction)
        && exponent.is_some_and(is_exponent)
}

fn is_grouped(text: &str) -> bool {
    text.chars().all(|c| c == '_' || c.is_ascii_digit())
}

/// `2026-01-01`, and with a time `2026-1-1 9:00:00.5 +01:00`.
fn is_timestamp(text: &str) -> bool {
    let Some((date, time)) = text.split_at_checked(text.find(['T', 't', ' ', '\t']).unwrap_or(text.len())) else {
        return false;
    };
    let parts: Vec<&str> = date.split('-').collect();
    let [year, month, day] = parts[..] else { return false };
    if time.is_empty() {
        return is_digits(year, 4..=4) && is_digits(month, 2..=2) && is_digits(day, 2..=2);
    }
    is_digits(year, 4..=4) && is_digits(month, 1..=2) && is_digits(day, 1..=2) && is_time(time)
}

/// `T9:00:00`, ` 9:00:00.5 +1:00` or `t09:00:00Z`: what follows a date.
fn is_time(text: &str) -> bool {
    let time = text.strip_prefix(['T', 't']).unwrap_or_else(|| text.trim_start_matches([' ', '\t']));
    let end = time.find(|c: char| !c.is_ascii_digit() && !matches!(c, ':' | '.')).unwrap_or(time.len());
    let (clock, zone) = time.split_at(end);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let parts: Vec<&str> = clock.split(':').collect();
    let [hour, minute, second] = parts[..] else { return false };
    let zone = zone.trim_start_matches([' ', '\t']);
    let is_zone = match zone.strip_prefix(['-', '+']) {
        Some(zone) => {
            let (hour, minute) = zone.split_once(':').unwrap_or((zone, "00"));
            is_digits(hour, 1..=2) && is_digits(minute, 2..=2)
        }
        None => zone.is_empty() || zone == "Z",
    };
    let is_clock = is_digits(hour, 1..=2) && is_digits(minute, 2..=2) && is_digits(second, 2..=2);
    is_clock && fraction.chars().all(|c| c.is_ascii_digit()) && is_zone
}

fn is_digits(text: &str, lengths: RangeInclusive<usize>) -> bool {
    lengths.contains(&text.len()) && text.chars().all(|c| c.is_ascii_digit())
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
        for word in ["190:20:30.15", "-0:30.5", "1_0:30", "1:30.", "1_000.5", "1.0_1e+3", ".5_0"] {
            assert_eq!(read_by_yaml_1_1(word), Some("a number"), "{word}");
        }
        for word in [
            "2026-01-01",
            "2001-12-14t21:59:43.10-05:00",
            "2001-12-14 21:59:43.10 -5",
            "2001-12-15 2:59:43.10",
            "2001-1-5T02:59:43Z",
        ] {
            assert_eq!(read_by_yaml_1_1(word), Some("a date"), "{word}");
        }
        for word in ["2026-1-1", "26-01-01", "2026-01", "2026-01-01x", "2026-01-01 x", "2026-01-01T", "2026-01-01 9:00", "1:30.a"]
        {
            assert_eq!(read_by_yaml_1_1(word), None, "{word}");
        }
        for word in ["1.2.3", "v1_0.5", "1.5_x", "_.5", "._5", "1:60.5", "2001-12-15 2:59:43 CET", "é-01-01"] {
            assert_eq!(read_by_yaml_1_1(word), None, "{word}");
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
    fn a_day_is_a_text_only_where_the_format_asks_for_none() {
        let document = "provider: { name: 2026-01-01, certificate-valid-until: 2027-03-01 }\n";
        assert_eq!(places(&LINT, &[("vestibule.yaml", document)]), ["vestibule.yaml:1:19 2026-01-01"]);
    }

    #[test]
    fn quoted_names_and_real_booleans_are_silent() {
        let document = "organizations: [{ name: \"no\" }]\nprovider: { name: x, groups-import: true }\n";
        assert!(places(&LINT, &[("vestibule.yaml", document)]).is_empty());
    }
}
