//! Reading the mappings of a document: every key asked for by name, everything else reported.
//!
//! One mistake makes one problem. A misspelt key is reported and then read as the key that was meant, so that nothing is
//! missing and what stands under it is looked at too; what a syntax error took away is not missed.

use std::fmt;

use super::Sited;
use super::problems::{LIMIT, Problems};
use crate::source::{
    At, Entry, Mapping, Node, Place, Problem, Scalar, ScalarKind, Step, Style, Value, quoted, shorten,
};

/// What a mapping is called in messages, and the keys that it takes.
#[derive(Debug)]
pub(crate) struct Shape {
    /// With its article: "a rule".
    pub(crate) what: &'static str,
    /// In the order in which people write them.
    pub(crate) keys: &'static [&'static str],
}

/// What a value has to be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Expected {
    Mapping(&'static Shape),
    /// A mapping whose keys are names.
    Names,
    /// A list; of what.
    List(&'static str),
    String,
    Boolean,
    Condition,
    /// A path or a list of paths.
    Paths,
    /// A day of the calendar.
    Day,
    /// The number of this version of the format.
    Version,
    /// One of several forms; in words.
    Either(&'static str),
}

/// A node and the route to it.
#[derive(Clone, Debug)]
pub(crate) struct Field<'d> {
    pub(crate) node: Node<'d>,
    pub(crate) at: At,
    /// Whether it stands under a misspelt key, which is reported already. If it is of another type than the key that is
    /// taken for meant, then another one was meant.
    guessed: bool,
}

/// The keys of one mapping.
#[derive(Debug)]
pub(crate) struct Fields<'d> {
    shape: &'static Shape,
    mapping: Mapping<'d>,
    at: At,
    /// Keys that are not of the shape, each with the one that was perhaps meant.
    unknown: Vec<(Entry<'d>, Option<&'static str>)>,
}

/// How many names a mapping may have: more than any provider has claims or attributes.
const MOST_NAMES: usize = 10_000;

impl<'d> Field<'d> {
    pub(crate) fn new(node: Node<'d>, at: At) -> Self {
        Field { node, at, guessed: false }
    }

