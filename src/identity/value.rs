//! A value as its source says it, and whether two sources give the same.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

use crate::entra::{AttributeMapping, ClaimSource, Expression};

/// What a side sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// An attribute of Entra as it is, by its key: see [`attribute_key`].
    Attribute(String),
    /// What an expression of an attribute mapping comes to.
    Expression(Expression),
    /// The same for everybody.
    Constant(String),
    /// What a transformation of a claim comes to; its text, where one is known.
    Transformation(String),
    /// One thing or another, by conditions on the user.
    Conditional,
}

/// Whether both sides send the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Agreement {
    /// They do.
    Yes,
    /// They do not.
    No,
    /// A side is not known, or cannot be compared.
    Unknown,
}

/// One word for an attribute, however its name is written: provisioning says `objectId`, a claim `user.objectid`.
pub fn attribute_key(name: &str) -> String {
    let lower = name.trim().to_ascii_lowercase();
    let bare = ["user.", "group."].iter().find_map(|prefix| lower.strip_prefix(prefix)).unwrap_or(&lower);
    match bare {
        "id" | "group id" => "objectid",
        "samaccountname" | "sam_account_name" => "onpremisessamaccountname",
        other => other,
    }
    .to_owned()
}

/// The forms of the principal name. They are one value for most people, and differ for guests or for accounts from an
/// Active Directory, so that nothing can be said of two different ones.
const PRINCIPAL_NAMES: [&str; 4] =
    ["userprincipalname", "originaluserprincipalname", "localuserprincipalname", "onpremisesuserprincipalname"];

impl Value {
    /// What an attribute mapping sends; `None` where it is not known.
    pub fn of_mapping(mapping: &AttributeMapping) -> Option<Value> {
        let normal = mapping.expression()?.normal_form();
        Some(match (normal.as_attribute(), normal.as_text()) {
            (Some(name), _) => Value::Attribute(attribute_key(name)),
            (_, Some(text)) => Value::Constant(text.to_owned()),
            _ => Value::Expression(normal),
        })
    }

    /// What a claim carries, as a policy says.
    pub fn of_claim(source: &ClaimSource) -> Value {
        match source {
            ClaimSource::Attribute { of, name } if of.eq_ignore_ascii_case("user") => {
                Value::Attribute(attribute_key(name))
            }
            ClaimSource::Attribute { of, name } => Value::Attribute(format!("{of}.{name}").to_ascii_lowercase()),
            ClaimSource::Constant(text) => Value::Constant(text.clone()),
            ClaimSource::Transformation => Value::Transformation(String::new()),
            ClaimSource::Conditional => Value::Conditional,
        }
    }

    /// What a document says of a source, as the portal shows it: `user.mail`, `"a constant"`, `ToLowercase (user.mail)`.
    pub fn of_words(words: &str) -> Value {
        let words = words.trim();
        match words.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
            Some(text) => Value::Constant(text.to_owned()),
            None if words.contains('(') => Value::Transformation(words.to_owned()),
            None => Value::Attribute(attribute_key(words)),
        }
    }

    /// The attribute, where its value is sent as it is.
    pub fn as_attribute(&self) -> Option<&str> {
        match self {
            Value::Attribute(name) => Some(name),
            _ => None,
        }
    }

    /// Whether this value of provisioning is the same as that of a claim.
    pub fn agrees(&self, login: &Value) -> Agreement {
        match (self, login) {
            (Value::Attribute(one), Value::Attribute(other)) if one == other => Agreement::Yes,
            (Value::Attribute(one), Value::Attribute(other)) => {
                let is_principal = |name: &String| PRINCIPAL_NAMES.contains(&name.as_str());
                if is_principal(one) && is_principal(other) { Agreement::Unknown } else { Agreement::No }
            }
            (Value::Constant(one), Value::Constant(other)) if one == other => Agreement::Yes,
            (Value::Expression(_) | Value::Attribute(_), Value::Transformation(_)) | (_, Value::Conditional) => {
                Agreement::Unknown
            }
            _ => Agreement::No,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Attribute(name) => write!(f, "[{name}]"),
            Value::Expression(expression) => expression.fmt(f),
            Value::Constant(text) => write!(f, "\"{text}\""),
            Value::Transformation(words) if words.is_empty() => f.write_str("a transformation"),
            Value::Transformation(words) => f.write_str(words),
            Value::Conditional => f.write_str("one value or another, by conditions"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_have_one_key_however_they_are_written() {
        let check = |names: &[&str]| {
            let keys: Vec<_> = names.iter().map(|name| attribute_key(name)).collect();
            assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
        };
        check(&["objectId", "user.objectid", "group.objectid", "id", " Group ID "]);
        check(&["onPremisesSamAccountName", "sam_account_name", "user.onpremisessamaccountname"]);
        assert_ne!(attribute_key("user.mail"), attribute_key("user.othermail"));
    }

    #[test]
    fn agreement_is_claimed_only_where_it_is_certain() {
        let check = |sent: &str, login: &str, expected: Agreement| {
            let expression = Expression::parse(sent).unwrap().normal_form();
            let sent_value = match (expression.as_attribute(), expression.as_text()) {
                (Some(name), _) => Value::Attribute(attribute_key(name)),
                (_, Some(text)) => Value::Constant(text.to_owned()),
                _ => Value::Expression(expression),
            };
            assert_eq!(sent_value.agrees(&Value::of_words(login)), expected, "{sent} {login}");
        };
        check("[objectId]", "user.objectid", Agreement::Yes);
        check("Coalesce([objectId])", "user.objectid", Agreement::Yes);
        check("[mail]", "user.objectid", Agreement::No);
        check("ToLower([objectId])", "user.objectid", Agreement::No);
        check("Coalesce([objectId], [mail])", "user.objectid", Agreement::No);
        check("\"x\"", "user.objectid", Agreement::No);
        check("\"x\"", "\"x\"", Agreement::Yes);
        check("ToLower([mail])", "ToLowercase (user.mail)", Agreement::Unknown);
        check("[originalUserPrincipalName]", "user.userprincipalname", Agreement::Unknown);
    }
}
