//! vestibule

pub mod condition;
pub mod scim;
pub mod source;
