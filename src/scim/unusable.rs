//! Records that are no usable user or group.

use std::fmt;

use super::json::{Duplicate, Json, Malformed, Object};
use crate::source::shorten;

/// Why a record is not the user or the group that it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unusable {
    /// It is not JSON.
    Malformed {
        /// What is wrong.
        message: String,
        /// The byte at which it is wrong, from the first byte of the text.
        offset: usize,
    },
    /// It is longer than one that is read block by block may be.
    TooLong,
    /// A name stands twice in one object, compared without case.
    DuplicateName {
        /// The route of the second one inside the record.
        route: crate::source::Route,
        /// How the first one is spelled.
        first: String,
        /// How the second one is spelled.
        second: String,
    },
    /// It is JSON, but no object.
    NotAnObject {
        /// What it is: `a string`.
        found: &'static str,
    },
    /// It is a SCIM error response.
    ErrorResponse {
        /// Its status and detail.
        detail: String,
    },
    /// It says that it is a resource of another type.
    OtherType {
        /// What it should be.
        expected: Kind,
        /// What it says it is.
        declared: String,
    },
    /// A user without `userName`, or with one that is not a string.
    NoUserName,
    /// It should be a group, but has nothing that a group has.
    NoGroup,
}

/// Which resources a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Users.
    Users,
    /// Groups.
    Groups,
}

impl Kind {
    /// The schema's name of one such resource: `User`.
    pub fn resource(self) -> &'static str {
        match self {
            Kind::Users => "User",
            Kind::Groups => "Group",
        }
    }

    /// `users` or `groups`.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Users => "users",
            Kind::Groups => "groups",
        }
    }

    /// Where a configuration names their files.
    pub fn topic(self) -> &'static str {
        match self {
            Kind::Users => "snapshot.users",
            Kind::Groups => "snapshot.groups",
        }
    }

    pub(super) fn named(name: &str) -> Option<Kind> {
        [Kind::Users, Kind::Groups].into_iter().find(|kind| {
            let singular = name.strip_suffix(['s', 'S']).unwrap_or(name);
            singular.eq_ignore_ascii_case(kind.resource())
        })
    }
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unusable::Malformed { message, .. } => write!(f, "the record is not valid JSON: {message}"),
            Unusable::TooLong => f.write_str("the record is longer than one record may be"),
            Unusable::DuplicateName { first, second, .. } if first == second => {
                write!(f, "the name `{}` stands twice in one object", shorten(first))
            }
            Unusable::DuplicateName { first, second, .. } => {
                write!(f, "the names `{}` and `{}` in one object differ only in case", shorten(first), shorten(second))
            }
            Unusable::NotAnObject { found } => write!(f, "the record is {found}, not an object"),
            Unusable::ErrorResponse { detail } => {
                write!(f, "the server answered with an error instead of resources: {}", shorten(detail))
            }
            Unusable::OtherType { expected, declared } => {
                write!(f, "the record is a `{}`, not a {}", shorten(declared), expected.resource())
            }
            Unusable::NoUserName => f.write_str("the user has no `userName`"),
            Unusable::NoGroup => f.write_str("the record has neither `id` nor `displayName` nor `members`"),
        }
    }
}

impl std::error::Error for Unusable {}

impl Unusable {
    /// Whether the record may all the same be a resource of its kind that the server holds: what could not be read may.
    /// What declares another type, or has nothing of a group, is none, or says of nobody that they are in it.
    pub(super) fn may_be_resource(&self) -> bool {
        match self {
            Unusable::Malformed { .. } | Unusable::DuplicateName { .. } | Unusable::NotAnObject { .. } => true,
            Unusable::NoUserName | Unusable::TooLong => true,
            Unusable::ErrorResponse { .. } | Unusable::OtherType { .. } | Unusable::NoGroup => false,
        }
    }

    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Unusable::TooLong => "take out what makes it so long, such as photos and certificates".to_owned(),
            Unusable::Malformed { .. } => "export the file again, or mend the record".to_owned(),
            Unusable::DuplicateName { .. } => {
                "keep one of the two: SCIM compares names without case, so it is not known which one counts".to_owned()
            }
            Unusable::NotAnObject { .. } => {
                "give a file of SCIM resources: a list response, an array, one resource, or one resource a line"
                    .to_owned()
            }
            Unusable::ErrorResponse { .. } => "repeat the request and save its answer".to_owned(),
            Unusable::NoGroup => "leave only groups in this file".to_owned(),
            Unusable::OtherType { expected, declared } => match Kind::named(declared) {
                Some(actual) => format!("list the file under `snapshot.{}`, or take the record out", actual.as_str()),
                None => format!("leave only {} in this file", expected.as_str()),
            },
            Unusable::NoUserName => {
                "export `userName` too: it is required of every user (RFC 7643 section 4.1)".to_owned()
            }
        }
    }
}

impl From<Malformed> for Unusable {
    fn from(error: Malformed) -> Self {
        match error.too_long {
            true => Unusable::TooLong,
            false => Unusable::Malformed { message: error.message, offset: error.offset },
        }
    }
}

impl From<Duplicate> for Unusable {
    fn from(duplicate: Duplicate) -> Self {
        let Duplicate { route, first, second } = duplicate;
        Unusable::DuplicateName { route, first: (*first).to_owned(), second: (*second).to_owned() }
    }
}

/// The object of a record, if it can be a resource of this kind.
pub(super) fn object_of(kind: Kind, value: Json, duplicate: Option<Duplicate>) -> Result<Object, Unusable> {
    let found = value.kind();
    let Json::Object(object) = value else { return Err(Unusable::NotAnObject { found }) };
    if let Some(declared) = declared_type(&object)
        && Kind::named(&declared) != Some(kind)
    {
        if declared == "Error" {
            return Err(Unusable::ErrorResponse { detail: error_detail(&object) });
        }
        return Err(Unusable::OtherType { expected: kind, declared });
    }
    match duplicate {
        Some(duplicate) => Err(duplicate.into()),
        None => Ok(object),
    }
}

/// The type that a record declares: by a core schema, else by `meta.resourceType` (which servers spell `User`, `user`
/// and `Users`). A record that declares none is a user where it has a `userName`, else a group where it has `members`.
fn declared_type(object: &Object) -> Option<String> {
    const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0:";
    const MESSAGE: &str = "urn:ietf:params:scim:api:messages:2.0:";
    let schemas = match object.get("schemas") {
        Some(Json::Array(schemas)) => schemas,
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    let mut declared = schemas.iter().filter_map(Json::as_str).filter_map(|schema| {
        let prefix = [CORE, MESSAGE]
            .into_iter()
            .find(|prefix| schema.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix)))?;
        schema.get(prefix.len()..).map(str::to_owned)
    });
    if let Some(declared) = declared.next() {
        return Some(declared);
    }
    let meta = object.get("meta").and_then(Json::as_object);
    if let Some(resource_type) = meta.and_then(|meta| meta.get("resourceType")).and_then(Json::as_str) {
        return Some(resource_type.to_owned());
    }
    if object.assigned("userName").is_some() {
        return Some(Kind::Users.resource().to_owned());
    }
    object.get("members").map(|_| Kind::Groups.resource().to_owned())
}

fn error_detail(object: &Object) -> String {
    let text = |name| match object.get(name) {
        Some(Json::String(text)) => Some(text.to_string()),
        Some(Json::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let parts: Vec<String> = ["status", "scimType", "detail"].into_iter().filter_map(text).collect();
    parts.join(", ")
}
