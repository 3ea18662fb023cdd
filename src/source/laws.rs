//! Laws of the source layer, over generated texts.

use proptest::prelude::*;

use super::document::Style;
use super::{Document, FileId, Node, Part, Place, Problem, Scalar, Span, Text, Value, decode_map};

fn parse(text: &str) -> (Document, Vec<Problem>) {
    Document::parse(FileId(0), &Text::new("t", text))
}

/// All nodes of a document, aliases not followed.
fn nodes(document: &Document) -> Vec<Node<'_>> {
    let mut found = Vec::new();
    let mut waiting: Vec<_> = document.root().into_iter().collect();
    while let Some(node) = waiting.pop() {
        found.push(node);
        if document.resolve(node.id()) != node.id() {
            continue;
        }
        match node.value() {
            Value::Mapping(mapping) => waiting.extend(mapping.entries().flat_map(|entry| [entry.key, entry.value])),
            Value::Sequence(sequence) => waiting.extend(sequence.items()),
            Value::Scalar(_) => {}
        }
    }
    found
}

fn whole_map(document: &Document, node: Node<'_>, scalar: Scalar<'_>) -> String {
    let raw = document.raw(document.resolve(node.id()));
    let pieces = decode_map::pieces(document.content(), raw.span, scalar.style(), scalar.text());
    decode_map::decoded(document.content(), &pieces)
}

fn span_of(problem: &Problem) -> Span {
    match problem.primary.place {
        Place::Bytes(_, span) => span,
        _ => Span::at(0),
    }
}

/// What must hold of every document, however broken.
fn check_laws(text: &str) -> Result<(), TestCaseError> {
    let (document, problems) = parse(text);
    for problem in &problems {
        prop_assert!(problem.help.is_some(), "{problem:?}");
        let places = problem.related.iter().map(|label| &label.place).chain([&problem.primary.place]);
        for place in places {
            let Place::Bytes(_, span) = place else { return Err(TestCaseError::fail("a place without bytes")) };
            prop_assert!(text.get(span.range()).is_some(), "{span:?} of {problem:?} in {text:?}");
        }
    }
    prop_assert!(problems.is_sorted_by_key(span_of));
    for node in nodes(&document) {
        let span = node.span();
        prop_assert!(text.get(span.range()).is_some());
        if let Some(scalar) = node.scalar() {
            prop_assert_eq!(scalar.text(), whole_map(&document, node, scalar));
            let mut last = 0;
            for (at, c) in scalar.text().char_indices() {
                let source = scalar.source_span(at..at + c.len_utf8());
                prop_assert!(source.start >= last && text.get(source.range()).is_some(), "{source:?}");
                last = source.start;
            }
        }
        if document.resolve(node.id()) == node.id() && node.parent().is_some_and(|_| node.key().is_some()) {
            let located = document.locate(&node.route(), &Part::Value);
            // An alias or a merge key may lead to another node of the same route first.
            prop_assert!(text.get(located.range()).is_some());
        }
    }
    Ok(())
}

