//! Strings that are worth a try, before an automaton is built: they read like names of people and groups.

use std::ops::ControlFlow;

use regex_syntax::hir::{Class, Hir, HirKind};

use super::predicate::TextPredicate;
use crate::condition::{TextMatch, TextRelation};

/// What kind of string would look right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::analysis) enum Taste {
    /// An address or the name of an account.
    Account,
    /// A first name.
    Given,
    /// A last name.
    Family,
    /// A person's whole name.
    Person,
    /// A group, a department.
    Unit,
    /// What a person does.
    Title,
    /// The type of an address.
    Kind,
    /// An identifier.
    Identifier,
}

impl Taste {
    /// Strings of the kind, the first preferred.
    fn whole(self) -> &'static [&'static str] {
        match self {
            Taste::Account => &[
                "ada.lovelace@example.com",
                "grace.hopper@example.com",
                "alan.turing@example.org",
                "mary.jackson@example.net",
            ],
            Taste::Given => &["Ada", "Grace", "Alan", "Mary"],
            Taste::Family => &["Lovelace", "Hopper", "Turing", "Jackson"],
            Taste::Person => &["Ada Lovelace", "Grace Hopper", "Alan Turing", "Mary Jackson"],
            Taste::Unit => &["Finance", "Research", "Logistics", "Sales"],
            Taste::Title => &["Analyst", "Engineer", "Director", "Accountant"],
            Taste::Kind => &["work", "home", "other"],
            Taste::Identifier => &["7f3c", "a1b2", "c0de", "1815"],
        }
    }

    /// What fills a gap between given parts, the first preferred.
    fn fillers(self) -> &'static [&'static str] {
        match self {
            Taste::Account => &["ada.lovelace", "ada", "grace.hopper", "a"],
            Taste::Given => &["Ada", "Grace"],
            Taste::Family => &["Lovelace", "Hopper"],
            Taste::Person => &["Ada Lovelace", "Ada", "Grace Hopper"],
            Taste::Unit => &["Finance", "Research"],
            Taste::Title => &["Analyst", "Engineer"],
            Taste::Kind => &["work", "home"],
            Taste::Identifier => &["7f3c", "a1b2"],
        }
    }
}

/// What a string has to begin with, end with and contain, as far as that is plain.
#[derive(Default)]
struct Parts {
    prefix: String,
    suffix: String,
    inside: Vec<String>,
}

/// A string that is right, of a few that may satisfy the predicates, the nicest first. Where there is none, there may be
/// others. `spelled` is how a folded text is usually written.
pub(super) fn likely<'t>(
    must: &[&'t TextPredicate],
    taste: Taste,
    spelled: &dyn Fn(&'t str) -> &'t str,
    is_right: &dyn Fn(&str) -> bool,
) -> Option<String> {
    try_all(must, taste, spelled, &Trial { is_right }).break_value()
}

/// Ends at the first string that is right.
struct Trial<'f> {
    is_right: &'f dyn Fn(&str) -> bool,
}

impl Trial<'_> {
    fn of(&self, text: String) -> ControlFlow<String> {
        if (self.is_right)(&text) { ControlFlow::Break(text) } else { ControlFlow::Continue(()) }
    }
}

