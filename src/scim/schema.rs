//! How records depart from the core and enterprise schemas (RFC 7643 sections 4.1 to 4.3).
//!
//! Where a value can still be read without doubt (one object for a list of one, a bare address in `emails`), it is
//! brought into the schema's shape; every departure is noted.

use super::group::id_of_member;
use super::json::{Entry, Json, Object};
use super::unusable::Kind;
use crate::condition::schema::{ENTERPRISE, GROUP, Row, USER};
use crate::condition::{CORE_USER, ENTERPRISE_USER, ValueType, parse_instant};
use crate::source::{Route, Step};

/// How a record departs from its schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Defect {
    pub(crate) kind: DefectKind,
    /// The attribute without indices: `emails.primary`.
    pub(crate) attribute: String,
    /// The place inside the record.
    pub(crate) route: Route,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum DefectKind {
    /// A boolean as `"True"`: read as a boolean.
    StringBoolean,
    /// A value that cannot be read as the attribute's type.
    ValueType { expected: &'static str, found: &'static str },
    /// One value instead of a list: read as a list of one.
    NotAList,
    /// A bare value instead of an object: read as its `value`.
    Bare,
    /// A misspelt schema URN.
    MalformedUrn { found: String, meant: &'static str },
    /// An enterprise attribute outside of its extension.
    Misplaced,
    /// A resource without `id`.
    MissingId,
    /// A group without `displayName`.
    MissingDisplayName,
    /// A group's member of which it is not said who it is.
    UnnamedMember,
}

/// Whether an enterprise attribute stands at the top of a user: RFC 7643 keeps it under the URN.
pub(super) fn is_misplaced(user: &Object, attribute: &str) -> bool {
    is_enterprise_attribute(attribute) && user.assigned(attribute).is_some()
}

/// The extension under a misspelt URN, such as Microsoft's own sample `…:enterprise:2.0User`.
pub(super) fn misspelt_enterprise(user: &Object) -> Option<&Object> {
    let misspelt = |name: &str| misspelt_urn(name) == Some(ENTERPRISE_USER);
    user.entries().find(|(name, _)| misspelt(name)).and_then(|(_, value)| value.as_object())
}

/// The URN that a misspelt one means: the letters and digits agree, the punctuation does not.
pub(in crate::scim) fn misspelt_urn(name: &str) -> Option<&'static str> {
    let starts_like_urn = name.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("urn"));
    let urns = [CORE_USER, ENTERPRISE_USER];
    if !starts_like_urn || urns.iter().any(|urn| name.eq_ignore_ascii_case(urn)) {
        return None;
    }
    urns.into_iter().find(|urn| squashed(name).eq(squashed(urn)))
}

fn squashed(text: &str) -> impl Iterator<Item = u8> {
    text.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase())
}

fn is_enterprise_attribute(name: &str) -> bool {
    ENTERPRISE.iter().any(|row| row.name.eq_ignore_ascii_case(name))
}

/// Brings a resource into the shape of its schema, and notes what departed from it.
pub(super) fn conform(object: &mut Object, kind: Kind) -> Vec<Defect> {
    let mut defects = Vec::new();
    let root = Path { parent: None, step: PathStep::Root };
    match kind {
        Kind::Users => {
            conform_object(object, USER, &root, &mut defects);
            let extension = |entry: &&mut Entry| entry.name.eq_ignore_ascii_case(ENTERPRISE_USER);
            if let Some(Entry { name, value }) = object.entries_mut().iter_mut().find(extension)
                && !value.is_absent()
            {
                conform_complex(value, ENTERPRISE, &root.key(name), &mut defects);
            }
        }
        Kind::Groups => conform_object(object, GROUP, &root, &mut defects),
    }
    if object.assigned("id").is_none() {
        defects.push(root.key("id").defect(DefectKind::MissingId));
    }
    match kind {
        Kind::Users => note_names(object, &root, &mut defects),
        Kind::Groups => {
            if object.assigned("displayName").is_none() {
                defects.push(root.key("displayName").defect(DefectKind::MissingDisplayName));
            }
            note_members(object, &root, &mut defects);
        }
    }
    defects
}

fn note_names(user: &Object, root: &Path<'_>, defects: &mut Vec<Defect>) {
    for (name, value) in user.entries() {
        let path = root.key(name);
        if let Some(meant) = misspelt_urn(name) {
            defects.push(path.defect(DefectKind::MalformedUrn { found: name.to_owned(), meant }));
        } else if is_misplaced(user, name) {
            defects.push(path.defect(DefectKind::Misplaced));
        } else if name.eq_ignore_ascii_case("schemas") {
            for (index, schema) in value.as_array().unwrap_or_default().iter().enumerate() {
                let Some(found) = schema.as_str() else { continue };
                if let Some(meant) = misspelt_urn(found) {
                    let kind = DefectKind::MalformedUrn { found: found.to_owned(), meant };
                    defects.push(path.index(index).defect(kind));
                }
            }
        }
    }
}

