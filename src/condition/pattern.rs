//! Regular expressions: the whole value must match.

use std::fmt::{self, Display, Formatter, Write};
use std::sync::Arc;

use regex::{Regex, RegexBuilder};
use regex_syntax::ast::parse::ParserBuilder;
use regex_syntax::hir::translate::TranslatorBuilder;
use regex_syntax::hir::{Hir, Look, print::Printer};

use super::anchor_literals::Anchor;
use super::dialect;
use crate::source::Span;

/// The largest compiled pattern, in bytes: `\w{32}` takes 2 MiB, `\w{100}` is over it.
pub const MAX_PATTERN_BYTES: usize = 4 << 20;

/// The longest pattern once its classes are written out, which is a fifth of what they compile to.
const MAX_PRINTED_BYTES: usize = MAX_PATTERN_BYTES / 2;

/// How deep a pattern may be nested.
const MAX_PATTERN_DEPTH: u32 = 100;

/// Nearly every pattern compiles to less. What does not is tried with twice as much again and again, so that its size is
/// known well enough to be counted, and the steps together cost as much as the last.
const FIRST_STEP: usize = 1 << 12;

/// What reading a byte of a pattern costs, in bytes compiled in the same time.
const COST_OF_A_BYTE: usize = 64;

/// A compiled regular expression in the dialect of the `regex` crate. It matches whole values only, as Control Panel's
/// patterns are read here; case counts unless the pattern says otherwise.
///
/// Palantir's pages ask for regular expressions and say neither their dialect nor whether a part may match
/// (palantir.com/docs/foundry/authentication/group-assignment).
///
/// ```
/// use vestibule::condition::Pattern;
///
/// let pattern = Pattern::new("EU-.*", false)?;
/// assert!(pattern.is_match("EU-Finance"));
/// assert!(!pattern.is_match("Former EU-Finance"));
///
/// let error = Pattern::new("(?!Ext-).*", false).unwrap_err();
/// assert_eq!(error.message, "`(?!` is a look-ahead, which this dialect does not have");
/// # Ok::<(), vestibule::condition::PatternError>(())
/// ```
#[derive(Clone)]
pub struct Pattern {
    source: String,
    ignore_case: bool,
    regex: Regex,
    anchor: Option<Arc<Anchor>>,
    cost: usize,
}

/// Why a text is not a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError {
    /// What is wrong, as a statement.
    pub message: String,
    /// What is said about the place.
    pub label: String,
    /// What to do about it, as a command.
    pub help: Option<String>,
    /// Where, in bytes of the pattern.
    pub span: Span,
    /// How many bytes were compiled before it was given up.
    pub(super) wasted: usize,
    /// Whether it is one pattern too many, and not wrong itself.
    pub(super) of_all: bool,
}

impl PatternError {
    pub(super) fn new(span: Span, message: impl Into<String>) -> Self {
        PatternError { message: message.into(), label: "here".to_string(), help: None, span, wasted: 0, of_all: false }
    }

    pub(super) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl Display for PatternError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for PatternError {}

impl Pattern {
    /// Compiles a regular expression.
    ///
    /// # Errors
    ///
    /// When it is none, when it holds a construct that other dialects have or read differently, or when it is nested too
    /// deep or compiles to more than [`MAX_PATTERN_BYTES`].
    pub fn new(source: &str, ignore_case: bool) -> Result<Pattern, PatternError> {
        let (whole, anchor) = whole_value(source, ignore_case)?;
        let anchor = anchor.map(Arc::new);
        let reading = source.len().saturating_mul(COST_OF_A_BYTE);
        let steps = std::iter::successors(Some(FIRST_STEP), |step| Some(step * 2));
        for size_limit in steps.take_while(|step| *step <= MAX_PATTERN_BYTES) {
            // The nesting was checked above; printing adds at most a group around each level.
            let built = RegexBuilder::new(&whole).size_limit(size_limit).nest_limit(4 * MAX_PATTERN_DEPTH).build();
            match built {
                Ok(regex) => {
                    let cost = size_limit.max(reading);
                    return Ok(Pattern { source: source.to_string(), ignore_case, regex, anchor, cost });
                }
                Err(regex::Error::CompiledTooBig(_)) => {}
                Err(error) => return Err(PatternError::new(whole_span(source), refused(&error))),
            }
        }
        Err(too_big(source))
    }

    /// Whether the whole value matches.
    pub fn is_match(&self, value: &str) -> bool {
        self.regex.is_match(value)
    }

    /// The regular expression as written, `\/` read as `/`.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// What it is made of, not anchored to the ends of the value.
    pub(crate) fn hir(&self) -> Option<Hir> {
        parsed(&self.source, self.ignore_case).ok()
    }

    /// Whether `/…/i` says that case does not count.
    pub fn ignores_case(&self) -> bool {
        self.ignore_case
    }

    /// Texts of which every match has one, where there are some.
    pub(crate) fn anchor(&self) -> Option<&Anchor> {
        self.anchor.as_deref()
    }

