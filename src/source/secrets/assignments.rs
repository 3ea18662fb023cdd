//! Names with values in a raw text: `"clientSecret": "…"`, `password=…`, and names beside their values,
//! `{ "key": "SecretToken", "value": "…" }`.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::Regex;

use super::names::{Telling, is_no_word, is_of_claims, is_value, telling};
use super::values::{self, Value};
use super::{Secret, Setting, elements};
use crate::source::Span;

/// The end of a name that may tell, what closes it, and the sign after it.
static NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?i)(?:secret|secret[-_. ]?(?:text|value)|passw(?:or)?[dt]|passphrase|pwd|token|key|credential|connection[-_. ]?string|authorization(?:[-_. ]?code)?|assertion)s?(?<close>\\*["'`]?)(?:[ \t]*(?<sign>=>|:|=)|[ \t]+is[ \t]|[ \t]*\\*["'`])"#,
    )
    .ok()
});

/// A name that stands as a value: `"key": "SecretToken"`, `Name="clientSecret"`.
static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?i)(?:key|name|claimtype|path)\\*["']?[ \t]*[:=][ \t]*\\*["']?(?<name>[^"'\\,<>{}\r\n]*(?:secret|secret[-_ ]?(?:text|value)|passw(?:or)?[dt]|passphrase|pwd|token|key|string|credential|authorization(?:[-_ ]?code)?|assertion)s?)\\*["']?[ \t]*(?:[,}>\r\n]|/>|[a-z]+=|$)"#,
    )
    .ok()
});

/// An attribute that a condition or a filter compares with what follows: `attributes.apiKey eq "…"`.
static COMPARED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?i)(?<name>[a-z0-9_.:$-]*(?:secret|passw(?:or)?[dt]|passphrase|pwd|token|key|string)[a-z]{0,5})\\*["']?[ \t]+(?:eq|ne|co|sw|ew|in|includes|excludes)[ \t]*(?:\\*"|\[)"#,
    )
    .ok()
});

/// What all of these names hold. Few texts do, and one look at them is cheaper than three.
static WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let words =
        ["secret", "passw", "passphrase", "pwd", "token", "key", "string", "credential", "authorization", "assertion"];
    AhoCorasick::builder().ascii_case_insensitive(true).build(words).ok()
});

pub(super) fn secrets(text: &str, setting: Setting) -> Vec<Secret> {
    let is_telling = WORDS.as_ref().is_none_or(|words| words.is_match(text));
    let mut found = if is_telling { named(text, setting) } else { Vec::new() };
    if setting == Setting::Data || setting == Setting::Damaged {
        found.extend(elements::secrets(text));
    }
    found.retain(|secret| is_value(text.get(secret.span.range()).unwrap_or_default()));
    found
}

/// What stands behind names, or beside them.
fn named(text: &str, setting: Setting) -> Vec<Secret> {
    let mut found = compared(text);
    let mut covered = Covered::default();
    for captures in NAME.iter().flat_map(|name| name.captures_iter(text)) {
        let (Some(whole), Some(close)) = (captures.get(0), captures.name("close")) else { continue };
        let name = Name::before(text, close.start(), close.as_str());
        let (at, sign) = match captures.name("sign") {
            Some(sign) => (whole.end(), sign.as_str()),
            // The sign between two texts in quotes was lost.
            None if whole.as_str().ends_with(['"', '\'', '`']) => (close.end(), "lost"),
            // "The password is …" stands in sentences only.
            None => (whole.end(), "is"),
        };
        if sign != "lost"
            || name.standing == Standing::Quoted
                && !close.is_empty()
                && matches!(setting, Setting::Damaged | Setting::Data)
        {
            found.extend(name.assigned(text, at, sign, setting, &mut covered));
        }
    }
    if setting != Setting::Scalar {
        let mut covered = Covered::default();
        for name in NAMED.iter().flat_map(|named| named.captures_iter(text)).filter_map(|found| found.name("name")) {
            let Some(telling) = telling(name.as_str()).filter(|telling| !covered.holds(name.start(), *telling)) else {
                continue;
            };
            let certain = setting != Setting::Data || telling == Telling::Surely;
            let beside = values::beside(text, Span::from(name.range()));
            covered.add(beside.end, telling);
            found.extend(beside.values.into_iter().map(|value| Secret { span: value.span, certain }));
        }
    }
    found
}

