//! Reading for its own sake: what evaluation is measured against.

use std::io::Read;

use super::cursor::Unread;
use super::fast::Fast;
use super::fast_group::{self, Members};
use super::lexicon::Lexicon;
use super::piece::next_record;
use super::projection::Projection;
use crate::scim::Kind;
use crate::scim::feed::Flow;
use crate::scim::names::Names;
use crate::scim::records::{self, Event};
use crate::scim::sink::{Ahead, Sink, Taken};
use crate::source::FileId;

/// Reads users and groups into what a decision is made from, and lets go of each. Says how many there are.
pub(crate) fn parse_and_drop<R: Read>(flow: &mut Flow<R>, file: FileId, kind: Kind, kept: &Projection) -> usize {
    let mut bare =
        Bare { kind, fast: Fast::new(kept), lexicon: Lexicon::of_groups(), members: Members::default(), count: 0 };
    records::read_from(flow, file, "Resources", &mut Names::default(), &mut bare);
    bare.count
}

struct Bare<'p> {
    kind: Kind,
    fast: Fast<'p>,
    lexicon: Lexicon<'static>,
    members: Members,
    count: usize,
}

impl Bare<'_> {
    fn read(&mut self, text: &str) -> Result<usize, Unread> {
        if self.kind == Kind::Users {
            return self.fast.read(text).map(|read| read.end);
        }
        self.members.clear();
        fast_group::read(text, &mut self.lexicon, &mut self.members).map(|group| group.end)
    }
}

impl Sink for Bare<'_> {
    fn event(&mut self, event: Event, _text: &str) {
        self.count += usize::from(matches!(event, Event::Record(_)));
    }

    fn take(&mut self, ahead: &Ahead<'_>) -> Taken {
        let mut taken = Taken::default();
        while let Some(rest) = ahead.text.get(taken.bytes..).filter(|rest| rest.starts_with('{')) {
            match self.read(rest).and_then(|end| next_record(rest, end, ahead.level)) {
                Ok(next) => {
                    taken.bytes += next;
                    taken.count += 1;
                }
                Err(unread) => {
                    taken.is_cut = unread == Unread::Cut;
                    break;
                }
            }
        }
        self.count += taken.count;
        taken
    }
}