    /// The keys of a mapping; a problem where it is none.
    pub(crate) fn fields(&self, shape: &'static Shape, problems: &mut Problems) -> Option<Fields<'d>> {
        match self.node.value() {
            Value::Mapping(mapping) => Some(Fields::new(shape, mapping, self.at.clone(), problems)),
            _ => self.mismatch(Expected::Mapping(shape), problems),
        }
    }

    /// The entries of a mapping whose keys are names: nothing is unknown in it.
    pub(crate) fn named(&self, problems: &mut Problems) -> Option<Vec<(&'d str, Field<'d>)>> {
        let Value::Mapping(mapping) = self.node.value() else { return self.mismatch(Expected::Names, problems) };
        let mut named = Vec::new();
        for (index, entry) in mapping.entries().enumerate() {
            if index == MOST_NAMES {
                problems.push(too_many_names(&self.at, self.name(), entry));
                break;
            }
            match entry.key_text().filter(|key| is_name(key)) {
                Some(key) => named.push((key, Field::new(entry.value, self.at.key(key)))),
                None => problems.push(nameless(&self.at, entry)),
            }
        }
        Some(named)
    }

    /// The items of a list; a problem where it is none. `what` names them in messages: "rules".
    pub(crate) fn items(&self, what: &'static str, problems: &mut Problems) -> Option<Vec<Field<'d>>> {
        let Value::Sequence(sequence) = self.node.value() else {
            return self.mismatch(Expected::List(what), problems);
        };
        let items = sequence.items().enumerate();
        Some(items.map(|(index, node)| Field::new(node, self.at.index(index))).collect())
    }

    /// The items of a list that must not be empty.
    pub(crate) fn some_items(&self, what: &'static str, problems: &mut Problems) -> Option<Vec<Field<'d>>> {
        let items = self.items(what, problems)?;
        if items.is_empty() && !self.is_damaged() {
            problems.push(
                Problem::error("invalid-value", self.at.value(), format!("the list of {what} is empty"))
                    .label("empty")
                    .help("list at least one"),
            );
            return None;
        }
        Some(items)
    }

    /// A string that is not empty.
    pub(crate) fn string(&self, problems: &mut Problems) -> Option<Sited<String>> {
        let scalar = match self.node.value() {
            Value::Scalar(scalar) if scalar.kind() == ScalarKind::String => scalar,
            _ => return self.mismatch(Expected::String, problems),
        };
        if scalar.text().trim().is_empty() {
            problems.push(
                match self.is_item() {
                    true => {
                        Problem::error("invalid-value", self.at.value(), format!("an item of {} is empty", self.name()))
                            .help("write a text, or remove the item")
                    }
                    false => Problem::error("invalid-value", self.at.value(), format!("{} is empty", self.name()))
                        .help("write a text, or remove the key"),
                }
                .label("empty"),
            );
            return None;
        }
        Some(Sited { value: scalar.text().to_owned(), at: self.at.clone() })
    }

    pub(crate) fn bool(&self, problems: &mut Problems) -> Option<bool> {
        match self.node.value() {
            Value::Scalar(scalar) => match scalar.kind() {
                ScalarKind::Bool(value) => Some(value),
                _ => self.mismatch(Expected::Boolean, problems),
            },
            _ => self.mismatch(Expected::Boolean, problems),
        }
    }

    /// One of a few words.
    pub(crate) fn choice<T: Copy>(&self, choices: &[(&'static str, T)], problems: &mut Problems) -> Option<T> {
        let text = self.string(problems)?;
        if let Some((_, value)) = choices.iter().find(|(word, _)| *word == *text) {
            return Some(*value);
        }
        let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        let help = match problems.closest(&text, words.iter().copied()) {
            Some(word) => format!("did you mean `{word}`? The values are {}", listed(&words)),
            None => format!("write {}", listed_or(&words)),
        };
        let message = format!("`{}` is no value of {}", shorten(&text), self.name());
        problems.push(
            Problem::error("invalid-value", self.at.value(), message)
                .label(format!("expected {}", listed_or(&words)))
                .help(help),
        );
        None
    }

    /// A list of strings that are not empty; those that are wrong are reported and left out.
    pub(crate) fn strings(&self, problems: &mut Problems) -> Option<Vec<Sited<String>>> {
        let items = self.items("strings", problems)?;
        Some(items.iter().filter_map(|item| item.string(problems)).collect())
    }

    /// Whether a syntax error took a part of it away.
    pub(crate) fn is_damaged(&self) -> bool {
        match self.node.value() {
            Value::Mapping(mapping) => mapping.is_damaged(),
            Value::Sequence(sequence) => sequence.is_damaged(),
            Value::Scalar(_) => false,
        }
    }

    /// Says that the value is not of the type expected.
    pub(crate) fn mismatch<T>(&self, expected: Expected, problems: &mut Problems) -> Option<T> {
        if !self.guessed {
            let problem = match self.node.value() {
                Value::Scalar(scalar) if scalar.kind() == ScalarKind::Null => self.without_value(expected),
                value => self.of_another_type(expected, value),
            };
            problems.push(problem);
        }
        None
    }

    fn without_value(&self, expected: Expected) -> Problem {
        // Where nothing is written there are no bytes: the key shows where it is missing.
        let place = if self.node.is_implicit() { self.at.name() } else { self.at.value() };
        let remove = if self.is_item() { "remove the item" } else { "remove the key" };
        Problem::error("type-mismatch", place, format!("{} no value", self.subject("has")))
            .label("no value")
            .help(format!("write {expected} after it, or {remove}"))
    }

    fn of_another_type(&self, expected: Expected, value: Value<'_>) -> Problem {
        let found = described(value);
        let message =
            format!("{} {expected}, and this is {found}", self.subject(if self.is_item() { "is" } else { "takes" }));
        Problem::error("type-mismatch", self.at.value(), message).label(found).help(expected.instead_of(value))
    }

    fn is_item(&self) -> bool {
        matches!(self.at.route.steps().last(), Some(Step::Index(_)))
    }

    /// The key that it stands under: "`hosts`".
    fn name(&self) -> String {
        match last_key(&self.at) {
            Some(key) => quoted(key),
            None => "the document".to_owned(),
        }
    }

    /// The beginning of a sentence about it: "`hosts` takes", "each item of `hosts` is", "the document is".
    fn subject(&self, verb: &str) -> String {
        match self.at.route.steps().last() {
            None => format!("the document {}", if verb == "takes" { "is" } else { verb }),
            Some(Step::Key(_)) => format!("{} {verb}", self.name()),
            Some(Step::Index(_)) if verb == "is" => format!("each item of {} is", self.name()),
            Some(Step::Index(_)) => format!("an item of {} {verb}", self.name()),
        }
    }
}

/// As it stands after "takes" or "is" in a sentence.
impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expected::Mapping(_) => f.write_str("a mapping"),
            Expected::Names => f.write_str("a mapping of names"),
            Expected::List(what) => write!(f, "a list of {what}"),
            Expected::String => f.write_str("a string"),
            Expected::Boolean => f.write_str("`true` or `false`"),
            Expected::Condition => f.write_str("a condition"),
            Expected::Paths => f.write_str("a path or a list of paths"),
            Expected::Day => f.write_str("a day"),
            Expected::Version => f.write_str("the number 1"),
            Expected::Either(what) => f.write_str(what),
        }
    }
}

impl Expected {
    /// What to write instead of a value.
    fn instead_of(self, found: Value<'_>) -> String {
        match (self, found) {
            (Expected::Mapping(shape), _) => {
                format!("write keys and values; {} has the keys {}", shape.what, listed(shape.keys))
            }
            (Expected::Names, _) => "write `name: value` for each".to_owned(),
            (Expected::List("strings"), Value::Scalar(scalar)) => {
                format!("write it as a list: `[{}]`", shorten(&as_string(scalar)))
            }
            (Expected::List(_), _) => "write it as a list: `- ` before each item".to_owned(),
            (Expected::String | Expected::Paths, Value::Scalar(scalar)) => {
                format!("put it in quotes to make it a string: `{}`", shorten(&single_quoted(scalar.text())))
            }
            (Expected::String, Value::Sequence(_)) => "write one string instead of a list".to_owned(),
            (Expected::Boolean, Value::Scalar(scalar)) => match scalar.text().to_ascii_lowercase().as_str() {
                "yes" | "on" | "y" | "true" => "write `true`".to_owned(),
                "no" | "off" | "n" | "false" => "write `false`".to_owned(),
                _ => "write `true` or `false`".to_owned(),
            },
            (Expected::Condition, _) => {
                "write a condition such as `userName ew \"@contoso.eu\"`, or `true` for everybody".to_owned()
            }
            (Expected::Day, _) => "write year, month and day, as `2027-03-01`".to_owned(),
            (Expected::Version, _) => "write `version: 1`".to_owned(),
            (expected, _) => format!("write {expected}"),
        }
    }
}

impl<'d> Fields<'d> {
    fn new(shape: &'static Shape, mapping: Mapping<'d>, at: At, problems: &mut Problems) -> Self {
        let is_known = |entry: &Entry<'_>| entry.key_text().is_some_and(|key| shape.keys.contains(&key));
        let (known, mut others): (Vec<_>, Vec<_>) = mapping.entries().partition(is_known);
        // More than can be listed, so that it is said that there are more.
        others.truncate(LIMIT + 1);
        let mut absent = shape.keys.to_vec();
        absent.retain(|key| !known.iter().any(|entry| entry.key_text() == Some(*key)));
        let mut unknown = Vec::with_capacity(others.len());
        for entry in others {
            let meant = entry.key_text().and_then(|key| problems.closest(key, absent.iter().copied()));
            // Each key is meant once.
            absent.retain(|key| Some(*key) != meant);
            unknown.push((entry, meant));
        }
        Fields { shape, mapping, at, unknown }
    }

    /// Where the mapping stands.
    pub(crate) fn at(&self) -> &At {
        &self.at
    }

    /// The mapping itself.
    pub(crate) fn mapping(&self) -> Mapping<'d> {
        self.mapping
    }

    /// The value of a key that may be left out.
    pub(crate) fn get(&self, key: &'static str) -> Option<Field<'d>> {
        debug_assert!(self.shape.keys.contains(&key), "{key} is not listed among the keys of {}", self.shape.what);
        if let Some(entry) = self.mapping.get(key) {
            return Some(Field::new(entry.value, self.at.key(key)));
        }
        let (entry, _) = self.unknown.iter().find(|(_, meant)| *meant == Some(key))?;
        Some(Field { node: entry.value, at: self.at.key(entry.key_text()?), guessed: true })
    }

    /// The value of a key that must be there.
    pub(crate) fn require(&self, key: &'static str, problems: &mut Problems) -> Option<Field<'d>> {
        let field = self.get(key);
        // A key that a syntax error took away may well have been written.
        if field.is_none() && !self.mapping.is_damaged() {
            problems.push(
                Problem::error("missing-key", self.at.name(), format!("{} has no `{key}`", self.shape.what))
                    .label(format!("`{key}` is missing"))
                    .help(format!("add `{key}:`")),
            );
        }
        field
    }

    /// The keys that are not of the shape, in order.
    pub(crate) fn unknown(&self) -> impl Iterator<Item = Entry<'d>> {
        self.unknown.iter().map(|(entry, _)| *entry)
    }

    /// Takes a key as told: another problem explains why it is there.
    pub(crate) fn explain(&mut self, told: &Entry<'_>) {
        self.unknown.retain(|(entry, _)| entry.key.span() != told.key.span());
    }

    /// Reports every key that is not of the shape.
    pub(crate) fn finish(self, problems: &mut Problems) {
        for (entry, meant) in &self.unknown {
            let Some(key) = entry.key_text() else {
                problems.push(nameless(&self.at, *entry));
                continue;
            };
            let help = match meant {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("remove it; the keys of {} are {}", self.shape.what, listed(self.shape.keys)),
            };
            let message = format!("{} has no key `{}`", self.shape.what, shorten(key));
            // Bytes are found at once, however many keys there are; a route is not.
            let place = Place::Bytes(self.at.file, entry.key.span());
            problems.push(Problem::error("unknown-key", place, message).label("unknown key").help(help));
        }
    }
}

/// Whether a key can be a name. `<<` in quotes does not merge, and is still nothing that anybody could write or read back
/// safely.
fn is_name(key: &str) -> bool {
    !key.trim().is_empty() && key != "<<"
}

fn too_many_names(at: &At, subject: String, entry: Entry<'_>) -> Problem {
    let message = format!("{subject} has more than the limit of {MOST_NAMES} names");
    Problem::error("invalid-value", Place::Bytes(at.file, entry.key.span()), message)
        .label("not read from here on")
        .help("remove those that nothing uses")
}

fn nameless(at: &At, entry: Entry<'_>) -> Problem {
    let (message, label) = match entry.key_text() {
        Some("<<") => ("`<<` stands for a name, and is the merge key of YAML", "not a name"),
        Some(_) => ("a key is empty", "no name"),
        None => ("a key is a list or a mapping", "not a name"),
    };
    Problem::error("type-mismatch", Place::Bytes(at.file, entry.key.span()), message)
        .label(label)
        .help("write a plain name before the colon")
}

fn last_key(at: &At) -> Option<&str> {
    at.route.steps().iter().rev().find_map(|step| match step {
        Step::Key(key) => Some(&**key),
        Step::Index(_) => None,
    })
}

fn described(value: Value<'_>) -> &'static str {
    match value {
        Value::Mapping(_) => "a mapping",
        Value::Sequence(_) => "a list",
        Value::Scalar(scalar) => match scalar.kind() {
            ScalarKind::Null => "nothing",
            ScalarKind::Bool(_) => "a boolean",
            ScalarKind::Int(_) | ScalarKind::Float(_) => "a number",
            ScalarKind::String => "a string",
        },
    }
}

/// A scalar as it is written where a string belongs.
fn as_string(scalar: Scalar<'_>) -> String {
    let text = scalar.text();
    let is_plain = scalar.style() == Style::Plain && scalar.kind() == ScalarKind::String;
    let splits = |c: char| matches!(c, ',' | '[' | ']' | '{' | '}' | '\n');
    if is_plain && !text.contains(splits) { text.to_owned() } else { single_quoted(text) }
}

/// A text in the one YAML style that has no escapes.
pub(crate) fn single_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// "`a`, `b` and `c`".
fn listed(words: &[&str]) -> String {
    joined(words, "and")
}

/// "`a`, `b` or `c`".
fn listed_or(words: &[&str]) -> String {
    joined(words, "or")
}

fn joined(words: &[&str], last: &str) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((end, rest)) => format!("{} {last} {end}", rest.join(", ")),
    }
}
