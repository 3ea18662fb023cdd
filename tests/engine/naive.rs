//! A second evaluator, written from the description of the language over the syntax tree and the raw JSON of a user. It
//! shares nothing with the engine, knows only logins at which everything is known, and is slow.

use std::cmp::Ordering;

use regex::RegexBuilder;
use serde_json::Value;
use vestibule::condition::{Expr, ExprKind, Operand, OperandKind, Operator, Path, TextStyle, parse};

use crate::generate::{ENTERPRISE, EXTENSION, MAPPED, Rule, Rules};

/// Everything that is known of a person at a login.
pub(crate) struct Truth<'t> {
    pub(crate) user: &'t Value,
    pub(crate) groups: &'t [(&'static str, &'static str)],
    pub(crate) internal: &'t [&'static str],
}

/// What is decided: whether the user is admitted, the organization by number, and the groups by number. The name of the
/// deciding rule goes with the first two, and with each group the rules that give it.
#[derive(Debug, PartialEq)]
pub(crate) struct Outcome {
    pub(crate) admits: (bool, Option<String>),
    pub(crate) organization: Option<(Option<usize>, Option<String>)>,
    pub(crate) groups: Vec<(usize, Vec<String>)>,
}

/// How the values of an attribute compare.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Folded,
    Exact,
    Plain,
    Instant,
}

/// Rules whose conditions are read.
pub(crate) struct Described {
    intake: Vec<Read<bool>>,
    admits_by_default: bool,
    organizations: Vec<Read<usize>>,
    fallback: Option<usize>,
    groups: Vec<Read<usize>>,
}

struct Read<O> {
    name: String,
    when: Expr,
    outcome: O,
}

impl Described {
    pub(crate) fn new(rules: &Rules) -> Described {
        Described {
            intake: read(&rules.intake),
            admits_by_default: rules.admits_by_default,
            organizations: read(&rules.organizations),
            fallback: rules.fallback,
            groups: read(&rules.groups),
        }
    }

    pub(crate) fn outcome(&self, truth: &Truth<'_>) -> Outcome {
        fn first<'r, O>(rules: &'r [Read<O>], truth: &Truth<'_>) -> Option<&'r Read<O>> {
            rules.iter().find(|rule| truth.holds(&rule.when, None))
        }
        let intake = first(&self.intake, truth);
        let admits = intake.map_or(self.admits_by_default, |rule| rule.outcome);
        let by = intake.map(|rule| rule.name.clone());
        let mut outcome = Outcome { admits: (admits, by), organization: None, groups: Vec::new() };
        if !admits {
            return outcome;
        }
        let decider = first(&self.organizations, truth);
        let organization = decider.map(|rule| rule.outcome).or(self.fallback);
        outcome.organization = Some((organization, decider.map(|rule| rule.name.clone())));
        for rule in self.groups.iter().filter(|rule| truth.holds(&rule.when, None)) {
            for group in [rule.outcome, (rule.outcome + 1) % 4] {
                match outcome.groups.iter_mut().find(|(known, _)| *known == group) {
                    Some((_, names)) => names.push(rule.name.clone()),
                    None => outcome.groups.push((group, vec![rule.name.clone()])),
                }
            }
        }
        outcome
    }
}

fn read<O: Copy>(rules: &[Rule<O>]) -> Vec<Read<O>> {
    let enabled = rules.iter().filter(|rule| rule.enabled);
    let read = |rule: &Rule<O>| {
        let when = parse(&rule.when, TextStyle::Inline).expr.unwrap_or_else(|| panic!("cannot read {}", rule.when));
        Read { name: rule.name.clone(), when, outcome: rule.outcome }
    };
    enabled.map(read).collect()
}

