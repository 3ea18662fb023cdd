//! Hostile names, texts and messages through every format.

use proptest::prelude::*;

use super::fixture::Fixture;
use super::{Format, Style};
use crate::source::{FileId, Place, Problem, Severity, Span, Text, is_hidden};

const STYLES: [Style; 3] = [
    Style::PLAIN,
    Style { color: false, unicode: false, width: Some(0) },
    Style { color: false, unicode: true, width: Some(80) },
];

/// Every format in every style that has no colour, whose escapes are ours.
fn all(fixture: &Fixture) -> Vec<(Format, String)> {
    let every = Format::ALL.iter().flat_map(|&format| STYLES.map(|style| (format, style)));
    every.map(|(format, style)| (format, fixture.written(format, style))).collect()
}

fn everywhere(file: FileId, span: Span, text: &str) -> Problem {
    Problem::error("example", Place::Bytes(file, span), format!("message `{text}`"))
        .label(format!("label {text}"))
        .help(format!("help {text}"))
        .related(Place::Bytes(file, Span::at(0)), format!("whole file {text}"))
        .related(Place::Bytes(file, Span::new(span.start, span.start + 1)), format!("again {text}"))
        .witness(serde_json::json!({ "user": { text: text } }))
}

#[test]
fn no_hidden_character_is_written_raw() {
    let texts = [
        "\u{1b}[31mred\u{1b}[0m",
        "\u{1b}]8;;http://example.com\u{1b}\\link\u{1b}]8;;\u{1b}\\",
        "nul\0bell\u{7}back\u{8}del\u{7f}",
        "\u{9b}31m\u{85}\u{90}",
        "\u{202e}txt.exe\u{202c}\u{2066}\u{2069}",
        "zero\u{200b}\u{200d}\u{2060}\u{feff}width",
        "line\u{2028}para\u{2029}lf\nretur\rn\r\ntab\t",
        "\u{e0041}\u{e007f}\u{1d173}tag",
        "\u{feff}mark",
        "\r",
    ];
    for text in texts {
        let mut fixture = Fixture::default();
        let content = format!("# {text}\nkey: {text}\n- {text}{text}\n");
        let file = fixture.text(&format!("name {text}.yaml"), &content);
        fixture.push(everywhere(file, Span::new(3, content.len()), text));
        fixture.push(everywhere(file, Span::at(content.len()), text));
        for (offset, c) in content.char_indices() {
            fixture.problem(Place::Bytes(file, Span::new(offset, offset + c.len_utf8())), text);
        }
        for (format, written) in all(&fixture) {
            let raw = written.chars().find(|&c| is_hidden(c) && c != '\n');
            assert_eq!(raw, None, "{format} of {text:?}");
        }
        let coloured = fixture.written(Format::Text, Style { color: true, ..Style::PLAIN });
        let ours = coloured
            .split("\u{1b}[")
            .skip(1)
            .all(|rest| rest.find('m').is_some_and(|end| rest[..end].chars().all(|c| c.is_ascii_digit() || c == ';')));
        assert!(ours && coloured.chars().all(|c| !is_hidden(c) || c == '\n' || c == '\u{1b}'), "{coloured:?}");
        let lines = fixture.written(Format::Concise, Style::PLAIN).lines().count();
        assert_eq!(lines, fixture.findings().len(), "{text:?}");
    }
}

#[test]
fn json_gives_every_text_back() {
    let text = "a\u{1b}\u{202e}\u{7f}\u{e0041}\n\"\\é🙂";
    let mut fixture = Fixture::default();
    let file = fixture.text(text, "key\n");
    fixture.push(everywhere(file, Span::new(0, 3), text));
    let written = fixture.written(Format::Jsonl, Style::PLAIN);
    let finding: serde_json::Value = serde_json::from_str(&written).expect("JSON");
    assert_eq!(finding["locations"][0]["file"], text);
    assert_eq!(finding["message"], format!("message `{text}`"));
    assert_eq!(finding["witness"]["user"][text], text);
}

#[test]
fn places_that_no_longer_fit_the_text_are_shown_somewhere() {
    let mut fixture = Fixture::default();
    let file = fixture.text("a.yaml", "é: ü\r\n\r\n");
    for start in 0..20 {
        for end in start..20 {
            fixture.problem(Place::Bytes(file, Span::new(start, end)), "out of place");
        }
    }
    for (format, written) in all(&fixture) {
        assert!(written.contains("out of place"), "{format}");
    }
}

#[test]
fn the_header_is_that_of_the_primary_place_where_two_fall_together() {
    let mut fixture = Fixture::default();
    let file = fixture.text("a.yaml", "aaa\r\n");
    let problem = Problem::error("example", Place::Bytes(file, Span::at(4)), "inside of a line break");
    fixture.push(problem.related(Place::Bytes(file, Span::at(3)), ""));
    assert!(fixture.written(Format::Text, Style::PLAIN).contains("[a.yaml:1:5]"));
}

