//! Cutting a text into records: pages, arrays, single resources and newline-delimited JSON, told apart by content.
//!
//! The frame around the records is read here by hand, each record by serde_json from where it starts. So every record
//! has its exact bytes, a damaged one costs only itself, and what stands before a cut is kept.

use std::sync::Arc;

use super::damage::Damage;
use super::head::{Head, HeadEntry};
use super::json::{Duplicate, Json, Malformed, Names, parse_at};
use super::place::RecordPlace;
use super::recovery::{next_value_line, separates, value_end};
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
    Reader { file, text, end: end.max(pos), pos, list, names, sink, count: 0 }.run();
}

/// The white space of JSON.
pub(super) const SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

/// Names that only the frame of a page carries.
const FRAME_NAMES: [&str; 6] =
    ["totalResults", "startIndex", "itemsPerPage", "nextCursor", "previousCursor", "nextPageToken"];

/// Whether an object is a page and not a resource: it says so, or it has a list and no name of its own.
fn is_page<'v>(get: impl Fn(&str) -> Option<&'v Json>, list: &str) -> bool {
    let schemas = get("schemas").and_then(Json::as_array).unwrap_or_default();
    let says_so = schemas.iter().filter_map(Json::as_str).any(|s| s.to_ascii_lowercase().ends_with(":listresponse"));
    let named = get("id").is_some() || get("userName").is_some();
    says_so || (!named && (get(list).is_some() || get("totalResults").is_some()))
}

struct Reader<'t, 'r> {
    file: FileId,
    text: &'t str,
    /// Where the text ends, trailing white space left out.
    end: usize,
    pos: usize,
    list: &'static str,
    names: &'r mut Names,
    sink: &'r mut dyn FnMut(Event),
    /// How many values stand before this one at the top of the text.
    count: usize,
}

/// Why a frame could not be read to its end.
struct Stop {
    offset: usize,
    truncated: bool,
    message: String,
}

