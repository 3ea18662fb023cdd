//! SCIM users.

use super::fact::Fact;
use super::json::{Json, Object, parse_at};
use super::names::Names;
use super::schema::{self, Defect};
use super::unusable::{Kind, Unusable, object_of};

/// A SCIM user (RFC 7643 section 4.1).
///
/// ```
/// use vestibule::scim::{Fact, User};
/// let user = User::from_json(r#"{ "userName": "ada@contoso.com", "active": "True", "emails": ["ada@contoso.com"] }"#)?;
/// assert_eq!(user.user_name(), "ada@contoso.com");
/// assert_eq!(user.active(), Fact::Known(true));
/// assert_eq!(user.email(), Fact::Known(Some("ada@contoso.com")));
/// # Ok::<(), vestibule::scim::Unusable>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct User {
    object: Object,
}

impl User {
    /// The user that a SCIM server has at hand.
    ///
    /// What departs from the schema but can be read without doubt is read: `"True"` for a boolean, one object for a list.
    ///
    /// # Errors
    /// When the text is no JSON object, holds a name twice, declares another type, or has no `userName`.
    pub fn from_json(text: &str) -> Result<User, Unusable> {
        User::read(text).map(|(user, _)| user)
    }

    /// The same, with what departs from the schema.
    pub(crate) fn read(text: &str) -> Result<(User, Vec<Defect>), Unusable> {
        let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let parsed = parse_at(text, start, &mut Names::default())?;
        if let Some((offset, _)) =
            text.bytes().enumerate().skip(parsed.end).find(|(_, byte)| !byte.is_ascii_whitespace())
        {
            return Err(Unusable::Malformed { message: "something follows the user".to_owned(), offset });
        }
        User::from_object(object_of(Kind::Users, parsed.value, parsed.duplicate)?)
    }

    pub(super) fn from_object(mut object: Object) -> Result<(User, Vec<Defect>), Unusable> {
        if object.get("userName").and_then(Json::as_str).is_none() {
            return Err(Unusable::NoUserName);
        }
        let defects = schema::conform(&mut object, Kind::Users);
        Ok((User { object }, defects))
    }

    /// A user of an object with a `userName` that has the shape of the schema.
    pub(super) fn of_conforming(object: Object) -> User {
        User { object }
    }

    /// The same user with attributes changed. A change that would take the `userName` away is not made.
    pub(crate) fn edited(&self, edit: impl FnOnce(&mut Object)) -> User {
        let mut object = self.object.clone();
        edit(&mut object);
        User::from_object(object).map_or_else(|_| self.clone(), |(user, _)| user)
    }

    /// All attributes.
    pub fn object(&self) -> &Object {
        &self.object
    }

    /// The identifier that the SCIM server gave; `None` also where it is not a string.
    pub fn id(&self) -> Option<&str> {
        self.object.get("id").and_then(Json::as_str)
    }

    /// `userName`. It compares without case.
    pub fn user_name(&self) -> &str {
        // `from_object` takes no user without one.
        self.object.get("userName").and_then(Json::as_str).unwrap_or_default()
    }

    /// `externalId`. It compares exactly.
    pub fn external_id(&self) -> Fact<Option<&str>> {
        text(&self.object, "externalId")
    }

    /// `displayName`.
    pub fn display_name(&self) -> Fact<Option<&str>> {
        text(&self.object, "displayName")
    }

    /// Whether the account is active. The schema has no default, so a user without `active` is undetermined.
    pub fn active(&self) -> Fact<bool> {
        match self.object.get("active").and_then(Json::as_bool) {
            Some(active) => Fact::Known(active),
            None => Fact::Undetermined,
        }
    }

    /// The schemas that the user declares.
    pub fn schemas(&self) -> impl Iterator<Item = &str> {
        schemas(&self.object)
    }

