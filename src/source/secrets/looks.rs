//! What is a secret by its looks, wherever it stands.

use std::sync::LazyLock;

use regex::{Regex, RegexSet};

use super::names::{is_no_word, is_value};
use super::values::whole;
use crate::source::Span;

/// The secret is the group `s` where there is one, or one of the groups `word`, `pair` and `key` where that is what it seems
/// to be, else the whole match.
const PATTERNS: [&str; 10] = [
    // A JSON Web Token (RFC 7519), also one that is cut.
    r"(?-u:\b)eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)*|(?-u:\b)eyJ[A-Za-z0-9_-]{30,}",
    // The header of a request (RFC 6750, RFC 7617).
    r"(?i)(?-u:\b)bearer[ \t]+(?<word>[a-z0-9+/=._~-]{8,})",
    r"(?i)(?-u:\b)basic[ \t]+(?<pair>[a-z0-9+/=._~-]{8,})",
    // A client secret as Entra makes them.
    r"[A-Za-z0-9_.~-]{3}[0-9]Q~[A-Za-z0-9_.~-]{10,}",
    // A URL with a password.
    r#"://[^\s/@:"'<>]*:(?<s>[^\s/@"'<>]+)@"#,
    // A shared access signature of Azure.
    r"[?&;]sig=(?<s>[A-Za-z0-9%+/=_-]{8,})",
    r"(?i)(?-u:\b)(?:shared)?access(?:key|signature)=(?<s>[^\s;&\x22'<>]{8,})",
    // GitHub, GitLab, Slack, npm.
    r"(?-u:\b)(?:gh[pousr]_|github_pat_|glpat-|xox[abeoprs]-|npm_)(?<key>[A-Za-z0-9_-]{16,})",
    r"(?-u:\b)AKIA[A-Z0-9]{16}(?-u:\b)",
    r"(?-u:\b)sk-(?<key>[A-Za-z0-9_-]{20,})",
];

static LOOKS: LazyLock<Vec<Regex>> =
    LazyLock::new(|| PATTERNS.iter().filter_map(|pattern| Regex::new(pattern).ok()).collect());

static SET: LazyLock<Option<RegexSet>> = LazyLock::new(|| RegexSet::new(PATTERNS).ok());

/// The secrets of a text that have the looks of one.
pub(super) fn secrets(text: &str) -> Vec<Span> {
    let Some(set) = SET.as_ref() else { return Vec::new() };
    let mut found = private_keys(text);
    for pattern in set.matches(text).iter().filter_map(|index| LOOKS.get(index)) {
        for captures in pattern.captures_iter(text) {
            let has = |group: &str, test: fn(&str) -> bool| captures.name(group).is_some_and(|hit| test(hit.as_str()));
            if has("word", is_of_sentence) || has("pair", is_of_name) || has("key", are_words) {
                continue;
            }
            let hit =
                captures.name("s").or(captures.name("word")).or(captures.name("pair")).or_else(|| captures.get(0));
            found.extend(hit.filter(|hit| is_value(hit.as_str())).map(|hit| Span::from(hit.range())));
        }
    }
    found
}

/// Up to where a secret ends in a text that is damaged, past a control character that tore it.
pub(super) fn to_its_end(text: &str, span: Span) -> Span {
    let rest = &text[span.end..];
    let is_torn = rest.chars().next().is_some_and(|c| c.is_control() && !c.is_whitespace());
    let is_of_secret =
        |c: char| c.is_ascii_alphanumeric() || "_-.+/=~".contains(c) || c.is_control() && !c.is_whitespace();
    let length = if is_torn { rest.find(|c| !is_of_secret(c)).unwrap_or(rest.len()) } else { 0 };
    Span::new(span.start, span.end + length)
}

/// The keys of an application's `keyCredentials` (learn.microsoft.com/graph/api/resources/keycredential).
pub(super) fn key_material(text: &str) -> Vec<Span> {
    static KEY: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"(?i)(?:key|value)\\*["']?[ \t]*[:=]?[ \t]*\\*["']?(?<s>[a-z0-9+/=]{40,}|[a-z0-9+/=]{8,}$)"#).ok()
    });
    if !text.contains("eyCredentials") {
        return Vec::new();
    }
    let keys = KEY.iter().flat_map(|key| key.captures_iter(text)).filter_map(|found| found.name("s"));
    keys.map(|key| Span::from(key.range())).collect()
}

/// How long what follows the scheme of a header is where it can be nothing else.
const LONG: usize = 20;

/// As in "bearer authentication".
fn is_of_sentence(word: &str) -> bool {
    word.len() < LONG && !is_no_word(word)
}

/// As in the name of a group, `Basic Training2024`: what the header holds is a user and a password in Base64.
fn is_of_name(pair: &str) -> bool {
    pair.len() < LONG
        && !decoded(pair).is_some_and(|text| text.contains(&b':') && text.iter().all(|c| matches!(c, b' '..=b'~')))
}

/// Whether it is made of words and numbers, as names of groups and packages are.
fn are_words(key: &str) -> bool {
    let is_word = |part: &str| part.bytes().all(|c| c.is_ascii_lowercase()) || part.bytes().all(|c| c.is_ascii_digit());
    key.split(['-', '_']).all(is_word)
}

/// The bytes of Base64, up to what is no whole one.
fn decoded(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for c in text.trim_end_matches('=').bytes() {
        let six = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 & 0xffff | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xff) as u8);
        }
    }
    Some(bytes)
}

/// What may be the beginning of a secret at the end of a text that is cut: there is not enough of it to have its looks.
pub(super) fn cut_off(text: &str) -> Option<Span> {
    const FARTHEST: usize = 400;
    static BEGINNING: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r#"(?:eyJ|(?i:(?-u:\b)(?:bearer|basic)[ \t]+)|[0-9]Q~|[?&;]sig=|://[^\s/@:"'<>]*:|-----BEGIN [A-Z ]*PRIVATE KEY)(?<s>[^\s"'<>]*)$"#,
        )
        .ok()
    });
    let mut start = text.len().saturating_sub(FARTHEST);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    let found = BEGINNING.as_ref()?.captures(&text[start..])?.name("s")?;
    Some(Span::from(found.range()).shifted(start))
}

/// What stands between the first and the last line of private keys (RFC 7468), up to the end of what may be a key where
/// the last line is missing.
pub(super) fn private_keys(text: &str) -> Vec<Span> {
    const BEGIN: &str = "-----BEGIN ";
    const KEY: &str = "PRIVATE KEY-----";
    const LONGEST_KIND: usize = 40;
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(begin) = text.get(at..).and_then(|rest| rest.find(BEGIN)).map(|offset| at + offset + BEGIN.len()) {
        at = begin;
        let near = &text[begin..whole(text, (begin + LONGEST_KIND).min(text.len()))];
        let Some(kind) = near.find(KEY) else { continue };
        let start = begin + kind + KEY.len();
        let rest = &text[start..];
        let is_of_key = |c: char| c.is_ascii_alphanumeric() || c.is_whitespace() || "+/=\\:,-".contains(c);
        let end = rest.find("-----END").or_else(|| rest.find(|c| !is_of_key(c))).unwrap_or(rest.len());
        found.push(Span::new(start, start + end));
        at = start + end;
    }
    found
}
