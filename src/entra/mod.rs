//! What exports of Microsoft Entra say about provisioning and sign-in.
//!
//! An export is recognised by its content: file names and display names are whatever an administrator chose. Where
//! exports come from: the portal's schema download, the Microsoft Graph API under
//! `servicePrincipals/{id}/synchronization`, and Microsoft Graph PowerShell, which capitalises member names.

mod attribute_mapping;
mod expression;
mod object;
mod read_schema;
mod recognise;
mod schema;
mod secrets;

pub use attribute_mapping::{AttributeMapping, FlowBehavior, FlowType, Parameter, Source, SourceKind};
pub use recognise::{Recognised, is_xml, recognise};
pub use schema::{FlowTypes, ObjectKind, ObjectMapping, SynchronizationSchema};
pub use secrets::Secrets;

#[cfg(test)]
mod fixture;
