//! Cutting a text into records: pages, arrays, single resources and newline-delimited JSON, told apart by content.
//!
//! The frame around the records is read here by hand, each record by serde_json from where it starts. So every record
//! has its exact bytes, a damaged one costs only itself, and what stands before a cut is kept.

use super::damage::Damage;
use super::frame::Frame;
use super::head::Head;
use super::json::{Duplicate, Json, Malformed, parse_at};
use super::names::Names;
use super::place::RecordPlace;
use super::recovery::{next_value_line, value_end};
use crate::source::{FileId, Span};

/// What a text holds, in order.
pub(crate) enum Event {
    /// A value that should be a resource.
    Record(Raw),
    /// The frame of a page. It comes after the page's records.
    Page(Head),
    /// The text is damaged.
    Damage(Damage),
}

/// A value that should be a resource.
pub(crate) struct Raw {
    pub(crate) place: RecordPlace,
    pub(crate) content: Result<(Json, Option<Duplicate>), Malformed>,
}

/// Reads a text. `list` is the name under which a page keeps its records: `Resources`, `data`.
pub(crate) fn read(file: FileId, text: &str, list: &'static str, names: &mut Names, sink: &mut dyn FnMut(Event)) {
    let end = text.trim_end_matches(SPACE).len();
    let pos = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let patience = text.len().saturating_mul(PATIENCE);
    Reader { file, text, end: end.max(pos), pos, list, names, sink, count: 0, patience, notes: NOTES }.run();
}

/// The white space of JSON.
pub(super) const SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

/// Names that only the frame of a page carries.
pub(super) const FRAME_NAMES: [&str; 6] =
    ["totalResults", "startIndex", "itemsPerPage", "nextCursor", "previousCursor", "nextPageToken"];

/// Whether an object is a page and not a resource: it says so, or it has a list and no name of its own.
fn is_page<'v>(get: impl Fn(&str) -> Option<&'v Json>, list: &str) -> bool {
    let schemas = get("schemas").and_then(Json::as_array).unwrap_or_default();
    let says_so = schemas.iter().filter_map(Json::as_str).any(|s| s.to_ascii_lowercase().ends_with(":listresponse"));
    let named = get("id").is_some() || get("userName").is_some();
    says_so || (!named && (get(list).is_some() || get("totalResults").is_some()))
}

/// A text on its way to records.
pub(super) struct Reader<'t, 'r> {
    pub(super) file: FileId,
    text: &'t str,
    /// Where the text ends, trailing white space left out.
    end: usize,
    pub(super) pos: usize,
    pub(super) list: &'static str,
    pub(super) names: &'r mut Names,
    sink: &'r mut dyn FnMut(Event),
    /// How many values stand before this one at the top of the text.
    pub(super) count: usize,
    /// How many bytes may still be read in vain: what resumes behind a mistake reads some bytes again, and a text made
    /// of mistakes must not be read again from each of them.
    patience: usize,
    /// How many more notes on the frame are made.
    notes: usize,
}

/// How many times its own length a text may be read in vain.
const PATIENCE: usize = 2;
/// How many notes on the frame are made: after these, nobody reads them.
const NOTES: usize = 100;
/// How far into a value the first sign of a page is looked for.
const FIRST_LOOK: usize = 1024;

/// Why a frame could not be read to its end.
pub(super) struct Stop {
    pub(super) offset: usize,
    pub(super) truncated: bool,
    pub(super) message: String,
}

