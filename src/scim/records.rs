//! Cutting a text into records: pages, arrays, single resources and newline-delimited JSON, told apart by content.
//!
//! The frame around the records is read here by hand, each record by serde_json from where it starts. So every record
//! has its exact bytes, a damaged one costs only itself, and what stands before a cut is kept.

use std::sync::Arc;

use super::json::{Duplicate, Json, Malformed, Names, parse_at};
use super::place::RecordPlace;
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

/// What a page says about itself: everything but its records.
#[derive(Debug, Default)]
pub(crate) struct Head {
    pub(crate) span: Span,
    entries: Vec<HeadEntry>,
}

#[derive(Debug)]
struct HeadEntry {
    name: Arc<str>,
    value: Json,
    span: Span,
}

impl Head {
    /// The value under a name and its bytes; `None` where it is absent.
    pub(crate) fn get(&self, name: &str) -> Option<(&Json, Span)> {
        let entry = self.entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name))?;
        (!entry.value.is_absent()).then_some((&entry.value, entry.span))
    }

    /// A whole number, also one written as a string.
    pub(crate) fn number(&self, name: &str) -> Option<(i64, Span)> {
        let (value, span) = self.get(name)?;
        let number = match value {
            Json::Number(number) => number.as_i64().or_else(|| number.as_f64().map(|float| float as i64)),
            Json::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        Some((number?, span))
    }

    /// A token that is there and not empty.
    pub(crate) fn token(&self, name: &str) -> Option<Span> {
        self.get(name).filter(|(value, _)| value.as_str() != Some("")).map(|(_, span)| span)
    }
}

/// How a text is damaged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Damage {
    /// There is nothing but white space.
    Empty,
    /// The text ends at this byte, inside of a value.
    Truncated(usize),
    /// From this byte on, the frame around the records could not be read.
    Broken { offset: usize, message: String },
    /// A comma is missing or too many; nothing is lost.
    Comma(usize),
    /// The list of a page is something else than a list.
    NotAList { name: Arc<str>, span: Span, kind: &'static str },
    /// A name stands twice in the frame of a page. Both were read.
    DuplicateName { name: Arc<str>, span: Span },
}

/// Reads a text. `list` is the name under which a page keeps its records: `Resources`, `data`.
pub(crate) fn read(file: FileId, text: &str, list: &'static str, names: &mut Names, sink: &mut dyn FnMut(Event)) {
    let end = text.trim_end_matches(SPACE).len();
    let pos = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    Reader { file, text, end: end.max(pos), pos, list, names, sink, count: 0 }.run();
}

const SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

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
                let end = value_end(self.slice(), start).filter(|&end| !error.truncated && self.separates(end));
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
        match self.next_value_line(start) {
            None if error.truncated => self.truncated(),
            next => self.single(start, next.unwrap_or(self.end), Err(error)),
        }
    }

    /// A page or array that could not be read to its end. Where it stands on one line, as in a file of pages, the next
    /// line may still be sound.
    fn stopped(&mut self, start: usize, stop: Stop) {
        let line_end = self.slice()[start..].find('\n').map_or(self.end, |length| start + length);
        let next = self.next_value_line(start).filter(|_| stop.offset <= line_end + 1);
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

    /// The next line whose first character starts an object or an array: only what stands at the top of a text is not
    /// indented.
    fn next_value_line(&self, from: usize) -> Option<usize> {
        let bytes = self.slice().as_bytes();
        let mut offset = from;
        while let Some(length) = bytes[offset..].iter().position(|&byte| byte == b'\n') {
            offset += length + 1;
            if matches!(bytes.get(offset), Some(b'{' | b'[')) {
                return Some(offset);
            }
        }
        None
    }

    fn separates(&self, offset: usize) -> bool {
        let rest = self.slice()[offset..].trim_start_matches(SPACE);
        rest.is_empty() || rest.starts_with([',', ']'])
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

/// One past the last byte of the array, object or string that starts at `start`, found without reading it: brackets
/// are counted outside of strings. `None` where they do not close.
fn value_end(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut depth, mut in_string, mut offset) = (0_usize, false, start);
    while let Some(&byte) = bytes.get(offset) {
        match byte {
            b'\\' if in_string => offset += 1,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 0 => return Some(offset),
            b'}' | b']' => depth -= 1,
            b',' if depth == 0 => return Some(offset),
            _ => {}
        }
        offset += 1;
        if depth == 0 && !in_string && matches!(byte, b'}' | b']' | b'"') {
            return Some(offset);
        }
    }
    None
}
