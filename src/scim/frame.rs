//! Reading the frame of a page by hand, and the list of records in it or in an array.

use std::sync::Arc;

use super::damage::Damage;
use super::feed::Feed;
use super::head::{Head, HeadEntry};
use super::json::{Duplicate, Json, Malformed};
use super::place::RecordPlace;
use super::records::{Event, FRAME_NAMES, Raw, Reader, SPACE, Stop};
use super::recovery::separates;
use super::sink::Level;
use crate::source::Span;

/// Names that tell a resource from a page, beside those that only a page has.
const KEPT: [&str; 3] = ["schemas", "id", "userName"];

/// An object read entry by entry. `listed` says whether a list of records was among them.
pub(super) enum Frame {
    Closed { head: Head, listed: bool },
    Stopped { head: Head, listed: bool, stop: Stop },
}

impl<F: Feed> Reader<'_, F> {
    /// Reads an object entry by entry, and the list in it record by record.
    pub(super) fn frame(&mut self) -> Frame {
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
            if *listed {
                self.keep = self.pos;
            }
            self.expect(b'"', false)?;
            let name_span_start = self.pos;
            let name = match self.value()? {
                Json::String(name) => self.intern(&name),
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
            self.note(Damage::DuplicateName { name: name.clone(), span: name_span });
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
            self.note(Damage::NotAList { name: name.clone(), span, kind: value.kind() });
        }
        // Only a few names mean something here; a frame of a million others must not be kept.
        let matters = KEPT.iter().chain(&FRAME_NAMES).any(|kept| name.eq_ignore_ascii_case(kept)) || is_list;
        if matters && !twice {
            head.entries.push(HeadEntry { name, value, span });
        }
        Ok(())
    }

    /// Reads `[ … ]` record by record.
    pub(super) fn items(&mut self, list: Option<Arc<str>>) -> Result<(), Stop> {
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
            self.keep = self.pos;
            let place = RecordPlace::new(self.file, Span::at(self.pos), value, list.clone(), Some(index));
            let taken = self.take(Level::List, place);
            if taken > 0 {
                index += taken;
                continue;
            }
            if self.is_done() {
                return Ok(());
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
        match self.parse(start) {
            Ok(parsed) => {
                self.pos = parsed.end;
                Ok(Ok((parsed.value, parsed.duplicate)))
            }
            Err(error) if error.too_long => {
                self.pass(start)?;
                Ok(Err(error))
            }
            Err(error) => {
                let Some(end) = self.end_of_malformed(start, &error) else {
                    return Err(Stop { offset: error.offset, truncated: error.truncated, message: error.message });
                };
                self.pos = end;
                Ok(Err(error))
            }
        }
    }

    /// Passes over a value that is too long to be read.
    fn pass(&mut self, start: usize) -> Result<(), Stop> {
        match self.closing(start) {
            Some(end) => {
                self.pos = end;
                Ok(())
            }
            None => Err(Stop { offset: self.end_at_hand(), truncated: true, message: String::new() }),
        }
    }

    fn end_of_malformed(&mut self, start: usize, error: &Malformed) -> Option<usize> {
        if error.truncated {
            return None;
        }
        let end = self.closing(start);
        let looked_at = end.unwrap_or_else(|| self.end_at_hand()) - start;
        let end = self.spend(looked_at).then_some(end?)?;
        // White space says nothing: what follows it is needed.
        let next = self.find(end, |bytes| bytes.iter().position(|byte| !SPACE.contains(&char::from(*byte))));
        separates(next.map_or("", |next| self.at_hand(next))).then_some(end)
    }

    /// The comma after a record. One that is missing between two objects is reported and read over.
    fn separator(&mut self) -> Result<(), Stop> {
        self.skip_space();
        match self.peek() {
            None => Err(self.stop("")),
            Some(b']') => Ok(()),
            Some(b'{') => {
                self.note(Damage::Comma(self.pos));
                Ok(())
            }
            Some(b',') => {
                let comma = self.pos;
                self.pos += 1;
                self.skip_space();
                if self.peek() == Some(b']') {
                    self.note(Damage::Comma(comma));
                }
                Ok(())
            }
            Some(_) => Err(self.stop("`,` or `]` was expected")),
        }
    }

    /// A value of the frame. One that is too long for a record says nothing.
    fn value(&mut self) -> Result<Json, Stop> {
        let start = self.pos;
        match self.parse(start) {
            Ok(parsed) => {
                self.pos = parsed.end;
                Ok(parsed.value)
            }
            Err(error) if error.too_long => self.pass(start).map(|()| Json::Null),
            Err(Malformed { offset, truncated, message, .. }) => Err(Stop { offset, truncated, message }),
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

    fn stop(&mut self, message: &str) -> Stop {
        Stop { offset: self.pos, truncated: self.peek().is_none(), message: message.to_owned() }
    }
}
