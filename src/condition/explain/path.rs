//! Why a word is no path.

use super::unclosed_text;
use crate::condition::literal::json_string;
use crate::condition::mistake::{Mistake, SYNTAX, quoted};
use crate::condition::token::{Token, TokenKind, is_name};
use crate::source::Span;

/// Why a word is no path.
pub(super) fn path_mistake(token: Token, text: &str) -> Option<Mistake> {
    let written = token.text(text);
    let (outside, colon) = last_colon(written);
    let is_urn = written.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:"));
    let whole_urn = is_urn && outside > 1;
    let names = match colon {
        Some(at) if whole_urn => &written[at + 1..],
        Some(_) if is_urn => {
            return Some(
                Mistake::new(
                    SYNTAX,
                    token.span,
                    format!("{} is not a URN with an attribute after it", quoted(written)),
                )
                .label("too short")
                .help("Write the whole URN of the schema, `:` and the attribute"),
            );
        }
        Some(_) => return Some(name_needs_quotes(token, written, "holds a `:`")),
        None => written,
    };
    let mut end = token.span.end - names.len();
    for name in split_names(names) {
        let start = end;
        end = start + name.len() + 1;
        if name.is_empty() {
            return Some(
                Mistake::new(SYNTAX, token.span, format!("a name is missing in {}", quoted(written)))
                    .label("a dot without a name")
                    .help("Write a name on both sides of each dot"),
            );
        }
        if name.starts_with('"') {
            if name.len() < 2 || !name.ends_with('"') {
                let quote = Token { kind: TokenKind::Text { closed: false }, span: Span::new(start, token.span.end) };
                return Some(unclosed_text(text, quote));
            }
            continue;
        }
        if !is_name(name) {
            return Some(name_needs_quotes(token, written, "does not start with a letter"));
        }
    }
    None
}

fn name_needs_quotes(token: Token, written: &str, why: &str) -> Mistake {
    Mistake::new(SYNTAX, token.span, format!("a name in {} {why} and needs quotes", quoted(written)))
        .label("not quoted")
        .help(format!("Write {}", quoted(&quoted_path(written))))
}

/// A path with everything after its first dot in quotes: what `attributes.cost/center` has to be.
pub(super) fn quoted_path(written: &str) -> String {
    match written.split_once('.') {
        Some((head, name)) if is_name(head) => format!("{head}.{}", json_string(name)),
        _ => json_string(written),
    }
}

/// The number of colons outside of quotes, and where the last one is.
fn last_colon(path: &str) -> (usize, Option<usize>) {
    let mut in_quotes = false;
    let mut count = 0;
    let mut last = None;
    for (at, c) in path.char_indices() {
        match c {
            '"' => in_quotes = !in_quotes,
            ':' if !in_quotes => {
                count += 1;
                last = Some(at);
            }
            _ => {}
        }
    }
    (count, last)
}

/// The names between the dots that stand outside of quotes.
fn split_names(names: &str) -> impl Iterator<Item = &str> {
    let mut in_quotes = false;
    names.split(move |c| {
        if c == '"' {
            in_quotes = !in_quotes;
        }
        c == '.' && !in_quotes
    })
}
