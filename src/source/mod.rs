//! Texts, positions in them, and the tree of a YAML or JSON document with every position kept.
//!
//! This is the lowest layer. It knows nothing of Foundry, SCIM or Entra.

mod anchor;
mod block_scalar;
mod build;
mod case;
mod characters;
mod core_schema;
mod decode_map;
mod document;
mod encoding;
mod events;
mod finding;
mod json;
mod keys;
#[cfg(test)]
mod laws;
mod layout;
mod node;
mod parsed;
mod problem;
mod recovery;
mod refusals;
mod replace;
mod route;
mod secrets;
mod sources;
mod span;
mod spelling;
mod strictness;
mod text;
mod tree;
mod visible;
#[cfg(test)]
mod yaml_suite;

pub use case::Case;
pub(crate) use case::combined;
pub use document::{Comment, Document, ScalarKind, Style};
pub use encoding::decode_utf8;
pub(crate) use finding::tell_apart;
pub use finding::{Edit, Finding, Fix, Location, LocationKind, Safety, Suppressed, SuppressedBy, sort};
pub use node::{Entry, Mapping, Node, Scalar, Sequence, Value};
pub use problem::{At, Correction, FileId, Label, Part, Place, Problem, Severity};
#[cfg(feature = "cli")]
pub(crate) use replace::scalar as write_scalar;
pub use route::{Route, Step};
pub use secrets::Secret;
pub use sources::{MAX_DOCUMENT_BYTES, Sources};
pub use span::Span;
pub use spelling::closest;
pub(crate) use spelling::closest_within;
pub use text::{Position, Text};
pub use visible::{is_hidden, visible};
pub(crate) use visible::{quoted, shorten, shown_start};
