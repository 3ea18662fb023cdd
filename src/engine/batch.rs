//! Many people at once, column by column: a value that many of them have is looked up once.

use super::plain::Inputs;
use super::table::Table;
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
    table: Table,
}

impl<'e> Evaluator<'e> {
    /// An empty batch for an event.
    pub fn batch<'v, 'p>(&'v mut self, event: Event) -> Batch<'v, 'e, 'p> {
        let table = Table::new(&self.engine.program, event == Event::ScimCreate);
        Batch { evaluator: self, event, people: Vec::new(), table }
    }
}

impl<'p> Batch<'_, '_, 'p> {
    /// Adds a person, and looks up the values that nobody before had.
    pub fn push(&mut self, person: Person<'p>) {
        let engine = self.evaluator.engine;
        self.table.push(&engine.program, &Inputs::Person(engine.moment(&person, self.event)));
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
        let moment = self.evaluator.engine.moment(&self.people[index], self.event);
        self.evaluator.decide(moment, self.table.row(index))
    }
}
