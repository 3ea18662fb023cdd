//! The values of attributes, as conditions ask for them.

use super::fact::Fact;
use super::json::{Json, Object};
use super::schema;
use super::user::User;
use crate::condition::{Attribute, ENTERPRISE_USER, Value, ValueType, parse_instant};

impl User {
    /// The values of an attribute; empty where it is known to have none.
    ///
    /// Undetermined where the user has no `active` and that is asked for, where a value is of another type than the
    /// attribute's (also one of several), and where an enterprise attribute stands outside of its extension or under a
    /// misspelt URN: what Foundry's server made of it is not known. A complex attribute without a sub-attribute has no
    /// values of its own, so it is undetermined too; [`User::is_present`] and [`User::elements`] answer for it.
    pub fn values(&self, attribute: &Attribute) -> Fact<Vec<Value<'_>>> {
        let mut values = Vec::new();
        self.each_value(attribute, |value| values.push(value)).map(|()| values)
    }

    /// Hands on each of the values that [`User::values`] gives, without a list of them; none where they are undetermined.
    pub(crate) fn each_value<'u>(&'u self, attribute: &Attribute, mut visit: impl FnMut(Value<'u>)) -> Fact<()> {
        let json = match self.located(attribute) {
            Fact::Known(Some(json)) => json,
            Fact::Known(None) => return Fact::Known(()),
            Fact::Undetermined => return Fact::Undetermined,
        };
        let value_type = attribute.value_type;
        match &attribute.sub {
            Some(sub) => each_of(items(json), visit, |item, visit| each_of_sub(item, sub, value_type, visit)),
            None if attribute.multi_valued => {
                each_of(items(json), visit, |item, visit| one_value(item, value_type, visit))
            }
            None => fact(one_value(json, value_type, &mut visit)),
        }
    }

    /// Whether an attribute has a value (`pr`). A complex attribute has one where some sub-attribute has.
    pub fn is_present(&self, attribute: &Attribute) -> Fact<bool> {
        self.located(attribute).and_then(|json| {
            let Some(json) = json else { return Fact::Known(false) };
            let Some(sub) = &attribute.sub else {
                return Fact::Known(items(json).iter().any(|item| match item {
                    Json::Object(object) => object.entries().any(|(_, value)| !value.is_absent()),
                    other => !other.is_absent(),
                }));
            };
            let mut objects = items(json).iter().filter(|item| !item.is_absent());
            let readable = |item: &Json| item.as_object().is_some() || sub.eq_ignore_ascii_case("value");
            let holds = |item: &Json| item.as_object().is_none_or(|object| object.assigned(sub).is_some());
            if !objects.clone().all(readable) {
                return Fact::Undetermined;
            }
            Fact::Known(objects.any(holds))
        })
    }

    /// The elements of a multi-valued complex attribute, or the one value of a single complex one: what a filter in
    /// `[…]` is tested on.
    pub fn elements(&self, attribute: &Attribute) -> Fact<Vec<&Object>> {
        self.located(attribute).and_then(|json| {
            let mut elements = Vec::new();
            for item in json.map(items).unwrap_or_default() {
                match item {
                    Json::Object(object) => elements.push(object),
                    Json::Null => {}
                    _ => return Fact::Undetermined,
                }
            }
            Fact::Known(elements)
        })
    }

    /// What stands under the attribute, `null` and `[]` left out.
    fn located(&self, attribute: &Attribute) -> Fact<Option<&Json>> {
        let user = self.object();
        let name = &*attribute.name;
        let Some(urn) = &attribute.extension else {
            return match user.assigned(name) {
                None if name.eq_ignore_ascii_case("active") => Fact::Undetermined,
                found => Fact::Known(found),
            };
        };
        let found = match user.assigned(urn) {
            None => None,
            Some(Json::Object(extension)) => extension.assigned(name),
            Some(_) => return Fact::Undetermined,
        };
        if found.is_none() && urn.eq_ignore_ascii_case(ENTERPRISE_USER) && stands_elsewhere(user, name) {
            return Fact::Undetermined;
        }
        Fact::Known(found)
    }
}

impl Object {
    /// The values of a sub-attribute of this element; empty where it is absent, undetermined where one has another type.
    pub fn element_values(&self, sub: &str, value_type: ValueType) -> Fact<Vec<Value<'_>>> {
        let mut values = Vec::new();
        self.each_element_value(sub, value_type, |value| values.push(value)).map(|()| values)
    }

    /// Hands on each of them; none where they are undetermined.
    pub(crate) fn each_element_value<'o>(
        &'o self,
        sub: &str,
        value_type: ValueType,
        visit: impl FnMut(Value<'o>),
    ) -> Fact<()> {
        match self.assigned(sub) {
            None => Fact::Known(()),
            Some(json) => each_of(items(json), visit, |item, visit| one_value(item, value_type, visit)),
        }
    }
}

fn stands_elsewhere(user: &Object, name: &str) -> bool {
    schema::is_misplaced(user, name)
        || schema::misspelt_enterprise(user).is_some_and(|extension| extension.assigned(name).is_some())
}

