//! The paths of PATCH operations (RFC 7644 section 3.5.2), and of the keys that stand for them.

use super::filter;
use super::refusal::{Refusal, ScimType};
use crate::condition::{CORE_USER, ENTERPRISE_USER, Expr, TextStyle, parse as parse_condition};
use crate::scim::{Json, Object};
use crate::source::quoted;

/// The URN of the core schema of groups (RFC 7643 section 4.2).
const CORE_GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

/// What a path names.
#[derive(Debug)]
pub(super) enum Target {
    /// The resource itself, by the URN of its core schema.
    Resource,
    /// An extension as a whole.
    Extension(String),
    /// An attribute, some of its values, or a sub-attribute of those.
    Attribute(AttributePath),
}

/// `ATTRIBUTE`, `ATTRIBUTE.SUB`, `ATTRIBUTE[FILTER]`, `ATTRIBUTE[FILTER].SUB`, each also behind a URN.
#[derive(Debug)]
pub(super) struct AttributePath {
    /// The extension that has the attribute; `None` for the core schema.
    pub(super) extension: Option<String>,
    pub(super) attribute: String,
    pub(super) filter: Option<Expr>,
    pub(super) sub: Option<String>,
}

impl AttributePath {
    pub(super) fn plain(extension: Option<&str>, attribute: &str) -> Self {
        AttributePath {
            extension: extension.map(str::to_owned),
            attribute: attribute.to_owned(),
            filter: None,
            sub: None,
        }
    }

    /// Whether it is this attribute of the core schema.
    pub(super) fn is_core(&self, attribute: &str) -> bool {
        self.extension.is_none() && self.attribute.eq_ignore_ascii_case(attribute)
    }
}

/// Reads a path. The resource says which extensions there are: a colon stands in URNs and after them alike. `value`
/// decides where nothing else does: an object is an extension as a whole.
pub(super) fn parse(text: &str, resource: &Object, value: Option<&Json>) -> Result<Target, Refusal> {
    let text = text.trim();
    let head = text.split('[').next().unwrap_or_default();
    if !head.contains(':') {
        return attribute_path(None, text, text).map(Target::Attribute);
    }
    for core in [CORE_USER, CORE_GROUP] {
        match after_urn(head, core) {
            Some(None) => return Ok(Target::Resource),
            Some(Some(start)) => return attribute_path(None, &text[start..], text).map(Target::Attribute),
            None => {}
        }
    }
    let declared = resource.get("schemas").and_then(Json::as_array).unwrap_or_default();
    let declared = declared.iter().filter_map(Json::as_str);
    let known = std::iter::once(ENTERPRISE_USER).chain(resource.names()).chain(declared).filter(|n| n.contains(':'));
    let longest = known.filter(|urn| after_urn(head, urn).is_some()).max_by_key(|urn| urn.len());
    if let Some(urn) = longest {
        return match after_urn(head, urn).flatten() {
            None => Ok(Target::Extension(urn.to_owned())),
            Some(start) => attribute_path(Some(urn), &text[start..], text).map(Target::Attribute),
        };
    }
    let is_urn = head.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:"));
    match head.rfind(':') {
        Some(colon) if is_urn => match value {
            Some(Json::Object(_)) if head.len() == text.len() => Ok(Target::Extension(text.to_owned())),
            _ => attribute_path(Some(&head[..colon]), &text[colon + 1..], text).map(Target::Attribute),
        },
        _ => Err(invalid(text)),
    }
}

/// Whether the text is this URN, `Some(None)`, or goes on behind it and a colon: where.
fn after_urn(text: &str, urn: &str) -> Option<Option<usize>> {
    let start = text.get(..urn.len())?;
    if !start.eq_ignore_ascii_case(urn) {
        return None;
    }
    match text.as_bytes().get(urn.len()) {
        None => Some(None),
        Some(b':') => Some(Some(urn.len() + 1)),
        Some(_) => None,
    }
}

fn attribute_path(extension: Option<&str>, text: &str, whole: &str) -> Result<AttributePath, Refusal> {
    let extension = extension.map(str::to_owned);
    let Some((head, rest)) = text.split_once('[') else {
        let (attribute, sub) = match text.split_once('.') {
            None => (text, None),
            Some((attribute, sub)) => (attribute, Some(sub)),
        };
        let attribute = name(attribute, whole)?;
        let sub = sub.map(|sub| name(sub, whole)).transpose()?;
        return Ok(AttributePath { extension, attribute, filter: None, sub });
    };
    let attribute = name(head.trim_end(), whole)?;
    let Some((filter, tail)) = rest.rsplit_once(']') else { return Err(invalid(whole)) };
    let sub = match tail.trim() {
        "" => None,
        tail => Some(name(tail.strip_prefix('.').ok_or_else(|| invalid(whole))?, whole)?),
    };
    Ok(AttributePath { extension, attribute, filter: Some(read_filter(filter)?), sub })
}

