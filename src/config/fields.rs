//! Reading the mappings of a document: every key asked for by name, everything else reported.

use super::Sited;
use crate::source::{At, Entry, Mapping, Node, Problem, ScalarKind, Value, closest};

/// Where problems go while a document is read.
#[derive(Debug, Default)]
pub(super) struct Problems(pub(super) Vec<Problem>);

impl Problems {
    pub(super) fn push(&mut self, problem: Problem) {
        self.0.push(problem);
    }
}

/// A node and the route to it.
#[derive(Clone, Debug)]
pub(super) struct Field<'d> {
    pub(super) node: Node<'d>,
    pub(super) at: At,
}

/// The keys of one mapping. [`Fields::finish`] reports those that nobody asked for.
pub(super) struct Fields<'d> {
    what: &'static str,
    mapping: Mapping<'d>,
    at: At,
    asked: Vec<&'static str>,
    ignored: Vec<String>,
}

impl<'d> Field<'d> {
    pub(super) fn new(node: Node<'d>, at: At) -> Self {
        Field { node, at }
    }

    /// The keys of a mapping; a problem where it is none. `what` names it in messages: "a rule".
    pub(super) fn fields(&self, what: &'static str, problems: &mut Problems) -> Option<Fields<'d>> {
        match self.node.value() {
            Value::Mapping(mapping) => {
                Some(Fields { what, mapping, at: self.at.clone(), asked: Vec::new(), ignored: Vec::new() })
            }
            _ => {
                self.mismatch(&format!("{what} is a mapping of keys and values"), problems);
                None
            }
        }
    }

    /// The items of a list; a problem where it is none.
    pub(super) fn items(&self, what: &str, problems: &mut Problems) -> Option<Vec<Field<'d>>> {
        match self.node.value() {
            Value::Sequence(sequence) => {
                let items = sequence.items().enumerate();
                Some(items.map(|(index, node)| Field::new(node, self.at.index(index))).collect())
            }
            _ => {
                self.mismatch(&format!("{what} is a list"), problems);
                None
            }
        }
    }

    /// A string that is not empty.
    pub(super) fn string(&self, problems: &mut Problems) -> Option<Sited<String>> {
        let Value::Scalar(scalar) = self.node.value() else {
            self.mismatch("a string is expected", problems);
            return None;
        };
        if scalar.kind() != ScalarKind::String {
            self.mismatch("a string is expected", problems);
            return None;
        }
        if scalar.text().trim().is_empty() {
            problems.push(
                Problem::error("invalid-value", self.at.value(), "an empty string stands where a text is expected")
                    .label("empty")
                    .help("write a text, or remove the key"),
            );
            return None;
        }
        Some(Sited { value: scalar.text().to_owned(), at: self.at.clone() })
    }

    pub(super) fn bool(&self, problems: &mut Problems) -> Option<bool> {
        if let Value::Scalar(scalar) = self.node.value() {
            if let ScalarKind::Bool(value) = scalar.kind() {
                return Some(value);
            }
        }
        self.mismatch("`true` or `false` is expected", problems);
        None
    }

    /// One of a few words.
    pub(super) fn choice<T: Copy>(&self, choices: &[(&str, T)], problems: &mut Problems) -> Option<T> {
        let text = self.string(problems)?;
        if let Some((_, value)) = choices.iter().find(|(word, _)| *word == *text) {
            return Some(*value);
        }
        let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        let help = match closest(&text, words.iter().copied()) {
            Some(word) => format!("did you mean `{word}`? Expected one of {}", listed(&words)),
            None => format!("write one of {}", listed(&words)),
        };
        problems.push(
            Problem::error(
                "invalid-value",
                self.at.value(),
                format!("`{}` is not a value that this key takes", cut(&text)),
            )
            .label(format!("expected {}", listed(&words)))
            .help(help),
        );
        None
    }

    /// A list of strings that are not empty; those that are wrong are reported and left out.
    pub(super) fn strings(&self, what: &str, problems: &mut Problems) -> Option<Vec<Sited<String>>> {
        let items = self.items(what, problems)?;
        Some(items.iter().filter_map(|item| item.string(problems)).collect())
    }

    /// Whether a syntax error took a part of it away.
    pub(super) fn is_damaged(&self) -> bool {
        match self.node.value() {
            Value::Mapping(mapping) => mapping.is_damaged(),
            Value::Sequence(sequence) => sequence.is_damaged(),
            Value::Scalar(_) => false,
        }
    }

