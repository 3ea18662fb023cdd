//! Reads the organizations and groups that rules may name.

use std::collections::HashMap;

use super::fields::{Field, Fields, Shape};
use super::problems::Problems;
use super::read::Unread;
use super::{Groups, Organization, Sited};
use crate::source::{Problem, shorten};

pub(super) const ORGANIZATION: Shape = Shape { what: "an organization", keys: &["name", "rid"] };

pub(super) const GROUPS: Shape =
    Shape { what: "the section of groups", keys: &["internal", "rule-based", "administrators"] };

pub(super) fn read_organizations(
    fields: &Fields<'_>,
    unread: &mut Unread,
    problems: &mut Problems,
) -> Vec<Organization> {
    let field = fields.require("organizations", problems);
    let items = field.as_ref().and_then(|field| field.some_items("organizations", problems));
    unread.organizations |= items.is_none() || field.is_some_and(|field| field.is_damaged());
    let mut organizations = Vec::new();
    for item in items.unwrap_or_default() {
        match read_organization(&item, problems) {
            Some(organization) => organizations.push(organization),
            None => unread.organizations = true,
        }
    }
    report_duplicates("organization", organizations.iter().map(|organization| &organization.name), problems);
    organizations
}

fn read_organization(item: &Field<'_>, problems: &mut Problems) -> Option<Organization> {
    let fields = item.fields(&ORGANIZATION, problems)?;
    let name = fields.require("name", problems).and_then(|field| field.string(problems));
    let rid = fields.get("rid").and_then(|field| field.string(problems));
    fields.finish(problems);
    if let Some(rid) = rid.as_ref().filter(|rid| !is_organization_rid(rid)) {
        let message = format!("`{}` is not the resource identifier of an organization", shorten(rid));
        problems.push(
            Problem::error("invalid-value", rid.at.value(), message)
                .label("expected `ri.multipass..organization.` and a UUID")
                .help("copy the identifier of the organization from Control Panel, or remove the key"),
        );
    }
    Some(Organization { name: name?, rid: rid.map(|rid| rid.value) })
}

/// What a resource identifier of an organization looks like: `ri.SERVICE.INSTANCE.TYPE.LOCATOR`
/// (github.com/palantir/resource-identifier).
pub(super) const ORGANIZATION_RID: &str = r"^ri\.multipass\.([a-z0-9][a-z0-9-]*)?\.organization\.[a-zA-Z0-9_.-]+$";

fn is_organization_rid(rid: &str) -> bool {
    let Some((instance, locator)) =
        rid.strip_prefix("ri.multipass.").and_then(|rest| rest.split_once(".organization."))
    else {
        return false;
    };
    let in_instance = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let in_locator = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    instance.chars().all(in_instance)
        && !instance.starts_with('-')
        && !locator.is_empty()
        && locator.chars().all(in_locator)
}

pub(super) fn read_groups(fields: &Fields<'_>, unread: &mut Unread, problems: &mut Problems) -> Groups {
    let Some(field) = fields.get("groups") else {
        unread.groups |= fields.mapping().is_damaged();
        return Groups::default();
    };
    let Some(fields) = field.fields(&GROUPS, problems) else {
        unread.groups = true;
        return Groups::default();
    };
    unread.groups |= fields.mapping().is_damaged();
    let mut list = |key: &'static str| {
        let Some(field) = fields.get(key) else { return Vec::new() };
        let items = field.items("groups", problems);
        let names: Vec<_> = items.iter().flatten().filter_map(|item| item.string(problems)).collect();
        unread.groups |= field.is_damaged() || items.is_none_or(|items| items.len() != names.len());
        names
    };
    let groups =
        Groups { internal: list("internal"), rule_based: list("rule-based"), administrators: list("administrators") };
    report_duplicates("group", groups.internal.iter().chain(&groups.rule_based), problems);
    report_duplicates("group of administrators", groups.administrators.iter(), problems);
    fields.finish(problems);
    groups
}

/// Reports names that are listed twice.
pub(crate) fn report_duplicates<'s>(
    what: &str,
    names: impl Iterator<Item = &'s Sited<String>>,
    problems: &mut Problems,
) {
    let mut first: HashMap<&str, &Sited<String>> = HashMap::new();
    for name in names {
        let Some(earlier) = first.get(name.as_str()) else {
            first.insert(name, name);
            continue;
        };
        let message = format!("the {what} `{}` is listed twice", shorten(name));
        problems.push(
            Problem::error("duplicate-name", name.at.value(), message)
                .label("listed again")
                .related(earlier.at.value(), "first listed here")
                .help("remove one of them"),
        );
    }
}
