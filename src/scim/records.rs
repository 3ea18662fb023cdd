//! Cutting a text into records: pages, arrays, single resources and newline-delimited JSON, told apart by content.
//!
//! The frame around the records is read here by hand, each record by serde_json from where it starts. So every record
//! has its exact bytes, a damaged one costs only itself, and what stands before a cut is kept.
//!
//! The text comes from a [`Feed`]: whatever is decided at the end of what is at hand is decided again once there is more,
//! so that a text that is read block by block gives what it gives as a whole.

use super::damage::Damage;
use super::feed::{Feed, Whole};
use super::frame::Frame;
use super::head::Head;
use super::json::{Duplicate, Json, Malformed};
use super::names::Names;
use super::place::RecordPlace;
use super::recovery::{ValueLine, line_break};
use super::sink::{Ahead, Level, Sink};
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
pub(crate) fn read(file: FileId, text: &str, list: &'static str, names: &mut Names, mut sink: &mut dyn FnMut(Event)) {
    read_from(&mut Whole::new(text), file, list, names, &mut sink);
}

/// Reads a text that need not be at hand as a whole.
pub(crate) fn read_from(
    feed: &mut impl Feed,
    file: FileId,
    list: &'static str,
    names: &mut Names,
    sink: &mut dyn Sink,
) {
    Reader { file, feed, pos: 0, keep: 0, list, names, sink, count: 0, spent: 0, notes: NOTES }.run();
}

/// The white space of JSON.
pub(super) const SPACE: [char; 4] = [' ', '\t', '\r', '\n'];

/// Names that only the frame of a page carries.
pub(super) const FRAME_NAMES: [&str; 6] =
    ["totalResults", "startIndex", "itemsPerPage", "nextCursor", "previousCursor", "nextPageToken"];

/// Whether an object is a page and not a resource: it says so, or it has a list and no name of its own.
pub(super) fn is_page<'v>(get: impl Fn(&str) -> Option<&'v Json>, list: &str) -> bool {
    let schemas = get("schemas").and_then(Json::as_array).unwrap_or_default();
    let says_so = schemas.iter().filter_map(Json::as_str).any(|s| s.to_ascii_lowercase().ends_with(":listresponse"));
    let named = get("id").is_some() || get("userName").is_some();
    says_so || (!named && (get(list).is_some() || get("totalResults").is_some()))
}

/// A text on its way to records.
pub(super) struct Reader<'r, F> {
    pub(super) file: FileId,
    pub(super) feed: &'r mut F,
    pub(super) pos: usize,
    /// What stands before this byte is not needed any more.
    pub(super) keep: usize,
    pub(super) list: &'static str,
    pub(super) names: &'r mut Names,
    sink: &'r mut dyn Sink,
    /// How many values stand before this one at the top of the text.
    pub(super) count: usize,
    /// How many bytes were read in vain: what resumes behind a mistake reads some bytes again, and a text made of
    /// mistakes must not be read again from each of them.
    spent: usize,
    /// How many more notes on the frame are made.
    notes: usize,
}

/// How many times its own length a text may be read in vain.
const PATIENCE: usize = 2;
/// How many notes on the frame are made: after these, nobody reads them.
const NOTES: usize = 100;
/// How far into a value the first sign of a page is looked for.
const FIRST_LOOK: usize = 1024;
/// A text may start with it.
const MARK: char = '\u{feff}';

/// Why a frame could not be read to its end.
pub(super) struct Stop {
    pub(super) offset: usize,
    pub(super) truncated: bool,
    pub(super) message: String,
}

