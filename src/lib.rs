//! vestibule

pub mod condition;
pub mod source;
