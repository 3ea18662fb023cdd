//! Fixes: from the edits that findings carry to texts in which only their targets differ.

use std::collections::HashMap;

use crate::project::Project;
use crate::source::{Document, FileId, Finding, Fix, Safety, Sources, Span, Text};

/// What became of the fixes of some findings.
#[derive(Clone, Debug, Default)]
pub struct Fixed {
    /// The files that differ, with their texts.
    pub texts: Vec<(FileId, String)>,
    /// How many findings are mended by them.
    pub applied: usize,
    /// How many fixes have to wait for another run, as they overlap with those that were applied.
    pub waiting: usize,
    /// The titles of fixes that were dropped, as they would have changed more than their target.
    pub dropped: Vec<String>,
}

/// Whether a fix may be applied where those up to `limit` may.
pub fn is_allowed(fix: &Fix, limit: Safety) -> bool {
    fix.safety == Safety::Safe || limit == Safety::Unsafe
}

/// Applies the first allowed fix of each finding to the documents of a project. Where two overlap, the first counts. A
/// document that would then differ in anything but the scalars that were edited loses the fixes that do it.
///
/// Nothing is written: what people export is never changed, and the rest is given back, with the secrets that
/// [`Sources`] veil.
pub fn fix(project: &Project, sources: &Sources, findings: &[Finding], limit: Safety) -> Fixed {
    let mut editable: HashMap<&str, FileId> = HashMap::new();
    for &file in &project.documents {
        editable.entry(sources.text(file).name()).or_insert(file);
    }
    let mut fixed = Fixed::default();
    let mut chosen: Vec<Candidate<'_>> = Vec::new();
    let mut taken = Taken::default();
    for finding in findings {
        let Some(fix) = finding.fixes.iter().find(|fix| is_allowed(fix, limit)) else { continue };
        let Some(candidate) = Candidate::new(fix, &editable) else { continue };
        match taken.take(&candidate) {
            Taking::Free => chosen.push(candidate),
            // Two findings may ask for the same.
            Taking::Same => fixed.applied += 1,
            Taking::Overlaps => fixed.waiting += 1,
        }
    }
    fixed.keep_harmless(chosen, sources);
    fixed
}

/// A fix with its files.
struct Candidate<'f> {
    title: &'f str,
    edits: Vec<(FileId, Span, &'f str)>,
}

impl<'f> Candidate<'f> {
    /// `None` where a file is none that may be edited, or the edits overlap among themselves.
    fn new(fix: &'f Fix, editable: &HashMap<&str, FileId>) -> Option<Self> {
        let edit = |edit: &'f crate::source::Edit| {
            let file = *editable.get(edit.file.as_str())?;
            Some((file, Span::new(edit.start, edit.end), edit.text.as_str()))
        };
        let mut edits = fix.edits.iter().map(edit).collect::<Option<Vec<_>>>()?;
        edits.sort();
        let apart = edits.windows(2).all(|pair| pair[0].0 != pair[1].0 || pair[0].1.end <= pair[1].1.start);
        (apart && !edits.is_empty()).then_some(Candidate { title: &fix.title, edits })
    }
}

/// The bytes that are edited already, by file: where each edit begins, where it ends, and its text.
#[derive(Default)]
struct Taken<'f>(std::collections::BTreeMap<(FileId, usize), (usize, &'f str)>);

enum Taking {
    Free,
    Same,
    Overlaps,
}

impl<'f> Taken<'f> {
    fn take(&mut self, candidate: &Candidate<'f>) -> Taking {
        let is_same = |&(file, span, text): &(FileId, Span, &str)| {
            self.0.get(&(file, span.start)).is_some_and(|&(end, taken)| (end, taken) == (span.end, text))
        };
        if candidate.edits.iter().all(is_same) {
            return Taking::Same;
        }
        if candidate.edits.iter().any(|&(file, span, _)| self.meets(file, span)) {
            return Taking::Overlaps;
        }
        self.0.extend(candidate.edits.iter().map(|&(file, span, text)| ((file, span.start), (span.end, text))));
        Taking::Free
    }

    /// Whether an edit of the span would meet another; edits that touch do, as they may say one thing in two ways.
    fn meets(&self, file: FileId, span: Span) -> bool {
        let before = self.0.range((file, 0)..=(file, span.end)).next_back();
        before.is_some_and(|(&(_, _), &(end, _))| end >= span.start)
    }
}

impl Fixed {
    /// Applies those that change their targets only.
    fn keep_harmless(&mut self, chosen: Vec<Candidate<'_>>, sources: &Sources) {
        /// How many are tried one by one where they do not go together.
        const MOST_TRIED: usize = 100;
        let all: Vec<&Candidate<'_>> = chosen.iter().collect();
        if let Some(texts) = edited(&all, sources) {
            self.applied += all.len();
            self.texts = texts;
            return;
        }
        let mut kept: Vec<&Candidate<'_>> = Vec::new();
        for (index, candidate) in all.into_iter().enumerate() {
            kept.push(candidate);
            let texts = (index < MOST_TRIED).then(|| edited(&kept, sources)).flatten();
            match texts {
                Some(texts) => self.texts = texts,
                None => {
                    kept.pop();
                    self.dropped.push(candidate.title.to_owned());
                }
            }
        }
        self.applied += kept.len();
    }
}

