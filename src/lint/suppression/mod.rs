//! Findings that somebody accepts, and the findings about those acceptances.

mod baseline;
mod comment;
mod entry;

use std::collections::HashMap;

use super::catalogue::OF_TEXTS;
use super::select::{Selection, Takes};
use super::several::Acceptance;
use super::{LINTS, Lint, Linted, lint_named};
use crate::config::{Allowance, LintSettings};
use crate::project::Project;
use crate::source::{FileId, Finding, Place, Problem, Sources, Suppressed, SuppressedBy};
use comment::Accepted;

pub use baseline::{Baseline, Covered, Kept};

/// Parts the accepted findings from the others, and adds what is wrong with the acceptances: those that accept nothing,
/// and comments that are not understood. Where the configuration has errors most lints did not run, so that nothing is
/// said of what would accept their findings.
pub(super) fn part(findings: Vec<Finding>, project: &Project, sources: &Sources) -> Linted {
    let settings = project.lint_settings();
    let mut problems = Vec::new();
    let mut comments = Comments::of(project, sources, &mut problems);
    let mut is_used = vec![false; settings.allow.len()];
    let selection = Selection::new(settings, project, sources);
    let is_sound = project.config.is_some();
    let could_run = |lint: &Lint| is_sound || OF_TEXTS.iter().any(|(of_texts, _)| of_texts.name == lint.name);
    let ran = LINTS.iter().filter(|lint| selection.runs(lint) && could_run(lint)).map(|lint| lint.name).collect();
    let mut linted = Linted { ran, ..Linted::default() };
    for finding in findings {
        let by_comment = comments.accept(&finding, sources);
        let by_entry = accept(&settings.allow, &mut is_used, &finding);
        match (by_comment, by_entry) {
            (Some(reason), _) => linted.suppress(finding, SuppressedBy::Comment, Some(reason)),
            (None, Some(reason)) => linted.suppress(finding, SuppressedBy::List, Some(reason)),
            (None, None) => linted.findings.push(finding),
        }
    }
    linted.needed = comments.needed(&selection, sources);
    if !is_sound {
        return linted;
    }
    problems.extend(comments.unused(&selection));
    problems.extend(unused_entries(settings, &selection, &is_used));
    limit(&mut problems);
    linted.findings.extend(problems.iter().map(|problem| sources.resolve(problem)));
    crate::source::sort(&mut linted.findings);
    linted
}

impl Linted {
    fn suppress(&mut self, finding: Finding, by: SuppressedBy, reason: Option<String>) {
        self.suppressed.push(Suppressed { finding, by, reason });
    }
}

/// The comments of a project, by what they are about.
#[derive(Debug)]
pub(super) struct Comments {
    accepted: Vec<Accepted>,
    is_used: Vec<bool>,
    by_target: HashMap<(&'static str, FileId, Option<usize>), Vec<usize>>,
}

impl Comments {
    /// Those of the documents of a project. What is wrong with them is a problem.
    pub(super) fn of(project: &Project, sources: &Sources, problems: &mut Vec<Problem>) -> Self {
        let accepted: Vec<Accepted> =
            project.documents.iter().flat_map(|&file| comment::read(sources, file, problems)).collect();
        let mut by_target: HashMap<_, Vec<usize>> = HashMap::new();
        for (index, accepted) in accepted.iter().enumerate() {
            by_target.entry((accepted.lint, accepted.file, accepted.line)).or_default().push(index);
        }
        Comments { is_used: vec![false; accepted.len()], accepted, by_target }
    }

    /// Why a comment accepts the finding, if one does. All that do count as used.
    fn accept(&mut self, finding: &Finding, sources: &Sources) -> Option<String> {
        let accepting = self.accepting(finding, sources);
        accepting.iter().for_each(|&index| self.is_used[index] = true);
        accepting.first().map(|&index| self.accepted[index].reason.clone())
    }

    /// Whether no comment accepts anything.
    pub(super) fn is_empty(&self) -> bool {
        self.accepted.is_empty()
    }

    /// Whether a comment would accept the finding.
    pub(super) fn accept_one(&self, finding: &Finding, sources: &Sources) -> bool {
        !self.accepting(finding, sources).is_empty()
    }

    fn accepting(&self, finding: &Finding, sources: &Sources) -> Vec<usize> {
        if self.is_empty() {
            return Vec::new();
        }
        let file = finding.primary().id;
        let targets = lines_of(finding, sources).into_iter().map(Some).chain([None]);
        targets
            .flat_map(|line| self.by_target.get(&(finding.lint, file, line)).into_iter().flatten().copied())
            .collect()
    }