    /// At most how many bytes it compiled to, or how many could have been compiled while it was read.
    pub(super) fn cost(&self) -> usize {
        self.cost
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pattern").field("source", &self.source).field("ignore_case", &self.ignore_case).finish()
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        (&self.source, self.ignore_case) == (&other.source, other.ignore_case)
    }
}

impl Eq for Pattern {}

/// The regular expression between `\A` and `\z`. They are put around the parsed form: around the text, a comment of
/// `(?x)` or an alternation would swallow one of them. Beside it, texts of which every match has one.
fn whole_value(source: &str, ignore_case: bool) -> Result<(String, Option<Anchor>), PatternError> {
    let hir = parsed(source, ignore_case)?;
    let anchor = match ignore_case {
        true => parsed(source, false).ok().and_then(|hir| Anchor::of(&hir, true)),
        false => Anchor::of(&hir, false),
    };
    let whole = Hir::concat(vec![Hir::look(Look::Start), hir, Hir::look(Look::End)]);
    let mut printed = Printed(String::new());
    Printer::new().print(&whole, &mut printed).map_err(|_| too_big(source))?;
    Ok((printed.0, anchor))
}

/// What a pattern is made of.
fn parsed(source: &str, ignore_case: bool) -> Result<Hir, PatternError> {
    let ast = ParserBuilder::new()
        .nest_limit(MAX_PATTERN_DEPTH)
        .build()
        .parse(source)
        .map_err(|error| dialect::explain(source, &error))?;
    dialect::check(source, &ast)?;
    TranslatorBuilder::new()
        .case_insensitive(ignore_case)
        .build()
        .translate(source, &ast)
        .map_err(|error| dialect::explain_translation(source, &error))
}

/// A pattern with its classes written out, as long as it is not too long.
struct Printed(String);

impl Write for Printed {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.0.len() + text.len() > MAX_PRINTED_BYTES {
            return Err(fmt::Error);
        }
        self.0.push_str(text);
        Ok(())
    }
}

fn whole_span(source: &str) -> Span {
    Span::new(0, source.len())
}

fn refused(error: &regex::Error) -> String {
    let text = error.to_string();
    format!("the pattern cannot be compiled: {}", text.lines().last().unwrap_or_default())
}

fn too_big(source: &str) -> PatternError {
    let limit = MAX_PATTERN_BYTES >> 20;
    let error =
        PatternError::new(whole_span(source), format!("the pattern compiles to more than the limit of {limit} MiB"));
    PatternError { wasted: MAX_PATTERN_BYTES.max(source.len().saturating_mul(COST_OF_A_BYTE)), ..error }
        .label("too large when compiled")
        .help("make its repetitions smaller (`{n,m}` counts n times m), or write `.` or `[a-z]` for `\\w`")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, ignore_case: bool, matches: &[&str], not: &[&str]) {
        let pattern = Pattern::new(source, ignore_case).unwrap();
        assert!(matches.iter().all(|value| pattern.is_match(value)), "{source} {matches:?}");
        assert!(!not.iter().any(|value| pattern.is_match(value)), "{source} {not:?}");
    }

    #[test]
    fn the_whole_value_matches() {
        check("EU-.*", false, &["EU-", "EU-Finance"], &["eu-finance", "X-EU-Y", "EU-a\nb", ""]);
        check("a|b", false, &["a", "b"], &["ab", "xa", "bx"]);
        check("(?x) a # comment", false, &["a"], &["ab", "a # comment", "ba"]);
        check("(?x) a # comment\n | b", false, &["a", "b"], &["ab"]);
        check("^a$", false, &["a"], &["a\n", "ba"]);
        check("(?m)^a$", false, &["a"], &["a\nb", "b\na"]);
        check("(?s).*", false, &["", "a\nb"], &[]);
        check("", false, &[""], &["a"]);
        check("a??", false, &["a", ""], &["aa"]);
        check("[\\]\\[]x\\z", false, &["]x", "[x"], &["x"]);
        check("(?-u:a)\\x{e9}|\\u00e8", false, &["aé", "è"], &["é"]);
    }

    #[test]
    fn case_counts_unless_it_does_not() {
        check("straße", true, &["STRAẞE", "Straße"], &["strasse"]);
        check("(?i)eu-.*", false, &["EU-x"], &[]);
        check("(?i:eu)-.*", false, &["EU-x", "eu-x"], &["EU_x"]);
        check("(?-i)a", true, &["a"], &["A"]);
        check("[a-z]\\p{Lu}", true, &["Ab", "aB"], &["1b"]);
    }

    #[test]
    fn equality_is_of_what_is_written() {
        let pattern = |source, ignore_case| Pattern::new(source, ignore_case).unwrap();
        assert_eq!(pattern("a", false), pattern("a", false));
        assert_ne!(pattern("a", false), pattern("a", true));
        assert_ne!(pattern("a", false), pattern("(?:a)", false));
        assert_eq!(format!("{:?}", pattern("a", true)), "Pattern { source: \"a\", ignore_case: true }");
    }

    #[test]
    fn limits() {
        let error = Pattern::new("\\w{5000}", false).unwrap_err();
        assert_eq!(error.message, "the pattern compiles to more than the limit of 4 MiB");
        let error = Pattern::new("((a{1000}){1000}){1000}", false).unwrap_err();
        assert_eq!(error.span, Span::new(0, 23));
        let nested = |depth: usize| format!("{}a{}", "(".repeat(depth), ")".repeat(depth));
        assert!(Pattern::new(&nested(90), true).is_ok());
        let error = Pattern::new(&nested(20_000), true).unwrap_err();
        assert_eq!(error.message, "the pattern is nested deeper than the limit of 100 levels");
        assert!(Pattern::new("\\w{8}-(\\w{4}-){3}\\w{12}", false).is_ok());
        // Many classes are refused before they are compiled.
        for source in ["[\\pL\\pN]".repeat(1000), "[\\pL\\pN]{90}".to_string()] {
            let error = Pattern::new(&source, false).unwrap_err();
            assert_eq!(error.message, "the pattern compiles to more than the limit of 4 MiB");
        }
    }
}
