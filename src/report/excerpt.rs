//! The lines of source around the locations of one finding, ready for `miette`.
//!
//! `miette` can read a file itself, but then walks it from the start for every label, prints its control characters raw,
//! and panics where a label stands beyond column 65,535. So it is given a small text of our own instead: the lines that
//! matter, from one file or several, long ones cut around the labels, with hidden characters replaced. Labels are moved
//! into that text; line numbers and the `file:line:column` of each snippet stay those of the file.

use std::ops::RangeInclusive;

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use crate::source::{FileId, Location, LocationKind, Position, Sources, Span, Text, is_hidden, visible};

/// Lines shown before and after a labelled line.
const CONTEXT: usize = 1;
/// A label over more lines than this underlines the first of them only.
const MAX_LABEL_LINES: usize = 8;

/// How a line of source is shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct LineStyle {
    /// The most characters of a line; a longer one is cut around its labels.
    pub(super) max_chars: usize,
    /// Whether stand-ins for hidden characters and cuts may be beyond ASCII.
    pub(super) unicode: bool,
}

impl LineStyle {
    fn cut(self) -> &'static str {
        if self.unicode { "…" } else { "..." }
    }

    /// What stands for a secret, however long it is.
    fn mask(self) -> &'static str {
        if self.unicode { "•••" } else { "***" }
    }

    /// What stands for a character: itself, unless it is hidden. One column for one column.
    fn stand_in(self, c: char) -> char {
        match c {
            // Drawn as spaces up to the next tab stop.
            '\t' => c,
            '\0'..='\u{1f}' if self.unicode => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
            '\u{7f}' if self.unicode => '␡',
            c if is_hidden(c) && self.unicode => '\u{fffd}',
            c if is_hidden(c) => '?',
            c => c,
        }
    }
}

/// The lines around some locations, and the labels in them.
#[derive(Debug)]
pub(super) struct Excerpt {
    text: String,
    blocks: Vec<Block>,
    labels: Vec<Label>,
}

/// Consecutive lines of one file; none where a location is the file as a whole.
#[derive(Debug)]
struct Block {
    name: String,
    /// The bytes in the excerpt.
    span: Span,
    lines: RangeInclusive<usize>,
}

/// A location moved into the excerpt.
#[derive(Clone, Debug)]
pub(super) struct Label {
    /// The bytes in the excerpt.
    pub(super) span: Span,
    /// Where it stands in its file.
    position: Position,
    /// What is said about it.
    pub(super) text: String,
    /// Whether it is what the finding is about.
    pub(super) primary: bool,
}

/// Lines of a file that will be a block, and which locations stand in them.
struct Lines<'l> {
    file: FileId,
    lines: RangeInclusive<usize>,
    marks: Vec<Mark<'l>>,
}

/// A location, and what of it is underlined.
#[derive(Clone, Copy)]
struct Mark<'l> {
    location: &'l Location,
    span: Span,
}

impl Excerpt {
    /// The lines around the locations, those of the first location first. A location that stands in no line
    /// (see [`has_line`]) becomes a block without lines, which names the file.
    pub(super) fn new<'l>(
        sources: &Sources,
        locations: impl IntoIterator<Item = &'l Location>,
        style: LineStyle,
    ) -> Excerpt {
        let mut excerpt = Excerpt { text: String::new(), blocks: Vec::new(), labels: Vec::new() };
        for lines in lines_around(sources, locations) {
            excerpt.add_block(sources, lines, style);
        }
        excerpt
    }

    pub(super) fn labels(&self) -> &[Label] {
        &self.labels
    }

    fn add_block(&mut self, sources: &Sources, lines: Lines<'_>, style: LineStyle) {
        let text = sources.text(lines.file);
        let start = self.text.len();
        let mut moved = Moved::default();
        moved.push(0, start);
        for span in lines.lines.clone().filter_map(|line| text.line(line)) {
            let line = without_byte_order_mark(text.content(), span);
            let concealed = sources.concealed(lines.file);
            self.add_line(Line { content: text.content(), span: line, concealed }, &lines.marks, style, &mut moved);
        }
        self.labels.extend(lines.marks.iter().map(|mark| Label {
            span: Span::new(moved.offset(mark.span.start), moved.offset(mark.span.end)),
            position: mark.location.start,
            text: visible(&mark.location.label).into_owned(),
            primary: mark.location.kind == LocationKind::Primary,
        }));
        let span = Span::new(start, self.text.len());
        self.blocks.push(Block { name: visible(text.name()).into_owned(), span, lines: lines.lines });
        // Keeps blocks apart, so that every label stands in one only.
        self.text.push('\n');
    }

    fn add_line(&mut self, line: Line<'_>, marks: &[Mark<'_>], style: LineStyle, moved: &mut Moved) {
        let mut shown_to = line.span.start;
        for window in windows(line.content, line.span, marks, style.max_chars) {
            if shown_to < window.start {
                moved.push(shown_to, self.text.len());
                self.text.push_str(style.cut());
            }
            self.add_window(line, window, style, moved);
            shown_to = window.end;
        }
        if shown_to < line.span.end {
            moved.push(shown_to, self.text.len());
            self.text.push_str(style.cut());
        }
        moved.push(line.span.end, self.text.len());
        // Also after the last line of a file: a label at its end needs a place to stand.
        self.text.push('\n');
    }

    fn add_window(&mut self, line: Line<'_>, window: Span, style: LineStyle, moved: &mut Moved) {
        let mut masked = None;
        for (offset, c) in line.content[window.range()].char_indices() {
            let offset = window.start + offset;
            moved.push(offset, self.text.len());
            match line.secret_at(offset) {
                None => self.text.push(style.stand_in(c)),
                secret if secret == masked => {}
                secret => {
                    self.text.push_str(style.mask());
                    masked = secret;
                }
            }
        }
    }
}

