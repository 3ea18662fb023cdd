//! Logs: requests with their answers, and logins, one after the other.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::request::{Answer, Request};
use crate::condition::parse_instant;
use crate::scim::damage::Damage;
use crate::scim::names::Names;
use crate::scim::records::{self, Event, Raw};
use crate::scim::{Json, Object, RecordPlace, Unusable};
use crate::source::{FileId, Place, Problem, Route, Severity, Text, quoted, shorten};

/// The claims of a login: each URI with its values.
pub type Claims = BTreeMap<String, Vec<String>>;

/// One entry of a log.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Entry {
    /// A request to the SCIM server.
    Request {
        /// When, as written.
        time: Option<String>,
        /// The request.
        request: Request,
        /// What the server answered, where it was recorded.
        answer: Option<Answer>,
        /// Where the entry stands.
        place: RecordPlace,
    },
    /// A login by SAML or OIDC.
    Login {
        /// When, as written.
        time: Option<String>,
        /// Who: a `userName`, which compares without case.
        user_name: String,
        /// What the identity provider said; `None` where the log does not tell.
        claims: Option<Claims>,
        /// Where the entry stands.
        place: RecordPlace,
    },
}

impl Entry {
    /// Where it stands.
    pub fn place(&self) -> &RecordPlace {
        match self {
            Entry::Request { place, .. } | Entry::Login { place, .. } => place,
        }
    }

    /// When it happened, as written.
    pub fn time(&self) -> Option<&str> {
        match self {
            Entry::Request { time, .. } | Entry::Login { time, .. } => time.as_deref(),
        }
    }
}

/// Reads a log, newline-delimited JSON or a JSON array, and hands over its entries and its problems in order, one at a
/// time. An entry that cannot be read is a problem and costs nothing but itself; a warning comes before its entry.
///
/// ```
/// use vestibule::scim::{Entry, read_log};
/// use vestibule::source::{Sources, Text};
/// let log = r#"
///     { "time": "2026-01-05T08:00:00Z", "request": { "method": "DELETE", "path": "/Users/2819" } }
///     { "login": "ada@contoso.com", "claims": { "groups": ["engineers"] } }
/// "#;
/// let text = Text::new("log.ndjson", log);
/// let mut sources = Sources::default();
/// let mut logins = Vec::new();
/// read_log(sources.add_text(text.clone()), &text, &mut |found| match found {
///     Ok(Entry::Login { user_name, .. }) => logins.push(user_name),
///     Ok(_) => {}
///     Err(problem) => panic!("{}", problem.message),
/// });
/// assert_eq!(logins, ["ada@contoso.com"]);
/// ```
pub fn read_log(file: FileId, text: &Text, sink: &mut dyn FnMut(Result<Entry, Problem>)) {
    let mut reader = Reader { text, sink, names: Names::default(), latest: None, is_in_order: true, unread: 0 };
    records::read(file, text.content(), "Resources", &mut Names::default(), &mut |event| match event {
        Event::Record(raw) => reader.entry(raw),
        Event::Page(head) => {
            let problem = Problem::error("unusable-record", Place::Bytes(file, head.span), "a list response is no log");
            (reader.sink)(Err(problem.help("give the requests, one a line, and not what a server lists")));
        }
        // Nothing has happened yet.
        Event::Damage(Damage::Empty) => {}
        Event::Damage(damage) => (reader.sink)(Err(damage.report(file, "entries").1)),
    });
    if let Some(more) = reader.unread.checked_sub(MOST_REPORTED).filter(|more| *more > 0) {
        let message = format!("{more} more entries are skipped");
        (reader.sink)(Err(
            Problem::error("unusable-record", Place::File(file), message).help("mend those listed first")
        ));
    }
}

/// How many entries that cannot be read are reported one by one.
pub(super) const MOST_REPORTED: usize = 1000;

struct Reader<'r> {
    text: &'r Text,
    sink: &'r mut dyn FnMut(Result<Entry, Problem>),
    names: Names,
    latest: Option<Timestamp>,
    is_in_order: bool,
    unread: usize,
}

/// Why an entry cannot be read, and where in it.
struct Unread {
    at: Route,
    why: String,
    help: String,
}

impl Unread {
    fn new(at: Route, why: impl Into<String>, help: impl Into<String>) -> Self {
        Unread { at, why: why.into(), help: help.into() }
    }
}

