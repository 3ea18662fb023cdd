//! Expressions of attribute mappings, as text.
//!
//! Syntax: learn.microsoft.com/entra/identity/app-provisioning/functions-for-customizing-application-data. `[name]` is an
//! attribute, `"…"` a constant in which a backslash escapes a quote or a backslash, `Name(…)` a function. Names compare
//! exactly: the syntax is case-sensitive.

use std::iter::Peekable;
use std::str::Chars;

/// The expression without what makes no difference: white space outside of constants.
pub(super) fn normalised(expression: &str) -> String {
    let mut out = String::with_capacity(expression.len());
    let mut chars = expression.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' => take_constant(&mut chars, &mut out),
            '[' => take_attribute(&mut chars, &mut out),
            c if c.is_whitespace() => {}
            c => out.push(c),
        }
    }
    out
}

fn take_constant(chars: &mut Peekable<Chars<'_>>, out: &mut String) {
    out.push('"');
    while let Some(c) = chars.next() {
        out.push(c);
        match c {
            '\\' => out.extend(chars.next()),
            '"' => return,
            _ => {}
        }
    }
}

fn take_attribute(chars: &mut Peekable<Chars<'_>>, out: &mut String) {
    out.push('[');
    let mut name = String::new();
    while let Some(c) = chars.next_if(|&c| c != ']') {
        name.push(c);
    }
    out.push_str(name.trim());
    out.extend(chars.next());
}

/// A constant as an expression.
pub(super) fn constant(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The attribute, where a normalised expression is nothing else.
pub(super) fn plain_attribute(normalised: &str) -> Option<&str> {
    let name = normalised.strip_prefix('[')?.strip_suffix(']')?;
    (!name.is_empty() && !name.contains(['[', ']'])).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_counts_in_constants_only() {
        let check = |expression: &str, expected: &str| assert_eq!(normalised(expression), expected);
        check("[objectId]", "[objectId]");
        check("  [ objectId ] ", "[objectId]");
        check("Join( \" \" , [givenName],\t[surname] )", "Join(\" \",[givenName],[surname])");
        check("Switch([IsSoftDeleted], , \"False\", \"True\")", "Switch([IsSoftDeleted],,\"False\",\"True\")");
        check(r#"Append([a], " \" ] x ")"#, r#"Append([a]," \" ] x ")"#);
        check(r#"Append([a], "\\" , "b")"#, r#"Append([a],"\\","b")"#);
        check("\"unclosed  ", "\"unclosed  ");
        check("[unclosed", "[unclosed");
        check("", "");
    }

    #[test]
    fn capitals_make_a_difference() {
        assert_ne!(normalised("[objectId]"), normalised("[ObjectId]"));
        assert_ne!(normalised("ToLower([mail])"), normalised("tolower([mail])"));
    }

    #[test]
    fn a_plain_attribute_is_one_name_in_brackets() {
        let check = |expression: &str, expected: Option<&str>| assert_eq!(plain_attribute(expression), expected);
        check("[objectId]", Some("objectId"));
        check("ToLower([objectId])", None);
        check("\"[objectId]\"", None);
        check("[a][b]", None);
        check("[]", None);
    }

    #[test]
    fn a_constant_is_quoted_as_the_syntax_asks() {
        assert_eq!(constant(r#"a "b" \c"#), r#""a \"b\" \\c""#);
    }
}
