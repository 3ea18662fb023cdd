//! The plain evaluator: it walks a condition and asks for every input as it comes.
//!
//! It is short so that it can be held against the description of the language by eye, and it stays: whatever is faster
//! is held against it, and takes the place of [`Inputs::verdict`] alone.

use super::Verdict;
use super::inputs::{Datum, Extent, Moment, Visit, collected, each_name};
use super::known::Known;
use crate::condition::{Attribute, GroupKey, Input, Predicate, Question, Term, Test};
use crate::scim::{GroupRef, Object};

/// Where the inputs of a condition come from.
#[derive(Clone, Copy)]
pub(super) enum Inputs<'i> {
    /// A person at an event.
    Person(Moment<'i>),
    /// A provider group, for rules over groups.
    Group(GroupRef<'i>),
}

/// One element of a complex attribute, inside `[…]`.
#[derive(Clone, Copy)]
pub(super) struct Element<'e, 'i> {
    pub(super) attribute: &'e Attribute,
    pub(super) object: &'i Object,
}

impl<'i> Inputs<'i> {
    /// What the condition comes to.
    pub(super) fn verdict(&self, term: &Term) -> Verdict {
        self.walk(term, None)
    }

    /// Hands on each known value of an input, outside of brackets.
    pub(super) fn each(&self, input: &Input, visit: &mut Visit<'_, 'i>) -> Extent {
        match (self, input) {
            (Inputs::Person(moment), _) => moment.each(input, visit),
            (Inputs::Group(group), Input::Group(key)) => each_name(std::slice::from_ref(group), *key, visit),
            // The checker lets nothing of a user into a rule over groups.
            (Inputs::Group(_), _) => Extent::UNDETERMINED,
        }
    }

    pub(super) fn walk(&self, term: &Term, element: Option<Element<'_, 'i>>) -> Verdict {
        match term {
            Term::Constant(constant) => Verdict::of(*constant),
            Term::Not(inner) => !self.walk(inner, element),
            Term::All(terms) => Verdict::all(terms.iter().map(|term| self.walk(term, element))),
            Term::Any(terms) => Verdict::any(terms.iter().map(|term| self.walk(term, element))),
            Term::Test(test) => self.test(test, element),
        }
    }

    pub(super) fn test(&self, test: &Test, element: Option<Element<'_, 'i>>) -> Verdict {
        match &test.question {
            Question::Present => self.present(&test.input, element),
            Question::Some(predicate) => holds_for_some(predicate, &self.values(&test.input, element)),
            Question::SomeOrNone(predicate) => {
                let values = self.values(&test.input, element);
                holds_for_some(predicate, &values).or(!values.present())
            }
            Question::Element(filter) => match &test.input {
                Input::Scim(attribute) => {
                    self.elements(attribute).some(|object| self.walk(filter, Some(Element { attribute, object })))
                }
                // The checker puts brackets after attributes only.
                _ => Verdict::OPEN,
            },
        }
    }

    fn present(&self, input: &Input, element: Option<Element<'_, 'i>>) -> Verdict {
        match (self, input) {
            (Inputs::Person(moment), Input::Scim(attribute)) if moment.has_elements(attribute) => {
                moment.elements(attribute).present()
            }
            (Inputs::Person(moment), Input::ProviderGroups(GroupKey::DisplayName)) => moment.is_in_some_group(),
            _ => self.values(input, element).present(),
        }
    }

    pub(super) fn values(&self, input: &Input, element: Option<Element<'_, 'i>>) -> Known<Datum<'i>> {
        match (self, input, element) {
            (Inputs::Person(moment), _, Some(element)) => moment.part(element.attribute, element.object, input),
            _ => collected(|visit| self.each(input, visit)),
        }
    }

    /// Whether `pr` asks for the elements of an attribute, and not for values.
    pub(super) fn asks_for_elements(&self, attribute: &Attribute) -> bool {
        matches!(self, Inputs::Person(moment) if moment.has_elements(attribute))
    }

    pub(super) fn elements(&self, attribute: &Attribute) -> Known<&'i Object> {
        match self {
            Inputs::Person(moment) => moment.elements(attribute),
            Inputs::Group(_) => Known::UNDETERMINED,
        }
    }
}

fn holds_for_some(predicate: &Predicate, values: &Known<Datum<'_>>) -> Verdict {
    values.some(|datum| Verdict::of(predicate.holds(&datum.value())))
}
