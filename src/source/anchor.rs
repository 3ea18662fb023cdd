//! Where something is, in words that stay when other things move: names instead of indices.

use super::case::hash;
use super::{Case, Document, FileId, Node, Part, Place, Route, Sources, Span, Step, Text, Value};

/// The keys that name the items of a list, in the formats that are read here; the first that an item has counts.
const NAMES: [&str; 6] = ["rule", "name", "id", "targetAttributeName", "userName", "displayName"];

/// Those that name parts of a configuration and not people.
const IMPERSONAL: [&str; 3] = ["rule", "name", "targetAttributeName"];

/// Larger records keep their index: telling their names costs too much.
const LARGEST_RECORD: usize = 1 << 20;

/// How much of a text is kept.
const LONGEST_TEXT: usize = 200;

impl Sources {
    /// The place without positions: the route with names for indices, and of a part of a scalar its text.
    ///
    /// `organization-assignment.users["finance-eu"].when: provider.groups`
    pub(super) fn anchor(&self, place: &Place) -> String {
        match place {
            Place::File(_) => String::new(),
            Place::Bytes(file, span) => match self.document(*file) {
                Some(document) => self.named(*file, document, &document.route_at(*span), plain),
                None => String::new(),
            },
            Place::Node(file, route, part) => {
                let Some(document) = self.document(*file) else { return route.to_string() };
                let mut anchor = self.named(*file, document, route, plain);
                if let Part::Within(_) = part {
                    let span = document.locate(route, part);
                    anchor.push_str(": ");
                    anchor.push_str(&self.words(*file, span));
                }
                anchor
            }
            Place::Record { file, record, route, inner, .. } => {
                let named = (record.len() <= LARGEST_RECORD).then(|| self.record_name(*file, *record)).flatten();
                let outer = match (named, route.parent(), route.steps().last()) {
                    (Some(name), Some(parent), Some(Step::Index(_))) => format!("{parent}[{name}]"),
                    _ => route.to_string(),
                };
                if inner.steps().is_empty() { outer } else { format!("{outer}.{inner}") }
            }
        }
    }

    /// What a problem at a place is about, unless it says more itself: where, in words that stay and name nobody, and
    /// what there.
    ///
    /// Where something is reached through an alias or a merge key, that is where it is written.
    pub(super) fn about(&self, place: &Place) -> (String, Case) {
        match place {
            Place::File(_) => (String::new(), Case::new(&[])),
            Place::Bytes(file, span) => match self.document(*file) {
                Some(document) => {
                    let route = self.named(*file, document, &document.route_at(*span), veiled);
                    (route, case_of(&[&self.words(*file, *span)]))
                }
                None => (String::new(), Case::new(&[])),
            },
            Place::Node(file, route, part) => {
                let Some(document) = self.document(*file) else { return (route.to_string(), Case::new(&[])) };
                let words = match part {
                    Part::Within(_) => self.words(*file, document.locate(route, part)),
                    Part::Key | Part::Value => String::new(),
                };
                let written = document.written_route(route);
                let at = self.named(*file, document, &written, veiled);
                if written == *route {
                    return (at, case_of(&[&words]));
                }
                (at, Case::new(&[&words, &self.named(*file, document, route, plain)]))
            }
            Place::Record { file, record, .. } => {
                ("snapshot".to_owned(), Case::new(&[&self.anchor(place)]).in_record(*file, *record))
            }
        }
    }

    fn record_name(&self, file: FileId, record: Span) -> Option<String> {
        if self.is_concealed(file, record) {
            return None;
        }
        let text = Text::new("", self.text(file).slice(record));
        let (document, _) = Document::parse(file, &text);
        name_of(document.root()?).map(|name| plain(&name))
    }

    /// The route with a name for the index of each item that has one.
    fn named(&self, file: FileId, document: &Document, route: &Route, shown: fn(&Name<'_>) -> String) -> String {
        let mut anchor = String::new();
        let mut node = document.root();
        for step in route.steps() {
            node = node.and_then(|node| node.child(step));
            match step {
                Step::Index(index) => {
                    let name = node.and_then(name_of).filter(|name| !self.is_concealed(file, name.node.span()));
                    let name = name.map_or_else(|| index.to_string(), |name| shown(&name));
                    anchor.push_str(&format!("[{name}]"));
                }
                Step::Key(_) => {
                    if !anchor.is_empty() {
                        anchor.push('.');
                    }
                    anchor.push_str(&Route::from(vec![step.clone()]).to_string());
                }
            }
        }
        anchor
    }

    /// Written text with its white space made even; nothing of what is concealed.
    fn words(&self, file: FileId, span: Span) -> String {
        if self.is_concealed(file, span) {
            return String::new();
        }
        let words: Vec<&str> = self.text(file).slice(span).split_whitespace().collect();
        words.join(" ").chars().take(LONGEST_TEXT).collect()
    }

    /// Whether anything is concealed in the value, or in the bytes, that a place is in.
    pub(super) fn conceals(&self, place: &Place) -> bool {
        match place {
            Place::Node(file, route, _) => {
                let node = self.document(*file).and_then(|document| document.node(route));
                node.and_then(|node| node.scalar().map(|_| node.span()))
                    .is_some_and(|span| self.is_concealed(*file, span))
            }
            Place::Bytes(file, span) => self.is_concealed(*file, *span),
            Place::File(_) | Place::Record { .. } => false,
        }
    }

    fn is_concealed(&self, file: FileId, span: Span) -> bool {
        let concealed = self.concealed(file);
        let next = concealed.partition_point(|hidden| hidden.end <= span.start);
        concealed.get(next).is_some_and(|hidden| hidden.start < span.end)
    }
}

/// A case; the place itself where there are no words.
fn case_of(words: &[&str]) -> Case {
    if words.iter().all(|words| words.is_empty()) { Case::new(&[]) } else { Case::new(words) }
}

/// What names an item: one of its keys, or the item itself where it is a scalar.
struct Name<'d> {
    key: Option<&'static str>,
    node: Node<'d>,
    text: &'d str,
}

fn name_of(item: Node<'_>) -> Option<Name<'_>> {
    let (key, node) = match item.value() {
        Value::Scalar(_) => (None, item),
        Value::Mapping(mapping) => NAMES.iter().find_map(|key| {
            let node = mapping.get(key)?.value;
            node.scalar().map(|_| (Some(*key), node))
        })?,
        Value::Sequence(_) => return None,
    };
    let text = node.scalar()?.text();
    (text.len() <= LONGEST_TEXT).then_some(Name { key, node, text })
}

fn plain(name: &Name<'_>) -> String {
    serde_json::Value::from(name.text).to_string()
}

/// The name where it is that of a rule, a group or an attribute; a hash where it may be that of a person.
fn veiled(name: &Name<'_>) -> String {
    let is_impersonal = name.key.is_some_and(|key| IMPERSONAL.contains(&key)) && !name.text.contains('@');
    if is_impersonal { plain(name) } else { format!("{:016x}", hash([name.text.as_bytes()].into_iter())) }
}
