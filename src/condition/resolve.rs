//! From a path to what it names.

use super::mistake::{Mistake, TYPE, UNKNOWN};
use super::schema::{AttributeDefinition, is_synced};
use super::scheme::{Cardinality, RuleSet, Schema, Scheme};
use super::suggest::{foundry_path, help_for_name, known_paths, nearest};
use super::{Attribute, Budget, GroupKey, Input, Path, ValueType, fold};
use crate::source::quoted;

/// What a path names, and what can be asked of it.
#[derive(Clone, Debug)]
pub(super) struct Subject<'s> {
    pub(super) input: Input,
    pub(super) value_type: ValueType,
    pub(super) cardinality: Cardinality,
    /// Where it is an attribute of a schema: for its sub-attributes.
    pub(super) definition: Option<&'s AttributeDefinition>,
}

impl Subject<'_> {
    /// Whether the members are groups, which have names and no order.
    pub(super) fn is_groups(&self) -> bool {
        matches!(self.input, Input::ProviderGroups(_) | Input::InternalGroups)
    }

    fn text(input: Input, value_type: ValueType, cardinality: Cardinality) -> Self {
        Subject { input, value_type, cardinality, definition: None }
    }
}

/// The attribute whose elements a value filter is about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element<'s> {
    pub(super) definition: &'s AttributeDefinition,
    pub(super) path: &'s Path,
}

/// What a path may name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known<'s> {
    pub(super) scheme: &'s Scheme,
    pub(super) rules: RuleSet,
    /// Whether a name that is unknown is compared with those that are known.
    pub(super) suggests: bool,
}

impl<'s> Known<'s> {
    pub(super) fn new(scheme: &'s Scheme, rules: RuleSet, budget: &Budget) -> Self {
        Known { scheme, rules, suggests: budget.suggests() }
    }

    /// Resolves a path outside of a value filter.
    pub(super) fn resolve(self, path: &Path, budget: &mut Budget) -> Result<Subject<'s>, Box<Mistake>> {
        let resolved = resolve(self, path);
        if self.suggests && resolved.as_ref().is_err_and(|mistake| mistake.code == UNKNOWN) {
            budget.count_comparisons(known_paths(self).len());
        }
        resolved
    }

    /// The names of the known Foundry attributes, as long as names are compared.
    pub(super) fn foundry_names(self) -> impl Iterator<Item = &'s str> {
        self.scheme.foundry_names().take(if self.suggests { usize::MAX } else { 0 })
    }
}

fn resolve<'s>(known: Known<'s>, path: &Path) -> Result<Subject<'s>, Box<Mistake>> {
    let (subject, rules) = (named(known, path)?, known.rules);
    let of_group = matches!(subject.input, Input::Group(_));
    match rules {
        RuleSet::OrganizationGroups if !of_group => Err(Box::new(input_of_user(path))),
        RuleSet::OrganizationGroups => Ok(subject),
        _ if of_group => Err(Box::new(input_of_group(path))),
        RuleSet::OrganizationUsers => Ok(subject),
        _ if subject.input == Input::InternalGroups => Err(Box::new(internal_groups(path))),
        _ => Ok(subject),
    }
}

/// Resolves a path inside of a value filter: it names a sub-attribute.
pub(super) fn resolve_in_element<'s>(element: Element<'s>, path: &Path) -> Result<Subject<'s>, Box<Mistake>> {
    let owner = element.definition;
    if let (None, [name]) = (&path.urn, path.segments.as_slice())
        && let Some(sub) = owner.sub(name)
    {
        return Ok(Subject {
            input: Input::Element(sub.name.clone(), sub.value_type),
            value_type: sub.value_type,
            cardinality: if sub.multi_valued { Cardinality::Many } else { Cardinality::One },
            definition: Some(sub),
        });
    }
    let subs = names(&owner.sub_attributes);
    let last = path.segments.last().map_or("", String::as_str);
    let message = format!("{} is not a sub-attribute of `{}`", quoted(&path.to_string()), owner.name);
    Err(Box::new(
        Mistake::new(UNKNOWN, path.span, message)
            .label("unknown sub-attribute")
            .help(did_you_mean_or(last, &owner.sub_attributes, || format!("use one of {subs} inside the brackets")))
            .related(element.path.span, "the brackets look at each element of this"),
    ))
}

