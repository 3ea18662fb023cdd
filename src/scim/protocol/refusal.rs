//! Why a request is refused, in the protocol's own terms.

use std::fmt;

/// A request that has no effect, and why: the error that a server would answer with (RFC 7644 section 3.12).
///
/// ```
/// use vestibule::scim::{Directory, Request, ScimType};
/// let request = Request::new("POST", "/Users", Some(r#"{ "displayName": "Ada" }"#.parse()?));
/// let refusal = Directory::default().apply(&request, None).unwrap_err();
/// assert_eq!((refusal.status, refusal.scim_type), (400, Some(ScimType::InvalidValue)));
/// assert_eq!(refusal.to_string(), "400 invalidValue: the user has no `userName`");
/// # Ok::<(), vestibule::scim::Unusable>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The kind of error, where the RFC has a word for it.
    pub scim_type: Option<ScimType>,
    /// What is wrong: one sentence without a full stop.
    pub detail: String,
}

/// The kinds of errors that the protocol names (RFC 7644 section 3.12, table 9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ScimType {
    /// A value that only one resource may have is taken.
    Uniqueness,
    /// The attribute cannot be changed so.
    Mutability,
    /// A filter cannot be read.
    InvalidFilter,
    /// A path cannot be read.
    InvalidPath,
    /// A value is missing, or does not fit the attribute.
    InvalidValue,
    /// The body does not have the form of the request.
    InvalidSyntax,
    /// A path names nothing that is there.
    NoTarget,
    /// There is more than can be dealt with.
    TooMany,
}

impl ScimType {
    /// The protocol's word.
    pub fn as_str(self) -> &'static str {
        match self {
            ScimType::Uniqueness => "uniqueness",
            ScimType::Mutability => "mutability",
            ScimType::InvalidFilter => "invalidFilter",
            ScimType::InvalidPath => "invalidPath",
            ScimType::InvalidValue => "invalidValue",
            ScimType::InvalidSyntax => "invalidSyntax",
            ScimType::NoTarget => "noTarget",
            ScimType::TooMany => "tooMany",
        }
    }
}

impl Refusal {
    /// A bad request, status 400, or 409 where a value is taken.
    pub(super) fn new(scim_type: ScimType, detail: impl Into<String>) -> Refusal {
        let status = if scim_type == ScimType::Uniqueness { 409 } else { 400 };
        Refusal { status, scim_type: Some(scim_type), detail: detail.into() }
    }

    /// Another status, for which there is no word.
    pub(super) fn status(status: u16, detail: impl Into<String>) -> Refusal {
        Refusal { status, scim_type: None, detail: detail.into() }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status)?;
        if let Some(scim_type) = self.scim_type {
            write!(f, " {}", scim_type.as_str())?;
        }
        write!(f, ": {}", self.detail)
    }
}

impl std::error::Error for Refusal {}