/// A line of a file.
#[derive(Clone, Copy)]
struct Line<'t> {
    content: &'t str,
    /// The bytes of the line, without its line break.
    span: Span,
    /// What nobody may see of the file.
    concealed: &'t [Span],
}

impl Line<'_> {
    /// The secret that covers a byte.
    fn secret_at(self, offset: usize) -> Option<Span> {
        let before = self.concealed.partition_point(|span| span.start <= offset);
        let span = *self.concealed.get(before.checked_sub(1)?)?;
        (offset < span.end).then_some(span)
    }
}

impl SourceCode for Excerpt {
    /// The block that the span stands in, whole: the excerpt holds nothing but context. With no context asked for, the
    /// span alone, with its position in the file.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let span = Span::new(span.offset(), span.offset() + span.len());
        let block = self.blocks.iter().find(|block| block.span.contains(span)).ok_or(MietteError::OutOfBounds)?;
        let (bytes, line, column) = if lines_before == 0 && lines_after == 0 {
            let same = self.labels.iter().filter(|label| label.span == span);
            let label = same.max_by_key(|label| label.primary).ok_or(MietteError::OutOfBounds)?;
            (span, label.position.line - 1, label.position.column - 1)
        } else {
            (block.span, block.lines.start() - 1, 0)
        };
        let data = &self.text.as_bytes()[bytes.range()];
        let place = (bytes.start, bytes.len()).into();
        let name = block.name.clone();
        let line_count = block.lines.clone().count();
        Ok(Box::new(MietteSpanContents::new_named(name, data, place, line, column, line_count)))
    }
}

/// Whether a location stands in a line that can be shown. One of a whole file, or in an empty file, does not.
pub(super) fn has_line(sources: &Sources, location: &Location) -> bool {
    let whole_file = location.start.offset == 0 && location.end.offset == 0;
    !whole_file && !sources.text(location.id).content().trim_start_matches('\u{feff}').is_empty()
}

/// The lines to show, in the order in which to show them.
fn lines_around<'l>(sources: &Sources, locations: impl IntoIterator<Item = &'l Location>) -> Vec<Lines<'l>> {
    let mut all: Vec<Lines<'l>> = Vec::new();
    for location in locations {
        let mut lines = lines_of(sources, location);
        // Those that it touches become one block, which stays where the first of them was.
        let touched: Vec<usize> = (0..all.len()).filter(|&index| all[index].touches(&lines)).collect();
        for &index in touched.iter().rev() {
            lines.take(all.remove(index));
        }
        let place = touched.first().copied().unwrap_or(all.len());
        all.insert(place, lines);
    }
    all
}

fn lines_of<'l>(sources: &Sources, location: &'l Location) -> Lines<'l> {
    let file = location.id;
    if !has_line(sources, location) {
        let mark = Mark { location, span: Span::at(0) };
        return Lines { file, lines: RangeInclusive::new(1, 0), marks: vec![mark] };
    }
    let text = sources.text(file);
    let (span, end) = underlined(text, location);
    let first = location.start.line.saturating_sub(CONTEXT).max(1);
    // What follows the last line break is no line that anyone wants to see.
    let nothing = |line: usize| text.line(line).is_none_or(|span| span.is_empty() && line == text.line_count());
    let last = (end..=end + CONTEXT).rev().find(|&line| line == end || !nothing(line)).unwrap_or(end);
    Lines { file, lines: first..=last, marks: vec![Mark { location, span }] }
}

impl<'l> Lines<'l> {
    fn touches(&self, other: &Lines<'_>) -> bool {
        let both_have_lines = !self.lines.is_empty() && !other.lines.is_empty();
        both_have_lines
            && self.file == other.file
            && *self.lines.start() <= other.lines.end() + 1
            && *other.lines.start() <= self.lines.end() + 1
    }

