//! The chain of identity: what SCIM sends for a field, what the login sends for it, and whether they agree.
//!
//! Foundry joins a person whom SCIM created with the login of that person by the Provider ID, and a group by its
//! `externalId` and `displayName`; both sides must send the same value
//! (palantir.com/docs/foundry/authentication/scim-entra-id). The chain goes from the attribute mapping of Entra's
//! provisioning on one side, and from Control Panel's attribute mapping over the claim to its source on the other.
//!
//! ```
//! use vestibule::identity::{Agreement, Identity};
//! use vestibule::project::{Memory, Overrides, Project};
//! use vestibule::source::Sources;
//!
//! let files = Memory::from([("vestibule.yaml", "
//! version: 1
//! provider:
//!   name: contoso-entra
//!   attribute-mapping: { provider-id: http://schemas.microsoft.com/identity/claims/objectidentifier }
//! organizations: [{ name: Contoso }]
//! entra: { exports: [schema.json] }
//! "), ("schema.json", r#"{ "synchronizationRules": [ { "objectMappings": [ {
//!     "sourceObjectName": "User", "targetObjectName": "urn:ietf:params:scim:schemas:core:2.0:User",
//!     "attributeMappings": [ { "targetAttributeName": "externalId",
//!         "source": { "expression": "[mailNickname]", "type": "Attribute" } } ] } ] } ] }"#)]);
//! let mut sources = Sources::default();
//! let project = Project::load(&files, "vestibule.yaml".as_ref(), &Overrides::default(), &mut sources);
//! let identity = Identity::of(&project, project.config.as_ref().unwrap());
//! assert_eq!(identity.provider_id.agreement(), Agreement::No);
//! assert_eq!(identity.provider_id.login.value.as_ref().unwrap().to_string(), "[objectid]");
//! ```

mod attribute;
mod chain;
mod login;
mod report;
mod value;

pub use attribute::{changes, is_always_set};
pub use chain::{Chain, Identity, Sent};
pub use login::Login;
pub use report::{ChainReport, IdentityReport, LoginReport, Seat, SentReport, schema};
pub use value::{Agreement, Value, attribute_key};
