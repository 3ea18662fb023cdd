//! Requests, answers, and what a request is about.

use super::refusal::Refusal;
use crate::scim::{Json, Kind};
use crate::source::quoted;

/// A request to a SCIM server.
///
/// ```
/// use vestibule::scim::{Directory, Request};
/// let body = r#"{ "displayName": "engineers", "members": [{ "value": "2819" }] }"#.parse()?;
/// let mut directory = Directory::default();
/// directory.apply(&Request::new("POST", "https://contoso.com/scim/v2/Groups/", Some(body)), None)?;
/// assert_eq!(directory.direct_groups("2819").count(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// `POST`, `PUT`, `PATCH`, `DELETE` or `GET`, in any case.
    pub method: String,
    /// The path, with whatever stands before `/Users` or `/Groups`: a host, the base of the API.
    pub path: String,
    /// The body, where there is one.
    pub body: Option<Json>,
}

/// What the server answered when the request was recorded.
///
/// ```
/// use vestibule::scim::{Answer, Directory, Request};
/// let request = Request::new("POST", "/Users", Some(r#"{ "userName": "ada" }"#.parse()?));
/// let mut directory = Directory::default();
/// directory.apply(&request, Some(&Answer::new(503, None)))?;
/// assert_eq!(directory.user_count(), 0);
/// directory.apply(&request, Some(&Answer::new(201, Some(r#"{ "id": "2819" }"#.parse()?))))?;
/// assert_eq!(directory.user_named("ADA").map(|(id, _)| id), Some("2819"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body, where there is one.
    pub body: Option<Json>,
    /// The `Location` header, where it was recorded.
    pub location: Option<String>,
}

impl Request {
    /// A request.
    pub fn new(method: impl Into<String>, path: impl Into<String>, body: Option<Json>) -> Request {
        Request { method: method.into(), path: path.into(), body }
    }

    pub(super) fn intent(&self) -> Result<Intent, Refusal> {
        let method = self.method.trim().to_ascii_uppercase();
        if matches!(&*method, "GET" | "HEAD" | "OPTIONS") {
            return Ok(Intent::Read);
        }
        let segments = segments(&self.path);
        if method == "POST" && segments.last().is_some_and(|last| last.eq_ignore_ascii_case(".search")) {
            return Ok(Intent::Read);
        }
        // Only where a resource is meant, `Users` and `Groups` may be an id.
        let about = if method == "POST" { target(segments) } else { resource(&segments).or_else(|| target(segments)) };
        match (&*method, about) {
            ("POST", Some((kind, None))) => Ok(Intent::Create(kind)),
            ("PUT", Some((kind, Some(id)))) => Ok(Intent::Replace(kind, id)),
            ("PATCH", Some((kind, Some(id)))) => Ok(Intent::Patch(kind, id)),
            ("DELETE", Some((kind, Some(id)))) => Ok(Intent::Delete(kind, id)),
            ("POST" | "PUT" | "PATCH" | "DELETE", Some(_)) => {
                Err(Refusal::status(405, format!("{} is not a request to {}", quoted(&method), quoted(&self.path))))
            }
            ("POST" | "PUT" | "PATCH" | "DELETE", None) => {
                Err(Refusal::status(404, format!("{} is neither of users nor of groups", quoted(&self.path))))
            }
            _ => Err(Refusal::status(405, format!("{} is not a method of SCIM", quoted(&method)))),
        }
    }
}

impl Answer {
    /// An answer with this status and body.
    pub fn new(status: u16, body: Option<Json>) -> Answer {
        Answer { status, body, location: None }
    }

    /// Whether the server did what was asked.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The id of the resource that the answer is about.
    pub(super) fn id(&self) -> Option<String> {
        let body = self.body.as_ref().and_then(Json::as_object);
        if let Some(id) = body.and_then(|body| body.get("id")).and_then(id_text) {
            return Some(id);
        }
        let meta = body.and_then(|body| body.get("meta")).and_then(Json::as_object);
        let location = meta.and_then(|meta| meta.get("location")).and_then(Json::as_str);
        [location, self.location.as_deref()].into_iter().flatten().find_map(|location| target(segments(location))?.1)
    }
}

/// An `id`: a string (RFC 7643 section 3.1), where some servers write a number.
pub(super) fn id_text(id: &Json) -> Option<String> {
    match id {
        Json::String(id) if !id.is_empty() => Some(id.to_string()),
        Json::Number(id) => Some(id.to_string()),
        _ => None,
    }
}

