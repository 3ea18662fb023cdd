//! What holds of every change of the rules.

use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

use super::{Effect, Pair, Proof, Treated};
use crate::config::Config;
use crate::engine::{Engine, Event, Person};
use crate::scim::{Fact, GroupRef, User};
use crate::simulate::{Difference, Standing};

/// Rules of a configuration, as they are written.
#[derive(Clone, Debug)]
struct Rules {
    intake: Vec<(String, &'static str)>,
    users: Vec<(String, &'static str)>,
    groups: Vec<(String, &'static str)>,
    fallback: &'static str,
}

const TESTS: [&str; 9] = [
    r#"email ew "@a.eu""#,
    r#"email ew "@b.eu""#,
    r#"userName sw "svc-""#,
    r#"title eq "Lead""#,
    "title pr",
    "active eq false",
    r#"provider.groups includes "Team""#,
    r#"provider.groups excludes "Ext""#,
    r#"department in ["Sales", "Legal"]"#,
];

fn condition() -> impl Strategy<Value = String> {
    let parts = subsequence(TESTS.to_vec(), 1..3);
    (parts, select(vec![" and ", " or "]), any::<bool>()).prop_map(|(parts, joint, negated)| {
        let text = parts.join(joint);
        if negated { format!("not ({text})") } else { text }
    })
}

fn rules() -> impl Strategy<Value = Rules> {
    let list = |outcomes: Vec<&'static str>| prop::collection::vec((condition(), select(outcomes)), 0..4);
    let parts = (list(vec!["admit", "refuse"]), list(vec!["A", "B"]), list(vec!["G", "H"]), select(vec!["A", "B"]));
    parts.prop_map(|(intake, users, groups, fallback)| Rules { intake, users, groups, fallback })
}

impl Rules {
    fn config(&self) -> Config {
        let list = |rules: &[(String, &str)], key: &str, is_list: bool| -> String {
            let rule = |(index, (when, outcome)): (usize, &(String, &str))| {
                let outcome = if is_list { format!("[{outcome}]") } else { (*outcome).to_owned() };
                format!("\n    - {{ rule: r{index}, when: '{when}', {key}: {outcome} }}")
            };
            if rules.is_empty() { " []".to_owned() } else { rules.iter().enumerate().map(rule).collect() }
        };
        let text = format!(
            "version: 1\nprovider: {{ name: p }}\norganizations: [{{ name: A }}, {{ name: B }}]\n\
             groups: {{ rule-based: [G, H] }}\nuser-intake:\n  rules:{}\norganization-assignment:\n  users:{}\n  \
             fallback: {}\ngroup-assignment:{}\n",
            list(&self.intake, "decision", false),
            list(&self.users, "organization", false),
            self.fallback,
            list(&self.groups, "groups", true),
        );
        Config::parse("vestibule.yaml", &text).expect(&text)
    }

    /// The same to everybody: rules of groups in another order, conditions in other words, and one rule more that what
    /// stands before it takes everybody from.
    fn rewritten(&self, turn: Index) -> Rules {
        let reworded = |rules: &[(String, &'static str)]| -> Vec<(String, &'static str)> {
            rules
                .iter()
                .map(|(when, outcome)| (format!("not (not ({}))", when.replace("@a.eu", "@A.eu")), *outcome))
                .collect()
        };
        let mut groups = reworded(&self.groups);
        if !groups.is_empty() {
            let middle = turn.index(groups.len());
            groups.rotate_left(middle);
        }
        let mut users = reworded(&self.users);
        if let Some(first) = users.first().cloned() {
            users.push(first);
        }
        Rules { intake: reworded(&self.intake), users, groups, fallback: self.fallback }
    }
}

fn user() -> impl Strategy<Value = (String, Vec<&'static str>)> {
    let address = select(vec!["ada@a.eu", "ada@b.eu", "ada@A.EU", "x@c.eu"]);
    let optional = |values: Vec<&'static str>| prop::option::of(select(values));
    let groups = subsequence(vec!["Team", "Ext", "team"], 0..3);
    let fields = (
        address,
        any::<bool>(),
        optional(vec!["Lead", "Temp"]),
        optional(vec!["Sales", "Other"]),
        select(vec!["", "svc-"]),
        groups,
    );
    fields.prop_map(|(address, active, title, department, start, groups)| {
        let quoted = |name: &str, value: Option<&str>| value.map(|value| format!(", \"{name}\": \"{value}\"")).unwrap_or_default();
        let enterprise = department.map(|department| {
            format!(", \"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\": {{ \"department\": \"{department}\" }}")
        });
        let text = format!(
            "{{ \"userName\": \"{start}{address}\", \"active\": {active}, \"emails\": [{{ \"value\": \"{address}\", \
             \"type\": \"work\", \"primary\": true }}]{}{} }}",
            quoted("title", title),
            enterprise.unwrap_or_default(),
        );
        (text, groups)
    })
}

/// How many of these move.
fn moved(old: &Engine, new: &Engine, users: &[(String, Vec<&'static str>)]) -> usize {
    let pair = Pair { old, new, events: Event::ALL.to_vec() };
    let mut hand = pair.hand();
    let moves = users.iter().map(|(text, groups)| {
        let user = User::from_json(text).expect(text);
        let groups = groups.iter().map(|name| GroupRef { external_id: Fact::Known(None), ..GroupRef::named(name) });
        let person = Person::new(&user).in_provider_groups(groups).internal_groups(Fact::Known(Vec::new()));
        pair.person(&mut hand, &person, &person).moved.len()
    });
    moves.sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn what_is_rewritten_without_effect_is_equivalent_and_moves_nobody(
        rules in rules(), turn in any::<Index>(), users in prop::collection::vec(user(), 8)
    ) {
        let (old, new) = (rules.config(), rules.rewritten(turn).config());
        for new in [&old, &new] {
            let engines = (Engine::compile(&old), Engine::compile(new));
            let proof = Proof::of((&old, &engines.0), (new, &engines.1));
            prop_assert!(proof.equivalent, "{:?}", proof);
            prop_assert!(proof.rules.iter().all(|rule| rule.effect == Effect::None));
            prop_assert_eq!(moved(&engines.0, &engines.1, &users), 0);
        }
    }

    #[test]
    fn nobody_moves_where_equivalence_is_proved_and_every_example_does(
        rules in rules(), other in rules(), change in any::<Index>(), users in prop::collection::vec(user(), 8)
    ) {
        // One part of the rules is another one.
        let mut new = rules.clone();
        match change.index(4) {
            0 => new.intake = other.intake,
            1 => new.users = other.users,
            2 => new.groups = other.groups,
            _ => new.fallback = other.fallback,
        }
        let (old, new) = (rules.config(), new.config());
        let engines = (Engine::compile(&old), Engine::compile(&new));
        let proof = Proof::of((&old, &engines.0), (&new, &engines.1));
        prop_assert!(!proof.equivalent || moved(&engines.0, &engines.1, &users) == 0);
        for example in &proof.differences {
            let (Treated::User(before), Treated::User(after)) = (&example.before, &example.after) else {
                return Err(TestCaseError::fail("no rule is over groups"));
            };
            let names = |standing: &crate::simulate::Standing| -> std::collections::BTreeSet<String> {
                standing.groups.iter().map(|grant| grant.name.clone()).collect()
            };
            let differs = before.intake.decision != after.intake.decision
                || before.organization.name != after.organization.name
                || names(before) != names(after);
            prop_assert!(differs, "{:?}", example);
        }
    }

    #[test]
    fn what_is_seen_at_a_glance_is_what_the_decisions_say(
        old in rules(), new in rules(), share in any::<bool>(), users in prop::collection::vec(user(), 8)
    ) {
        let new = if share { Rules { users: new.users, ..old.clone() } } else { new };
        let (old, new) = (Engine::compile(&old.config()), Engine::compile(&new.config()));
        let pair = Pair { old: &old, new: &new, events: Event::ALL.to_vec() };
        let mut hand = pair.hand();
        for (text, groups) in &users {
            let user = User::from_json(text).expect(text);
            let groups = groups.iter().map(|name| GroupRef::named(name));
            let person = Person::new(&user).in_provider_groups(groups);
            let compared = pair.person(&mut hand, &person, &person);
            let (mut moved, mut undetermined) = (Vec::new(), Vec::new());
            for event in Event::ALL.into_iter().filter(|event| event.runs_rules()) {
                let stands = |engine: &Engine| Standing::new().after(&engine.evaluate_plainly(&person, event), engine);
                let difference = Difference::between(&stands(&old), &stands(&new));
                moved.extend(difference.is_certain().then_some(event));
                undetermined.extend(difference.is_unknown().then_some(event));
            }
            prop_assert_eq!(compared.moved.iter().map(|moved| moved.event).collect::<Vec<_>>(), moved, "{}", text);
            prop_assert_eq!(compared.undetermined, undetermined, "{}", text);
        }
    }
}
