//! What other languages write for the operators and keywords of this one.

use super::Operator;
use super::suggest::nearest;

/// What may follow a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Question {
    /// `pr`, which takes no value.
    Present,
    /// An operator, which does.
    Compare(Operator),
}

impl Question {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Question::Present => "pr",
            Question::Compare(operator) => operator.as_str(),
        }
    }

    /// The operator that a word is.
    pub(super) fn from_word(word: &str) -> Option<Question> {
        if word.eq_ignore_ascii_case("pr") {
            return Some(Question::Present);
        }
        Operator::from_word(word).map(Question::Compare)
    }
}

/// What may follow a path, for messages.
pub(super) const OPERATORS: &str = "`eq`, `ne`, `co` (contains), `sw` (starts with), `ew` (ends with), `gt`, `ge`, \
                                    `lt`, `le`, `pr` (is present), `in`, `matches`, `includes`, `excludes`";

/// Spellings of other languages; small letters only.
const ALIASES: &[(&str, Question)] = &[
    ("=", Question::Compare(Operator::Eq)),
    ("==", Question::Compare(Operator::Eq)),
    ("===", Question::Compare(Operator::Eq)),
    ("is", Question::Compare(Operator::Eq)),
    ("equals", Question::Compare(Operator::Eq)),
    ("equal", Question::Compare(Operator::Eq)),
    ("!=", Question::Compare(Operator::Ne)),
    ("!==", Question::Compare(Operator::Ne)),
    ("<>", Question::Compare(Operator::Ne)),
    ("neq", Question::Compare(Operator::Ne)),
    ("notequals", Question::Compare(Operator::Ne)),
    ("isnot", Question::Compare(Operator::Ne)),
    ("contains", Question::Compare(Operator::Co)),
    ("contain", Question::Compare(Operator::Co)),
    ("like", Question::Compare(Operator::Co)),
    ("ilike", Question::Compare(Operator::Co)),
    ("has", Question::Compare(Operator::Co)),
    ("startswith", Question::Compare(Operator::Sw)),
    ("starts", Question::Compare(Operator::Sw)),
    ("beginswith", Question::Compare(Operator::Sw)),
    ("begins", Question::Compare(Operator::Sw)),
    ("endswith", Question::Compare(Operator::Ew)),
    ("ends", Question::Compare(Operator::Ew)),
    (">", Question::Compare(Operator::Gt)),
    ("greater", Question::Compare(Operator::Gt)),
    (">=", Question::Compare(Operator::Ge)),
    ("=>", Question::Compare(Operator::Ge)),
    ("gte", Question::Compare(Operator::Ge)),
    ("geq", Question::Compare(Operator::Ge)),
    ("<", Question::Compare(Operator::Lt)),
    ("less", Question::Compare(Operator::Lt)),
    ("<=", Question::Compare(Operator::Le)),
    ("=<", Question::Compare(Operator::Le)),
    ("lte", Question::Compare(Operator::Le)),
    ("leq", Question::Compare(Operator::Le)),
    ("~", Question::Compare(Operator::Matches)),
    ("=~", Question::Compare(Operator::Matches)),
    ("~=", Question::Compare(Operator::Matches)),
    ("match", Question::Compare(Operator::Matches)),
    ("regex", Question::Compare(Operator::Matches)),
    ("regexp", Question::Compare(Operator::Matches)),
    ("rlike", Question::Compare(Operator::Matches)),
    ("include", Question::Compare(Operator::Includes)),
    ("exclude", Question::Compare(Operator::Excludes)),
    ("exists", Question::Present),
    ("present", Question::Present),
    ("ispresent", Question::Present),
];

/// The operator that a word or sign of another language stands for.
pub(super) fn alias(written: &str) -> Option<Question> {
    let plain: String = written.chars().filter(|c| !matches!(c, '_' | '-')).collect::<String>().to_lowercase();
    ALIASES.iter().find(|(alias, _)| *alias == plain).map(|(_, question)| *question)
}

/// The operator that a misspelt word was meant to be.
pub(super) fn misspelt(word: &str) -> Option<Question> {
    let words = ["pr"].into_iter().chain(Operator::ALL.into_iter().map(Operator::as_str));
    nearest(word, words).and_then(Question::from_word)
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
