//! An explanation as text, for people: of one event in detail, or of several side by side.

mod detail;
mod page;
mod side_by_side;
mod words;

use std::io::{self, Write};

use super::Style;
use crate::engine::{ExplainedRule, Explanation};
use crate::source::Sources;
use page::Page;

/// How explanations are shown.
#[derive(Clone, Copy, Debug)]
pub struct View<'v> {
    /// Colours, width and signs.
    pub style: Style,
    /// The files of the configuration: with them, each rule says where its condition stands.
    pub sources: Option<&'v Sources>,
    /// What is known of the person, by name: shown below the title.
    pub about: &'v [(&'static str, String)],
    /// Whether the clauses of rules that were not reached are shown too.
    pub unreached: bool,
}

impl View<'_> {
    /// Without files, the same on every machine.
    pub const PLAIN: View<'static> = View { style: Style::PLAIN, sources: None, about: &[], unreached: false };

    /// `vestibule.yaml:31`
    fn place(&self, rule: &ExplainedRule) -> Option<String> {
        let sources = self.sources?;
        let (file, span) = sources.locate(&rule.at.value());
        let text = sources.text(file);
        Some(format!("{}:{}", text.name(), text.position(span.start).line))
    }
}

/// Writes what is decided at one event and why, top-down: the decision, then each rule with its clauses.
///
/// ```
/// use vestibule::report::{View, write_explanation};
/// use vestibule::{Config, Engine, Event, Person, scim::User};
///
/// let config = Config::parse("vestibule.yaml", r#"
/// version: 1
/// provider: { name: contoso-entra }
/// organizations: [{ name: Contoso }]
/// groups: { rule-based: [Staff] }
/// group-assignment: [{ rule: staff, when: active eq true, groups: [Staff] }]
/// "#)?;
/// let user = User::from_json(r#"{ "userName": "ada@contoso.com", "active": false }"#)?;
/// let explanation = Engine::compile(&config).explain(&Person::new(&user), Event::Login);
/// let mut out = Vec::new();
/// write_explanation(&explanation, View::PLAIN, &mut out)?;
/// assert!(String::from_utf8(out)?.contains("not matched   staff"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// Those of `out`, such as a closed pipe.
pub fn write_explanation(explanation: &Explanation, view: View<'_>, out: &mut dyn Write) -> io::Result<()> {
    detail::write(explanation, view, &mut Page::new(view.style, out))
}

/// Writes some rules of an explanation, each with its clauses.
pub(super) fn write_rules(rules: &[&ExplainedRule], view: View<'_>, out: &mut dyn Write) -> io::Result<()> {
    detail::write_rules(rules, view, &mut Page::new(view.style, out))
}

/// Writes what is decided at several events side by side: the decisions, then each rule and its clauses with a column for
/// each event. The explanations are about one person and of one engine.
///
/// # Errors
///
/// Those of `out`, such as a closed pipe.
pub fn write_explanations(explanations: &[Explanation], view: View<'_>, out: &mut dyn Write) -> io::Result<()> {
    side_by_side::write(explanations, view, &mut Page::new(view.style, out))
}