impl Reader<'_> {
    fn entry(&mut self, raw: Raw) {
        let Raw { place, content } = raw;
        let read = content.map_err(Unusable::from).map_err(|error| unusable(&error, Route::root()));
        let read = read.and_then(|(value, duplicate)| match duplicate {
            Some(duplicate) => {
                let at = duplicate.route.clone();
                Err(unusable(&duplicate.into(), at))
            }
            None => Ok(value),
        });
        match read.and_then(|value| self.read(&value, &place)) {
            Ok(entry) => (self.sink)(Ok(entry)),
            Err(unread) => self.skip(&place, unread),
        }
    }

    fn skip(&mut self, place: &RecordPlace, unread: Unread) {
        self.unread += 1;
        if self.unread > MOST_REPORTED {
            return;
        }
        let message = format!("{} is skipped: {}", place.described(self.text), unread.why);
        let is_whole = unread.at == Route::root();
        let mut problem = Problem::error("unusable-record", place.value(unread.at), message).help(unread.help);
        if !is_whole {
            problem = problem.related(place.whole(), "the entry");
        }
        (self.sink)(Err(problem));
    }

    fn read(&mut self, value: &Json, place: &RecordPlace) -> Result<Entry, Unread> {
        let Json::Object(entry) = value else {
            let why = format!("the entry is {} instead of an object", value.kind());
            return Err(Unread::new(Route::root(), why, FORM));
        };
        let read = match (entry.assigned("request"), entry.assigned("login")) {
            (Some(request), None) => self.request(entry, request),
            (None, Some(login)) => login_of(entry, login),
            (None, None) => Err(Unread::new(Route::root(), "the entry has neither `request` nor `login`", FORM)),
            (Some(_), Some(_)) => {
                let help = "write the request and the login as an entry each, in the order in which they happened";
                Err(Unread::new(route(entry, "login"), "the entry has both `request` and `login`", help))
            }
        }?;
        let time = self.time(entry, place);
        let place = place.clone();
        Ok(match read {
            Read::Request(request, answer) => Entry::Request { time, request, answer, place },
            Read::Login(user_name, claims) => Entry::Login { time, user_name, claims, place },
        })
    }

    /// The time as written. One that is none, or that goes back, is said, and changes nothing.
    fn time(&mut self, entry: &Object, place: &RecordPlace) -> Option<String> {
        let written = entry.assigned("time")?;
        let at = place.value(route(entry, "time"));
        let sink = &mut *self.sink;
        let mut warn = |message: String, help: &str| {
            sink(Err(Problem::new("log-time", Severity::Warning, at.clone(), message).help(help)));
        };
        let Some(text) = written.as_str() else {
            let message = format!("`time` is {} instead of a date-time", written.kind());
            warn(message, TIME);
            return None;
        };
        match parse_instant(text) {
            None => warn(format!("{} is not a date-time", quoted(text)), TIME),
            Some(instant) => {
                if self.is_in_order && self.latest.is_some_and(|latest| instant < latest) {
                    self.is_in_order = false;
                    let help = "order the log by time; entries are applied in the order in which they stand";
                    warn(format!("{} is before the time of an earlier entry", quoted(text)), help);
                }
                self.latest = self.latest.max(Some(instant));
            }
        }
        Some(text.to_owned())
    }

    fn request(&mut self, entry: &Object, request: &Json) -> Result<Read, Unread> {
        let at = route(entry, "request");
        let Json::Object(object) = request else {
            let why = format!("`request` is {} instead of an object", request.kind());
            return Err(Unread::new(at, why, FORM));
        };
        let text = |name: &str| match object.assigned(name) {
            Some(Json::String(text)) if !text.trim().is_empty() => Ok(text.to_string()),
            None | Some(Json::String(_)) => {
                let help = format!("give the {name} of the request");
                Err(Unread::new(at.clone(), format!("the request has no `{name}`"), help))
            }
            Some(other) => {
                let why = format!("`{name}` is {} instead of a string", other.kind());
                Err(Unread::new(at.key(object.spelling(name).unwrap_or(name)), why, FORM))
            }
        };
        let (method, path) = (text("method")?, text("path")?);
        let body = self.body(object, &at)?;
        let answer = self.answer(entry)?;
        Ok(Read::Request(Request { method, path, body }, answer))
    }

    fn answer(&mut self, entry: &Object) -> Result<Option<Answer>, Unread> {
        let Some(response) = entry.assigned("response") else { return Ok(None) };
        let at = route(entry, "response");
        let Json::Object(object) = response else {
            let why = format!("`response` is {} instead of an object", response.kind());
            return Err(Unread::new(at, why, FORM));
        };
        let Some(written) = object.assigned("status") else {
            let help = "give the status of the answer, or leave `response` out: the request is then judged by the RFC";
            return Err(Unread::new(at, "the response has no `status`", help));
        };
        let status = match written {
            Json::Number(number) => number.as_u64(),
            Json::String(text) => text.split_whitespace().next().and_then(|status| status.parse().ok()),
            _ => None,
        };
        let status = status.and_then(|status| u16::try_from(status).ok()).filter(|status| (100..600).contains(status));
        let Some(status) = status else {
            let help = "give the status as a number, such as 200";
            return Err(Unread::new(
                at.key(object.spelling("status").unwrap_or("status")),
                "the `status` is none of HTTP",
                help,
            ));
        };
        let headers = object.get("headers").and_then(Json::as_object);
        let location = object.get("location").or_else(|| headers.and_then(|headers| headers.get("location")));
        let location = location.and_then(Json::as_str).map(str::to_owned);
        // What a server says beside its status matters only for the ids in it: anything else but JSON is left aside.
        let body = if status < 300 { self.body(object, &at).unwrap_or(None) } else { None };
        Ok(Some(Answer { status, body, location }))
    }

    /// A body; a text is JSON inside of a string.
    fn body(&mut self, message: &Object, at: &Route) -> Result<Option<Json>, Unread> {
        let Some(body) = message.get("body").filter(|body| **body != Json::Null) else { return Ok(None) };
        let Json::String(text) = body else { return Ok(Some(body.clone())) };
        if text.trim().is_empty() {
            return Ok(None);
        }
        let at = at.key(message.spelling("body").unwrap_or("body"));
        crate::scim::json::parse_whole(text, &mut self.names).map(Some).map_err(|error| {
            Unread::new(at, format!("the `body` is a string that is no JSON: {}", reason(&error)), error.help())
        })
    }
}

