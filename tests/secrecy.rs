//! What nobody may see, planted in every artifact, intact and damaged, and looked for in every output.

use std::fs;
use std::path::Path;
use std::process::Command;

/// How a planted secret begins; place and kind follow, so that a leak tells where it comes from.
const MARK: &str = "Zq7";

/// How often secrets of each kind are told by a name or by their looks.
fn members(place: &str) -> String {
    let kinds = [
        r#""clientSecret": "@""#,
        r#""client_secret": "@""#,
        r#""Oauth2ClientSecret": "@""#,
        r#""password": "@""#,
        r#""secretText": "@""#,
        r#""api-key": "@""#,
        r#""connectionString": "Server=x;Password=@""#,
        r#""refreshToken": ["@", "@"]"#,
        r#""note1": "eyJ@0123456789abcdef.0123456789.0123456789""#,
        r#""note2": "Bearer @0123456789""#,
        r#""note3": "https://u:@%example.com/x""#,
        r#""note4": "https://example.com/x?access_token=@&y=1""#,
        r#""note5": "https://a.blob.core.windows.net/c?sv=1&sig=@0123456789%3D""#,
        r#""note6": "abc8Q~@0123456789abcdefghijklmn""#,
        r#""note7": "-----BEGIN PRIVATE KEY-----\n@0123456789\n-----END PRIVATE KEY-----""#,
        r#""note8": "{\"clientSecret\":\"@\"}""#,
        r#""note9": "client_secret=@""#,
        r#""userPassword": { "a": { "b": ["@", { "c": "@" }] }, "type": "@" }"#,
        r#""appPassword": { "value": "@" }"#,
        r#""clientSecrets": ["@"]"#,
        r#""passwords": { "x": "@" }"#,
        r#""secretTokens": [[{ "x": "@" }]]"#,
        r#""apiKeys": "@""#,
        r#""credentials": { "password": { "hash": { "value": "@" } } }"#,
        r#""secrets": ["@"]"#,
        r#""tokens": [{ "a": "@" }]"#,
        r#""patches": [{ "op": "replace", "path": "password", "value": "@" }]"#,
        r#""filter": "password eq \"@1\"""#,
    ];
    // What a claim is filled from is a text.
    let kinds = if place == "claims" { &kinds[..17] } else { &kinds[..] };
    let planted = kinds.iter().enumerate().map(|(kind, text)| text.replace('@', &format!("{MARK}{place}k{kind}x")));
    // The one sign that a URL needs.
    planted.collect::<Vec<_>>().join(",\n  ").replace('%', "@").replace("@3D", "%3D")
}

/// One secret of a place.
fn secret(place: &str) -> String {
    format!("{MARK}{place}x")
}