impl Truth<'_> {
    fn holds(&self, expr: &Expr, element: Option<&Value>) -> bool {
        match &expr.kind {
            ExprKind::Constant(value) => *value,
            ExprKind::Not(inner) => !self.holds(inner, element),
            ExprKind::And(parts) => parts.iter().all(|part| self.holds(part, element)),
            ExprKind::Or(parts) => parts.iter().any(|part| self.holds(part, element)),
            ExprKind::Present(path) => self.is_present(path, element),
            ExprKind::Element { path, filter } => self.elements(path).iter().any(|item| self.holds(filter, Some(item))),
            ExprKind::Compare { path, operator, operand, .. } => self.compares(path, *operator, operand, element),
        }
    }

    fn compares(&self, path: &Path, operator: Operator, operand: &Operand, element: Option<&Value>) -> bool {
        match (operator, &operand.kind) {
            (Operator::Eq, OperandKind::Null) => return !self.is_present(path, element),
            (Operator::Ne, OperandKind::Null) => return self.is_present(path, element),
            _ => {}
        }
        let (values, kind) = self.values(path, element);
        let some = |operator| values.iter().any(|value| passes(value, kind, operator, operand));
        match operator {
            Operator::Ne => values.is_empty() || values.iter().any(|value| !passes(value, kind, Operator::Eq, operand)),
            Operator::Includes => some(Operator::Eq),
            Operator::Excludes => !some(Operator::Eq),
            Operator::In => match &operand.kind {
                OperandKind::List(items) => {
                    items.iter().any(|item| values.iter().any(|value| passes(value, kind, Operator::Eq, item)))
                }
                _ => unreachable!("`in` takes a list"),
            },
            operator => some(operator),
        }
    }

    fn is_present(&self, path: &Path, element: Option<&Value>) -> bool {
        let names_whole = path.segments.len() == 1 && element.is_none();
        if names_whole && self.attribute(path).is_some_and(is_complex) {
            return !self.elements(path).is_empty();
        }
        !self.values(path, element).0.is_empty()
    }

    /// The values of a path, and how they compare.
    fn values(&self, path: &Path, element: Option<&Value>) -> (Vec<Value>, Kind) {
        let lower: Vec<String> = path.segments.iter().map(|segment| segment.to_ascii_lowercase()).collect();
        let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
        if let Some(element) = element {
            let kind = if lower == ["primary"] { Kind::Plain } else { Kind::Folded };
            return (listed(get(element, lower[0])), kind);
        }
        match lower.as_slice() {
            ["email"] => (self.email().into_iter().collect(), Kind::Folded),
            ["attributes", _] => (self.foundry(&path.segments[1]), Kind::Folded),
            ["provider", "groups"] => (self.groups.iter().map(|(name, _)| Value::from(*name)).collect(), Kind::Folded),
            ["provider", "groups", _] => (self.groups.iter().map(|(_, id)| Value::from(*id)).collect(), Kind::Exact),
            ["internal", "groups"] => (self.internal.iter().map(|name| Value::from(*name)).collect(), Kind::Folded),
            [name, rest @ ..] => {
                let kind = match (*name, rest) {
                    ("id" | "externalid", _) | ("manager", [] | ["value"]) => Kind::Exact,
                    ("meta", _) => Kind::Instant,
                    ("active" | "remote" | "level", _) | (_, ["primary"]) => Kind::Plain,
                    _ => Kind::Folded,
                };
                let values = listed(self.attribute(path));
                let part = |value: &Value| match value {
                    Value::Object(_) => listed(get(value, rest.first().unwrap_or(&"value"))),
                    simple => vec![simple.clone()],
                };
                (values.iter().flat_map(part).collect(), kind)
            }
            [] => unreachable!("a path has a name"),
        }
    }

    /// What stands under the first name of a path.
    fn attribute(&self, path: &Path) -> Option<&Value> {
        let name = path.segments[0].as_str();
        let home = match path.urn.as_deref().map(str::to_ascii_lowercase) {
            Some(urn) if urn == ENTERPRISE.to_ascii_lowercase() => Some(ENTERPRISE),
            Some(urn) if urn == EXTENSION.to_ascii_lowercase() => Some(EXTENSION),
            Some(_) => None,
            None => match name.to_ascii_lowercase().as_str() {
                "department" | "costcenter" | "manager" => Some(ENTERPRISE),
                "tags" | "level" | "remote" => Some(EXTENSION),
                _ => None,
            },
        };
        match home {
            Some(urn) => get(get(self.user, urn)?, name),
            None => get(self.user, name),
        }
    }

    fn elements(&self, path: &Path) -> Vec<Value> {
        let has_value = |element: &Value| {
            element.as_object().is_some_and(|object| object.values().any(|value| !listed(Some(value)).is_empty()))
        };
        listed(self.attribute(path)).into_iter().filter(has_value).collect()
    }

    fn foundry(&self, name: &str) -> Vec<Value> {
        let all = |path: &str| {
            let condition = format!("{path} pr");
            match parse(&condition, TextStyle::Inline).expr.map(|expr| expr.kind) {
                Some(ExprKind::Present(path)) => self.values(&path, None).0,
                _ => unreachable!("a path"),
            }
        };
        match name {
            "multipass:email:primary" => self.email().into_iter().collect(),
            "multipass:given-name" => all("name.givenName"),
            _ => {
                let (_, path, takes_all) = MAPPED.iter().find(|mapped| mapped.0 == name).expect("a mapped attribute");
                let values = all(path);
                if *takes_all { values } else { values.into_iter().take(1).collect() }
            }
        }
    }

    /// The primary address, else the one of type work, else the only one. Generated users have at most one primary.
    fn email(&self) -> Option<Value> {
        let emails = listed(get(self.user, "emails"));
        let with_value: Vec<&Value> = emails.iter().filter(|email| !listed(get(email, "value")).is_empty()).collect();
        let value = |email: &&Value| listed(get(email, "value")).into_iter().next();
        let is_work = |email: &&&Value| {
            get(email, "type").and_then(Value::as_str).is_some_and(|text| text.eq_ignore_ascii_case("work"))
        };
        let primary = with_value.iter().find(|email| get(email, "primary") == Some(&Value::Bool(true)));
        // The same address may be listed twice.
        let only = with_value.first().filter(|first| with_value.iter().all(|other| value(other) == value(first)));
        primary.or_else(|| with_value.iter().find(is_work)).or(only).and_then(value)
    }

    /// Whether the files say which address it is.
    pub(crate) fn has_one_email(&self) -> bool {
        let emails = listed(get(self.user, "emails"));
        let works: Vec<&Value> = emails
            .iter()
            .filter(|email| get(email, "type").and_then(Value::as_str).is_some_and(|t| t.eq_ignore_ascii_case("work")))
            .collect();
        works.len() < 2
    }
}