fn read_filter(text: &str) -> Result<Expr, Refusal> {
    let parsed = parse_condition(text, TextStyle::Inline);
    let Some(expr) = parsed.expr else {
        let why = parsed.mistakes.first().map_or_else(String::new, |mistake| format!(": {}", mistake.message));
        let detail = format!("the filter {} cannot be read{why}", quoted(text));
        return Err(Refusal::new(ScimType::InvalidFilter, detail));
    };
    filter::check(&expr)?;
    Ok(expr)
}

/// A name as RFC 7644 has it (letters, digits, `-`, `_`), or `$ref`; letters of any script, which servers accept.
fn name(text: &str, whole: &str) -> Result<String, Refusal> {
    let rest = text.strip_prefix('$').unwrap_or(text);
    let is_name = rest.starts_with(|c: char| c.is_alphanumeric() || c == '_')
        && rest.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    if is_name { Ok(text.to_owned()) } else { Err(invalid(whole)) }
}

fn invalid(path: &str) -> Refusal {
    Refusal::new(ScimType::InvalidPath, format!("{} is not the path of an attribute", quoted(path)))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in super::super) fn filter_of(text: &str) -> Expr {
        read_filter(text).expect(text)
    }

    const BADGE: &str = "urn:x:2.0:User";

    /// What a path names: extension, attribute, whether it has a filter, sub-attribute.
    type Named<'p> = (Option<&'p str>, &'p str, bool, Option<&'p str>);

    #[track_caller]
    fn check(path: &str, value: &str, expected: Result<Named<'_>, ScimType>) {
        let resource: Json = format!(r#"{{"schemas":["{BADGE}"],"urn:y":{{}}}}"#).parse().expect("a resource");
        let resource = resource.as_object().expect("an object");
        let value: Json = value.parse().expect(value);
        let found = match parse(path, resource, Some(&value)) {
            Err(refusal) => Err(refusal.scim_type.expect("a type")),
            Ok(Target::Resource) => Ok((None, String::new(), false, None)),
            Ok(Target::Extension(urn)) => Ok((Some(urn), String::new(), false, None)),
            Ok(Target::Attribute(p)) => Ok((p.extension, p.attribute, p.filter.is_some(), p.sub)),
        };
        let found = found.as_ref().map(|(e, a, f, s)| (e.as_deref(), &**a, *f, s.as_deref())).map_err(|t| *t);
        assert_eq!(found, expected, "{path}");
    }

    #[test]
    fn a_path_names_an_attribute_its_values_or_a_part_of_them() {
        check("title", "1", Ok((None, "title", false, None)));
        check(" name.givenName ", "1", Ok((None, "name", false, Some("givenName"))));
        check("members.$ref", "1", Ok((None, "members", false, Some("$ref"))));
        check(r#"emails[type eq "work"]"#, "1", Ok((None, "emails", true, None)));
        check(r#"emails[type eq "a]b.c"].value"#, "1", Ok((None, "emails", true, Some("value"))));
        check(r#"emails[type eq "work" and (value co "x")].value"#, "1", Ok((None, "emails", true, Some("value"))));
    }

    #[test]
    fn a_urn_stands_before_an_attribute_or_for_itself() {
        let check_at = |path: &str, urn: &'static str, attribute: &'static str, sub| {
            check(path, "1", Ok((Some(urn), attribute, false, sub)));
        };
        check_at(&format!("{ENTERPRISE_USER}:department"), ENTERPRISE_USER, "department", None);
        check_at(
            &format!("{}:manager.value", ENTERPRISE_USER.to_uppercase()),
            ENTERPRISE_USER,
            "manager",
            Some("value"),
        );
        check_at("urn:x:2.0:User:tags", BADGE, "tags", None);
        check_at("urn:y:tags", "urn:y", "tags", None);
        check_at("urn:unknown:2.0:User:tag", "urn:unknown:2.0:User", "tag", None);
        check(&format!("{CORE_USER}:name.givenName"), "1", Ok((None, "name", false, Some("givenName"))));
        check(&format!("{CORE_USER}:emails[type eq \"x:y\"]"), "1", Ok((None, "emails", true, None)));
        check(CORE_GROUP, "{}", Ok((None, "", false, None)));
        check(ENTERPRISE_USER, "null", Ok((Some(ENTERPRISE_USER), "", false, None)));
        check("urn:unknown:2.0:User", "{}", Ok((Some("urn:unknown:2.0:User"), "", false, None)));
        check("urn:x:2.0:User:badge", "{}", Ok((Some(BADGE), "badge", false, None)));
    }

    #[test]
    fn what_is_no_path_says_so() {
        for path in ["", "a.b.c", "a..b", ".a", "a b", "a[type eq \"x\"", "a[x pr]b", "[x pr]", "a:b", "urn:x:", "ä!"]
        {
            check(path, "1", Err(ScimType::InvalidPath));
        }
        for path in [
            "a[]",
            "a[type eq work]",
            "a[type = \"x\"]",
            "a[b[c pr]]",
            "a[true]",
            "a[type in [\"x\"]]",
            "a[b matches /x/]",
        ] {
            check(path, "1", Err(ScimType::InvalidFilter));
        }
        let deep = format!("a[{}x pr{}]", "(".repeat(5000), ")".repeat(5000));
        check(&deep, "1", Err(ScimType::InvalidFilter));
    }
}
