//! Names with values in a raw text: `"clientSecret": "…"`, `password=…`, `<password>…</password>`, and names beside their
//! values, `{ "key": "SecretToken", "value": "…" }`.

use std::sync::LazyLock;

use regex::Regex;

use super::names::{Telling, is_no_word, is_value, telling};
use super::values::{self, Value};
use super::{Secret, Setting};
use crate::source::Span;

/// The end of a name that may tell, what closes it, and the sign after it.
static NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?i)(?:secret|secret[-_. ]?(?:text|value)|passw(?:or)?[dt]|passphrase|pwd|token|key|connection[-_. ]?string|authorization(?:[-_. ]?code)?|assertion)(?<close>\\*["'`]?)[ \t]*(?<sign>=>|:|=)"#,
    )
    .ok()
});

/// A name that stands as a value: `"key": "SecretToken"`, `Name="clientSecret"`.
static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?i)(?:key|name)\\*["']?[ \t]*[:=][ \t]*\\*["']?(?<name>[^"'\\,<>{}\r\n]*(?:secret|secret[-_ ]?(?:text|value)|passw(?:or)?[dt]|passphrase|pwd|token|key|string|authorization(?:[-_ ]?code)?|assertion))\\*["']?[ \t]*(?:[,}>\r\n]|/>|[a-z]+=|$)"#,
    )
    .ok()
});

/// The text of an element whose name tells.
static ELEMENT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"<(?:[A-Za-z0-9_.-]+:)?(?<name>[A-Za-z0-9_.-]+)(?:\s[^<>]*)?>(?<value>[^<]+)").ok());

pub(super) fn secrets(text: &str, setting: Setting) -> Vec<Secret> {
    let mut found = Vec::new();
    for captures in NAME.iter().flat_map(|name| name.captures_iter(text)) {
        let (Some(whole), Some(close), Some(sign)) = (captures.get(0), captures.name("close"), captures.name("sign"))
        else {
            continue;
        };
        let name = Name::before(text, close.start(), close.as_str());
        found.extend(name.assigned(text, whole.end(), sign.as_str(), setting));
    }
    if setting != Setting::Scalar {
        for name in NAMED.iter().flat_map(|named| named.captures_iter(text)).filter_map(|found| found.name("name")) {
            if let Some(telling) = telling(name.as_str()) {
                let certain = setting != Setting::Data || telling == Telling::Surely;
                let values = values::beside(text, Span::from(name.range()));
                found.extend(values.into_iter().map(|span| Secret { span, certain }));
            }
        }
    }
    if setting == Setting::Data || setting == Setting::Damaged {
        found.extend(elements(text));
    }
    found.retain(|secret| is_value(text.get(secret.span.range()).unwrap_or_default()));
    found
}

fn elements(text: &str) -> Vec<Secret> {
    if !text.contains('<') {
        return Vec::new();
    }
    let elements = ELEMENT.iter().flat_map(|element| element.captures_iter(text));
    let values = elements.filter_map(|element| {
        let name = element.name("name")?;
        (telling(name.as_str()) == Some(Telling::Surely)).then(|| element.name("value")).flatten()
    });
    values.map(|value| Secret { span: Span::from(value.range()), certain: true }).collect()
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

    /// The values behind the sign that follows the name.
    fn assigned(&self, text: &str, at: usize, sign: &str, setting: Setting) -> Vec<Secret> {
        let Some(telling) = telling(self.text) else { return Vec::new() };
        let is_member = match setting {
            Setting::Damaged | Setting::Comment => self.standing != Standing::Amid,
            // A name without quotes is a part of a sentence there, as is one that has another meaning elsewhere.
            Setting::Scalar => self.standing == Standing::Quoted,
            Setting::Data => self.standing == Standing::Quoted,
        };
        if !is_member {
            return self.mentioned(text, at, sign).into_iter().collect();
        }
        let values = values::behind(text, at, self.standing == Standing::First);
        let certain = |value: &Value| match setting {
            Setting::Comment => is_no_word(value.text(text)),
            Setting::Data => telling == Telling::Surely,
            Setting::Damaged | Setting::Scalar => true,
        };
        values.iter().map(|value| Secret { span: value.span, certain: certain(value) }).collect()
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
