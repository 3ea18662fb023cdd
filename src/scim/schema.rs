//! The shapes of the core and enterprise schemas (RFC 7643 sections 4.1 to 4.3), and how records depart from them.
//!
//! Where a value can still be read without doubt (one object for a list of one, a bare address in `emails`), it is
//! brought into the schema's shape; every departure is noted.

use super::json::{Json, Object};
use super::unusable::Kind;
use crate::condition::parse_instant;
use crate::source::{Route, Step};

/// The schema of users.
pub(super) const CORE_USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// The enterprise extension (RFC 7643 section 4.3).
pub(super) const ENTERPRISE_USER: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// How a record departs from its schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Defect {
    pub(super) kind: DefectKind,
    /// The attribute without indices: `emails.primary`.
    pub(super) attribute: String,
    /// The place inside the record.
    pub(super) route: Route,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum DefectKind {
    /// A boolean as `"True"`: read as a boolean.
    StringBoolean,
    /// A value that cannot be read as the attribute's type.
    ValueType { expected: &'static str, found: &'static str },
    /// One value instead of a list: read as a list of one.
    NotAList,
    /// A bare value instead of an object: read as its `value`.
    Bare,
    /// A misspelt schema URN.
    MalformedUrn { meant: &'static str },
    /// An enterprise attribute outside of its extension.
    Misplaced,
    /// A resource without `id`.
    MissingId,
    /// A group without `displayName`.
    MissingDisplayName,
}

#[derive(Clone, Copy)]
enum Shape {
    Text,
    Boolean,
    Instant,
    Texts,
    Complex(&'static [Field]),
    List(&'static [Field]),
}

type Field = (&'static str, Shape);

const VALUE_LIST: &[Field] =
    &[("value", Shape::Text), ("display", Shape::Text), ("type", Shape::Text), ("primary", Shape::Boolean)];

const REFERENCE_LIST: &[Field] =
    &[("value", Shape::Text), ("display", Shape::Text), ("type", Shape::Text), ("$ref", Shape::Text)];

const META: &[Field] = &[
    ("resourceType", Shape::Text),
    ("created", Shape::Instant),
    ("lastModified", Shape::Instant),
    ("location", Shape::Text),
    ("version", Shape::Text),
];

const NAME: &[Field] = &[
    ("formatted", Shape::Text),
    ("familyName", Shape::Text),
    ("givenName", Shape::Text),
    ("middleName", Shape::Text),
    ("honorificPrefix", Shape::Text),
    ("honorificSuffix", Shape::Text),
];

const ADDRESSES: &[Field] = &[
    ("formatted", Shape::Text),
    ("streetAddress", Shape::Text),
    ("locality", Shape::Text),
    ("region", Shape::Text),
    ("postalCode", Shape::Text),
    ("country", Shape::Text),
    ("type", Shape::Text),
    ("primary", Shape::Boolean),
];

const MANAGER: &[Field] = &[("value", Shape::Text), ("$ref", Shape::Text), ("displayName", Shape::Text)];

const ENTERPRISE: &[Field] = &[
    ("employeeNumber", Shape::Text),
    ("costCenter", Shape::Text),
    ("organization", Shape::Text),
    ("division", Shape::Text),
    ("department", Shape::Text),
    ("manager", Shape::Complex(MANAGER)),
];

const USER: &[Field] = &[
    ("schemas", Shape::Texts),
    ("id", Shape::Text),
    ("externalId", Shape::Text),
    ("meta", Shape::Complex(META)),
    ("userName", Shape::Text),
    ("name", Shape::Complex(NAME)),
    ("displayName", Shape::Text),
    ("active", Shape::Boolean),
    ("emails", Shape::List(VALUE_LIST)),
    (ENTERPRISE_USER, Shape::Complex(ENTERPRISE)),
    ("nickName", Shape::Text),
    ("profileUrl", Shape::Text),
    ("title", Shape::Text),
    ("userType", Shape::Text),
    ("preferredLanguage", Shape::Text),
    ("locale", Shape::Text),
    ("timezone", Shape::Text),
    ("phoneNumbers", Shape::List(VALUE_LIST)),
    ("ims", Shape::List(VALUE_LIST)),
    ("photos", Shape::List(VALUE_LIST)),
    ("addresses", Shape::List(ADDRESSES)),
    ("groups", Shape::List(REFERENCE_LIST)),
    ("entitlements", Shape::List(VALUE_LIST)),
    ("roles", Shape::List(VALUE_LIST)),
    ("x509Certificates", Shape::List(VALUE_LIST)),
];

const GROUP: &[Field] = &[
    ("schemas", Shape::Texts),
    ("id", Shape::Text),
    ("externalId", Shape::Text),
    ("meta", Shape::Complex(META)),
    ("displayName", Shape::Text),
    ("members", Shape::List(REFERENCE_LIST)),
];

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
pub(super) fn misspelt_urn(name: &str) -> Option<&'static str> {
    let starts_like_urn = name.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("urn"));
    if !starts_like_urn {
        return None;
    }
    [CORE_USER, ENTERPRISE_USER]
        .into_iter()
        .find(|urn| !name.eq_ignore_ascii_case(urn) && squashed(name).eq(squashed(urn)))
}

fn squashed(text: &str) -> impl Iterator<Item = u8> {
    text.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase())
}

fn is_enterprise_attribute(name: &str) -> bool {
    ENTERPRISE.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
}

/// Brings a resource into the shape of its schema, and notes what departed from it.
pub(super) fn conform(object: &mut Object, kind: Kind) -> Vec<Defect> {
    let mut defects = Vec::new();
    let root = Path { parent: None, step: PathStep::Root };
    let fields = match kind {
        Kind::Users => USER,
        Kind::Groups => GROUP,
    };
    conform_object(object, fields, &root, &mut defects);
    if object.assigned("id").is_none() {
        defects.push(root.key("id").defect(DefectKind::MissingId));
    }
    match kind {
        Kind::Users => note_names(object, &root, &mut defects),
        Kind::Groups if object.assigned("displayName").is_none() => {
            defects.push(root.key("displayName").defect(DefectKind::MissingDisplayName));
        }
        Kind::Groups => {}
    }
    defects
}

fn note_names(user: &Object, root: &Path<'_>, defects: &mut Vec<Defect>) {
    for (name, value) in user.entries() {
        let path = root.key(name);
        if let Some(meant) = misspelt_urn(name) {
            defects.push(path.defect(DefectKind::MalformedUrn { meant }));
        } else if is_misplaced(user, name) {
            defects.push(path.defect(DefectKind::Misplaced));
        } else if name.eq_ignore_ascii_case("schemas") {
            for (index, schema) in value.as_array().unwrap_or_default().iter().enumerate() {
                if let Some(meant) = schema.as_str().and_then(misspelt_urn) {
                    defects.push(path.index(index).defect(DefectKind::MalformedUrn { meant }));
                }
            }
        }
    }
}

fn conform_object(object: &mut Object, fields: &'static [Field], path: &Path<'_>, defects: &mut Vec<Defect>) {
    for entry in object.entries_mut() {
        if let Some((_, shape)) = fields.iter().find(|(name, _)| entry.name.eq_ignore_ascii_case(name)) {
            conform_value(&mut entry.value, *shape, &path.key(&entry.name), defects);
        }
    }
}

fn conform_value(value: &mut Json, shape: Shape, path: &Path<'_>, defects: &mut Vec<Defect>) {
    if value.is_absent() {
        return;
    }
    match shape {
        Shape::Text if value.as_str().is_some() => {}
        Shape::Text => mistyped(value, "a string", path, defects),
        Shape::Boolean => match value {
            Json::Bool(_) => {}
            _ if value.as_bool().is_some() => defects.push(path.defect(DefectKind::StringBoolean)),
            _ => mistyped(value, "a boolean", path, defects),
        },
        Shape::Instant if value.as_str().is_some_and(|text| parse_instant(text).is_some()) => {}
        Shape::Instant => mistyped(value, "a date-time", path, defects),
        Shape::Complex(fields) => conform_complex(value, fields, path, defects),
        Shape::Texts => {
            let items = as_list(value, path, defects);
            for (index, item) in items.iter_mut().enumerate() {
                conform_value(item, Shape::Text, &path.index(index), defects);
            }
        }
        Shape::List(fields) => {
            let items = as_list(value, path, defects);
            for (index, item) in items.iter_mut().enumerate() {
                conform_complex(item, fields, &path.index(index), defects);
            }
        }
    }
}

fn conform_complex(value: &mut Json, fields: &'static [Field], path: &Path<'_>, defects: &mut Vec<Defect>) {
    let has_value = fields.iter().any(|(name, _)| *name == "value");
    match value {
        Json::Null => {}
        Json::Object(object) => conform_object(object, fields, path, defects),
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
        let names: Vec<Step> = steps.iter().filter(|step| matches!(step, Step::Key(_))).cloned().collect();
        Defect { kind, attribute: Route::from(names).to_string(), route: Route::from(steps) }
    }
}
