//! All elements of a variable: whether there are some of which atoms hold and others do not.

use std::collections::BTreeSet;

use super::element::{Found, Want};
use super::scalar::Scalar;
use super::world::{AtomId, Count, Element, Scope, Variable, VariableId, World};

/// The elements that a variable has in an example.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Collection(pub(super) Vec<Element>);

/// Whether there are such elements.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Checked {
    Elements(Collection),
    /// None: these cannot be so together.
    Impossible(BTreeSet<AtomId>),
    Unknown,
}

/// How many answers are remembered of a variable.
const MOST_REMEMBERED: usize = 1 << 16;

/// Of how many addresses it is said which is meant, where no rule asks.
const MOST_ARRANGED: usize = 8;

impl World {
    /// Whether an atom holds of a collection.
    pub(super) fn holds_of(&self, atom: AtomId, collection: &Collection) -> bool {
        let atom = self.get_atom(atom);
        match atom.scope {
            Scope::Some => collection.0.iter().any(|element| self.has_form(element, &atom.form)),
            Scope::Address => self
                .address(atom.variable, collection)
                .is_some_and(|index| collection.0.get(index).is_some_and(|element| self.has_form(element, &atom.form))),
        }
    }

    /// Elements of which the wanted atoms hold, and the unwanted do not. What was found is remembered: the same is asked
    /// at each event, and for each thing that is to be known about a rule.
    pub(super) fn collection(&self, variable: VariableId, wants: &[Want]) -> Checked {
        if let Some(known) = self.checked.borrow().get(&variable).and_then(|known| known.get(wants)) {
            return known.clone();
        }
        let found = self.look_for_collection(variable, wants);
        let mut checked = self.checked.borrow_mut();
        let known = checked.entry(variable).or_default();
        if known.len() < MOST_REMEMBERED && found != Checked::Unknown {
            known.insert(wants.to_vec(), found.clone());
        }
        found
    }

    fn look_for_collection(&self, variable: VariableId, wants: &[Want]) -> Checked {
        match self.get(variable).count {
            Count::Many => self.several(variable, wants),
            Count::AtMostOne if wants.iter().all(|want| !want.holds) => Checked::Elements(Collection::default()),
            // The one element has whatever some element has.
            count => match self.element(variable, wants) {
                Found::Element(element) => Checked::Elements(Collection(vec![element])),
                Found::Impossible(why) if count == Count::One => Checked::Impossible(why),
                Found::Impossible(why) => Checked::Impossible(because_of(wants, why)),
                Found::Unknown => Checked::Unknown,
            },
        }
    }

    /// Each atom that holds may have an element of its own; what does not hold, holds of none.
    fn several(&self, variable: VariableId, wants: &[Want]) -> Checked {
        let of = |scope: Scope, holds: bool| -> Vec<Want> {
            let wants = wants.iter().filter(|want| want.holds == holds && self.get_atom(want.atom).scope == scope);
            wants.copied().collect()
        };
        let (held, unheld) = (of(Scope::Some, true), of(Scope::Some, false));
        let (address, unaddressed) = (of(Scope::Address, true), of(Scope::Address, false));
        let mut elements: Vec<Element> = Vec::new();
        if !address.is_empty() {
            let of_address: Vec<Want> = address.iter().chain(&unaddressed).chain(&unheld).copied().collect();
            match self.address_element(variable, &of_address, &held) {
                Found::Element(element) => elements.push(element),
                Found::Impossible(why) => return Checked::Impossible(because_of(&address, why)),
                Found::Unknown => return Checked::Unknown,
            }
        }
        for want in &held {
            let form = &self.get_atom(want.atom).form;
            if !self.effort.spend(1 + elements.len() as u64) {
                return Checked::Unknown;
            }
            if elements.iter().any(|element| self.has_form(element, form)) {
                continue;
            }
            let of_element: Vec<Want> = [*want].iter().chain(&unheld).copied().collect();
            match self.element(variable, &of_element) {
                Found::Element(element) => elements.push(element),
                Found::Impossible(why) => return Checked::Impossible(because_of(&[*want], why)),
                Found::Unknown => return Checked::Unknown,
            }
        }
        let collection = Collection(elements);
        if address.is_empty() && unaddressed.is_empty() {
            return Checked::Elements(self.told_apart(variable, collection, wants));
        }
        self.arranged(variable, collection, wants)
    }

    /// The element of the address: if it can be, one of which everything else holds too, so that there is no other.
    fn address_element(&self, variable: VariableId, wants: &[Want], held: &[Want]) -> Found {
        let value = Some(Marks::of(self.get(variable)).value);
        if !held.is_empty() {
            let all: Vec<Want> = wants.iter().chain(held).copied().collect();
            if let Found::Element(element) = self.element_with(variable, value, &all) {
                return Found::Element(element);
            }
        }
        self.element_with(variable, value, wants)
    }

    /// The addresses of a person, marked so that Foundry holds the one that is meant, or none.
    fn arranged(&self, variable: VariableId, collection: Collection, wants: &[Want]) -> Checked {
        let is_right =
            |collection: &Collection| wants.iter().all(|want| self.holds_of(want.atom, collection) == want.holds);
        let marks = Marks::of(self.get(variable));
        for arranged in marks.arrangements(&collection) {
            if is_right(&arranged) {
                return Checked::Elements(arranged);
            }
        }
        // Each element as it has to be of its own, and the address another one.
        Checked::Unknown
    }