fn try_all<'t>(
    must: &[&'t TextPredicate],
    taste: Taste,
    spelled: &dyn Fn(&'t str) -> &'t str,
    trial: &Trial<'_>,
) -> ControlFlow<String> {
    let mut parts = Parts::default();
    let mut has_pattern = false;
    for predicate in must {
        match predicate {
            TextPredicate::Match(text) => parts.add(text, spelled),
            TextPredicate::Pattern(pattern) | TextPredicate::Part(pattern, _) => {
                let Some(hir) = pattern.hir() else { continue };
                has_pattern = true;
                let samples = taste.fillers().iter().copied().chain([""]);
                samples.clone().try_for_each(|filler| trial.of(sample(&hir, filler)))?;
                if let (TextPredicate::Part(..), Some(filler)) = (predicate, samples.clone().next()) {
                    let first = sample(&hir, filler);
                    trial.of(format!("Former {first}"))?;
                    trial.of(format!("{first}, former"))?;
                }
            }
            TextPredicate::Printable => {}
        }
    }
    if !has_pattern && parts.is_empty() {
        return taste.whole().iter().try_for_each(|text| trial.of((*text).to_owned()));
    }
    parts.compose(taste, trial)
}

impl Parts {
    fn is_empty(&self) -> bool {
        self.prefix.is_empty() && self.suffix.is_empty() && self.inside.is_empty()
    }

    fn add<'t>(&mut self, text: &'t TextMatch, spelled: &dyn Fn(&'t str) -> &'t str) {
        let first = text.texts().next().map(|first| if text.is_exact() { first } else { spelled(first) });
        let Some(first) = first else { return };
        match text.relation() {
            TextRelation::Starts if first.len() > self.prefix.len() => self.prefix = first.to_owned(),
            TextRelation::Ends if first.len() > self.suffix.len() => self.suffix = first.to_owned(),
            TextRelation::Contains => self.inside.push(first.to_owned()),
            // The text itself, or what comes right after it.
            TextRelation::Is(_) => self.inside.push(first.to_owned()),
            _ => {}
        }
    }

    fn compose(&self, taste: Taste, trial: &Trial<'_>) -> ControlFlow<String> {
        let Parts { prefix, suffix, inside } = self;
        let missing: Vec<&str> = inside
            .iter()
            .map(String::as_str)
            .filter(|part| !prefix.contains(*part) && !suffix.contains(*part))
            .collect();
        let middle = missing.concat();
        for filler in taste.fillers().iter().copied() {
            if taste == Taste::Account && prefix.is_empty() {
                addresses(filler, &middle, suffix).into_iter().try_for_each(|address| trial.of(address))?;
            } else if taste == Taste::Account && suffix.is_empty() && !prefix.contains('@') {
                trial.of(format!("{prefix}{filler}{middle}@example.com"))?;
            }
            trial.of(format!("{prefix}{filler}{middle}{suffix}"))?;
            trial.of(format!("{prefix}{middle}{filler}{suffix}"))?;
        }
        trial.of(format!("{prefix}{middle}{suffix}"))?;
        overlapped(prefix, suffix).into_iter().try_for_each(|text| trial.of(text))?;
        trial.of(format!("{middle}\0"))?;
        trial.of(String::new())
    }
}

/// Addresses that end as they have to.
fn addresses(local: &str, middle: &str, suffix: &str) -> Vec<String> {
    let ending = format!("{middle}{suffix}");
    match ending.find('@') {
        Some(0) => vec![format!("{local}{ending}")],
        Some(_) => vec![ending.clone(), format!("{local}.{ending}"), format!("{local}{ending}")],
        None if suffix.is_empty() => vec![format!("{local}@{middle}.example.com"), format!("{local}@{middle}")],
        None if ending.starts_with('.') => vec![format!("{local}@example{ending}"), format!("{local}@mail{ending}")],
        None => vec![format!("{local}@{ending}"), format!("{local}@mail.{ending}"), format!("{local}@mail{ending}")],
    }
}

/// The beginning and the end in one, where they share characters: `ab` and `bc` are in `abc`.
fn overlapped(prefix: &str, suffix: &str) -> Vec<String> {
    let starts = prefix.char_indices().map(|(start, _)| start);
    let shared = starts.filter(|start| suffix.starts_with(&prefix[*start..]));
    let mut found: Vec<String> = shared.map(|start| format!("{}{suffix}", &prefix[..start])).collect();
    if prefix.starts_with(suffix) || prefix.ends_with(suffix) {
        found.push(prefix.to_owned());
    }
    found
}

/// How long a sample may be.
const LONGEST: usize = 256;

/// A string that an expression matches, if it asks for nothing unusual. Where it takes anything, the filler stands.
fn sample(hir: &Hir, filler: &str) -> String {
    let mut text = String::new();
    write_sample(hir, filler, &mut text);
    text
}

/// The nesting of a pattern is limited when it is read.
fn write_sample(hir: &Hir, filler: &str, text: &mut String) {
    if text.len() > LONGEST {
        return;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(class) => text.extend(nicest(class)),
        HirKind::Capture(capture) => write_sample(&capture.sub, filler, text),
        HirKind::Concat(parts) => parts.iter().for_each(|part| write_sample(part, filler, text)),
        HirKind::Alternation(parts) => {
            if let Some(first) = parts.first() {
                write_sample(first, filler, text);
            }
        }
        HirKind::Repetition(repetition) => {
            let takes_filler = |class: &Class| filler.chars().all(|c| contains(class, c));
            match repetition.sub.kind() {
                HirKind::Class(class) if repetition.max.is_none() && !filler.is_empty() && takes_filler(class) => {
                    text.push_str(filler);
                    let missing = (repetition.min as usize).saturating_sub(filler.chars().count()).min(LONGEST);
                    text.extend((0..missing).filter_map(|_| nicest(class)));
                }
                _ => {
                    for _ in 0..repetition.min {
                        if text.len() > LONGEST {
                            return;
                        }
                        write_sample(&repetition.sub, filler, text);
                    }
                }
            }
        }
    }
}

fn contains(class: &Class, c: char) -> bool {
    match class {
        Class::Unicode(class) => class.iter().any(|range| range.start() <= c && c <= range.end()),
        Class::Bytes(class) => {
            u8::try_from(c).is_ok_and(|c| class.iter().any(|range| range.start() <= c && c <= range.end()))
        }
    }
}

/// A character of a class.
fn nicest(class: &Class) -> Option<char> {
    let nice = ('a'..='z').chain('0'..='9').chain('A'..='Z').chain(['-', '.', '_', ' ']);
    let first = match class {
        Class::Unicode(class) => class.iter().next().map(|range| range.start()),
        Class::Bytes(class) => class.iter().next().map(|range| char::from(range.start())),
    };
    nice.into_iter().find(|c| contains(class, *c)).or(first)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::condition::Pattern;

    fn first(must: &[TextPredicate], taste: Taste) -> String {
        let must: Vec<&TextPredicate> = must.iter().collect();
        let holds = |text: &str| must.iter().all(|predicate| predicate.holds(text));
        likely(&must, taste, &|text| text, &holds).unwrap_or_default()
    }

    fn relation(relation: TextRelation, text: &str) -> TextPredicate {
        TextPredicate::Match(TextMatch::new(relation, [text], false))
    }

    fn pattern(source: &str) -> TextPredicate {
        TextPredicate::Pattern(Pattern::new(source, false).expect(source))
    }

    #[test]
    fn examples_look_like_people_and_groups() {
        use TextRelation::{Contains, Ends, Starts};
        for (must, taste, expected) in [
            (vec![], Taste::Account, "ada.lovelace@example.com"),
            (vec![relation(Ends, "@contoso.eu")], Taste::Account, "ada.lovelace@contoso.eu"),
            (vec![relation(Ends, "contoso.eu")], Taste::Account, "ada.lovelace@contoso.eu"),
            (vec![relation(Ends, ".eu")], Taste::Account, "ada.lovelace@example.eu"),
            (vec![relation(Starts, "svc-")], Taste::Account, "svc-ada.lovelace@example.com"),
            (vec![relation(Starts, "svc-"), relation(Ends, "@x.de")], Taste::Account, "svc-ada.lovelace@x.de"),
            (vec![relation(Contains, "+ext")], Taste::Account, "ada.lovelace@+ext.example.com"),
            (vec![pattern(r".*@contoso\.(com|eu)")], Taste::Account, "ada.lovelace@contoso.com"),
            (vec![pattern("EU-.*")], Taste::Unit, "EU-Finance"),
            (vec![pattern("EU-[0-9]{3}")], Taste::Unit, "EU-000"),
            (vec![relation(Starts, "EU-")], Taste::Unit, "eu-Finance"),
            (vec![relation(Starts, "ab"), relation(Ends, "bc"), pattern("...")], Taste::Unit, "abc"),
            (vec![], Taste::Person, "Ada Lovelace"),
        ] {
            assert_eq!(first(&must, taste), expected, "{must:?}");
        }
    }

    #[test]
    fn a_sample_has_a_limit() {
        let large = TextPredicate::Pattern(Pattern::new("(a{50}){50}", false).expect("a pattern"));
        let tried = Cell::new(0);
        let is_longest = |text: &str| {
            tried.set(tried.get() + 1);
            text.len() > 2 * LONGEST
        };
        assert_eq!(likely(&[&large], Taste::Unit, &|text| text, &is_longest), None);
        assert!(tried.get() > 0);
    }
}
