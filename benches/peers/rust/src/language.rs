//! Conditions in the languages of the engines.

use crate::data::{Condition, Connective, Test};

/// How a language spells things. `None`: it cannot say that.
pub trait Language {
    fn test(&self, test: &Test) -> Option<String>;
    fn not(&self, operand: &str) -> String;
}

/// A condition in a language; `None` where the language cannot say it.
pub fn translate(condition: &Condition, language: &impl Language) -> Option<String> {
    let joined = |operands: &[Condition], connective: &str| {
        let operands: Option<Vec<String>> = operands.iter().map(|operand| translate(operand, language)).collect();
        Some(format!("({})", operands?.join(connective)))
    };
    match condition {
        Condition::Test(test) => language.test(test),
        Condition::Connective(Connective::All(operands)) => joined(operands, " && "),
        Condition::Connective(Connective::Any(operands)) => joined(operands, " || "),
        Condition::Connective(Connective::Not(operand)) => Some(language.not(&translate(operand, language)?)),
    }
}

/// A text in double quotes. The three languages escape the quote and the backslash alike.
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