enum Frame {
    Closed { head: Head, listed: bool },
    Stopped { head: Head, listed: bool, stop: Stop },
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
                if listed || malformed.is_some() || is_page(|name| head.get(name).map(|(value, _)| value), self.list) {
                    return self.emit(Event::Page(head));
                }
                match parse_at(self.slice(), start, self.names) {
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
                self.malformed(start, malformed.unwrap_or(Malformed { offset, truncated, message }));
            }
        }
    }

    /// Whether the first name, or the schemas under it, can only be those of a page. It saves reading a page twice;
    /// a page that it misses is recognised once it has been read.
    fn looks_like_page(&self) -> bool {
        let rest = self.text[self.pos + 1..self.end].trim_start_matches(SPACE);
        let Some((name, rest)) = rest.strip_prefix('"').and_then(|rest| rest.split_once('"')) else { return false };
        if name.eq_ignore_ascii_case("schemas") {
            return rest.split(']').next().is_some_and(|schemas| schemas.contains(":ListResponse\""));
        }
        name.eq_ignore_ascii_case(self.list) || FRAME_NAMES.iter().any(|known| name.eq_ignore_ascii_case(known))
    }

    /// Reads an object entry by entry, and the list in it record by record.
    fn frame(&mut self) -> Frame {
        let mut head = Head { span: Span::at(self.pos), entries: Vec::new() };
        let mut listed = false;
        self.pos += 1;
        let result = self.entries(&mut head, &mut listed);
        head.span = Span::new(head.span.start, self.pos);
        match result {
            Ok(()) => Frame::Closed { head, listed },
            Err(stop) => Frame::Stopped { head, listed, stop },
        }
    }

    fn entries(&mut self, head: &mut Head, listed: &mut bool) -> Result<(), Stop> {
        self.skip_space();
        if self.peek() == Some(b'}') {
            self.pos += 1;
            return Ok(());
        }
        loop {
            self.skip_space();
            self.expect(b'"', false)?;
            let name_span_start = self.pos;
            let name = match self.value()? {
                Json::String(name) => self.names.intern(&name),
                _ => return Err(self.stop("a name was expected")),
            };
            let name_span = Span::new(name_span_start, self.pos);
            self.skip_space();
            self.expect(b':', true)?;
            self.skip_space();
            self.entry(name, name_span, head, listed)?;
            self.skip_space();
            match self.peek() {
                Some(b',') => self.pos += 1,
                Some(b'}') => {
                    self.pos += 1;
                    return Ok(());
                }
                _ => return Err(self.stop("`,` or `}` was expected")),
            }
        }
    }

    fn entry(&mut self, name: Arc<str>, name_span: Span, head: &mut Head, listed: &mut bool) -> Result<(), Stop> {
        let is_list = name.eq_ignore_ascii_case(self.list);
        let twice = head.entries.iter().any(|entry| entry.name.eq_ignore_ascii_case(&name)) || (is_list && *listed);
        if twice {
            self.damage(Damage::DuplicateName { name: name.clone(), span: name_span });
        }
        let resource = head.get("id").is_some() || head.get("userName").is_some();
        if is_list && !resource && self.peek() == Some(b'[') {
            *listed = true;
            return self.items(Some(name));
        }
        let start = self.pos;
        let value = self.value()?;
        let span = Span::new(start, self.pos);
        if is_list && !resource && !value.is_absent() {
            self.damage(Damage::NotAList { name: name.clone(), span, kind: value.kind() });
        }
        if !twice {
            head.entries.push(HeadEntry { name, value, span });
        }
        Ok(())
    }

    /// Reads `[ … ]` record by record.
    fn items(&mut self, list: Option<Arc<str>>) -> Result<(), Stop> {
        let value = (self.count > 0).then_some(self.count);
        let mut index = 0;
        self.pos += 1;
        loop {
            self.skip_space();
            match self.peek() {
                None => return Err(self.stop("")),
                Some(b']') => {
                    self.pos += 1;
                    return Ok(());
                }
                Some(b',') => {
                    self.stray_comma();
                    continue;
                }
                Some(_) => {}
            }
            let (start, content) = (self.pos, self.item()?);
            let span = Span::new(start, self.pos);
            let place = RecordPlace::new(self.file, span, value, list.clone(), Some(index));
            self.emit(Event::Record(Raw { place, content }));
            index += 1;
            self.separator()?;
        }
    }

    /// One record of a list. Where it is malformed but its end is plain to see, only this record is lost.
    fn item(&mut self) -> Result<Result<(Json, Option<Duplicate>), Malformed>, Stop> {
        let start = self.pos;
        match parse_at(self.slice(), start, self.names) {
            Ok(parsed) => {
                self.pos = parsed.end;
                Ok(Ok((parsed.value, parsed.duplicate)))
            }
            Err(error) => {
                let end =
                    value_end(self.slice(), start).filter(|&end| !error.truncated && separates(self.slice(), end));
                let Some(end) = end else {
                    return Err(Stop { offset: error.offset, truncated: error.truncated, message: error.message });
                };
                self.pos = end;
                Ok(Err(error))
            }
        }
    }

    /// The comma after a record. One that is missing between two objects is reported and read over.
    fn separator(&mut self) -> Result<(), Stop> {
        self.skip_space();
        match self.peek() {
            None => Err(self.stop("")),
            Some(b']') => Ok(()),
            Some(b'{') => {
                self.damage(Damage::Comma(self.pos));
                Ok(())
            }
            Some(b',') => {
                let comma = self.pos;
                self.pos += 1;
                self.skip_space();
                if self.peek() == Some(b']') {
                    self.damage(Damage::Comma(comma));
                }
                Ok(())
            }
            Some(_) => Err(self.stop("`,` or `]` was expected")),
        }
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
        match next_value_line(self.slice(), start) {
            None if error.truncated => self.truncated(),
            next => self.single(start, next.unwrap_or(self.end), Err(error)),
        }
    }

    /// A page or array that could not be read to its end. Where it stands on one line, as in a file of pages, the next
    /// line may still be sound.
    fn stopped(&mut self, start: usize, stop: Stop) {
        let line_end = self.slice()[start..].find('\n').map_or(self.end, |length| start + length);
        let next = next_value_line(self.slice(), start).filter(|_| stop.offset <= line_end + 1);
        match next {
            None if stop.truncated => self.truncated(),
            next => {
                self.damage(Damage::Broken { offset: stop.offset, message: stop.message });
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

    fn stray_comma(&mut self) {
        self.damage(Damage::Comma(self.pos));
        self.pos += 1;
    }

    fn truncated(&mut self) {
        self.damage(Damage::Truncated(self.text.len()));
        self.pos = self.end;
    }

    fn value(&mut self) -> Result<Json, Stop> {
        match parse_at(self.slice(), self.pos, self.names) {
            Ok(parsed) => {
                self.pos = parsed.end;
                Ok(parsed.value)
            }
            Err(Malformed { offset, truncated, message }) => Err(Stop { offset, truncated, message }),
        }
    }

    fn expect(&mut self, byte: u8, consume: bool) -> Result<(), Stop> {
        if self.peek() != Some(byte) {
            return Err(self.stop(&format!("`{}` was expected", char::from(byte))));
        }
        if consume {
            self.pos += 1;
        }
        Ok(())
    }

    fn stop(&self, message: &str) -> Stop {
        Stop { offset: self.pos, truncated: self.pos >= self.end, message: message.to_owned() }
    }

    fn slice(&self) -> &'t str {
        &self.text[..self.end]
    }

    fn peek(&self) -> Option<u8> {
        self.slice().as_bytes().get(self.pos).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.pos += 1;
        }
    }

    fn damage(&mut self, damage: Damage) {
        self.emit(Event::Damage(damage));
    }

    fn emit(&mut self, event: Event) {
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
