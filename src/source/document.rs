//! The spanned tree of a YAML or JSON document.

use std::sync::Arc;

use super::build::Built;
use super::node::{Node, Value};
use super::tree::{Content, Id, Raw, Tree};
use super::{FileId, Part, Place, Problem, Route, Span, Step, Text, characters, parsed};

/// A parsed document: an arena of nodes, each with its bytes.
///
/// ```
/// use vestibule::source::{Part, Sources};
/// let mut sources = Sources::default();
/// let (file, problems) = sources.add_document("rules.yaml", b"groups:\n  - name: \"caf\\u00e9 Lyon\"\n");
/// assert!(problems.is_empty());
/// let document = sources.document(file).unwrap();
/// let groups = document.root().unwrap().mapping().unwrap().get("groups").unwrap().value;
/// let name = groups.sequence().unwrap().get(0).unwrap().mapping().unwrap().get("name").unwrap().value;
/// assert_eq!(name.scalar().unwrap().text(), "café Lyon");
/// assert_eq!(name.route().to_string(), "groups[0].name");
/// ```
#[derive(Debug)]
pub struct Document {
    /// The text of the file.
    original: Arc<str>,
    /// The text that was parsed: that of the file with damaged blocks blanked.
    content: Arc<str>,
    tree: Tree,
    comments: Vec<Comment>,
    damaged: bool,
}

/// A comment of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// From `#` to the end of the line, without the line break.
    pub span: Span,
    /// Whether nothing else stands before it on its line.
    pub own_line: bool,
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// In `'…'`.
    SingleQuoted,
    /// In `"…"`.
    DoubleQuoted,
    /// After `|`.
    Literal,
    /// After `>`.
    Folded,
}

/// What a scalar means by the YAML 1.2 core schema.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ScalarKind {
    /// `null`, `~`, or nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A floating-point number, or an integer beyond 64 bits.
    Float(f64),
    /// Anything else, and everything quoted.
    String,
}

impl Document {
    /// Parses a text. Never fails: it gives a tree, and a problem for every damaged block, duplicate key and the like,
    /// in order of position.
    pub fn parse(file: FileId, text: &Text) -> (Document, Vec<Problem>) {
        let original = text.shared();
        let (clean, mut problems) = characters::without_forbidden(file, &original);
        let parsed = parsed::read(file, &original, &clean);
        let content = if *parsed.content == *original { Arc::clone(&original) } else { parsed.content.into() };
        problems.extend(parsed.built.problems);
        problems.iter_mut().for_each(|problem| snap(problem, &original));
        sort(&mut problems);
        let Built { mut tree, comments, .. } = parsed.built;
        if *content != *original {
            tree.spans().for_each(|span| widen(span, &original));
        }
        (Document { original: Arc::clone(&original), content, tree, comments, damaged: parsed.damaged }, problems)
    }

    /// The document of a text that is not looked into: it has no root, and counts as damaged.
    pub(super) fn unread(text: &Text) -> Document {
        Document {
            original: text.shared(),
            content: text.shared(),
            tree: Tree::default(),
            comments: Vec::new(),
            damaged: true,
        }
    }

    /// The span, widened to whole characters of the file.
    pub(super) fn whole_characters(&self, mut span: Span) -> Span {
        widen(&mut span, &self.original);
        span
    }

