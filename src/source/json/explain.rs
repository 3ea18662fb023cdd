//! Explanations of what is wrong in a JSON text.

use super::super::{FileId, Place, Problem, Span, shorten};
use super::{Mistake, MistakeKind};

/// Says what is wrong.
pub(in crate::source) fn explain(file: FileId, original: &str, mistake: Mistake) -> Problem {
    let found = shorten(original.get(mistake.span.range()).unwrap_or(""));
    let open = mistake.open.map(|at| (at, original[at..].chars().next().unwrap_or('[')));
    let (name, close) = match open {
        Some((_, '{')) => ("mapping", '}'),
        _ => ("list", ']'),
    };
    let (message, help) = match mistake.kind {
        MistakeKind::Truncated => (
            format!("the JSON text ends inside of a {name}"),
            format!("get the file again if it was cut off, or close the {name} with `{close}`"),
        ),
        MistakeKind::OpenString => (
            "the string that begins here is not closed on its line".to_owned(),
            "close it with `\"`, or get the file again if it was cut off; a line break in a string is written `\\n`"
                .to_owned(),
        ),
        MistakeKind::BadEscape => (
            format!("`{found}` is no escape that JSON knows, or only half of one"),
            "write a backslash itself as `\\\\`".to_owned(),
        ),
        MistakeKind::ControlCharacter => (
            "a control character stands in a string".to_owned(),
            "write it as an escape: a tab as `\\t`, others as `\\u` and four digits".to_owned(),
        ),
        MistakeKind::ExpectedKey if found == "}" => {
            ("a key is expected after the `,`".to_owned(), "remove the `,` before the `}`".to_owned())
        }
        MistakeKind::ExpectedKey => {
            ("a key in double quotes is expected here".to_owned(), "write it as `\"key\": value`".to_owned())
        }
        MistakeKind::ExpectedColon => {
            ("a `:` is expected after the key".to_owned(), "write it as `\"key\": value`".to_owned())
        }
        MistakeKind::ExpectedValue if found == "]" => {
            ("a value is expected after the `,`".to_owned(), "remove the `,` before the `]`".to_owned())
        }
        MistakeKind::ExpectedValue => (
            format!("`{found}` is no value that JSON knows"),
            "put text in double quotes; numbers have no leading zero, and the words are `true`, `false` and `null`"
                .to_owned(),
        ),
        MistakeKind::ExpectedEnd => (
            "something follows the end of the JSON text".to_owned(),
            "remove it, or put the values in one list".to_owned(),
        ),
        MistakeKind::ExpectedComma => (
            format!("a `,` or `{close}` is expected here"),
            "put a `,` between the values, or escape a double quote inside of a string as `\\\"`".to_owned(),
        ),
    };
    let problem = Problem::error("syntax", Place::Bytes(file, mistake.span), message).help(help);
    let in_string =
        matches!(mistake.kind, MistakeKind::OpenString | MistakeKind::BadEscape | MistakeKind::ControlCharacter);
    match open {
        Some((at, mark)) if !in_string => {
            problem.related(Place::Bytes(file, Span::new(at, at + mark.len_utf8())), format!("this {name} is open"))
        }
        _ => problem,
    }
}