/// The texts after some fixes; `None` where one differs in more than the scalars that were edited.
fn edited(fixes: &[&Candidate<'_>], sources: &Sources) -> Option<Vec<(FileId, String)>> {
    let mut edits: Vec<(FileId, Span, &str)> = fixes.iter().flat_map(|fix| fix.edits.iter().copied()).collect();
    edits.sort();
    let mut texts = Vec::new();
    for of_file in edits.chunk_by(|a, b| a.0 == b.0) {
        let Some(&(file, ..)) = of_file.first() else { continue };
        let text = apply(sources.text(file).content(), of_file)?;
        let (before, spans) = (sources.document(file)?, of_file.iter().map(|&(_, span, _)| span).collect::<Vec<_>>());
        let (after, problems) = Document::parse(file, &Text::new("", text.as_str()));
        // A document whose configuration has no errors has no problems of syntax either.
        if !problems.is_empty() || !before.differs_only_at(&spans, &after) {
            return None;
        }
        let edits: Vec<(Span, &str)> = of_file.iter().map(|&(_, span, text)| (span, text)).collect();
        texts.push((file, sources.unveiled(file, &edits)?));
    }
    Some(texts)
}

/// The text with its edits, which are in order.
fn apply(text: &str, edits: &[(FileId, Span, &str)]) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (_, span, replacement) in edits {
        out.push_str(text.get(at..span.start)?);
        out.push_str(replacement);
        at = span.end;
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::run;
    use crate::project::{Memory, Overrides};

    /// The document after the safe, or all, fixes of one pass, with how many were applied and have to wait.
    fn check(rules: &str, limit: Safety) -> (String, usize, usize) {
        let head = "version: 1\nprovider: { name: x, attribute-mapping: { provider-id: oid } }\norganizations: [{ name: A }]\n";
        let files = Memory::from([("vestibule.yaml", format!("{head}{rules}").as_str())]);
        let mut sources = Sources::default();
        let project = Project::load(&files, "vestibule.yaml".as_ref(), &Overrides::default(), &mut sources);
        assert!(project.config.is_some(), "{:?}", project.problems);
        let fixed = fix(&project, &sources, &run(&project, &sources), limit);
        assert!(fixed.dropped.is_empty(), "{:?}", fixed.dropped);
        let text = fixed.texts.first().map_or(rules, |(_, text)| &text[head.len()..]);
        (text.to_owned(), fixed.applied, fixed.waiting)
    }

    #[test]
    fn of_two_that_overlap_the_first_is_applied() {
        let rule =
            |when: &str| format!("user-intake: {{ rules: [{{ rule: a, when: '{when}', decision: refuse }}] }}\n");
        let (text, applied, waiting) = check(&rule("emails eq \"a\" or emails eq \"b\""), Safety::Unsafe);
        assert_eq!((applied, waiting), (2, 1), "the chain has to wait for its addresses");
        assert_eq!(text, rule("email eq \"a\" or email eq \"b\""));
        let (text, applied, waiting) = check(&text, Safety::Unsafe);
        assert_eq!((text, applied, waiting), (rule("email in [\"a\", \"b\"]"), 1, 0));
    }

    #[test]
    fn unsafe_fixes_wait_until_they_are_asked_for() {
        let rules = "user-intake: { rules: [{ rule: a, when: userName matches /a.*/, decision: refuse }] }\n";
        assert_eq!(check(rules, Safety::Safe), (rules.to_owned(), 0, 0));
        assert_eq!(check(rules, Safety::Unsafe), (rules.replace("/a.*/", "/a.*/i"), 1, 0));
    }

    #[test]
    fn an_alias_is_mended_where_it_is_written() {
        let rules = "user-intake:\n  rules:\n  - { rule: a, when: &w 'title eq \"a\" or title eq \"b\"', decision: refuse }\n  \
                     - { rule: b, when: *w, decision: refuse }\n";
        let (text, applied, _) = check(rules, Safety::Safe);
        assert_eq!(applied, 1);
        assert_eq!(text, rules.replace("title eq \"a\" or title eq \"b\"", "title in [\"a\", \"b\"]"));
    }

    #[test]
    fn an_edit_that_changes_more_is_dropped() {
        let mut sources = Sources::default();
        let (file, _) = sources.add_document("t.yaml", b"a: b\nc: d\n");
        for (span, text) in
            [(Span::new(3, 4), "[b]"), (Span::new(3, 4), "b # c"), (Span::new(0, 1), "c"), (Span::new(3, 9), "x")]
        {
            let candidate = Candidate { title: "break it", edits: vec![(file, span, text)] };
            assert!(edited(&[&candidate], &sources).is_none(), "{text}");
            let good = Candidate { title: "mend it", edits: vec![(file, Span::new(8, 9), "e")] };
            let mut fixed = Fixed::default();
            fixed.keep_harmless(vec![candidate, good], &sources);
            assert_eq!(fixed.dropped, ["break it"]);
            assert_eq!(fixed.texts, [(file, "a: b\nc: e\n".to_owned())]);
        }
    }
}