/// An entry without its time.
enum Read {
    Request(Request, Option<Answer>),
    Login(String, Option<Claims>),
}

fn login_of(entry: &Object, login: &Json) -> Result<Read, Unread> {
    let user_name = match login {
        Json::String(name) if !name.is_empty() => name.to_string(),
        Json::String(_) => return Err(Unread::new(route(entry, "login"), "`login` is empty", LOGIN)),
        other => {
            let why = format!("`login` is {} instead of a `userName`", other.kind());
            return Err(Unread::new(route(entry, "login"), why, LOGIN));
        }
    };
    let Some(written) = entry.get("claims").filter(|claims| **claims != Json::Null) else {
        return Ok(Read::Login(user_name, None));
    };
    let at = route(entry, "claims");
    let Json::Object(object) = written else {
        let why = format!("`claims` is {} instead of an object", written.kind());
        return Err(Unread::new(at, why, CLAIMS));
    };
    let mut claims = Claims::new();
    for (name, value) in object.entries() {
        let items = value.as_array().unwrap_or(std::slice::from_ref(value));
        let values: Option<Vec<String>> = items.iter().filter(|item| **item != Json::Null).map(claim_text).collect();
        let Some(values) = values else {
            let why = format!("the claim {} is neither a string nor a list of strings", quoted(name));
            return Err(Unread::new(at.key(name), why, CLAIMS));
        };
        claims.insert(name.to_owned(), values);
    }
    Ok(Read::Login(user_name, Some(claims)))
}

/// Claims are texts (SAML) or also numbers and booleans (OIDC).
fn claim_text(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.to_string()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(value) => Some(value.to_string()),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}

const FORM: &str = "write `{ \"request\": { \"method\": …, \"path\": … } }` or `{ \"login\": USERNAME }`";
const LOGIN: &str = "give the `userName` of the person who logs in";
const CLAIMS: &str = "give each claim a string or a list of strings";
const TIME: &str = "write a date-time as RFC 3339 has it, such as `2026-01-31T08:00:00Z`";

fn route(entry: &Object, name: &str) -> Route {
    Route::root().key(entry.spelling(name).unwrap_or(name))
}

fn unusable(error: &Unusable, at: Route) -> Unread {
    let why = match error {
        Unusable::Malformed { message, .. } => format!("it is not valid JSON: {}", shorten(message)),
        other => other.to_string(),
    };
    let help = match error {
        Unusable::Malformed { .. } => "record the log again, or mend the entry".to_owned(),
        _ => error.help(),
    };
    Unread::new(at, why, help)
}

fn reason(error: &Unusable) -> String {
    match error {
        Unusable::Malformed { message, .. } => shorten(message),
        other => other.to_string(),
    }
}
