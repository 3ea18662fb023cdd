//! vestibule

pub mod condition;
pub mod foundry;
pub mod scim;
pub mod source;
