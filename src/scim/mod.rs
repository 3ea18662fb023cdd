//! SCIM snapshots: users and groups as a SCIM server holds them (RFC 7643), read from any shape that exports have.
//!
//! [`SnapshotReader`] takes texts and gives a [`Snapshot`]; [`User::from_json`] takes one user. Nothing here is lost in
//! silence: what is wrong with the data is a [`crate::source::Problem`], and what the files do not say is
//! [`Fact::Undetermined`].

mod at_hand;
mod completeness;
mod damage;
mod extensions;
mod fact;
mod facts;
// Large snapshots are read part by part by the command line alone.
#[cfg_attr(not(feature = "cli"), allow(dead_code))]
pub(crate) mod feed;
mod frame;
mod gather;
mod group;
pub(crate) mod head;
#[cfg(test)]
mod hostile;
pub(crate) mod json;
mod json_read;
#[cfg(test)]
mod laws;
mod lists;
mod membership;
mod merge;
pub(crate) mod names;
mod place;
mod protocol;
pub(crate) mod records;
mod recovery;
#[cfg(test)]
mod samples;
mod schema;
pub(crate) mod sink;
mod snapshot;
#[cfg_attr(not(feature = "cli"), allow(dead_code))]
pub(crate) mod stream;
mod tally;
#[cfg(test)]
mod testing;
pub(crate) mod unusable;
mod user;
mod values;

pub use completeness::{Completeness, Gap};
pub use extensions::Extension;
pub use fact::Fact;
pub use group::{Group, Member, Members};
pub use json::{Json, Object};
pub(crate) use lists::Lists;
pub use membership::{GroupRef, Groups, MembersExport, Membership};
pub use place::RecordPlace;
pub use protocol::{Answer, Claims, Directory, Effect, Entry, Refusal, Request, ScimType, read_log};
pub(crate) use schema::DefectKind;
pub use snapshot::{Record, Snapshot, SnapshotReader};
pub use stream::{Account, Batch, People, Projection, Roster, RosterReader, Work, first_page};
pub use unusable::{Kind, Unusable};
pub use user::User;
