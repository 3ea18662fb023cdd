//! Writing a scalar anew, or a part of it, in the style that stands there.
//!
//! What is to be written is read back before it is offered: where the style cannot say it, or would say something else,
//! there is no edit.

use std::collections::BTreeMap;
use std::ops::Range;

use super::tree::{Content, ScalarTag};
use super::{Document, Edit, Node, Part, Place, Scalar, ScalarKind, Sources, Span, Style, Text, decode_map, is_hidden};

impl Sources {
    /// The bytes to replace so that the text of a scalar, or the part of it at `place`, becomes `text`; `None` where
    /// that cannot be written, or would change more than this place.
    ///
    /// Where `place` is bytes, `text` is written as it is.
    pub(super) fn edit(&self, place: &Place, text: &str) -> Option<Edit> {
        let (file, span, text) = match place {
            Place::Bytes(file, span) => (*file, *span, text.to_owned()),
            Place::Node(file, route, part) => {
                let document = self.document(*file)?;
                let node = document.node(route).filter(|node| node.route() == *route)?;
                let node = if *part == Part::Key { node.key()? } else { node };
                let (span, text) = node.rewritten(part, text)?;
                (*file, span, text)
            }
            Place::File(_) | Place::Record { .. } => return None,
        };
        let is_seen = self.concealed(file).iter().all(|hidden| hidden.end <= span.start || span.end <= hidden.start);
        let file = self.text(file).name().to_owned();
        is_seen.then_some(Edit { file, start: span.start, end: span.end, text })
    }
}

impl<'d> Node<'d> {
    fn rewritten(self, part: &Part, text: &str) -> Option<(Span, String)> {
        let scalar = self.written_scalar()?;
        let range = match part {
            Part::Within(range) => range.range(),
            Part::Key | Part::Value => 0..scalar.text().len(),
        };
        let expected = format!("{}{text}{}", scalar.text().get(..range.start)?, scalar.text().get(range.end..)?);
        let span = scalar.source_span(range.clone());
        if span.end > self.span().end {
            // The line break at the end of a block scalar parts it from what follows.
            return None;
        }
        if let Some(edit) = self.narrowed(scalar, range, text, &expected) {
            return Some(edit);
        }
        let edit = (span, self.as_here(scalar, text));
        if self.stays_itself(scalar, &edit, &expected) || self.reads_back(scalar, &edit, &expected) {
            return Some(edit);
        }
        let quoted = (self.span(), format!("'{}'", expected.replace('\'', "''")));
        (scalar.style() == Style::Plain && self.reads_back(scalar, &quoted, &expected)).then_some(quoted)
    }

    /// A text as it stands inside this scalar, with the escapes that the scalar has for its characters already.
    fn as_here(self, scalar: Scalar<'_>, text: &str) -> String {
        let written = self.document().content().get(self.document().raw(self.id()).span.range()).unwrap_or("");
        if scalar.style() != Style::DoubleQuoted || !written.contains('\\') {
            return encoded(text, scalar.style());
        }
        let known = escapes_in(written);
        text.chars().map(|c| known.get(&c).map_or_else(|| escaped(c), |escape| (*escape).to_owned())).collect()
    }

    /// Where a part is written otherwise than we would, over several lines or with escapes here and none there, only
    /// what differs in it is written anew.
    fn narrowed(self, scalar: Scalar<'_>, range: Range<usize>, text: &str, expected: &str) -> Option<(Span, String)> {
        let old = scalar.text().get(range.clone())?;
        let as_written = self.document().content().get(scalar.source_span(range.clone()).range())?;
        if as_written == self.as_here(scalar, old) {
            return None;
        }
        let same = |(a, b): &(char, char)| a == b;
        let length = |(c, _): (char, char)| c.len_utf8();
        let before: usize = old.chars().zip(text.chars()).take_while(same).map(length).sum();
        let (old, text) = (old.get(before..)?, text.get(before..)?);
        let behind: usize = old.chars().rev().zip(text.chars().rev()).take_while(same).map(length).sum();
        let text = text.get(..text.len() - behind)?;
        let range = range.start + before..range.end - behind;
        if range.is_empty() && text.is_empty() {
            return None;
        }
        let edit = (scalar.source_span(range), self.as_here(scalar, text));
        let is_inside = edit.0.end <= self.span().end;
        (is_inside && self.reads_back(scalar, &edit, expected)).then_some(edit)
    }

