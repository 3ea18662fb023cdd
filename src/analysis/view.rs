//! Conditions at an event, as formulas over what is free about a person.
//!
//! It says of every input what `engine::inputs` says of it, from the side of what is possible: what is withheld, what is
//! nothing, and which inputs are the same thing. Where two inputs are tied in a way that is not modelled they count as
//! independent. So every person has a view here, and what no view has, no person has; of what some view has, an example
//! is made, and the plain evaluator asked about it.

use super::form::{canonical, constant_form, simplified};
use super::formula::{Formula, Formulas};
use super::text::Taste;
use super::world::{Ask, Atom, Count, Form, Part, Place, Scope, VariableId, World};
use crate::condition::schema::{ENTERPRISE, Row, USER};
use crate::condition::{
    Attribute, ENTERPRISE_USER, GroupKey, Input, Predicate, Question, Scheme, Term, Test, ValueType,
    is_reserved_attribute,
};
use crate::config::Config;
use crate::engine::Event;
use crate::engine::availability::is_withheld_at_create;

/// When a condition is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Moment {
    /// Of a user at an event.
    At(Event),
    /// Of a provider group.
    Group,
}

impl Moment {
    /// The moments at which rules over users run.
    pub(crate) const OF_USERS: [Moment; 3] =
        [Moment::At(Event::Login), Moment::At(Event::ScimUpdate), Moment::At(Event::ScimCreate)];
}

/// What a condition comes to: a formula for each of the two known outcomes. Neither: it is not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) holds: Formula,
    pub(super) fails: Formula,
}

/// What a configuration says about inputs.
#[derive(Debug)]
pub(super) struct View<'c> {
    config: &'c Config,
    scheme: &'c Scheme,
}

/// What an input is at a moment.
enum Source {
    Withheld,
    Absent,
    /// A part of each element of a variable.
    Part(VariableId, usize),
    /// The elements themselves.
    Elements(VariableId),
    /// The address that Foundry holds.
    Address(VariableId),
    /// Anything.
    Unsaid,
}

/// Where terms are turned into formulas.
pub(super) struct Translation<'t> {
    pub(super) view: &'t View<'t>,
    pub(super) world: &'t mut World,
    pub(super) formulas: &'t mut Formulas,
    pub(super) moment: Moment,
}

/// A form for each of the two known outcomes of a filter inside of brackets.
struct Forms {
    holds: Form,
    fails: Form,
}

impl<'c> View<'c> {
    pub(super) fn new(config: &'c Config) -> View<'c> {
        View { config, scheme: &config.scheme }
    }

    /// The Foundry attribute that a login fills with the values of a SCIM attribute, as the engine chooses it.
    pub(super) fn filled_from(&self, attribute: &Attribute) -> Option<&'c str> {
        let mapped = self.config.provider.attribute_mapping.attributes.iter();
        let from = |name: &str, mapped: &crate::config::MappedAttribute| {
            let source = mapped.resolved.clone().or_else(|| self.same_name(name, mapped));
            source.is_some_and(|source| source.is_part_of(attribute))
        };
        let filled = mapped.filter(|(name, mapped)| from(name.as_str(), mapped));
        filled.min_by_key(|(_, mapped)| mapped.takes_first()).map(|(name, _)| name.as_str())
    }

    /// The SCIM attribute that is called like a Foundry attribute whose mapping names none.
    pub(super) fn same_name(&self, name: &str, mapped: &crate::config::MappedAttribute) -> Option<Attribute> {
        if mapped.scim.is_some() || mapped.resolved.is_some() {
            return None;
        }
        self.scheme.attribute_named(name)
    }

