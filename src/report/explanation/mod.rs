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

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::*;
    use crate::scim::{GroupRef, User};
    use crate::{Config, Engine, Event, Person};

    const RULES: &str = r#"
version: 1
provider: { name: p }
organizations: [{ name: EU }, { name: Guests }]
groups: { rule-based: [Staff] }
organization-assignment:
  users:
    - { rule: finance, when: provider.groups includes "Team 77", organization: EU }
    - { rule: second, when: active eq true, organization: EU }
    - { rule: third, when: active eq true, organization: EU }
  fallback: Guests
group-assignment:
  - rule: staff
    when: (provider.groups excludes "Team 9" or userName sw "x") and provider.groups excludes "Nobody"
    groups: [Staff]
"#;

    /// Explanations of somebody in 200 groups at all events.
    fn explanations() -> Vec<Explanation> {
        let engine = Engine::compile(&Config::parse("vestibule.yaml", RULES).expect("sound rules"));
        let user = User::from_json(r#"{ "userName": "ada@contoso.com", "active": true }"#).expect("a user");
        let names: Vec<String> = (0..200).map(|n| format!("Team {n}")).collect();
        let person = Person::new(&user).in_provider_groups(names.iter().map(|name| GroupRef::named(name)));
        Event::ALL.map(|event| engine.explain(&person, event)).into()
    }

    fn written(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut out).expect("memory takes everything");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn of_200_groups_those_that_matter_are_shown_first() {
        let login = explanations().pop().expect("a login");
        let view = View { style: Style { width: Some(160), ..Style::PLAIN }, ..View::PLAIN };
        let text = written(|out| write_explanation(&login, view, out));
        for line in [
            "← \"Team 77\" matches; not \"Team 0\", \"Team 1\", \"Team 2\", \"Team 3\" and 195 more",
            "← none of 200: \"Team 0\", \"Team 1\", \"Team 2\", \"Team 3\" and 196 more",
            "not reached   second, third: finance decided before",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        assert!(!text.contains("Team 150"));
    }

    #[test]
    fn what_was_not_reached_is_told_where_it_is_asked_for() {
        let login = explanations().pop().expect("a login");
        let view = View { unreached: true, ..View::PLAIN };
        let text = written(|out| write_explanation(&login, view, out));
        assert!(
            text.contains("not reached   second → EU\n                ▸ true     active eq true  ← true"),
            "{text}"
        );
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        let explanations = explanations();
        for width in [80, 100, 120] {
            let view = View { style: Style { width: Some(width), ..Style::PLAIN }, ..View::PLAIN };
            let mut text = written(|out| write_explanations(&explanations, view, out));
            for explanation in &explanations {
                text.push_str(&written(|out| write_explanation(explanation, view, out)));
            }
            for line in text.lines() {
                assert!(line.width() <= width && line.trim_end() == line, "{width}: {line:?}");
            }
        }
    }

    #[test]
    fn without_unicode_only_ascii_is_drawn() {
        let view = View { style: Style { unicode: false, ..Style::PLAIN }, ..View::PLAIN };
        let text = written(|out| write_explanations(&explanations(), view, out));
        assert!(text.is_ascii(), "{text}");
    }
}
