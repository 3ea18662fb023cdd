//! A condition as a value, and as vestibule's language spells it.

use std::fmt;

use crate::json::{Object, quoted};

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// A question about one attribute.
    Test(Test),
    /// The other way round.
    Not(Box<Condition>),
    /// Every one holds.
    All(Vec<Condition>),
    /// One or more hold.
    Any(Vec<Condition>),
}

/// A question about one attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Test {
    /// The attribute, as conditions spell it.
    pub attribute: &'static str,
    /// What is asked.
    pub operator: Operator,
    /// What the attribute's value is held against.
    pub value: Value,
}

/// What a [`Test`] asks of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operator {
    /// Equals.
    Eq,
    /// Equals one of several.
    In,
    /// Begins with.
    Sw,
    /// Ends with.
    Ew,
    /// Contains.
    Co,
    /// A pattern matches the whole value.
    Matches,
    /// One member equals a text, or is matched as a whole by a pattern.
    Includes,
}

impl Operator {
    /// The keyword.
    pub fn name(self) -> &'static str {
        match self {
            Operator::Eq => "eq",
            Operator::In => "in",
            Operator::Sw => "sw",
            Operator::Ew => "ew",
            Operator::Co => "co",
            Operator::Matches => "matches",
            Operator::Includes => "includes",
        }
    }
}

/// What an attribute's value is held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A text, compared without case.
    Text(String),
    /// Texts, any of which will do.
    Texts(Vec<String>),
    /// True or false.
    Flag(bool),
    /// A regular expression for the whole value.
    Pattern {
        /// The expression, in the syntax of the `regex` crate.
        pattern: String,
        /// Whether case is ignored; vestibule's `/…/i`.
        ignore_case: bool,
        /// What the pattern comes to, for engines without regular expressions.
        shape: Option<Shape>,
    },
}

/// A pattern that says no more than a comparison does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// The value begins with this.
    Starts(String),
    /// The value ends with this.
    Ends(String),
}

impl Test {
    pub(crate) fn text(attribute: &'static str, operator: Operator, value: impl Into<String>) -> Condition {
        Condition::Test(Test { attribute, operator, value: Value::Text(value.into()) })
    }

    pub(crate) fn matches(attribute: &'static str, pattern: String, shape: Option<Shape>) -> Condition {
        let operator = if attribute == "provider.groups" { Operator::Includes } else { Operator::Matches };
        Condition::Test(Test { attribute, operator, value: Value::Pattern { pattern, ignore_case: true, shape } })
    }
}

impl Condition {
    /// The tests of a condition, in their order.
    pub fn tests(&self) -> Vec<&Test> {
        match self {
            Condition::Test(test) => vec![test],
            Condition::Not(inner) => inner.tests(),
            Condition::All(operands) | Condition::Any(operands) => operands.iter().flat_map(Condition::tests).collect(),
        }
    }

    pub(crate) fn write_json(&self, node: &mut Object<'_>) {
        match self {
            Condition::Not(inner) => node.object("not", |node| inner.write_json(node)),
            Condition::All(operands) => node.array("all", operands, Condition::write_json),
            Condition::Any(operands) => node.array("any", operands, Condition::write_json),
            Condition::Test(Test { attribute, operator, value }) => {
                node.text("attribute", attribute);
                node.text("operator", operator.name());
                write_value(value, node);
            }
        }
    }
}

fn write_value(value: &Value, node: &mut Object<'_>) {
    match value {
        Value::Text(text) => node.text("value", text),
        Value::Texts(texts) => node.texts("values", texts),
        Value::Flag(flag) => node.raw("flag", if *flag { "true" } else { "false" }),
        Value::Pattern { pattern, ignore_case, shape } => {
            node.text("pattern", pattern);
            node.raw("ignoreCase", if *ignore_case { "true" } else { "false" });
            match shape {
                Some(Shape::Starts(text)) => node.text("starts", text),
                Some(Shape::Ends(text)) => node.text("ends", text),
                None => {}
            }
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |f: &mut fmt::Formatter<'_>, operands: &[Condition], connective: &str| {
            for (index, operand) in operands.iter().enumerate() {
                if index > 0 {
                    write!(f, " {connective} ")?;
                }
                match operand {
                    Condition::All(_) | Condition::Any(_) => write!(f, "({operand})")?,
                    Condition::Test(_) | Condition::Not(_) => write!(f, "{operand}")?,
                }
            }
            Ok(())
        };
        match self {
            Condition::Test(test) => write!(f, "{test}"),
            Condition::Not(inner) => match &**inner {
                Condition::Test(Test { attribute, operator: Operator::Includes, value }) => {
                    write!(f, "{attribute} excludes {value}")
                }
                _ => write!(f, "not ({inner})"),
            },
            Condition::All(operands) => joined(f, operands, "and"),
            Condition::Any(operands) => joined(f, operands, "or"),
        }
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.attribute, self.operator.name(), self.value)
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Text(text) => f.write_str(&quoted(text)),
            Value::Texts(texts) => {
                let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
                write!(f, "[{}]", texts.join(", "))
            }
            Value::Flag(flag) => write!(f, "{flag}"),
            Value::Pattern { pattern, ignore_case, .. } => {
                write!(f, "/{}/{}", pattern.replace('/', "\\/"), if *ignore_case { "i" } else { "" })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_spelled_as_in_the_language() {
        let mail = || Test::text("email", Operator::Ew, "@a.example");
        let group = || Test::text("provider.groups", Operator::Includes, "Owners \"A\"");
        let flag = Condition::Test(Test { attribute: "active", operator: Operator::Eq, value: Value::Flag(true) });
        let title = Test::matches("title", "a/b.*".to_owned(), None);
        let condition = Condition::All(vec![
            mail(),
            Condition::Not(Box::new(group())),
            Condition::Any(vec![flag, Condition::Not(Box::new(title))]),
        ]);
        assert_eq!(
            condition.to_string(),
            r#"email ew "@a.example" and provider.groups excludes "Owners \"A\"" and (active eq true or not (title matches /a\/b.*/i))"#
        );
        assert_eq!(condition.tests().len(), 4);
    }
}