    /// Whether an edit can be seen to give the text without reading it back, which takes time for the whole scalar at each
    /// of its edits: it stands inside of a line, and is made of characters that mean nothing to YAML there.
    fn stays_itself(self, scalar: Scalar<'_>, (span, text): &(Span, String), expected: &str) -> bool {
        let whole = self.document().raw(self.id()).span;
        let source = self.document().content();
        let is_one_line = source.get(span.range()).is_some_and(|old| !old.contains(['\n', '\r']));
        let is_inside = is_one_line && whole.start < span.start && span.end < whole.end;
        let around = source.get(whole.start..span.start).zip(source.get(span.end..whole.end));
        let Some((before, after)) = around.filter(|_| is_inside && !self.is_key()) else { return false };
        // Lines are folded, and indentation is taken off, at blanks beside a line break. One blank is none of those.
        let is_solid = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace() && !is_hidden(c));
        let holds = |mut chars: [Option<char>; 2]| {
            if chars[0] == Some(' ') {
                chars.swap(0, 1);
            }
            is_solid(chars[0])
        };
        let (mut back, mut on) = (before.chars().rev(), after.chars());
        let (first, last) = (text.chars().next(), text.chars().next_back());
        let is_within_a_line = holds([back.next(), back.next()]) && holds([on.next(), on.next()]);
        if !is_within_a_line
            || !is_solid(first)
            || !is_solid(last)
            || text.chars().any(|c| c.is_control() || is_hidden(c))
        {
            return false;
        }
        match scalar.style() {
            Style::SingleQuoted | Style::DoubleQuoted | Style::Literal | Style::Folded => true,
            Style::Plain => {
                let kind = super::core_schema::kind(expected, Style::Plain, ScalarTag::None);
                let same_kind = std::mem::discriminant(&kind) == std::mem::discriminant(&scalar.kind());
                same_kind && !text.contains([':', '#', ',', '[', ']', '{', '}'])
            }
        }
    }

    /// The scalar that is written here, and not elsewhere.
    fn written_scalar(self) -> Option<Scalar<'d>> {
        let is_alias = matches!(self.document().raw(self.id()).content, Content::Alias(_));
        if is_alias || !self.document().is_as_written() { None } else { self.scalar() }
    }

    /// Whether an edit of this scalar gives the text, of the same kind, where a scalar of this kind stands.
    fn reads_back(self, scalar: Scalar<'_>, (span, text): &(Span, String), expected: &str) -> bool {
        let raw = self.document().raw(self.id());
        let source = self.document().content();
        let (Some(before), Some(after)) = (source.get(raw.span.start..span.start), source.get(span.end..raw.span.end))
        else {
            return false;
        };
        let written = format!("{before}{text}{after}");
        let is_flow = std::iter::successors(self.parent(), |node| node.parent()).any(Node::is_flow);
        let is_key = self.is_key();
        let alone = match (is_flow, is_key) {
            (false, false) => format!("k: {written}"),
            (false, true) => format!("{written}: v"),
            (true, false) => format!("[{written}]"),
            (true, true) => format!("{{{written}: v}}"),
        };
        let (document, problems) = Document::parse(super::FileId(0), &Text::new("", alone));
        let read = document.root().and_then(|root| match root.mapping() {
            Some(mapping) if is_key => mapping.entries().next().map(|entry| entry.key),
            Some(mapping) => mapping.get("k").map(|entry| entry.value),
            None => root.sequence().and_then(|sequence| sequence.get(0)),
        });
        let Some(read) = read.and_then(Node::scalar).filter(|_| problems.is_empty()) else { return false };
        let is_one = document.nodes().len() == if is_flow && !is_key { 2 } else { 3 };
        let is_tagged = matches!(&raw.content, Content::Scalar { tag, .. } if *tag != ScalarTag::None);
        let same_kind = std::mem::discriminant(&read.kind()) == std::mem::discriminant(&scalar.kind());
        is_one && read.text() == expected && (same_kind || is_tagged)
    }
}

/// A text as it stands inside a scalar of a style.
fn encoded(text: &str, style: Style) -> String {
    match style {
        Style::Plain | Style::Literal | Style::Folded => text.to_owned(),
        Style::SingleQuoted => text.replace('\'', "''"),
        Style::DoubleQuoted => text.chars().map(escaped).collect(),
    }
}

/// The escapes in double quotes, by what they stand for.
fn escapes_in(written: &str) -> BTreeMap<char, &str> {
    let mut known = BTreeMap::new();
    let mut at = 0;
    while let Some(backslash) = written.get(at..).and_then(|rest| rest.find('\\')) {
        let start = at + backslash;
        let (c, len) = decode_map::escape(written, start);
        at = start + len;
        // A blank is escaped where a line begins or ends with it, and nowhere else.
        if len > 1 && !matches!(c, ' ' | '\t') {
            known.entry(c).or_insert(&written[start..at]);
        }
    }
    known
}

