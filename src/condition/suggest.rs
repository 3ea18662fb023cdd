//! "did you mean": what a name that is not known may have been meant to be.

use super::fold;
use super::resolve::Known;
use super::scheme::{RuleSet, Scheme};
use crate::source::{closest_within, quoted};

/// The candidate that is nearest to the word, where one is near enough to be meant. Operators have two letters, so one slip
/// is allowed in any word; paths are long, and no more than three are.
pub(super) fn nearest<T: AsRef<str>>(word: &str, candidates: impl IntoIterator<Item = T>) -> Option<T> {
    closest_within(word, candidates, (word.chars().count() / 3).clamp(1, 3))
}

/// What Entra calls attributes, and where its documented default mapping sends them
/// (learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups).
const ENTRA_NAMES: [(&str, &str); 9] = [
    ("userPrincipalName", "userName"),
    ("mail", "email"),
    ("accountEnabled", "active"),
    ("jobTitle", "title"),
    ("surname", "name.familyName"),
    ("sn", "name.familyName"),
    ("firstName", "name.givenName"),
    ("lastName", "name.familyName"),
    ("employeeId", "employeeNumber"),
];

/// What to do about an attribute of a user that is not known.
pub(super) fn help_for_name(name: &str, known: Known<'_>) -> String {
    let folded = fold(name);
    if let Some(foundry) = known.foundry_names().find(|candidate| fold(candidate) == folded) {
        return format!("write {}: it is a Foundry attribute", quoted(&foundry_path(foundry)));
    }
    if let Some(path) = path_of_sub_attribute(name, known.scheme) {
        return format!("write {}", quoted(&path));
    }
    if let Some((_, scim)) = ENTRA_NAMES.iter().find(|(entra, _)| entra.eq_ignore_ascii_case(name)) {
        return format!("write `{scim}`, which is what SCIM calls it");
    }
    match nearest(name, known_paths(known)) {
        Some(path) => format!("did you mean {}?", quoted(&path)),
        None => "use an attribute of the SCIM core or enterprise schema or of an extension in the snapshot, or map a \
                 claim to it in `attribute-mapping.attributes` and write `attributes.NAME`"
            .to_string(),
    }
}

/// The one core attribute that has a sub-attribute of this name: `givenName` is `name.givenName`.
fn path_of_sub_attribute(name: &str, scheme: &Scheme) -> Option<String> {
    let core = scheme.schemas().next()?;
    let mut paths = core
        .attributes
        .iter()
        .filter_map(|attribute| attribute.sub(name).map(|sub| format!("{}.{}", attribute.name, sub.name)));
    paths.next().filter(|_| paths.next().is_none())
}

/// The path of a Foundry attribute, as the printer writes it.
pub(super) fn foundry_path(name: &str) -> String {
    let segments = vec!["attributes".to_string(), name.to_string()];
    super::Path { urn: None, segments, span: crate::source::Span::default() }.to_string()
}

/// Everything that a condition of the rule set can name, as long as names are compared.
pub(super) fn known_paths(known: Known<'_>) -> Vec<String> {
    let Known { scheme, rules, suggests } = known;
    if !suggests {
        return Vec::new();
    }
    if rules == RuleSet::OrganizationGroups {
        return vec!["group.displayName".to_string(), "group.externalId".to_string()];
    }
    let mut paths = vec!["email".to_string(), "provider.groups".to_string(), "provider.groups.externalId".to_string()];
    if rules == RuleSet::OrganizationUsers {
        paths.push("internal.groups".to_string());
    }
    for attribute in scheme.schemas().flat_map(|schema| &schema.attributes) {
        paths.push(attribute.name.clone());
        paths.extend(attribute.sub_attributes.iter().map(|sub| format!("{}.{}", attribute.name, sub.name)));
    }
    paths.extend(known.foundry_names().map(foundry_path));
    paths
}
