//! vestibule

pub mod condition;
pub mod entra;
pub mod report;
pub mod source;
