//! vestibule

#[cfg(feature = "cli")]
pub mod cli;
pub mod condition;
pub mod config;
pub mod engine;
pub mod entra;
pub mod foundry;
pub mod lint;
pub mod project;
pub mod report;
pub mod scim;
pub mod source;

pub use config::Config;
pub use engine::{Decision, Engine, Event, Person};
pub use source::Finding;
