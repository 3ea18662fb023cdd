//! vestibule

pub mod condition;
pub mod config;
pub mod source;