    /// The one address that Foundry holds: the primary, else the one of type `work`, else the only one.
    ///
    /// Undetermined where several different addresses are primary, or of type `work` and none primary: the files do not
    /// say which of them Foundry took.
    pub fn email(&self) -> Fact<Option<&str>> {
        let emails = match self.object.assigned("emails") {
            None => return Fact::Known(None),
            Some(Json::Array(emails)) => emails,
            Some(_) => return Fact::Undetermined,
        };
        let (mut all, mut primary, mut work) = (Distinct::None, Distinct::None, Distinct::None);
        let mut are_marks_known = true;
        for address in emails.iter().filter_map(address) {
            let Fact::Known(address) = address else { return Fact::Undetermined };
            all.add(address.value);
            match address.primary {
                Fact::Known(true) => primary.add(address.value),
                Fact::Known(false) => {}
                Fact::Undetermined => are_marks_known = false,
            }
            if address.is_work {
                work.add(address.value);
            }
        }
        match (all, primary, work) {
            (Distinct::One(only), _, _) => Fact::Known(Some(only)),
            _ if !are_marks_known => Fact::Undetermined,
            (_, Distinct::One(one), _) | (_, Distinct::None, Distinct::One(one)) => Fact::Known(Some(one)),
            (_, Distinct::None, Distinct::None) => Fact::Known(None),
            _ => Fact::Undetermined,
        }
    }

    /// How many addresses are marked as primary. The schema allows one (RFC 7643 section 2.4).
    pub fn primary_emails(&self) -> usize {
        let emails = self.object.get("emails").and_then(Json::as_array).unwrap_or_default();
        let primary = |email: &&Json| {
            email.as_object().and_then(|email| email.get("primary")).and_then(Json::as_bool) == Some(true)
        };
        emails.iter().filter(primary).count()
    }
}

/// One element of `emails`; `None` where it has no address.
fn address(email: &Json) -> Option<Fact<Address<'_>>> {
    if *email == Json::Null {
        return None;
    }
    let Some(email) = email.as_object() else { return Some(Fact::Undetermined) };
    let value = match text(email, "value") {
        Fact::Known(value) => value?,
        Fact::Undetermined => return Some(Fact::Undetermined),
    };
    let primary = match email.assigned("primary") {
        None => Fact::Known(false),
        Some(primary) => primary.as_bool().map_or(Fact::Undetermined, Fact::Known),
    };
    let is_work = email.get("type").and_then(Json::as_str).is_some_and(|t| t.eq_ignore_ascii_case("work"));
    Some(Fact::Known(Address { value, primary, is_work }))
}

/// How many different addresses there are.
enum Distinct<'u> {
    None,
    One(&'u str),
    Several,
}

impl<'u> Distinct<'u> {
    fn add(&mut self, value: &'u str) {
        *self = match *self {
            Distinct::None => Distinct::One(value),
            Distinct::One(one) if one == value => Distinct::One(one),
            Distinct::One(_) | Distinct::Several => Distinct::Several,
        };
    }
}

struct Address<'u> {
    value: &'u str,
    primary: Fact<bool>,
    is_work: bool,
}

/// A string attribute: absent is known, a value of another type is not.
pub(super) fn text<'o>(object: &'o Object, name: &str) -> Fact<Option<&'o str>> {
    match object.assigned(name) {
        None => Fact::Known(None),
        Some(Json::String(text)) => Fact::Known(Some(text)),
        Some(_) => Fact::Undetermined,
    }
}

