//! Rules as JSON, for programs that run them in another engine.

use std::io::{self, Write};

use crate::configuration::ORGANIZATIONS;
use crate::json::object;
use crate::mix::Rule;

/// Writes one rule a line, in their order:
///
/// ```json
/// { "rule": "pair-00017", "organization": "Contoso Europe", "when": "…", "condition": { "all": [
///     { "attribute": "email", "operator": "ew", "value": "@contoso.eu" },
///     { "not": { "attribute": "userType", "operator": "eq", "value": "Guest" } } ] } }
/// ```
///
/// A condition is `all`, `any`, `not`, or a test. A test has `value`, `values` (of `in`), `flag` (true or false), or
/// `pattern` with `ignoreCase`; `starts` or `ends` stand beside a pattern that says no more than that. Texts are compared
/// without case.
///
/// # Errors
///
/// When the writer fails.
pub fn write_description(rules: &[Rule], out: &mut impl Write) -> io::Result<()> {
    let mut line = Vec::new();
    for rule in rules {
        line.clear();
        let mut description = object(&mut line);
        description.text("rule", &rule.name);
        description.text("organization", ORGANIZATIONS[rule.organization]);
        description.text("when", &rule.condition.to_string());
        description.object("condition", |node| rule.condition.write_json(node));
        description.end();
        line.push(b'\n');
        out.write_all(&line)?;
    }
    Ok(())
}
