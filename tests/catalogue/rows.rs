//! Every lint on the examples of its own page, in a whole run.

use vestibule::lint::{Example, LINTS, Page};
use vestibule::source::Severity::{self, Error, Info, Warning};

use crate::project::{findings, place, whole};

/// The lint; its severity; where its one finding in the example to avoid stands, and how what it underlines begins; and
/// which other lints rightly speak of the same example.
type Row = (&'static str, Severity, &'static str, &'static [&'static str]);

/// What a schema of a few mappings lacks. The examples show only the mapping that matters.
const OF_A_PART: [&str; 2] = ["broken-active-mapping", "missing-required-mapping"];

const ROWS: &[Row] = &[
    ("add-only-flow", Error, r#"schema.json:2:110 "Add""#, &[]),
    ("ambiguous-anchoring", Info, "vestibule.yaml:5:36 /EU-(Finance|Legal)/", &[]),
    ("ambiguous-group-name", Warning, r#"groups.json:2:31 "eu-finance""#, &[]),
    ("bearer-token-authentication", Error, "vestibule.yaml:1:44 bearer-token", &[]),
    ("broken-active-mapping", Error, r#"schema.json:5:66 "[IsSoftDeleted]""#, &["missing-required-mapping"]),
    ("case-sensitive-pattern", Info, r#"vestibule.yaml:4:30 /.+@(fabrikam|tailspin)\.com/"#, &[]),
    ("cloud-display-name-unassigned", Error, r#"manifest.json:2:48 "cloud_displayname""#, &[]),
    ("conflicting-intake", Warning, "vestibule.yaml:7:13 active eq false", &[]),
    ("confusable-characters", Error, "vestibule.yaml:4:40 Finanсe", &[]),
    ("contradictory-condition", Error, r#"vestibule.yaml:4:13 email ew "@contoso.eu""#, &[]),
    ("dangling-member", Warning, r#"groups.json:1:76 { "value": "404" }"#, &[]),
    ("disabled-mapping", Error, "schema.json:2:110 false", &["fallthrough-at-create"]),
    ("duplicate-account-risk", Error, r#"schema.json:5:5 { "targetAttributeName": "userName", "source"#, &[]),
    ("duplicate-external-id", Error, r#"users.json:2:60 "8aa1a0c0""#, &[]),
    ("duplicate-rule", Warning, r#"vestibule.yaml:7:11 email ew "@contoso.com" and active eq true"#, &[]),
    ("duplicate-user-name", Error, r#"users.json:2:28 "Ada@contoso.com""#, &[]),
    ("expiring-certificate", Warning, "vestibule.yaml:3:28 2026-07-01", &["name-id-as-provider-id"]),
    ("external-id-is-user-name", Warning, r#"users.json:1:60 "ada@contoso.eu""#, &[]),
    (
        "fallthrough-at-create",
        Error,
        r#"vestibule.yaml:4:13 provider.groups includes "EU-Finance""#,
        &["stranded-users"],
    ),
    ("fragile-expression", Warning, "schema.json:5:72 Tolower", &[]),
    ("gallery-app-provisioning", Error, r#"job.json:1:9 "palantirFoundry.0011.2233""#, &[]),
    ("group-aum-conflict", Error, "vestibule.yaml:3:25 group", &["name-id-as-provider-id"]),
    ("group-claim-mismatch", Error, r#"schema.json:4:70 "[displayName]""#, &[]),
    ("group-claim-overage", Warning, r#"users.json:1:3 { "id": "1", "userName": "ada@contoso.eu", ""#, &[]),
    ("group-external-id-differs", Error, r#"groups.json:2:48 "8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159""#, &[]),
    ("group-external-id-mismatch", Error, r#"schema.json:6:111 "[objectId]""#, &[]),
    ("group-name-case", Warning, r#"vestibule.yaml:4:36 "eu-finance""#, &[]),
    ("groups-claim-missing", Error, "manifest.json:1:28 null", &[]),
    ("groups-claim-renamed", Error, r#"manifest.json:2:48 "emit_as_roles""#, &[]),
    ("groups-overage-observed", Error, r#"login.xml:2:3 <Attribute Name="http://schemas.microsoft.co"#, &[]),
    ("guest-identifier", Info, r#"users.json:1:28 "bo_fabrikam.com@contoso.onmicrosoft.com""#, &[]),
    ("intake-attribute-in-assignment", Warning, "vestibule.yaml:4:13 attributes.site", &[]),
    ("intake-on-unavailable-input", Warning, "vestibule.yaml:4:13 provider.groups", &[]),
    ("internal-group-condition", Warning, "vestibule.yaml:5:13 internal.groups", &[]),
    ("invisible-characters", Warning, r#"groups.json:1:31 "EU-Finance ""#, &[]),
    ("legacy-scim-job", Error, r#"job.json:1:9 "customappsso.0011.2233""#, &[]),
    ("literal-pattern", Info, "vestibule.yaml:4:27 /Intern/", &["unmapped-attribute"]),
    ("look-alike-word", Info, "vestibule.yaml:4:37 СЕО", &[]),
    ("lossy-external-id", Error, r#"schema.json:4:93 "ToLower([employeeId])""#, &[]),
    (
        "malformed-tenant-url",
        Error,
        "vestibule.yaml:4:17 https://contoso.palantirfoundry.com/multipas",
        &["name-id-as-provider-id"],
    ),
    ("missing-external-id", Error, r#"users.json:2:3 { "id": "2", "userName": "bo@contoso.eu" }"#, &[]),
    ("missing-fallback", Warning, "vestibule.yaml:2:3 users", &[]),
    ("missing-required-mapping", Error, r#"schema.json:3:3 "attributeMappings""#, &["broken-active-mapping"]),
    ("missing-scim-feature-flag", Error, "vestibule.yaml:3:17 https://contoso.palantirfoundry.com/multipas", &[]),
    ("mutable-external-id", Error, r#"schema.json:4:93 "[mailNickname]""#, &[]),
    ("name-id-as-provider-id", Warning, "vestibule.yaml:4:18 NameID", &[]),
    (
        "negated-comparison-on-multi-valued",
        Warning,
        r#"vestibule.yaml:4:13 emails.type ne "home""#,
        &["pattern-outside-control-panel"],
    ),
    ("nested-group", Warning, r#"groups.json:1:50 { "value": "g2", "type": "Group" }"#, &[]),
    ("no-deletion-threshold", Warning, r#"secrets.json:1:49 "{\"Enabled\": true, \"DeleteThresholdEnable"#, &[]),
    ("non-primary-email", Info, "vestibule.yaml:4:13 emails.value", &[]),
    ("null-out-of-scope", Warning, r#"schema.json:3:59 "NOT EQUALS""#, &[]),
    ("oidc-provisioning", Warning, "vestibule.yaml:1:44 oidc", &[]),
    ("on-premises-only-claim", Error, r#"manifest.json:2:48 "sam_account_name""#, &[]),
    ("or-chain", Info, r#"vestibule.yaml:4:13 title eq "Intern""#, &["unmapped-attribute"]),
    (
        "overlapping-organizations",
        Info,
        r#"vestibule.yaml:7:13 email ew "@fabrikam.com""#,
        &["fallthrough-at-create", "missing-fallback"],
    ),
    ("pattern-outside-control-panel", Info, r#"vestibule.yaml:4:11 email ew "@contoso.eu" and (provider.groups"#, &[]),
    (
        "provider-group-at-create",
        Warning,
        r#"vestibule.yaml:4:13 provider.groups includes "EU-Finance""#,
        &["unmatched-rule"],
    ),
    ("provider-id-drift", Error, r#"users.json:1:60 "7c4d0d2a""#, &["name-id-as-provider-id"]),
    ("provider-id-mismatch", Error, r#"schema.json:4:93 "[mailNickname]""#, &["mutable-external-id"]),
    ("provisioning-off", Warning, r#"job.json:1:82 "Paused""#, &[]),
    ("redundant-condition", Info, "vestibule.yaml:4:40 email pr", &["missing-fallback"]),
    ("redundant-rule", Warning, "vestibule.yaml:3:13 finance", &[]),
    ("refuse-everyone", Error, "vestibule.yaml:1:1 user-intake", &[]),
    ("refused-administrators", Error, "vestibule.yaml:1:50 Admins", &["unmatched-rule"]),
    ("rules-by-the-wrong-group-key", Error, r#"vestibule.yaml:4:36 "EU-Finance""#, &[]),
    ("scim-disabled", Warning, "vestibule.yaml:1:92 false", &[]),
    (
        "scope-widened-by-or",
        Warning,
        r#"schema.json:3:146 { "clauses": [ { "operatorName": "NOT EQUALS"#,
        &["null-out-of-scope"],
    ),
    ("secret-in-config", Error, r#"secrets.json:1:36 "not-a-real-one""#, &["bearer-token-authentication"]),
    ("several-account-names", Warning, r#"manifest.json:3:50 "dns_domain_and_sam_account_name""#, &[]),
    ("several-primary-emails", Warning, "users.json:1:45 [", &[]),
    ("skip-out-of-scope-deletions", Warning, r#"secrets.json:1:48 "True""#, &[]),
    ("stale-provisioning", Warning, r#"job.json:3:67 "2026-11-01T08:00:00Z""#, &[]),
    ("stranded-by-membership-update", Warning, r#"vestibule.yaml:4:13 provider.groups includes "EU-Finance""#, &[]),
    ("stranded-users", Warning, "vestibule.yaml:1:1 organization-assignment", &["fallthrough-at-create"]),
    ("string-boolean", Warning, r#"users.json:1:45 "True""#, &[]),
    ("sync-everyone", Warning, r#"secrets.json:1:32 "True""#, &[]),
    (
        "tautological-condition",
        Warning,
        r#"vestibule.yaml:4:13 not (userName sw "ext-") or not (userName sw "sv"#,
        &["pattern-outside-control-panel"],
    ),
    ("unanchored-scope", Warning, r#"schema.json:3:133 "contoso\\.com""#, &[]),
    ("unavailable-source", Warning, "schema.json:7:92 [UserPrincipalName]", &[]),
    ("unescaped-metacharacter", Warning, "vestibule.yaml:4:41 .", &[]),
    ("unknown-membership", Warning, r#"groups.json:1:3 { "id": "1", "displayName": "EU-Finance" }"#, &[]),
    ("unknown-provider-group", Warning, r#"vestibule.yaml:4:36 "EU-Finanze""#, &[]),
    ("unmapped-attribute", Warning, "vestibule.yaml:4:11 costCenter", &[]),
    ("unmatched-rule", Info, r#"vestibule.yaml:4:13 email ew "@contoso.eu""#, &[]),
    ("unmatched-user-name-pattern", Warning, "vestibule.yaml:3:3 username-patterns", &["name-id-as-provider-id"]),
    (
        "unreachable-rule",
        Error,
        r#"vestibule.yaml:7:13 email ew "@contoso.eu" and userName sw "ext-""#,
        &["missing-fallback"],
    ),
    ("unstable-provider-id", Warning, "vestibule.yaml:4:18 http://schemas.xmlsoap.org/ws/2005/05/identi", &[]),
    ("unsupported-scope", Warning, r#"schema.json:3:90 "proxyAddresses""#, &[]),
    ("unsynced-attribute-at-create", Warning, "vestibule.yaml:10:11 attributes.department", &[]),
    ("unsynced-attribute-mapping", Info, r#"schema.json:5:30 "title""#, &[]),
    ("user-name-claim-mismatch", Error, r#"schema.json:4:91 "[userPrincipalName]""#, &["name-id-as-provider-id"]),
    ("vacuous-exclusion-at-create", Warning, "vestibule.yaml:4:11 provider.groups excludes /Ext-.*/", &[]),
    ("wrong-matching-precedence", Error, "schema.json:5:62 1", &[]),
    ("yaml-1-1-boolean", Warning, "vestibule.yaml:1:25 no", &[]),
];

fn files(examples: &[Example<'_>], lint: &str) -> Vec<(String, String)> {
    let files: Vec<(&str, &str)> = examples.iter().map(|example| (example.file, example.content)).collect();
    whole(&files, lint)
}

#[test]
fn every_lint_has_its_row() {
    let listed: Vec<&str> = ROWS.iter().map(|(name, ..)| *name).collect();
    let known: Vec<&str> = LINTS.iter().map(|lint| lint.name).collect();
    assert_eq!(listed, known);
}

#[test]
fn what_to_avoid_has_one_finding_at_its_severity_and_place() {
    let mut beside = Vec::new();
    for (lint, (name, severity, expected, others)) in LINTS.iter().zip(ROWS) {
        let files = files(&Page::parse(lint.page).examples("Avoid"), name);
        let (own, rest): (Vec<_>, Vec<_>) = findings(&files).into_iter().partition(|finding| finding.lint == *name);
        let [finding] = own.as_slice() else { panic!("{name}: {own:#?}") };
        assert_eq!(finding.severity, *severity, "{name}");
        let place = place(finding, &files);
        assert!(place.starts_with(expected), "{name}: {place}");
        let unexpected = |finding: &str| !others.contains(&finding) && !OF_A_PART.contains(&finding);
        let rest: Vec<&str> = rest.iter().map(|finding| finding.lint).collect();
        if rest.iter().any(|lint| unexpected(lint)) || !others.iter().all(|other| rest.contains(other)) {
            beside.push((*name, rest));
        }
    }
    assert_eq!(beside, [], "other lints speak beside these, or keep silent");
}

#[test]
fn what_to_prefer_has_no_finding_that_the_other_has_not() {
    for (lint, (name, _, _, others)) in LINTS.iter().zip(ROWS) {
        let files = files(&Page::parse(lint.page).examples("Prefer"), name);
        let said: Vec<&str> = findings(&files).iter().map(|finding| finding.lint).collect();
        let later = match *name {
            // A mapped attribute is known only from the login on, which is the next thing to say.
            "unmapped-attribute" => "unsynced-attribute-at-create",
            // The example has no fallback, and a condition that somebody does not satisfy.
            "tautological-condition" => "missing-fallback",
            // Of two rules for one mail domain the order decides, as it is meant to.
            "unreachable-rule" => "overlapping-organizations",
            _ => "",
        };
        let is_expected = |lint: &&str| others.contains(lint) || OF_A_PART.contains(lint) || *lint == later;
        let unexpected: Vec<&str> = said.into_iter().filter(|lint| !is_expected(lint)).collect();
        assert_eq!(unexpected, [""; 0], "{name}");
    }
}