/// Texts made of what matters in YAML.
fn yaml_like() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        8 => prop::sample::select(vec![
            "a", "b: ", "- ", "? ", ": ", "\n", "\n  ", "\n    ", "\n- ", "  ", "\t", "\"", "'", "[", "]", "{", "}", ",",
            "#", " # c", "|", ">", "|-\n  ", ">+\n    ", "&a ", "*a", "!", "!!str ", "!x ", "%", "@", "`", "\\", "\\n",
            "\\u00e9", "\\.", "---\n", "...\n", "\r\n", "\r", "ü", "😀", "\u{feff}", "\u{0}", "\u{1b}", "\u{7f}",
            "\u{9b}", "\u{202e}", "\u{85}", "\u{2028}", "<<: ", "null", "~", "1", "0x1F", "-1.5e3", "key: value\n",
            "k: [1, {b: c}]\n", "a: |\n  x\n\n   y\n", "a: >\n  x\n  y\n\n\n  z\n", "\"x\\\n  y\"",
        ]).prop_map(str::to_owned),
        1 => "[ -~]{1,4}",
    ];
    prop::collection::vec(word, 0..40).prop_map(|words| words.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn parsing_never_fails(text in yaml_like()) {
        check_laws(&text)?;
    }

    #[test]
    fn what_serde_json_writes_is_read_the_same(value in json(), pretty in any::<bool>(), tabs in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        let text = if tabs { text.replace("\n  ", "\n\t") } else { text };
        let (document, problems) = parse(&text);
        prop_assert_eq!(problems, []);
        if let Some(root) = document.root().filter(|_| value.is_array() || value.is_object()) {
            prop_assert_eq!(as_json(root), value);
            check_laws(&text)?;
        }
    }

    #[test]
    fn truncated_json_gives_one_problem(value in json(), cut in 1..100usize) {
        let text = serde_json::to_string_pretty(&serde_json::json!([value])).unwrap();
        let end = (1..=text.len() * cut / 100).rev().find(|&end| end < text.len() && text.is_char_boundary(end));
        let end = end.unwrap_or(1);
        let (document, problems) = parse(&text[..end]);
        let codes: Vec<_> = problems.iter().map(|problem| problem.code).collect();
        prop_assert_eq!(codes, ["syntax"]);
        prop_assert!(document.root().is_none() && document.is_damaged());
    }
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value as Json;
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        (-1e9..1e9f64).prop_map(Json::from),
        "\\PC{0,12}".prop_map(Json::from),
        any::<String>().prop_map(Json::from),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Json::from),
            prop::collection::hash_map("[^\u{0}]{0,8}", inner, 0..6)
                .prop_map(|map| Json::Object(map.into_iter().collect())),
        ]
    })
}

fn as_json(node: Node<'_>) -> serde_json::Value {
    use super::ScalarKind;
    match node.value() {
        Value::Mapping(mapping) => {
            let entries = mapping.entries().map(|entry| (entry.key_text().unwrap().to_owned(), as_json(entry.value)));
            serde_json::Value::Object(entries.collect())
        }
        Value::Sequence(sequence) => sequence.items().map(as_json).collect(),
        Value::Scalar(scalar) => match scalar.kind() {
            ScalarKind::Null => serde_json::Value::Null,
            ScalarKind::Bool(value) => value.into(),
            ScalarKind::Int(value) => value.into(),
            ScalarKind::Float(value) => value.into(),
            ScalarKind::String => scalar.text().into(),
        },
    }
}

