//! The JSON document of a diff, piece by piece: see [`crate::diff::Diff`].

use std::io::{self, Write};

use serde::Serialize;

use super::summary::Summary;
use crate::diff::{Moved, VERSION};
use crate::report::{write_json_item, write_json_value};

/// A document of which people are written as they come.
#[derive(Default)]
pub(super) struct Json {
    has_begun: bool,
    has_people: bool,
}

impl Json {
    pub(super) fn moved(&mut self, moved: &Moved, out: &mut dyn Write) -> io::Result<()> {
        self.begin(out)?;
        write_json_item(moved, !self.has_people, out)?;
        self.has_people = true;
        Ok(())
    }

    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if self.has_begun {
            return Ok(());
        }
        self.has_begun = true;
        write!(out, "{{ \"version\": {VERSION}, \"moved\": [")
    }

    pub(super) fn finish(mut self, summary: &Summary<'_>, out: &mut dyn Write) -> io::Result<()> {
        self.begin(out)?;
        out.write_all(if self.has_people { b"\n]" } else { b"]" })?;
        let [old, new] = &summary.names;
        member("old", old, out)?;
        member("new", new, out)?;
        member("people", &summary.people, out)?;
        member("movedGroups", &summary.moved_groups, out)?;
        write!(out, ",\n\"proof\": {{ \"equivalent\": {}", summary.proof.equivalent)?;
        member("unknown", &summary.proof.unknown, out)?;
        items("differences", &summary.proof.differences, out)?;
        items("rules", &summary.proof.rules, out)?;
        writeln!(out, " }} }}")
    }
}

fn member(name: &str, value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    write!(out, ",\n\"{name}\": ")?;
    write_json_value(value, out)
}

/// A list with an item a line.
fn items<T: Serialize>(name: &str, values: &[T], out: &mut dyn Write) -> io::Result<()> {
    write!(out, ",\n\"{name}\": [")?;
    for (index, value) in values.iter().enumerate() {
        write_json_item(value, index == 0, out)?;
    }
    out.write_all(if values.is_empty() { b"]" } else { b"\n]" })
}
