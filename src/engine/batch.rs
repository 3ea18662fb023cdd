//! Many people at once, column by column: a value that many of them have is looked up once.

use super::distinct::Distinct;
use super::index::Lookup;
use super::scratch::Values;
use super::{Evaluator, Event, Person, Ruling};

/// People whose values are looked up together, to be decided on one by one.
///
/// Every different text of an input is looked up once, however many people have it. What is decided is what
/// [`Engine::evaluate`](crate::Engine::evaluate) decides. A batch holds its people and about a hundred bytes for each; a
/// few thousand people are a good size.
///
/// ```
/// use vestibule::{Config, Engine, Event, Person, scim::User};
///
/// let config = Config::parse("vestibule.yaml", r#"
/// version: 1
/// provider: { name: contoso-entra }
/// organizations: [{ name: Contoso EU }, { name: Contoso Guests }]
/// organization-assignment:
///   users: [{ rule: eu, when: userName ew "@contoso.eu", organization: Contoso EU }]
///   fallback: Contoso Guests
/// "#)?;
/// let engine = Engine::compile(&config);
/// let users = ["ada@contoso.eu", "bo@contoso.com"].map(|name| format!(r#"{{ "userName": "{name}" }}"#));
/// let users = [User::from_json(&users[0])?, User::from_json(&users[1])?];
///
/// let mut evaluator = engine.evaluator();
/// let mut batch = evaluator.batch(Event::Login);
/// users.iter().for_each(|user| batch.push(Person::new(user)));
/// let decided: Vec<_> =
///     (0..batch.len()).map(|index| batch.ruling(index).organization().map(str::to_owned)).collect();
/// assert_eq!(decided, [Some("Contoso EU".to_owned()), Some("Contoso Guests".to_owned())]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Batch<'v, 'e, 'p> {
    evaluator: &'v mut Evaluator<'e>,
    event: Event,
    people: Vec<Person<'p>>,
    /// For each column of the program, the values met so far.
    columns: Vec<Distinct>,
    /// For each person, a cell for each column.
    cells: Vec<Cell>,
    /// The values of the cells, by their numbers in their columns.
    values: Vec<u32>,
    lookup: Lookup,
}

/// What one person has in one column.
#[derive(Clone, Copy, Debug)]
struct Cell {
    known: Values,
    /// Where its values end; they begin where those of the cell before end. Values that pass nothing are left out.
    end: u32,
}

impl<'e> Evaluator<'e> {
    /// An empty batch for an event.
    pub fn batch<'v, 'p>(&'v mut self, event: Event) -> Batch<'v, 'e, 'p> {
        let columns = self.engine.program.columns.iter().map(|_| Distinct::default()).collect();
        Batch {
            evaluator: self,
            event,
            people: Vec::new(),
            columns,
            cells: Vec::new(),
            values: Vec::new(),
            lookup: Lookup::default(),
        }
    }
}

impl<'p> Batch<'_, '_, 'p> {
    /// Adds a person, and looks up the values that nobody before had.
    pub fn push(&mut self, person: Person<'p>) {
        let Batch { evaluator, event, columns, cells, values, lookup, .. } = self;
        let engine = evaluator.engine;
        let moment = engine.moment(&person, *event);
        for ((column, index), distinct) in engine.program.columns.iter().zip(&engine.program.indexes).zip(columns) {
            let mut count = 0;
            let extent = moment.each(&column.input, &mut |datum| {
                count += 1;
                if !index.is_empty() {
                    let value = distinct.number(&datum.value(), index, lookup);
                    if !distinct.atoms_of(value).is_empty() {
                        values.push(value);
                    }
                }
            });
            cells.push(Cell { known: Values { extent, count }, end: number(values.len()) });
        }
        self.people.push(person);
    }

    /// How many people there are.
    pub fn len(&self) -> usize {
        self.people.len()
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// What the rules decide for the person at an index.
    ///
    /// # Panics
    ///
    /// Where the index is not below [`Batch::len`].
    pub fn ruling(&mut self, index: usize) -> Ruling<'_> {
        let Batch { evaluator, columns, cells, values, people, .. } = self;
        let first = index * columns.len();
        let moment = evaluator.engine.moment(&people[index], self.event);
        evaluator.decide(moment, |scratch| {
            let mut from = first.checked_sub(1).map_or(0, |before| cells[before].end) as usize;
            for ((cell, distinct), column) in cells[first..].iter().zip(columns).zip(0..) {
                let to = cell.end as usize;
                values[from..to].iter().for_each(|value| scratch.pass_all(distinct.atoms_of(*value)));
                scratch.know(column, cell.known);
                from = to;
            }
        })
    }
}

/// A batch holds fewer values than this counts: its people are in memory.
fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
