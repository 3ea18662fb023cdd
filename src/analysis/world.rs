//! What is free about a person: the variables of a question, and what conditions ask of each.
//!
//! A variable is a collection of elements, whatever it is in SCIM: an attribute with a single value has at most one, a
//! group is an element with two names, an address one with a value, a type and a mark. A condition asks of a collection
//! whether some element has a *form*; that question is an *atom*, and everything else about conditions is Boolean.

use std::cell::RefCell;

use super::collection::Checked;
use super::effort::Effort;
use super::element::Want;
use super::hash::HashMap;
use super::scalar::Scalar;
use super::text::{PredicateId, Taste, TextPredicate, Texts};
use crate::condition::{Predicate, ValueType};

/// A variable of [`World`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct VariableId(pub(super) u32);

/// A question about a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct AtomId(pub(super) u32);

/// A predicate on a value that is no string.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct ScalarId(u32);

/// What a variable is of a person.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Place {
    /// An attribute of the SCIM user, with all of its sub-attributes.
    Attribute {
        extension: Option<String>,
        name: String,
    },
    /// A sub-attribute of an attribute of an extension, taken alone.
    Part {
        extension: Option<String>,
        name: String,
        sub: String,
    },
    /// What earlier logins left of a SCIM attribute that does not sync.
    Left {
        extension: Option<String>,
        name: String,
        sub: Option<String>,
    },
    /// A Foundry attribute.
    Foundry(String),
    ProviderGroups,
    InternalGroups,
    /// The name of the group, in rules over groups.
    GroupName,
    /// Its external id.
    GroupExternalId,
    /// Something that the model does not look into.
    Unsaid(u32),
}

/// How many elements there can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Count {
    One,
    AtMostOne,
    Many,
}

/// A part of an element: a sub-attribute, or the value itself where there are none.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) name: &'static str,
    pub(super) value_type: ValueType,
    pub(super) taste: Taste,
    /// Every element has it.
    pub(super) required: bool,
}

#[derive(Debug)]
pub(super) struct Variable {
    pub(super) place: Place,
    pub(super) count: Count,
    pub(super) parts: Vec<Part>,
}

impl Variable {
    /// Whether an element is its only value.
    pub(super) fn is_simple(&self) -> bool {
        matches!(self.parts[..], [Part { name: "", .. }])
    }
}

/// What is asked of an element.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Form {
    /// Nothing: that there is one.
    Always,
    /// A part of it has a value, or one of which something holds.
    Part(usize, Ask),
    Not(Box<Form>),
    All(Vec<Form>),
    Any(Vec<Form>),
}

/// What is asked of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Ask {
    Present,
    Text(PredicateId),
    Scalar(ScalarId),
}

/// Which elements are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Scope {
    /// Whether any has the form.
    Some,
    /// Whether the address that Foundry holds has it.
    Address,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Atom {
    pub(super) variable: VariableId,
    pub(super) scope: Scope,
    pub(super) form: Form,
}

/// An element: the values of its parts.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Element(pub(super) Vec<Option<Scalar>>);

impl Element {
    pub(super) fn get(&self, part: usize) -> Option<&Scalar> {
        self.0.get(part)?.as_ref()
    }
}

/// Variables, atoms and predicates, each once.
#[derive(Debug)]
pub(super) struct World {
    pub(super) texts: Texts,
    pub(super) effort: Effort,
    scalars: Vec<Predicate>,
    scalars_by_key: HashMap<String, ScalarId>,
    variables: Vec<Variable>,
    variables_by_place: HashMap<Place, VariableId>,
    atoms: Vec<Atom>,
    atoms_by_key: HashMap<Atom, AtomId>,
    /// What was found about a variable.
    pub(super) checked: RefCell<HashMap<VariableId, HashMap<Vec<Want>, Checked>>>,
}

impl World {
    pub(super) fn new() -> World {
        World {
            texts: Texts::default(),
            effort: Effort::new(),
            scalars: Vec::new(),
            scalars_by_key: HashMap::default(),
            variables: Vec::new(),
            variables_by_place: HashMap::default(),
            atoms: Vec::new(),
            atoms_by_key: HashMap::default(),
            checked: RefCell::default(),
        }
    }

