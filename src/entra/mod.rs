//! What exports of Microsoft Entra say about provisioning and sign-in.
//!
//! An export is recognised by its content: file names and display names are whatever an administrator chose. Where
//! exports come from: the portal's schema download, the Microsoft Graph API under
//! `servicePrincipals/{id}/synchronization`, and Microsoft Graph PowerShell, which capitalises member names.
//!
//! ```
//! use vestibule::entra::{Recognised, recognise};
//! use vestibule::source::Sources;
//!
//! let export = r#"{ "synchronizationRules": [ { "objectMappings": [ {
//!     "sourceObjectName": "Group", "targetObjectName": "urn:ietf:params:scim:schemas:core:2.0:Group",
//!     "attributeMappings": [ { "targetAttributeName": "externalId",
//!         "source": { "expression": "[objectId]", "name": "objectId", "type": "Attribute" } } ] } ] } ] }"#;
//! let mut sources = Sources::default();
//! let (file, _) = sources.add_document("entra/schema.json", export.as_bytes());
//! let (recognised, problems) = recognise(&mut sources, file);
//! assert!(problems.is_empty());
//! let [Recognised::SynchronizationSchema(schema)] = &recognised[..] else { panic!("one schema") };
//! let groups = schema.groups().next().unwrap();
//! assert_eq!(groups.mapping("externalId").unwrap().sends().as_deref(), Some("[objectId]"));
//! ```

mod application;
mod attribute_mapping;
mod claims;
mod expression;
mod groups_claim;
mod job;
mod object;
mod read_schema;
mod recognise;
mod saml;
mod schema;
mod scope;
mod secrets;

pub use application::{Application, OptionalClaim};
pub use attribute_mapping::{AttributeMapping, FlowBehavior, FlowType, Parameter, Source, SourceKind};
pub use claims::{ClaimSource, ClaimsPolicy, ExportedClaim, same_claim};
pub use expression::{Expression, ExpressionKind, ExpressionMistake, MistakeKind};
pub use groups_claim::{ExportedGroupsClaim, groups_claims};
pub use job::{Execution, Job};
pub use recognise::{Recognised, is_xml, recognise};
pub use saml::{GROUPS_LINK, SamlAttribute, SamlResponse};
pub use schema::{
    Directory, DirectoryAttribute, DirectoryObject, FlowTypes, ObjectKind, ObjectMapping, SynchronizationSchema,
};
pub use scope::{ScopeClause, ScopeGroup};
pub use secrets::Secrets;

#[cfg(test)]
mod fixture;