fn named<'s>(known: Known<'s>, path: &Path) -> Result<Subject<'s>, Box<Mistake>> {
    if let Some(urn) = &path.urn {
        return in_schema(known.scheme, urn, path);
    }
    let lower: Vec<String> = path.segments.iter().map(|segment| segment.to_ascii_lowercase()).collect();
    let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
    match lower.as_slice() {
        ["email"] => Ok(Subject::text(Input::Email, ValueType::Text, Cardinality::One)),
        ["attributes", _] => foundry(known, path),
        ["provider", "groups", key @ ..] => groups(path, key, Cardinality::Many, Input::ProviderGroups),
        ["internal", "groups"] => Ok(Subject::text(Input::InternalGroups, ValueType::Text, Cardinality::Many)),
        ["group", key] => groups(path, &[key], Cardinality::One, Input::Group),
        ["attributes" | "provider" | "internal" | "group", _, ..] => Err(Box::new(unknown_special(known, path))),
        [_] | [_, _] => by_short_name(known, path),
        _ => Err(Box::new(too_many_segments(path))),
    }
}

fn groups<'s>(
    path: &Path,
    key: &[&str],
    cardinality: Cardinality,
    input: fn(GroupKey) -> Input,
) -> Result<Subject<'s>, Box<Mistake>> {
    let (key, value_type) = match key {
        [] | ["displayname"] => (GroupKey::DisplayName, ValueType::Text),
        ["externalid"] => (GroupKey::ExternalId, ValueType::ExactText),
        _ => {
            let owner = if cardinality == Cardinality::Many { "provider.groups" } else { "group" };
            let message = format!("{} names nothing of a provider group", quoted(&path.to_string()));
            return Err(Box::new(
                Mistake::new(UNKNOWN, path.span, message)
                    .label("unknown attribute")
                    .help(format!("use `{owner}.displayName` or `{owner}.externalId`")),
            ));
        }
    };
    Ok(Subject::text(input(key), value_type, cardinality))
}

fn foundry<'s>(known: Known<'s>, path: &Path) -> Result<Subject<'s>, Box<Mistake>> {
    let name = path.segments.last().map_or("", String::as_str);
    if let Some(cardinality) = known.scheme.foundry_attribute(name) {
        return Ok(Subject::text(Input::Foundry(name.to_string()), ValueType::Text, cardinality));
    }
    let folded = fold(name);
    let help = match known.foundry_names().find(|known| fold(known) == folded) {
        Some(known) => format!("write {}: names of Foundry attributes compare with case", quoted(&foundry_path(known))),
        None => match nearest(name, known.foundry_names()) {
            Some(known) => format!("did you mean {}?", quoted(&foundry_path(known))),
            None if !known.suggests => "map a claim to it in `attribute-mapping.attributes`".to_string(),
            None => format!(
                "map a claim to it in `attribute-mapping.attributes`, or use one of {}",
                listed(known.foundry_names().map(foundry_path))
            ),
        },
    };
    let message = format!("{} is in no attribute mapping and in no intake form", quoted(&path.to_string()));
    Err(Box::new(Mistake::new(UNKNOWN, path.span, message).label("unknown Foundry attribute").help(help)))
}

fn by_short_name<'s>(known: Known<'s>, path: &Path) -> Result<Subject<'s>, Box<Mistake>> {
    let name = path.segments.first().map_or("", String::as_str);
    match known.scheme.schemas_with(name).as_slice() {
        [] => Err(Box::new(unknown_name(known, path))),
        [(schema, attribute)] => of_attribute(schema, attribute, path),
        several => {
            let urns = listed(several.iter().map(|(schema, _)| format!("{}:{name}", schema.urn)));
            let message = format!("{} is an attribute of {} extensions", quoted(name), several.len());
            Err(Box::new(
                Mistake::new(UNKNOWN, path.span, message)
                    .label("which one is not said")
                    .help(format!("write its URN in front: one of {urns}")),
            ))
        }
    }
}