    /// Whether a comment accepts nothing. A lint that does not run finds nothing, but would.
    fn is_idle(&self, index: usize, selection: &Selection<'_>) -> bool {
        let Accepted { lint, file, .. } = self.accepted[index];
        !self.is_used[index] && lint_named(lint).is_some_and(|lint| selection.counts(lint, &Place::File(file)))
    }

    fn needed(&self, selection: &Selection<'_>, sources: &Sources) -> Vec<Acceptance> {
        let needed = (0..self.accepted.len()).filter(|&index| !self.is_idle(index, selection));
        let place = |accepted: &Accepted| (sources.text(accepted.file).name().to_owned(), accepted.span.start);
        needed.map(|index| place(&self.accepted[index])).collect()
    }

    fn unused<'c>(&'c self, selection: &'c Selection<'_>) -> impl Iterator<Item = Problem> + 'c {
        let idle = (0..self.accepted.len()).filter(|&index| self.is_idle(index, selection));
        idle.map(|index| {
            let accepted = &self.accepted[index];
            let place = Place::Bytes(accepted.file, accepted.span);
            let message = match accepted.line {
                Some(line) => format!("a comment allows `{}` on line {line}, where it finds nothing", accepted.lint),
                None => format!("a comment allows `{}` in this file, where it finds nothing", accepted.lint),
            };
            unused(place, message).help("remove the name, or the comment")
        })
    }
}

/// The lines on which a comment is about a finding: that of its first byte, and, as no comment can stand inside a
/// scalar of several lines, those where the scalar and its key begin.
fn lines_of(finding: &Finding, sources: &Sources) -> Vec<usize> {
    let primary = finding.primary();
    let mut lines = vec![primary.start.line];
    let Some(document) = sources.document(primary.id) else { return lines };
    let route = document.route_at((primary.start.offset..primary.end.offset).into());
    let Some(node) = document.node(&route).filter(|node| node.scalar().is_some()) else { return lines };
    let text = sources.text(primary.id);
    let starts = [Some(node.span()), node.key().map(|key| key.span())];
    lines.extend(starts.into_iter().flatten().map(|span| text.line_number(span.start)));
    lines.sort_unstable();
    lines.dedup();
    lines
}

/// Why an entry of `lint.allow` accepts the finding, if one does. All that do count as used.
fn accept(allowances: &[Allowance], is_used: &mut [bool], finding: &Finding) -> Option<String> {
    let mut first = None;
    for (allowance, is_used) in allowances.iter().zip(is_used) {
        if accepts(allowance, finding) {
            *is_used = true;
            first.get_or_insert_with(|| allowance.reason.clone());
        }
    }
    first
}

fn unused_entries<'c>(
    settings: &'c LintSettings,
    selection: &'c Selection<'_>,
    is_used: &'c [bool],
) -> impl Iterator<Item = Problem> + 'c {
    let idle = settings.allow.iter().zip(is_used).filter(|(allowance, is_used)| {
        !**is_used && lint_named(&allowance.lint).is_some_and(|lint| selection.runs(lint))
    });
    idle.map(|(allowance, _)| {
        let message = format!("an entry of `lint.allow` allows `{}` where it finds nothing", allowance.lint.as_str());
        unused(allowance.lint.at.value(), message).help("remove the entry, or correct its `file` and `route`")
    })
}

/// How many problems of one kind about acceptances are reported one by one; a hostile file could hold millions.
const MOST: usize = 100;