/// The literals beside the attributes of which a condition asks, where they look like what such an attribute holds.
fn compared(text: &str) -> Vec<Secret> {
    let mut found = Vec::new();
    for captures in COMPARED.iter().flat_map(|compared| compared.captures_iter(text)) {
        let (Some(whole), Some(name)) = (captures.get(0), captures.name("name")) else { continue };
        let name = name.as_str().rsplit('.').next().unwrap_or_default();
        if telling(name) != Some(Telling::Surely) {
            continue;
        }
        // The sign that opens the value was matched with it, and the backslashes before it.
        let opened = whole.as_str().trim_end_matches(['"', '[', '\\']).len();
        let behind = values::behind(text, whole.start() + opened, false);
        let values = behind.values.into_iter().filter(|value| is_no_word(value.text(text)));
        found.extend(values.map(|value| Secret { span: value.span, certain: true }));
    }
    found
}

/// How far what was found reaches: what is named before stands below another name, and is not searched twice.
#[derive(Default)]
struct Covered {
    surely: usize,
    perhaps: usize,
}

impl Covered {
    fn add(&mut self, end: usize, telling: Telling) {
        let reach = match telling {
            Telling::Surely => &mut self.surely,
            Telling::Perhaps => &mut self.perhaps,
        };
        *reach = end.max(*reach);
    }

    fn holds(&self, at: usize, telling: Telling) -> bool {
        at < self.surely || telling == Telling::Perhaps && at < self.perhaps
    }
}

/// A name in a text, and how it stands there.
struct Name<'t> {
    text: &'t str,
    standing: Standing,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// In quotes, as members of JSON are.
    Quoted,
    /// First on its line, or in its collection.
    First,
    /// In the middle of other words.
    Amid,
}

impl<'t> Name<'t> {
    /// The name that ends here, with the quotes that close it.
    fn before(text: &'t str, end: usize, close: &str) -> Self {
        const LONGEST: usize = 60;
        let head = &text[..end];
        let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | ':' | '#');
        let length = head.bytes().rev().take(LONGEST).take_while(|byte| is_of_name(char::from(*byte))).count();
        let start = end - length;
        let name = head[start..].trim_start_matches(['-', ':', '#', '/', '.']);
        let before = &text[..end - name.len()];
        let standing = if !close.is_empty() && before.ends_with(close) {
            Standing::Quoted
        } else {
            let line = values::line_before(before, before.len());
            let is_first = line.chars().all(|c| c.is_whitespace() || "-?#{[,\"'/".contains(c));
            let opens = line.trim_end().ends_with(['{', '[', ',']);
            if is_first || opens { Standing::First } else { Standing::Amid }
        };
        Name { text: name, standing }
    }

    /// The values behind the sign that follows the name, at any depth.
    fn assigned(&self, text: &str, at: usize, sign: &str, setting: Setting, covered: &mut Covered) -> Vec<Secret> {
        let Some(telling) = telling(self.text).filter(|telling| !covered.holds(at, *telling)) else {
            return Vec::new();
        };
        let is_member = match setting {
            Setting::Damaged | Setting::Comment => self.standing != Standing::Amid,
            // A name without quotes is a part of a sentence there, as is one that has another meaning elsewhere.
            Setting::Scalar => self.standing == Standing::Quoted,
            Setting::Data => self.standing == Standing::Quoted,
        };
        if !is_member || sign == "is" {
            return self.mentioned(text, at, sign).into_iter().collect();
        }
        if is_of_claims(self.text) && begins_claims(&text[at..]) {
            return Vec::new();
        }
        let behind = values::behind(text, at, self.standing == Standing::First);
        covered.add(behind.end, telling);
        let certain = |value: &Value| match setting {
            Setting::Comment => is_no_word(value.text(text)),
            Setting::Data => telling == Telling::Surely,
            Setting::Damaged | Setting::Scalar => !value.describes,
        };
        behind.values.iter().map(|value| Secret { span: value.span, certain: certain(value) }).collect()
    }

    /// The word behind a name in a sentence, a query or a form, where it looks like a secret.
    fn mentioned(&self, text: &str, at: usize, sign: &str) -> Option<Secret> {
        const SHORTEST: usize = 3;
        let value = values::word(text, at)?;
        let shown = value.text(text);
        let is_query = sign == "=" && !text[at..].starts_with([' ', '=']) && shown.len() >= SHORTEST;
        (is_query || is_no_word(shown)).then_some(Secret { span: value.span, certain: true })
    }
}

/// Whether the list that begins here is one of optional claims, which Entra keeps by the kind of token
/// (learn.microsoft.com/graph/api/resources/optionalclaims).
fn begins_claims(text: &str) -> bool {
    const LONGEST: usize = 400;
    let head = &text[..values::whole(text, LONGEST.min(text.len()))];
    let Some(inside) = head.trim_start().strip_prefix('[').map(str::trim_start) else { return false };
    let name = inside.strip_prefix('{').map(|object| object.trim_start().trim_start_matches(['\\', '"', '\'']));
    let members = ["name", "source", "essential", "additionalProperties", "@odata.type"];
    name.is_some_and(|name| members.iter().any(|member| name.starts_with(member)))
}
