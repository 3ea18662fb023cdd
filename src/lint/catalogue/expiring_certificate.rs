//! `expiring-certificate`

use crate::lint::{Level, Lint, Subject};
use crate::source::{Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "expiring-certificate",
    severity: Severity::Warning,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/saml-getting-started",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A provider whose certificate ends within 30 days, or has ended: `certificate-valid-until`, against the day of the run. The
day is that of the clock in UTC, or of `SOURCE_DATE_EPOCH` where that is set, so that a run can be repeated.

## Why it matters

Foundry checks every login against the certificate of the identity provider. When it ends, or Entra starts to sign with the
next one, nobody can log in until the metadata is uploaded again.

## Avoid

Here the day of the run is 2026-06-15.

```yaml
provider:
  name: contoso-entra
  attribute-mapping: { provider-id: objectidentifier }
  certificate-valid-until: 2026-07-01
```

## Prefer

```yaml
provider:
  name: contoso-entra
  attribute-mapping: { provider-id: objectidentifier }
  certificate-valid-until: 2029-07-01
```

## Source

https://www.palantir.com/docs/foundry/authentication/saml-getting-started

## Fix

None. Make a new certificate in Entra, upload its metadata in Control Panel, and write its last day.
"#;

/// How many days before the end it is time.
const DAYS: i64 = 30;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let Some(end) = &subject.config.provider.certificate_valid_until else { return };
    let Some(left) = subject.project.today.and_then(|today| days_between(today, end.0)) else { return };
    if left > DAYS {
        return;
    }
    let (message, label) = match left {
        ..0 => (format!("the certificate of the provider ended on {}", end.0), "no login is accepted".to_owned()),
        0 => ("the certificate of the provider ends today".to_owned(), "the last day".to_owned()),
        1 => ("the certificate of the provider ends tomorrow".to_owned(), "1 day left".to_owned()),
        _ => (format!("the certificate of the provider ends on {}", end.0), format!("{left} days left")),
    };
    let state = if left < 0 { "ended" } else { "ends" };
    problems.push(
        LINT.problem(end.at.value(), message)
            .fact(&[state, &end.0.to_string()])
            .label(label)
            .help("make a new certificate in Entra, upload its metadata in Control Panel, and write its last day here"),
    );
}

fn days_between(from: jiff::civil::Date, to: jiff::civil::Date) -> Option<i64> {
    from.until(to).ok().map(|span| i64::from(span.get_days()))
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::findings;

    /// The label of the finding; the tests run on 2026-06-15.
    fn check(end: &str) -> Vec<String> {
        let document = format!("provider:\n  name: x\n  certificate-valid-until: {end}\n");
        let found = findings(&LINT, &[("vestibule.yaml", &document)]);
        found.iter().map(|finding| finding.primary().label.clone()).collect()
    }

    #[test]
    fn thirty_days_before_the_end_it_is_time() {
        assert_eq!(check("2026-07-15"), ["30 days left"]);
        assert_eq!(check("2026-06-16"), ["1 day left"]);
        assert_eq!(check("2026-06-15"), ["the last day"]);
        assert_eq!(check("2026-06-14"), ["no login is accepted"]);
        assert_eq!(check("2020-01-01"), ["no login is accepted"]);
    }

    #[test]
    fn before_that_it_is_silent() {
        assert!(check("2026-07-16").is_empty() && check("2036-01-01").is_empty());
    }
}
