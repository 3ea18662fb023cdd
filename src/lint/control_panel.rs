//! A condition as Control Panel holds it: rules, each a list of *includes*, *does not include* and *is equal to*
//! (palantir.com/docs/foundry/authentication/group-assignment).

use std::collections::HashMap;

use super::comparison::{Comparison, comparisons, ignores_case};
use crate::condition::{GroupKey, Input, Operand, OperandKind, Operator, Question, Term, Test};
use crate::config::{AttributeKind, Config, When};
use crate::source::Span;

/// How many rules a condition may come to before nobody would type them in.
pub(super) const MOST_RULES: usize = 50;

/// Why Control Panel cannot hold a condition, however it is put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// A test has no counterpart.
    Test(Span, &'static str),
    /// It comes to more than [`MOST_RULES`].
    TooMany,
}

/// One line of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    path: String,
    kind: &'static str,
    pattern: String,
}

/// The rules that a condition comes to, each as the text of its lines.
pub(super) fn rules(config: &Config, when: &When) -> Result<Vec<String>, Refusal> {
    let written = comparisons(when).into_iter().map(|comparison| (comparison.path.span.start, comparison)).collect();
    let expansion = Expansion { config, written };
    let rules = expansion.expand(&when.condition.term, false)?;
    let line = |line: &Line| format!("{} {} `{}`", line.path, line.kind, line.pattern);
    Ok(rules.iter().map(|lines| lines.iter().map(line).collect::<Vec<_>>().join(" and ")).collect())
}

struct Expansion<'c> {
    config: &'c Config,
    /// The comparisons by the byte at which their path starts.
    written: HashMap<usize, Comparison<'c>>,
}

impl Expansion<'_> {
    /// The rules that a term comes to. The depth is that of the condition, which is limited.
    fn expand(&self, term: &Term, negated: bool) -> Result<Vec<Vec<Line>>, Refusal> {
        match term {
            Term::Constant(holds) => Ok(if *holds == negated { Vec::new() } else { vec![Vec::new()] }),
            Term::Not(inner) => self.expand(inner, !negated),
            Term::Test(test) => self.line(test, negated).map(|line| vec![vec![line]]),
            Term::All(terms) if !negated => self.all(terms, negated),
            Term::Any(terms) if negated => self.all(terms, negated),
            Term::All(terms) | Term::Any(terms) => self.any(terms, negated),
        }
    }

    fn all(&self, terms: &[Term], negated: bool) -> Result<Vec<Vec<Line>>, Refusal> {
        let mut rules = vec![Vec::new()];
        for term in terms {
            let more = self.expand(term, negated)?;
            if rules.len() * more.len() > MOST_RULES {
                return Err(Refusal::TooMany);
            }
            rules = rules.iter().flat_map(|rule| more.iter().map(move |lines| [&rule[..], lines].concat())).collect();
        }
        Ok(rules)
    }

    /// Lines on one attribute that stand alone are one line, with alternatives in its pattern.
    fn any(&self, terms: &[Term], negated: bool) -> Result<Vec<Vec<Line>>, Refusal> {
        let mut rules: Vec<Vec<Line>> = Vec::new();
        let mut alone: HashMap<(String, &'static str), usize> = HashMap::new();
        for term in terms {
            for rule in self.expand(term, negated)? {
                if let [line] = &rule[..]
                    && line.kind != EXCLUDES
                {
                    let key = (line.path.clone(), line.kind);
                    if let Some(known) = alone.get(&key).and_then(|&index| rules.get_mut(index)?.first_mut()) {
                        known.pattern = either(&known.pattern, &line.pattern);
                        continue;
                    }
                    alone.insert(key, rules.len());
                }
                rules.push(rule);
                if rules.len() > MOST_RULES {
                    return Err(Refusal::TooMany);
                }
            }
        }
        Ok(rules)
    }

    fn line(&self, test: &Test, negated: bool) -> Result<Line, Refusal> {
        let refused = |why| Err(Refusal::Test(test.span, why));
        let kind = match (self.holds_several(&test.input), negated) {
            (true, false) => INCLUDES,
            (true, true) => EXCLUDES,
            (false, false) => EQUALS,
            (false, true) => return refused("Control Panel has no condition that one value differs"),
        };
        let pattern = match &test.question {
            Question::Element(_) => return refused("Control Panel does not look at parts of an address or an entry"),
            Question::SomeOrNone(_) => return refused("Control Panel has no condition that a value differs"),
            Question::Present => Some(".+".to_owned()),
            Question::Some(_) => self.written.get(&test.path_span.start).and_then(pattern_of),
        };
        match pattern {
            Some(pattern) => Ok(Line { path: test.name.clone(), kind, pattern }),
            None => refused("Control Panel compares texts with patterns, and nothing else"),
        }
    }

    fn holds_several(&self, input: &Input) -> bool {
        match input {
            Input::Scim(attribute) => attribute.multi_valued,
            Input::Foundry(name) => {
                let mapped = self.config.provider.attribute_mapping.attributes.get(name);
                mapped.is_some_and(|mapped| mapped.kind == AttributeKind::Array)
            }
            Input::ProviderGroups(_) | Input::InternalGroups => true,
            Input::Email | Input::Group(GroupKey::DisplayName | GroupKey::ExternalId) | Input::Element(..) => false,
        }
    }
}