    /// The variable of a place, which is made where it is new.
    pub(super) fn variable(&mut self, place: Place, make: impl FnOnce() -> (Count, Vec<Part>)) -> VariableId {
        if let Some(id) = self.variables_by_place.get(&place) {
            return *id;
        }
        let id = VariableId(number(self.variables.len()));
        let (count, parts) = make();
        self.variables.push(Variable { place: place.clone(), count, parts });
        self.variables_by_place.insert(place, id);
        id
    }

    /// A variable that nothing else is known of.
    pub(super) fn unsaid(&mut self) -> VariableId {
        let place = Place::Unsaid(number(self.variables.len()));
        self.variable(place, || (Count::AtMostOne, vec![Part::value(ValueType::Boolean, Taste::Unit)]))
    }

    pub(super) fn atom(&mut self, atom: Atom) -> AtomId {
        let next = AtomId(number(self.atoms.len()));
        let id = *self.atoms_by_key.entry(atom.clone()).or_insert(next);
        if id == next {
            self.atoms.push(atom);
        }
        id
    }

    /// What is asked of a part of an element of which a predicate has to hold.
    pub(super) fn form(&mut self, part: usize, predicate: &Predicate) -> Form {
        let ask = match predicate {
            Predicate::Not(inner) => {
                let inner = self.form(part, inner);
                return Form::All(vec![Form::Part(part, Ask::Present), Form::Not(Box::new(inner))]);
            }
            Predicate::Text(text) => Ask::Text(self.texts.add(TextPredicate::Match(text.clone()))),
            Predicate::Pattern(pattern) => Ask::Text(self.texts.add(TextPredicate::Pattern(pattern.clone()))),
            other => Ask::Scalar(self.scalar_id(other)),
        };
        Form::Part(part, ask)
    }

    fn scalar_id(&mut self, predicate: &Predicate) -> ScalarId {
        let next = ScalarId(number(self.scalars.len()));
        let id = *self.scalars_by_key.entry(format!("{predicate:?}")).or_insert(next);
        if id == next {
            self.scalars.push(predicate.clone());
        }
        id
    }

    pub(super) fn get(&self, id: VariableId) -> &Variable {
        &self.variables[id.0 as usize]
    }

    pub(super) fn variables(&self) -> impl Iterator<Item = (VariableId, &Variable)> {
        self.variables.iter().enumerate().map(|(index, variable)| (VariableId(number(index)), variable))
    }

    pub(super) fn variable_at(&self, place: &Place) -> Option<VariableId> {
        self.variables_by_place.get(place).copied()
    }

    pub(super) fn get_atom(&self, id: AtomId) -> &Atom {
        &self.atoms[id.0 as usize]
    }

    pub(super) fn scalar(&self, id: ScalarId) -> &Predicate {
        &self.scalars[id.0 as usize]
    }

    /// Whether a value satisfies what is asked.
    pub(super) fn answers(&self, ask: Ask, value: &Scalar) -> bool {
        match ask {
            Ask::Present => true,
            Ask::Text(id) => value.as_text().is_some_and(|text| self.texts.get(id).holds(text)),
            Ask::Scalar(id) => self.scalar(id).holds(&value.value()),
        }
    }

    /// Whether an element has a form. The depth is that of conditions.
    pub(super) fn has_form(&self, element: &Element, form: &Form) -> bool {
        match form {
            Form::Always => true,
            Form::Part(part, ask) => element.get(*part).is_some_and(|value| self.answers(*ask, value)),
            Form::Not(inner) => !self.has_form(element, inner),
            Form::All(forms) => forms.iter().all(|form| self.has_form(element, form)),
            Form::Any(forms) => forms.iter().any(|form| self.has_form(element, form)),
        }
    }
}

impl Part {
    /// The value of an element that has nothing else.
    pub(super) fn value(value_type: ValueType, taste: Taste) -> Part {
        Part { name: "", value_type, taste, required: true }
    }
}

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