    /// Several addresses of which it is said which is meant, where that may be: else rules that nobody asked about would be
    /// undetermined.
    fn told_apart(&self, variable: VariableId, collection: Collection, wants: &[Want]) -> Collection {
        let marks = Marks::of(self.get(variable));
        let is_list_of_addresses = marks.value != usize::MAX && marks.primary != usize::MAX;
        let count = collection.0.len();
        if !is_list_of_addresses
            || !(2..=MOST_ARRANGED).contains(&count)
            || self.address(variable, &collection).is_some()
        {
            return collection;
        }
        let is_right = |other: &Collection| {
            self.address(variable, other).is_some()
                && wants.iter().all(|want| self.holds_of(want.atom, other) == want.holds)
        };
        let arranged = marks.arrangements(&collection).into_iter().find(is_right);
        arranged.unwrap_or(collection)
    }

    /// Which element is the address that Foundry holds: the only one there is, else the primary, else that for work
    /// ([`crate::scim::User::email`]).
    fn address(&self, variable: VariableId, collection: &Collection) -> Option<usize> {
        let marks = Marks::of(self.get(variable));
        let with_value: Vec<usize> =
            (0..collection.0.len()).filter(|index| marks.value_of(collection, *index).is_some()).collect();
        let only = |indices: Vec<usize>| {
            let first = *indices.first()?;
            let is_same = |index: &usize| marks.value_of(collection, *index) == marks.value_of(collection, first);
            indices.iter().all(is_same).then_some(first)
        };
        if let Some(index) = only(with_value.clone()) {
            return Some(index);
        }
        let primary: Vec<usize> =
            with_value.iter().copied().filter(|index| marks.is_primary(collection, *index)).collect();
        let work: Vec<usize> = with_value.iter().copied().filter(|index| marks.is_work(collection, *index)).collect();
        if primary.is_empty() { only(work) } else { only(primary) }
    }
}

/// The reasons with that for which there is an element at all: one of these holds.
fn because_of(wants: &[Want], mut why: BTreeSet<AtomId>) -> BTreeSet<AtomId> {
    let mut held = wants.iter().filter(|want| want.holds).map(|want| want.atom);
    if !held.clone().any(|atom| why.contains(&atom)) {
        why.extend(held.next());
    }
    why
}

/// The parts of an address.
struct Marks {
    value: usize,
    kind: usize,
    primary: usize,
}

impl Marks {
    fn of(variable: &Variable) -> Marks {
        let index = |name: &str| variable.parts.iter().position(|part| part.name == name).unwrap_or(usize::MAX);
        Marks { value: index("value"), kind: index("type"), primary: index("primary") }
    }

    /// How many parts an element has at least.
    fn parts(&self) -> usize {
        [self.value, self.kind, self.primary]
            .into_iter()
            .filter(|part| *part != usize::MAX)
            .max()
            .map_or(0, |part| part + 1)
    }

    fn value_of<'c>(&self, collection: &'c Collection, index: usize) -> Option<&'c Scalar> {
        collection.0.get(index)?.get(self.value)
    }

    fn is_primary(&self, collection: &Collection, index: usize) -> bool {
        collection.0.get(index).and_then(|element| element.get(self.primary)) == Some(&Scalar::Bool(true))
    }

    fn is_work(&self, collection: &Collection, index: usize) -> bool {
        let kind = collection.0.get(index).and_then(|element| element.get(self.kind)).and_then(Scalar::as_text);
        kind.is_some_and(|kind| kind.eq_ignore_ascii_case("work"))
    }

    /// Ways to say which address is meant, the most usual first.
    fn arrangements(&self, collection: &Collection) -> Vec<Collection> {
        let mut ways = Vec::new();
        let count = collection.0.len();
        for index in 0..count {
            ways.push(self.marked(collection, index, Some("work"), true));
            ways.push(self.marked(collection, index, None, true));
            ways.push(self.marked(collection, index, Some("work"), false));
        }
        ways.push(collection.clone());
        if count > 0 {
            // Nobody says which of several is meant: Foundry holds none.
            let unmarked = self.marked(collection, usize::MAX, None, false);
            ways.push(unmarked.clone());
            let mut another = Element(vec![None; self.parts()]);
            for (part, text) in [(self.value, "ada@home.example"), (self.kind, "home")] {
                if let Some(value) = another.0.get_mut(part) {
                    *value = Some(Scalar::Text(text.to_owned()));
                }
            }
            let mut primary = another.clone();
            if let Some(part) = primary.0.get_mut(self.primary) {
                *part = Some(Scalar::Bool(true));
            }
            for added in [another, primary] {
                let mut way = unmarked.clone();
                way.0.push(added);
                ways.push(way);
            }
        }
        ways
    }

    /// One element as the primary address, or that for work, and the others as neither, as far as nothing is said of
    /// them.
    fn marked(&self, collection: &Collection, chosen: usize, kind: Option<&str>, primary: bool) -> Collection {
        let mut marked = collection.clone();
        for (index, element) in marked.0.iter_mut().enumerate() {
            element.0.resize(self.parts().max(element.0.len()), None);
            let is_chosen = index == chosen;
            if let Some(part @ None) = element.0.get_mut(self.kind) {
                let other = (!is_chosen).then_some("home").filter(|_| collection.0.len() > 1);
                *part = kind.filter(|_| is_chosen).or(other).map(|kind| Scalar::Text(kind.to_owned()));
            }
            if let Some(part @ None) = element.0.get_mut(self.primary) {
                *part = (is_chosen && primary).then_some(Scalar::Bool(true));
            }
        }
        marked
    }
}