pub(super) fn schemas(object: &Object) -> impl Iterator<Item = &str> {
    object.get("schemas").and_then(Json::as_array).unwrap_or_default().iter().filter_map(Json::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(attributes: &str) -> User {
        User::from_json(&format!("{{ \"userName\": \"a\", {attributes} }}")).expect(attributes)
    }

    #[test]
    fn foundry_holds_the_primary_address_else_the_one_for_work_else_the_only_one() {
        let check = |emails: &str, expected: Fact<Option<&str>>| {
            assert_eq!(user(&format!("\"emails\": {emails}")).email(), expected, "{emails}");
        };
        check(
            r#"[{"value":"h","type":"home"},{"value":"w","type":"WORK"},{"value":"p","primary":true}]"#,
            Fact::Known(Some("p")),
        );
        check(r#"[{"value":"h","type":"home"},{"value":"w","type":"WORK"}]"#, Fact::Known(Some("w")));
        check(r#"[{"value":"o","type":"other"}]"#, Fact::Known(Some("o")));
        check(r#"[{"value":"o"},{"value":"p","primary":"True"}]"#, Fact::Known(Some("p")));
        check(r#"[{"value":"h","type":"home"},{"value":"o","type":"other"}]"#, Fact::Known(None));
        check("[]", Fact::Known(None));
        check("null", Fact::Known(None));
        check("[null, {\"type\":\"work\"}]", Fact::Known(None));
        check(r#"{"value":"one"}"#, Fact::Known(Some("one")));
        check(r#"["bare"]"#, Fact::Known(Some("bare")));
        check(r#""bare""#, Fact::Known(Some("bare")));
    }

    #[test]
    fn an_address_that_the_files_leave_open_is_undetermined() {
        let check = |emails: &str| {
            assert_eq!(user(&format!("\"emails\": {emails}")).email(), Fact::Undetermined, "{emails}");
        };
        check(r#"[{"value":"a","primary":true},{"value":"b","primary":true}]"#);
        check(r#"[{"value":"a","type":"work"},{"value":"b","type":"work"}]"#);
        check(r#"[{"value":"a","primary":"maybe"},{"value":"b"}]"#);
        check(r#"[{"value":1}]"#);
        check("[1]");
        check("5");
        let same = r#""emails": [{"value":"a","primary":true},{"value":"a","primary":true}]"#;
        assert_eq!(user(same).email(), Fact::Known(Some("a")));
    }

    #[test]
    fn active_has_no_default_and_may_be_a_string() {
        let check =
            |attribute: &str, expected: Fact<bool>| assert_eq!(user(attribute).active(), expected, "{attribute}");
        check("\"active\": true", Fact::Known(true));
        check("\"ACTIVE\": false", Fact::Known(false));
        for (text, value) in [("True", true), ("true", true), ("False", false), ("false", false)] {
            check(&format!("\"active\": \"{text}\""), Fact::Known(value));
        }
        for open in ["\"active\": null", "\"active\": []", "\"active\": \"maybe\"", "\"active\": 1", "\"title\": \"x\""]
        {
            check(open, Fact::Undetermined);
        }
    }

    #[test]
    fn what_is_no_user_is_refused_with_a_reason() {
        let check = |text: &str, expected: &str| {
            assert_eq!(User::from_json(text).map_err(|error| error.to_string()), Err(expected.to_owned()), "{text}");
        };
        check("{}", "the user has no `userName`");
        check(r#"{"userName":5}"#, "the user has no `userName`");
        check(r#"{"userName":null}"#, "the user has no `userName`");
        check("[]", "the record is an array, not an object");
        check("", "the record is not valid JSON: EOF while parsing a value");
        check(r#"{"userName":"a"} x"#, "the record is not valid JSON: something follows the user");
        check(
            r#"{"userName":"a","USERNAME":"b"}"#,
            "the names `userName` and `USERNAME` in one object differ only in case",
        );
        check(r#"{"userName":"a","name":{"x":1,"x":2}}"#, "the name `x` stands twice in one object");
        check(r#"{"userName":"a","meta":{"resourceType":"Group"}}"#, "the record is a `Group`, not a User");
        check(
            r#"{"userName":"a","schemas":["URN:ietf:params:scim:schemas:core:2.0:group"]}"#,
            "the record is a `group`, not a User",
        );
        check(
            r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"404","detail":"gone"}"#,
            "the server answered with an error instead of resources: 404, gone",
        );
    }

    #[test]
    fn a_type_may_be_declared_in_any_spelling() {
        for declared in ["User", "user", "Users", "USERS"] {
            assert!(User::from_json(&format!(r#"{{"userName":"a","meta":{{"resourceType":"{declared}"}}}}"#)).is_ok());
        }
        let core = r#"{"userName":"a","schemas":"urn:ietf:params:scim:schemas:core:2.0:User","meta":{"resourceType":"Person"}}"#;
        assert!(User::from_json(core).is_ok());
        assert!(User::from_json("\u{feff}{\"userName\":\"a\",\"schemas\":[]}\r\n").is_ok());
    }
}