impl<F: Feed> Reader<'_, F> {
    fn run(mut self) {
        self.reach(MARK.len_utf8());
        if self.feed.base() == 0 && self.feed.text().starts_with(MARK) {
            self.pos = MARK.len_utf8();
        }
        self.skip_space();
        if self.peek().is_none() {
            return self.damage(Damage::Empty);
        }
        loop {
            self.keep = self.pos;
            let place = RecordPlace::new(self.file, Span::at(self.pos), Some(self.count), None, None);
            self.count += self.take(Level::Top, place);
            match self.peek() {
                None => return,
                _ if self.is_done() => return,
                Some(b'[') => self.array(),
                Some(b'{') => self.object(),
                Some(b',') => self.stray_comma(),
                Some(_) => self.other(),
            }
            self.count += 1;
            self.skip_space();
        }
    }

    /// Offers what is at hand to the sink, and says how many values it took.
    pub(super) fn take(&mut self, level: Level, mut place: RecordPlace) -> usize {
        let mut count = 0;
        loop {
            self.feed.fill(self.pos);
            let text = self.feed.text().get(self.pos.saturating_sub(self.feed.base())..).unwrap_or("");
            let taken = self.sink.take(&Ahead { text, offset: self.pos, level, place: place.clone() });
            if taken.bytes == 0 {
                if taken.is_cut && self.feed.more(self.pos) {
                    continue;
                }
                return count;
            }
            self.pos += taken.bytes;
            self.keep = self.pos;
            count += taken.count;
            place = place.after(taken.count, self.pos);
        }
    }

    /// An array of resources.
    fn array(&mut self) {
        let start = self.pos;
        self.feed.watch(start);
        if let Err(stop) = self.items(None) {
            self.stopped(start, stop);
        }
    }

    /// A page, or a resource that stands on its own.
    fn object(&mut self) {
        let start = self.pos;
        let mut malformed = None;
        if !self.looks_like_page() {
            match self.parse(start) {
                Ok(parsed) if !parsed.value.as_object().is_some_and(|o| is_page(|name| o.get(name), self.list)) => {
                    return self.single(start, parsed.end, Ok((parsed.value, parsed.duplicate)));
                }
                Ok(_) => {}
                Err(error) => malformed = Some(error),
            }
        }
        self.feed.watch(start);
        match self.frame() {
            Frame::Closed { head, listed } => {
                if listed || is_page(|name| head.get(name).map(|(value, _)| value), self.list) {
                    return self.emit(Event::Page(head));
                }
                let end = self.pos;
                match malformed.map_or_else(|| self.parse(start), Err) {
                    Ok(parsed) => self.single(start, parsed.end, Ok((parsed.value, parsed.duplicate))),
                    Err(error) if error.too_long => self.single(start, end, Err(error)),
                    Err(error) => self.malformed(start, error),
                }
            }
            Frame::Stopped { head, listed: true, stop } => {
                self.emit(Event::Page(head));
                self.stopped(start, stop);
            }
            Frame::Stopped { listed: false, stop, .. } => {
                let Stop { offset, truncated, message } = stop;
                let stopped = Malformed { offset, truncated, too_deep: false, too_long: false, message };
                // Of a value that is too long only this was seen: whether it ends.
                let is_cut =
                    |error: Malformed| Malformed { truncated: error.truncated || error.too_long && truncated, ..error };
                self.malformed(start, malformed.map_or(stopped, is_cut));
            }
        }
    }

    /// Whether the first name, or the schemas under it, can only be those of a page. It saves reading a page twice;
    /// a page that it misses is recognised once it has been read.
    fn looks_like_page(&mut self) -> bool {
        let from = self.pos + 1;
        self.reach(from + FIRST_LOOK + MARK.len_utf8());
        let text = self.at_hand(from);
        let until = (0..=text.len().min(FIRST_LOOK)).rev().find(|&offset| text.is_char_boundary(offset));
        let look = until.and_then(|until| text.get(..until)).unwrap_or("");
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
        match self.parse(start) {
            Ok(parsed) => self.single(start, parsed.end, Ok((parsed.value, parsed.duplicate))),
            Err(error) => match self.find(start, line_break) {
                None if error.truncated => self.truncated(),
                None => self.single_to_end(start, error),
                Some(line_end) => self.single(start, line_end, Err(error)),
            },
        }
    }

    /// An object on its own that could not be read: reading resumes with the next line that starts an object.
    fn malformed(&mut self, start: usize, error: Malformed) {
        let mut line = ValueLine::default();
        let next = self.find(start, |bytes| line.look(bytes));
        match next {
            None if error.truncated || (error.too_deep && self.is_open(start)) => self.truncated(),
            None => self.single_to_end(start, error),
            Some(_) if !self.spend(error.offset.saturating_sub(start)) => {
                self.note(Damage::Broken { offset: error.offset, message: error.message });
                self.drain();
            }
            Some(next) => self.single(start, next, Err(error)),
        }
    }

    /// Whether a value does not close. Where nesting stopped the reader, the end of the text was still ahead.
    fn is_open(&mut self, start: usize) -> bool {
        start >= self.feed.base() && self.closing(start).is_none()
    }

    /// A page or array that could not be read to its end. Where it stands on one line, as in a file of pages, the next
    /// line may still be sound.
    fn stopped(&mut self, start: usize, stop: Stop) {
        let gone = self.feed.first_break();
        let line_end = gone.or_else(|| self.find(start, line_break)).unwrap_or_else(|| self.end_at_hand());
        let mut next = None;
        if stop.offset <= line_end + 1 {
            let mut line = ValueLine { is_start: gone.is_some() };
            next = self.find(gone.map_or(start, |gone| gone + 1), |bytes| line.look(bytes));
            next = next.filter(|_| self.spend(stop.offset.saturating_sub(start)));
        }
        match next {
            None if stop.truncated => self.truncated(),
            next => {
                self.note(Damage::Broken { offset: stop.offset, message: stop.message });
                match next {
                    Some(next) => self.pos = next,
                    None => self.drain(),
                }
            }
        }
    }

    fn single(&mut self, start: usize, end: usize, content: Result<(Json, Option<Duplicate>), Malformed>) {
        let from = start.max(self.feed.base());
        let trimmed = self.feed.text().get(from - self.feed.base()..end - self.feed.base());
        let length = trimmed.map_or(end - from, |text| text.trim_end_matches(SPACE).len());
        self.pos = end;
        let only = self.count == 0 && {
            self.skip_space();
            self.peek().is_none()
        };
        let span = Span::new(start, from + length);
        let place = RecordPlace::new(self.file, span, (!only).then_some(self.count), None, None);
        self.emit(Event::Record(Raw { place, content }));
    }

    /// A record on its own that takes everything up to the end of the text with it.
    fn single_to_end(&mut self, start: usize, error: Malformed) {
        self.reach_end();
        self.single(start, self.end_at_hand(), Err(error));
    }

    pub(super) fn stray_comma(&mut self) {
        self.note(Damage::Comma(self.pos));
        self.pos += 1;
    }

    fn truncated(&mut self) {
        self.drain();
        self.damage(Damage::Truncated(self.feed.read()));
    }

    /// Takes note of bytes read in vain; `false` where there have been too many.
    pub(super) fn spend(&mut self, bytes: usize) -> bool {
        let patience = self.feed.size().saturating_mul(PATIENCE);
        let enough = patience.saturating_sub(self.spent) >= bytes;
        self.spent = patience.min(self.spent.saturating_add(bytes));
        enough
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
        let text = match &event {
            Event::Record(raw) => {
                let (span, base) = (raw.place.span(), self.feed.base());
                let at_hand = span.start.checked_sub(base).zip(span.end.checked_sub(base));
                at_hand.and_then(|(start, end)| self.feed.text().get(start..end)).unwrap_or("")
            }
            _ => "",
        };
        self.sink.event(event, text);
    }

    pub(super) fn is_done(&self) -> bool {
        self.sink.is_done()
    }
}