/// The items of an array; anything else is its own only item.
fn items(json: &Json) -> &[Json] {
    match json {
        Json::Array(items) => items,
        one => std::slice::from_ref(one),
    }
}

/// Goes through the items twice: a value of another type leaves all undetermined, also those before it.
fn each_of<'v>(
    items: &'v [Json],
    mut visit: impl FnMut(Value<'v>),
    read: impl Fn(&'v Json, &mut dyn FnMut(Value<'v>)) -> bool,
) -> Fact<()> {
    if let [item] = items {
        return fact(read(item, &mut visit));
    }
    if !items.iter().all(|item| read(item, &mut |_| {})) {
        return Fact::Undetermined;
    }
    fact(items.iter().all(|item| read(item, &mut visit)))
}

fn fact(is_read: bool) -> Fact<()> {
    if is_read { Fact::Known(()) } else { Fact::Undetermined }
}

/// A bare value among complex ones counts as its `value`.
fn each_of_sub<'v>(item: &'v Json, sub: &str, value_type: ValueType, visit: &mut dyn FnMut(Value<'v>)) -> bool {
    match item {
        Json::Object(object) => object.each_element_value(sub, value_type, visit).is_known(),
        Json::Null => true,
        bare => sub.eq_ignore_ascii_case("value") && one_value(bare, value_type, visit),
    }
}