fn in_schema<'s>(scheme: &'s Scheme, urn: &str, path: &Path) -> Result<Subject<'s>, Box<Mistake>> {
    let name = path.segments.first().map_or("", String::as_str);
    let whole = format!("{urn}:{name}");
    if scheme.schema(&whole).is_some() {
        let message = format!("{} names a schema and none of its attributes", quoted(&whole));
        return Err(Box::new(
            Mistake::new(UNKNOWN, path.span, message)
                .label("no attribute named")
                .help(format!("write the attribute after it: `{whole}:NAME`")),
        ));
    }
    let Some(schema) = scheme.schema(urn) else {
        let help = match nearest(urn, scheme.schemas().map(|schema| schema.urn.as_str())) {
            Some(known) => format!("did you mean {}?", quoted(known)),
            None => format!(
                "use one of {}, or give a snapshot whose users have this extension",
                listed(scheme.schemas().map(|schema| schema.urn.clone()))
            ),
        };
        let message = format!("no schema is named {}", quoted(urn));
        return Err(Box::new(Mistake::new(UNKNOWN, path.span, message).label("unknown schema").help(help)));
    };
    if path.segments.len() > 2 {
        return Err(Box::new(too_many_segments(path)));
    }
    match schema.attribute(name) {
        Some(attribute) => of_attribute(schema, attribute, path),
        None => {
            let message = format!("the schema {} has no attribute {}", quoted(&schema.urn), quoted(name));
            let help =
                did_you_mean_or(name, &schema.attributes, || format!("use one of {}", names(&schema.attributes)));
            Err(Box::new(Mistake::new(UNKNOWN, path.span, message).label("unknown attribute").help(help)))
        }
    }
}

fn of_attribute<'s>(
    schema: &Schema,
    attribute: &'s AttributeDefinition,
    path: &Path,
) -> Result<Subject<'s>, Box<Mistake>> {
    let Some(sub) = path.segments.get(1) else {
        return Ok(subject(schema, attribute, None));
    };
    if let Some(sub) = attribute.sub(sub) {
        return Ok(subject(schema, attribute, Some(sub)));
    }
    let message = format!("`{}` has no sub-attribute {}", attribute.name, quoted(sub));
    let help = if attribute.sub_attributes.is_empty() {
        format!("write `{}` alone: it has no sub-attributes", attribute.name)
    } else {
        did_you_mean_or(sub, &attribute.sub_attributes, || format!("use one of {}", names(&attribute.sub_attributes)))
    };
    Err(Box::new(Mistake::new(UNKNOWN, path.span, message).label("unknown sub-attribute").help(help)))
}

/// An attribute or one of its sub-attributes as the subject of a comparison.
fn subject<'s>(
    schema: &Schema,
    attribute: &'s AttributeDefinition,
    sub: Option<&'s AttributeDefinition>,
) -> Subject<'s> {
    let named = sub.unwrap_or(attribute);
    let multi_valued = attribute.multi_valued || named.multi_valued;
    let sub_name = sub.map(|sub| sub.name.clone());
    let synced = schema.is_core() && is_synced(&attribute.name, sub_name.as_deref());
    Subject {
        input: Input::Scim(Attribute {
            extension: (!schema.is_core()).then(|| schema.urn.clone()),
            name: attribute.name.clone(),
            sub: sub_name,
            value_type: named.value_type,
            multi_valued,
            synced,
        }),
        value_type: named.value_type,
        cardinality: if multi_valued { Cardinality::Many } else { Cardinality::One },
        definition: Some(named),
    }
}

/// The `value` of a complex attribute, for which the attribute itself may stand in a comparison (RFC 7644 section
/// 3.4.2.2 has it so for multi-valued ones; `manager` is the one single-valued attribute with a `value`).
pub(super) fn value_of<'s>(subject: &Subject<'s>) -> Option<Subject<'s>> {
    let value = subject.definition?.sub("value")?;
    let Input::Scim(attribute) = &subject.input else { return None };
    let input = Attribute { sub: Some(value.name.clone()), value_type: value.value_type, ..attribute.clone() };
    Some(Subject {
        input: Input::Scim(input),
        value_type: value.value_type,
        cardinality: subject.cardinality,
        definition: Some(value),
    })
}

