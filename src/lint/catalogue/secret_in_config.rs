//! `secret-in-config`

use std::collections::BTreeSet;

use crate::lint::{Level, Lint, Subject};
use crate::project::Project;
use crate::source::{At, FileId, Place, Problem, Secret, Severity, Sources};

pub(super) const LINT: Lint = Lint {
    name: "secret-in-config",
    severity: Severity::Error,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/scim-enable",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

The value of a client secret, a token or a password in any file that the configuration names, damaged or not, and also
where the configuration has errors: by the name that it stands under, at any depth, or that stands beside it, or by its
looks. Masked and empty values and references such as
`${PASSWORD}` do not count. Comments count where what stands behind the name is no plain word.

The value itself is shown nowhere, whether the lint runs or not: no output of any command holds what was found here, or
what only may be a secret.

## Why it matters

The file is read by tools, kept in version control and sent around. Whoever has the secret can create, rename and disable
users in Foundry.

## Avoid

```yaml
entra: { exports: [secrets.json] }
```

```json secrets.json
[ { "key": "Oauth2ClientSecret", "value": "not-a-real-one" } ]
```

## Prefer

```yaml
entra: { exports: [secrets.json] }
```

```json secrets.json
[ { "key": "Oauth2ClientSecret", "value": "" } ]
```

## Source

https://www.palantir.com/docs/foundry/authentication/scim-enable

## Fix

None. A secret that was written down is to be replaced, not only removed.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    in_texts(subject.project, subject.sources, problems);
}

/// The secrets in the texts of a project, whatever else is wrong with it.
pub(in crate::lint) fn in_texts(project: &Project, sources: &Sources, problems: &mut Vec<Problem>) {
    for &file in &project.files {
        let certain = sources.secrets(file).iter().filter(|secret| secret.certain);
        // Of a list of secrets each item is one, of a text with several the text.
        let places: BTreeSet<Place> = certain.map(|secret| place(sources, file, *secret)).collect();
        problems.extend(places.into_iter().map(|place| found(sources, place)));
    }
}

/// The value that a secret is or stands in; its bytes where a syntax error left the value out, or it is in a key or a
/// comment.
fn place(sources: &Sources, file: FileId, secret: Secret) -> Place {
    let bytes = Place::Bytes(file, secret.span);
    let Some(document) = sources.document(file) else { return bytes };
    let value = At { file, route: document.route_at(secret.span) }.value();
    let node = document.node(&document.route_at(secret.span));
    let is_there = node.is_some_and(|node| node.scalar().is_some() && node.span().contains(secret.span));
    if is_there { value } else { bytes }
}

fn found(sources: &Sources, place: Place) -> Problem {
    let (file, span) = sources.locate(&place);
    LINT.problem(place, "a secret stands in this file")
        .cases(sources.secret_cases(file, span))
        .label("not shown")
        .help("generate a new secret, remove this one from the file and from its history")
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::findings;

    fn check(secrets: &str) -> Vec<String> {
        let found =
            findings(&LINT, &[("vestibule.yaml", "entra: { exports: [secrets.json] }\n"), ("secrets.json", secrets)]);
        found.iter().map(|finding| format!("{finding:?}")).collect()
    }

    #[test]
    fn secrets_are_found_and_never_said() {
        let found =
            check(r#"[{"key": "Oauth2ClientSecret", "value": "s3cr3t"}, {"key": "Oauth2ClientSecret", "value": "s3cr3t"}]"#);
        assert_eq!(found.len(), 2);
        assert!(found.iter().all(|finding| !finding.contains("s3cr3t")));
    }

    #[test]
    fn masked_values_and_identifiers_are_silent() {
        assert!(
            check(r#"[{"key": "Oauth2ClientSecret", "value": "*****"}, {"key": "Oauth2ClientSecret", "value": ""}]"#)
                .is_empty()
        );
        assert!(
            check(r#"[{"key": "Oauth2ClientId", "value": "an-id"}, {"key": "BaseAddress", "value": "https://x"}]"#)
                .is_empty()
        );
    }

    #[test]
    fn a_configuration_with_errors_is_searched_and_keeps_its_settings() {
        use crate::project::{Memory, Overrides, Project};
        use crate::source::Sources;

        let secrets = r#"[{ "key": "Oauth2ClientSecret", "value": "hunter2-hunter2" }]"#;
        for (settings, expected) in [
            ("", 2),
            ("lint: { ignore: [secret-in-config] }\n", 0),
            ("lint: { select: [unused-group] }\n", 0),
            ("lint: { allow: [{ lint: secret-in-config, file: secrets.json, reason: a test }] }\n", 1),
            ("# vestibule: allow-file secret-in-config, a test\n", 1),
        ] {
            let document = format!(
                "version: 1\nprovider: {{ name: p, clientSecret: hunter2 }}\norganizations: [{{ name: A }}]\n\
                 entra: {{ exports: [secrets.json] }}\n{settings}"
            );
            let files = Memory::from([("vestibule.yaml", &*document), ("secrets.json", secrets)]);
            let mut sources = Sources::default();
            let project = Project::load(&files, "vestibule.yaml".as_ref(), &Overrides::default(), &mut sources);
            assert!(project.config.is_none());
            let linted = crate::lint::run_and_keep(&project, &sources);
            let count = linted.findings.iter().filter(|finding| finding.lint == LINT.name).count();
            assert_eq!(count, expected, "{settings}");
            assert!(linted.findings.iter().any(|finding| finding.lint == "unknown-key"), "{settings}");
        }
    }

    #[test]
    fn a_secret_is_a_finding_of_its_own_project_alone() {
        use crate::project::{Memory, Overrides, Project};
        use crate::source::Sources;

        let plain = "version: 1\nprovider: { name: p }\norganizations: [{ name: A }]\n";
        let with = format!("{plain}entra: {{ exports: [secrets.json] }}\n");
        let secrets = r#"[{ "key": "Oauth2ClientSecret", "value": "hunter2-hunter2" }]"#;
        let files = Memory::from([("a/vestibule.yaml", &*with), ("a/secrets.json", secrets), ("b/vestibule.yaml", plain)]);
        let mut sources = Sources::default();
        let mut secrets_in = |path: &str| {
            let project = Project::load(&files, path.as_ref(), &Overrides::default(), &mut sources);
            let findings = crate::lint::run(&project, &sources);
            findings.iter().filter(|finding| finding.lint == LINT.name).count()
        };
        assert_eq!([secrets_in("a/vestibule.yaml"), secrets_in("b/vestibule.yaml")], [1, 0]);
    }
}
