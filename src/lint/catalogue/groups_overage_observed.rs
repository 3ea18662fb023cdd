//! `groups-overage-observed`

use crate::entra::GROUPS_LINK;
use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "groups-overage-observed",
    severity: Severity::Error,
    level: Level::Default,
    source: "https://learn.microsoft.com/entra/identity-platform/reference-saml-tokens",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A captured SAML response that carries the link to a person's groups instead of the groups.

## Why it matters

Entra sends the link where a person is in more than 150 groups. Foundry does not follow it: the person logs in without a
single provider group, and rules on groups do not take them.

## Avoid

```yaml
entra: { exports: [login.xml] }
```

```xml login.xml
<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion"><AttributeStatement>
  <Attribute Name="http://schemas.microsoft.com/claims/groups.link"><AttributeValue>x</AttributeValue></Attribute>
</AttributeStatement></Assertion>
```

## Prefer

```yaml
entra: { exports: [login.xml] }
```

```xml login.xml
<Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion"><AttributeStatement>
  <Attribute Name="http://schemas.microsoft.com/ws/2008/06/identity/claims/groups"><AttributeValue>x</AttributeValue></Attribute>
</AttributeStatement></Assertion>
```

## Source

https://learn.microsoft.com/entra/identity-platform/reference-saml-tokens

## Fix

None. The setting is changed in Entra, not in the export.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    for link in subject.project.saml_responses().filter_map(|response| response.attribute(GROUPS_LINK)) {
        problems.push(
            LINT.problem(link.place.clone(), "this login carries a link instead of groups")
                .label("Foundry does not follow it")
                .help("send only groups assigned to the application, or filter the groups claim, so that it stays under 150"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::underlined;

    fn check(xml: &str) -> Vec<String> {
        underlined(&LINT, &[("vestibule.yaml", "entra: { exports: [login.xml] }\n"), ("login.xml", xml)])
    }

    #[test]
    fn the_link_is_found_at_its_attribute() {
        let link = r#"<Attribute xmlns="urn:oasis:names:tc:SAML:2.0:assertion" Name="http://schemas.microsoft.com/claims/groups.link">"#;
        assert_eq!(check(&format!("{link}</Attribute>")), [link]);
        assert!(check(&format!("{link}</Attribute>").replace("groups.link", "groups")).is_empty());
    }
}
