//! Suppressions in comments: `# vestibule: allow NAME, reason`.

use crate::lint::select::Takes;
use crate::lint::{LINTS, lint_named};
use crate::source::{Comment, FileId, Place, Problem, Sources, Span, Text, closest};

/// One name in a comment that accepts findings.
#[derive(Debug)]
pub(super) struct Accepted {
    pub(super) lint: &'static str,
    pub(super) file: FileId,
    /// The name in the comment.
    pub(super) span: Span,
    /// The line whose findings are meant; `None` for those of the whole file.
    pub(super) line: Option<usize>,
    pub(super) reason: String,
}

/// What the comments of a file accept. What is wrong with them is a problem.
pub(super) fn read(sources: &Sources, file: FileId, problems: &mut Vec<Problem>) -> Vec<Accepted> {
    let Some(document) = sources.document(file) else { return Vec::new() };
    let (text, comments) = (sources.text(file), document.comments());
    let mut accepted = Vec::new();
    for (comment, meant) in comments.iter().zip(meant_lines(text, comments)) {
        let written = text.slice(comment.span);
        let Some(directive) = Directive::find(written) else { continue };
        let place = |from: &str| Place::Bytes(file, part(comment.span, written, from));
        match directive.read() {
            Err(mistake) => problems.push(mistake.problem(place)),
            Ok((names, reason)) => {
                let line = (!directive.is_for_file()).then_some(meant);
                let known = names.into_iter().filter_map(|name| match lint_named(name) {
                    Some(lint) => Some((lint.name, part(comment.span, written, name))),
                    None => {
                        problems.push(super::unknown(name, place(name), Takes::Lints));
                        None
                    }
                });
                let reason = reason.to_owned();
                accepted.extend(known.map(|(lint, span)| Accepted { lint, file, span, line, reason: reason.clone() }));
            }
        }
    }
    accepted
}

/// The line that each of these comments is about: its own, or, where it stands alone, the first below that is no comment.
fn meant_lines(text: &Text, comments: &[Comment]) -> Vec<usize> {
    let mut meant = Vec::with_capacity(comments.len());
    // The line of the comment below, and what that one is about.
    let mut below: Option<(usize, usize)> = None;
    for comment in comments.iter().rev() {
        let line = text.line_number(comment.span.start);
        let about = match below {
            _ if !comment.own_line => line,
            Some((next, about)) if next == line + 1 => about,
            _ => line + 1,
        };
        below = comment.own_line.then_some((line, about));
        meant.push(about);
    }
    meant.reverse();
    meant
}

/// The bytes of a piece of a comment.
fn part(comment: Span, written: &str, piece: &str) -> Span {
    // The piece is cut from the comment.
    let start = comment.start + (piece.as_ptr() as usize).saturating_sub(written.as_ptr() as usize);
    Span::new(start, start + piece.len())
}

/// A comment for vestibule: a verb, and what follows it.
struct Directive<'c> {
    verb: &'c str,
    rest: &'c str,
}

const LINE: &str = "allow";
const FILE: &str = "allow-file";

/// What other tools call it.
const ELSEWHERE: [&str; 8] =
    ["ignore", "disable", "suppress", "expect", "noqa", "nolint", "disable-next-line", "allow-next-line"];

impl<'c> Directive<'c> {
    /// The directive of a comment; `None` where it is prose, even prose about vestibule.
    fn find(comment: &'c str) -> Option<Self> {
        let text = comment.trim_start_matches('#').trim();
        let (name, rest) = text.split_once(':')?;
        if !name.trim_end().eq_ignore_ascii_case("vestibule") {
            return None;
        }
        let rest = rest.trim_start();
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_')).unwrap_or(rest.len());
        let (verb, rest) = rest.split_at(end);
        let meant = closest(verb, [LINE, FILE].into_iter().chain(ELSEWHERE)).is_some();
        meant.then(|| Directive { verb, rest: rest.trim() })
    }

    fn is_for_file(&self) -> bool {
        self.verb == FILE
    }

    /// The names, and the reason.
    fn read(&self) -> Result<(Vec<&'c str>, &'c str), Mistake<'c>> {
        if ![LINE, FILE].contains(&self.verb) {
            return Err(Mistake::Verb(self.verb));
        }
        let mut names = Vec::new();
        let mut rest = self.rest;
        loop {
            let (item, after) = rest.split_once(',').map_or((rest, None), |(item, after)| (item, Some(after)));
            let item = item.trim();
            if !is_name(item, names.is_empty(), after.is_some()) {
                break;
            }
            names.push(item);
            let Some(after) = after else { return Err(Mistake::Reason(self.rest)) };
            rest = after.trim_start();
        }
        match (names.first(), rest.is_empty()) {
            (None, true) => Err(Mistake::Name(self.verb)),
            (None, false) => Err(Mistake::Comma(rest.split_whitespace().next().unwrap_or(rest))),
            (Some(_), true) => Err(Mistake::Reason(self.rest)),
            (Some(_), false) => Ok((names, rest)),
        }
    }
}

/// Whether an item of the list is a name, and not the beginning of the reason: a reason may be one word, too.
fn is_name(item: &str, is_first: bool, is_followed: bool) -> bool {
    let is_word = !item.is_empty() && item.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    let is_like_one = || closest(item, LINTS.iter().map(|lint| lint.name)).is_some();
    is_word && (is_first || lint_named(item).is_some() || is_followed && is_like_one())
}

