//! Where something is, in words that stay when other things move: names instead of indices.

use super::{Document, FileId, Node, Part, Place, Route, Sources, Span, Step, Text, Value};

/// The keys that name the items of a list, in the formats that are read here; the first that an item has counts.
const NAMES: [&str; 6] = ["rule", "name", "id", "targetAttributeName", "userName", "displayName"];

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
                Some(document) => self.named(*file, document, &document.route_at(*span)),
                None => String::new(),
            },
            Place::Node(file, route, part) => {
                let Some(document) = self.document(*file) else { return route.to_string() };
                let mut anchor = self.named(*file, document, route);
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

    fn record_name(&self, file: FileId, record: Span) -> Option<String> {
        if self.is_concealed(file, record) {
            return None;
        }
        let text = Text::new("", self.text(file).slice(record));
        let (document, _) = Document::parse(file, &text);
        name_of(document.root()?).map(|(name, _)| name)
    }

    /// The route with a name for the index of each item that has one.
    fn named(&self, file: FileId, document: &Document, route: &Route) -> String {
        let mut anchor = String::new();
        let mut node = document.root();
        for step in route.steps() {
            node = node.and_then(|node| node.child(step));
            match step {
                Step::Index(index) => {
                    let name = node.and_then(name_of).filter(|(_, node)| !self.is_concealed(file, node.span()));
                    let name = name.map_or_else(|| index.to_string(), |(name, _)| name);
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

    fn is_concealed(&self, file: FileId, span: Span) -> bool {
        let concealed = self.concealed(file);
        let next = concealed.partition_point(|hidden| hidden.end <= span.start);
        concealed.get(next).is_some_and(|hidden| hidden.start < span.end)
    }
}

/// What names an item: one of its keys, or the item itself where it is a scalar.
fn name_of(item: Node<'_>) -> Option<(String, Node<'_>)> {
    let node = match item.value() {
        Value::Scalar(_) => item,
        Value::Mapping(mapping) => NAMES.iter().find_map(|key| {
            let node = mapping.get(key)?.value;
            node.scalar().map(|_| node)
        })?,
        Value::Sequence(_) => return None,
    };
    let text = node.scalar()?.text();
    (text.len() <= LONGEST_TEXT).then(|| (serde_json::Value::from(text).to_string(), node))
}
