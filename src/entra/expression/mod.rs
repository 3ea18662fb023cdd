//! Expressions of attribute mappings: what is sent, where it is more than one attribute.
//!
//! `[name]` is an attribute of Entra, `"…"` a constant, `Name(…)` a function whose positions may be empty. Names compare
//! exactly (learn.microsoft.com/entra/identity/app-provisioning/functions-for-customizing-application-data).
//! `grammar/mapping-expression.pest` is the grammar.
//!
//! ```
//! use vestibule::entra::Expression;
//!
//! let parse = |text| Expression::parse(text).unwrap();
//! let switch = parse(r#"Switch( [IsSoftDeleted],,"False" , "True")"#);
//! assert_eq!(switch.to_string(), r#"Switch([IsSoftDeleted], , "False", "True")"#);
//! assert!(parse("Coalesce( [objectId] )").sends_same(&parse("[objectId]")));
//! assert!(!parse("ToLower([objectId])").sends_same(&parse("[objectId]")));
//! ```

mod check;
mod functions;
mod normal_form;
mod parse;
mod syntax;

pub use check::{ExpressionMistake, MistakeKind};
pub use syntax::{Expression, ExpressionKind};
