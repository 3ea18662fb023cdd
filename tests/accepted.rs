//! What is accepted stays accepted, whatever moves; what is new is found; what is mended is told.

use std::collections::BTreeSet;

use proptest::prelude::*;
use vestibule::lint::{Baseline, Covered, Linted, run_and_keep};
use vestibule::project::{Memory, Overrides, Project};
use vestibule::source::{Sources, SuppressedBy};

/// A mistake that a project can hold, each at one rule, user or group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Mistake {
    OrChain(usize),
    AnyAddress(usize),
    Word(usize),
    NoExternalId(usize),
    StringActive(usize),
    TwoPrimaries(usize),
    HiddenCharacter(usize),
    Twin(usize),
    FallsThrough(usize),
    Dangling(usize),
    Nested(usize),
    OtherGroupId(usize),
    TwinGroup(usize),
}

impl Mistake {
    const EACH: [fn(usize) -> Mistake; 13] = [
        Mistake::OrChain,
        Mistake::AnyAddress,
        Mistake::Word,
        Mistake::NoExternalId,
        Mistake::StringActive,
        Mistake::TwoPrimaries,
        Mistake::HiddenCharacter,
        Mistake::Twin,
        Mistake::FallsThrough,
        Mistake::Dangling,
        Mistake::Nested,
        Mistake::OtherGroupId,
        Mistake::TwinGroup,
    ];

    fn lint(self) -> &'static str {
        match self {
            Mistake::OrChain(_) => "or-chain",
            Mistake::AnyAddress(_) => "non-primary-email",
            Mistake::Word(_) => "yaml-1-1-boolean",
            Mistake::NoExternalId(_) => "missing-external-id",
            Mistake::StringActive(_) => "string-boolean",
            Mistake::TwoPrimaries(_) => "several-primary-emails",
            Mistake::HiddenCharacter(_) => "invisible-characters",
            Mistake::Twin(_) => "duplicate-user-name",
            Mistake::FallsThrough(_) => "fallthrough-at-create",
            Mistake::Dangling(_) => "dangling-member",
            Mistake::Nested(_) => "nested-group",
            Mistake::OtherGroupId(_) => "group-external-id-differs",
            Mistake::TwinGroup(_) => "ambiguous-group-name",
        }
    }
}

/// How many rules, users and groups there are.
const EACH: usize = 4;

