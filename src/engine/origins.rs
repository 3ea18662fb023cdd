//! Where the values of Foundry attributes come from, worked out once from a configuration.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::Event;
use crate::condition::{Attribute, Scheme};
use crate::config::{Config, GroupsClaim, MappedAttribute};

/// What a configuration says about inputs.
#[derive(Clone, Debug)]
pub(super) struct Origins {
    /// By the name of a mapped Foundry attribute, which compares exactly.
    claimed: BTreeMap<String, Origin>,
    login_groups: LoginGroups,
    /// Whether a login's claim brings provider groups.
    imports_groups: bool,
}

/// Attributes of the core schema, which is the same in every configuration.
struct Names {
    given: Option<Attribute>,
    family: Option<Attribute>,
}

static NAMES: LazyLock<Names> = LazyLock::new(|| {
    let core = |path| Scheme::new().scim_attribute(path).ok();
    Names { given: core("name.givenName"), family: core("name.familyName") }
});

/// What a login fills a Foundry attribute with, as far as the configuration tells.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Origin {
    pub(super) source: Source,
    /// Whether only the first value of the claim is taken
    /// (palantir.com/docs/foundry/authentication/saml-getting-started).
    pub(super) takes_first: bool,
}

/// Which SCIM attribute holds the value that a claim carries.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Source {
    /// The one that the mapping names. A user without a value there has none in the claim.
    Stated(Attribute),
    /// The one that is called like the Foundry attribute. Where it has a value the claim is taken to carry it; where it
    /// has none, the claim may carry something else.
    SameName(Attribute),
    /// None.
    Unknown,
}

impl Source {
    fn attribute(&self) -> Option<&Attribute> {
        match self {
            Source::Stated(attribute) | Source::SameName(attribute) => Some(attribute),
            Source::Unknown => None,
        }
    }
}

/// Which membership a login sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LoginGroups {
    /// The claim carries direct membership, or carries none and leaves membership as SCIM synced it.
    Direct,
    /// The claim carries nested membership too.
    Transitive,
}

impl Origins {
    pub(super) fn new(config: &Config) -> Self {
        let mapping = &config.provider.attribute_mapping;
        let claimed = mapping.attributes.iter().map(|(name, mapped)| {
            (name.clone(), Origin { source: source(name, mapped, config), takes_first: mapped.takes_first() })
        });
        // Saying what the claim carries says that there is one.
        let has_claim = mapping.groups.is_some() || config.provider.groups_claim.is_some();
        // Without the import a login leaves membership alone
        // (palantir.com/docs/foundry/authentication/scim-common-issues).
        let imports = config.provider.groups_import.unwrap_or(has_claim);
        let transitive = imports && config.provider.groups_claim == Some(GroupsClaim::Transitive);
        Origins {
            claimed: claimed.collect(),
            imports_groups: imports && has_claim,
            login_groups: if transitive { LoginGroups::Transitive } else { LoginGroups::Direct },
        }
    }

    /// What a login fills a Foundry attribute with; `None` for an attribute that no claim is mapped to, such as the
    /// answer to an intake form.
    pub(super) fn claimed(&self, name: &str) -> Option<&Origin> {
        self.claimed.get(name)
    }

    /// The Foundry attributes that claims are mapped to, by name.
    pub(super) fn claimed_names(&self) -> impl Iterator<Item = &str> {
        self.claimed.keys().map(String::as_str)
    }

    /// Whether the provider groups of a login's claim replace those that Foundry holds.
    pub(super) fn login_replaces_groups(&self) -> bool {
        self.imports_groups
    }

    /// The Foundry attribute that a claim fills with the values of a SCIM attribute: of several the one that takes
    /// all values, then the first by name.
    pub(super) fn filled_from(&self, attribute: &Attribute) -> Option<&str> {
        let from = |origin: &Origin| origin.source.attribute().is_some_and(|source| source.is_part_of(attribute));
        let filled = self.claimed.iter().filter(|(_, origin)| from(origin));
        filled.min_by_key(|(_, origin)| origin.takes_first).map(|(name, _)| name.as_str())
    }

    /// Whether a claim fills some Foundry attribute with what no SCIM attribute is known to hold.
    pub(super) fn has_unknown_source(&self) -> bool {
        self.claimed.values().any(|origin| origin.source == Source::Unknown)
    }

    /// Whether provider groups at an event include those reached through nested groups.
    pub(super) fn nests_at(&self, event: Event) -> bool {
        event == Event::Login && self.login_groups == LoginGroups::Transitive
    }

    /// The SCIM attribute of which Foundry makes a reserved one.
    pub(super) fn reserved(&self, name: &str) -> Option<&'static Attribute> {
        match name {
            "multipass:given-name" => NAMES.given.as_ref(),
            "multipass:family-name" => NAMES.family.as_ref(),
            _ => None,
        }
    }
}

fn source(name: &str, mapped: &MappedAttribute, config: &Config) -> Source {
    if let Some(stated) = &mapped.resolved {
        return Source::Stated(stated.clone());
    }
    match config.scheme.attribute_named(name) {
        // A path that named nothing was an error; a configuration with one never gets here.
        Some(attribute) if mapped.scim.is_none() => Source::SameName(attribute),
        _ => Source::Unknown,
    }
}