    /// The root node; `None` where the document is empty or wholly damaged.
    pub fn root(&self) -> Option<Node<'_>> {
        self.tree.root.map(|id| Node::new(self, id))
    }

    /// The node at a route, aliases and merge keys followed.
    ///
    /// ```
    /// use vestibule::source::{Route, Sources};
    /// let mut sources = Sources::default();
    /// let (file, _) = sources.add_document("rules.yaml", b"groups: [{ name: EU }]\n");
    /// let name = sources.document(file).unwrap().node(&Route::root().key("groups").index(0).key("name"));
    /// assert_eq!(name.and_then(|node| node.scalar()).map(|scalar| scalar.text()), Some("EU"));
    /// ```
    pub fn node(&self, route: &Route) -> Option<Node<'_>> {
        route.steps().iter().try_fold(self.root()?, Node::child)
    }

    /// The comments, in order.
    pub fn comments(&self) -> &[Comment] {
        &self.comments
    }

    /// Whether a syntax error took something away, anywhere in the document.
    pub fn is_damaged(&self) -> bool {
        self.damaged
    }

    /// The bytes at a route (aliases and merge keys followed); those of the nearest existing ancestor where it does not
    /// exist: of its key, if it has one.
    pub fn locate(&self, route: &Route, part: &Part) -> Span {
        let Some(mut node) = self.root() else { return Span::at(0) };
        // The key under which the node was reached: for what is merged, that is where the key is written.
        let mut key = None;
        for step in route.steps() {
            match child(node, step) {
                Some((child_key, child)) => (key, node) = (child_key, child),
                None => return key.map_or(node.span(), Node::span),
            }
        }
        match (part, node.value()) {
            // A whole list item or document is no place for what it lacks: its first line is.
            (Part::Key, _) => key.map_or_else(|| self.first_line(node.span()), Node::span),
            (Part::Within(range), Value::Scalar(scalar)) => scalar.source_span(range.range()),
            (Part::Value | Part::Within(_), _) => node.span(),
        }
    }

    pub(super) fn first_line(&self, span: Span) -> Span {
        let text = self.content.get(span.range()).unwrap_or("");
        let line = text.split(['\n', '\r']).next().unwrap_or("");
        Span::new(span.start, span.start + line.trim_end().len())
    }

    /// Where the value at a route is written: the route itself, unless an alias or a merge key leads there.
    pub(super) fn written_route(&self, route: &Route) -> Route {
        match self.node(route) {
            Some(node) => Node::new(self, self.resolve(node.id())).route(),
            None => route.clone(),
        }
    }

    /// The first node on the way to a route behind which nothing is written in its place: an alias, or what holds the
    /// merge key. `None` where the route leads there without either.
    pub(super) fn detour(&self, route: &Route) -> Option<Node<'_>> {
        let mut node = self.root()?;
        for step in route.steps() {
            let next = node.child(step)?;
            if next.parent().map(Node::id) != Some(node.id()) {
                return Some(node);
            }
            if self.resolve(next.id()) != next.id() {
                return Some(next);
            }
            node = next;
        }
        None
    }

    /// The route of the innermost node whose key or value covers the span.
    pub fn route_at(&self, span: Span) -> Route {
        let Some(mut node) = self.root() else { return Route::root() };
        while let Some(inner) = self.written_in(node.id(), span) {
            node = Node::new(self, inner);
        }
        node.route()
    }

    /// The node written directly in a collection that covers the span; the key and the value count as one, with what
    /// stands between them.
    fn written_in(&self, collection: Id, span: Span) -> Option<Id> {
        let start = |id: Id| self.raw(id).span.start;
        let covers = |id: Id| Node::new(self, id).span().contains(span);
        match &self.raw(collection).content {
            Content::Mapping { entries, .. } => {
                let next = entries.partition_point(|entry| start(entry.key) <= span.start);
                let entry = entries.get(next.checked_sub(1)?)?;
                let between = Span::new(start(entry.key), Node::new(self, entry.value).span().end);
                (covers(entry.value) || covers(entry.key) || between.contains(span)).then_some(entry.value)
            }
            Content::Sequence { items, .. } => {
                let next = items.partition_point(|&item| start(item) <= span.start);
                let item = *items.get(next.checked_sub(1)?)?;
                covers(item).then_some(item)
            }
            _ => None,
        }
    }

    /// Whether the tree is that of the whole text, with nothing blanked.
    pub(super) fn is_as_written(&self) -> bool {
        self.content == self.original
    }

    pub(super) fn nodes(&self) -> &[Raw] {
        self.tree.nodes()
    }

    pub(super) fn content(&self) -> &str {
        &self.content
    }

    pub(super) fn raw(&self, id: Id) -> &Raw {
        self.tree.node(id)
    }

    pub(super) fn resolve(&self, id: Id) -> Id {
        self.tree.resolve(id)
    }
}

impl<'d> Node<'d> {
    /// The node one step further.
    pub(super) fn child(self, step: &Step) -> Option<Node<'d>> {
        child(self, step).map(|(_, child)| child)
    }
}

/// The node one step further, and its key.
fn child<'d>(node: Node<'d>, step: &Step) -> Option<(Option<Node<'d>>, Node<'d>)> {
    match (step, node.value()) {
        (Step::Key(key), Value::Mapping(mapping)) => mapping.get(key).map(|entry| (Some(entry.key), entry.value)),
        (Step::Index(index), Value::Sequence(sequence)) => sequence.get(*index).map(|item| (None, item)),
        _ => None,
    }
}

/// Puts the problems of one document in order of position.
pub(super) fn sort(problems: &mut [Problem]) {
    problems.sort_by_key(|problem| match problem.primary.place {
        Place::Bytes(_, span) => span,
        _ => Span::at(0),
    });
}

/// Widens the places of a problem to whole characters.
fn snap(problem: &mut Problem, text: &str) {
    let labels = problem.related.iter_mut().chain([&mut problem.primary]);
    for place in labels.map(|label| &mut label.place) {
        if let Place::Bytes(_, span) = place {
            widen(span, text);
        }
    }
}