/// Members without `value` whose `$ref` does not say it either. A `value` that is no string has been noted.
fn note_members(group: &Object, root: &Path<'_>, defects: &mut Vec<Defect>) {
    for (name, value) in group.entries().filter(|(name, _)| name.eq_ignore_ascii_case("members")) {
        for (index, member) in value.as_array().unwrap_or_default().iter().enumerate() {
            let is_unnamed = match member {
                Json::Null => true,
                Json::Object(member) => member.assigned("value").is_none() && id_of_member(member).is_none(),
                _ => false,
            };
            if is_unnamed {
                defects.push(root.key(name).index(index).defect(DefectKind::UnnamedMember));
            }
        }
    }
}

fn conform_object(object: &mut Object, rows: &'static [Row], path: &Path<'_>, defects: &mut Vec<Defect>) {
    for entry in object.entries_mut() {
        if let Some(row) = rows.iter().find(|row| row.name.eq_ignore_ascii_case(&entry.name)) {
            conform_attribute(&mut entry.value, row, &path.key(&entry.name), defects);
        }
    }
}

fn conform_attribute(value: &mut Json, row: &'static Row, path: &Path<'_>, defects: &mut Vec<Defect>) {
    if value.is_absent() {
        return;
    }
    if !row.multi_valued {
        return conform_value(value, row, path, defects);
    }
    for (index, item) in as_list(value, path, defects).iter_mut().enumerate() {
        conform_value(item, row, &path.index(index), defects);
    }
}

/// One value of an attribute.
fn conform_value(value: &mut Json, row: &'static Row, path: &Path<'_>, defects: &mut Vec<Defect>) {
    match row.value_type {
        ValueType::Complex => conform_complex(value, row.subs, path, defects),
        _ if value.is_absent() => {}
        ValueType::Text | ValueType::ExactText if value.as_str().is_some() => {}
        ValueType::Text | ValueType::ExactText => mistyped(value, "a string", path, defects),
        ValueType::Boolean => match value {
            Json::Bool(_) => {}
            _ if value.as_bool().is_some() => defects.push(path.defect(DefectKind::StringBoolean)),
            _ => mistyped(value, "a boolean", path, defects),
        },
        ValueType::DateTime if value.as_str().is_some_and(|text| parse_instant(text).is_some()) => {}
        ValueType::DateTime => mistyped(value, "a date-time", path, defects),
        ValueType::Number if matches!(value, Json::Number(_)) => {}
        ValueType::Number => mistyped(value, "a number", path, defects),
    }
}

/// Whether a value has the shape of its row already, where everything under names in it has: then [`conform`] would change
/// and note nothing.
pub(in crate::scim) fn is_in_shape(value: &Json, row: &Row) -> bool {
    let is_one = |value: &Json| match (row.value_type, value) {
        (ValueType::Complex, value) => matches!(value, Json::Object(_) | Json::Null),
        (_, value) if value.is_absent() => true,
        (ValueType::Text | ValueType::ExactText, Json::String(_)) => true,
        (ValueType::Boolean, Json::Bool(_)) | (ValueType::Number, Json::Number(_)) => true,
        (ValueType::DateTime, Json::String(text)) => parse_instant(text).is_some(),
        _ => false,
    };
    if value.is_absent() || !row.multi_valued {
        return value.is_absent() || is_one(value);
    }
    value.as_array().is_some_and(|items| items.iter().all(is_one))
}

fn conform_complex(value: &mut Json, rows: &'static [Row], path: &Path<'_>, defects: &mut Vec<Defect>) {
    let has_value = rows.iter().any(|row| row.name == "value");
    match value {
        Json::Null => {}
        Json::Object(object) => conform_object(object, rows, path, defects),
        Json::String(_) if has_value => {
            defects.push(path.defect(DefectKind::Bare));
            let bare = std::mem::replace(value, Json::Null);
            *value = Json::Object(Object::of("value", bare));
        }
        _ => mistyped(value, "an object", path, defects),
    }
}

fn as_list<'v>(value: &'v mut Json, path: &Path<'_>, defects: &mut Vec<Defect>) -> &'v mut [Json] {
    if matches!(value, Json::Object(_) | Json::String(_)) {
        defects.push(path.defect(DefectKind::NotAList));
        let one = std::mem::replace(value, Json::Null);
        *value = Json::Array(Box::new([one]));
    } else if value.as_array().is_none() {
        mistyped(value, "an array", path, defects);
    }
    match value {
        Json::Array(items) => items,
        _ => &mut [],
    }
}

fn mistyped(value: &Json, expected: &'static str, path: &Path<'_>, defects: &mut Vec<Defect>) {
    defects.push(path.defect(DefectKind::ValueType { expected, found: value.kind() }));
}

/// Where the check stands; it becomes a route only where something is wrong.
struct Path<'p> {
    parent: Option<&'p Path<'p>>,
    step: PathStep<'p>,
}

#[derive(Clone, Copy)]
enum PathStep<'p> {
    Root,
    Key(&'p str),
    Index(usize),
}

