//! From the names of files, as people wrote them, to paths below the root of a repository.

use crate::source::visible;

/// From where the names of files are told, and the folder that services want them told from. Empty: not known, and the
/// names stay as they are but for `.` and `..`.
///
/// ```
/// use vestibule::report::Paths;
/// let paths = Paths { working: "/checkout/identity", root: "/checkout" };
/// assert_eq!(paths.below_root("./rules/../vestibule.yaml"), "identity/vestibule.yaml");
/// assert_eq!(paths.below_root("/etc/scim.json"), "/etc/scim.json");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Paths<'a> {
    /// The working folder.
    pub working: &'a str,
    /// The root of the repository.
    pub root: &'a str,
}

impl Paths<'_> {
    /// The path of a file below the root, with forward slashes; an absolute one where the file stands elsewhere.
    pub fn below_root(&self, name: &str) -> String {
        let name = slashes(name);
        let is_told_from_here = !is_absolute(&name) && !self.working.is_empty();
        let name = if is_told_from_here { format!("{}/{name}", slashes(self.working)) } else { name };
        let path = without_dots(&name);
        let root = without_dots(&slashes(self.root));
        let below = path.strip_prefix(&root).filter(|_| !root.is_empty()).and_then(|rest| rest.strip_prefix('/'));
        below.map(str::to_owned).unwrap_or(path)
    }

    /// The same as a URI reference: relative, or with the scheme `file`.
    pub(super) fn uri(&self, name: &str) -> String {
        let path = self.below_root(name);
        let encoded = percent_encoded(&path);
        if is_absolute(&path) { format!("file:///{}", encoded.trim_start_matches('/')) } else { encoded }
    }

    /// The same as text that nothing obeys.
    pub(super) fn shown(&self, name: &str) -> String {
        visible(&self.below_root(name)).into_owned()
    }
}

fn slashes(path: &str) -> String {
    if cfg!(windows) { path.replace('\\', "/") } else { path.to_owned() }
}

fn is_absolute(path: &str) -> bool {
    let has_drive = cfg!(windows) && path.chars().nth(1) == Some(':');
    path.starts_with('/') || has_drive
}

/// The path without empty segments, `.`, and those `..` that take back a segment.
fn without_dots(path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/').filter(|segment| !matches!(*segment, "" | ".")) {
        let takes_back = segment == ".." && segments.last().is_some_and(|last| *last != "..");
        match segment {
            ".." if takes_back => {
                segments.pop();
            }
            // There is nothing above the root of the file system.
            ".." if path.starts_with('/') => {}
            segment => segments.push(segment),
        }
    }
    let joined = segments.join("/");
    if path.starts_with('/') { format!("/{joined}") } else { joined }
}

/// RFC 3986 sections 2.3 and 3.3: everything but unreserved characters and slashes is encoded, also `:`, which would make
/// a scheme of a first segment.
fn percent_encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(byte)),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATHS: Paths<'_> = Paths { working: "/checkout/identity", root: "/checkout" };

    #[test]
    fn names_are_told_from_the_root() {
        for (name, expected) in [
            ("vestibule.yaml", "identity/vestibule.yaml"),
            ("./a//b/../c.json", "identity/a/c.json"),
            ("../shared.yaml", "shared.yaml"),
            ("/checkout/x/y.json", "x/y.json"),
            ("/checkout-of-mine/x.json", "/checkout-of-mine/x.json"),
            ("../../other/x.json", "/other/x.json"),
            ("../../../../x.json", "/x.json"),
        ] {
            assert_eq!(PATHS.below_root(name), expected, "{name}");
        }
    }

    #[test]
    fn without_a_root_names_stay() {
        for (name, expected) in [("a/./b", "a/b"), ("../a", "../a"), ("/a/b", "/a/b"), ("-", "-"), ("", "")] {
            assert_eq!(Paths::default().below_root(name), expected);
        }
    }

    #[test]
    fn uris_are_encoded_and_relative_where_they_can_be() {
        for (name, expected) in [
            ("EU rules/é#1?.yaml", "identity/EU%20rules/%C3%A9%231%3F.yaml"),
            ("100%.yaml", "identity/100%25.yaml"),
            ("a:b", "identity/a%3Ab"),
            ("/elsewhere/a b", "file:///elsewhere/a%20b"),
        ] {
            assert_eq!(PATHS.uri(name), expected);
        }
        assert_eq!(Paths::default().uri("mailto:x"), "mailto%3Ax");
    }
}