/// Widens a span to whole characters: where a character of several bytes was blanked, the parser sees several.
fn widen(span: &mut Span, text: &str) {
    while !text.is_char_boundary(span.start) {
        span.start -= 1;
    }
    while span.end < text.len() && !text.is_char_boundary(span.end) {
        span.end += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> (Document, Vec<Problem>) {
        Document::parse(FileId(0), &Text::new("t", text))
    }

    fn route(text: &str) -> Route {
        let steps = text.split('.').filter(|step| !step.is_empty()).map(|step| match step.parse() {
            Ok(index) => Step::Index(index),
            Err(_) => Step::Key(step.into()),
        });
        Route::from(steps.collect::<Vec<_>>())
    }

    fn check_located(text: &str, at: &str, part: Part, expected: &str) {
        let (document, _) = parse(text);
        let span = document.locate(&route(at), &part);
        assert_eq!(&text[span.range()], expected, "{at} {part:?} in {text}");
    }

    #[test]
    fn routes_become_bytes() {
        let text = "a:\n  - b: x\n    c: \"d\\u00e9f\"\n  - [1, {e: 2}]\n";
        check_located(text, "", Part::Value, text.trim_end());
        check_located(text, "a", Part::Key, "a");
        check_located(text, "a.0.b", Part::Value, "x");
        check_located(text, "a.0.b", Part::Key, "b");
        check_located(text, "a.0", Part::Key, "b: x");
        check_located(text, "a.1.1.e", Part::Value, "2");
        check_located(text, "a.0.c", Part::Within(Span::new(1, 3)), "\\u00e9");
        check_located(text, "a.0.c", Part::Within(Span::new(3, 4)), "f");
    }

    #[test]
    fn a_missing_route_is_its_nearest_ancestor() {
        let text = "a:\n  - b: x\n";
        check_located(text, "a.0.b.c", Part::Value, "b");
        check_located(text, "a.0.z", Part::Value, "b: x");
        check_located(text, "a.7", Part::Key, "a");
        check_located(text, "z", Part::Value, "a:\n  - b: x");
        check_located("", "a", Part::Value, "");
    }

    #[test]
    fn routes_follow_aliases_and_merge_keys() {
        let text = "base: &b { k: 1 }\nm: { <<: *b, l: 2 }\nn: *b\no: [*b]\n";
        check_located(text, "m.k", Part::Value, "1");
        check_located(text, "n", Part::Value, "*b");
        check_located(text, "n.k", Part::Key, "k");
        check_located(text, "o.0.k", Part::Value, "1");
    }

    #[test]
    fn bytes_become_routes() {
        let text = "a:\n  - b: x # y\n    ? [k]\n    : v\nd: {e: 1, f: }\n";
        let (document, _) = parse(text);
        let cases = [
            ("x", "a[0].b"),
            ("b", "a[0].b"),
            ("b: x", "a[0].b"),
            ("# y", "a[0]"),
            ("v", "a[0]"),
            ("1", "d.e"),
            ("f", "d.f"),
            ("{", "d"),
            ("a", "a"),
            ("d", "d"),
        ];
        for (at, expected) in cases {
            let start = text.find(at).unwrap();
            let found = document.route_at(Span::new(start, start + at.len()));
            assert_eq!(found.to_string(), expected, "{at}");
        }
        assert_eq!(document.route_at(Span::new(0, text.len())).to_string(), "");
    }

    fn codes(text: &str) -> Vec<&'static str> {
        parse(text).1.iter().map(|problem| problem.code).collect()
    }

    #[test]
    fn documents_are_refused_for_what_they_hold() {
        let cases: [(&str, &[&str]); 23] = [
            ("", &[]),
            ("# only a comment\n", &[]),
            ("%YAML 1.2\n---\na: 1\n...\n", &[]),
            ("a: 1\n---\nb: 2\n", &["second-document"]),
            ("a: 1\n---\n'b\n", &["second-document"]),
            ("{\"a\": 1}\n{\"a\": 2}\n", &["second-document"]),
            ("a: 1\nb: 2\na: 3\n\"a\": 4\n", &["duplicate-key", "duplicate-key"]),
            ("{0x10: a, 16: b, '16': c, 16.0: d}\n", &["duplicate-key"]),
            ("~: a\nnull: b\n", &["duplicate-key"]),
            ("? [a, b]\n: 1\n? [a, 'b']\n: 2\n", &["duplicate-key"]),
            ("a: *b\n", &["unknown-anchor"]),
            ("a: &a [*a]\n", &["recursive-alias"]),
            ("a: &a {b: *a}\n", &["recursive-alias"]),
            ("a: &a x\nb: *a\nc: &a y\nd: *a\n", &[]),
            ("a: !foo x\n", &["unknown-tag"]),
            ("a: !!set {b}\n", &["unknown-tag"]),
            ("a: !!str 1\nb: !!int '2'\nc: ! 3\nd: !!seq []\ne: !!map {}\n", &[]),
            ("a: !!int x\n", &["tag-mismatch"]),
            ("a: !!str [x]\n", &["tag-mismatch"]),
            ("a: {<<: x}\n", &["merge-key"]),
            ("a: {'<<': x}\n", &[]),
            ("a: \u{1b}[1m\n", &["forbidden-character"]),
            ("a: \"\u{9b}\u{7f}\u{202e}\"\nb: \u{202e}\u{a0}\n# \u{9b}\n", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(codes(text), expected, "{text}");
        }
    }

    #[test]
    fn nesting_ends_at_its_limit() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(codes(&nested(64)), [""; 0]);
        assert_eq!(codes(&nested(65)), ["nesting-limit"]);
        assert_eq!(codes(&format!("a: {}", nested(63))), [""; 0]);
        assert_eq!(codes(&format!("a: {}", nested(64))), ["nesting-limit"]);
        assert_eq!(codes(&format!("[&a {}, [*a]]", nested(62))), [""; 0]);
        assert_eq!(codes(&format!("[&a {}, [*a]]", nested(63))), ["nesting-limit"]);
    }

    #[test]
    fn merge_keys_bring_in_what_is_not_there() {
        let (document, problems) =
            parse("a: &a {x: 1, y: 1}\nb: &b {<<: *a, y: 2, z: 2}\nc: {w: 3, <<: [{v: 4, z: 4}, *b]}\n");
        assert_eq!(problems, []);
        let merged = document.root().unwrap().mapping().unwrap().get("c").unwrap().value.mapping().unwrap();
        let entries: Vec<_> = merged
            .entries()
            .map(|entry| format!("{}{}", entry.key_text().unwrap(), entry.value.scalar().unwrap().text()))
            .collect();
        assert_eq!(entries, ["w3", "v4", "z4", "y2", "x1"]);
        assert_eq!(merged.get("x").unwrap().value.scalar().unwrap().text(), "1");
        assert_eq!(merged.get("z").unwrap().value.scalar().unwrap().text(), "4");
        assert!(merged.get("nothing").is_none());
    }

    #[test]
    fn comments_are_kept() {
        let text = "\u{feff}# a\nb: c # d\n  # e\nf: |\n  # text\n#g";
        let (document, _) = parse(text);
        let comments: Vec<_> =
            document.comments().iter().map(|comment| (&text[comment.span.range()], comment.own_line)).collect();
        assert_eq!(comments, [("# a", true), ("# d", false), ("# e", true), ("#g", true)]);
    }

    #[test]
    fn a_comment_may_be_the_rest_of_a_value() {
        let text = "a: b #c\nd: 'e' # f\ng: h\n# i\n";
        let (document, _) = parse(text);
        let root = document.root().unwrap().mapping().unwrap();
        let trailing = |key: &str| {
            let span = root.get(key).unwrap().value.scalar().unwrap().trailing_comment();
            span.map(|span| &text[span.range()])
        };
        assert_eq!((trailing("a"), trailing("d"), trailing("g")), (Some("#c"), None, None));
    }

    #[test]
    fn characters_that_only_quotes_may_hold_stay_in_quotes() {
        let text = "a: \"x\u{9b}y\\n\"\nb: x\u{9b}y\n";
        let (document, problems) = parse(text);
        let root = document.root().unwrap().mapping().unwrap();
        assert_eq!(root.get("a").unwrap().value.scalar().unwrap().text(), "x\u{9b}y\n");
        assert_eq!(root.get("b").unwrap().value.scalar().unwrap().text(), "x\u{9b}y");
        let codes: Vec<_> = problems.iter().map(|problem| problem.code).collect();
        assert_eq!(codes, ["forbidden-character"]);
    }

    #[test]
    fn json_is_the_same_tree_with_the_same_offsets() {
        let key = "k".repeat(2000);
        let text = format!("{{\t\"{key}\"\n:\n\t[1,\"\\ud83d\\ude00\\/x\"]}}");
        let (document, problems) = parse(&text);
        assert_eq!(problems, []);
        let root = document.root().unwrap().mapping().unwrap();
        let list = root.get(&key).unwrap().value.sequence().unwrap();
        let scalar = list.get(1).unwrap().scalar().unwrap();
        assert_eq!(scalar.text(), "😀/x");
        assert_eq!(&text[scalar.source_span(0..4).range()], "\\ud83d\\ude00");
        assert_eq!(&text[scalar.source_span(4..6).range()], "\\/x");
    }
}