/// A text as a scalar: without quotes where nothing in it could be taken for something else, else in double quotes.
#[cfg(feature = "cli")]
pub(crate) fn scalar(text: &str) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/' | '.' | ' ');
    let is_plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(is_word)
        && !text.ends_with(' ')
        // Longer than any word that YAML, or an older YAML, takes for something else.
        && text.len() > 5;
    if is_plain { text.to_owned() } else { format!("\"{}\"", encoded(text, Style::DoubleQuoted)) }
}

/// A character in double quotes; these escapes are those of YAML and of JSON.
fn escaped(c: char) -> String {
    match c {
        '"' | '\\' => format!("\\{c}"),
        '\n' => "\\n".to_owned(),
        '\t' => "\\t".to_owned(),
        '\r' => "\\r".to_owned(),
        c if is_hidden(c) && u32::from(c) <= 0xffff => format!("\\u{:04x}", u32::from(c)),
        c => c.to_string(),
    }
}

impl Document {
    /// Whether another document is this one with nothing changed but scalars that the spans touch: the same nodes, keys,
    /// aliases and comments. The spans are in order, without overlaps.
    pub fn differs_only_at(&self, changed: &[Span], other: &Document) -> bool {
        let is_touched = |span: Span| {
            let next = changed.get(changed.partition_point(|edit| edit.start < span.start));
            next.is_some_and(|edit| span.contains(*edit))
        };
        let same_comments = self.comments().len() == other.comments().len()
            && self.comments().iter().zip(other.comments()).all(|(ours, theirs)| {
                ours.own_line == theirs.own_line
                    && self.content().get(ours.span.range()) == other.content().get(theirs.span.range())
            });
        same_comments && self.is_damaged() == other.is_damaged() && self.same_nodes(other, is_touched)
    }

    fn same_nodes(&self, other: &Document, is_touched: impl Fn(Span) -> bool) -> bool {
        let (ours, theirs) = (self.nodes(), other.nodes());
        ours.len() == theirs.len()
            && ours.iter().zip(theirs).all(|(our, their)| {
                let same_place = our.parent == their.parent && our.key == their.key;
                same_place
                    && match (&our.content, &their.content) {
                        (Content::Mapping { entries: a, .. }, Content::Mapping { entries: b, .. }) => a == b,
                        (Content::Sequence { items: a, .. }, Content::Sequence { items: b, .. }) => a == b,
                        (Content::Alias(a), Content::Alias(b)) => a == b,
                        (
                            Content::Scalar { text: a, style: a_style, tag: a_tag },
                            Content::Scalar { text: b, style: b_style, tag: b_tag },
                        ) => {
                            let (a, b) = (a.get(self.content()), b.get(other.content()));
                            let same = || {
                                let kind = |text, style, tag| super::core_schema::kind(text, style, tag);
                                a == b && kind_eq(kind(a, *a_style, *a_tag), kind(b, *b_style, *b_tag))
                            };
                            is_touched(our.span) || same()
                        }
                        _ => false,
                    }
            })
    }
}

