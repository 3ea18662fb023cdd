//! What is wrong with an expression, as far as Microsoft's documentation says.

use super::functions::{FUNCTIONS, function, is_known};
use super::{Expression, ExpressionKind};
use crate::source::{Span, closest};

/// Something wrong with an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpressionMistake {
    /// What kind of mistake.
    pub kind: MistakeKind,
    /// Which bytes of the expression.
    pub span: Span,
    /// What is wrong, as a statement without a full stop.
    pub message: String,
}

/// The kinds of [`ExpressionMistake`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MistakeKind {
    /// Not an expression.
    Syntax,
    /// Longer or deeper than is taken.
    Limit,
    /// A function that is spelt almost as a documented one: that one.
    MisspeltFunction(&'static str),
    /// A function with more or fewer arguments than it takes.
    Arguments,
}

impl Expression {
    /// What is wrong with the functions and their arguments. A function that resembles no documented one is let be:
    /// Microsoft adds some now and then.
    ///
    /// ```
    /// use vestibule::entra::{Expression, MistakeKind};
    ///
    /// let mistakes = Expression::parse("Tolower([mail])").unwrap().mistakes();
    /// assert_eq!(mistakes[0].kind, MistakeKind::MisspeltFunction("ToLower"));
    /// ```
    pub fn mistakes(&self) -> Vec<ExpressionMistake> {
        self.walk().into_iter().filter_map(mistake).collect()
    }
}

fn mistake(expression: &Expression) -> Option<ExpressionMistake> {
    let ExpressionKind::Call { name, name_span, arguments } = &expression.kind else { return None };
    if !is_known(name) {
        let names = || FUNCTIONS.iter().map(|function| function.name);
        let without_case = names().find(|known| known.eq_ignore_ascii_case(name));
        let meant = without_case.or_else(|| closest(name, names()))?;
        let message = format!("there is no function `{name}`");
        return Some(ExpressionMistake { kind: MistakeKind::MisspeltFunction(meant), span: *name_span, message });
    }
    let takes = function(name)?;
    let count = arguments.len();
    let fits = count >= takes.least && takes.most.is_none_or(|most| count <= most);
    // A source, a default, then keys with their values.
    let pairs = name != "Switch" || count.is_multiple_of(2);
    if fits && pairs {
        return None;
    }
    let message = match (takes.most, pairs) {
        (_, false) => "`Switch` has a key without a value".to_owned(),
        (Some(most), _) if most == takes.least => format!("`{name}` takes {}, not {count}", arguments_of(most)),
        (Some(most), _) => format!("`{name}` takes {} to {most} arguments, not {count}", takes.least),
        (None, _) => format!("`{name}` takes at least {}, not {count}", arguments_of(takes.least)),
    };
    Some(ExpressionMistake { kind: MistakeKind::Arguments, span: expression.span, message })
}

fn arguments_of(count: usize) -> String {
    match count {
        0 => "no arguments".to_owned(),
        1 => "1 argument".to_owned(),
        _ => format!("{count} arguments"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Vec<String> {
        let mistakes = Expression::parse(text).expect(text).mistakes();
        mistakes.iter().map(|mistake| format!("{}: {}", &text[mistake.span.range()], mistake.message)).collect()
    }

    #[test]
    fn documented_uses_are_right() {
        for text in [
            r#"Switch([IsSoftDeleted], , "False", "True", "True", "False")"#,
            r#"Replace([preferredLanguage], "-", , , "_", , )"#,
            r#"Append([a], ",")"#,
            "Coalesce([mail], [userPrincipalName], \"x\")",
            "SingleAppRoleAssignment([appRoleAssignments])",
            "DefaultDomain()",
            "Mid(\"a\", 1, 2)",
            "SomethingQuiteNew([a])",
        ] {
            assert_eq!(said(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn names_and_numbers_of_arguments_are_checked() {
        let check = |text: &str, expected: &str| assert_eq!(said(text), [expected], "{text}");
        check("tolower([mail])", "tolower: there is no function `tolower`");
        check("Iif([a] = \"x\", [a], [b])", "Iif: there is no function `Iif`");
        check("Append([a], Tolower([b]))", "Tolower: there is no function `Tolower`");
        check("Swich([a], , \"b\", \"c\")", "Swich: there is no function `Swich`");
        check("IIF([a] = \"x\", [a])", "IIF([a] = \"x\", [a]): `IIF` takes 3 arguments, not 2");
        check("Switch([a], , \"b\")", "Switch([a], , \"b\"): `Switch` has a key without a value");
        check("Join([a])", "Join([a]): `Join` takes at least 2 arguments, not 1");
        check("Now([a])", "Now([a]): `Now` takes no arguments, not 1");
        check("ToLower([a], \"x\", \"y\")", "ToLower([a], \"x\", \"y\"): `ToLower` takes 1 to 2 arguments, not 3");
    }

    #[test]
    fn the_suggestion_is_the_documented_function() {
        let meant = |text: &str| Expression::parse(text).expect(text).mistakes().remove(0).kind;
        assert_eq!(meant("TOLOWER([a])"), MistakeKind::MisspeltFunction("ToLower"));
        assert_eq!(meant("Swtich([a])"), MistakeKind::MisspeltFunction("Switch"));
    }
}
