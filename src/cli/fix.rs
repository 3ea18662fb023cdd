//! `vestibule lint --fix`, and what it would do.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use similar::TextDiff;

use super::Stop;
use super::lint::Run;
use super::terminal::Terminal;
use super::write_whole::write_whole;
use crate::lint;
use crate::project::{Disk, Files};
use crate::report::Redactor;
use crate::source::{Safety, Sources, is_hidden, visible};

/// More passes than fixes that overlap could need; fixes that undo each other end here.
const MOST_PASSES: usize = 10;

/// What fixing came to. The files are in [`super::open::DiskAndInput::edited`].
#[derive(Default)]
pub(super) struct Mended {
    /// How many findings were mended.
    pub(super) findings: usize,
    /// Titles of fixes that would have changed more than their target.
    dropped: Vec<String>,
    /// Whether a configuration cannot be read.
    pub(super) unreadable: bool,
    /// The name of each file that differs, by its path.
    names: BTreeMap<PathBuf, String>,
}

/// Applies fixes, in memory, to the documents of each configuration until nothing is left to mend.
///
/// # Errors
///
/// Where the baseline cannot be read.
pub(super) fn mend(run: &Run<'_>, paths: &[PathBuf]) -> Result<Mended, Stop> {
    let mut mended = Mended::default();
    for path in paths {
        mended.configuration(run, path)?;
    }
    Ok(mended)
}

impl Mended {
    fn configuration(&mut self, run: &Run<'_>, path: &Path) -> Result<(), Stop> {
        let limit = if run.args.fix.unsafe_fixes { Safety::Unsafe } else { Safety::Safe };
        let mut before = None;
        for _ in 0..MOST_PASSES {
            let mut sources = Sources::default();
            let project = run.load(path, &mut sources);
            self.unreadable |= project.is_unreadable();
            if project.config.is_none() {
                // Whatever was mended last has broken something that only shows when all is read.
                if let Some((edited, findings)) = before {
                    *run.files.edited.borrow_mut() = edited;
                    self.findings = findings;
                    self.dropped.push("all of the last pass".to_owned());
                }
                break;
            }
            let mut linted = lint::run_and_keep(&project, &sources);
            run.leave_baseline_out(&project, &mut sources, &mut linted)?;
            let fixed = lint::fix(&project, &sources, &linted.findings, limit);
            before = Some((run.files.edited.borrow().clone(), self.findings));
            if fixed.texts.is_empty() {
                self.dropped.extend(fixed.dropped);
                break;
            }
            self.findings += fixed.applied;
            for (file, text) in fixed.texts {
                let name = sources.text(file).name();
                let Ok(path) = Disk.resolve(Path::new(name)) else { continue };
                run.files.edited.borrow_mut().insert(path.clone(), text);
                self.names.insert(path, name.to_owned());
            }
        }
        Ok(())
    }

    /// The files that differ: name, text on the disk, text as mended.
    fn changes(&self, run: &Run<'_>) -> Result<Vec<Change>, Stop> {
        let edited = run.files.edited.borrow();
        let mut changes = Vec::new();
        for (path, name) in &self.names {
            let Some(after) = edited.get(path) else { continue };
            let before = Disk.read(path).map_err(|error| format!("cannot read `{name}`: {error}"))?;
            let Ok(before) = String::from_utf8(before) else { continue };
            if before != *after {
                changes.push(Change { path: path.clone(), name: name.clone(), before, after: after.clone() });
            }
        }
        changes.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(changes)
    }

    /// Writes the files, each whole or not at all.
    ///
    /// # Errors
    ///
    /// Where one cannot be written.
    pub(super) fn write(&self, run: &Run<'_>, terminal: &mut Terminal) -> Result<(), Stop> {
        let changes = self.changes(run)?;
        for change in &changes {
            write_whole(&change.path, |out: &mut dyn Write| out.write_all(change.after.as_bytes()))?;
        }
        if !changes.is_empty() {
            terminal.complain(&format!("fixed {}", self.counted(changes.len())));
        }
        self.tell_dropped(terminal);
        Ok(())
    }

    /// Prints what would be written. Whether there is something.
    ///
    /// # Errors
    ///
    /// Where standard output takes no more.
    pub(super) fn print(&self, run: &Run<'_>, terminal: &mut Terminal) -> Result<bool, Stop> {
        let changes = self.changes(run)?;
        let mut departure = Departure::default();
        for change in &changes {
            change.print(terminal.redactor.as_ref(), &mut terminal.out, &mut departure)?;
        }
        terminal.out.flush()?;
        if departure.is_masked {
            terminal.complain(
                "lines with secrets or personal data are masked, so that the diff cannot be applied as it is",
            );
        }
        if departure.is_escaped {
            terminal.complain(
                "characters that nobody sees are written as escapes, so that the diff cannot be applied as it is; `--fix` \
                 applies it",
            );
        }
        if !changes.is_empty() {
            terminal.complain(&format!("would fix {}", self.counted(changes.len())));
        }
        self.tell_dropped(terminal);
        Ok(!changes.is_empty())
    }

