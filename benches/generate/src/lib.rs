//! Users, groups and rules of any size from a seed, for vestibule's tests and benchmarks.
//!
//! The same seed and sizes give the same bytes on every machine: there is no floating-point number and no dependency.
//!
//! - [`Population`]: users and groups, each made when asked for, as values, as NDJSON, or as pages of a ListResponse.
//! - [`rules`]: rules in the proportions of a [`Mix`]; the first ten of a thousand are the ten of ten.
//! - [`write_configuration`], [`write_description`]: the rules as a `vestibule.yaml`, and as JSON for other engines.
//!
//! ```
//! use vestibule_generate::{Mix, Population, Sections, rules, write_configuration};
//!
//! let population = Population::new(1, 1000, 100);
//! let mut users = Vec::new();
//! population.write_users(&mut users).unwrap();
//!
//! let organization = rules(1, Mix::ControlPanel, &population, 50);
//! let sections = Sections { organization: &organization, ..Sections::default() };
//! let mut yaml = Vec::new();
//! write_configuration(&sections, &mut yaml).unwrap();
//! assert!(String::from_utf8(yaml).unwrap().contains("organization-assignment:"));
//! ```

mod condition;
mod configuration;
mod description;
mod json;
mod mix;
mod population;
mod random;
mod user;
mod vocabulary;

pub use condition::{Condition, Operator, Shape, Test, Value};
pub use configuration::{ORGANIZATIONS, Sections, write_configuration};
pub use description::write_description;
pub use mix::{Mix, Rule, rules};
pub use population::Population;
pub use random::Stream;
pub use user::User;
