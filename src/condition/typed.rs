//! Checked conditions: every name resolved, every operand of the right type.

use super::schema::is_synced;
use super::{Pattern, TextMatch};
use crate::source::Span;

/// A condition whose names and types have been checked. Evaluating it never fails.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// The outermost term.
    pub term: Term,
    /// The condition as the printer writes it.
    pub printed: String,
}

impl Condition {
    /// A condition that always holds, or never: what a YAML boolean as `when` is.
    pub fn constant(value: bool) -> Condition {
        Condition { term: Term::Constant(value), printed: value.to_string() }
    }

    /// The tests of the condition, in the order of its text. The tests inside of a value filter are not among them;
    /// [`Term::tests`] of the filter's term gives those.
    pub fn tests(&self) -> Tests<'_> {
        self.term.tests()
    }
}

impl Term {
    /// The tests in it, in the order of the text, without those inside of value filters.
    pub fn tests(&self) -> Tests<'_> {
        Tests { terms: vec![self] }
    }
}

/// Iterator of [`Condition::tests`].
#[derive(Clone, Debug)]
pub struct Tests<'c> {
    /// What is still to be looked at, the next one last.
    terms: Vec<&'c Term>,
}

impl<'c> Iterator for Tests<'c> {
    type Item = &'c Test;

    fn next(&mut self) -> Option<&'c Test> {
        while let Some(term) = self.terms.pop() {
            match term {
                Term::Constant(_) => {}
                Term::Not(inner) => self.terms.push(inner),
                Term::All(parts) | Term::Any(parts) => self.terms.extend(parts.iter().rev()),
                Term::Test(test) => return Some(test),
            }
        }
        None
    }
}

/// A checked condition or a part of one.
#[derive(Clone, Debug, PartialEq)]
pub enum Term {
    /// `true` or `false`.
    Constant(bool),
    /// Negation; also what `excludes` and `eq null` are made of.
    Not(Box<Term>),
    /// All of them.
    All(Vec<Term>),
    /// Any of them.
    Any(Vec<Term>),
    /// A question about one input.
    Test(Test),
}

/// A question about the values of one input.
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    /// What is looked at.
    pub input: Input,
    /// The input as the printer spells it: what `missing` lists.
    pub name: String,
    /// What is asked of it.
    pub question: Question,
    /// Where it stands in the text of the condition.
    pub span: Span,
    /// Where the path stands in the text of the condition.
    pub path_span: Span,
}

/// What is asked of an input.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// There is a value (`pr`).
    Present,
    /// Some value satisfies the predicate.
    Some(Predicate),
    /// Some value satisfies the predicate, or there is none (`ne`).
    SomeOrNone(Predicate),
    /// Some element of a multi-valued complex attribute satisfies the filter. The inputs of the tests inside are
    /// [`Input::Element`].
    Element(Box<Term>),
}

/// What is asked of a single value.
#[derive(Clone, Debug, PartialEq)]
pub enum Predicate {
    /// A string stands in this relation to a text.
    Text(TextMatch),
    /// The whole string matches.
    Pattern(Pattern),
    /// A boolean equals.
    Bool(bool),
    /// A number stands in this relation.
    Number(Ordering, f64),
    /// A date-time, as an instant, stands in this relation.
    Instant(Ordering, jiff::Timestamp),
    /// Any of them: `in [ … ]` over numbers, booleans or date-times.
    AnyOf(Vec<Predicate>),
    /// Not so: what `ne` asks of each value.
    Not(Box<Predicate>),
}

/// A relation of order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ordering {
    /// The value equals the operand.
    Equal,
    /// It comes before it.
    Less,
    /// It does not come after it.
    LessOrEqual,
    /// It comes after it.
    Greater,
    /// It does not come before it.
    GreaterOrEqual,
}

/// What a condition can look at.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Input {
    /// An attribute of the SCIM user.
    Scim(Attribute),
    /// The one e-mail address that Foundry holds.
    Email,
    /// `attributes.NAME`: a Foundry attribute. The name compares exactly.
    Foundry(String),
    /// `provider.groups` or `provider.groups.externalId`.
    ProviderGroups(GroupKey),
    /// `internal.groups`.
    InternalGroups,
    /// `group.displayName` or `group.externalId`, in rules over groups.
    Group(GroupKey),
    /// A sub-attribute of the element at hand, inside `[…]`. The name is in the schema's spelling.
    Element(String, ValueType),
}

/// By which of its names a group is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GroupKey {
    /// `displayName`: compares without case.
    DisplayName,
    /// `externalId`: compares exactly.
    ExternalId,
}

/// A resolved SCIM attribute.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Attribute {
    /// The URN of the extension that it belongs to; `None` for the core schema.
    pub extension: Option<String>,
    /// The attribute in the schema's spelling: `emails`, `name`, `department`.
    pub name: String,
    /// The sub-attribute in the schema's spelling: `givenName`. For a multi-valued complex attribute named without
    /// one, `value`; `None` also for a filter over elements and for `pr` over a complex attribute.
    pub sub: Option<String>,
    /// The type of the values.
    pub value_type: ValueType,
    /// Whether there can be several values.
    pub multi_valued: bool,
    /// Whether Foundry's SCIM endpoint syncs it: one of the six of Palantir's guide, or a part of one.
    pub synced: bool,
}

impl Attribute {
    /// Whether Foundry's SCIM endpoint syncs this sub-attribute of it. Of `name` it syncs two.
    pub fn syncs(&self, sub: &str) -> bool {
        self.extension.is_none() && is_synced(&self.name, Some(sub))
    }

    /// Whether it is a sub-attribute for which the whole attribute cannot stand: any but `value`.
    pub fn is_proper_part(&self) -> bool {
        self.sub.as_deref().is_some_and(|sub| sub != "value")
    }

    /// Whether a value of `whole` holds this one: it is the same attribute, or `whole` was named without a
    /// sub-attribute.
    pub fn is_part_of(&self, whole: &Attribute) -> bool {
        let same = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
        let schemas = (&self.extension, &whole.extension);
        let same_schema = matches!(schemas, (Some(a), Some(b)) if same(a, b)) || schemas == (&None, &None);
        same_schema && same(&self.name, &whole.name) && (whole.sub.is_none() || self.sub == whole.sub)
    }
}

/// The type of an attribute's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValueType {
    /// A string that compares without case.
    Text,
    /// A string that compares exactly (`caseExact`).
    ExactText,
    /// `true` or `false`.
    Boolean,
    /// An integer or decimal number.
    Number,
    /// A date-time, compared as an instant.
    DateTime,
    /// A value with sub-attributes.
    Complex,
}