/// The underlined text of the only label: what stands over the `─┬─` of the snippet.
fn underlined(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let at = lines.iter().position(|line| line.trim_start().starts_with('·')).expect("a label is drawn");
    let source: Vec<char> = lines[at - 1].chars().collect();
    let marks: Vec<char> = lines[at].chars().collect();
    let marked = (0..marks.len()).filter(|&column| matches!(marks[column], '─' | '┬'));
    marked.filter_map(|column| source.get(column)).collect()
}

#[test]
fn a_label_far_out_in_a_long_line_points_at_its_text() {
    let mut content = "x".repeat(1_000_000);
    content.replace_range(700_000..700_004, "HERE");
    content.push('\n');
    let mut fixture = Fixture::default();
    let file = fixture.text("long.yaml", &content);
    fixture.push(Problem::error("example", fixture.at(file, "HERE"), "far out").label("this"));
    for width in [None, Some(1), Some(80), Some(100_000)] {
        let text = fixture.written(Format::Text, Style { width, ..Style::PLAIN });
        assert!(text.contains("long.yaml:1:700001"), "{text}");
        assert_eq!(underlined(&text), "HERE");
        assert!(text.len() < 2_000);
    }
}

#[test]
fn ten_thousand_findings_in_one_file_take_time_in_proportion() {
    // One file of a megabyte: with a walk over it for each finding this test would take minutes.
    let line = format!("- rule: {}\n", "r".repeat(90));
    let mut fixture = Fixture::default();
    let file = fixture.sources.add_text(Text::new("rules.yaml", line.repeat(10_000)));
    for index in 0..10_000 {
        let start = index * line.len() + 2;
        let problem =
            Problem::new("example", Severity::Warning, Place::Bytes(file, Span::new(start, start + 4)), "a rule");
        fixture.push(problem.related(Place::Bytes(file, Span::at(start + 6)), "again"));
    }
    let findings = fixture.findings();
    let report = fixture.report(&findings);
    for &format in Format::ALL {
        let written = super::fixture::written(&report, format, Style::PLAIN);
        assert!(written.matches("a rule").count() >= 10_000, "{format}");
    }
}

#[test]
fn ten_thousand_findings_in_one_long_line_take_time_in_proportion() {
    let mut fixture = Fixture::default();
    let file = fixture.text("long.yaml", &"rule ".repeat(20_000));
    for index in 0..10_000 {
        fixture.problem(Place::Bytes(file, Span::new(index * 10, index * 10 + 4)), "a rule");
    }
    let findings = fixture.findings();
    let report = fixture.report(&findings);
    let written = super::fixture::written(&report, Format::Text, Style::PLAIN);
    assert!(written.contains("long.yaml:1:99991]"));
}

/// Texts of what is hard to show: wide, combining, hidden, broken and long lines.
fn hard_text() -> impl Strategy<Value = String> {
    const PIECES: [&str; 13] =
        ["a", " ", "\t", "\n", "\r\n", "\r", "漢", "e\u{301}", "🙂", "\u{200d}", "\u{1b}[1m", "\0", "\u{feff}"];
    let piece =
        prop_oneof![8 => prop::sample::select(&PIECES[..]).prop_map(str::to_owned), 1 => Just("long ".repeat(60))];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_places_in_any_texts_are_shown(
        texts in [hard_text(), hard_text()],
        places in prop::collection::vec((0..2usize, 0.0..1.0, 0.0..1.0, ".{0,5}"), 1..6),
        width in prop::option::of(0..200usize),
        unicode: bool,
    ) {
        let mut fixture = Fixture::default();
        let files = [fixture.text("one.yaml", &texts[0]), fixture.text("two.yaml", &texts[1])];
        let place = |&(file, start, part, _): &(usize, f64, f64, String)| {
            let length = texts[file].len() as f64;
            let start = (start * (length + 2.0)) as usize;
            Place::Bytes(files[file], Span::new(start, start + (part * part * length) as usize))
        };
        let mut problem = Problem::error("example", place(&places[0]), "somewhere").label(&places[0].3);
        for related in &places[1..] {
            problem = problem.related(place(related), &related.3);
        }
        fixture.push(problem);
        let findings = fixture.findings();
        let style = Style { color: false, unicode, width };
        let text = super::fixture::written(&fixture.report(&findings), Format::Text, style);
        let primary = findings[0].primary();
        let header = format!("[{}:{}:{}]", primary.file, primary.start.line, primary.start.column);
        prop_assert!(text.contains(&header), "{header} in {text}");
        prop_assert!(!text.contains(|c: char| is_hidden(c) && c != '\n'), "{text:?}");
    }
}
