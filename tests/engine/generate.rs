//! Generated configurations and people.
//!
//! Values and operands come from one small pool with mixed case and letters beyond ASCII, so that they meet.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};
use vestibule::condition::{AttributeDefinition, Scheme, ValueType};
use vestibule::config::{self, Config};
use vestibule::source::{Severity, Sources};

pub(crate) const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
pub(crate) const EXTENSION: &str = "urn:contoso:2.0:User";

const POOL: [&str; 20] = [
    "",
    "a",
    "A",
    "ada",
    "ADA",
    "Ada Ü",
    "ada ü",
    "straße",
    "STRAẞE",
    "strasse",
    "İx",
    "ix",
    "ıx",
    "ΣΑΣ",
    "σας",
    "K",
    "k",
    "work",
    "x@contoso.eu",
    "X@Contoso.EU",
];
const PATTERNS: [&str; 12] = [
    "",
    ".*",
    "a.*",
    "[a-z]+",
    "(?i)ADA.*",
    "ada|K",
    ".*@contoso\\.eu",
    "stra.e",
    ".*a.*",
    "(?s).*(Ü|ſ|c).*",
    "k+",
    "a\\b.*",
];
const INSTANTS: [&str; 5] = [
    "2026-03-01T09:00:00+01:00",
    "2026-03-01T08:00:00Z",
    "2026-03-01T08:00:00.5Z",
    "2026-03-01T13:30:00+05:30",
    "2025-12-31T23:59:59-11:00",
];
/// Provider groups by display name and external id.
pub(crate) const GROUPS: [(&str, &str); 5] =
    [("EU-Finance", "aa"), ("eu-sales", "AA"), ("Straße", "σ"), ("K", "bb"), ("", "")];
pub(crate) const INTERNAL: [&str; 3] = ["Platform Admins", "Straße", "k"];
/// Foundry attributes: the SCIM path that their claim has its value from, and whether all values are taken.
pub(crate) const MAPPED: [(&str, &str, bool); 4] = [
    ("department", "department", false),
    ("clear ance", "title", false),
    ("tags", "tags", true),
    ("role", "roles", false),
];

pub(crate) fn text() -> impl Strategy<Value = String> {
    prop_oneof![3 => select(&POOL[..]).prop_map(str::to_owned), 1 => "[aAßẞsİiıσςΣKk.é]{0,3}"]
}

/// The rules of a configuration.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    pub(crate) intake: Vec<Rule<bool>>,
    pub(crate) admits_by_default: bool,
    pub(crate) organizations: Vec<Rule<usize>>,
    pub(crate) fallback: Option<usize>,
    pub(crate) groups: Vec<Rule<usize>>,
    /// Which mapped attributes say where their value is from.
    pub(crate) paths: [bool; 4],
}

#[derive(Clone, Debug)]
pub(crate) struct Rule<O> {
    pub(crate) name: String,
    pub(crate) when: String,
    pub(crate) enabled: bool,
    pub(crate) outcome: O,
}

impl Rules {
    pub(crate) fn yaml(&self) -> String {
        fn written<O>(rules: &[Rule<O>], outcome: impl Fn(&O) -> String) -> String {
            let rule = |rule: &Rule<O>| {
                let (name, when, enabled) = (&rule.name, json!(rule.when), rule.enabled);
                format!("\n    - {{ rule: {name}, when: {when}, enabled: {enabled}, {} }}", outcome(&rule.outcome))
            };
            if rules.is_empty() { " []".to_owned() } else { rules.iter().map(rule).collect() }
        }
        let mapped = MAPPED.iter().zip(self.paths).map(|((name, path, all), has_path)| {
            let path = if has_path { format!(", scim: {path}") } else { String::new() };
            format!("      {name}: {{ claim: {name}, type: {}{path} }}\n", if *all { "array" } else { "string" })
        });
        let mapped: String = mapped.collect();
        let intake = written(&self.intake, |admits| format!("decision: {}", admission(*admits)));
        let organizations = written(&self.organizations, |number| format!("organization: O{number}"));
        let fallback = self.fallback.map(|number| format!("  fallback: O{number}\n")).unwrap_or_default();
        let groups = written(&self.groups, |number| format!("groups: [G{number}, G{}]", (number + 1) % 4));
        let default = admission(self.admits_by_default);
        format!(
            "version: 1\nprovider:\n  name: p\n  attribute-mapping:\n    attributes:\n{mapped}\
             organizations: [{{ name: O0 }}, {{ name: O1 }}, {{ name: O2 }}]\n\
             groups: {{ rule-based: [G0, G1, G2, G3] }}\n\
             user-intake:\n  default: {default}\n  rules:{intake}\n\
             organization-assignment:\n{fallback}  users:{organizations}\n\
             group-assignment:{groups}\n"
        )
    }