#[cfg(test)]
mod tests {
    use super::super::feed::{Flow, Measures};
    use super::*;
    use crate::source::{Sources, Text};

    /// What a text holds, in short: the route and text of each record (`!` before a malformed one), pages as `page`,
    /// damage by name and byte.
    fn events(text: &str, feed: &mut impl Feed) -> Vec<String> {
        let file = Sources::default().add_text(Text::new("t", ""));
        let mut seen = Vec::new();
        let mut sink = |event| {
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
        };
        read_from(feed, file, "Resources", &mut Names::default(), &mut sink);
        seen
    }

    /// As a whole, and block by block.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(events(text, &mut Whole::new(text)), expected, "{text:?}");
        for block in [1, 2, 3, 7, 64] {
            let measures = Measures { block, record: 1 << 20 };
            let mut flow = Flow::new(text.as_bytes(), Some(text.len()), measures);
            assert_eq!(events(text, &mut flow), expected, "{text:?} in blocks of {block}");
        }
    }

    #[test]
    fn a_record_that_is_too_long_costs_itself() {
        let long = format!("{{\"a\":\"{}\"}}", "x".repeat(300));
        let check = |text: &str, expected: &[&str]| {
            for block in [1, 7, 64, 1000] {
                let mut flow = Flow::new(text.as_bytes(), None, Measures { block, record: 100 });
                let seen = events(text, &mut flow);
                let short: Vec<String> = seen.iter().map(|event| event.replace(&long, "long")).collect();
                assert_eq!(short, expected, "{block}");
            }
        };
        check(&format!("{{}}\n{long}\n{{}}"), &["[0]={}", "![1]=long", "[2]={}"]);
        check(&format!("[{{}},{long},{{}}]"), &["[0]={}", "![1]=long", "[2]={}"]);
        check(
            &format!("{{\"Resources\":[{long},{{}}],\"x\":{long}}}"),
            &["!Resources[0]=long", "Resources[1]={}", "page"],
        );
        check(&format!("{{}}\n{}", &long[..200]), &["[0]={}", "truncated 203"]);
        check(&format!("[{{}},{}", &long[..200]), &["[0]={}", "truncated 204"]);
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
        check("\n\u{feff}{}", &["!=\u{feff}{}"]);
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
