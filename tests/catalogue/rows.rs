//! Every lint on the examples of its own page, in a whole run.

use vestibule::lint::{Example, LINTS, Page};
use vestibule::source::Severity::{self, Error, Info, Warning};

use crate::project::{findings, place, whole};

/// The lint; its severity; where its one finding in the example to avoid stands, and how what it underlines begins.
type Row = (&'static str, Severity, &'static str);

const ROWS: &[Row] = &[
    ("add-only-flow", Error, r#"schema.json:2:110 "Add""#),
    ("ambiguous-anchoring", Info, "vestibule.yaml:5:36 /EU-(Finance|Legal)/"),
    ("ambiguous-group-name", Warning, r#"groups.json:2:31 "eu-finance""#),
    ("bearer-token-authentication", Error, "vestibule.yaml:1:44 bearer-token"),
    ("broken-active-mapping", Error, r#"schema.json:6:66 "[IsSoftDeleted]""#),
    ("case-sensitive-pattern", Info, r#"vestibule.yaml:4:30 /.+@(fabrikam|tailspin)\.com/"#),
    ("cloud-display-name-unassigned", Error, r#"manifest.json:2:48 "cloud_displayname""#),
    ("conflicting-intake", Warning, "vestibule.yaml:7:13 active eq false"),
    ("confusable-characters", Error, "vestibule.yaml:4:40 Finanсe"),
    ("contradictory-condition", Error, r#"vestibule.yaml:4:13 email ew "@contoso.eu""#),
    ("dangling-member", Warning, r#"groups.json:1:76 { "value": "404" }"#),
    ("disabled-mapping", Error, "schema.json:2:110 false"),
    ("duplicate-account-risk", Error, r#"schema.json:5:5 { "targetAttributeName": "userName", "source"#),
    ("duplicate-external-id", Error, r#"users.json:2:60 "8aa1a0c0""#),
    ("duplicate-rule", Warning, r#"vestibule.yaml:7:11 email ew "@contoso.com" and active eq true"#),
    ("duplicate-user-name", Error, r#"users.json:2:28 "Ada@contoso.com""#),
    ("expiring-certificate", Warning, "vestibule.yaml:4:28 2026-07-01"),
    ("external-id-is-user-name", Warning, r#"users.json:1:60 "ada@contoso.eu""#),
    ("fallthrough-at-create", Error, r#"vestibule.yaml:4:13 provider.groups includes "EU-Finance""#),
    ("fragile-expression", Warning, "schema.json:7:72 Tolower"),
    ("gallery-app-provisioning", Error, r#"job.json:1:9 "palantirFoundry.0011.2233""#),
    ("group-aum-conflict", Error, "vestibule.yaml:4:25 group"),
    ("group-claim-mismatch", Error, r#"schema.json:4:70 "[displayName]""#),
    ("group-claim-overage", Warning, r#"users.json:1:3 { "id": "1", "userName": "ada@contoso.eu", ""#),
    ("group-external-id-differs", Error, r#"groups.json:2:48 "8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159""#),
    ("group-external-id-mismatch", Error, r#"schema.json:6:111 "[objectId]""#),
    ("group-name-case", Warning, r#"vestibule.yaml:4:36 "eu-finance""#),
    ("groups-claim-missing", Error, "manifest.json:1:28 null"),
    ("groups-claim-renamed", Error, r#"manifest.json:2:48 "emit_as_roles""#),
    ("groups-overage-observed", Error, r#"login.xml:2:3 <Attribute Name="http://schemas.microsoft.co"#),
    ("guest-identifier", Info, r#"users.json:1:28 "bo_fabrikam.com@contoso.onmicrosoft.com""#),
    ("intake-attribute-in-assignment", Warning, "vestibule.yaml:4:13 attributes.site"),
    ("intake-on-unavailable-input", Warning, "vestibule.yaml:4:13 provider.groups"),
    ("internal-group-condition", Warning, "vestibule.yaml:5:13 internal.groups"),
    ("invisible-characters", Warning, r#"groups.json:1:31 "EU-Finance ""#),
    ("legacy-scim-job", Error, r#"job.json:1:9 "customappsso.0011.2233""#),
    ("literal-pattern", Info, "vestibule.yaml:4:36 /EU-Interns/"),
    ("look-alike-word", Info, "vestibule.yaml:4:37 СЕО"),
    ("lossy-external-id", Error, r#"schema.json:4:93 "ToLower([employeeId])""#),
    ("malformed-tenant-url", Error, "vestibule.yaml:4:17 https://contoso.palantirfoundry.com/multipas"),
    ("missing-external-id", Error, r#"users.json:2:3 { "id": "2", "userName": "bo@contoso.eu" }"#),
    ("missing-fallback", Warning, "vestibule.yaml:2:3 users"),
    ("missing-required-mapping", Error, r#"schema.json:3:3 "attributeMappings""#),
    ("missing-scim-feature-flag", Error, "vestibule.yaml:3:17 https://contoso.palantirfoundry.com/multipas"),
    ("mutable-external-id", Error, r#"schema.json:4:93 "[mailNickname]""#),
    ("name-id-as-provider-id", Warning, "vestibule.yaml:4:18 NameID"),
    ("negated-comparison-on-multi-valued", Warning, r#"vestibule.yaml:4:13 emails.type ne "home""#),
    ("nested-group", Warning, r#"groups.json:1:50 { "value": "g2", "type": "Group" }"#),
    ("no-deletion-threshold", Warning, r#"secrets.json:1:49 "{\"Enabled\": true, \"DeleteThresholdEnable"#),
    ("non-primary-email", Info, "vestibule.yaml:4:13 emails.value"),
    ("null-out-of-scope", Warning, r#"schema.json:3:59 "NOT EQUALS""#),
    ("oidc-provisioning", Warning, "vestibule.yaml:1:44 oidc"),
    ("on-premises-only-claim", Error, r#"manifest.json:2:48 "sam_account_name""#),
    ("or-chain", Info, r#"vestibule.yaml:4:13 userName eq "backup@contoso.eu""#),
    ("overlapping-organizations", Info, r#"vestibule.yaml:7:13 userName sw "ext-""#),
    ("pattern-outside-control-panel", Info, r#"vestibule.yaml:4:11 email ew "@contoso.eu" and (provider.groups"#),
    ("provider-group-at-create", Warning, r#"vestibule.yaml:4:13 provider.groups includes "EU-Finance""#),
    ("provider-id-drift", Error, r#"users.json:1:60 "7c4d0d2a""#),
    ("provider-id-mismatch", Error, r#"schema.json:4:93 "[employeeId]""#),
    ("provisioning-off", Warning, r#"job.json:1:82 "Paused""#),
    ("redundant-condition", Info, "vestibule.yaml:4:40 email pr"),
    ("redundant-rule", Warning, "vestibule.yaml:3:13 finance"),
    ("refuse-everyone", Error, "vestibule.yaml:1:1 user-intake"),
    ("refused-administrators", Error, "vestibule.yaml:1:50 Admins"),
    ("rules-by-the-wrong-group-key", Error, r#"vestibule.yaml:4:36 "EU-Finance""#),
    ("scim-disabled", Warning, "vestibule.yaml:1:92 false"),
    ("scope-widened-by-or", Warning, r#"schema.json:3:146 { "clauses": [ { "operatorName": "NOT EQUALS"#),
    ("secret-in-config", Error, r#"secrets.json:1:43 "not-a-real-one""#),
    ("several-account-names", Warning, r#"manifest.json:3:50 "dns_domain_and_sam_account_name""#),
    ("several-primary-emails", Warning, "users.json:1:45 ["),
    ("skip-out-of-scope-deletions", Warning, r#"secrets.json:1:48 "True""#),
    ("stale-provisioning", Warning, r#"job.json:3:67 "2026-11-01T08:00:00Z""#),
    ("stranded-by-membership-update", Warning, r#"vestibule.yaml:4:13 provider.groups includes "EU-Finance""#),
    ("stranded-users", Warning, "vestibule.yaml:1:1 organization-assignment"),
    ("string-boolean", Warning, r#"users.json:1:45 "True""#),
    ("sync-everyone", Warning, r#"secrets.json:1:32 "True""#),
    ("tautological-condition", Warning, "vestibule.yaml:5:13 userName pr"),
    ("unanchored-scope", Warning, r#"schema.json:3:133 "contoso\\.com""#),
    ("unavailable-source", Warning, "schema.json:8:92 [UserPrincipalName]"),
    ("unescaped-metacharacter", Warning, "vestibule.yaml:4:41 ."),
    ("unknown-membership", Warning, r#"groups.json:1:3 { "id": "1", "displayName": "EU-Finance" }"#),
    ("unknown-provider-group", Warning, r#"vestibule.yaml:4:36 "EU-Finanze""#),
    ("unmapped-attribute", Warning, "vestibule.yaml:4:11 costCenter"),
    ("unmatched-rule", Info, r#"vestibule.yaml:4:13 email ew "@contoso.eu""#),
    ("unmatched-user-name-pattern", Warning, "vestibule.yaml:4:3 username-patterns"),
    ("unreachable-rule", Error, r#"vestibule.yaml:7:13 email ew "@contoso.eu" and userName sw "ext-""#),
    ("unstable-provider-id", Warning, "vestibule.yaml:4:18 http://schemas.xmlsoap.org/ws/2005/05/identi"),
    ("unsupported-scope", Warning, r#"schema.json:3:90 "proxyAddresses""#),
    ("unsynced-attribute-at-create", Warning, "vestibule.yaml:10:11 attributes.department"),
    ("unsynced-attribute-mapping", Info, r#"schema.json:11:30 "title""#),
    ("user-name-claim-mismatch", Error, r#"schema.json:5:91 "[userPrincipalName]""#),
    ("vacuous-exclusion-at-create", Warning, "vestibule.yaml:4:11 provider.groups excludes /Ext-.*/"),
    ("wrong-matching-precedence", Error, "schema.json:5:62 1"),
    ("yaml-1-1-boolean", Warning, "vestibule.yaml:1:25 no"),
];

fn files(examples: &[Example<'_>], lint: &str) -> Vec<(String, String)> {
    let files: Vec<(&str, &str)> = examples.iter().map(|example| (example.file, example.content)).collect();
    whole(&files, lint)
}

#[test]
fn what_to_avoid_has_one_finding_at_its_severity_and_place() {
    let mut misplaced = Vec::new();
    for (name, severity, expected) in ROWS {
        let lint = LINTS.iter().find(|lint| lint.name == *name).unwrap_or_else(|| panic!("there is no lint {name}"));
        let files = files(&Page::parse(lint.page).examples("Avoid"), name);
        let own: Vec<_> = findings(&files).into_iter().filter(|finding| finding.lint == *name).collect();
        let [finding] = own.as_slice() else { panic!("{name}: {own:#?}") };
        assert_eq!(finding.severity, *severity, "{name}");
        let place = place(finding, &files);
        if !place.starts_with(expected) {
            misplaced.push(format!("{name}: {place}"));
        }
    }
    assert_eq!(misplaced, [""; 0]);
}
