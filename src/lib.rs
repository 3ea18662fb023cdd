//! vestibule

pub mod condition;
pub mod report;
pub mod source;