fn is_complex(value: &Value) -> bool {
    listed(Some(value)).iter().any(Value::is_object)
}

/// The member of an object with this name in any case.
fn get<'v>(object: &'v Value, name: &str) -> Option<&'v Value> {
    object.as_object()?.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// The values of a member: missing, `null` and `[]` are none.
fn listed(value: Option<&Value>) -> Vec<Value> {
    match value {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(items)) => items.iter().filter(|item| !item.is_null()).cloned().collect(),
        Some(value) => vec![value.clone()],
    }
}

/// Whether a single value stands in the relation to the operand.
fn passes(value: &Value, kind: Kind, operator: Operator, operand: &Operand) -> bool {
    match (&operand.kind, kind) {
        (OperandKind::Pattern { source, ignore_case }, _) => {
            let whole = format!(r"\A(?:{source})\z");
            let regex = RegexBuilder::new(&whole).case_insensitive(*ignore_case).build().expect("a pattern");
            value.as_str().is_some_and(|text| regex.is_match(text))
        }
        (OperandKind::Bool(expected), _) => value.as_bool() == Some(*expected),
        (OperandKind::Number(number), _) => {
            let number: f64 = number.parse().expect("a number");
            orders(value.as_f64().expect("a number").partial_cmp(&number).expect("comparable"), operator)
        }
        (OperandKind::String(text), Kind::Instant) => {
            let instant = |text: &str| text.parse::<jiff::Timestamp>().expect("an instant");
            orders(instant(value.as_str().expect("a text")).cmp(&instant(text)), operator)
        }
        (OperandKind::String(text), kind) => {
            let folded =
                |text: &str| if kind == Kind::Exact { text.to_owned() } else { text.chars().map(fold).collect() };
            let (value, text) = (folded(value.as_str().expect("a text")), folded(text));
            match operator {
                Operator::Co => value.contains(&text),
                Operator::Sw => value.starts_with(&text),
                Operator::Ew => value.ends_with(&text),
                operator => orders(value.cmp(&text), operator),
            }
        }
        (OperandKind::Null | OperandKind::List(_), _) => unreachable!("answered before"),
    }
}

fn orders(compared: Ordering, operator: Operator) -> bool {
    match operator {
        Operator::Eq => compared.is_eq(),
        Operator::Gt => compared.is_gt(),
        Operator::Ge => compared.is_ge(),
        Operator::Lt => compared.is_lt(),
        Operator::Le => compared.is_le(),
        other => unreachable!("{other} is no order"),
    }
}

/// Simple case folding of the letters that are generated (Unicode's CaseFolding.txt, status C and S).
fn fold(c: char) -> char {
    match c {
        'A'..='Z' => c.to_ascii_lowercase(),
        'ẞ' => 'ß',
        'Σ' | 'ς' => 'σ',
        'Α' => 'α',
        'Ü' => 'ü',
        '\u{212a}' => 'k',
        c => c,
    }
}
