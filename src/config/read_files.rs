//! Reads which files a snapshot and the exports of Foundry are in.

use super::fields::{Expected, Field, Shape};
use super::problems::Problems;
use super::{Foundry, Members, Paths, Snapshot};
use crate::source::{ScalarKind, Value};

pub(super) const SNAPSHOT: Shape = Shape { what: "a snapshot", keys: &["users", "groups", "members"] };

pub(super) const FOUNDRY: Shape =
    Shape { what: "the Foundry section", keys: &["users", "groups", "memberships", "provider-info"] };

const MEMBERS: [(&str, Members); 2] = [("complete", Members::Complete), ("excluded", Members::Excluded)];

pub(super) fn read_snapshot(field: &Field<'_>, problems: &mut Problems) -> Option<Snapshot> {
    let fields = field.fields(&SNAPSHOT, problems)?;
    let users = fields.get("users").and_then(|field| read_paths(&field, problems));
    let groups = fields.get("groups").and_then(|field| read_paths(&field, problems));
    let members = fields.get("members").and_then(|field| field.choice(&MEMBERS, problems));
    fields.finish(problems);
    Some(Snapshot { users, groups, members })
}

pub(super) fn read_foundry(field: &Field<'_>, problems: &mut Problems) -> Option<Foundry> {
    let fields = field.fields(&FOUNDRY, problems)?;
    let mut paths = |key| fields.get(key).and_then(|field| read_paths(&field, problems));
    let (users, groups) = (paths("users"), paths("groups"));
    let (memberships, provider_info) = (paths("memberships"), paths("provider-info"));
    fields.finish(problems);
    Some(Foundry { users, groups, memberships, provider_info })
}

fn read_paths(field: &Field<'_>, problems: &mut Problems) -> Option<Paths> {
    match field.node.value() {
        Value::Sequence(_) => {
            let items = field.some_items("paths", problems)?;
            Some(Paths(items.iter().filter_map(|item| item.string(problems)).collect()))
        }
        Value::Scalar(scalar) if scalar.kind() == ScalarKind::String => Some(Paths(vec![field.string(problems)?])),
        _ => field.mismatch(Expected::Paths, problems),
    }
}
