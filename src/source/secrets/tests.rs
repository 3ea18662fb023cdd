use proptest::prelude::*;

use crate::source::{FileId, Sources, Text};

/// What is veiled of a document, those beyond doubt first in `!`.
fn of_document(content: &str) -> Vec<String> {
    let mut sources = Sources::default();
    let (file, _) = sources.add_document("x", content.as_bytes());
    veiled(&sources, file, content)
}

fn of_data(content: &str) -> Vec<String> {
    let mut sources = Sources::default();
    let file = sources.add_text(Text::new("x", content));
    veiled(&sources, file, content)
}

fn veiled(sources: &Sources, file: FileId, content: &str) -> Vec<String> {
    assert_eq!(sources.text(file).content().len(), content.len(), "{content}");
    let secrets = sources.secrets(file).iter();
    secrets
        .map(|secret| format!("{}{}", if secret.certain { "" } else { "?" }, &content[secret.span.range()]))
        .collect()
}

#[test]
fn names_tell_the_secrets_of_a_document() {
    for (content, expected) in [
        ("a: { client-secret: x, note: y }", &["x"] as &[&str]),
        ("[{ Key: SecretToken, Value: x }, { key: BaseAddress, value: y }]", &["x"]),
        ("{ Oauth2_Client_Secret: 17 }", &["17"]),
        ("clientSecret: [ \"x y\", z ]", &["x y", "z"]),
        ("password: { value: x, rotated: never }", &["x", "?never"]),
        ("password: { a: { b: [x, { c: y }] } }", &["x", "y"]),
        (
            "{ secrets: [x], tokens: [{ a: y }], passwords: { a: z }, apiKeys: u, credentials: v }",
            &["x", "?y", "z", "u", "v"],
        ),
        ("{ key: SecretToken, value: { a: { b: x } } }", &["x"]),
        (
            "secrets: [{ key: BaseAddress, value: y }, { key: SecretToken, value: x }, { key: db, value: z }]",
            &["x", "?db", "z"],
        ),
        ("optionalClaims: { accessToken: [{ name: groups, essential: false }], idToken: [{ name: upn }] }", &[]),
        (
            "{ an_access_token: { optionalClaims: { accessToken: [{ name: groups, additionalProperties: [x] }] } } }",
            &[],
        ),
        ("properties: { password: { type: object, default: x } }", &["x"]),
        ("attributes: { password: { claim: a, value: x } }", &["x"]),
        ("password: |\n  two\n  lines\n", &["two\n  lines"]),
        ("a: &x hunter2\npassword: *x\n", &["hunter2"]),
        ("password: ''\nsecretText: null\nclientSecret: '*****'\n", &[]),
        ("{ password: '${PASSWORD}', token: user.mail, secret: true }", &[]),
        ("{ passwordCredentials: [{ hint: abc, keyId: x }], secrets: [] }", &[]),
        ("{ description: the secret of good rules, nextPageToken: abc }", &[]),
        ("{ properties: { password: { type: string, description: what people type } } }", &[]),
        (r#"{ "\u0070assword": "a\"b" }"#, &["a\\\"b"]),
    ] {
        assert_eq!(of_document(content), expected, "{content}");
    }
}

#[test]
fn looks_tell_secrets_wherever_they_stand() {
    let token = format!("eyJ{}.{}.{}", "a".repeat(20), "b".repeat(20), "c".repeat(20));
    assert_eq!(of_document(&format!("[{token}]")), [token.as_str()]);
    assert_eq!(of_document(&format!("{{ {token}: 1 }}")), [token.as_str()]);
    for (content, expected) in [
        ("['Bearer 0123456789abcdef']", "0123456789abcdef"),
        ("['Basic YWRhOnB3']", "YWRhOnB3"),
        ("['Basic 0123456789abcdefghij']", "0123456789abcdefghij"),
        ("a: ghp_0a1B2c3D4e5F6g7H8i9J", "ghp_0a1B2c3D4e5F6g7H8i9J"),
        ("['https://u:p@x/y']", "p"),
        ("['https://x/y?access_token=abc&x=1']", "abc"),
        ("name-id: 'client_secret=abc'", "abc"),
        ("a: 'https://x.blob.core.windows.net/c?sv=2024&sig=abcdefgh%3D'", "abcdefgh%3D"),
        ("a: abc8Q~defghijklmnopqrstuvwxyz0123456789", "abc8Q~defghijklmnopqrstuvwxyz0123456789"),
        ("a: 'the password: hunter2 is known'", "hunter2"),
        (r#"definition: ["{\"clientSecret\":\"x y\"}"]"#, "x y"),
    ] {
        assert_eq!(of_document(content), [expected], "{content}");
    }
    for harmless in [
        "['https://x/v2/?aadOptscim062020', 'https://x/y?count=1', 'a: b', 'ada@contoso.com']",
        "a: Bearer authentication is refused\nb: the token expires\nc: 'Password: reset team'\n",
        "when: 'userName eq \"token\" and title ne \"secret\"'",
        "a: urn:ietf:params:scim:schemas:core:2.0:User\n",
        "[Basic Training2024 Group, Basic Users, Basic-Access, sk-learn-users-of-the-whole-company]",
        "[ghs_hazard_communications_2024, npm_package_maintainers_all]",
    ] {
        assert_eq!(of_document(harmless), [""; 0], "{harmless}");
    }
}

#[test]
fn what_a_condition_compares_a_credential_with_is_a_secret() {
    for (content, expected) in [
        ("when: 'attributes.apiKey eq \"284decc6\" and title eq \"a1b2c3d4\"'", &["284decc6"] as &[&str]),
        (r#"when: "attributes.apiKey eq \"284decc6\"""#, &["284decc6"]),
        ("when: attributes.\"client-secret\" in [\"a1b2c3\", \"d4e5f6\"]", &["a1b2c3", "d4e5f6"]),
        ("when: |\n  urn:x:y:password NE \"Tr0ub4dor\"\n", &["Tr0ub4dor"]),
        ("when: attributes.apiKey eq \"none\" or attributes.mustChangePassword eq \"yes\"", &[]),
        ("when: attributes.passwordPolicy eq \"strict2024\" or attributes.key eq \"a1b2c3d4\"", &[]),
        ("when: attributes.apiKey pr and attributes.costCenter eq \"cc123456\"", &[]),
    ] {
        assert_eq!(of_document(content), expected, "{content}");
    }
    assert_eq!(of_data("filter=password eq \"hunter2\""), ["hunter2"]);
}

#[test]
fn what_names_a_claim_or_an_attribute_tells_the_value_beside_it() {
    for (content, expected) in [
        (r#"{ "path": "password", "op": "replace", "value": "Summer24!" }"#, "Summer24!"),
        (r#"{ "Value": "Summer24!", "SamlClaimType": "https://x/claims/password" }"#, "Summer24!"),
        (r#"{ "targetAttributeName": "password", "defaultValue": "Summer24!" }"#, "Summer24!"),
        (r#"{ "keyCredentials": [{ "type": "Symmetric", "key": "c2VjcmV0", "keyId": "x" }] }"#, "c2VjcmV0"),
        (r#"{ "passwordCredentials": [{ "value": "c2VjcmV0", "hint": "x" }] }"#, "c2VjcmV0"),
    ] {
        assert_eq!(of_document(content), [expected], "{content}");
    }
    assert_eq!(of_data(r#"{ "op": "add", "path": "password", "value": "Summer24!" }"#), ["Summer24!"]);
    assert_eq!(of_data(r#"{ "op": "add", "path": "title", "value": "Summer24!" }"#), [""; 0]);
}

#[test]
fn what_is_torn_apart_is_found_by_what_is_left() {
    let key = "q0".repeat(30);
    for (content, expected) in [
        (r#"{ "password" "Summer24!", "a": 1 }"#.to_owned(), "Summer24!"),
        ("[{ \"key\": \"SecretToken\",\n]: }} {{ \"\n \"value\": \"abc123\" }]".to_owned(), "abc123"),
        (format!("{{ \"keyCredentials\": [{{ \"usage\": \"Sign\", \"key\": \"{key}"), &key),
        (r#"{ "keyCredentials": [{ "key": "c2VjcmV0c2Vj"#.to_owned(), "c2VjcmV0c2Vj"),
        ("{ \"a\": \"Bearer 0123456789abcdef\u{0}ghi.jkl\" }".to_owned(), "0123456789abcdef\u{0}ghi.jkl"),
    ] {
        assert_eq!(of_data(&content), [expected], "{content}");
    }
    let mut sources = Sources::default();
    let content = b"- { key: Password,\n    \xe9\"value\": \"Summer24!\" }\n";
    let (file, _) = sources.add_document("x", content);
    assert!(!sources.text(file).content().contains("Summer24!"));
}

#[test]
fn a_sign_too_many_or_too_few_anywhere_shows_nothing_of_a_secret() {
    const SECRET: &str = "Zq7kfoXw9LmTr2Vb8Ns";
    let pairs =
        format!(r#"[ {{ "key": "BaseAddress", "value": "x" }}, {{ "key": "SecretToken", "value": "{SECRET}" }} ]"#);
    let member =
        format!(r#"{{ "appId": "a", "passwordCredentials": [ {{ "secretText": "{SECRET}", "hint": "Zq7" }} ] }}"#);
    for whole in [pairs, member] {
        for at in 0..whole.len() {
            let (head, tail) = whole.split_at(at);
            let without = format!("{head}{}", &tail[1..]);
            let more = ["\"", "'", "{", "]", ",", ":", "\n", "#"].map(|sign| format!("{head}{sign}{tail}"));
            for torn in more.into_iter().chain([without, head.to_owned(), tail.to_owned()]) {
                let mut sources = Sources::default();
                let (file, problems) = sources.add_document("x", torn.as_bytes());
                let left = sources.text(file).content();
                let is_shown = (0..SECRET.len() - 6).any(|start| left.contains(&SECRET[start..start + 7]));
                // What is still sound, and names the secret otherwise, tells nothing.
                assert!(!is_shown || problems.is_empty(), "{torn}\n{left}");
            }
        }
    }
}

#[test]
fn comments_are_veiled_and_not_always_called_secrets() {
    assert_eq!(of_document("# password: hunter2\na: 1\n"), ["hunter2"]);
    assert_eq!(of_document("# the SCIM password is \"hunter22\"\na: 1\n"), ["hunter22"]);
    assert_eq!(of_document("# the password is kept in the vault\na: 1\n"), [""; 0]);
    assert_eq!(of_document("a: 1 # the password: see the vault\n"), [""; 0]);
    assert_eq!(of_document("a: 1\n# password: correct horse\n"), ["?correct horse"]);
}

#[test]
fn private_keys_are_veiled_over_lines_and_where_they_are_cut() {
    let key = "-----BEGIN PRIVATE KEY-----\nMIIEvQ\nIBADAN\n-----END PRIVATE KEY-----";
    assert_eq!(of_document(&format!("key: |\n  {}\n", key.replace('\n', "\n  "))), ["\n  MIIEvQ\n  IBADAN\n  "]);
    assert_eq!(of_data(&key[..40]), [&key[27..40]]);
    assert_eq!(of_document("-----BEGIN CERTIFICATE-----"), [""; 0]);
}

#[test]
fn a_damaged_document_is_searched_as_it_stands() {
    for (content, expected) in [
        ("[{\"key\": \"SecretToken\", \"value\": \"s3 cr3t", "s3 cr3t"),
        ("{\"value\": [\n {\"key\": \"Password\",\n  \"value\" : \"s3cr3t\"\n ", "s3cr3t"),
        ("{\"clientSecret\": \"s3cr3t\", \"a\": [1, ", "s3cr3t"),
        ("{\"clientSecret\": s3cr3t, \"a\": [1, ", "s3cr3t"),
        ("{\"clientSecret\": [ \"s3cr3t\" ], \"a\": [1, ", "s3cr3t"),
        ("{\"clientSecret\":\n   \"s3cr3t\", \"a\": [1, ", "s3cr3t"),
        ("a: [\nclientSecret: s3 cr3t # no\n", "s3 cr3t"),
        ("a: ]\nclientSecret:\n  - s3cr3t\nb: c\n", "s3cr3t"),
        ("a: ]\nclientSecret: |\n  s3cr3t\nb: c\n", "s3cr3t"),
        ("a: ]\n- key: SecretToken\n  value: s3cr3t\n- key: b\n  value: c\n", "s3cr3t"),
        ("{\"clientSecret\": {\"a\": [{\"b\": \"s3cr3t\"}]}, \"a\": [1, ", "s3cr3t"),
        ("{\"passwords\": [[{\"b\": s3cr3t", "s3cr3t"),
        ("a: ]\npassword:\n  a:\n    b:\n    - s3cr3t\nb: c\n", "s3cr3t"),
        ("a: ]\npassword:\n- a: s3cr3t\nb: c\n", "s3cr3t"),
        ("a: ]\npassword:\n  a: { b: s3cr3t }\nb: c\n", "s3cr3t"),
        ("a: ]\npassword:\n  a: |\n    s3cr3t\nb: c\n", "s3cr3t"),
    ] {
        assert_eq!(of_document(content), [expected], "{content}");
    }
}

#[test]
fn data_is_veiled_where_a_name_has_no_other_meaning() {
    for (content, expected) in [
        (r#"{"password": "s3 cr3t", "nextPageToken": "full"}"#, "s3 cr3t"),
        (r#"{"key": "Password", "value": "s3cr3t"}"#, "s3cr3t"),
        (r#"{"headers": {"Authorization": "Bearer abcdefgh1"}}"#, "Bearer abcdefgh1"),
        ("<Attribute Name=\"a/clientSecret\">\n<AttributeValue>s3cr3t</AttributeValue></Attribute>", "s3cr3t"),
        ("<wsse:Password Type='x'>s3cr3t</wsse:Password>", "s3cr3t"),
        (r#"{"a": "Bearer abc"#, "abc"),
        (r#"{"a": "eyJabc"#, "abc"),
        (r#"{"body": "{\"password\":\"s3cr3t\"}"}"#, "s3cr3t"),
        (r#"{"password": {"a": {"b": ["s3cr3t"]}}, "userName": "ada"}"#, "s3cr3t"),
        (r#"{"credentials": {"a": null, "password": {"hash": {"value": "s3cr3t"}}}}"#, "s3cr3t"),
        (r#"{"body": "{\"password\":{\"value\":\"s3cr3t\"},\"a\":\"b\"}", "c": "d"}"#, "s3cr3t"),
        ("{\"password\": {\"value\": \"s3cr3t\"\n{\"userName\": \"ada\"}", "s3cr3t"),
        ("<Passwords><a:Password><Value>s3cr3t</Value></a:Password></Passwords><b>c</b>", "s3cr3t"),
    ] {
        assert_eq!(of_data(content), [expected], "{content}");
    }
    assert_eq!(of_data(r#"{"secrets": ["a", {"b": "c"}], "d": "e"}"#), ["?a", "?c"]);
    let doubtful = r#"{"id": "1", "secret": "yes", "nextPageToken": "full", "active": true}"#;
    assert_eq!(of_data(doubtful), ["?yes"]);
    let mut sources = Sources::default();
    let file = sources.add_text(Text::new("x", doubtful));
    assert_eq!(sources.text(file).content(), doubtful, "an attribute that rules may test");
    assert_eq!(sources.concealed(file).len(), 1);
}

#[test]
fn names_below_names_are_searched_once() {
    for piece in
        ["{\"password\":", "password: [", "- \n", "{key: password, value: [", "<password>", "{\"token\":{\"password\":"]
    {
        let text = piece.repeat(4_000);
        of_data(&text);
        assert!(super::within(&text, super::Setting::Damaged).len() < 1_000_000);
    }
    let deeper: String =
        (0..400).map(|depth| format!("{}- \n{}password:\n", " ".repeat(depth), " ".repeat(depth))).collect();
    assert_eq!(super::within(&deeper, super::Setting::Damaged), []);
}

proptest! {
    #[test]
    fn any_text_is_searched(text in "[ \n\\[\\]{}\"'\\\\:=,|<>a-z€-]{0,60}") {
        for name in ["password: ", "{\"clientSecret\":", "<a Name=\"password\"", "key: password\nvalue", "\\\"token\\\":"] {
            let content = format!("{name}{text}");
            of_data(&content);
            let mut sources = Sources::default();
            let (file, _) = sources.add_document("x", content.as_bytes());
            prop_assert_eq!(sources.unveiled(file, &[]), Some(content));
        }
    }
}