/// Hands on one value; `false` where it is of another type.
fn one_value<'v>(json: &'v Json, value_type: ValueType, visit: &mut dyn FnMut(Value<'v>)) -> bool {
    let value = match (value_type, json) {
        (_, Json::Null) => return true,
        (ValueType::Text | ValueType::ExactText, Json::String(text)) => Some(Value::Text(text)),
        (ValueType::Boolean, json) => json.as_bool().map(Value::Bool),
        (ValueType::Number, Json::Number(number)) => number.as_f64().map(Value::Number),
        (ValueType::DateTime, Json::String(text)) => parse_instant(text).map(Value::Instant),
        _ => None,
    };
    value.map(visit).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(path: &str, value_type: ValueType) -> Attribute {
        let (extension, path) = match path.rsplit_once(':') {
            Some((urn, path)) => (Some(urn.to_owned()), path),
            None => (None, path),
        };
        let (name, sub) = match path.split_once('.') {
            Some((name, sub)) => (name, Some(sub.to_owned())),
            None => (path, None),
        };
        let multi_valued = ["emails", "roles", "tags"].contains(&name);
        Attribute { extension, name: name.to_owned(), sub, value_type, multi_valued, synced: false }
    }

    const TEXT: ValueType = ValueType::Text;
    const DEPARTMENT: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department";

    #[track_caller]
    fn check(attributes: &str, path: &str, value_type: ValueType, expected: Fact<Vec<Value<'_>>>) {
        let user = User::from_json(&format!("{{ \"userName\": \"a\", {attributes} }}")).expect(attributes);
        assert_eq!(user.values(&attribute(path, value_type)), expected, "{attributes}");
    }

    fn texts<'v>(values: &[&'v str]) -> Fact<Vec<Value<'v>>> {
        Fact::Known(values.iter().copied().map(Value::Text).collect())
    }

    #[test]
    fn missing_null_and_empty_are_absent_and_an_empty_string_is_not() {
        for absent in [r#""x": 1"#, r#""title": null"#, r#""title": []"#, r#""title": [null]"#] {
            check(absent, "title", TEXT, texts(&[]));
        }
        check(r#""title": """#, "title", TEXT, texts(&[""]));
        check(r#""TITLE": "x""#, "title", TEXT, texts(&["x"]));
    }

    #[test]
    fn sub_attributes_are_those_of_every_element() {
        check(r#""name": {"GivenName": "Ada"}"#, "name.givenName", TEXT, texts(&["Ada"]));
        check(r#""name": {}"#, "name.givenName", TEXT, texts(&[]));
        let emails = r#""emails": [{"value":"a","type":"work"},{"value":"b"},null]"#;
        check(emails, "emails.value", TEXT, texts(&["a", "b"]));
        check(emails, "emails.type", TEXT, texts(&["work"]));
        check(r#""emails": {"value":"a"}"#, "emails.value", TEXT, texts(&["a"]));
        check(r#""emails": ["a", {"value":"b"}]"#, "emails.value", TEXT, texts(&["a", "b"]));
    }

    #[test]
    fn a_value_of_another_type_is_undetermined() {
        check(r#""title": 5"#, "title", TEXT, Fact::Undetermined);
        check(r#""title": ["x"]"#, "title", TEXT, Fact::Undetermined);
        check(r#""title": {"value":"x"}"#, "title", TEXT, Fact::Undetermined);
        check(r#""name": "Ada""#, "name.givenName", TEXT, Fact::Undetermined);
        check(r#""emails": [{"value":"a"},{"value":1}]"#, "emails.value", TEXT, Fact::Undetermined);
        check(r#""emails": [[]]"#, "emails.type", TEXT, Fact::Undetermined);
        check(r#""active": "maybe""#, "active", ValueType::Boolean, Fact::Undetermined);
        check(r#""meta": {"created":"yesterday"}"#, "meta.created", ValueType::DateTime, Fact::Undetermined);
        check(r#""urn:x:y": 5"#, "urn:x:y:badge", TEXT, Fact::Undetermined);
    }

    #[test]
    fn each_type_is_read_as_itself() {
        check(r#""active": "True""#, "active", ValueType::Boolean, Fact::Known(vec![Value::Bool(true)]));
        check(r#""title": "x""#, "active", ValueType::Boolean, Fact::Undetermined);
        check(
            r#""urn:x:y": {"level": 2.5}"#,
            "URN:X:Y:LEVEL",
            ValueType::Number,
            Fact::Known(vec![Value::Number(2.5)]),
        );
        check(r#""urn:x:y": {"tags": ["a","b"]}"#, "urn:x:y:tags", TEXT, texts(&["a", "b"]));
        check(r#""urn:x:y": {"tags": "a"}"#, "urn:x:y:tags", TEXT, texts(&["a"]));
        let instant = parse_instant("2026-01-02T03:04:05Z").map(Value::Instant);
        check(
            r#""meta": {"created":"2026-01-02T04:04:05+01:00"}"#,
            "meta.created",
            ValueType::DateTime,
            Fact::Known(instant.into_iter().collect()),
        );
    }

    #[test]
    fn enterprise_attributes_live_in_their_extension_and_nowhere_else() {
        let urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        check(&format!("\"{urn}\": {{\"department\":\"F\"}}"), DEPARTMENT, TEXT, texts(&["F"]));
        check(&format!("\"{}\": {{\"Department\":\"F\"}}", urn.to_uppercase()), DEPARTMENT, TEXT, texts(&["F"]));
        check(r#""department": null"#, DEPARTMENT, TEXT, texts(&[]));
        check(r#""department": "F""#, DEPARTMENT, TEXT, Fact::Undetermined);
        let misspelt = urn.replace("2.0:User", "2.0User");
        check(&format!("\"{misspelt}\": {{\"department\":\"F\"}}"), DEPARTMENT, TEXT, Fact::Undetermined);
        check(&format!("\"{misspelt}\": {{\"division\":\"F\"}}"), DEPARTMENT, TEXT, texts(&[]));
        let manager = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value";
        check(&format!("\"{urn}\": {{\"manager\":\"m1\"}}"), manager, TEXT, texts(&["m1"]));
    }

    #[test]
    fn presence_asks_for_any_value_of_any_type() {
        let check = |attributes: &str, path: &str, value_type: ValueType, expected: Fact<bool>| {
            let user = User::from_json(&format!("{{ \"userName\": \"a\", {attributes} }}")).expect(attributes);
            assert_eq!(user.is_present(&attribute(path, value_type)), expected, "{attributes}");
        };
        check(r#""title": 5"#, "title", TEXT, Fact::Known(true));
        check(r#""title": null"#, "title", TEXT, Fact::Known(false));
        check(r#""name": {"givenName": null}"#, "name", ValueType::Complex, Fact::Known(false));
        check(r#""name": {"givenName": "A"}"#, "name", ValueType::Complex, Fact::Known(true));
        check(r#""emails": [{},{"value":"a"}]"#, "emails", ValueType::Complex, Fact::Known(true));
        check(r#""emails": [{"value":"a"}]"#, "emails.type", TEXT, Fact::Known(false));
        check(r#""emails": [{"value":"a"}]"#, "emails.value", TEXT, Fact::Known(true));
        check(r#""title": "x""#, "active", ValueType::Boolean, Fact::Undetermined);
        check(r#""name": "Ada""#, "name.givenName", TEXT, Fact::Undetermined);
    }

    #[test]
    fn elements_answer_for_a_filter() {
        let json =
            r#"{"userName":"a","emails":["x",null,{"value":"y","primary":"true","tags":["p","q"]}],"roles":[1]}"#;
        let user = User::from_json(json).expect("a user");
        let emails = user.elements(&attribute("emails", ValueType::Complex)).known().expect("elements");
        assert_eq!(emails.len(), 2);
        assert_eq!(emails[0].element_values("value", TEXT), texts(&["x"]));
        assert_eq!(emails[1].element_values("VALUE", TEXT), texts(&["y"]));
        assert_eq!(emails[1].element_values("primary", ValueType::Boolean), Fact::Known(vec![Value::Bool(true)]));
        assert_eq!(emails[1].element_values("tags", TEXT), texts(&["p", "q"]));
        assert_eq!(emails[1].element_values("type", TEXT), texts(&[]));
        assert_eq!(emails[1].element_values("value", ValueType::Number), Fact::Undetermined);
        assert_eq!(user.elements(&attribute("roles", ValueType::Complex)), Fact::Undetermined);
        assert_eq!(user.elements(&attribute("ims", ValueType::Complex)), Fact::Known(vec![]));
    }
}
