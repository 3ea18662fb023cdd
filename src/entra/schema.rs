//! The synchronization schema: which objects are provisioned, and how.

use crate::source::At;

use super::attribute_mapping::AttributeMapping;
use super::object::member_at;
use super::scope::ScopeGroup;
use crate::config::Sited;

/// The mappings of a provisioning job, of all its rules.
///
/// The members are Microsoft's: learn.microsoft.com/graph/api/resources/synchronization-synchronizationschema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SynchronizationSchema {
    /// Where it stands.
    pub at: At,
    /// The job or template that it belongs to.
    pub id: Option<Sited<String>>,
    /// Which attributes the directories have, where the export carries them.
    pub directories: Vec<Directory>,
    /// The object mappings of all rules, in the order of the export, disabled ones too.
    pub object_mappings: Vec<ObjectMapping>,
}

/// How objects of one kind are provisioned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectMapping {
    /// Where it stands.
    pub at: At,
    /// The kind of object in Entra: `User`, `Group`; empty where disabled mappings leave it so.
    pub source_object: String,
    /// The kind of object that is written, such as `urn:ietf:params:scim:schemas:core:2.0:Group`.
    pub target_object: String,
    /// Whether the job uses it.
    pub enabled: bool,
    /// Which changes are provisioned.
    pub flow_types: FlowTypes,
    /// The directory whose objects are sent, as the schema names it.
    pub source_directory: Option<String>,
    /// Which objects are provisioned: those that one of these groups of clauses takes. Empty: all.
    pub scope: Vec<ScopeGroup>,
    /// What is sent as which attribute.
    pub attribute_mappings: Vec<AttributeMapping>,
    /// Whether a syntax error took attribute mappings away: what is missing may have stood there.
    pub is_damaged: bool,
    pub(super) names: Vec<Box<str>>,
}

/// The objects of a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directory {
    /// The name that rules use for it.
    pub name: String,
    /// Its objects.
    pub objects: Vec<DirectoryObject>,
}

/// A kind of object in a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryObject {
    /// Its name, such as `User`.
    pub name: String,
    /// Its attributes.
    pub attributes: Vec<DirectoryAttribute>,
}

/// An attribute of a kind of object.
///
/// The members are Microsoft's: learn.microsoft.com/graph/api/resources/synchronization-attributedefinition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryAttribute {
    /// Its name, which compares exactly.
    pub name: String,
    /// Its type, such as `String`, `DateTime` or `Reference`, where the export says it.
    pub kind: Option<String>,
    /// Whether it holds several values; one, where the export does not say.
    pub is_multi_valued: bool,
}

/// Which changes an object mapping provisions. The default is all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlowTypes {
    /// New objects are created.
    pub add: bool,
    /// Changes are sent.
    pub update: bool,
    /// Objects that left are disabled or deleted.
    pub delete: bool,
}

/// The kinds of object that Foundry takes by SCIM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectKind {
    /// People.
    User,
    /// Groups of people.
    Group,
}

impl FlowTypes {
    /// Every change is provisioned.
    pub const ALL: FlowTypes = FlowTypes { add: true, update: true, delete: true };

    /// Reads `Add, Update, Delete` or `Add,Update,Delete`; `None` where a word is none of those of Graph
    /// (learn.microsoft.com/graph/api/resources/synchronization-objectmapping).
    pub(super) fn parse(text: &str) -> Option<FlowTypes> {
        const WORDS: [&str; 5] = ["", "None", "Add", "Update", "Delete"];
        let is_known = |word: &str| WORDS.iter().any(|known| word.trim().eq_ignore_ascii_case(known));
        if !text.split(',').all(is_known) {
            return None;
        }
        let has = |name: &str| text.split(',').any(|word| word.trim().eq_ignore_ascii_case(name));
        Some(FlowTypes { add: has("Add"), update: has("Update"), delete: has("Delete") })
    }
}

impl SynchronizationSchema {
    /// The enabled mappings of users.
    pub fn users(&self) -> impl Iterator<Item = &ObjectMapping> {
        self.enabled(ObjectKind::User)
    }

    /// The enabled mappings of groups.
    pub fn groups(&self) -> impl Iterator<Item = &ObjectMapping> {
        self.enabled(ObjectKind::Group)
    }

    fn enabled(&self, kind: ObjectKind) -> impl Iterator<Item = &ObjectMapping> {
        self.object_mappings.iter().filter(move |mapping| mapping.enabled && mapping.kind() == Some(kind))
    }
}

impl ObjectMapping {
    /// What it provisions, enabled or not: said by the target's name, else by the source's. Display names say nothing,
    /// they differ between tenants.
    pub fn kind(&self) -> Option<ObjectKind> {
        // The enterprise user's URN stands for the whole user here; its requests go to `/Users` all the same.
        const USERS: [&str; 2] = [
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
            "urn:ietf:params:scim:schemas:core:2.0:User",
        ];
        const GROUPS: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
        let target = self.target_object.trim();
        let source = self.source_object.trim();
        if target.eq_ignore_ascii_case(GROUPS) {
            Some(ObjectKind::Group)
        } else if USERS.iter().any(|users| target.eq_ignore_ascii_case(users)) {
            Some(ObjectKind::User)
        } else if source.eq_ignore_ascii_case("Group") {
            Some(ObjectKind::Group)
        } else if source.eq_ignore_ascii_case("User") {
            Some(ObjectKind::User)
        } else {
            None
        }
    }

    /// The first attribute mapping that writes this SCIM attribute: see [`AttributeMapping::writes`].
    pub fn mapping(&self, attribute: &str) -> Option<&AttributeMapping> {
        self.attribute_mappings.iter().find(|mapping| mapping.writes(attribute))
    }

    /// Where a member stands, such as `attributeMappings`; the whole mapping where it is left out.
    pub fn member(&self, name: &str) -> At {
        member_at(&self.at, &self.names, name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flow_types_are_read_in_both_spellings() {
        let check = |text: &str, add, update, delete| {
            assert_eq!(FlowTypes::parse(text), Some(FlowTypes { add, update, delete }), "{text}");
        };
        check("Add, Update, Delete", true, true, true);
        check("Add,Update,Delete", true, true, true);
        check("add , delete", true, false, true);
        check("Update", false, true, false);
        check("None", false, false, false);
        check("", false, false, false);
        for text in ["7", "true", "Add Update", "Add, Remove"] {
            assert_eq!(FlowTypes::parse(text), None, "{text}");
        }
    }
}