    fn counted(&self, files: usize) -> String {
        let number = |count: usize, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
        format!("{} in {}", number(self.findings, "finding"), number(files, "file"))
    }

    fn tell_dropped(&self, terminal: &mut Terminal) {
        for title in &self.dropped {
            terminal.complain(&format!("a fix was dropped, as it would change more than its target: {title}"));
        }
    }
}

/// In what a diff that is printed departs from one that can be applied.
#[derive(Default)]
struct Departure {
    is_masked: bool,
    is_escaped: bool,
}

/// A line of a diff as a terminal may get it: tabs, and the mark that a file may begin with, do no harm there and are
/// part of what is to be applied.
fn printed(line: &str) -> Cow<'_, str> {
    let is_harmless = |(at, c): (usize, char)| c == '\t' || c == '\u{feff}' && at == 1;
    if line.char_indices().all(|(at, c)| !is_hidden(c) || is_harmless((at, c))) {
        return Cow::Borrowed(line);
    }
    let mut printed = String::with_capacity(line.len() + 16);
    let mut from = 0;
    for (at, c) in line.char_indices().filter(|&found| is_harmless(found)) {
        printed.push_str(&visible(&line[from..at]));
        printed.push(c);
        from = at + c.len_utf8();
    }
    printed.push_str(&visible(&line[from..]));
    Cow::Owned(printed)
}

struct Change {
    path: PathBuf,
    name: String,
    before: String,
    after: String,
}

impl Change {
    /// Prints the difference as it may be shown.
    fn print(&self, redactor: Option<&Redactor>, out: &mut dyn Write, departure: &mut Departure) -> io::Result<()> {
        let (before, after) = (self.shown(&self.before), self.shown(&self.after));
        departure.is_masked |= before != self.before || after != self.after;
        let diff = TextDiff::from_lines(&before, &after);
        let unified = diff.unified_diff().context_radius(3).header(&self.name, &self.name).to_string();
        for line in unified.split_inclusive('\n') {
            // The carriage return of a line break is part of what is to be applied.
            let text = line.trim_end_matches(['\r', '\n']);
            let said = redactor.map_or(Cow::Borrowed(text), |redactor| Cow::Owned(redactor.text(text)));
            let printed = printed(&said);
            departure.is_masked |= said != text;
            departure.is_escaped |= printed != said;
            write!(out, "{printed}{}", &line[text.len()..])?;
        }
        Ok(())
    }

    /// The text with its secrets veiled.
    fn shown(&self, text: &str) -> String {
        let mut sources = Sources::default();
        let (file, _) = sources.add_document(&self.name, text.as_bytes());
        sources.text(file).content().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(before: &str, after: &str) -> (String, Departure) {
        let change = Change {
            path: PathBuf::new(),
            name: "vestibule.yaml".to_owned(),
            before: before.to_owned(),
            after: after.to_owned(),
        };
        let (mut out, mut departure) = (Vec::new(), Departure::default());
        change.print(None, &mut out, &mut departure).expect("writing to memory does not fail");
        (String::from_utf8(out).expect("UTF-8"), departure)
    }

    #[test]
    fn tabs_line_breaks_and_the_byte_order_mark_stay_so_that_the_diff_can_be_applied() {
        let (diff, departure) = diff("\u{feff}a: no\t# b\r\n", "\u{feff}a: \"no\"\t# b\r\n");
        let head = "--- vestibule.yaml\n+++ vestibule.yaml\n@@ -1 +1 @@\n";
        assert_eq!(diff, format!("{head}-\u{feff}a: no\t# b\r\n+\u{feff}a: \"no\"\t# b\r\n"));
        assert!(!departure.is_masked && !departure.is_escaped);
    }

    #[test]
    fn what_nobody_sees_is_escaped_and_that_is_told() {
        for (hidden, shown) in
            [("\u{202e}", "\\u{202e}"), ("\u{200b}\t\u{200b}", "\\u{200b}\t\\u{200b}"), (" \u{feff}", " \\u{feff}")]
        {
            let (diff, departure) = diff(&format!("a: no # {hidden}\n"), &format!("a: \"no\" # {hidden}\n"));
            assert!(diff.ends_with(&format!("-a: no # {shown}\n+a: \"no\" # {shown}\n")), "{diff}");
            assert!(departure.is_escaped && !departure.is_masked);
        }
    }
}
