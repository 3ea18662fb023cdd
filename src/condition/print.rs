//! The canonical form of a condition: what the parser reads back to the same tree.

use std::fmt::{self, Display, Formatter};

use super::literal::{encode_pattern, json_string};
use super::token::is_name;
use super::{Expr, ExprKind, Operand, OperandKind, Operator, Path};

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ExprKind::Constant(value) => write!(f, "{value}"),
            ExprKind::Not(inner) => write!(f, "not ({inner})"),
            ExprKind::And(parts) => {
                let binds_less = |part: &Expr| matches!(part.kind, ExprKind::And(_) | ExprKind::Or(_));
                connect(f, parts, " and ", binds_less)
            }
            ExprKind::Or(parts) => connect(f, parts, " or ", |part| matches!(part.kind, ExprKind::Or(_))),
            ExprKind::Compare { path, operator, operand, .. } => write!(f, "{path} {operator} {operand}"),
            ExprKind::Present(path) => write!(f, "{path} pr"),
            ExprKind::Element { path, filter } => write!(f, "{path}[{filter}]"),
        }
    }
}

fn connect(f: &mut Formatter<'_>, parts: &[Expr], word: &str, in_parentheses: impl Fn(&Expr) -> bool) -> fmt::Result {
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            f.write_str(word)?;
        }
        if in_parentheses(part) {
            write!(f, "({part})")?;
        } else {
            write!(f, "{part}")?;
        }
    }
    Ok(())
}

/// The path as `missing` lists it: names as written, quoted where they have to be.
impl Display for Path {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(urn) = &self.urn {
            write!(f, "{urn}:")?;
        }
        for (i, segment) in self.segments.iter().enumerate() {
            if i > 0 {
                f.write_str(".")?;
            }
            let keyword = i == 0 && self.urn.is_none() && is_reserved(segment);
            if is_name(segment) && !keyword {
                f.write_str(segment)?;
            } else {
                f.write_str(&json_string(segment))?;
            }
        }
        Ok(())
    }
}

/// Whether a word at the start of a condition is a keyword, not an attribute.
fn is_reserved(word: &str) -> bool {
    ["and", "or", "not", "true", "false", "null"].iter().any(|keyword| word.eq_ignore_ascii_case(keyword))
}

impl Display for Operator {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Display for Operand {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.kind {
            OperandKind::String(text) => f.write_str(&json_string(text)),
            OperandKind::Number(number) => f.write_str(number),
            OperandKind::Bool(value) => write!(f, "{value}"),
            OperandKind::Null => f.write_str("null"),
            OperandKind::List(items) => {
                f.write_str("[")?;
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        f.write_str(", ")?;
                    }
                    write!(f, "{item}")?;
                }
                f.write_str("]")
            }
            OperandKind::Pattern { source, ignore_case } => {
                write!(f, "/{}/{}", encode_pattern(source), if *ignore_case { "i" } else { "" })
            }
        }
    }
}