    /// Says that the node is not of the type expected.
    pub(super) fn mismatch(&self, expected: &str, problems: &mut Problems) {
        let (found, quote) = match self.node.value() {
            Value::Mapping(_) => ("a mapping", false),
            Value::Sequence(_) => ("a list", false),
            Value::Scalar(scalar) => match scalar.kind() {
                ScalarKind::Null => ("nothing", false),
                ScalarKind::Bool(_) => ("a boolean", true),
                ScalarKind::Int(_) | ScalarKind::Float(_) => ("a number", true),
                ScalarKind::String => ("a string", false),
            },
        };
        let help = match (quote && expected.contains("string"), found) {
            (true, _) => "put it in quotes to make it a string".to_owned(),
            (false, "nothing") => format!("fill it in, or remove the key: {expected}"),
            (false, _) => format!("change it: {expected}"),
        };
        // A value of nothing has no bytes of its own: its key shows where it is missing.
        let place = if found == "nothing" { self.at.name() } else { self.at.value() };
        problems.push(
            Problem::error("type-mismatch", place, format!("{expected}, but this is {found}"))
                .label(format!("this is {found}"))
                .help(help),
        );
    }
}

impl<'d> Fields<'d> {
    /// Where the mapping stands.
    pub(super) fn at(&self) -> &At {
        &self.at
    }

    /// The mapping itself.
    pub(super) fn mapping(&self) -> Mapping<'d> {
        self.mapping
    }

    /// The value of a key that may be left out.
    pub(super) fn get(&mut self, key: &'static str) -> Option<Field<'d>> {
        self.asked.push(key);
        let entry = self.mapping.get(key)?;
        Some(Field::new(entry.value, self.at.key(key)))
    }

    /// The value of a key that must be there.
    pub(super) fn require(&mut self, key: &'static str, problems: &mut Problems) -> Option<Field<'d>> {
        let field = self.get(key);
        // A key that a syntax error took away may well have been written.
        if field.is_none() && !self.mapping.is_damaged() {
            problems.push(
                Problem::error("missing-key", self.at.name(), format!("{} has no `{key}`", self.what))
                    .label(format!("`{key}` is missing"))
                    .help(format!("add `{key}:`")),
            );
        }
        field
    }

    /// All entries, for mappings whose keys are names: nothing is unknown in them.
    pub(super) fn named(&self, problems: &mut Problems) -> Vec<(&'d str, Field<'d>)> {
        let mut named = Vec::new();
        for entry in self.mapping.entries() {
            match entry.key_text() {
                Some(key) => named.push((key, Field::new(entry.value, self.at.key(key)))),
                None => self.report_key(entry, problems),
            }
        }
        named
    }

    /// Does not report this key, whose presence another problem explains.
    pub(super) fn ignore(&mut self, key: &str) {
        self.ignored.push(key.to_owned());
    }

    /// Reports every key that was not asked for.
    pub(super) fn finish(self, problems: &mut Problems) {
        for entry in self.mapping.entries() {
            let Some(key) = entry.key_text() else {
                self.report_key(entry, problems);
                continue;
            };
            if self.asked.contains(&key) || self.ignored.iter().any(|ignored| ignored == key) {
                continue;
            }
            let help = match closest(key, self.asked.iter().copied()) {
                Some(known) => format!("did you mean `{known}`?"),
                None => format!("remove it; the keys of {} are {}", self.what, listed(&self.asked)),
            };
            let message = format!("{} has no key `{}`", self.what, cut(key));
            let place = self.at.key(key).name();
            problems.push(Problem::error("unknown-key", place, message).label("unknown key").help(help));
        }
    }

    fn report_key(&self, entry: Entry<'_>, problems: &mut Problems) {
        let place = crate::source::Place::Bytes(self.at.file, entry.key.span());
        problems.push(
            Problem::error("type-mismatch", place, "a key is a list or a mapping")
                .label("not a name")
                .help("write a plain name before the colon"),
        );
    }
}

/// "`a`, `b` and `c`".
pub(super) fn listed(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// A value short enough for a message.
pub(super) fn cut(text: &str) -> String {
    const LIMIT: usize = 80;
    match text.char_indices().nth(LIMIT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
