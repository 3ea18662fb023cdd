//! Lints and evaluates the rules that sort people into Palantir Foundry.
//!
//! A [`Config`] is one provider's rules as code. An [`Engine`] decides about a [`Person`] at an [`Event`]; what Foundry
//! does not know at that event, and what the files at hand do not say, is part of the [`Decision`] and never guessed.
//!
//! ```
//! use vestibule::scim::{GroupRef, User};
//! use vestibule::{Config, Engine, Event, Person};
//!
//! let config = Config::parse(
//!     "vestibule.yaml",
//!     r#"
//! version: 1
//! provider: { name: contoso-entra }
//! organizations: [{ name: Contoso EU }, { name: Contoso Guests }]
//! organization-assignment:
//!   users:
//!     - { rule: finance, when: provider.groups includes "EU-Finance", organization: Contoso EU }
//!   fallback: Contoso Guests
//! "#,
//! )?;
//! let engine = Engine::compile(&config);
//!
//! let user = User::from_json(r#"{ "id": "2819", "userName": "ada@contoso.com", "active": true }"#)?;
//! let ada = Person::new(&user).in_provider_groups([GroupRef::named("EU-Finance")]);
//!
//! let created = engine.evaluate(&ada, Event::ScimCreate);
//! assert_eq!(created.organization.name.as_deref(), Some("Contoso Guests"));
//! assert_eq!(created.not_run[0].rule, "finance");
//! assert_eq!(created.not_run[0].missing, ["provider.groups"]);
//!
//! let logged_in = engine.evaluate(&ada, Event::Login);
//! assert_eq!(logged_in.organization.name.as_deref(), Some("Contoso EU"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! With files around a configuration (a SCIM snapshot, Entra's exports, what Foundry's Admin API returned), load a
//! [`project::Project`] and run the lints over it:
//!
//! ```
//! use vestibule::project::{Disk, Overrides, Project};
//! use vestibule::source::Sources;
//!
//! let mut sources = Sources::default();
//! let path = "rules-examples/contoso/vestibule.yaml".as_ref();
//! let project = Project::load(&Disk, path, &Overrides::default(), &mut sources);
//! let findings = vestibule::lint::run(&project, &sources);
//! assert!(findings.iter().any(|finding| finding.lint == "fallthrough-at-create"));
//! ```
//!
//! # Layers
//!
//! Modules point one way: [`source`] (texts, positions, the tree of a document), [`condition`] (the condition language),
//! [`config`] (the document), [`scim`], [`foundry`] and [`entra`] (the inputs), [`engine`] (evaluation), [`analysis`]
//! (proofs), [`simulate`] (state over time), [`diff`] (one configuration against another), [`project`] (files), [`suite`]
//! (tests), [`identity`] (what both sides send), [`lint`], [`report`] (how findings are shown), and the command line.
//! Nothing below [`project`] reads a file.
//!
//! # Promises
//!
//! - Parsing never fails: it gives what could be read and a problem for everything else.
//! - Evaluation never fails on a configuration that parsed.
//! - The same input gives the same output, byte for byte.
//! - No control or bidirectional character of an input is written raw.
//!
//! # Features
//!
//! `cli`, on by default, is the command line. Without it the crates that only the command line needs are left out.

pub mod analysis;
#[cfg(feature = "cli")]
pub mod cli;
pub mod condition;
pub mod config;
pub mod diff;
pub mod engine;
pub mod entra;
pub mod foundry;
pub mod identity;
pub mod lint;
pub mod project;
pub mod report;
pub mod scim;
pub mod simulate;
pub mod source;
pub mod suite;

pub use config::Config;
pub use engine::{Decision, Engine, Event, Person};
pub use source::Finding;