/// A text and the same text written in a style, as the value of `k` in a mapping.
fn written() -> impl Strategy<Value = (String, String, Style)> {
    let line = prop_oneof![4 => "[a-z\u{e4}\u{1f600}'\"\\\\#:]{1,6}( [a-z\u{f6}]{1,4}){0,2}", 1 => Just(String::new())];
    let lines = prop::collection::vec(line, 1..6);
    let break_ = prop::sample::select(vec!["\n", "\r\n", "\r"]);
    let chomping = prop::sample::select(vec!["", "-", "+"]);
    (lines, break_, chomping, 0..5usize, 1..5usize).prop_map(|(lines, break_, chomping, style, indent)| {
        let pad = " ".repeat(indent);
        let body = |lines: &[String]| {
            lines
                .iter()
                .map(|line| if line.is_empty() { String::new() } else { format!("{pad}{line}") })
                .collect::<Vec<_>>()
        };
        let clean: Vec<_> = lines.iter().map(|line| line.replace([':', '#', '\'', '"', '\\'], "x")).collect();
        let (value, style) = match style {
            0 => (format!("x{}", body(&clean).join(break_)), Style::Plain),
            1 => (format!("'{}'", body(&lines).join(break_).replace('\'', "''")), Style::SingleQuoted),
            2 => {
                let escaped = body(&lines).join(break_).replace('\\', "\\\\").replace('"', "\\\"");
                (format!("\"\\u00e9\\t{escaped}\\ud83d\\ude00\\{break_}{pad}end\""), Style::DoubleQuoted)
            }
            3 => (format!("|{chomping}{break_}{}{break_}", body(&lines).join(break_)), Style::Literal),
            _ => (format!(">{chomping}{break_}{}{break_}", body(&lines).join(break_)), Style::Folded),
        };
        (format!("k: {value}{break_}l: 1{break_}"), break_.to_owned(), style)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn the_decode_map_holds_in_every_style((text, _, style) in written(), mark in any::<bool>()) {
        let text = if mark { format!("\u{feff}{text}") } else { text };
        let (document, problems) = parse(&text);
        // A block scalar may begin with an empty line that is indented deeper, and other accidents.
        prop_assume!(problems.is_empty());
        let value = document.root().and_then(Node::mapping).unwrap().get("k").unwrap().value;
        let scalar = value.scalar().unwrap();
        prop_assert_eq!(scalar.style(), style);
        prop_assert_eq!(scalar.text(), whole_map(&document, value, scalar));
        // Each letter is found where it is written.
        for (at, c) in scalar.text().char_indices().filter(|(_, c)| c.is_ascii_lowercase()) {
            let source = scalar.source_span(at..at + 1);
            prop_assert_eq!(&text[source.range()], c.to_string());
        }
    }

    #[test]
    fn another_parser_agrees(text in yaml_like()) {
        // The last line has a break: without one the two disagree about blanks at the end, and the suite is silent.
        let text = text.replace(['\u{0}', '\u{1b}', '\u{7f}', '\u{9b}', '\u{feff}'], "") + "\n";
        if let (Some(ours), Some(theirs)) = (our_scalars(&text), their_scalars(&text)) {
            prop_assert_eq!(ours, theirs);
        }
    }
}

/// The scalars of the stream by our events; `None` where it is refused.
fn our_scalars(text: &str) -> Option<Vec<String>> {
    use super::events::{EventKind, YamlEvents};
    let mut out = Vec::new();
    for event in YamlEvents::new(text) {
        match event.ok()?.kind {
            EventKind::Scalar { text, style: Style::Plain } if text.is_empty() => out.push("=~".to_owned()),
            EventKind::Scalar { text, .. } => out.push(format!("={text}")),
            EventKind::Open { collection, .. } => out.push(format!("+{collection:?}")),
            EventKind::Close => out.push("-".to_owned()),
            EventKind::Alias(None) => return None,
            EventKind::Alias(Some(id)) => out.push(format!("*{id}")),
            _ => {}
        }
    }
    Some(out)
}

/// The same by `saphyr-parser`.
fn their_scalars(text: &str) -> Option<Vec<String>> {
    use saphyr_parser::{Event, Parser};
    let mut out = Vec::new();
    for event in Parser::new_from_str(text) {
        match event.ok()?.0 {
            Event::Scalar(value, style, ..) => {
                let implicit = style == saphyr_parser::ScalarStyle::Plain && matches!(&*value, "" | "~");
                out.push(if implicit { "=~".to_owned() } else { format!("={value}") });
            }
            Event::MappingStart(..) => out.push("+Mapping".to_owned()),
            Event::SequenceStart(..) => out.push("+Sequence".to_owned()),
            Event::MappingEnd | Event::SequenceEnd => out.push("-".to_owned()),
            Event::Alias(id) => out.push(format!("*{id}")),
            _ => {}
        }
    }
    Some(out)
}

/// Runs on a stack of 2 MiB and gives the codes of the problems.
fn hostile(text: String) -> Vec<&'static str> {
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(move || {
        let (document, problems) = parse(&text);
        let routes = problems.iter().map(|problem| document.route_at(span_of(problem)).steps().len()).sum::<usize>();
        assert!(routes < usize::MAX);
        let mut codes: Vec<_> = problems.iter().map(|problem| problem.code).collect();
        codes.dedup();
        codes
    });
    thread.unwrap().join().unwrap()
}

#[test]
fn hostile_texts_end_in_a_problem() {
    let bomb: String =
        (1..20).map(|i| format!("a{i}: &a{i} [{}]\n", vec![format!("*a{}", i - 1); 10].join(", "))).collect();
    let chain: String = (1..500).map(|i| format!("a{i}: &a{i} [*a{}]\n", i - 1)).collect();
    let cases: Vec<(&str, String, &[&str])> = vec![
        ("alias bomb", format!("a0: &a0 [x, x]\n{bomb}"), &["alias-budget"]),
        (
            "aliases of a long text",
            format!("a: &a '{}'\nb:\n{}", "x".repeat(1_000_000), "  - { c: *a }\n".repeat(3_000)),
            &["alias-budget"],
        ),
        ("alias chain", format!("a0: &a0 [x]\n{chain}"), &["nesting-limit"]),
        ("self-alias", "a: &a [*a, *a]\n".to_owned(), &["recursive-alias"]),
        ("self-merge", "a: &a { <<: *a, b: 1 }\n".to_owned(), &["recursive-alias"]),
        ("deep blocks", (0..2000).map(|i| format!("{}a:\n", " ".repeat(i))).collect(), &["nesting-limit"]),
        ("deep items", "- ".repeat(10_000), &["nesting-limit"]),
        ("deep brackets", format!("{}{}", "[".repeat(10_000), "]".repeat(10_000)), &["nesting-limit"]),
        ("deep braces", format!("{}1{}", "{a: ".repeat(10_000), "}".repeat(10_000)), &["nesting-limit"]),
        ("open brackets", "[".repeat(1_000_000), &["nesting-limit"]),
        ("open braces", "{".repeat(1_000_000), &["syntax"]),
        ("open braces with keys", "{a: ".repeat(250_000), &["nesting-limit"]),
        ("a long line", format!("a: {}", "x".repeat(1_000_000)), &[]),
        ("a long key", format!("{}: 1", "x".repeat(1_000_000)), &["syntax"]),
        ("a long scalar", format!("a: |\n{}", "  xxxxxxxxxxxxxxxxxxxxxxxxxxxx\n".repeat(290_000)), &[]),
        ("comments", format!("{}a: 1\n", "# c\n".repeat(200_000)), &[]),
        ("comments in brackets", format!("a: [\n{} 1]\n", "# c\n".repeat(50_000)), &[]),
        ("errors", "k: a: b\n".repeat(100_000), &["syntax"]),
        ("errors in items", "- a: \"x\" y\n".repeat(100_000), &["syntax"]),
        ("open quotes", "a: \"\n".repeat(100_000), &["syntax"]),
        ("duplicates", "a: 1\n".repeat(50_000), &["duplicate-key", "too-many-problems"]),
        ("unknown anchors", format!("a: [{}]", "*x, ".repeat(50_000)), &["unknown-anchor", "too-many-problems"]),
        ("control characters", "a\0".repeat(100_000), &["forbidden-character"]),
        ("truncated JSON", "{\"a\": [".to_owned(), &["syntax"]),
        ("anchors", "&a ".repeat(100_000), &["syntax"]),
        ("question marks", "? ".repeat(100_000), &["nesting-limit"]),
        ("colons", "a: ".repeat(100_000), &["syntax"]),
        ("tabs", format!("a:\n{}", "\t- b\n".repeat(100_000)), &["syntax"]),
        ("spaces", format!("{}a: \"", " ".repeat(1_000_000)), &["syntax"]),
        ("empty lines", format!("{}a: \"", "\n".repeat(1_000_000)), &["syntax"]),
        ("explicit indentation", format!("a: |1\n{}", " \n  \n   \n    \n".repeat(50_000)), &[]),
    ];
    for (name, text, expected) in cases {
        assert_eq!(hostile(text), expected, "{name}");
    }
}

#[test]
fn aliases_beyond_the_budget_of_text_are_left_out() {
    let text = format!("a: &a '{}'\nb:\n{}", "x".repeat(1_000_000), "  - { c: *a, d: 1 }\n".repeat(10));
    let (document, _) = parse(&text);
    let rules = document.root().and_then(Node::mapping).unwrap().get("b").unwrap().value.sequence().unwrap();
    let found: Vec<_> = rules.items().map(|rule| rule.mapping().unwrap()).collect();
    let whole = found.iter().filter(|rule| rule.get("c").is_some()).count();
    let damaged = found.iter().filter(|rule| rule.is_damaged() && rule.get("d").is_some()).count();
    assert_eq!((whole, damaged), (4, 6));
}
