//! Values with rules of their own: words, claims, attributes, patterns, days and identifiers.

use vestibule::Config;
use vestibule::config::Claim;

use crate::said::{Said, accepts, document, provider, says};

#[test]
fn words_are_taken_from_a_list() {
    let check = |text: String, message: &str, help: &str| {
        let said = Said::of(&text);
        assert_eq!((said.lines(), said.helps()), (vec![message.to_owned()], vec![help]), "{text}");
    };
    check(
        provider("protocol: SAML"),
        "invalid-value [SAML] `SAML` is no value of `protocol`",
        "did you mean `saml`? The values are `saml` and `oidc`",
    );
    check(
        provider("protocol: ldap"),
        "invalid-value [ldap] `ldap` is no value of `protocol`",
        "write `saml` or `oidc`",
    );
    check(
        provider("groups-claim: nested"),
        "invalid-value [nested] `nested` is no value of `groups-claim`",
        "write `direct` or `transitive`",
    );
    check(
        document("user-intake: { default: deny }\n"),
        "invalid-value [deny] `deny` is no value of `default`",
        "write `admit` or `refuse`",
    );
    check(
        document("snapshot: { members: partial }\n"),
        "invalid-value [partial] `partial` is no value of `members`",
        "write `complete` or `excluded`",
    );
    check(
        document("lint: { severity: { x: warn } }\n"),
        "invalid-value [warn] `warn` is no value of `x`",
        "write `error`, `warning` or `info`",
    );
    check(
        document("entra: { sources: { authentication-method: bearer } }\n"),
        "invalid-value [bearer] `bearer` is no value of `authentication-method`",
        "write `oauth2-client-credentials` or `bearer-token`",
    );
}

#[test]
fn a_claim_is_name_id_in_any_spelling() {
    let claim = |name: &str| {
        let text = provider(&format!("attribute-mapping: {{ provider-id: '{name}' }}"));
        let config = Config::parse("v", &text).expect("a configuration");
        config.provider.attribute_mapping.provider_id.expect("a claim").value
    };
    for name in [
        "NameID",
        "nameid",
        "NAMEID",
        "name-id",
        "Name-ID",
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier",
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/NameIdentifier",
    ] {
        assert_eq!(claim(name), Claim::NameId, "{name}");
    }
    for name in ["name_id", "name", "http://schemas.microsoft.com/identity/claims/objectidentifier"] {
        assert_eq!(claim(name), Claim::Named(name.to_owned()));
    }
}

#[test]
fn a_custom_attribute_says_how_many_values_it_holds() {
    let attribute =
        |lines: &str| provider(&format!("attribute-mapping: {{ attributes: {{ a: {{ claim: c{lines} }} }} }}"));
    for lines in [
        "",
        ", type: string",
        ", type: array",
        ", type: array, values: all",
        ", type: array, values: first",
        ", values: first",
    ] {
        accepts(&attribute(lines));
    }
    for lines in [", values: all", ", type: string, values: all"] {
        says(&attribute(lines), &["conflicting-keys [all] a string attribute cannot take all values of a claim"]);
    }
    // One mistake makes one problem.
    says(&attribute(", type: list, values: all"), &["invalid-value [list] `list` is no value of `type`"]);
}

#[test]
fn the_path_of_a_custom_attribute_is_one_of_scim() {
    let path =
        |path: &str| provider(&format!("attribute-mapping: {{ attributes: {{ a: {{ claim: c, scim: '{path}' }} }} }}"));
    for good in [
        "userType",
        "emails",
        "name.givenName",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
    ] {
        accepts(&path(good));
    }
    let codes = |text: &str| {
        Said::of(&path(text))
            .places()
            .iter()
            .map(|place| place.split(' ').next().unwrap_or("").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(codes("userTyp"), ["unknown-attribute"]);
    assert_eq!(codes("name"), ["condition-type"]);
    assert_eq!(codes("provider.groups"), ["condition-type"]);
    assert_eq!(codes("title pr"), ["condition-syntax"]);
    let said = Said::of(&path("name.givenNam"));
    assert_eq!(said.labelled(&said.findings[0]), "name.givenNam");
}

#[test]
fn a_pattern_is_labelled_inside() {
    let label = |text: &str| {
        let said = Said::of(text);
        assert_eq!(said.findings.len(), 1, "{:?}", said.lines());
        let finding = &said.findings[0];
        let start = finding.primary().start;
        (finding.lint, said.labelled(finding).to_owned(), (start.line, start.column))
    };
    assert_eq!(
        label(&provider("username-patterns: ['.*@contoso\\.com', 'é(?=x).*']")),
        ("invalid-pattern", "(?=".to_owned(), (5, 44))
    );
    assert_eq!(
        label(&provider("username-patterns: [\"\\u00e9[z-a]\"]")),
        ("invalid-pattern", "z-a".to_owned(), (5, 31))
    );
    assert_eq!(
        label(&provider("attribute-mapping:\n  groups: { claim: c, pattern: 'CN=(' }")),
        ("invalid-pattern", "(".to_owned(), (6, 38))
    );
}

#[test]
fn a_day_is_written_in_one_way() {
    accepts(&provider("certificate-valid-until: 2028-02-29"));
    accepts(&provider("certificate-valid-until: '2027-03-01'"));
    for day in ["2027-02-29", "2027-3-1", "01.03.2027", "2027-03-01T00:00:00Z", "20270301x", "soon"] {
        let message = format!("invalid-value [{day}] `{day}` is not a day of the calendar");
        says(&provider(&format!("certificate-valid-until: {day}")), &[&message]);
    }
}

#[test]
fn an_organization_has_a_resource_identifier_of_its_kind() {
    let with =
        |rid: &str| format!("version: 1\nprovider: {{ name: x }}\norganizations: [{{ name: A, rid: '{rid}' }}]\n");
    accepts(&with("ri.multipass..organization.00000000-0000-0000-0000-000000000001"));
    accepts(&with("ri.multipass.main.organization.0a"));
    for rid in [
        "0000",
        "ri.multipass..group.0a",
        "ri.multipass..organization.",
        "ri.multipass..organization.a b",
        "ri.multipass.-.organization.a",
    ] {
        let message = format!("invalid-value ['{rid}'] `{rid}` is not the resource identifier of an organization");
        says(&with(rid), &[&message]);
    }
}
