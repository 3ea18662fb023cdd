//! What Foundry holds, as its Admin API returns it: users, groups, memberships and Provider IDs.
//!
//! The shapes are those of the Admin API v2 (palantir.com/docs/foundry/api/v2/admin-v2-resources), in a list under
//! `data`, in an array, or one a line.

mod export;
mod internal;
mod reader;
mod record;
#[cfg(test)]
mod testing;

pub use export::Export;
pub use internal::InternalGroups;
pub use reader::{ExportPart, ExportReader};
pub use record::{Attributes, FoundryGroup, FoundryUser};
