//! Tests of a configuration: what people expect of its rules, in files beside it.
//!
//! [`find`] names the test files of a configuration and [`read`] reads one. [`prepare`] looks up what its tests name
//! against a [`Fixture`], and [`Prepared::run`] compares. [`Coverage`] is what the tests have shown of the rules.
//!
//! ```
//! use vestibule::project::{Memory, Overrides, Project};
//! use vestibule::source::Sources;
//! use vestibule::suite::{self, Coverage, Fixture};
//!
//! let files = Memory::from([
//!     ("vestibule.yaml", r#"
//! version: 1
//! provider: { name: contoso-entra }
//! organizations: [{ name: Contoso EU }, { name: Contoso Guests }]
//! organization-assignment:
//!   users: [{ rule: finance, when: provider.groups includes "EU-Finance", organization: Contoso EU }]
//!   fallback: Contoso Guests
//! "#),
//!     ("ada.test.yaml", r#"
//! version: 1
//! tests:
//!   - name: Ada waits in the fallback until she logs in
//!     user: { userName: ada@contoso.com }
//!     groups: [EU-Finance]
//!     events:
//!       - { event: scim-create, expect: { organization: Contoso Guests } }
//!       - { event: membership-update, expect: { organization: Contoso Guests } }
//!       - { event: login, expect: { organization: Contoso EU } }
//! "#),
//! ]);
//! let mut sources = Sources::default();
//! let project = Project::load(&files, "vestibule.yaml".as_ref(), &Overrides::default(), &mut sources);
//! let loaded = suite::load(&files, &suite::find(&files, "vestibule.yaml".as_ref())?, &mut sources);
//! let config = project.config.as_ref().expect("a configuration without errors");
//!
//! let fixture = Fixture::new(&project, config);
//! let (prepared, problems) = suite::prepare(&loaded.tests, &fixture);
//! assert!(loaded.problems.is_empty() && problems.is_empty());
//! let mut coverage = Coverage::new(config);
//! assert!(prepared[0].run(&fixture, &mut coverage).passed());
//!
//! // The rule has matched, and nobody was outside of the group.
//! assert_eq!(coverage.rules()[0].clauses[0].missing(), Some(suite::Missing::NeverFalse));
//! # Ok::<(), std::io::Error>(())
//! ```

mod attributes;
mod check;
mod compare;
mod coverage;
mod document;
mod files;
mod fixture;
mod read;
mod read_expect;
mod run;
mod schema;
mod subject;

pub use check::{Prepared, prepare};
pub use compare::Aspect;
pub use coverage::{Coverage, CoveredClause, CoveredRule, Missing, Totals};
pub use document::{
    Course, Described, Expectation, ExpectedIntake, ExpectedOrganization, FoundryAttributes, ScimAttributes, Step,
    Test, TestUser,
};
pub use files::{Loaded, find, is_test_file, load};
pub use fixture::Fixture;
pub use read::{Reading, read};
pub use run::{Failure, Outcome};
pub use schema::schema;

#[cfg(test)]
mod hostile;