/// Equal kinds; a value that is not a number is equal to itself.
fn kind_eq(a: ScalarKind, b: ScalarKind) -> bool {
    match (a, b) {
        (ScalarKind::Float(a), ScalarKind::Float(b)) => a.to_bits() == b.to_bits(),
        (a, b) => a == b,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::source::{At, Problem, Safety};

    /// The text after the part `from` of the scalar under `k` became `to`; `None` where that is refused.
    fn replaced(text: &str, from: &str, to: &str) -> Option<String> {
        let mut sources = Sources::default();
        let (file, problems) = sources.add_document("t.yaml", text.as_bytes());
        assert!(problems.is_empty(), "{problems:?} in {text}");
        let at = At::root(file).key("k");
        let decoded = sources.document(file)?.node(&at.route)?.scalar()?.text();
        let start = decoded.find(from).expect("the text has this part");
        let place = at.within(Span::new(start, start + from.len()));
        let problem = Problem::warning("example", place.clone(), "wrong").fix(Safety::Safe, "mend it", place, to);
        let fix = sources.resolve(&problem).fixes.into_iter().next()?;
        let [edit] = &fix.edits[..] else { panic!("one edit: {fix:?}") };
        Some(format!("{}{}{}", &text[..edit.start], edit.text, &text[edit.end..]))
    }

    proptest! {
        /// Where an edit is taken without being read back, reading it back would say the same.
        #[test]
        fn what_stays_itself_reads_back(
            lines in proptest::collection::vec("[a-z:#'\" \\\\,{}-]{1,8}", 1..4),
            text in "[a-z0-9:#'\" \\\\,{}é-]{0,4}",
            style in 0..5_usize,
            cut in (0.0..1.0_f64, 0.0..1.0_f64),
        ) {
            let document = match style {
                0 => format!("k: '{}'\n", lines.join("\n  ").replace('\'', "''")),
                1 => format!("k: \"{}\"\n", lines.join("\n  ").replace('\\', "\\\\").replace('"', "\\\"")),
                2 => format!("k: |\n  {}\n", lines.join("\n  ")),
                3 => format!("k: >\n  {}\n", lines.join("\n  ")),
                _ => format!("k: {}\n", lines.join("\n  ")),
            };
            let mut sources = Sources::default();
            let (file, problems) = sources.add_document("t.yaml", document.as_bytes());
            let node = sources.document(file).and_then(|document| document.node(&At::root(file).key("k").route));
            let scalar = node.and_then(Node::scalar).filter(|_| problems.is_empty());
            let (Some(node), Some(scalar)) = (node, scalar) else { return Ok(()) };
            let decoded = scalar.text();
            let at = |share: f64| {
                let wanted = (decoded.len() as f64 * share) as usize;
                (0..=wanted).rev().find(|&at| decoded.is_char_boundary(at)).unwrap_or_default()
            };
            let (start, end) = (at(cut.0.min(cut.1)), at(cut.0.max(cut.1)));
            let expected = format!("{}{text}{}", &decoded[..start], &decoded[end..]);
            let edit = (scalar.source_span(start..end), encoded(&text, scalar.style()));
            if node.stays_itself(scalar, &edit, &expected) {
                prop_assert!(node.reads_back(scalar, &edit, &expected), "{document:?} {edit:?} {expected:?}");
            }
        }
    }

    #[test]
    fn a_part_is_written_in_the_style_that_stands_there() {
        for (text, from, to, expected) in [
            ("k: a b # c\n", "b", "\"x\"", "k: a \"x\" # c\n"),
            ("k: a\n  b\n  c\n", "b c", "d", "k: a\n  d\n"),
            ("k: 'it''s b'\n", "s b", "s 'x'", "k: 'it''s ''x'''\n"),
            ("k: \"\\u00e9 b\"\n", "b", "\"x\\", "k: \"\\u00e9 \\\"x\\\\\"\n"),
            ("k: |\n  a\n  b\n", "a\nb", "ü", "k: |\n  ü\n"),
            ("k: >- # c\n  a\n  b\nl: 1\n", "b", "x: y", "k: >- # c\n  a\n  x: y\nl: 1\n"),
            ("{k: a b, l: 1}\n", "b", "x", "{k: a x, l: 1}\n"),
            ("{\"k\": \"a b\"}", "b", "\"", "{\"k\": \"a \\\"\"}"),
            // What stays is left as it is written.
            (r#"{"k": "\u00e4 p:\/\/x b"}"#, "ä p://x b", "ä p://x \"c", r#"{"k": "\u00e4 p:\/\/x \"c"}"#),
            (r#"{"k": "p:\/\/x\u00e4"}"#, "p://xä", "p://yä", r#"{"k": "p:\/\/y\u00e4"}"#),
            (r#"{"k": "\u00e4 ä b"}"#, "ä ä b", "ä ä c", r#"{"k": "\u00e4 ä c"}"#),
            (r#"{"k": "\u00e4 \/ b"}"#, "b", "[\"ä/\"]", r#"{"k": "\u00e4 \/ [\"\u00e4\/\"]"}"#),
            ("k: \"a\\ \\\n  b\"\n", "b", "c d", "k: \"a\\ \\\n  c d\"\n"),
            (r#"{"k": "\u00e4b"}"#, "äb", "äbc", r#"{"k": "\u00e4bc"}"#),
            (r#"{"k": "\u00e4\u00e4b"}"#, "ääb", "äb", r#"{"k": "\u00e4b"}"#),
            (r#"{"k": "\ud83d\ude00b"}"#, "😀b", "😁b", r#"{"k": "😁b"}"#),
            ("k: a\n  b c\n", "a b c", "a b d", "k: a\n  b d\n"),
            ("\u{feff}k: &x a b\r\nl: *x\r\n", "b", "c", "\u{feff}k: &x a c\r\nl: *x\r\n"),
        ] {
            assert_eq!(replaced(text, from, to).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_cannot_stand_without_quotes_is_quoted() {
        for (text, from, to, expected) in [
            ("k: a b # c\n", "b", "x: y", "k: 'a x: y' # c\n"),
            ("{k: a b}\n", "b", "in [1, 2]", "{k: 'a in [1, 2]'}\n"),
            ("k: a b\n", "a b", "'", "k: ''''\n"),
            ("k: a\n", "a", "true", "k: 'true'\n"),
        ] {
            assert_eq!(replaced(text, from, to).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_a_style_cannot_say_is_refused() {
        for (text, to) in [("k: |\n  a b\n", "x\ny"), ("k: 'a b'\n", "x\ny"), ("k: a b\n", "x\ny")] {
            assert_eq!(replaced(text, "b", to), None, "{text}");
        }
        // Another place would change with it.
        assert_eq!(replaced("l: &x a b\nk: *x\n", "b", "c"), None);
    }

    /// Ways to write a value: style, and what stands around it.
    fn written() -> impl Strategy<Value = String> {
        let word = "[a-zé0-9\"'\\\\:#,{}\\[\\]~-]{1,6}";
        let words = proptest::collection::vec(word, 1..5);
        (words, 0..6usize, any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
            |(words, style, anchor, crlf, bom, long)| {
                let (line, joined) = (words.join(" "), words.join("\n    "));
                let text = if long { &joined } else { &line };
                let value = match style {
                    0 => text.clone(),
                    1 => format!("'{}'", text.replace('\'', "''")),
                    2 => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
                    3 => format!("|\n    {text}"),
                    4 => format!(">-\n    {text}"),
                    _ => format!("{{ in: '{}', b: [x] }}", line.replace('\'', "''")),
                };
                let anchor = if anchor { "&it " } else { "" };
                let after = if anchor.is_empty() { "1" } else { "*it" };
                let document = format!("# ü\na: x # one\nk: {anchor}{value}\n# two\nz: {after}\n");
                let document = if crlf { document.replace('\n', "\r\n") } else { document };
                if bom { format!("\u{feff}{document}") } else { document }
            },
        )
    }

    proptest! {
        /// Whatever is offered changes its target, to what was asked for, and nothing else.
        #[test]
        fn an_edit_changes_its_target_only(
            text in written(), from in any::<prop::sample::Index>(), to in any::<prop::sample::Index>(),
            new in "[a-zü\"'\\\\ :#,{}\\[\\]\n]{0,8}",
        ) {
            let mut sources = Sources::default();
            let (file, problems) = sources.add_document("t.yaml", text.as_bytes());
            prop_assume!(problems.is_empty());
            let mut at = At::root(file).key("k");
            let document = sources.document(file).expect("a document");
            if document.node(&at.route).is_some_and(|node| node.mapping().is_some()) {
                at = at.key("in");
            }
            let Some(scalar) = document.node(&at.route).and_then(Node::scalar) else { return Ok(()) };
            let decoded = scalar.text();
            let ends: Vec<usize> = decoded.char_indices().map(|(at, _)| at).chain([decoded.len()]).collect();
            let (a, b) = (*from.get(&ends), *to.get(&ends));
            let (start, end) = (a.min(b), a.max(b));
            let Some(edit) = sources.edit(&at.within(Span::new(start, end)), &new) else { return Ok(()) };
            let after = format!("{}{}{}", &text[..edit.start], edit.text, &text[edit.end..]);
            let (changed, problems) = Document::parse(file, &Text::new("t.yaml", after.as_str()));
            prop_assert!(problems.is_empty(), "{problems:?} in {after:?}");
            let read = changed.node(&at.route).and_then(Node::scalar).map(|scalar| scalar.text().to_owned());
            let expected = format!("{}{new}{}", &decoded[..start], &decoded[end..]);
            prop_assert_eq!(read.as_deref(), Some(expected.as_str()), "{:?}", after);
            prop_assert!(document.differs_only_at(&[Span::new(edit.start, edit.end)], &changed), "{after:?}");
        }
    }

    #[test]
    fn a_document_that_differs_elsewhere_is_told() {
        let parse = |text: &str| Document::parse(super::super::FileId(0), &Text::new("t", text)).0;
        let before = parse("a: b # c\nd: [e, 1]\n");
        let touched = [Span::new(3, 4)];
        assert!(before.differs_only_at(&touched, &parse("a: x # c\nd: [e, 1]\n")));
        for other in [
            "a: x\nd: [e, 1]\n",
            "a: x # other\nd: [e, 1]\n",
            "a: x # c\nd: [e, 2]\n",
            "a: x # c\nd: [e, '1']\n",
            "a: x # c\nd: [e, 1, f]\n",
            "a: [x] # c\nd: [e, 1]\n",
            "b: x # c\nd: [e, 1]\n",
        ] {
            assert!(!before.differs_only_at(&touched, &parse(other)), "{other}");
        }
    }
}
