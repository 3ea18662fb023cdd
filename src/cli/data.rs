//! What commands say about the snapshot that they read: what is wrong with it, and what is missing.

use std::io;

use super::Exit;
use super::args::CompletenessArgs;
use super::terminal::Terminal;
use crate::project::Project;
use crate::report::{Format, Report};
use crate::scim::{Completeness, Kind, Snapshot};
use crate::source::{Finding, Problem, Severity, Sources};

/// Everything that may make decisions wrong or too few: what could not be read, and defects of the data.
pub(super) fn report_problems(project: &Project, sources: &mut Sources, terminal: &mut Terminal) -> io::Result<()> {
    let mut problems: Vec<Problem> = project.problems.clone();
    if let Some(snapshot) = &project.snapshot {
        problems.extend(defects(snapshot));
    }
    report(&problems, sources, terminal)
}

/// Problems on standard error, without those that only inform.
pub(super) fn report(problems: &[Problem], sources: &mut Sources, terminal: &mut Terminal) -> io::Result<()> {
    let mut findings: Vec<Finding> = problems.iter().map(|problem| sources.resolve(problem)).collect();
    findings.retain(|finding| finding.severity > Severity::Info);
    crate::source::sort(&mut findings);
    if findings.is_empty() {
        return Ok(());
    }
    if let Some(redactor) = &terminal.redactor {
        redactor.findings(&mut findings, sources);
    }
    let report = Report::new(sources, &findings);
    Format::Text.write(&report, terminal.err_style, &mut terminal.err)
}

fn defects(snapshot: &Snapshot) -> Vec<Problem> {
    let mut defects = snapshot.duplicate_user_names();
    defects.extend([Kind::Users, Kind::Groups].into_iter().flat_map(|kind| snapshot.duplicate_external_ids(kind)));
    defects.extend(snapshot.duplicate_group_names());
    defects.extend(snapshot.dangling_members());
    defects.extend(snapshot.nested_groups());
    defects.extend(snapshot.several_primary_emails());
    defects.extend(snapshot.string_booleans());
    defects
}

/// What a snapshot lacks.
#[derive(Debug, Default)]
pub(super) struct Lack {
    gaps: Vec<String>,
    skipped: usize,
}

impl Lack {
    pub(super) fn add(&mut self, kind: Kind, completeness: &Completeness, skipped: usize) {
        self.gaps.extend(completeness.gaps().iter().map(|gap| format!("{} ({gap})", kind.as_str())));
        self.skipped += skipped;
    }

    fn of(snapshot: &Snapshot, kinds: &[Kind]) -> Lack {
        let mut lack = Lack::default();
        for &kind in kinds {
            lack.add(kind, snapshot.completeness(kind), snapshot.skipped(kind));
        }
        lack
    }
}

/// Says what is missing, as the last thing that is said, and how the command ends. `done` are the things that were
/// written, in words for one and for several.
pub(super) fn conclude(
    snapshot: &Snapshot,
    kinds: &[Kind],
    flags: &CompletenessArgs,
    done: (usize, [&str; 2]),
    terminal: &mut Terminal,
) -> Exit {
    conclude_lacking(&Lack::of(snapshot, kinds), flags, done, terminal)
}

/// The same for what a snapshot was found to lack.
pub(super) fn conclude_lacking(
    lack: &Lack,
    flags: &CompletenessArgs,
    done: (usize, [&str; 2]),
    terminal: &mut Terminal,
) -> Exit {
    let Lack { gaps, skipped } = lack;
    let skipped = *skipped;
    if skipped > 0 {
        let were = plural(skipped, "record of the snapshot was", "records of the snapshot were");
        terminal.complain(&format!("{skipped} {were} skipped"));
    }
    let (written, [one, several]) = done;
    if !gaps.is_empty() {
        let were = plural(written, one, several);
        let advice = if flags.partial { "" } else { "; export the snapshot again, or accept a part with `--partial`" };
        terminal.complain(&format!(
            "{written} {were}, which is incomplete: the snapshot lacks {}{advice}",
            gaps.join(", ")
        ));
        if !flags.partial {
            return Exit::Failed;
        }
    }
    if written == 0 && skipped > 0 {
        terminal.complain("no record could be used, so nothing was evaluated");
        return Exit::Failed;
    }
    if flags.strict && skipped > 0 { Exit::Findings } else { Exit::Clean }
}

pub(super) fn plural<'w>(count: usize, one: &'w str, many: &'w str) -> &'w str {
    if count == 1 { one } else { many }
}
