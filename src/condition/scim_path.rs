//! Paths outside of conditions: the SCIM attribute that a mapped claim has its value from.

use super::mistake::{Mistake, SYNTAX, TYPE};
use super::parse::{TextStyle, parse};
use super::resolve::{Known, value_of};
use super::scheme::{RESERVED, RuleSet};
use super::{Attribute, Budget, ExprKind, Input, Scheme, ValueType};
use crate::source::{Span, quoted};

impl Scheme {
    /// The SCIM attribute that a path names. A multi-valued complex attribute stands for its `value`.
    ///
    /// # Errors
    ///
    /// Where the text is no path, or names no attribute of a SCIM user that has values of its own. Spans count bytes of
    /// `text`.
    ///
    /// ```
    /// use vestibule::condition::Scheme;
    ///
    /// let scheme = Scheme::new();
    /// assert_eq!(scheme.scim_attribute("emails").unwrap().sub.as_deref(), Some("value"));
    /// assert_eq!(scheme.scim_attribute("departement").unwrap_err().code, "unknown-attribute");
    /// ```
    pub fn scim_attribute(&self, text: &str) -> Result<Attribute, Box<Mistake>> {
        self.scim_attribute_within(text, &mut Budget::default())
    }

    /// The same, within what is left for the names of a configuration.
    ///
    /// # Errors
    ///
    /// As those of [`Scheme::scim_attribute`].
    pub fn scim_attribute_within(&self, text: &str, budget: &mut Budget) -> Result<Attribute, Box<Mistake>> {
        let whole = Span::new(0, text.len());
        // A path followed by `pr` is a condition; the spans of the path are those in the text.
        let parsed = parse(&format!("{text} pr"), TextStyle::Inline);
        let Some(ExprKind::Present(path)) = parsed.expr.map(|expr| expr.kind) else {
            return Err(Box::new(
                Mistake::new(SYNTAX, whole, format!("{} is not an attribute path", quoted(text)))
                    .label("not a path")
                    .help("write an attribute such as `userType`, or `URN:ATTRIBUTE` for one of an extension"),
            ));
        };
        let subject = Known::new(self, RuleSet::UserIntake, budget).resolve(&path, budget)?;
        let subject = value_of(&subject).unwrap_or(subject);
        match subject.input {
            Input::Scim(attribute) if attribute.value_type != ValueType::Complex => Ok(attribute),
            Input::Scim(_) => Err(Box::new(
                Mistake::new(TYPE, whole, format!("{} has no value of its own", quoted(text)))
                    .label("consists of sub-attributes")
                    .help("name one of its sub-attributes, such as `name.givenName`"),
            )),
            _ => Err(Box::new(
                Mistake::new(TYPE, whole, format!("{} is not an attribute of a SCIM user", quoted(text)))
                    .label("not a SCIM attribute")
                    .help("write an attribute such as `userType`, or `URN:ATTRIBUTE` for one of an extension"),
            )),
        }
    }

    /// The attribute of the core schema or of an extension that has this name and a value of its own; `None` where
    /// there is none, or several extensions have one.
    pub fn attribute_named(&self, name: &str) -> Option<Attribute> {
        let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '$'));
        if !is_name || name.eq_ignore_ascii_case("email") {
            return None;
        }
        self.scim_attribute(name).ok()
    }
}

/// Whether Foundry itself keeps the attribute of this name, from a field that SCIM syncs
/// (palantir.com/docs/foundry/authentication/group-assignment).
pub fn is_reserved_attribute(name: &str) -> bool {
    RESERVED.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_an_attribute_with_values() {
        let scheme = Scheme::new();
        let urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department";
        let department = scheme.scim_attribute(urn).unwrap();
        assert_eq!((department.name.as_str(), department.synced), ("department", false));
        assert_eq!(scheme.scim_attribute("Department").unwrap(), department);
        assert_eq!(scheme.attribute_named("department"), Some(department));
    }

    #[test]
    fn what_is_no_path_or_no_attribute_says_so() {
        let scheme = Scheme::new();
        for (text, code) in [
            ("", "condition-syntax"),
            ("title pr or x", "condition-syntax"),
            ("name", "condition-type"),
            ("email", "condition-type"),
            ("provider.groups", "condition-type"),
            ("nosuch", "unknown-attribute"),
        ] {
            assert_eq!(scheme.scim_attribute(text).map_err(|mistake| mistake.code), Err(code), "{text}");
        }
        assert_eq!(scheme.attribute_named("a pr or b"), None);
        assert_eq!(scheme.attribute_named("clearance"), None);
    }
}