const INCLUDES: &str = "includes";
const EXCLUDES: &str = "does not include";
const EQUALS: &str = "is equal to";

/// Both patterns as alternatives: a flag counts for its own alone.
fn either(one: &str, other: &str) -> String {
    const ANY_CASE: &str = "(?i)";
    let scoped = |pattern: &str| match pattern.strip_prefix(ANY_CASE) {
        Some(inner) => format!("(?i:{inner})"),
        None => pattern.to_owned(),
    };
    match (one.strip_prefix(ANY_CASE), other.strip_prefix(ANY_CASE)) {
        (Some(_), Some(other)) => format!("{one}|{other}"),
        _ => format!("{}|{}", scoped(one), scoped(other)),
    }
}

/// The pattern that says the same as a comparison of texts.
fn pattern_of(comparison: &Comparison<'_>) -> Option<String> {
    let quoted = |operand: &Operand| match &operand.kind {
        OperandKind::String(text) => Some(regex_syntax::escape(text)),
        // Foundry's attributes are texts.
        OperandKind::Bool(value) => Some(value.to_string()),
        _ => None,
    };
    let pattern = match (comparison.operator, &comparison.operand.kind) {
        (_, OperandKind::Pattern { source, ignore_case }) => {
            return Some(if *ignore_case { format!("(?i){source}") } else { source.clone() });
        }
        (Operator::In, OperandKind::List(items)) => items.iter().map(quoted).collect::<Option<Vec<_>>>()?.join("|"),
        (Operator::Eq | Operator::Includes | Operator::Excludes, _) => quoted(comparison.operand)?,
        (Operator::Sw, _) => format!("{}.*", quoted(comparison.operand)?),
        (Operator::Ew, _) => format!(".*{}", quoted(comparison.operand)?),
        (Operator::Co, _) => format!(".*{}.*", quoted(comparison.operand)?),
        _ => return None,
    };
    let minds_case = !ignores_case(comparison.input) || !pattern.chars().any(char::is_alphabetic);
    Some(if minds_case { pattern } else { format!("(?i){pattern}") })
}

#[cfg(test)]
mod tests {
    use super::either;

    #[test]
    fn a_flag_counts_for_its_own_alternative() {
        assert_eq!(either("(?i)a", "(?i)b"), "(?i)a|b");
        assert_eq!(either("(?i)a", "B.*"), "(?i:a)|B.*");
        assert_eq!(either("A", "(?i)b"), "A|(?i:b)");
    }
}