fn unknown_name(known: Known<'_>, path: &Path) -> Mistake {
    let written = path.to_string();
    if known.rules == RuleSet::OrganizationGroups {
        return input_of_user(path);
    }
    let message = format!("{} is in no schema and no attribute mapping", quoted(&written));
    let help = if path.segments.len() == 1 {
        let name = path.segments.first().map_or("", String::as_str);
        match fold(name).as_str() {
            "attributes" => "write `attributes.NAME` with the name of a Foundry attribute".to_string(),
            "provider" => "write `provider.groups`".to_string(),
            "internal" => "write `internal.groups`".to_string(),
            "group" => "write `provider.groups` with `includes`".to_string(),
            _ => help_for_name(name, known),
        }
    } else {
        help_for_name(&written, known)
    };
    Mistake::new(UNKNOWN, path.span, message).label("unknown attribute").help(help)
}

/// A path under `attributes`, `provider`, `internal` or `group` that names nothing.
fn unknown_special(known: Known<'_>, path: &Path) -> Mistake {
    let written = path.to_string();
    let help = match path.segments.as_slice() {
        [head, rest @ ..] if head.eq_ignore_ascii_case("attributes") => {
            format!("put the whole name of the attribute into quotes: {}", quoted(&foundry_path(&rest.join("."))))
        }
        [head, groups, ..] if head.eq_ignore_ascii_case("internal") && groups.eq_ignore_ascii_case("groups") => {
            "write `internal.groups`: internal groups are known by name".to_string()
        }
        _ => match nearest(&written, known_paths(known)) {
            Some(known) => format!("did you mean {}?", quoted(&known)),
            None => "use `provider.groups`, `provider.groups.externalId` or `attributes.NAME`".to_string(),
        },
    };
    Mistake::new(UNKNOWN, path.span, format!("{} names nothing", quoted(&written)))
        .label("unknown attribute")
        .help(help)
}

fn too_many_segments(path: &Path) -> Mistake {
    Mistake::new(UNKNOWN, path.span, format!("{} goes deeper than sub-attributes", quoted(&path.to_string())))
        .label("more than two names")
        .help("write an attribute, or an attribute and one sub-attribute: `name.givenName`")
}

fn input_of_user(path: &Path) -> Mistake {
    let message = format!(
        "{} is not an input of `{}`, whose rules look at a group",
        quoted(&path.to_string()),
        RuleSet::OrganizationGroups.as_str()
    );
    Mistake::new(TYPE, path.span, message)
        .label("belongs to a user")
        .help("use `group.displayName` or `group.externalId`")
}

fn input_of_group(path: &Path) -> Mistake {
    let message =
        format!("{} is an input of `{}` only", quoted(&path.to_string()), RuleSet::OrganizationGroups.as_str());
    Mistake::new(TYPE, path.span, message)
        .label("this rule is about a user")
        .help("use `provider.groups` with `includes` to ask for the groups of the user")
}

fn internal_groups(path: &Path) -> Mistake {
    let message = format!("`internal.groups` is an input of `{}` only", RuleSet::OrganizationUsers.as_str());
    Mistake::new(TYPE, path.span, message)
        .label("not known to this rule set")
        .help("use `provider.groups`, or an attribute of the user")
}

fn did_you_mean_or(word: &str, candidates: &[AttributeDefinition], otherwise: impl FnOnce() -> String) -> String {
    match nearest(word, candidates.iter().map(|candidate| candidate.name.as_str())) {
        Some(name) => format!("did you mean {}?", quoted(name)),
        None => otherwise(),
    }
}

fn names(attributes: &[AttributeDefinition]) -> String {
    listed(attributes.iter().map(|attribute| attribute.name.clone()))
}

/// How many names a message lists.
const LISTED: usize = 12;

pub(super) fn listed(names: impl Iterator<Item = String>) -> String {
    let names: Vec<String> = names.map(|name| quoted(&name)).collect();
    match names.get(..LISTED) {
        Some(first) if names.len() > LISTED => format!("{} and {} more", first.join(", "), names.len() - LISTED),
        _ => names.join(", "),
    }
}