/// A project with some mistakes, written in a way that the seed tells.
fn written(mistakes: &BTreeSet<Mistake>, seed: u64) -> Memory {
    let mut dice = Dice(seed);
    let mut files = Memory::default();
    let has = |mistake: Mistake| mistakes.contains(&mistake);
    let mut users: Vec<String> = (0..EACH).map(|n| user(n, &has)).collect();
    users.extend((0..EACH).filter(|n| has(Mistake::Twin(*n))).map(twin));
    let mut groups: Vec<String> = (0..EACH).map(|n| group(n, &has)).collect();
    groups.extend((0..EACH).filter(|n| has(Mistake::TwinGroup(*n))).map(|n| {
        record("Group", &format!(r#""id":"tg{n}","displayName":"group {n}","externalId":"group {n}","members":[]"#))
    }));
    let stranded: Vec<String> =
        (0..EACH).filter(|n| has(Mistake::FallsThrough(*n))).map(|n| format!(r#"{{"value":"u{n}"}}"#)).collect();
    groups.push(record(
        "Group",
        &format!(
            r#""id":"fin","displayName":"Fin","externalId":"Fin","members":[{}]"#,
            dice.shuffled(stranded).join(",")
        ),
    ));
    let users = dice.shuffled(users);
    let (first, second) = users.split_at(dice.below(users.len()));
    let names = if dice.below(2) == 0 { ["a.json", "b.json"] } else { ["page-2.json", "page-1.json"] };
    files.insert(names[0], dice.list(first));
    files.insert(names[1], dice.list(second));
    let groups = dice.shuffled(groups);
    files.insert("groups.json", dice.list(&groups));
    let mut document = format!(
        "version: 1\nprovider: {{ name: contoso, attribute-mapping: {{ provider-id: oid }} }}\ngroups: {{ rule-based: [G] }}\n\
         snapshot: {{ users: [{}, {}], groups: groups.json }}\nlint:\n  select: [{}]\n",
        names[0],
        names[1],
        Mistake::EACH.map(|make| make(0).lint()).join(", ")
    );
    let words = ["no", "yes", "on", "off"].iter().enumerate().map(|(n, word)| match has(Mistake::Word(n)) {
        true => format!("  - {{ name: {word} }}\n"),
        false => format!("  - {{ name: \"{word}\" }}\n"),
    });
    let organizations =
        [vec!["  - { name: A }\n".to_owned(), "  - { name: B }\n".to_owned()], words.collect()].concat();
    document.push_str(&format!("organizations:\n{}", dice.scattered(organizations)));
    document.push_str(
        "organization-assignment:\n  users:\n  - { rule: fin, when: provider.groups includes \"Fin\", organization: A }\n  \
         fallback: B\n",
    );
    let mut rules: Vec<String> = (0..EACH).map(|n| rule(n, &has)).collect();
    rules.extend((0..dice.below(3)).map(|n| format!("  - {{ rule: more-{n}, when: title pr, groups: [G] }}\n")));
    document.push_str(&format!("group-assignment:\n{}", dice.scattered(rules)));
    files.insert("vestibule.yaml", document);
    files
}

fn rule(n: usize, has: &impl Fn(Mistake) -> bool) -> String {
    let mut when = format!("userName eq \"p{n}\"");
    if has(Mistake::OrChain(n)) {
        when.push_str(" and (nickName eq \"a\" or nickName eq \"b\")");
    }
    if has(Mistake::AnyAddress(n)) {
        when.push_str(" and emails.value sw \"p\"");
    }
    format!("  - rule: r{n}\n    when: '{when}'\n    groups: [G]\n")
}

fn record(schema: &str, members: &str) -> String {
    format!(r#"{{"schemas":["urn:ietf:params:scim:schemas:core:2.0:{schema}"],{members}}}"#)
}

fn user(n: usize, has: &impl Fn(Mistake) -> bool) -> String {
    let hidden = if has(Mistake::HiddenCharacter(n)) { "\u{200b}" } else { "" };
    let mut members = format!(r#""id":"u{n}","userName":"p{n}@x.eu","displayName":"P{hidden} {n}""#);
    members.push_str(if has(Mistake::StringActive(n)) { r#","active":"True""# } else { r#","active":true"# });
    if !has(Mistake::NoExternalId(n)) {
        members.push_str(&format!(r#","externalId":"e{n}""#));
    }
    let second = has(Mistake::TwoPrimaries(n));
    members.push_str(&format!(
        r#","emails":[{{"value":"p{n}@x.eu","primary":true}},{{"value":"q{n}@x.eu","primary":{second}}}]"#
    ));
    record("User", &members)
}

fn twin(n: usize) -> String {
    record("User", &format!(r#""id":"t{n}","userName":"P{n}@x.eu","active":true,"externalId":"t{n}""#))
}

fn group(n: usize, has: &impl Fn(Mistake) -> bool) -> String {
    let mut members = vec![];
    members.extend(has(Mistake::Dangling(n)).then_some(r#"{"value":"gone"}"#));
    members.extend(has(Mistake::Nested(n)).then_some(r#"{"value":"fin"}"#));
    let id = if has(Mistake::OtherGroupId(n)) { "0b1c44e9" } else { "Group" };
    record(
        "Group",
        &format!(r#""id":"g{n}","displayName":"Group {n}","externalId":"{id} {n}","members":[{}]"#, members.join(",")),
    )
}

/// What a seed decides.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end.max(1)
    }

    fn shuffled(&mut self, mut items: Vec<String>) -> Vec<String> {
        (1..items.len()).rev().for_each(|n| items.swap(n, self.below(n + 1)));
        items
    }

    fn list(&mut self, records: &[String]) -> String {
        let lines = ["", "\n", "\n\n  "][self.below(3)];
        format!("[{lines}{}{lines}]", records.join(&format!(",{lines}")))
    }

    /// Items in any order, with comments and empty lines between them.
    fn scattered(&mut self, items: Vec<String>) -> String {
        let between = ["", "\n", "  # a comment\n", "  # two\n\n"];
        self.shuffled(items).into_iter().map(|item| format!("{}{item}", between[self.below(4)])).collect()
    }
}

fn lint(files: &Memory) -> (Linted, Sources) {
    let mut sources = Sources::default();
    let project = Project::load(files, "vestibule.yaml".as_ref(), &Overrides::default(), &mut sources);
    assert!(project.config.is_some(), "{:#?}", project.problems);
    (run_and_keep(&project, &sources), sources)
}

/// What is left beside a baseline, by lint, and how much of which lint is stale.
fn beside(baseline: &str, files: &Memory) -> (Vec<String>, Vec<String>) {
    let (mut linted, mut sources) = lint(files);
    let (file, problems) = sources.add_document("baseline.json", baseline.as_bytes());
    assert!(problems.is_empty());
    let (mut baseline, problems) = Baseline::read(&sources, file);
    assert!(problems.is_empty(), "{problems:#?}");
    baseline.part(&mut linted, &sources, str::to_owned);
    let stale = baseline.stale(|_| Covered::Yes);
    let left = linted.findings.iter().map(|finding| format!("{}: {}", finding.lint, finding.message)).collect();
    (left, stale.into_iter().map(|problem| problem.message).collect())
}

fn baseline_of(files: &Memory) -> String {
    let (linted, _) = lint(files);
    serde_json::to_string(&Baseline::of(&linted.findings, str::to_owned)).unwrap()
}

fn mistake() -> impl Strategy<Value = Mistake> {
    (0..Mistake::EACH.len(), 0..EACH).prop_map(|(kind, at)| Mistake::EACH[kind](at))
}

#[test]
fn every_mistake_is_one_finding() {
    let none = written(&BTreeSet::new(), 1);
    assert_eq!(beside(&baseline_of(&none), &none), (vec![], vec![]));
    assert!(lint(&none).0.findings.is_empty());
    for make in Mistake::EACH {
        let (linted, _) = lint(&written(&BTreeSet::from([make(1)]), 1));
        let found: Vec<&str> = linted.findings.iter().map(|finding| finding.lint).collect();
        assert_eq!(found, [make(1).lint()]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn what_moves_stays_accepted(
        mistakes in prop::collection::btree_set(mistake(), 0..20), before in any::<u64>(), after in any::<u64>(),
    ) {
        let baseline = baseline_of(&written(&mistakes, before));
        prop_assert_eq!(beside(&baseline, &written(&mistakes, after)), (vec![], vec![]));
        prop_assert_eq!(&baseline, &baseline_of(&written(&mistakes, after)), "the file is the same");
    }

    #[test]
    fn what_is_new_is_found(
        mut mistakes in prop::collection::btree_set(mistake(), 0..20), new in mistake(), before in any::<u64>(), after in any::<u64>(),
    ) {
        mistakes.remove(&new);
        let baseline = baseline_of(&written(&mistakes, before));
        mistakes.insert(new);
        let (left, stale) = beside(&baseline, &written(&mistakes, after));
        prop_assert!(left.len() == 1 && left[0].starts_with(new.lint()), "{:?} {:?}", new, left);
        prop_assert!(stale.is_empty(), "{:?}", stale);
    }

    #[test]
    fn what_is_mended_is_told(
        mut mistakes in prop::collection::btree_set(mistake(), 0..20), mended in mistake(), before in any::<u64>(), after in any::<u64>(),
    ) {
        mistakes.insert(mended);
        let baseline = baseline_of(&written(&mistakes, before));
        mistakes.remove(&mended);
        let (left, stale) = beside(&baseline, &written(&mistakes, after));
        prop_assert!(left.is_empty(), "{:?}", left);
        prop_assert!(stale.len() == 1 && stale[0].contains(&format!("`{}`", mended.lint())), "{:?} {:?}", mended, stale);
    }

    #[test]
    fn fingerprints_stay_and_differ(
        mistakes in prop::collection::btree_set(mistake(), 0..20), before in any::<u64>(), after in any::<u64>(),
    ) {
        let prints = |seed| {
            let (linted, _) = lint(&written(&mistakes, seed));
            let mut prints: Vec<String> = linted.findings.into_iter().map(|finding| finding.fingerprint).collect();
            prints.sort();
            prints
        };
        let prints_before = prints(before);
        prop_assert!(prints_before.is_sorted_by(|a, b| a < b), "two share one");
        prop_assert_eq!(prints_before, prints(after));
    }
}

/// A mistake of a family of lints, and what mends it.
struct Example {
    lint: &'static str,
    files: &'static [(&'static str, &'static str)],
    /// The file, and the line in it, where a comment can stand; none in JSON.
    line: Option<(&'static str, &'static str)>,
    /// What an entry of `lint.allow` says of it.
    entry: &'static str,
    /// What is written instead, and where.
    mended: (&'static str, &'static str, &'static str),
}

const HEAD: &str = "version: 1\nprovider: { name: x, attribute-mapping: { provider-id: oid } }\n";
const PLAIN: &str = "organizations: [{ name: A }]\norganization-assignment: { default: A }\n";

const EXAMPLES: [Example; 6] = [
    Example {
        lint: "yaml-1-1-boolean",
        files: &[("vestibule.yaml", "organizations:\n  - name: no\norganization-assignment: { default: 'no' }\n")],
        line: Some(("vestibule.yaml", "  - name: no")),
        entry: "route: organizations",
        mended: ("vestibule.yaml", "name: no", "name: 'no'"),
    },
    Example {
        lint: "or-chain",
        files: &[
            ("vestibule.yaml", "include: [rules.yaml]\n"),
            (
                "rules.yaml",
                "user-intake:\n  rules:\n  - rule: a\n    when: |\n      title pr or\n      nickName eq \"a\" or nickName eq \
                 \"b\"\n    decision: refuse\n  default: admit\n",
            ),
        ],
        line: Some(("rules.yaml", "    when: |")),
        entry: "file: rules.yaml, route: 'user-intake.rules[\"a\"]'",
        mended: ("rules.yaml", " or nickName eq \"b\"", ""),
    },
    Example {
        lint: "add-only-flow",
        files: &[
            ("vestibule.yaml", "entra: { exports: [schema.json] }\n"),
            (
                "schema.json",
                r#"{ "synchronizationRules": [ { "objectMappings": [ { "sourceObjectName": "User",
                "targetObjectName": "urn:ietf:params:scim:schemas:core:2.0:User", "flowTypes": "Add, Update",
                "attributeMappings": [ { "targetAttributeName": "externalId", "matchingPriority": 1,
                "source": { "expression": "[objectId]" } } ] } ] } ] }"#,
            ),
        ],
        line: None,
        entry: "file: schema.json, route: synchronizationRules",
        mended: ("schema.json", "Add, Update", "Add, Update, Delete"),
    },
    Example {
        lint: "dangling-member",
        files: &[
            ("vestibule.yaml", "snapshot: { users: users.json, groups: groups.json }\n"),
            ("users.json", r#"[{ "id": "1", "userName": "ada", "externalId": "e1" }]"#),
            (
                "groups.json",
                r#"[{ "id": "g", "displayName": "G", "externalId": "G", "members": [{ "value": "404" }] }]"#,
            ),
        ],
        line: None,
        entry: "file: groups.json, route: '[\"g\"].members'",
        mended: ("groups.json", "404", "1"),
    },
    Example {
        lint: "missing-external-id",
        files: &[
            ("vestibule.yaml", "snapshot: { users: users.json }\n"),
            (
                "users.json",
                r#"[{ "id": "1", "userName": "ada", "externalId": "e1" }, { "id": "2", "userName": "bo", "title": "x" },
                { "id": "3", "userName": "cy", "title": "x" }]"#,
            ),
        ],
        line: None,
        entry: "file: users.json",
        mended: ("users.json", "\"title\": \"x\"", "\"externalId\": \"e2\""),
    },
    Example {
        lint: "fallthrough-at-create",
        files: &[
            (
                "vestibule.yaml",
                "organizations: [{ name: A }, { name: B }]\nsnapshot: { users: users.json, groups: groups.json }\n\
                 organization-assignment:\n  users:\n  - rule: fin\n    when: provider.groups includes \"Fin\"\n    \
                 organization: A\n  fallback: B\n",
            ),
            ("users.json", r#"[{ "id": "1", "userName": "ada", "externalId": "e1" }]"#),
            (
                "groups.json",
                r#"[{ "id": "g", "displayName": "Fin", "externalId": "Fin", "members": [{ "value": "1" }] }]"#,
            ),
        ],
        line: Some(("vestibule.yaml", "    when: provider.groups includes \"Fin\"")),
        entry: "route: 'organization-assignment.users[\"fin\"]'",
        mended: ("groups.json", "{ \"value\": \"1\" }", ""),
    },
];

/// The ways to accept a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Line,
    LineAbove,
    File,
    Entry,
    Baseline,
}

impl Example {
    fn project(&self, way: Way, is_mended: bool) -> Memory {
        let mut files = Memory::default();
        for (name, text) in self.files {
            let mut text = (*text).to_owned();
            if is_mended && *name == self.mended.0 {
                assert!(text.contains(self.mended.1));
                text = text.replace(self.mended.1, self.mended.2);
            }
            if *name == "vestibule.yaml" {
                text.insert_str(0, HEAD);
                text.push_str(if text.contains("organizations:") { "" } else { PLAIN });
                text.push_str(&format!("lint:\n  select: [{}]\n", self.lint));
                if way == Way::Entry {
                    text.push_str(&format!("  allow: [{{ lint: {}, reason: known, {} }}]\n", self.lint, self.entry));
                }
            }
            if let Some((_, line)) = self.line.filter(|(file, _)| file == name) {
                text = self.commented(&text, line, way);
            }
            files.insert(*name, text);
        }
        files
    }

    fn commented(&self, text: &str, line: &str, way: Way) -> String {
        let lint = self.lint;
        // The line may be mended.
        let head = line.split(" no").next().unwrap_or(line);
        let with = |line: &str| match way {
            Way::Line => format!("{line} # vestibule: allow {lint}, known\n"),
            Way::LineAbove => format!("  # vestibule: allow {lint}, known\n{line}\n"),
            _ => format!("{line}\n"),
        };
        let lines = text.lines().map(|one| if one.starts_with(head) { with(one) } else { format!("{one}\n") });
        let whole: String = lines.collect();
        if way == Way::File { format!("# vestibule: allow-file {lint}, known\n{whole}") } else { whole }
    }
}

#[test]
fn each_way_accepts_what_lints_of_each_family_find_and_tells_when_it_is_not_needed() {
    for example in &EXAMPLES {
        for way in [Way::Line, Way::LineAbove, Way::File, Way::Entry, Way::Baseline] {
            let is_comment = !matches!(way, Way::Entry | Way::Baseline);
            if is_comment && example.line.is_none() {
                continue;
            }
            let what = format!("{} by {way:?}", example.lint);
            let (project, mended) = (example.project(way, false), example.project(way, true));
            if way == Way::Baseline {
                let baseline = baseline_of(&project);
                assert_eq!(beside(&baseline, &project), (vec![], vec![]), "{what}");
                let (left, stale) = beside(&baseline, &mended);
                assert_eq!((left, stale.len()), (vec![], 1), "{what}");
                continue;
            }
            let (linted, _) = lint(&project);
            assert!(linted.findings.is_empty(), "{what}: {:#?}", linted.findings);
            let [accepted] = &linted.suppressed[..] else { panic!("{what}: {:#?}", linted.suppressed) };
            assert_eq!((accepted.finding.lint, accepted.reason.as_deref()), (example.lint, Some("known")), "{what}");
            assert_eq!(accepted.by == SuppressedBy::Comment, is_comment, "{what}");
            let left: Vec<&str> = lint(&mended).0.findings.iter().map(|finding| finding.lint).collect();
            assert_eq!(left, ["unused-suppression"], "{what}");
        }
    }
}

/// A project in which one fact takes the place of another, at the place that a lint finds: `@` is where.
struct Changed {
    lint: &'static str,
    files: Vec<(&'static str, String)>,
    facts: [&'static str; 2],
}

/// One of a document and one more file.
fn changed(lint: &'static str, document: &str, file: (&'static str, &str), facts: [&'static str; 2]) -> Changed {
    let document = ("vestibule.yaml", document.to_owned());
    Changed { lint, files: vec![document, (file.0, file.1.to_owned())], facts }
}

/// Of a rule that gives a group.
fn rule_when(lint: &'static str, facts: [&'static str; 2]) -> Changed {
    let document = "groups: { rule-based: [G] }\ngroup-assignment:\n- rule: a\n  when: |\n    @\n  groups: [G]\n";
    Changed { lint, files: vec![("vestibule.yaml", document.to_owned())], facts }
}

/// The same beside a snapshot of one person in one group.
fn rule_over_people(lint: &'static str, facts: [&'static str; 2]) -> Changed {
    let mut changed = rule_when(lint, facts);
    let people = [
        ("users.json", r#"[{ "id": "1", "userName": "ada", "title": "x" }]"#),
        ("groups.json", r#"[{ "id": "g", "displayName": "Fin", "externalId": "Fin", "members": [{ "value": "1" }] }]"#),
    ];
    changed.files[0].1.push_str("snapshot: { users: users.json, groups: groups.json }\n");
    changed.files.extend(people.map(|(file, text)| (file, text.to_owned())));
    changed
}

/// Of the mappings of users or groups in a synchronization schema: targets and what is sent.
fn mapped(
    lint: &'static str,
    document: &str,
    kind: &str,
    mappings: &[(&str, &str)],
    facts: [&'static str; 2],
) -> Changed {
    let mapping = |(target, expression): &(&str, &str)| {
        format!(
            r#"{{ "targetAttributeName": "{target}", "matchingPriority": 0, "source": {{ "expression": "{expression}" }} }}"#
        )
    };
    let mappings: Vec<String> = mappings.iter().map(mapping).collect();
    exported(
        lint,
        document,
        &format!(r#""sourceObjectName": "{kind}", "attributeMappings": [{}]"#, mappings.join(", ")),
        facts,
    )
}

fn exported(lint: &'static str, document: &str, mapping: &str, facts: [&'static str; 2]) -> Changed {
    let schema = format!(r#"{{ "synchronizationRules": [{{ "objectMappings": [{{ {mapping} }}] }}] }}"#);
    changed(lint, &format!("entra: {{ exports: [schema.json]{document} }}\n"), ("schema.json", &schema), facts)
}

fn scoped(lint: &'static str, clause: &str, facts: [&'static str; 2]) -> Changed {
    let other = r#"{ "clauses": [{ "operatorName": "EQUALS", "sourceOperandName": "city", "targetOperand": { "values": ["x"] } }] }"#;
    let other = if lint == "scope-widened-by-or" { format!(", {other}") } else { String::new() };
    let scope = format!(r#""scope": {{ "groups": [{{ "clauses": [{{ {clause} }}] }}{other}] }}"#);
    exported(lint, "", &format!(r#""sourceObjectName": "User", "attributeMappings": [], {scope}"#), facts)
}

fn of_job(lint: &'static str, job: &str, facts: [&'static str; 2]) -> Changed {
    changed(lint, "entra: { exports: [job.json] }\n", ("job.json", job), facts)
}

fn each_changed() -> Vec<Changed> {
    const SOURCES: &str = ", sources: { claims: { oid: user.objectid }, groups-claim: group.displayname }";
    const SETTINGS: &str =
        r#"[{ "key": "SyncNotificationSettings", "value": "{\"DeleteThresholdEnabled\":@,\"Recipients\":\"\"}" }]"#;
    const PROPERTIES: &str = r#"{ "groupMembershipClaims": "SecurityGroup", "optionalClaims": { "saml2Token": [{ "name": "groups",
        "additionalProperties": ["sam_account_name", "@"] }] } }"#;
    vec![
        // Conditions.
        rule_when("ambiguous-anchoring", ["title matches /a+b/", "nickName matches /a+b/"]),
        rule_when("case-sensitive-pattern", ["email matches /^a.*$/", "userName matches /^a.*$/"]),
        rule_when("confusable-characters", ["title eq \"Fin\u{430}nce\"", "title eq \"M\u{430}rk\""]),
        rule_when("look-alike-word", ["title eq \"\u{441}\u{435}\u{43e} A\"", "title eq \"\u{441}\u{435}\u{43e} B\""]),
        rule_when("literal-pattern", ["title matches /abc/", "nickName matches /abc/"]),
        rule_when("non-primary-email", ["emails.value ew \"@x.eu\"", "emails.value sw \"p\""]),
        rule_when("or-chain", ["title eq \"a\" or title eq \"b\"", "title eq \"a\" or title eq \"c\""]),
        rule_when("pattern-outside-control-panel", ["title eq \"a\" or nickName pr", "title eq \"b\" or nickName pr"]),
        rule_when("unescaped-metacharacter", ["email matches /^a@contoso.com$/", "email matches /^a@fabrikam.com$/"]),
        rule_when(
            "vacuous-exclusion-at-create",
            ["provider.groups excludes \"A\"", "provider.groups excludes \"A\" and provider.groups excludes \"B\""],
        ),
        rule_over_people("unmatched-rule", ["userName eq \"nobody\"", "userName eq \"none\""]),
        rule_over_people(
            "unknown-provider-group",
            ["provider.groups includes \"X\"", "provider.groups includes \"Y\""],
        ),
        changed(
            "provider-group-at-create",
            "organization-assignment:\n  users: [{ rule: o, when: '@', organization: B }]\n  fallback: A\norganizations: [{ name: A }, \
             { name: B }]\n",
            ("unused.json", "[]"),
            ["provider.groups includes \"A\"", "provider.groups includes \"B\""],
        ),
        changed(
            "intake-on-unavailable-input",
            "user-intake: { rules: [{ rule: i, when: '@', decision: admit }], default: refuse }\n",
            ("unused.json", "[]"),
            ["provider.groups includes \"A\"", "provider.groups includes \"B\""],
        ),
        // Mappings.
        mapped("broken-active-mapping", "", "User", &[("active", "@")], ["\\\"True\\\"", "[IsSoftDeleted]"]),
        mapped("fragile-expression", "", "User", &[("displayName", "@")], ["Switch([a], \\\"x\\\")", "tolower([a])"]),
        mapped("group-claim-mismatch", SOURCES, "Group", &[("displayName", "@")], ["[mailNickname]", "[mail]"]),
        mapped(
            "group-external-id-mismatch",
            "",
            "Group",
            &[("externalId", "@"), ("displayName", "[displayName]")],
            ["[objectId]", "[mailNickname]"],
        ),
        mapped(
            "lossy-external-id",
            "",
            "User",
            &[("externalId", "@")],
            ["ToLower([objectId])", "Mid([objectId], 1, 3)"],
        ),
        mapped("lossy-external-id", "", "User", &[("externalId", "@")], ["\\\"a\\\"", "\\\"b\\\""]),
        mapped("mutable-external-id", "", "User", &[("externalId", "@")], ["[mailNickname]", "[mail]"]),
        mapped(
            "provider-id-mismatch",
            SOURCES,
            "User",
            &[("externalId", "@")],
            ["[employeeId]", "[extensionAttribute1]"],
        ),
        mapped("unavailable-source", "", "User", &[("title", "@")], ["[userType]", "[samAccountName]"]),
        exported(
            "wrong-matching-precedence",
            "",
            r#""sourceObjectName": "User", "attributeMappings": [
                { "targetAttributeName": "userName", "matchingPriority": 1, "source": { "expression": "[mail]" } },
                { "targetAttributeName": "externalId", "matchingPriority": 2, "source": { "expression": "[objectId]" } },
                { "targetAttributeName": "title", "matchingPriority": @, "source": { "expression": "[jobTitle]" } }]"#,
            ["0", "3"],
        ),
        // Scopes.
        scoped(
            "null-out-of-scope",
            r#""operatorName": "NOT EQUALS", "sourceOperandName": "@", "targetOperand": { "values": ["x"] }"#,
            ["department", "country"],
        ),
        scoped(
            "scope-widened-by-or",
            r#""operatorName": "NOT EQUALS", "sourceOperandName": "department", "targetOperand": { "values": ["@"] }"#,
            ["x", "y"],
        ),
        scoped(
            "unanchored-scope",
            r#""operatorName": "REGEX MATCH", "sourceOperandName": "department", "targetOperand": { "values": ["@"] }"#,
            ["Fin", "Leg"],
        ),
        scoped(
            "unsupported-scope",
            r#""operatorName": "EQUALS", "sourceOperandName": "@", "targetOperand": { "values": ["x"] }"#,
            ["manager", "userType"],
        ),
        // Jobs and applications.
        of_job("gallery-app-provisioning", r#"{ "id": "@.1.2", "schedule": {}, "status": {} }"#, ["slack", "zoom"]),
        of_job("no-deletion-threshold", SETTINGS, ["false", "true"]),
        of_job(
            "provisioning-off",
            r#"{ "id": "scim.1", "schedule": {}, "status": { "code": "@" } }"#,
            ["Paused", "Quarantine"],
        ),
        of_job(
            "stale-provisioning",
            r#"{ "id": "scim.1", "schedule": { "state": "Active" }, "status": { "code": "Active",
                "lastExecution": { "timeEnded": "2026-03-09T08:00:00Z" },
                "lastSuccessfulExecution": { "timeEnded": "@" } } }"#,
            ["2026-03-01T08:00:00Z", "2026-03-05T08:00:00Z"],
        ),
        of_job(
            "secret-in-config",
            r#"{ "id": "scim.1", "schedule": { "clientSecret": "@" }, "status": { "code": "Active" } }"#,
            ["abcdEFGH1234567", "zzzzEFGH7654321"],
        ),
        of_job(
            "several-account-names",
            PROPERTIES,
            ["dns_domain_and_sam_account_name", "netbios_domain_and_sam_account_name"],
        ),
    ]
}

#[test]
fn another_fact_at_the_same_place_is_reported() {
    let mut swallowed = Vec::new();
    for Changed { lint: name, files, facts } in each_changed() {
        let [before, after] = facts.map(|fact| {
            let mut project = Memory::default();
            for (file, text) in &files {
                let mut text = text.replace('@', fact);
                if *file == "vestibule.yaml" {
                    text = format!("{HEAD}{text}{}", if text.contains("organizations:") { "" } else { PLAIN });
                    text.push_str(&format!("lint: {{ select: [{name}] }}\n"));
                }
                project.insert(*file, text);
            }
            project
        });
        let baseline = baseline_of(&before);
        assert_eq!(beside(&baseline, &before), (vec![], vec![]), "{name}");
        let found = lint(&before).0.findings.iter().any(|finding| finding.lint == name);
        let (left, _) = beside(&baseline, &after);
        if !found || left.len() != 1 || !left[0].starts_with(name) {
            swallowed.push((name, facts, left));
        }
    }
    assert!(swallowed.is_empty(), "{swallowed:#?}");
}