    fn take(&mut self, other: Lines<'l>) {
        let first = *self.lines.start().min(other.lines.start());
        let last = *self.lines.end().max(other.lines.end());
        self.lines = first..=last;
        self.marks.extend(other.marks);
    }
}

/// The part of a location that is underlined, and the line where that ends: without line breaks at its end, and not over
/// too many lines.
fn underlined(text: &Text, location: &Location) -> (Span, usize) {
    let whole = Span::new(location.start.offset, location.end.offset);
    let content = text.slice(whole);
    let trimmed = content.trim_end_matches(['\n', '\r', ' ']);
    let (span, end) = match content[trimmed.len()..].contains(['\n', '\r']) {
        true => {
            let span = Span::new(whole.start, whole.start + trimmed.len());
            (span, text.position(span.end).line)
        }
        false => (whole, location.end.line),
    };
    let first = location.start.line;
    match text.line(first) {
        Some(line) if end - first >= MAX_LABEL_LINES => (Span::new(span.start, line.end), first),
        _ => (span, end),
    }
}

fn without_byte_order_mark(content: &str, line: Span) -> Span {
    let mark = if line.start == 0 && content.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    Span::new(line.start + mark, line.end)
}

/// The parts of a line that are shown, in order: all of it, or some characters around each end of each label.
fn windows(content: &str, line: Span, marks: &[Mark<'_>], max_chars: usize) -> Vec<Span> {
    let text = &content[line.range()];
    if text.len() <= max_chars || (text.len() <= 4 * max_chars && text.chars().count() <= max_chars) {
        return vec![line];
    }
    let within = |offset: usize| offset.clamp(line.start, line.end);
    let ends = marks.iter().map(|mark| mark.span).filter(|span| span.start <= line.end && line.start <= span.end);
    let mut points: Vec<usize> = ends.flat_map(|span| [within(span.start), within(span.end)]).collect();
    points.sort_unstable();
    if points.is_empty() {
        points.push(line.start);
    }
    let around = max_chars / 2;
    let mut windows: Vec<Span> = Vec::new();
    for point in points {
        let before = content[line.start..point].char_indices().rev().take(around).last();
        let after = content[point..line.end].char_indices().nth(around);
        let start = before.map_or(point, |(offset, _)| line.start + offset);
        let end = after.map_or(line.end, |(offset, _)| point + offset);
        match windows.last_mut() {
            Some(last) if start <= last.end => last.end = end,
            _ => windows.push(Span::new(start, end)),
        }
    }
    windows
}

/// Where the bytes of a file went in the excerpt.
#[derive(Default)]
struct Moved(Vec<(usize, usize)>);

impl Moved {
    /// What stood at `from` stands at `to` now. Both grow from call to call.
    fn push(&mut self, from: usize, to: usize) {
        self.0.push((from, to));
    }

    /// Where an offset of the file is now; one that is cut out is after the mark of the cut.
    fn offset(&self, from: usize) -> usize {
        let next = self.0.partition_point(|&(known, _)| known < from);
        self.0.get(next).or(self.0.last()).map_or(0, |&(_, to)| to)
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Fixture;
    use super::*;
    use crate::source::{Place, Problem};

    const STYLE: LineStyle = LineStyle { max_chars: 20, unicode: true };

    /// The lines of the excerpt, with `«»` around what each label underlines and `--` between blocks.
    fn shown(content: &str, spans: &[(usize, usize)], style: LineStyle) -> String {
        let mut fixture = Fixture::default();
        let file = fixture.text("t", content);
        let place = |&(start, end): &(usize, usize)| Place::Bytes(file, Span::new(start, end));
        let mut problem = Problem::error("example", place(&spans[0]), "");
        for span in &spans[1..] {
            problem = problem.related(place(span), "");
        }
        let finding = fixture.sources.resolve(&problem);
        let excerpt = Excerpt::new(&fixture.sources, &finding.locations, style);
        let blocks = excerpt.blocks.iter().map(|block| {
            let mut text = excerpt.text[block.span.range()].to_owned();
            let labels = excerpt.labels.iter().filter(|label| block.span.contains(label.span));
            let mut marks: Vec<_> = labels.flat_map(|label| [(label.span.start, '«'), (label.span.end, '»')]).collect();
            marks.sort_by_key(|&(offset, _)| offset);
            for (offset, mark) in marks.into_iter().rev() {
                text.insert(offset - block.span.start, mark);
            }
            text
        });
        blocks.collect::<Vec<_>>().join("--\n")
    }

    #[test]
    fn a_label_comes_with_a_line_before_and_after() {
        assert_eq!(shown("a\nb\nc\nd\ne\n", &[(4, 5)], STYLE), "b\n«c»\nd\n");
        assert_eq!(shown("a\nb\nc", &[(4, 5)], STYLE), "b\n«c»\n");
        assert_eq!(shown("a\r\nb\r\nc\r\n", &[(3, 4)], STYLE), "a\n«b»\nc\n");
        assert_eq!(shown("a\rb\rc", &[(2, 3)], STYLE), "a\n«b»\nc\n");
    }

    #[test]
    fn a_label_at_the_end_of_a_line_or_a_file_has_a_place() {
        assert_eq!(shown("a: 1\n", &[(5, 5)], STYLE), "a: 1\n«»\n");
        assert_eq!(shown("a: 1", &[(4, 4)], STYLE), "a: 1«»\n");
        assert_eq!(shown("a:\nb:\n", &[(2, 2)], STYLE), "a:«»\nb:\n");
        assert_eq!(shown("a: \nb:\n", &[(2, 3)], STYLE), "a:« »\nb:\n");
        assert_eq!(shown("a: \nb:\n", &[(2, 4)], STYLE), "a:«» \nb:\n");
    }

    #[test]
    fn labels_that_touch_share_their_lines_and_others_stand_apart() {
        assert_eq!(shown("a\nb\nc\nd\n", &[(0, 1), (6, 7)], STYLE), "«a»\nb\nc\n«d»\n");
        let apart = shown("a\nb\nc\nd\ne\nf\n", &[(10, 11), (0, 1)], STYLE);
        assert_eq!(apart, "e\n«f»\n--\n«a»\nb\n", "the first location comes first");
    }

    #[test]
    fn a_long_line_is_cut_around_its_labels() {
        let line = "0123456789".repeat(10);
        assert_eq!(shown(&line, &[(50, 52)], STYLE), "…0123456789«01»2345678901…\n");
        assert_eq!(shown(&line, &[(2, 3)], STYLE), "01«2»3456789012…\n");
        assert_eq!(shown(&line, &[(98, 100)], STYLE), "…8901234567«89»\n");
        assert_eq!(shown(&line, &[(0, 1), (90, 91)], STYLE), "«0»1234567890…0123456789«0»123456789\n");
        let cut = shown(&line, &[(20, 80)], STYLE);
        assert_eq!(cut, "…0123456789«0123456789…0123456789»0123456789…\n", "a long label is cut inside");
        let ascii = LineStyle { max_chars: 20, unicode: false };
        assert_eq!(shown(&line, &[(50, 52)], ascii), "...0123456789«01»2345678901...\n");
    }

    #[test]
    fn long_lines_without_a_label_show_their_start() {
        let content = format!("{}\nb\n", "0123456789".repeat(10));
        assert_eq!(shown(&content, &[(101, 102)], STYLE), "0123456789…\n«b»\n");
    }

    #[test]
    fn hidden_characters_have_a_stand_in_of_one_column() {
        assert_eq!(shown("a\u{1b}[1m\u{202e}b\u{7f}\0", &[(8, 9)], STYLE), "a␛[1m\u{fffd}«b»␡␀\n");
        let ascii = LineStyle { max_chars: 20, unicode: false };
        assert_eq!(shown("a\u{1b}[1m\u{202e}b\u{7f}\0", &[(8, 9)], ascii), "a?[1m?«b»??\n");
        assert_eq!(shown("\u{feff}a: b", &[(3, 4)], STYLE), "«a»: b\n");
    }

    #[test]
    fn a_label_over_many_lines_keeps_to_the_first() {
        assert_eq!(shown("a\nb\nc\n", &[(0, 6)], STYLE), "«a\nb\nc»\n");
        let content = "a\n".repeat(20);
        assert_eq!(shown(&content, &[(0, 40)], STYLE), "«a»\na\n");
    }

    #[test]
    fn a_secret_is_masked_whatever_the_label_is() {
        let content = "{ \"key\": \"SecretToken\",\n  \"value\": \"s3cr3t\" }\n";
        let start = content.find("\"s3cr3t\"").expect("the secret is there");
        for style in [STYLE, LineStyle { max_chars: 12, unicode: false }] {
            for (offset, c) in content.char_indices() {
                let mut fixture = Fixture::default();
                let file = fixture.text("t", content);
                fixture.sources.conceal(file, [Span::new(start, start + "\"s3cr3t\"".len())]);
                let place = Place::Bytes(file, Span::new(offset, offset + c.len_utf8()));
                let finding = fixture.sources.resolve(&Problem::error("example", place, ""));
                let text = Excerpt::new(&fixture.sources, &finding.locations, style).text;
                assert!(!["s3", "3c", "cr3", "r3", "3t"].iter().any(|part| text.contains(part)), "{text}");
            }
        }
    }
}
