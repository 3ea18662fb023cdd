//! The public yaml-test-suite (`tests/data/yaml-test-suite`, MIT): what the event layer must accept, refuse and give.

use std::path::Path;

use super::document::Style;
use super::events::{Collection, Event, EventKind, YamlEvents};
use super::{Document, FileId, Mapping, Node, Text, Value, decode_map};

/// A case of the suite.
struct Case {
    name: String,
    yaml: String,
    /// The events that must come; `None` where the text must be refused.
    tree: Option<String>,
}

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/yaml-test-suite");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    files.sort();
    files.iter().flat_map(|file| cases_of(file)).collect()
}

fn cases_of(file: &Path) -> Vec<Case> {
    let content = std::fs::read_to_string(file).unwrap();
    let (document, problems) = Document::parse(FileId(0), &Text::new("case", content));
    assert_eq!(problems, [], "{}", file.display());
    let name = file.file_stem().unwrap().to_str().unwrap();
    // A case that does not say otherwise has the tree of the one before.
    let mut tree = None;
    let mut cases = Vec::new();
    for (index, item) in document.root().and_then(Node::sequence).unwrap().items().enumerate() {
        let case = item.mapping().unwrap();
        tree = text(case, "tree").map(|tree| visible_to_real(&tree)).or(tree);
        let yaml = visible_to_real(&text(case, "yaml").unwrap());
        let refused = text(case, "fail").as_deref() == Some("true");
        let tree = if refused { None } else { Some(tree.clone().unwrap()) };
        // One file, of four cases, that the suite itself leaves out.
        if text(case, "skip").as_deref() == Some("true") {
            break;
        }
        cases.push(Case { name: format!("{name}-{index}"), yaml, tree });
    }
    cases
}

fn text(case: Mapping<'_>, key: &str) -> Option<String> {
    Some(case.get(key)?.value.scalar()?.text().to_owned())
}

/// The suite shows blanks and line ends by glyphs.
fn visible_to_real(text: &str) -> String {
    let text = text.replace('␣', " ").replace('—', "").replace('»', "\t").replace('←', "\r");
    let text = text.replace('⇔', "\u{feff}").replace('↵', "");
    match text.strip_suffix("∎\n") {
        Some(unfinished) => unfinished.to_owned(),
        None => text,
    }
}

/// The events in the notation of the suite, each line without its indentation; `Err` where the text is refused.
fn event_tree(yaml: &str) -> Result<Vec<String>, Vec<String>> {
    let mut lines = vec!["+STR".to_owned()];
    let mut open = Vec::new();
    let mut anchors = Vec::new();
    for event in YamlEvents::new(yaml) {
        match event {
            Ok(event) => lines.extend(line(yaml, &event, &mut open, &mut anchors)),
            Err(_) => return Err(lines),
        }
    }
    lines.push("-STR".to_owned());
    Ok(lines)
}

fn line(yaml: &str, event: &Event<'_>, open: &mut Vec<Collection>, anchors: &mut Vec<String>) -> Option<String> {
    let properties = properties(event, anchors);
    Some(match &event.kind {
        EventKind::Comment => return None,
        EventKind::DocumentStart { explicit: true } => "+DOC ---".to_owned(),
        EventKind::DocumentStart { explicit: false } => "+DOC".to_owned(),
        // Whether the end is written out, the tree does not keep.
        EventKind::DocumentEnd => "-DOC".to_owned(),
        EventKind::Open { collection, flow } => {
            open.push(*collection);
            let (name, brackets) = match collection {
                Collection::Mapping => ("MAP", "{}"),
                Collection::Sequence => ("SEQ", "[]"),
            };
            let brackets = if *flow { format!(" {brackets}") } else { String::new() };
            format!("+{name}{brackets}{properties}")
        }
        EventKind::Close => match open.pop().unwrap() {
            Collection::Mapping => "-MAP".to_owned(),
            Collection::Sequence => "-SEQ".to_owned(),
        },
        EventKind::Scalar { text, style } => {
            let mark = match style {
                Style::Plain => ':',
                Style::SingleQuoted => '\'',
                Style::DoubleQuoted => '"',
                Style::Literal => '|',
                Style::Folded => '>',
            };
            format!("=VAL{properties} {mark}{}", escaped(text))
        }
        EventKind::Alias(_) => format!("=ALI {}", &yaml[event.span.range()]),
    })
}

fn properties(event: &Event<'_>, anchors: &mut Vec<String>) -> String {
    let mut out = String::new();
    if event.anchor > 0 {
        anchors.push(format!("&{}", anchors.len() + 1));
        out.push_str(" &");
    }
    if let Some(tag) = &event.tag {
        out.push_str(&format!(" <{}>", tag.name));
    }
    out
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\u{8}' => out.push_str("\\b"),
            c => out.push(c),
        }
    }
    out
}

