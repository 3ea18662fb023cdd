//! Why a word is no path.

use super::unclosed_text;
use crate::condition::literal::json_string;
use crate::condition::mistake::{Mistake, SYNTAX};
use crate::condition::token::{Token, TokenKind, is_name};
use crate::source::{Span, quoted};

/// Why a word is no path.
pub(super) fn path_mistake(token: Token, text: &str) -> Option<Mistake> {
    let written = token.text(text);
    let signs = signs(written);
    if let Some(quote) = signs.unclosed_quote {
        let span = Span::new(token.span.start + quote, token.span.end);
        return Some(unclosed_text(text, Token { kind: TokenKind::Text { closed: false }, span }));
    }
    let is_urn = written.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:"));
    let first_name = match signs.colons.as_slice() {
        [] => 0,
        [_, .., last] if is_urn => last + 1,
        _ if is_urn => {
            let message = format!("{} is not a URN with an attribute after it", quoted(written));
            return Some(
                Mistake::new(SYNTAX, token.span, message)
                    .label("too short")
                    .help("write the whole URN of the schema, `:` and the attribute"),
            );
        }
        _ => return Some(name_needs_quotes(token, written, "holds a `:`")),
    };
    let dots = signs.dots.into_iter().filter(|dot| *dot >= first_name);
    let mut start = first_name;
    for end in dots.chain([written.len()]) {
        let name = written.get(start..end).unwrap_or_default();
        start = end + 1;
        if name.is_empty() {
            let message = format!("a name is missing in {}", quoted(written));
            return Some(
                Mistake::new(SYNTAX, token.span, message)
                    .label("a dot or colon without a name")
                    .help("write a name on both sides of each dot"),
            );
        }
        if name.starts_with('"') {
            if !name.ends_with('"') {
                let message = format!("something follows the quoted name in {}", quoted(written));
                return Some(
                    Mistake::new(SYNTAX, token.span, message)
                        .label("expected a dot or a space after the quotes")
                        .help("put the whole name into the quotes"),
                );
            }
        } else if !is_name(name) {
            return Some(name_needs_quotes(token, written, "does not start with a letter"));
        }
    }
    None
}

fn name_needs_quotes(token: Token, written: &str, why: &str) -> Mistake {
    Mistake::new(SYNTAX, token.span, format!("a name in {} {why} and needs quotes", quoted(written)))
        .label("not quoted")
        .help(format!("write {}", quoted(&quoted_path(written))))
}

/// A path with everything after its first dot in quotes: what `attributes.cost/center` has to be.
pub(super) fn quoted_path(written: &str) -> String {
    match written.split_once('.') {
        Some((head, name)) if is_name(head) => format!("{head}.{}", json_string(name)),
        _ => json_string(written),
    }
}

/// The signs of a path that stand outside of quotes.
#[derive(Default)]
struct Signs {
    dots: Vec<usize>,
    colons: Vec<usize>,
    /// Where a quoted name starts that never ends.
    unclosed_quote: Option<usize>,
}

fn signs(path: &str) -> Signs {
    let mut signs = Signs::default();
    let mut chars = path.char_indices();
    while let Some((at, c)) = chars.next() {
        match (c, signs.unclosed_quote) {
            ('"', None) => signs.unclosed_quote = Some(at),
            ('"', Some(_)) => signs.unclosed_quote = None,
            ('\\', Some(_)) => {
                chars.next();
            }
            ('.', None) => signs.dots.push(at),
            (':', None) => signs.colons.push(at),
            _ => {}
        }
    }
    signs
}