    /// What a mapped Foundry attribute is filled from by its mapping.
    pub(super) fn stated(&self, name: &str) -> Option<&'c Attribute> {
        self.config.provider.attribute_mapping.attributes.get(name)?.resolved.as_ref()
    }

    /// The SCIM attribute that a login fills a Foundry attribute from, by its mapping or by its name.
    pub(super) fn source_of(&self, name: &str) -> Option<Attribute> {
        let mapped = self.config.provider.attribute_mapping.attributes.get(name)?;
        mapped.resolved.clone().or_else(|| self.same_name(name, mapped))
    }

    /// Whether a Foundry attribute has several values.
    fn holds_several(&self, name: &str) -> bool {
        let Some(mapped) = self.config.provider.attribute_mapping.attributes.get(name) else {
            // The answer to a form: nobody says.
            return true;
        };
        let source = mapped.resolved.clone().or_else(|| self.same_name(name, mapped));
        !mapped.takes_first() && source.is_none_or(|source| source.multi_valued)
    }
}

impl Translation<'_> {
    /// What a condition comes to. The depth is that of conditions.
    pub(super) fn term(&mut self, term: &Term) -> Outcome {
        match term {
            Term::Constant(constant) => Outcome { holds: Formula::of(*constant), fails: Formula::of(!*constant) },
            Term::Not(inner) => {
                let Outcome { holds, fails } = self.term(inner);
                Outcome { holds: fails, fails: holds }
            }
            Term::All(terms) => {
                let parts: Vec<Outcome> = terms.iter().map(|term| self.term(term)).collect();
                Outcome {
                    holds: self.formulas.all(parts.iter().map(|part| part.holds)),
                    fails: self.formulas.any(parts.iter().map(|part| part.fails)),
                }
            }
            Term::Any(terms) => {
                let parts: Vec<Outcome> = terms.iter().map(|term| self.term(term)).collect();
                Outcome {
                    holds: self.formulas.any(parts.iter().map(|part| part.holds)),
                    fails: self.formulas.all(parts.iter().map(|part| part.fails)),
                }
            }
            Term::Test(test) => self.test(test),
        }
    }

    fn test(&mut self, test: &Test) -> Outcome {
        match &test.question {
            Question::Present => self.present(&test.input),
            Question::Some(predicate) => self.some(&test.input, predicate),
            Question::SomeOrNone(predicate) => {
                let some = self.some(&test.input, predicate);
                let present = self.has_value(&test.input);
                Outcome {
                    holds: self.formulas.any([some.holds, present.fails]),
                    fails: self.formulas.all([some.fails, present.holds]),
                }
            }
            Question::Element(filter) => self.element(&test.input, filter),
        }
    }

    fn present(&mut self, input: &Input) -> Outcome {
        match (input, self.source(input)) {
            // Being in a group is enough, whatever its names.
            (Input::ProviderGroups(GroupKey::DisplayName), Source::Part(variable, _)) => {
                self.atom(variable, Scope::Some, Form::Always)
            }
            _ => self.has_value(input),
        }
    }

    fn has_value(&mut self, input: &Input) -> Outcome {
        match self.source(input) {
            Source::Withheld => Outcome { holds: Formula::FALSE, fails: Formula::FALSE },
            Source::Absent => Outcome { holds: Formula::FALSE, fails: Formula::TRUE },
            Source::Unsaid => self.unsaid(),
            Source::Part(variable, part) => {
                let form = self.present_form(variable, part);
                self.atom(variable, Scope::Some, form)
            }
            Source::Elements(variable) => {
                let form = self.element_form(variable, input);
                self.atom(variable, Scope::Some, form)
            }
            Source::Address(variable) => self.atom(variable, Scope::Address, Form::Always),
        }
    }

    fn some(&mut self, input: &Input, predicate: &Predicate) -> Outcome {
        match self.source(input) {
            Source::Withheld => Outcome { holds: Formula::FALSE, fails: Formula::FALSE },
            Source::Absent => Outcome { holds: Formula::FALSE, fails: Formula::TRUE },
            Source::Unsaid | Source::Elements(_) => self.unsaid(),
            Source::Part(variable, part) => {
                let form = self.world.form(part, predicate);
                let form = simplified(form, self.world.get(variable).is_simple());
                self.atom(variable, Scope::Some, form)
            }
            Source::Address(variable) => {
                let form = self.world.form(0, predicate);
                self.atom(variable, Scope::Address, simplified(form, true))
            }
        }
    }

    fn element(&mut self, input: &Input, filter: &Term) -> Outcome {
        match self.source(input) {
            Source::Withheld => Outcome { holds: Formula::FALSE, fails: Formula::FALSE },
            Source::Elements(variable) => match self.filter(variable, input, filter) {
                Some(Forms { holds, fails }) => {
                    let is_element = self.element_form(variable, input);
                    let holds = Form::All(vec![is_element.clone(), holds]);
                    let holds = self.atom(variable, Scope::Some, holds).holds;
                    // It fails where it fails of every element.
                    let unfailed = Form::All(vec![is_element, Form::Not(Box::new(fails))]);
                    let fails = self.atom(variable, Scope::Some, unfailed).fails;
                    Outcome { holds, fails }
                }
                None => self.unsaid(),
            },
            _ => self.unsaid(),
        }
    }

    /// What it takes for something to be an element at this moment: of `name` only two parts sync, and one that has
    /// neither is none until a login.
    fn element_form(&self, variable: VariableId, input: &Input) -> Form {
        let Input::Scim(attribute) = input else { return Form::Always };
        let parts = &self.world.get(variable).parts;
        if self.moment == Moment::At(Event::Login) || parts.iter().all(|part| attribute.syncs(part.name)) {
            return Form::Always;
        }
        let syncing = parts.iter().enumerate().filter(|(_, part)| attribute.syncs(part.name));
        Form::Any(syncing.map(|(index, _)| Form::Part(index, Ask::Present)).collect())
    }

    /// A filter as forms of an element; `None` where it asks for what is not modelled.
    fn filter(&mut self, variable: VariableId, owner: &Input, filter: &Term) -> Option<Forms> {
        Some(match filter {
            Term::Constant(constant) => Forms { holds: constant_form(*constant), fails: constant_form(!*constant) },
            Term::Not(inner) => {
                let Forms { holds, fails } = self.filter(variable, owner, inner)?;
                Forms { holds: fails, fails: holds }
            }
            Term::All(terms) | Term::Any(terms) => {
                let parts = terms.iter().map(|term| self.filter(variable, owner, term)).collect::<Option<Vec<_>>>()?;
                let (holds, fails) = parts.into_iter().map(|part| (part.holds, part.fails)).unzip();
                match filter {
                    Term::All(_) => Forms { holds: Form::All(holds), fails: Form::Any(fails) },
                    _ => Forms { holds: Form::Any(holds), fails: Form::All(fails) },
                }
            }
            Term::Test(test) => {
                let Input::Element(sub, _) = &test.input else { return None };
                let part =
                    self.world.get(variable).parts.iter().position(|part| part.name.eq_ignore_ascii_case(sub))?;
                if let (Input::Scim(attribute), Moment::At(Event::ScimCreate)) = (owner, self.moment)
                    && !attribute.syncs(sub)
                {
                    // What does not sync of an attribute that does is withheld.
                    return Some(Forms { holds: constant_form(false), fails: constant_form(false) });
                }
                let holds = match &test.question {
                    Question::Present => Form::Part(part, Ask::Present),
                    Question::Some(predicate) => self.world.form(part, predicate),
                    Question::SomeOrNone(predicate) => {
                        let absent = Form::Not(Box::new(Form::Part(part, Ask::Present)));
                        Form::Any(vec![self.world.form(part, predicate), absent])
                    }
                    Question::Element(_) => return None,
                };
                Forms { fails: Form::Not(Box::new(holds.clone())), holds }
            }
        })
    }

    fn atom(&mut self, variable: VariableId, scope: Scope, form: Form) -> Outcome {
        let form = canonical(form);
        if form == constant_form(false) {
            return Outcome { holds: Formula::FALSE, fails: Formula::TRUE };
        }
        if form == Form::Always && self.world.get(variable).count == Count::One {
            return Outcome { holds: Formula::TRUE, fails: Formula::FALSE };
        }
        let atom = self.world.atom(Atom { variable, scope, form });
        let holds = self.formulas.atom(atom, true);
        Outcome { holds, fails: self.formulas.not(holds) }
    }

    /// Something that may hold or fail, each time it is asked.
    fn unsaid(&mut self) -> Outcome {
        let variable = self.world.unsaid();
        self.atom(variable, Scope::Some, Form::Always)
    }

    fn present_form(&self, variable: VariableId, part: usize) -> Form {
        let variable = self.world.get(variable);
        let is_required = variable.parts.get(part).is_some_and(|part| part.required);
        if is_required { Form::Always } else { Form::Part(part, Ask::Present) }
    }

    fn source(&mut self, input: &Input) -> Source {
        let event = match (self.moment, input) {
            (Moment::Group, Input::Group(GroupKey::DisplayName)) => {
                return self.simple(Place::GroupName, Count::One, ValueType::Text, Taste::Unit);
            }
            (Moment::Group, Input::Group(GroupKey::ExternalId)) => {
                return self.simple(Place::GroupExternalId, Count::AtMostOne, ValueType::ExactText, Taste::Identifier);
            }
            (Moment::Group, _) => return Source::Unsaid,
            (Moment::At(event), _) => event,
        };
        if event == Event::ScimCreate && is_withheld_at_create(input) {
            return Source::Withheld;
        }
        match input {
            Input::Scim(attribute) => self.attribute(attribute, event),
            Input::Email => Source::Address(self.emails()),
            Input::Foundry(name) => self.foundry(name, event),
            Input::ProviderGroups(key) => {
                let groups = self.world.variable(Place::ProviderGroups, || (Count::Many, group_parts()));
                Source::Part(groups, if *key == GroupKey::DisplayName { 0 } else { 1 })
            }
            Input::InternalGroups if event == Event::ScimCreate => Source::Absent,
            Input::InternalGroups => self.simple(Place::InternalGroups, Count::Many, ValueType::Text, Taste::Unit),
            Input::Group(_) | Input::Element(..) => Source::Unsaid,
        }
    }

    fn simple(&mut self, place: Place, count: Count, value_type: ValueType, taste: Taste) -> Source {
        Source::Part(self.world.variable(place, || (count, vec![Part::value(value_type, taste)])), 0)
    }

    fn emails(&mut self) -> VariableId {
        let place = Place::Attribute { extension: None, name: "emails".to_owned() };
        self.world.variable(place, || (Count::Many, parts_of(row(None, "emails"))))
    }

    fn attribute(&mut self, attribute: &Attribute, event: Event) -> Source {
        let is_in_snapshot = attribute.synced || event == Event::Login;
        if is_in_snapshot { self.in_snapshot(attribute) } else { self.left_by_logins(attribute) }
    }

    fn in_snapshot(&mut self, attribute: &Attribute) -> Source {
        let Attribute { extension, name, sub, value_type, multi_valued, .. } = attribute;
        let place = Place::Attribute { extension: extension.clone(), name: name.clone() };
        let row = row(extension.as_deref(), name);
        if let Some(row) = row.filter(|row| !row.subs.is_empty()) {
            let count = if row.multi_valued { Count::Many } else { Count::AtMostOne };
            let variable = self.world.variable(place, || (count, parts_of(Some(row))));
            return match sub {
                None => Source::Elements(variable),
                Some(sub) => match row.subs.iter().position(|row| row.name.eq_ignore_ascii_case(sub)) {
                    Some(part) => Source::Part(variable, part),
                    None => Source::Unsaid,
                },
            };
        }
        let count = match (extension, name.as_str(), multi_valued) {
            (None, "userName" | "active", _) => Count::One,
            (_, _, true) => Count::Many,
            _ => Count::AtMostOne,
        };
        match sub {
            None if *value_type == ValueType::Complex => Source::Unsaid,
            None => self.simple(place, count, *value_type, taste(name, "")),
            Some(sub) => {
                let place = Place::Part { extension: extension.clone(), name: name.clone(), sub: sub.clone() };
                self.simple(place, count, *value_type, taste(name, sub))
            }
        }
    }

    /// A SCIM attribute that Foundry knows only through the claims of a login.
    fn left_by_logins(&mut self, attribute: &Attribute) -> Source {
        let Attribute { extension, name, sub, value_type, multi_valued, .. } = attribute;
        let is_text = matches!(value_type, ValueType::Text | ValueType::ExactText | ValueType::Complex);
        if let Some(filled) = self.view.filled_from(attribute).filter(|_| is_text) {
            let filled = filled.to_owned();
            return self.foundry(&filled, Event::ScimUpdate);
        }
        let count = if *multi_valued { Count::Many } else { Count::AtMostOne };
        let place = Place::Left { extension: extension.clone(), name: name.clone(), sub: sub.clone() };
        let value_type = if *value_type == ValueType::Complex { ValueType::Text } else { *value_type };
        self.simple(place, count, value_type, taste(name, sub.as_deref().unwrap_or_default()))
    }

    fn foundry(&mut self, name: &str, event: Event) -> Source {
        if is_reserved_attribute(name) {
            let path = match name {
                "multipass:email:primary" => return Source::Address(self.emails()),
                "multipass:given-name" => "name.givenName",
                _ => "name.familyName",
            };
            return match self.view.scheme.scim_attribute(path) {
                Ok(attribute) => self.in_snapshot(&attribute),
                Err(_) => Source::Unsaid,
            };
        }
        let several = self.view.holds_several(name);
        let is_text = |attribute: &&Attribute| matches!(attribute.value_type, ValueType::Text | ValueType::ExactText);
        let stated = self.view.stated(name).filter(is_text).filter(|_| event == Event::Login);
        if let Some(source) = stated.filter(|source| several || !source.multi_valued) {
            return self.in_snapshot(source);
        }
        let count = if several { Count::Many } else { Count::AtMostOne };
        self.simple(Place::Foundry(name.to_owned()), count, ValueType::Text, taste(name, ""))
    }
}