/// The files of a project, each with secrets.
fn files() -> Vec<(&'static str, String)> {
    let config = format!(
        r#"# password: {comment}
version: 1
provider: {{ name: p, attribute-mapping: {{ provider-id: oid }} }}
organizations: [{{ name: A }}, {{ name: B }}]
groups: {{ rule-based: [a] }}
organization-assignment:
  users:
  - {{ rule: "client_secret={rule}", when: 'email eq "a" or email eq "client_secret={rule}2"', organization: A }}
  fallback: B
include: [rules.yaml]
snapshot: {{ users: users.json, groups: groups.json }}
foundry: {{ users: f-users.json, groups: f-groups.json }}
lint:
  allow:
  - {{ lint: unused-group, file: vestibule.yaml, reason: "password={reason}" }}
entra:
  exports: [entra]
  sources:
    name-id: "client_secret={name}"
    tenant-url: "https://x/multipass/api/scim/r/v2/?token={url}"
    claims: {{
      {claims} }}
# vestibule: allow unused-group, client_secret={allowed}
"#,
        comment = secret("comment"),
        rule = secret("rule"),
        reason = secret("reason"),
        name = secret("name"),
        url = secret("url"),
        allowed = secret("allowed"),
        claims = members("claims")
            .replace("\n  ", "\n      ")
            .replace(r#"["Zq7claimsk7x", "Zq7claimsk7x"]"#, r#""Zq7claimsk7x""#),
    );
    let rules = format!(
        "group-assignment:\n# token: {}\n- {{ rule: g, when: 'title eq \"x\"', groups: [a] }}\n",
        secret("include")
    );
    let user = |place: &str| {
        format!(
            r#"{{ "id": "1", "userName": "ada", "emails": [{{ "value": "a@contoso.com" }}], "active": "true",
  {} }}"#,
            members(place)
        )
    };
    let saml = format!(
        r#"<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"><Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion"><AttributeStatement>
<Attribute Name="http://x/claims/clientSecret"><AttributeValue>{a}</AttributeValue></Attribute>
<Attribute Name="http://schemas.microsoft.com/claims/groups.link"><AttributeValue>https://graph.windows.net/x?access_token={b}</AttributeValue></Attribute>
<Attribute Name="note"><AttributeValue>Bearer {c}0123456789</AttributeValue></Attribute>
</AttributeStatement></Assertion></samlp:Response>"#,
        a = secret("saml1"),
        b = secret("saml2"),
        c = secret("saml3"),
    );
    let policy = format!(
        r#"{{ "definition": ["{{\"ClaimsMappingPolicy\":{{\"Version\":1,\"ClaimsSchema\":[{{\"Source\":\"user\",\"ID\":\"mail\",\"JwtClaimType\":\"x\",\"clientSecret\":\"{}\"}}]}}}}"],
  {} }}"#,
        secret("policy1"),
        members("policy2")
    );
    let keys = ["SecretToken", "Password", "Oauth2ClientSecret", "AppKey", "Oauth2AccessToken", "Unheard"];
    let pairs = keys.map(|key| format!("{{ \"key\": \"{key}\", \"value\": \"{}\" }}", secret(&format!("pair{key}"))));
    let log = format!(
        r#"{{ "method": "POST", "path": "/Users", "headers": {{ "Authorization": "Bearer {h}0123456789" }}, "body": {}, "status": 201, "response": {} }}"#,
        user("logbody"),
        user("logresponse"),
        h = secret("header"),
    )
    .replace('\n', " ");
    vec![
        ("vestibule.yaml", config),
        ("rules.yaml", rules),
        ("users.json", format!("{{ \"Resources\": [{}] }}", user("users"))),
        ("groups.json", format!(r#"{{ "Resources": [{{ "id": "g", "displayName": "G", {} }}] }}"#, members("groups"))),
        (
            "f-users.json",
            format!(r#"{{ "data": [{{ "id": "f", "username": "ada", "realm": "r", {} }}] }}"#, members("fusers")),
        ),
        ("f-groups.json", format!(r#"{{ "data": [{{ "id": "f", "name": "G", {} }}] }}"#, members("fgroups"))),
        ("log.ndjson", log),
        ("entra/schema.json", format!(r#"{{ "synchronizationRules": [], {} }}"#, members("schema"))),
        ("entra/job.json", format!(r#"{{ "schedule": {{}}, "status": {{}}, {} }}"#, members("job"))),
        ("entra/secrets.json", format!("{{ \"value\": [\n{}\n] }}", pairs.join(",\n"))),
        ("entra/app.json", format!(r#"{{ "appId": "x", "groupMembershipClaims": "All", {} }}"#, members("app"))),
        ("entra/sp.json", format!(r#"{{ "servicePrincipalType": "Application", {} }}"#, members("sp"))),
        ("entra/policy.json", policy),
        ("entra/saml.xml", saml),
        ("entra/other.json", format!("{{ {} }}", members("other"))),
        (
            "provider.json",
            format!(
                r#"{{ "name": "n", "realm": "r", "rid": "ri.x", "enabled": true, "supportedHosts": ["https:\/\/u:{}@h"],
  "supportedUsernamePatterns": ["Bearer {}0123456789", "client_secret=({}"], {} }}"#,
                secret("host"),
                secret("pattern"),
                secret("unread"),
                members("provider")
            ),
        ),
        (
            "a.test.yaml",
            format!(
                "version: 1\ntests:\n- name: client_secret={}\n  user: {{ userName: ada, password: {} }}\n  event: login\n  \
                 expect: {{ organization: A, groups: [] }}\n- name: other\n  skip: password={}\n  user: {{ userName: b }}\n  \
                 event: login\n  expect: {{ organization: A }}\n",
                secret("testname"),
                secret("testuser"),
                secret("testskip")
            ),
        ),
        (
            "baseline.json",
            format!(
                r#"{{ "version": 1, "findings": [{{ "lint": "x", "file": "y", "route": "z", "count": 1 }}], {} }}"#,
                members("baseline")
            ),
        ),
    ]
}

/// What is done to files, by their names.
type Damage = fn(&str, String) -> String;

fn cut(text: &str, percent: usize) -> String {
    text[..text.len() * percent / 100].to_owned()
}

fn broken(text: &str) -> String {
    let at = text.len() / 2 + text[text.len() / 2..].find(['\n', ',']).unwrap_or(0);
    format!("{}\n \"broken ]: }} {{\n{}", &text[..at], &text[at..])
}

fn is_data(name: &str) -> bool {
    !matches!(name, "vestibule.yaml" | "rules.yaml" | "a.test.yaml" | "baseline.json")
}

const DAMAGES: [(&str, Damage); 10] = [
    ("intact", |_, text| text),
    ("records of other types", |name, text| {
        let nested = |name| {
            let a = secret(name);
            format!(
                r#"{{ "id": "2", "password": {{ "value": "{a}" }}, "clientSecret": {{ "value": "{a}", "x": ["{a}"] }} }},
 {{ "id": "3", "userName": "q", "credentials": {{ "password": {{ "hash": {{ "value": "{a}" }} }} }}, "active": "x" }}, "#
            )
        };
        let begun = ["\"Resources\": [", "\"data\": [", "\"synchronizationRules\": ["];
        let is_record =
            matches!(name, "users.json" | "groups.json" | "f-users.json" | "f-groups.json" | "entra/schema.json");
        let begun = begun.iter().find(|begun| is_record && text.contains(**begun));
        begun.map_or(text.clone(), |begun| text.replace(begun, &format!("{begun}{}", nested("nested"))))
    }),
    ("data cut late", |name, text| if is_data(name) { cut(&text, 90) } else { text }),
    ("data cut early", |name, text| if is_data(name) { cut(&text, 45) } else { text }),
    ("data broken", |name, text| if is_data(name) { broken(&text) } else { text }),
    ("quotes lost", |name, text| if is_data(name) { text.replace("\": \"", "\": ") } else { text }),
    ("documents cut", |name, text| if is_data(name) { text } else { cut(&text, 90) }),
    ("documents broken", |name, text| if is_data(name) { text } else { broken(&text) }),
    ("a line of a document broken", |name, text| if is_data(name) { text } else { format!("{text}\n]: x\n") }),
    ("wrong keys and values", |name, text| {
        if name != "vestibule.yaml" {
            return text;
        }
        let wrong = format!(
            "clientSecret: [ \"{a}\", {{ value: {a} }} ]\nclient_secret={a}: 1\nsnapshots: {{ password: {a} }}\n\
             passwords: {{ x: {a}, y: [{{ z: {a} }}] }}\ncredentials: {a}\ntokens: [ {a} ]\nsecrets: {{ b: {a} }}\n\
             apiPassword:\n  a:\n    b:\n    - {a}\n    - c: {a}\n\
             user-intake: {{ rules: [{{ rule: a, when: 'emial eq \"client_secret={a}\"', decision: 'client_secret={a}' }}] }}\n",
            a = secret("wrong")
        );
        text.replace(
            "    name-id:",
            &format!("    authentication-method: client_secret={}\n    name-id:", secret("method")),
        ) + &wrong
    }),
];

/// The commands whose outputs are searched.
fn commands() -> Vec<Vec<&'static str>> {
    let mut commands: Vec<Vec<&str>> = Vec::new();
    for format in vestibule::report::Format::ALL {
        commands.push(vec!["lint", "--select", "preview", "--format", format.name()]);
    }
    for arguments in [
        "lint --statistics",
        "lint --diff --unsafe-fixes",
        "lint --redact",
        "lint --baseline baseline.json",
        "lint --write-baseline=written.json --format json",
        "show",
        "identity",
        "identity --format json",
        "eval --format text",
        "eval --format json",
        "eval --format csv --redact",
        "eval --groups",
        "explain ada",
        "explain ada --format json",
        "simulate --format json",
        "simulate --events log.ndjson",
        "simulate --events log.ndjson --final --format json",
        "test --verbose",
        "test --format json",
        "test --format junit",
        "init --from entra --output -",
        "init --from f-users.json --output -",
        "init --from provider.json --output -",
    ] {
        commands.push(arguments.split(' ').collect());
    }
    commands
}

/// Whether a command shows something in the form that others show it in too.
fn is_telling(command: &[&str]) -> bool {
    let spoken = command.join(" ");
    let few = [
        "text",
        "sarif",
        "lint --diff",
        "lint --baseline",
        "show",
        "identity",
        "explain",
        "events",
        "--verbose",
        "entra",
    ];
    few.iter().any(|part| spoken.contains(part))
}

fn write(folder: &Path, files: Vec<(&str, String)>, damage: Damage) {
    fs::create_dir_all(folder.join("entra")).expect("a folder");
    for (name, text) in files {
        fs::write(folder.join(name), damage(name, text)).expect("a file");
    }
}

/// What a command says on both streams.
fn said(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vestibule"));
    let output = command.current_dir(folder).env_remove("CI").env_remove("GITHUB_ACTIONS").args(arguments).output();
    let output = output.expect("it runs");
    assert!(output.status.code().is_some_and(|code| code <= 2), "{arguments:?}: {output:?}");
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}

/// The planted words in a text.
fn leaks(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let marked =
        words.filter_map(|word| word.to_lowercase().find(&MARK.to_lowercase()).map(|at| word[at..].to_owned()));
    let mut found: Vec<String> = marked.collect();
    found.sort();
    found.dedup();
    found
}

/// Fails with what leaks of a project in any state.
fn check(files: fn() -> Vec<(&'static str, String)>, commands: &[Vec<&str>]) {
    const MOST_TOLD: usize = 40;
    let mut leaked: Vec<String> = std::thread::scope(|scope| {
        let searches = DAMAGES.map(|(state, damage)| {
            // Formats differ in what they say, and not by the state of a file.
            let few: Vec<Vec<&str>> = commands.iter().filter(|command| is_telling(command)).cloned().collect();
            let commands = if state == "intact" { commands.to_vec() } else { few };
            scope.spawn(move || search(state, damage, files(), &commands))
        });
        searches.into_iter().flat_map(|search| search.join().expect("it ends")).collect()
    });
    let count = leaked.len();
    leaked.truncate(MOST_TOLD);
    assert!(leaked.is_empty(), "{count} leaks:\n{}", leaked.join("\n"));
}

#[test]
fn no_secret_of_any_artifact_reaches_any_output() {
    check(files, &commands());
}

/// The files of a project, with somebody in each.
fn people() -> Vec<(&'static str, String)> {
    let user = r#"{ "id": "zq7-id-1", "externalId": "zq7-ext-1", "userName": "zq7ada@contoso.com",
  "name": { "givenName": "Zq7given", "familyName": "Zq7family", "formatted": "Zq7given Zq7family" },
  "displayName": "Zq7given Zq7family",
  "emails": [{ "value": "zq7ada@contoso.com", "type": "work", "primary": "true" }],
  "phoneNumbers": [{ "value": "+1 555 Zq7phone" }],
  "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "employeeNumber": "Zq7number", "manager": { "value": "zq7-id-2", "displayName": "Zq7boss" } },
  "urn:example:ext:1.0:User": { "badge": "Zq7badge" },
  "active": "true" }"#;
    let config = r#"version: 1
provider: { name: p, realm: r, attribute-mapping: { provider-id: oid } }
organizations: [{ name: A }, { name: B }]
groups: { rule-based: [a] }
organization-assignment:
  users:
  - { rule: r, when: 'email eq "zq7ada@contoso.com" or email eq "zq7bob@contoso.com"', organization: A }
  fallback: B
include: [rules.yaml]
snapshot: { users: users.json, groups: groups.json }
foundry: { users: f-users.json, provider-info: f-ids.json }
entra: { exports: [entra], sources: { name-id: zq7ada@contoso.com } }
"#;
    let rules = "group-assignment:\n# zq7ada@contoso.com\n- { rule: g, when: 'userName sw \"zq7ada@contoso.com\"', groups: [a] }\n";
    let group = r#"{ "id": "g", "displayName": "G", "members": [{ "value": "zq7-id-1", "display": "Zq7given Zq7family" },
  { "value": "zq7-id-9", "display": "Zq7nobody" }] }"#;
    let foundry = r#"{ "id": "zq7-fid-1", "username": "zq7ada@contoso.com", "email": "zq7ada@contoso.com", "givenName": "Zq7given",
  "familyName": "Zq7family", "realm": "r", "attributes": { "x": ["Zq7attribute"] } }"#;
    let saml = r#"<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"><Assertion xmlns="urn:oasis:names:tc:SAML:2.0:assertion">
<Subject><NameID>zq7ada@contoso.com</NameID></Subject><AttributeStatement>
<Attribute Name="http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname"><AttributeValue>Zq7given</AttributeValue></Attribute>
</AttributeStatement></Assertion></samlp:Response>"#;
    let log = format!(
        "{{ \"method\": \"POST\", \"path\": \"/Users\", \"body\": {user}, \"status\": 201, \"response\": {user} }}"
    );
    let tests = "version: 1\ntests:\n- name: zq7ada@contoso.com signs in\n  user: { userName: zq7ada@contoso.com, name: { givenName: Zq7given }, \
                 displayName: Zq7given Zq7family }\n  event: login\n  expect: { organization: B, groups: [] }\n\
                 - name: zq7-id-1\n  user: { from: zq7-id-1 }\n  event: login\n  expect: { organization: B, groups: [] }\n";
    vec![
        ("vestibule.yaml", config.to_owned()),
        ("rules.yaml", rules.to_owned()),
        ("users.json", format!("{{ \"Resources\": [{user},\n {user},\n {}] }}", user.replace("zq7-id-1", "zq7-id-3"))),
        ("groups.json", format!("{{ \"Resources\": [{group}] }}")),
        ("f-users.json", format!("{{ \"data\": [{foundry},\n {foundry}] }}")),
        (
            "f-ids.json",
            r#"{ "data": [{ "id": "zq7-fid-1", "providerId": "zq7-pid-1" }, { "id": "zq7-fid-2", "providerId": "zq7pid2" }] }"#
                .to_owned(),
        ),
        ("log.ndjson", log.replace('\n', " ")),
        ("entra/saml.xml", saml.to_owned()),
        ("a.test.yaml", tests.to_owned()),
    ]
}

#[test]
fn nobody_in_any_artifact_is_named_where_output_is_redacted() {
    let all = commands();
    let quiet = |command: &&Vec<&str>| command[0] != "init" && !command.contains(&"--baseline");
    let mut redacted: Vec<Vec<&str>> = all.iter().filter(quiet).cloned().collect();
    for command in &mut redacted {
        command.iter_mut().filter(|word| **word == "ada").for_each(|word| *word = "zq7ada@contoso.com");
        command.retain(|word| *word != "--redact" && !word.starts_with("--write-baseline"));
        command.push("--redact");
    }
    check(people, &redacted);
}

/// What leaks of a project in one state.
fn search(state: &str, damage: Damage, files: Vec<(&str, String)>, commands: &[Vec<&str>]) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), files, damage);
    let mut leaked = Vec::new();
    for command in commands {
        let mut text = said(folder.path(), command);
        text.push_str(&fs::read_to_string(folder.path().join("written.json")).unwrap_or_default());
        let found = leaks(&text);
        if !found.is_empty() {
            leaked.push(format!("{state}, {}: {}", command.join(" "), found.join(" ")));
        }
    }
    leaked
}

#[test]
fn the_planted_project_is_sound_and_each_of_its_secrets_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), people(), DAMAGES[0].1);
    let shown = said(folder.path(), &["show", "--no-redact"]);
    assert!(shown.contains("zq7ada@contoso.com") && !shown.contains("error["), "{shown}");
    let drift = said(folder.path(), &["lint", "--no-redact", "--select", "provider-id-drift"]);
    assert!(drift.contains("zq7-pid-1"), "{drift}");
    write(folder.path(), files(), DAMAGES[0].1);
    for command in [
        "show",
        "identity",
        "eval --groups",
        "explain ada",
        "simulate",
        "init --from entra --output -",
        "init --from provider.json --output -",
    ] {
        let arguments: Vec<&str> = command.split(' ').collect();
        let mut run = Command::new(env!("CARGO_BIN_EXE_vestibule"));
        let output = run.current_dir(folder.path()).args(arguments).output().expect("it runs");
        assert_eq!(output.status.code(), Some(0), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    }
    let findings = said(folder.path(), &["lint", "--format", "concise", "--select", "secret-in-config"]);
    for (name, _) in files()
        .iter()
        .filter(|(name, _)| !["log.ndjson", "a.test.yaml", "baseline.json", "provider.json"].contains(name))
    {
        assert!(findings.contains(&format!("{name}:")), "{name}\n{findings}");
    }
}