fn limit(problems: &mut Vec<Problem>) {
    let mut counts: HashMap<&'static str, usize> = HashMap::new();
    let mut first_beyond: Vec<(&'static str, Place)> = Vec::new();
    problems.retain(|problem| {
        let count = counts.entry(problem.code).or_default();
        *count += 1;
        if *count == MOST + 1 {
            first_beyond.push((problem.code, problem.primary.place.clone()));
        }
        *count <= MOST
    });
    problems.extend(first_beyond.into_iter().map(|(code, place)| {
        let more = counts.get(code).map_or(0, |count| count - MOST);
        let message = format!("there are {more} more problems of the kind `{code}`, which are not listed");
        Problem::error("too-many-problems", place, message).help("mend those listed and run again")
    }));
}

fn unused(place: Place, message: String) -> Problem {
    Problem::warning("unused-suppression", place, message).label("nothing to allow")
}

/// A name of no lint.
pub(super) fn unknown(name: &str, place: Place, takes: Takes) -> Problem {
    let help = takes.suggestion(name);
    Problem::error("unknown-lint", place, format!("there is no lint `{name}`")).label("unknown lint").help(help)
}

/// Whether an entry of `lint.allow` is about a finding. Only lints can be accepted.
pub(super) fn accepts(allowance: &Allowance, finding: &Finding) -> bool {
    let primary = finding.primary();
    let inside = |route: &String| {
        [&primary.route, &finding.anchor].into_iter().any(|whole| {
            let rest = whole.strip_prefix(route.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[', ':']))
        })
    };
    allowance.lint.as_str() == finding.lint
        && lint_named(finding.lint).is_some()
        && allowance.file.as_ref().is_none_or(|file| is_end_of_path(file, &primary.file))
        && allowance.route.as_ref().is_none_or(inside)
}

/// Whether a path ends with another, by whole names.
fn is_end_of_path(end: &str, path: &str) -> bool {
    let end = end.trim_start_matches("./");
    path.strip_suffix(end).is_some_and(|before| before.is_empty() || before.ends_with(['/', '\\']))
}

#[cfg(test)]
mod tests {
    use crate::lint::{Baseline, Linted, run_and_keep};
    use crate::project::{Memory, Overrides, Project};
    use crate::source::{Sources, SuppressedBy};

    const HEAD: &str = "version: 1\nprovider: { name: x, attribute-mapping: { provider-id: oid } }\norganizations: [{ name: A }]\n\
                        include: [rules.yaml]\n";

    fn lint(rules: &str) -> Linted {
        let document = format!("{HEAD}organization-assignment: {{ default: A }}\n");
        lint_both(&document, rules)
    }

    fn lint_both(document: &str, rules: &str) -> Linted {
        let files = Memory::from([("p/vestibule.yaml", document), ("p/rules.yaml", rules)]);
        let mut sources = Sources::default();
        let project = Project::load(&files, "p/vestibule.yaml".as_ref(), &Overrides::default(), &mut sources);
        assert!(project.config.is_some(), "{:?}", project.problems);
        run_and_keep(&project, &sources)
    }

    /// Names and lines of what is left.
    fn left(linted: &Linted) -> Vec<String> {
        let shown = |finding: &crate::source::Finding| format!("{}:{}", finding.lint, finding.primary().start.line);
        linted.findings.iter().map(shown).collect()
    }

    #[test]
    fn a_comment_in_an_included_file_reaches_a_scalar_of_several_lines() {
        for rules in [
            "user-intake:\n  rules:\n  - rule: a\n    when: |  # vestibule: allow or-chain, meant\n      title pr or\n      \
             nickName eq \"a\" or nickName eq \"b\"\n    decision: refuse\n",
            "user-intake:\n  rules:\n  - rule: a\n    # vestibule: allow or-chain, meant\n    when:\n      title pr or\n\
             \x20     nickName eq \"a\" or nickName eq \"b\"\n    decision: refuse\n",
            "# vestibule: allow-file or-chain, meant\nuser-intake:\n  rules:\n  - rule: a\n    when: |\n      title pr or\n\
             \x20     nickName eq \"a\" or nickName eq \"b\"\n    decision: refuse\n",
        ] {
            let linted = lint(rules);
            let chain = linted.suppressed.iter().find(|suppressed| suppressed.finding.lint == "or-chain");
            let chain = chain.unwrap_or_else(|| panic!("{:?} in {rules}", left(&linted)));
            assert_eq!((chain.by, chain.reason.as_deref()), (SuppressedBy::Comment, Some("meant")), "{rules}");
            assert!(!left(&linted).iter().any(|found| found.contains("suppression")), "{rules}");
        }
    }

    #[test]
    fn what_accepts_nothing_is_told_where_its_lint_runs() {
        let rules = "user-intake: { default: admit } # vestibule: allow or-chain, meant\n";
        assert_eq!(left(&lint(rules)), ["unused-suppression:1"]);
        let document = format!("{HEAD}organization-assignment: {{ default: A }}\nlint: {{ ignore: [or-chain] }}\n");
        assert!(left(&lint_both(&document, rules)).is_empty());
        let allow = "lint: { allow: [{ lint: or-chain, reason: meant }, { lint: or-chian, reason: meant }] }\n";
        let document = format!("{HEAD}organization-assignment: {{ default: A }}\n{allow}");
        assert_eq!(left(&lint_both(&document, "")), ["unused-suppression:6", "unknown-lint:6"]);
    }

    /// Intake rules with chains, by name.
    fn chains(names: &[&str]) -> String {
        let rule = |name: &&str| {
            format!("  - {{ rule: {name}, when: nickName eq \"a\" or nickName eq \"b\", decision: refuse }}\n")
        };
        format!("user-intake:\n  rules:\n{}", names.iter().map(rule).collect::<String>())
    }

    #[test]
    fn a_baseline_holds_what_moved_and_not_what_is_new() {
        let same = |file: &str| file.to_owned();
        let chains_of = |linted: &Linted| left(linted).iter().filter(|found| found.starts_with("or-chain")).count();
        let before = lint(&chains(&["one", "two"]));
        assert_eq!(chains_of(&before), 2);
        let baseline = Baseline::of(&before.findings, same);
        for (names, new) in [
            (&["one", "two"][..], 0),
            (&["two", "one"], 0),
            (&["zero", "one", "two"], 1),
            (&["two", "three", "four"], 2),
        ] {
            let mut after = lint(&format!("# moved\n\n{}", chains(names)));
            baseline.clone().part(&mut after, &Sources::default(), same);
            assert_eq!(chains_of(&after), new, "{names:?}");
        }
    }

    #[test]
    fn a_second_finding_at_the_same_place_is_new() {
        let same = |file: &str| file.to_owned();
        let rule = |when: &str| format!("user-intake:\n  rules:\n  - {{ rule: a, when: {when}, decision: refuse }}\n");
        let one = lint(&rule("title pr and (nickName eq \"a\" or nickName eq \"b\")"));
        let mut baseline = Baseline::of(&one.findings, same);
        let chain = "(nickName eq \"a\" or nickName eq \"b\")";
        let mut two = lint(&rule(&format!("title pr and {chain} and {chain}")));
        baseline.part(&mut two, &Sources::default(), same);
        assert_eq!(left(&two).iter().filter(|found| found.starts_with("or-chain")).count(), 1);
    }

    #[test]
    fn problems_with_comments_are_listed_up_to_a_number() {
        let mut rules = "# vestibule: alow or-chain, a slip\n".repeat(150);
        rules.push_str(&"# vestibule: allow or-chain, meant\n".repeat(101));
        let found = left(&lint(&rules));
        let count = |lint: &str| found.iter().filter(|found| found.starts_with(lint)).count();
        assert_eq!(
            (count("malformed-suppression"), count("unused-suppression"), count("too-many-problems")),
            (100, 100, 2)
        );
    }

    #[test]
    fn a_level_is_no_lint() {
        let document = format!(
            "{HEAD}organization-assignment: {{ default: A }}\nlint:\n  select: [strct, default]\n  ignore: [strict]\n  allow: [{{ \
             lint: default, reason: x }}]\n"
        );
        let linted = lint_both(&document, "");
        let help: Vec<&str> = linted.findings.iter().filter_map(|finding| finding.help.as_deref()).collect();
        assert_eq!(
            help,
            [
                "did you mean `strict`?",
                "name lints here: `strict` is a level, and only `select` takes levels",
                "name lints here: `default` is a level, and only `select` takes levels",
            ]
        );
    }

    #[test]
    fn what_two_branches_wrote_is_joined() {
        let entry = |case: &str| format!(r#"{{ "lint": "x", "file": "f", "at": "a", "cases": ["{case}"] }}"#);
        for (document, cases, problems) in [
            (format!(r#"{{ "version": 2, "findings": [{}, {}] }}"#, entry("0a"), entry("0b")), 2, 0),
            (format!(r#"{{ "version": 2, "findings": [{}, {}] }}"#, entry("0a"), entry("0a")), 1, 0),
            (r#"{ "version": 2, "findings": [{ "lint": "x", "file": "f", "at": "a" }] }"#.to_owned(), 1, 0),
            (format!(r#"{{ "version": 2, "findings": [{}] }}"#, entry("no hash")), 0, 1),
            (r#"{ "version": 2, "findings": [{ "lint": "x", "file": "f", "at": "a", "count": 9 }] }"#.to_owned(), 0, 1),
            (r#"{ "version": 1, "findings": [] }"#.to_owned(), 0, 1),
        ] {
            let mut sources = Sources::default();
            let (file, _) = sources.add_document("b.json", document.as_bytes());
            let (baseline, found) = Baseline::read(&sources, file);
            assert_eq!((baseline.len(), found.len()), (cases, problems), "{document}");
        }
    }
}
