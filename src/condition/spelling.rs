//! What other languages write for the operators and keywords of this one.

use super::Operator;
use super::suggest::nearest;

/// What may follow a path: an attribute operator in the words of RFC 7644 section 3.4.2.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AttributeOperator {
    /// `pr`, which takes no value.
    Present,
    /// An operator, which does.
    Compare(Operator),
}

impl AttributeOperator {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            AttributeOperator::Present => "pr",
            AttributeOperator::Compare(operator) => operator.as_str(),
        }
    }

    /// The operator that a word is.
    pub(super) fn from_word(word: &str) -> Option<AttributeOperator> {
        if word.eq_ignore_ascii_case("pr") {
            return Some(AttributeOperator::Present);
        }
        Operator::from_word(word).map(AttributeOperator::Compare)
    }
}

/// What may follow a path, for messages.
pub(super) const OPERATORS: &str = "`eq`, `ne`, `co` (contains), `sw` (starts with), `ew` (ends with), `gt`, `ge`, \
                                    `lt`, `le`, `pr` (is present), `in`, `matches`, `includes`, `excludes`";

/// Spellings of other languages; small letters only.
const ALIASES: &[(&str, AttributeOperator)] = &[
    ("=", AttributeOperator::Compare(Operator::Eq)),
    ("==", AttributeOperator::Compare(Operator::Eq)),
    ("===", AttributeOperator::Compare(Operator::Eq)),
    ("is", AttributeOperator::Compare(Operator::Eq)),
    ("equals", AttributeOperator::Compare(Operator::Eq)),
    ("equal", AttributeOperator::Compare(Operator::Eq)),
    ("!=", AttributeOperator::Compare(Operator::Ne)),
    ("!==", AttributeOperator::Compare(Operator::Ne)),
    ("<>", AttributeOperator::Compare(Operator::Ne)),
    ("neq", AttributeOperator::Compare(Operator::Ne)),
    ("notequals", AttributeOperator::Compare(Operator::Ne)),
    ("isnot", AttributeOperator::Compare(Operator::Ne)),
    ("contains", AttributeOperator::Compare(Operator::Co)),
    ("contain", AttributeOperator::Compare(Operator::Co)),
    ("like", AttributeOperator::Compare(Operator::Co)),
    ("ilike", AttributeOperator::Compare(Operator::Co)),
    ("has", AttributeOperator::Compare(Operator::Co)),
    ("startswith", AttributeOperator::Compare(Operator::Sw)),
    ("starts", AttributeOperator::Compare(Operator::Sw)),
    ("beginswith", AttributeOperator::Compare(Operator::Sw)),
    ("begins", AttributeOperator::Compare(Operator::Sw)),
    ("endswith", AttributeOperator::Compare(Operator::Ew)),
    ("ends", AttributeOperator::Compare(Operator::Ew)),
    (">", AttributeOperator::Compare(Operator::Gt)),
    ("greater", AttributeOperator::Compare(Operator::Gt)),
    (">=", AttributeOperator::Compare(Operator::Ge)),
    ("=>", AttributeOperator::Compare(Operator::Ge)),
    ("gte", AttributeOperator::Compare(Operator::Ge)),
    ("geq", AttributeOperator::Compare(Operator::Ge)),
    ("<", AttributeOperator::Compare(Operator::Lt)),
    ("less", AttributeOperator::Compare(Operator::Lt)),
    ("<=", AttributeOperator::Compare(Operator::Le)),
    ("=<", AttributeOperator::Compare(Operator::Le)),
    ("lte", AttributeOperator::Compare(Operator::Le)),
    ("leq", AttributeOperator::Compare(Operator::Le)),
    ("~", AttributeOperator::Compare(Operator::Matches)),
    ("=~", AttributeOperator::Compare(Operator::Matches)),
    ("~=", AttributeOperator::Compare(Operator::Matches)),
    ("match", AttributeOperator::Compare(Operator::Matches)),
    ("regex", AttributeOperator::Compare(Operator::Matches)),
    ("regexp", AttributeOperator::Compare(Operator::Matches)),
    ("rlike", AttributeOperator::Compare(Operator::Matches)),
    ("include", AttributeOperator::Compare(Operator::Includes)),
    ("exclude", AttributeOperator::Compare(Operator::Excludes)),
    ("exists", AttributeOperator::Present),
    ("present", AttributeOperator::Present),
    ("ispresent", AttributeOperator::Present),
];

/// The operator that a word or sign of another language stands for.
pub(super) fn alias(written: &str) -> Option<AttributeOperator> {
    let plain: String = written.chars().filter(|c| !matches!(c, '_' | '-')).collect::<String>().to_lowercase();
    ALIASES.iter().find(|(alias, _)| *alias == plain).map(|(_, question)| *question)
}

/// The operator that a misspelt word was meant to be.
pub(super) fn misspelt(word: &str) -> Option<AttributeOperator> {
    let words = ["pr"].into_iter().chain(Operator::ALL.into_iter().map(Operator::as_str));
    nearest(word, words).and_then(AttributeOperator::from_word)
}

/// The connective that a sign or a misspelt word was meant to be.
pub(super) fn connective(written: &str) -> Option<&'static str> {
    match written {
        "&&" | "&" => Some("and"),
        "||" | "|" => Some("or"),
        word if word.chars().all(char::is_alphabetic) => nearest(word, ["and", "or"]),
        _ => None,
    }
}
