//! The configuration document, as a specification: what is taken, what is refused, and what is said about it.

mod conditions;
mod includes;
mod keys;
mod mistakes;
mod names;
mod projects;
mod rules;
mod said;
mod show;
mod tabs;
mod values;
mod yaml;