    pub(crate) fn config(&self) -> Config {
        let yaml = self.yaml();
        let mut sources = Sources::default();
        let (root, mut problems) = sources.add_document("vestibule.yaml", yaml.as_bytes());
        let reading = config::read(&sources, root, &[]);
        problems.extend(reading.problems);
        let (config, more) = reading.draft.expect("a draft").check(scheme());
        problems.extend(more);
        problems.retain(|problem| problem.severity == Severity::Error);
        assert!(problems.is_empty(), "{problems:#?}\n{yaml}");
        config
    }
}

fn admission(admits: bool) -> &'static str {
    if admits { "admit" } else { "refuse" }
}

/// The schemas of the RFC and an extension with attributes of other types.
fn scheme() -> Scheme {
    let mut scheme = Scheme::new();
    let tags = AttributeDefinition { multi_valued: true, ..AttributeDefinition::simple("tags", ValueType::Text) };
    let simple = AttributeDefinition::simple;
    let attributes = vec![tags, simple("level", ValueType::Number), simple("remote", ValueType::Boolean)];
    scheme.add_extension(EXTENSION, attributes);
    scheme
}

/// A few rules of each set.
pub(crate) fn rules() -> impl Strategy<Value = Rules> {
    rules_up_to([3, 5, 10])
}

/// So many rules that some are the same, some ask for the same, and some are out of reach.
pub(crate) fn many_rules() -> impl Strategy<Value = Rules> {
    rules_up_to([12, 40, 40])
}

fn rules_up_to([intake, organizations, groups]: [usize; 3]) -> impl Strategy<Value = Rules> {
    fn list<O: Clone + std::fmt::Debug + 'static>(
        internal: bool,
        outcome: BoxedStrategy<O>,
        most: usize,
    ) -> impl Strategy<Value = Vec<Rule<O>>> {
        let rule = (condition(internal), prop::bool::weighted(0.9), outcome);
        prop::collection::vec(rule, 0..most).prop_map(|rules| {
            let numbered = rules.into_iter().enumerate();
            numbered
                .map(|(number, (when, enabled, outcome))| Rule { name: format!("r{number}"), when, enabled, outcome })
                .collect()
        })
    }
    (
        list(false, any::<bool>().boxed(), intake),
        prop::bool::weighted(0.8),
        list(true, (0..3_usize).boxed(), organizations),
        prop::option::of(0..3_usize),
        list(false, (0..4_usize).boxed(), groups),
    )
        .prop_map(|(intake, admits_by_default, organizations, fallback, groups)| Rules {
            intake,
            admits_by_default,
            organizations,
            fallback,
            groups,
            paths: [true; 4],
        })
}

/// A condition of every form there is. Internal groups are an input of organization rules only.
pub(crate) fn condition(internal: bool) -> BoxedStrategy<String> {
    let mut leaves = vec![atom().boxed(), atom().boxed(), atom().boxed(), group_atom("provider.groups").boxed()];
    leaves.push(group_atom("provider.groups.externalId").boxed());
    leaves.push(select(&["true", "false"][..]).prop_map(str::to_owned).boxed());
    if internal {
        leaves.push(group_atom("internal.groups").boxed());
    }
    let leaf = proptest::strategy::Union::new(leaves);
    let connected = leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|inner| format!("not ({inner})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) and ({b})")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("({a}) or ({b})")),
        ]
    });
    connected.boxed()
}

fn quoted(text: &str) -> String {
    json!(text).to_string()
}

/// A path in some case.
fn spelled(path: &'static str) -> impl Strategy<Value = String> {
    select(&[0, 1, 2][..]).prop_map(move |case| match case {
        0 => path.to_owned(),
        1 => path.to_ascii_uppercase(),
        _ => path.to_ascii_lowercase(),
    })
}

