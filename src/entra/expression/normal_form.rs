//! When two expressions send the same value.

use super::{Expression, ExpressionKind};

impl Expression {
    /// Whether both send the same value for everybody, for certain: `false` says that they may differ.
    pub fn sends_same(&self, other: &Expression) -> bool {
        self.normal_form().to_string() == other.normal_form().to_string()
    }

    /// The expression without what certainly makes no difference: white space, empty positions at the end, a `Coalesce`
    /// of one, case folded twice, constants that are joined.
    pub fn normal_form(&self) -> Expression {
        let ExpressionKind::Call { name, name_span, arguments } = &self.kind else {
            return match &self.kind {
                ExpressionKind::Comparison { operator, sides } => {
                    let sides = Box::new([sides[0].normal_form(), sides[1].normal_form()]);
                    Expression::new(ExpressionKind::Comparison { operator: operator.clone(), sides }, self.span)
                }
                _ => self.clone(),
            };
        };
        let arguments = arguments.iter().map(|argument| argument.as_ref().map(Expression::normal_form)).collect();
        let arguments = without_trailing(arguments);
        if let Some(value) = reduced(name, &arguments) {
            return value;
        }
        let kind = ExpressionKind::Call { name: name.clone(), name_span: *name_span, arguments };
        Expression::new(kind, self.span)
    }
}

/// Without empty positions at the end, which are as good as left out.
fn without_trailing(mut arguments: Vec<Option<Expression>>) -> Vec<Option<Expression>> {
    while matches!(arguments.last(), Some(None)) {
        arguments.pop();
    }
    arguments
}

/// What a call comes to, where it certainly is something simpler. The arguments are normal forms.
fn reduced(name: &str, arguments: &[Option<Expression>]) -> Option<Expression> {
    match (name, arguments) {
        ("Coalesce", [Some(only)]) => Some(only.clone()),
        ("ToLower" | "ToUpper" | "StripSpaces", [Some(inner)]) => {
            let (inner_name, inner_arguments) = inner.as_call()?;
            (inner_name == name && inner_arguments.len() == 1).then(|| inner.clone())
        }
        ("Append", [Some(source), Some(suffix)]) => {
            let joined = format!("{}{}", source.as_text()?, suffix.as_text()?);
            Some(Expression::new(ExpressionKind::Text(joined), source.span.join(suffix.span)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(one: &str, other: &str) -> bool {
        let parse = |text: &str| Expression::parse(text).unwrap_or_else(|mistake| panic!("{text}: {mistake:?}"));
        parse(one).sends_same(&parse(other))
    }

    #[test]
    fn what_certainly_makes_no_difference_makes_none() {
        assert!(same("[objectId]", " [ objectId ] "));
        assert!(same("Coalesce([objectId])", "[objectId]"));
        assert!(same("ToLower( ToLower([mail]) )", "ToLower([mail], )"));
        assert!(same(r#"Append("a", "b")"#, r#""ab""#));
        assert!(same(r#"Replace([x], "-", , , "_", , )"#, r#"Replace([x],"-",,,"_")"#));
        assert!(same("IIF([a]=\"x\", Coalesce([b]), [c])", "IIF([a] = \"x\", [b], [c])"));
    }

    #[test]
    fn everything_else_does() {
        assert!(!same("[objectId]", "ToLower([objectId])"));
        assert!(!same("[objectId]", "[ObjectId]"));
        assert!(!same("[a]", "Coalesce([a], [b])"));
        assert!(!same("Coalesce([a], [b])", "Coalesce([b], [a])"));
        assert!(!same("[a]", "\"[a]\""));
        assert!(!same("Switch([a], , \"b\", \"c\")", "Switch([a], \"b\", \"c\")"));
        assert!(!same("ToLower(ToUpper([a]))", "ToLower([a])"), "not for every letter of every language");
        assert!(!same("ToLower(ToLower([a], \"tr\"))", "ToLower([a])"), "another culture folds otherwise");
        assert!(!same("Join(\",\", [proxyAddresses])", "[proxyAddresses]"), "several values become one");
    }
}
