//! `stranded-users`

use crate::lint::{Level, Lint, Subject};
use crate::simulate::Summary;
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "stranded-users",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/scim-entra-id",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

How many users of the snapshot stand, after SCIM has created them and put them into their groups, in another organization
than their next login gives them, or are refused until then; and which rules are at fault. It is one finding for the whole
configuration; `vestibule simulate` gives the table behind it. Users who are not active are left out: Entra does not
create them.

## Why it matters

Between the creation and the first login, which may be weeks, these people are administered in the wrong organization:
they are shared with, or kept from, the wrong resources. Control Panel cannot show it, because its test takes only people
who have logged in.

## Avoid

```yaml
organization-assignment:
  users:
    - rule: finance-eu
      when: provider.groups includes "EU-Finance"
      organization: Contoso EU
  fallback: Contoso Guests
snapshot: { users: users.json, groups: groups.json }
```

```json users.json
[{ "id": "1", "userName": "ada@contoso.com", "active": true }]
```

```json groups.json
[{ "id": "g", "displayName": "EU-Finance", "members": [{ "value": "1" }] }]
```

## Prefer

```yaml
organization-assignment:
  users:
    - rule: finance-eu
      when: email ew "@contoso.eu"
      organization: Contoso EU
  fallback: Contoso Guests
snapshot: { users: users.json, groups: groups.json }
```

```json users.json
[{ "id": "1", "userName": "ada@contoso.com", "active": true, "emails": [{ "value": "ada@contoso.eu" }] }]
```

```json groups.json
[{ "id": "g", "displayName": "EU-Finance", "members": [{ "value": "1" }] }]
```

## Source

https://www.palantir.com/docs/foundry/authentication/scim-entra-id

## Fix

None. `vestibule simulate --stranded` lists the people; a login of each mends it, and so does, for what rests on groups, an
update of each by SCIM.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    if !subject.creates_over_scim() {
        return;
    }
    let Some(strandings) = subject.strandings() else { return };
    let summary = &strandings.summary;
    let stranded = summary.stranded;
    if stranded.organization + stranded.intake == 0 {
        return;
    }
    let config = subject.config;
    let organizations = config.organization_assignment.as_ref().map(|section| section.at.name());
    let intake = config.user_intake.as_ref().map(|section| section.at.name());
    let place = if stranded.organization > 0 { organizations.or(intake) } else { intake.or(organizations) };
    let Some(place) = place else { return };
    let problem = LINT.problem(place, message(summary)).label("what these rules decide differs between creation and login");
    problems.push(problem.help(help(summary)).cases(strandings.cases.iter().copied()));
}

fn message(summary: &Summary) -> String {
    let created = summary.users - summary.inactive;
    let stranded = summary.stranded;
    let stand = |count: u64| if count == 1 { "stands" } else { "stand" };
    let in_another = format!("{} in another organization, or in none,", stand(stranded.organization));
    let organization = format!("{} of {created} active users {in_another} after their creation than after a login", stranded.organization);
    match (stranded.organization, stranded.intake) {
        (_, 0) => organization,
        (0, intake) => format!("user intake decides otherwise about {intake} of {created} active users at their creation than at a login"),
        (_, intake) => format!("{organization}; user intake decides otherwise about {intake} more"),
    }
}

fn help(summary: &Summary) -> String {
    // More than these are read in the table.
    const NAMED: usize = 3;
    let organization = summary.rules.iter().filter(|rule| rule.set != crate::condition::RuleSet::GroupAssignment);
    let mut names: Vec<String> =
        organization.map(|rule| format!("`{}` ({})", rule.rule, rule.stranded)).collect();
    let more = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    if more > 0 {
        names.push(format!("{more} more"));
    }
    let at_fault = if names.is_empty() { String::new() } else { format!("; rules at fault: {}", names.join(", ")) };
    format!("run `vestibule simulate` for the people and where they belong{at_fault}")
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::findings;

    fn check(rules: &str) -> Vec<String> {
        let document = format!("{rules}snapshot: {{ users: u.json, groups: g.json }}\n");
        let users = r#"[{"id":"1","userName":"ada","active":true},{"id":"2","userName":"bo"},{"id":"3","userName":"cy","active":false}]"#;
        let groups = r#"[{"id":"g","displayName":"A","members":[{"value":"1"},{"value":"3"}]}]"#;
        let files = [("vestibule.yaml", document.as_str()), ("u.json", users), ("g.json", groups)];
        findings(&LINT, &files).into_iter().map(|finding| finding.message).collect()
    }

    const RULE: &str = "organization-assignment:\n  users: [{ rule: r, when: provider.groups includes \"A\", organization: \
                        Contoso EU }]\n  fallback: Contoso Guests\n";

    #[test]
    fn one_finding_counts_everybody() {
        let expected = "1 of 2 active users stands in another organization, or in none, after their creation than after a login";
        assert_eq!(check(RULE), [expected]);
        let intake = "user-intake: { rules: [{ rule: i, when: provider.groups includes \"A\", decision: admit }], default: refuse }\n";
        let expected = "user intake decides otherwise about 1 of 2 active users at their creation than at a login";
        assert_eq!(check(&format!("{RULE}{intake}")), [expected]);
    }

    #[test]
    fn rules_on_what_syncs_strand_nobody() {
        assert!(check(&RULE.replace("provider.groups includes \"A\"", "userName eq \"ada\"")).is_empty());
        assert!(check("").is_empty());
    }
}
