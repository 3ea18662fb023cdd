//! `expiring-certificate`

use crate::lint::{Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "expiring-certificate",
    severity: Severity::Warning,
    source: "https://www.palantir.com/docs/foundry/authentication/saml-getting-started",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A provider whose certificate of the identity provider ends within 30 days, or has ended: `certificate-valid-until`.

## Why it matters

On that day every login through the provider fails at once, that of the administrators included.

## Avoid

```yaml
provider: { name: contoso-entra, certificate-valid-until: 2026-01-15, attribute-mapping: { provider-id: oid } }
```

## Prefer

```yaml
provider: { name: contoso-entra, certificate-valid-until: 2028-01-15, attribute-mapping: { provider-id: oid } }
```

## Source

https://www.palantir.com/docs/foundry/authentication/saml-getting-started

## Fix

None.
"#;

/// How many days before the end it is said.
const NOTICE: i64 = 30;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let (Some(today), Some(end)) = (subject.project.today, &subject.config.provider.certificate_valid_until) else {
        return;
    };
    let left = end.value.0.duration_since(today).as_hours() / 24;
    if left > NOTICE {
        return;
    }
    let message = match left {
        ..0 => "the identity provider's certificate has ended".to_owned(),
        0 => "the identity provider's certificate ends today".to_owned(),
        1 => "the identity provider's certificate ends tomorrow".to_owned(),
        _ => format!("the identity provider's certificate ends in {left} days"),
    };
    problems.push(
        LINT.problem(end.at.value(), message)
            .label("no login after this day")
            .help("renew the certificate in Entra, and bring its metadata into Control Panel"),
    );
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::findings;

    /// The tests' day is 2026-01-01.
    fn check(day: &str) -> Vec<String> {
        let document = format!("provider: {{ name: x, certificate-valid-until: {day} }}\n");
        findings(&LINT, &[("vestibule.yaml", &document)]).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn a_month_before_the_end_it_is_said() {
        let said = |day: &str, expected: &str| {
            assert_eq!(check(day), [format!("the identity provider's certificate {expected}")])
        };
        said("2026-01-31", "ends in 30 days");
        said("2026-01-02", "ends tomorrow");
        said("2026-01-01", "ends today");
        said("2025-12-31", "has ended");
        assert_eq!(check("2026-02-01"), [""; 0]);
    }
}