/// What is wrong with a directive, and at which of its words.
enum Mistake<'c> {
    Verb(&'c str),
    Name(&'c str),
    Comma(&'c str),
    Reason(&'c str),
}

impl Mistake<'_> {
    fn problem(&self, place: impl Fn(&str) -> Place) -> Problem {
        const SHAPE: &str = "write `# vestibule: allow NAME, reason`";
        let (at, message, help) = match *self {
            Mistake::Verb(verb) => {
                let help = match closest(verb, [LINE, FILE]) {
                    Some(known) => format!("did you mean `{known}`?"),
                    None => "write `allow` for the line, or `allow-file` for the file".to_owned(),
                };
                (verb, format!("a comment for vestibule says `{verb}`, which it does not know"), help)
            }
            Mistake::Name(verb) => (verb, "the comment does not say which lint it allows".to_owned(), SHAPE.to_owned()),
            Mistake::Comma(word) => {
                let help = format!("put a comma between the name and the reason: {SHAPE}");
                (word, format!("there is no comma after `{word}`"), help)
            }
            Mistake::Reason(rest) => (
                rest,
                "the comment does not say why it allows this".to_owned(),
                format!("add the reason after a comma: {SHAPE}"),
            ),
        };
        Problem::warning("malformed-suppression", place(at), message).label("allows nothing").help(help)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the comments of a text accept, as `name line reason`, and what is wrong with them.
    fn check(text: &str) -> Vec<String> {
        let mut sources = Sources::default();
        let (file, _) = sources.add_document("t.yaml", text.as_bytes());
        let mut problems = Vec::new();
        let accepted = read(&sources, file, &mut problems);
        let line = |line: Option<usize>| line.map_or("file".to_owned(), |line| line.to_string());
        let accepted = accepted.into_iter().map(|found| {
            assert_eq!(sources.text(file).slice(found.span), found.lint, "the place of the name");
            format!("{} {} {}", found.lint, line(found.line), found.reason)
        });
        accepted.chain(problems.into_iter().map(|problem| problem.message)).collect()
    }

    #[test]
    fn names_come_before_the_reason() {
        for (comment, expected) in [
            ("# vestibule: allow or-chain, meant", &["or-chain 1 meant"][..]),
            ("#vestibule:allow or-chain,meant", &["or-chain 1 meant"]),
            ("## Vestibule : allow or-chain , so it is, really", &["or-chain 1 so it is, really"]),
            ("# vestibule: allow or-chain, nested-group, a pilot", &["or-chain 1 a pilot", "nested-group 1 a pilot"]),
            ("# vestibule: allow or-chain, reviewed, twice", &["or-chain 1 reviewed, twice"]),
            ("# vestibule: allow or-chain, well-known", &["or-chain 1 well-known"]),
            ("# vestibule: allow-file or-chain, meant", &["or-chain file meant"]),
            (
                "# vestibule: allow or-chain, nested-grop, a pilot",
                &["or-chain 1 a pilot", "there is no lint `nested-grop`"],
            ),
        ] {
            assert_eq!(check(&format!("a: b {comment}\n")), expected, "{comment}");
        }
    }

    #[test]
    fn what_is_not_understood_is_told() {
        for (comment, expected) in [
            ("# vestibule: allow", "the comment does not say which lint it allows"),
            ("# vestibule: allow or-chain", "the comment does not say why it allows this"),
            ("# vestibule: allow or-chain,", "the comment does not say why it allows this"),
            ("# vestibule: allow or-chain, nested-group", "the comment does not say why it allows this"),
            ("# vestibule: allow or-chain meant", "there is no comma after `or-chain`"),
            ("# vestibule: alow or-chain, meant", "a comment for vestibule says `alow`, which it does not know"),
            ("# vestibule: ignore or-chain", "a comment for vestibule says `ignore`, which it does not know"),
            ("# vestibule: allow no-such, meant", "there is no lint `no-such`"),
        ] {
            assert_eq!(check(&format!("a: b {comment}\n")), [expected], "{comment}");
        }
    }

    #[test]
    fn prose_is_left_alone() {
        for comment in
            ["# vestibule", "# vestibule: Contoso's rules", "# vestibule lint: see README", "# allow or-chain, x", "#"]
        {
            assert!(check(&format!("a: b {comment}\n")).is_empty(), "{comment}");
        }
    }

    #[test]
    fn a_comment_alone_is_about_the_next_line_that_is_none() {
        let comment = "# vestibule: allow or-chain, meant";
        for (text, line) in [
            (format!("a: 1\n{comment}\nb: 2\n"), 3),
            (format!("a: 1\n{comment}\n# more\nb: 2\n"), 4),
            (format!("a: 1\n{comment}\n\n# more\nb: 2\n"), 3),
            (format!("a: 1 {comment}\n# more\nb: 2\n"), 1),
            (format!("a: 1\r\n{comment}\r\nb: 2\r\n"), 3),
            (format!("a: 1\n{comment}"), 3),
        ] {
            assert_eq!(check(&text), [format!("or-chain {line} meant")], "{text}");
        }
    }
}