/// What can be asked of strings.
fn text_question() -> impl Strategy<Value = String> {
    let operators = select(&["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le", "EQ", "Ne"][..]);
    prop_oneof![
        4 => (operators, text()).prop_map(|(operator, text)| format!("{operator} {}", quoted(&text))),
        1 => prop::collection::vec(text(), 1..4).prop_map(|texts| {
            format!("in [{}]", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
        }),
        1 => pattern().prop_map(|pattern| format!("matches {pattern}")),
        1 => select(&["pr", "eq null", "ne null"][..]).prop_map(str::to_owned),
    ]
}

fn pattern() -> impl Strategy<Value = String> {
    (select(&PATTERNS[..]), any::<bool>())
        .prop_map(|(pattern, ignore_case)| format!("/{pattern}/{}", if ignore_case { "i" } else { "" }))
}

fn membership() -> impl Strategy<Value = String> {
    let operand = prop_oneof![text().prop_map(|text| quoted(&text)), pattern()];
    (any::<bool>(), operand)
        .prop_map(|(includes, operand)| format!("{} {operand}", if includes { "includes" } else { "excludes" }))
}

fn group_atom(path: &'static str) -> impl Strategy<Value = String> {
    let names = GROUPS.iter().flat_map(|(name, id)| [*name, *id]).chain(INTERNAL).collect::<Vec<_>>();
    let name = prop_oneof![select(names.clone()).prop_map(str::to_owned), text()];
    let named = (select(&["includes", "excludes", "eq", "sw", "ew", "co"][..]), name.clone())
        .prop_map(|(operator, name)| format!("{operator} {}", quoted(&name)));
    let listed = (name.clone(), name).prop_map(|(a, b)| format!("in [{}, {}]", quoted(&a), quoted(&b)));
    let question = prop_oneof![
        3 => named,
        1 => membership(),
        1 => listed,
        1 => pattern().prop_map(|pattern| format!("matches {pattern}")),
        1 => Just("pr".to_owned()),
    ];
    (spelled(path), question).prop_map(|(path, question)| format!("{path} {question}"))
}

fn atom() -> impl Strategy<Value = String> {
    let single = select(
        &[
            "userName",
            "externalId",
            "id",
            "displayName",
            "nickName",
            "title",
            "name.givenName",
            "name.familyName",
            "name.formatted",
            "department",
            "costCenter",
            "manager",
            "manager.displayName",
            "email",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
            "urn:ietf:params:scim:schemas:core:2.0:User:name.givenName",
        ][..],
    );
    let several = select(
        &["emails", "emails.value", "emails.type", "roles", "roles.value", "tags", "urn:contoso:2.0:User:tags"][..],
    );
    let foundry = select(
        &[
            "attributes.department",
            "attributes.\"clear ance\"",
            "attributes.tags",
            "attributes.role",
            "attributes.\"multipass:email:primary\"",
            "attributes.\"multipass:given-name\"",
        ][..],
    );
    prop_oneof![
        4 => (single.prop_flat_map(spelled), text_question()).prop_map(|(path, question)| format!("{path} {question}")),
        3 => (several.prop_flat_map(spelled), prop_oneof![3 => text_question().boxed(), 1 => membership().boxed()])
            .prop_map(|(path, question)| format!("{path} {question}")),
        2 => (foundry, text_question()).prop_map(|(path, question)| format!("{path} {question}")),
        1 => membership().prop_map(|question| format!("attributes.tags {question}")),
        1 => boolean_atom(),
        1 => number_atom(),
        1 => instant_atom(),
        1 => select(&["name pr", "emails pr", "roles eq null", "manager pr", "NAME ne null"][..]).prop_map(str::to_owned),
        2 => element_atom(),
    ]
}

fn boolean_atom() -> impl Strategy<Value = String> {
    let question = select(&["eq true", "eq false", "ne true", "ne false", "in [true]", "pr", "eq null"][..]);
    (select(&["active", "remote", "emails.primary"][..]).prop_flat_map(spelled), question)
        .prop_map(|(path, question)| format!("{path} {question}"))
}

fn number_atom() -> impl Strategy<Value = String> {
    let operators = select(&["eq", "ne", "gt", "ge", "lt", "le"][..]);
    (operators, select(&["0", "7", "7.0", "-1e1", "6.5"][..]))
        .prop_map(|(operator, number)| format!("level {operator} {number}"))
}

fn instant_atom() -> impl Strategy<Value = String> {
    let operators = select(&["eq", "ne", "gt", "ge", "lt", "le"][..]);
    (operators, select(&INSTANTS[..]))
        .prop_map(|(operator, instant)| format!("meta.created {operator} {}", quoted(instant)))
}

fn element_atom() -> impl Strategy<Value = String> {
    let sub = || select(&["value", "type", "TYPE", "display"][..]);
    let inner = || {
        prop_oneof![
            3 => (sub(), text_question()).prop_map(|(sub, question)| format!("{sub} {question}")),
            1 => select(&["primary eq true", "primary ne true", "primary pr", "true"][..]).prop_map(str::to_owned),
        ]
    };
    let filter = prop_oneof![
        2 => inner(),
        1 => inner().prop_map(|inner| format!("not ({inner})")),
        1 => (inner(), inner()).prop_map(|(a, b)| format!("{a} and {b}")),
        1 => (inner(), inner()).prop_map(|(a, b)| format!("{a} or {b}")),
    ];
    let attribute = select(&["emails", "roles", "Emails"][..]);
    prop_oneof![
        3 => (attribute.clone(), filter.clone()).prop_map(|(attribute, filter)| format!("{attribute}[{filter}]")),
        1 => (attribute, filter, sub(), text_question())
            .prop_map(|(attribute, filter, sub, question)| format!("{attribute}[{filter}].{sub} {question}")),
        1 => text_question().prop_map(|question| format!("name[givenName {question} or familyName pr]")),
    ]
}

/// A user of whom everything is known: absent in one of several ways, or there.
pub(crate) fn user() -> impl Strategy<Value = Value> {
    let synced = (text(), optional(text_value()), any::<bool>(), optional(text_value()), optional(name()), elements());
    let core = (optional(text_value()), optional(text_value()), elements(), optional(created()));
    let extensions = (enterprise(), contoso());
    let shout = prop::bool::weighted(0.2);
    (synced, core, extensions, shout).prop_map(|(synced, core, extensions, shout)| {
        let (user_name, external_id, active, display_name, name, emails) = synced;
        let (title, nick_name, roles, created) = core;
        let mut user = Map::new();
        user.insert("id".to_owned(), json!("u1"));
        user.insert("userName".to_owned(), json!(user_name));
        user.insert("active".to_owned(), json!(active));
        insert(&mut user, "externalId", external_id);
        insert(&mut user, "displayName", display_name);
        insert(&mut user, "name", name);
        insert(&mut user, "emails", emails);
        insert(&mut user, "title", title);
        insert(&mut user, "nickName", nick_name);
        insert(&mut user, "roles", roles);
        insert(&mut user, "meta", created);
        insert(&mut user, ENTERPRISE, extensions.0);
        insert(&mut user, EXTENSION, extensions.1);
        let spell = |name: String| if shout { name.to_ascii_uppercase() } else { name };
        Value::Object(user.into_iter().map(|(name, value)| (spell(name), value)).collect())
    })
}

fn insert(object: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    object.extend(value.map(|value| (name.to_owned(), value)));
}

fn optional(value: impl Strategy<Value = Value> + 'static) -> BoxedStrategy<Option<Value>> {
    prop_oneof![4 => value.prop_map(Some), 1 => Just(None), 1 => Just(Some(Value::Null))].boxed()
}

fn text_value() -> impl Strategy<Value = Value> {
    text().prop_map(Value::from)
}

fn object(fields: Vec<(&'static str, BoxedStrategy<Option<Value>>)>) -> impl Strategy<Value = Value> {
    let fields: Vec<_> =
        fields.into_iter().map(|(name, value)| value.prop_map(move |value| (name, value)).boxed()).collect();
    fields.prop_map(|fields| {
        let mut object = Map::new();
        fields.into_iter().for_each(|(name, value)| insert(&mut object, name, value));
        Value::Object(object)
    })
}

fn name() -> impl Strategy<Value = Value> {
    object(vec![
        ("givenName", optional(text_value())),
        ("familyName", optional(text_value())),
        ("formatted", optional(text_value())),
    ])
}

/// The values of a multi-valued attribute, none of them twice primary.
fn elements() -> BoxedStrategy<Option<Value>> {
    let element = object(vec![
        ("value", prop_oneof![8 => optional(text_value()), 1 => Just(None)].boxed()),
        ("type", optional(select(&["work", "WORK", "home", "ada"][..]).prop_map(Value::from))),
        ("display", optional(text_value())),
    ]);
    let primary = prop::option::of(0..3_usize);
    let elements = (prop::collection::vec(element, 0..3), primary).prop_map(|(mut elements, primary)| {
        if let Some(Value::Object(element)) = primary.and_then(|primary| elements.get_mut(primary)) {
            element.insert("primary".to_owned(), json!(true));
        }
        Value::Array(elements)
    });
    optional(elements)
}

fn created() -> impl Strategy<Value = Value> {
    object(vec![("created", optional(select(&INSTANTS[..]).prop_map(Value::from)))])
}

fn enterprise() -> BoxedStrategy<Option<Value>> {
    let manager = object(vec![("value", optional(text_value())), ("displayName", optional(text_value()))]);
    optional(object(vec![
        ("department", optional(text_value())),
        ("costCenter", optional(text_value())),
        ("manager", optional(manager)),
    ]))
}

fn contoso() -> BoxedStrategy<Option<Value>> {
    let tags = prop::collection::vec(prop_oneof![5 => text_value().boxed(), 1 => Just(Value::Null).boxed()], 0..3);
    optional(object(vec![
        ("level", optional(select(&[0.0, 7.0, 6.5, -10.0][..]).prop_map(Value::from))),
        ("remote", optional(any::<bool>().prop_map(Value::from))),
        ("tags", optional(tags.prop_map(Value::from))),
    ]))
}

/// Some of the provider groups.
pub(crate) fn provider_groups() -> impl Strategy<Value = Vec<(&'static str, &'static str)>> {
    subsequence(&GROUPS[..], 0..=GROUPS.len())
}

/// Some of the internal groups.
pub(crate) fn internal_groups() -> impl Strategy<Value = Vec<&'static str>> {
    subsequence(&INTERNAL[..], 0..=INTERNAL.len())
}