impl<'t> Reader<'t, '_> {
    fn run(mut self) {
        self.skip_space();
        if self.pos >= self.end {
            return self.damage(Damage::Empty);
        }
        while let Some(byte) = self.peek() {
            match byte {
                b'[' => self.array(),
                b'{' => self.object(),
                b',' => self.stray_comma(),
                _ => self.other(),
            }
            self.count += 1;
            self.skip_space();
        }
    }

    /// An array of resources.
    fn array(&mut self) {
        let start = self.pos;
        if let Err(stop) = self.items(None) {
            self.stopped(start, stop);
        }
    }

    /// A page, or a resource that stands on its own.
    fn object(&mut self) {
        let start = self.pos;
        let mut malformed = None;
        if !self.looks_like_page() {
            match parse_at(self.slice(), start, self.names) {
                Ok(parsed) if !parsed.value.as_object().is_some_and(|o| is_page(|name| o.get(name), self.list)) => {
                    return self.single(start, parsed.end, Ok((parsed.value, parsed.duplicate)));
                }
                Ok(_) => {}
                Err(error) => malformed = Some(error),
            }
        }
        match self.frame() {
            Frame::Closed { head, listed } => {
                if listed || is_page(|name| head.get(name).map(|(value, _)| value), self.list) {
                    return self.emit(Event::Page(head));
                }
                let parsed = malformed.map_or_else(|| parse_at(self.slice(), start, self.names), Err);
                match parsed {
                    Ok(parsed) => self.single(start, parsed.end, Ok((parsed.value, parsed.duplicate))),
                    Err(error) => self.malformed(start, error),
                }
            }
            Frame::Stopped { head, listed: true, stop } => {
                self.emit(Event::Page(head));
                self.stopped(start, stop);
            }
            Frame::Stopped { listed: false, stop, .. } => {
                let Stop { offset, truncated, message } = stop;
                self.malformed(start, malformed.unwrap_or(Malformed { offset, truncated, too_deep: false, message }));
            }
        }
    }

    /// Whether the first name, or the schemas under it, can only be those of a page. It saves reading a page twice;
    /// a page that it misses is recognised once it has been read.
    fn looks_like_page(&self) -> bool {
        let text = self.slice();
        let from = self.pos + 1;
        let until = (from..=text.len().min(from + FIRST_LOOK)).rev().find(|&offset| text.is_char_boundary(offset));
        let look = until.and_then(|until| text.get(from..until)).unwrap_or("");
        let rest = look.trim_start_matches(SPACE);
        let Some((name, rest)) = rest.strip_prefix('"').and_then(|rest| rest.split_once('"')) else { return false };
        if name.eq_ignore_ascii_case("schemas") {
            return rest.split(']').next().is_some_and(|schemas| schemas.contains(":ListResponse\""));
        }
        name.eq_ignore_ascii_case(self.list) || FRAME_NAMES.iter().any(|known| name.eq_ignore_ascii_case(known))
    }

    /// A text or number on its own, or something that is no JSON: it costs its line.
    fn other(&mut self) {
        let start = self.pos;
        match parse_at(self.slice(), start, self.names) {
            Ok(parsed) => self.single(start, parsed.end, Ok((parsed.value, parsed.duplicate))),
            Err(error) => {
                let line_end = self.slice()[start..].find('\n').map(|length| start + length);
                match line_end {
                    None if error.truncated => self.truncated(),
                    _ => self.single(start, line_end.unwrap_or(self.end), Err(error)),
                }
            }
        }
    }

    /// An object on its own that could not be read: reading resumes with the next line that starts an object.
    fn malformed(&mut self, start: usize, error: Malformed) {
        let next = next_value_line(self.slice(), start);
        // Where nesting stopped the reader, the end of the text was still ahead.
        let is_cut = || error.truncated || (error.too_deep && value_end(self.slice(), start).is_none());
        match next {
            None if is_cut() => self.truncated(),
            Some(_) if !self.spend(error.offset.saturating_sub(start)) => {
                self.note(Damage::Broken { offset: error.offset, message: error.message });
                self.pos = self.end;
            }
            next => self.single(start, next.unwrap_or(self.end), Err(error)),
        }
    }

    /// A page or array that could not be read to its end. Where it stands on one line, as in a file of pages, the next
    /// line may still be sound.
    fn stopped(&mut self, start: usize, stop: Stop) {
        let line_end = self.slice()[start..].find('\n').map_or(self.end, |length| start + length);
        let next = next_value_line(self.slice(), start)
            .filter(|_| stop.offset <= line_end + 1 && self.spend(stop.offset.saturating_sub(start)));
        match next {
            None if stop.truncated => self.truncated(),
            next => {
                self.note(Damage::Broken { offset: stop.offset, message: stop.message });
                self.pos = next.unwrap_or(self.end);
            }
        }
    }

    fn single(&mut self, start: usize, end: usize, content: Result<(Json, Option<Duplicate>), Malformed>) {
        let only = self.count == 0 && end >= self.end;
        let span = Span::new(start, start + self.text[start..end].trim_end_matches(SPACE).len());
        let place = RecordPlace::new(self.file, span, (!only).then_some(self.count), None, None);
        self.pos = end;
        self.emit(Event::Record(Raw { place, content }));
    }

    pub(super) fn stray_comma(&mut self) {
        self.note(Damage::Comma(self.pos));
        self.pos += 1;
    }

    fn truncated(&mut self) {
        self.damage(Damage::Truncated(self.text.len()));
        self.pos = self.end;
    }

    /// Takes note of bytes read in vain; `false` where there have been too many.
    pub(super) fn spend(&mut self, bytes: usize) -> bool {
        let enough = self.patience >= bytes;
        self.patience = self.patience.saturating_sub(bytes);
        enough
    }

    pub(super) fn slice(&self) -> &'t str {
        &self.text[..self.end]
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.slice().as_bytes().get(self.pos).copied()
    }

    pub(super) fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.pos += 1;
        }
    }

    /// Damage of which there may be much: only the first of it is reported.
    pub(super) fn note(&mut self, damage: Damage) {
        if self.notes > 0 {
            self.notes -= 1;
            self.damage(damage);
        }
    }

    pub(super) fn damage(&mut self, damage: Damage) {
        self.emit(Event::Damage(damage));
    }

    pub(super) fn emit(&mut self, event: Event) {
        (self.sink)(event);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Sources, Text};

    /// What a text holds, in short: the route and text of each record (`!` before a malformed one), pages as `page`,
    /// damage by name and byte.
    fn events(text: &str) -> Vec<String> {
        let file = Sources::default().add_text(Text::new("t", ""));
        let mut seen = Vec::new();
        read(file, text, "Resources", &mut Names::default(), &mut |event| {
            seen.push(match event {
                Event::Record(raw) => {
                    let flag = if raw.content.is_err() { "!" } else { "" };
                    format!("{flag}{}={}", raw.place.route(), &text[raw.place.span().range()])
                }
                Event::Page(_) => "page".to_owned(),
                Event::Damage(Damage::Empty) => "empty".to_owned(),
                Event::Damage(Damage::Truncated(offset)) => format!("truncated {offset}"),
                Event::Damage(Damage::Broken { offset, .. }) => format!("broken {offset}"),
                Event::Damage(Damage::Comma(offset)) => format!("comma {offset}"),
                Event::Damage(Damage::NotAList { kind, .. }) => format!("not a list but {kind}"),
                Event::Damage(Damage::DuplicateName { name, .. }) => format!("twice {name}"),
            });
        });
        seen
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(events(text), expected, "{text:?}");
    }

    #[test]
    fn each_shape_is_recognised_by_its_content() {
        check(
            r#"{"Resources":[{"id":1},{"id":2}]}"#,
            &[r#"Resources[0]={"id":1}"#, r#"Resources[1]={"id":2}"#, "page"],
        );
        check(r#"{"totalResults":1,"resources":[{}]}"#, &["resources[0]={}", "page"]);
        check(r#"{"x":1,"RESOURCES":[{}],"y":{}}"#, &["RESOURCES[0]={}", "page"]);
        check(r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":0}"#, &["page"]);
        check(r#"{"totalResults":0}"#, &["page"]);
        check(r#"{"Resources":null,"totalResults":0}"#, &["page"]);
        check(r#"[{"a":1}, {"a":2}]"#, &[r#"[0]={"a":1}"#, r#"[1]={"a":2}"#]);
        check("[]", &[]);
        check(r#" {"userName":"a"} "#, &[r#"={"userName":"a"}"#]);
        check("{\"a\":1}\n{\"a\":2}\n", &[r#"[0]={"a":1}"#, r#"[1]={"a":2}"#]);
    }

    #[test]
    fn a_user_with_an_attribute_named_like_a_list_is_a_user() {
        let user = r#"{"userName":"a","resources":[1]}"#;
        check(user, &[&format!("={user}")]);
        let user = r#"{"itemsPerPage":3,"id":"a","resources":[1]}"#;
        check(user, &[&format!("={user}")]);
    }

    #[test]
    fn marks_breaks_and_blank_lines_are_white_space() {
        check("\u{feff}[{}]", &["[0]={}"]);
        check("\u{feff}\r\n{}\r\n\r\n \t{}\r\n", &["[0]={}", "[1]={}"]);
        check("{}{} {}", &["[0]={}", "[1]={}", "[2]={}"]);
        for empty in ["", " \r\n", "\u{feff}", "\u{feff}\n"] {
            check(empty, &["empty"]);
        }
    }

    #[test]
    fn pages_and_arrays_may_stand_one_a_line() {
        check(
            "{\"Resources\":[{}]}\n{\"Resources\":[{}]}\n[{}]\n{\"id\":1}",
            &["Resources[0]={}", "page", "[1].Resources[0]={}", "page", "[2][0]={}", "[3]={\"id\":1}"],
        );
    }

    #[test]
    fn one_bad_line_costs_itself() {
        check("{}\n{\"a\":\n{\"b\":1}", &["[0]={}", "![1]={\"a\":", "[2]={\"b\":1}"]);
        check("{}\n{\"a\":\"x\ny\"}\n{}", &["[0]={}", "![1]={\"a\":\"x\ny\"}", "[2]={}"]);
        check("{}\nnonsense, really\n{}", &["[0]={}", "![1]=nonsense, really", "[2]={}"]);
        check("{}\n{\"a\":1}}\n{}", &["[0]={}", "[1]={\"a\":1}", "![2]=}", "[3]={}"]);
        check("{\n  \"a\": x\n}\n{\n  \"b\": 1\n}", &["![0]={\n  \"a\": x\n}", "[1]={\n  \"b\": 1\n}"]);
        check(
            "{\"Resources\":[{},{\"a\"]}\n{\"Resources\":[{}]}",
            &["Resources[0]={}", "page", "broken 21", "[1].Resources[0]={}", "page"],
        );
    }

    #[test]
    fn one_bad_record_of_a_list_costs_itself() {
        check(r#"[{"a" 1},{"b":2}]"#, &[r#"![0]={"a" 1}"#, r#"[1]={"b":2}"#]);
        check(r#"[{"a":1e999},tru,{"b":"]"}]"#, &[r#"![0]={"a":1e999}"#, "![1]=tru", r#"[2]={"b":"]"}"#]);
        check(r#"{"Resources":[{"a":"\ud800"},{}]}"#, &[r#"!Resources[0]={"a":"\ud800"}"#, "Resources[1]={}", "page"]);
        let deep = format!("{}{}", "[".repeat(1000), "]".repeat(1000));
        check(&format!("[{deep},{{}}]"), &[&format!("![0]={deep}"), "[1]={}"]);
    }

    #[test]
    fn what_stands_before_damage_is_kept() {
        check(r#"[{"a":1},{"b":2"#, &[r#"[0]={"a":1}"#, "truncated 15"]);
        check("[{}, ", &["[0]={}", "truncated 5"]);
        check(r#"{"Resources":[{},{"#, &["Resources[0]={}", "page", "truncated 18"]);
        check(r#"{"Resources":[{}],"tot"#, &["Resources[0]={}", "page", "truncated 22"]);
        check(r#"{"x":{},"Resources":[{}],"tot"#, &["Resources[0]={}", "page", "truncated 29"]);
        check(r#"{"userName":"a","emails":[{"#, &["truncated 27"]);
        check("{}\n{\"a\"", &["[0]={}", "truncated 7"]);
        let deep = format!("{{\"a\":{}", "[".repeat(1000));
        check(&deep, &["truncated 1005"]);
        check(&format!("{{}}\n{deep}"), &["[0]={}", "truncated 1008"]);
        check(&format!("{deep}{}}}", "]".repeat(1000)), &[&format!("!={deep}{}}}", "]".repeat(1000))]);
        check(r#"[{} x {}]"#, &["[0]={}", "broken 4"]);
        check(r#"{"Resources":[{}] "a"}"#, &["Resources[0]={}", "page", "broken 18"]);
    }

    #[test]
    fn commas_and_frames_out_of_order_lose_nothing() {
        check("[{} {}]", &["[0]={}", "comma 4", "[1]={}"]);
        check("[{},,{},]", &["[0]={}", "comma 4", "[1]={}", "comma 7"]);
        check("{},\n{}", &["[0]={}", "comma 2", "[2]={}"]);
        check(r#"{"Resources":{}}"#, &["not a list but an object", "page"]);
        check(
            r#"{"Resources":[{}],"resources":[{}]}"#,
            &["Resources[0]={}", "twice resources", "resources[0]={}", "page"],
        );
    }
}
