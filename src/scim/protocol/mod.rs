//! The protocol from the server's side (RFC 7644): what its users and groups become when requests are applied.
//!
//! [`Directory`] holds them and applies requests. It knows the protocol and nothing of Foundry's rules.

mod apply;
mod directory;
#[cfg(test)]
mod directory_cases;
mod edit;
mod filter;
#[cfg(test)]
mod laws;
mod log;
#[cfg(test)]
mod log_cases;
mod members;
mod patch;
#[cfg(test)]
mod patch_cases;
mod path;
mod refusal;
mod request;
#[cfg(test)]
mod samples;
mod shape;
mod store;

pub use directory::{Directory, Effect};
pub use log::{Claims, Entry, read_log};
pub use refusal::{Refusal, ScimType};
pub use request::{Answer, Request};
