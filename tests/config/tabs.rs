//! A tab before a line is one mistake: nothing is said about what belongs under that line.

use crate::said::{Said, accepts};

const CORRECT: &str = r#"version: 1
provider:
  name: p
  attribute-mapping:
    provider-id: x
    attributes:
      dept: { claim: d }
      title: { claim: t }
organizations:
  - name: A
  - name: B
groups:
  rule-based: [G]
organization-assignment:
  users:
    - rule: r
      when: title pr
      organization: A
    - rule: s
      when: attributes.dept pr
      organization: B
  fallback: A
user-intake:
  rules:
    - rule: t
      when: title pr
      decision: refuse
  default: admit
  form:
    attributes: [clear]
    required: true
"#;

#[test]
fn a_tab_before_any_line_is_one_finding() {
    accepts(CORRECT);
    let mut wrong = Vec::new();
    for (number, tabbed) in CORRECT.lines().enumerate() {
        let lines = CORRECT.lines().enumerate();
        let text: String =
            lines.map(|(at, line)| format!("{}{line}\n", if at == number { "\t" } else { "" })).collect();
        let said = Said::of(&text);
        let codes: Vec<_> = said.findings.iter().map(|finding| finding.lint).collect();
        if codes != ["syntax"] || !said.findings[0].message.starts_with("a tab indents this line") {
            wrong.push((tabbed, said.lines()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
