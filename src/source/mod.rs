//! Texts, positions in them, and the tree of a YAML or JSON document with every position kept.
//!
//! This is the lowest layer. It knows nothing of Foundry, SCIM or Entra.

mod document;
mod finding;
mod problem;
mod route;
mod sources;
mod span;
mod spelling;
mod text;
mod visible;

pub use document::{Comment, Document, Entry, Mapping, Node, Scalar, ScalarKind, Sequence, Style, Value, decode_utf8};
pub use finding::{Edit, Finding, Fix, Location, LocationKind, Safety};
pub use problem::{At, FileId, Label, Part, Place, Problem, Severity};
pub use route::{Route, Step};
pub use sources::Sources;
pub use span::Span;
pub use spelling::closest;
pub use text::{Position, Text};
pub use visible::{is_hidden, visible};
