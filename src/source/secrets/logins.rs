//! Passwords before hosts where no scheme says that it is a URL: `svc:hunter2@contoso.example.com`.
//!
//! An address of another kind is written like that too, such as `smtp:ada@contoso.com`. So the name has to be that of a host,
//! or a path to follow.

use std::sync::LazyLock;

use regex::Regex;

use super::names::is_value;
use crate::source::Span;

/// A user, a password and a host.
static LOGIN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?:^|[^A-Za-z0-9._~%+@/-])(?<user>[A-Za-z0-9._~%+-]+):(?<s>[^\s/:"'<>,\[\]{}]+)@(?:[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)(?::[0-9]+)?(?<path>/?)"#).ok()
});

/// A name of hosts, and the sign behind it.
static NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?i)(?:host|hostname|url|uri|base-?address|server|endpoint)s?\\*["'`]?[ \t]*(?:[:=]|,[ \t]*\\*["']value)"#,
    )
    .ok()
});

/// The passwords in the value of a name.
pub(super) fn in_value(name: &str, text: &str) -> impl Iterator<Item = Span> {
    let is_of_host = is_host(name);
    passwords(text).into_iter().filter_map(move |(span, has_path)| (is_of_host || has_path).then_some(span))
}

/// The passwords in a text whose structure is not known.
pub(super) fn secrets(text: &str) -> Vec<Span> {
    /// How far a list of hosts reaches, or one of pairs.
    const REACH: usize = 1000;
    let found = passwords(text);
    if found.is_empty() {
        return Vec::new();
    }
    let names: Vec<usize> = NAME.iter().flat_map(|name| name.find_iter(text)).map(|name| name.end()).collect();
    let is_named = |span: &Span| {
        let before = names.partition_point(|end| *end <= span.start);
        before.checked_sub(1).and_then(|index| names.get(index)).is_some_and(|end| span.start - end <= REACH)
    };
    found.into_iter().filter(|(span, has_path)| *has_path || is_named(span)).map(|(span, _)| span).collect()
}

/// What stands between users and hosts, and whether a path follows the host.
fn passwords(text: &str) -> Vec<(Span, bool)> {
    /// What addresses begin with.
    const KINDS: [&str; 8] = ["smtp", "sip", "mailto", "x500", "eum", "spo", "tel", "im"];
    // Few texts have both signs, and looking for them is cheaper.
    if !text.contains(':') || !text.contains('@') {
        return Vec::new();
    }
    let mut found = Vec::new();
    for login in LOGIN.iter().flat_map(|login| login.captures_iter(text)) {
        let (Some(user), Some(password)) = (login.name("user"), login.name("s")) else { continue };
        if KINDS.iter().any(|kind| kind.eq_ignore_ascii_case(user.as_str())) || !is_value(password.as_str()) {
            continue;
        }
        let has_path = login.name("path").is_some_and(|path| !path.is_empty());
        found.push((Span::from(password.range()), has_path));
    }
    found
}

fn is_host(name: &str) -> bool {
    const NAMES: [&str; 7] = ["host", "hostname", "url", "uri", "baseaddress", "server", "endpoint"];
    let letters = name.chars().filter(|c| c.is_ascii_alphanumeric());
    let word: String = letters.map(|c| c.to_ascii_lowercase()).collect();
    let word = word.strip_suffix('s').unwrap_or(&word);
    NAMES.iter().any(|end| word.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_before_a_host_is_found_where_a_host_belongs() {
        let check = |name: &str, text: &str, expected: &[&str]| {
            let found: Vec<&str> = in_value(name, text).map(|span| &text[span.range()]).collect();
            assert_eq!(found, expected, "{name}: {text}");
        };
        check("supportedHosts", "svc:hunter2@contoso.example.com", &["hunter2"]);
        check("host", "svc:hunter2@localhost:8443", &["hunter2"]);
        check("tenant-url", "svc:p@ss@contoso.example.com/scim", &["p@ss"]);
        check("value", "svc:hunter2@contoso.example.com/scim", &["hunter2"]);
        check("value", "smtp:ada@contoso.com", &[]);
        check("hosts", "SMTP:ada@contoso.com", &[]);
        check("userName", "urn:ada@contoso.com", &[]);
        check("host", "contoso.example.com:8443", &[]);
    }

    #[test]
    fn so_it_is_in_a_text_without_structure() {
        let check = |text: &str, expected: &[&str]| {
            let found: Vec<&str> = secrets(text).into_iter().map(|span| &text[span.range()]).collect();
            assert_eq!(found, expected, "{text}");
        };
        check("\"supportedHosts\": [ \"a.example.com\", \"svc:hunter2@b.example.com\" ", &["hunter2"]);
        check("hosts:\n- svc:hunter2@b.example.com\n]", &["hunter2"]);
        check("{ \"key\": \"BaseAddress\", \"value\": \"svc:hunter2@b.example.com", &["hunter2"]);
        check("proxyAddresses: [ \"X:ada@contoso.com\" ]", &[]);
    }
}
