//! The plain evaluator: it walks a condition and asks for every input as it comes.
//!
//! It is short so that it can be held against the description of the language by eye, and it stays: whatever is faster
//! is held against it.

use super::Verdict;
use super::inputs::{Datum, Known, Moment, names};
use crate::condition::{Input, Question, Term, Test};
use crate::scim::{Fact, GroupRef, Object};

/// Where the inputs of a condition come from.
pub(super) enum Inputs<'i> {
    /// A person at an event.
    Person(&'i Moment<'i>),
    /// The same, with everything that is withheld taken for absent.
    WithholdingNothing(&'i Moment<'i>),
    /// A provider group, for rules over groups.
    Group(GroupRef<'i>),
    /// One element of a multi-valued attribute.
    Element(&'i Object),
}

impl<'i> Inputs<'i> {
    /// What the condition comes to.
    pub(super) fn verdict(&self, term: &Term) -> Verdict {
        match term {
            Term::Constant(constant) => Verdict::of(*constant),
            Term::Not(inner) => !self.verdict(inner),
            Term::All(terms) => terms.iter().map(|term| self.verdict(term)).fold(Verdict::HOLDS, Verdict::and),
            Term::Any(terms) => terms.iter().map(|term| self.verdict(term)).fold(Verdict::FAILS, Verdict::or),
            Term::Test(test) => self.test(test),
        }
    }

    /// The inputs that are missing where the verdict is not known: those of unknown tests inside unknown parts, each
    /// once, in the order of the text.
    pub(super) fn missing(&self, term: &Term, names: &mut Vec<String>) {
        if self.verdict(term).is_known() {
            return;
        }
        match term {
            Term::Constant(_) => {}
            Term::Not(inner) => self.missing(inner, names),
            Term::All(terms) | Term::Any(terms) => terms.iter().for_each(|term| self.missing(term, names)),
            Term::Test(test) if names.contains(&test.name) => {}
            Term::Test(test) => names.push(test.name.clone()),
        }
    }

    fn test(&self, test: &Test) -> Verdict {
        if let Question::Element(filter) = &test.question {
            return match self.elements(test) {
                Known::Values(elements) => elements
                    .into_iter()
                    .map(|element| Inputs::Element(element).verdict(filter))
                    .fold(Verdict::FAILS, Verdict::or),
                Known::Withheld => Verdict::WITHHELD,
                Known::Undetermined => Verdict::OPEN,
            };
        }
        match self.values(&test.input) {
            Known::Values(values) => Verdict::of(answer(&test.question, &values)),
            Known::Withheld => Verdict::WITHHELD,
            Known::Undetermined => Verdict::OPEN,
        }
    }

    fn values(&self, input: &Input) -> Known<Vec<Datum<'i>>> {
        match (self, input) {
            (Inputs::Person(moment), _) => moment.values(input),
            (Inputs::WithholdingNothing(moment), _) => absent_if_withheld(moment.values(input)),
            (Inputs::Group(group), Input::Group(key)) => names(std::slice::from_ref(group), *key).into(),
            (Inputs::Element(element), Input::Element(sub, value_type)) => {
                match element.element_values(sub, *value_type) {
                    Fact::Known(values) => Known::Values(values.into_iter().map(Datum::Given).collect()),
                    Fact::Undetermined => Known::Undetermined,
                }
            }
            // The checker lets no other input into these.
            (Inputs::Group(_) | Inputs::Element(_), _) => Known::Undetermined,
        }
    }

    fn elements(&self, test: &Test) -> Known<Vec<&'i Object>> {
        let Input::Scim(attribute) = &test.input else { return Known::Undetermined };
        match self {
            Inputs::Person(moment) => moment.elements(attribute),
            Inputs::WithholdingNothing(moment) => absent_if_withheld(moment.elements(attribute)),
            Inputs::Group(_) | Inputs::Element(_) => Known::Undetermined,
        }
    }
}

fn absent_if_withheld<T: Default>(known: Known<T>) -> Known<T> {
    match known {
        Known::Withheld => Known::Values(T::default()),
        known => known,
    }
}

fn answer(question: &Question, values: &[Datum<'_>]) -> bool {
    match question {
        Question::Present => !values.is_empty(),
        Question::Some(predicate) => values.iter().any(|datum| predicate.holds(&datum.value())),
        Question::SomeOrNone(predicate) => {
            values.is_empty() || values.iter().any(|datum| predicate.holds(&datum.value()))
        }
        // Answered element by element in `Inputs::test`.
        Question::Element(_) => false,
    }
}

/// Whether a condition can be withheld at an event, whatever the user's known attributes are.
///
/// `withheld` says which inputs Foundry lacks; every other test may hold or fail, each on its own.
pub(crate) fn can_be_withheld(term: &Term, withheld: &impl Fn(&Input) -> bool) -> bool {
    fn possible(term: &Term, withheld: &impl Fn(&Input) -> bool) -> Verdict {
        match term {
            Term::Constant(constant) => Verdict::of(*constant),
            Term::Not(inner) => !possible(inner, withheld),
            Term::All(terms) => terms.iter().map(|term| possible(term, withheld)).fold(Verdict::HOLDS, Verdict::and),
            Term::Any(terms) => terms.iter().map(|term| possible(term, withheld)).fold(Verdict::FAILS, Verdict::or),
            Term::Test(test) if withheld(&test.input) => Verdict::WITHHELD,
            Term::Test(_) => Verdict::OPEN,
        }
    }
    possible(term, withheld).may(Verdict::WITHHELD)
}

/// Whether Foundry lacks an input when SCIM creates a user.
pub(crate) fn is_withheld_at_create(input: &Input) -> bool {
    match input {
        Input::Scim(attribute) => !attribute.synced,
        Input::Foundry(name) => !crate::condition::is_reserved_attribute(name),
        Input::ProviderGroups(_) => true,
        Input::Email | Input::InternalGroups | Input::Group(_) | Input::Element(..) => false,
    }
}