/// The suite's tree in the same notation: without indentation, names of anchors, and the spelling of document ends.
fn expected_tree(tree: &str) -> Vec<String> {
    tree.lines()
        .map(|line| {
            let line = line.trim_start();
            let line = if line == "-DOC ..." { "-DOC" } else { line };
            without_anchor_name(line)
        })
        .collect()
}

fn without_anchor_name(line: &str) -> String {
    let in_properties = line.starts_with('+') || line.starts_with("=VAL");
    match line.split_once(" &") {
        Some((before, rest)) if in_properties && !before.contains([':', '\'', '"', '|', '>']) => {
            let end = rest.find(' ').unwrap_or(rest.len());
            format!("{before} &{}", &rest[end..])
        }
        _ => line.to_owned(),
    }
}

#[test]
fn events_agree_with_every_case() {
    let cases = cases();
    assert_eq!(cases.len(), 402);
    let mut wrong = Vec::new();
    for case in &cases {
        let (expected, found) = (case.tree.as_deref().map(expected_tree), event_tree(&case.yaml));
        match (expected, found) {
            (None, Err(_)) => {}
            (Some(expected), Ok(found)) if expected == found => {}
            (expected, found) => wrong.push(format!("{}: expected {expected:?}, found {found:?}", case.name)),
        }
    }
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

/// Every scalar of a text: its event, and what the decode map gives for it.
fn decoded_scalars(yaml: &str) -> Vec<(String, String)> {
    let (document, _) = Document::parse(FileId(0), &Text::new("case", yaml));
    let mut found = Vec::new();
    let mut waiting: Vec<Node<'_>> = document.root().into_iter().collect();
    while let Some(node) = waiting.pop() {
        match node.value() {
            Value::Mapping(mapping) => {
                waiting.extend(mapping.entries().flat_map(|entry| [entry.key, entry.value]));
            }
            Value::Sequence(sequence) => waiting.extend(sequence.items()),
            Value::Scalar(scalar) => {
                let raw = document.raw(document.resolve(node.id()));
                let pieces = decode_map::pieces(document.content(), raw.span, scalar.style(), scalar.text());
                found.push((scalar.text().to_owned(), decode_map::decoded(document.content(), &pieces)));
            }
        }
    }
    found
}

#[test]
fn the_decode_map_gives_the_text_of_every_scalar() {
    let mut count = 0;
    let mut wrong = Vec::new();
    for case in cases() {
        for (text, decoded) in decoded_scalars(&case.yaml) {
            count += 1;
            if text != decoded {
                wrong.push(format!("{}: {text:?} is decoded as {decoded:?}", case.name));
            }
        }
        // The same with the line ends of Windows, and behind a byte-order mark.
        let windows = case.yaml.replace("\r\n", "\n").replace('\n', "\r\n");
        let marked = format!("\u{feff}{windows}");
        for (text, decoded) in decoded_scalars(&windows).into_iter().chain(decoded_scalars(&marked)) {
            if text != decoded {
                wrong.push(format!("{} with CRLF: {text:?} is decoded as {decoded:?}", case.name));
            }
        }
    }
    assert!(count > 1000, "{count}");
    assert!(wrong.is_empty(), "{} of {count}\n{}", wrong.len(), wrong.join("\n"));
}

/// What a document is refused for beyond its syntax.
fn codes(yaml: &str) -> Vec<&'static str> {
    let (_, problems) = Document::parse(FileId(0), &Text::new("case", yaml));
    let mut codes: Vec<_> = problems.iter().map(|problem| problem.code).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

#[test]
fn documents_are_refused_for_what_the_suite_says_and_for_our_limits_only() {
    for case in cases() {
        let codes = codes(&case.yaml);
        let Some(tree) = &case.tree else {
            // What is wrong behind the first document is not looked for.
            let refused = codes.contains(&"syntax") || codes.contains(&"second-document");
            assert!(refused, "{}: {codes:?}", case.name);
            continue;
        };
        let documents = tree.matches("+DOC").count();
        let may = |code: &&str| match *code {
            "second-document" => documents > 1,
            "unknown-tag" | "tag-mismatch" => tree.contains(" <"),
            // Two keys that are not written, and a key that is an alias of another.
            "duplicate-key" => matches!(case.name.as_str(), "2JQS-0" | "X38W-0"),
            _ => false,
        };
        assert!(codes.iter().all(may), "{}: {codes:?}", case.name);
        assert_eq!(codes.contains(&"second-document"), documents > 1, "{}", case.name);
    }
}