impl<'p> Path<'p> {
    fn key(&'p self, name: &'p str) -> Path<'p> {
        Path { parent: Some(self), step: PathStep::Key(name) }
    }

    fn index(&'p self, index: usize) -> Path<'p> {
        Path { parent: Some(self), step: PathStep::Index(index) }
    }

    fn defect(&self, kind: DefectKind) -> Defect {
        let mut steps = Vec::new();
        let mut next = Some(self);
        while let Some(path) = next {
            steps.extend(match path.step {
                PathStep::Root => None,
                PathStep::Key(name) => Some(Step::Key(name.into())),
                PathStep::Index(index) => Some(Step::Index(index)),
            });
            next = path.parent;
        }
        steps.reverse();
        Defect { kind, attribute: attribute_path(&steps), route: Route::from(steps) }
    }
}

/// The path as a condition writes it: a URN is followed by `:`, an attribute by `.`.
fn attribute_path(steps: &[Step]) -> String {
    let mut path = String::new();
    let mut separator = "";
    for step in steps {
        if let Step::Key(name) = step {
            path.push_str(separator);
            path.push_str(name);
            separator = if name.contains(':') { ":" } else { "." };
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::super::testing::{codes, snapshot};
    use super::super::{Json, Kind};
    use super::{ENTERPRISE_USER, misspelt_urn};

    #[track_caller]
    fn check(attributes: &str, expected: &[(&str, &str)]) {
        let snapshot = snapshot(&[&format!("[{{\"id\":\"1\",\"userName\":\"a\",{attributes}}}]")], &[]);
        let said: Vec<(&str, String)> = snapshot.problems().iter().map(|p| (p.code, p.message.clone())).collect();
        let expected: Vec<(&str, String)> = expected.iter().map(|(c, m)| (*c, format!("{m} in one user"))).collect();
        assert_eq!(said, expected, "{attributes}");
        assert_eq!((snapshot.users().len(), snapshot.skipped(Kind::Users)), (1, 0));
    }

    #[test]
    fn what_departs_from_the_schema_is_said_and_costs_no_user() {
        check(r#""title":"x","emails":[],"name":null,"x":{"y":1}"#, &[]);
        check(r#""title":5"#, &[("value-type", "`title` is a number instead of a string")]);
        check(r#""active":"maybe""#, &[("value-type", "`active` is a string instead of a boolean")]);
        check(r#""meta":{"created":"soon"}"#, &[("value-type", "`meta.created` is a string instead of a date-time")]);
        check(r#""emails":[{"value":1}]"#, &[("value-type", "`emails.value` is a number instead of a string")]);
        check(r#""emails":{"value":"a"}"#, &[("value-type", "`emails` is a single value instead of an array")]);
        check(r#""emails":["a"]"#, &[("value-type", "`emails` holds a bare string instead of an object")]);
        check(r#""emails":true"#, &[("value-type", "`emails` is a boolean instead of an array")]);
        check(
            &format!(r#""{ENTERPRISE_USER}":{{"manager":{{"value":1}}}}"#),
            &[("value-type", &format!("`{ENTERPRISE_USER}:manager.value` is a number instead of a string"))],
        );
        check(r#""name":"Ada""#, &[("value-type", "`name` is a string instead of an object")]);
        check(r#""schemas":"urn:x""#, &[("value-type", "`schemas` is a single value instead of an array")]);
        check(
            r#""department":"F","manager":null"#,
            &[("misplaced-attribute", "the enterprise attribute `department` stands outside of its extension")],
        );
        let misspelt = "`urn:ietf:params:scim:schemas:core:2.0User` is not a schema URN";
        check(r#""schemas":["urn:ietf:params:scim:schemas:core:2.0User"]"#, &[("malformed-urn", misspelt)]);
        check(
            r#""urn:ietf:params:scim:schemas:extension:enterprise:2.0User":{}"#,
            &[("malformed-urn", "`urn:ietf:params:scim:schemas:extension:enterprise:2.0User` is not a schema URN")],
        );
    }

    #[test]
    fn a_bare_address_becomes_an_element() {
        let snapshot = snapshot(&[r#"{"id":"1","userName":"a","emails":"x"}"#], &[]);
        let emails = snapshot.users()[0].resource.object().get("emails").and_then(Json::as_array).unwrap_or_default();
        let value = emails[0].as_object().and_then(|email| email.get("value")).and_then(Json::as_str);
        assert_eq!(value, Some("x"));
        assert_eq!(codes(&snapshot), ["value-type", "value-type"]);
    }

    #[test]
    fn an_urn_is_misspelt_where_only_its_punctuation_differs() {
        for (urn, misspelt) in [
            ("urn:ietf:params:scim:schemas:extension:enterprise:2.0User", true),
            ("URN:IETF:params:scim:schemas:extension:enterprise:2:0:User", true),
            ("urn:ietf:params:scim:schemas:core:2.0User", true),
            ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", false),
            ("URN:IETF:PARAMS:SCIM:SCHEMAS:EXTENSION:ENTERPRISE:2.0:USER", false),
            ("urn:ietf:params:scim:schemas:extension:enterprise:3.0:User", false),
            ("userName", false),
            ("ürn", false),
        ] {
            assert_eq!(misspelt_urn(urn).is_some(), misspelt, "{urn}");
        }
    }
}