/// The attribute of the core or the enterprise schema.
fn row(extension: Option<&str>, name: &str) -> Option<&'static Row> {
    let rows = match extension {
        None => USER,
        Some(urn) if urn.eq_ignore_ascii_case(ENTERPRISE_USER) => ENTERPRISE,
        Some(_) => return None,
    };
    rows.iter().find(|row| row.name.eq_ignore_ascii_case(name))
}

fn parts_of(row: Option<&'static Row>) -> Vec<Part> {
    let Some(row) = row else { return Vec::new() };
    let part = |sub: &'static Row| Part {
        name: sub.name,
        value_type: sub.value_type,
        taste: taste(row.name, sub.name),
        required: false,
    };
    row.subs.iter().map(part).collect()
}

fn group_parts() -> Vec<Part> {
    let part = |name, value_type, taste, required| Part { name, value_type, taste, required };
    vec![
        // Every group has a name (RFC 7643 section 4.2).
        part("displayName", ValueType::Text, Taste::Unit, true),
        part("externalId", ValueType::ExactText, Taste::Identifier, false),
    ]
}

/// What kind of string an attribute holds.
fn taste(name: &str, sub: &str) -> Taste {
    let lower = name.to_ascii_lowercase();
    match (lower.as_str(), sub) {
        ("username" | "emails", "" | "value") => Taste::Account,
        (_, "type") => Taste::Kind,
        (_, "givenName") => Taste::Given,
        (_, "familyName") => Taste::Family,
        ("displayname" | "name", _) => Taste::Person,
        ("id" | "externalid" | "manager", _) => Taste::Identifier,
        ("title" | "nickname" | "usertype" | "roles", _) => Taste::Title,
        (name, _) if name.contains("mail") => Taste::Account,
        (name, _) if name.contains("id") && name.len() < 12 => Taste::Identifier,
        _ => Taste::Unit,
    }
}