/// What a request is to do.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Intent {
    /// Nothing: it only reads.
    Read,
    Create(Kind),
    Replace(Kind, String),
    Patch(Kind, String),
    Delete(Kind, String),
}

/// The last two segments of a path, percent-decoded.
fn segments(path: &str) -> Vec<String> {
    let path = path.split(['?', '#']).next().unwrap_or_default().trim();
    let mut segments: Vec<String> = path.rsplit('/').filter(|s| !s.is_empty()).take(2).map(percent_decoded).collect();
    segments.reverse();
    segments
}

/// The collection, and the id where the path has one.
fn target(segments: Vec<String>) -> Option<(Kind, Option<String>)> {
    match segments.last().and_then(|last| collection(last)) {
        Some(kind) => Some((kind, None)),
        None => resource(&segments),
    }
}

/// The collection and the id, where the path ends in both.
fn resource(segments: &[String]) -> Option<(Kind, Option<String>)> {
    let [name, id] = segments else { return None };
    Some((collection(name)?, Some(id.clone())))
}

fn collection(segment: &str) -> Option<Kind> {
    match segment {
        s if s.eq_ignore_ascii_case("Users") => Some(Kind::Users),
        s if s.eq_ignore_ascii_case("Groups") => Some(Kind::Groups),
        _ => None,
    }
}

/// A segment with its `%41` read; what is no such escape, or no UTF-8 when read, stands for itself.
fn percent_decoded(segment: &str) -> String {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let hex = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        match (first, after) {
            (b'%', [high, low, tail @ ..]) if hex(high).is_some() && hex(low).is_some() => {
                bytes.push(hex(high).unwrap_or(0) << 4 | hex(low).unwrap_or(0));
                rest = tail;
            }
            _ => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| segment.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn intent(method: &str, path: &str) -> Result<Intent, u16> {
        Request::new(method, path, None).intent().map_err(|refusal| refusal.status)
    }

    #[test]
    fn a_path_is_matched_by_its_last_segments() {
        for path in [
            "/Users",
            "Users",
            "/users/",
            "/scim/v2/USERS?aadOptscim062020",
            "https://contoso.example/multipass/api/scim/realm/v2/Users/?a=/Groups/1",
            "/Groups/Users",
        ] {
            assert_eq!(intent("post", path), Ok(Intent::Create(Kind::Users)), "{path}");
        }
        let one = |id: &str| Ok(Intent::Patch(Kind::Groups, id.to_owned()));
        assert_eq!(intent("Patch", "/Groups/28%319"), one("2819"));
        assert_eq!(intent("PATCH", "/v2/Groups/Users"), one("Users"));
        assert_eq!(intent("PATCH", "/groups/a%2Fb%zz%ff#x"), one("a%2Fb%zz%ff"));
        assert_eq!(intent("PATCH", "/groups/a%2Fb%zz"), one("a/b%zz"));
        assert_eq!(intent("PATCH", "//v2//Groups//ä%C3%A4/"), one("ää"));
    }

    #[test]
    fn what_only_reads_is_told_from_what_cannot_be() {
        for (method, path) in [("GET", "/Users/1"), ("HEAD", "/x"), ("get", "/Me"), ("POST", "/Users/.search")] {
            assert_eq!(intent(method, path), Ok(Intent::Read), "{method} {path}");
        }
        for (method, path, status) in [
            ("POST", "/Users/1", 405),
            ("DELETE", "/Groups", 405),
            ("DELETE", "/v2/Groups/", 405),
            ("PATCH", "/Me", 404),
            ("POST", "/Bulk", 404),
            ("POST", "", 404),
            ("PUT", "/Users/1/emails", 404),
            ("BREW", "/Users", 405),
        ] {
            assert_eq!(intent(method, path), Err(status), "{method} {path}");
        }
    }

    #[test]
    fn an_answer_names_its_resource_by_id_or_by_location() {
        let answer = |body: &str| Answer::new(201, body.parse().ok());
        assert_eq!(answer(r#"{"ID":"7"}"#).id().as_deref(), Some("7"));
        assert_eq!(answer(r#"{"id":7}"#).id().as_deref(), Some("7"));
        assert_eq!(answer(r#"{"meta":{"location":"https://x/v2/Users/8"}}"#).id().as_deref(), Some("8"));
        assert_eq!(answer(r#"{"meta":{"location":"https://x/v2/Users"}}"#).id(), None);
        let location = Some("/Users/9".to_owned());
        assert_eq!(Answer { status: 201, body: None, location }.id().as_deref(), Some("9"));
    }
}
