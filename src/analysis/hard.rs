//! Rules that were built to be hard: what cannot be found out within the budget is not known, and so is not told of.

use super::{Analysis, Asked, Comparison, Goal, Newcomers, Reach, RuleId};
use crate::condition::{RuleSet, TextStyle, check, parse};
use crate::config::Config;
use crate::engine::Event;

/// There is one pigeon more.
const HOLES: usize = 8;

/// Organization rules over users, the last of which is the one in question; behind it nothing but an easy one.
fn document(conditions: &[String]) -> String {
    let rule = |(index, when): (usize, &String)| format!("  - {{ rule: r{index}, when: '{when}', organization: A }}\n");
    let rules: String = conditions.iter().enumerate().map(rule).collect();
    format!(
        "version: 1\nprovider: {{ name: p }}\norganizations: [{{ name: A }}, {{ name: B }}]\norganization-assignment:\n  \
         fallback: B\n  users:\n{rules}  - {{ rule: easy, when: userName eq \"easy\", organization: B }}\n"
    )
}

/// Rules that take whoever has two pigeons in one hole, and then one for those who have each of them in some hole: nobody
/// is left to it, which no short proof shows.
fn pigeons(sits: impl Fn(usize, usize) -> String) -> Vec<String> {
    let mut conditions = Vec::new();
    for hole in 0..HOLES {
        for one in 0..=HOLES {
            conditions.extend((0..one).map(|other| format!("{} and {}", sits(one, hole), sits(other, hole))));
        }
    }
    let somewhere = |pigeon| {
        let holes: Vec<String> = (0..HOLES).map(|hole| sits(pigeon, hole)).collect();
        format!("({})", holes.join(" or "))
    };
    let all: Vec<String> = (0..=HOLES).map(somewhere).collect();
    conditions.push(all.join(" and "));
    conditions
}

/// Texts in which so many letters stand between two, all of them at once: the automaton of each has thousands of states.
fn gaps() -> String {
    let letter = |index: usize| char::from(b'a' + (index % 26) as u8);
    let gap =
        |index: usize| format!("title matches /.*{}.{{{}}}{}.*/", letter(index), 12 + index % 7, letter(index * 7));
    (0..60).map(gap).collect::<Vec<_>>().join(" and ")
}

#[track_caller]
fn config(conditions: &[String]) -> Config {
    Config::parse("vestibule.yaml", &document(conditions)).expect("a configuration")
}

fn rule(index: usize) -> RuleId {
    RuleId { set: RuleSet::OrganizationUsers, index }
}

#[test]
fn what_is_not_found_out_within_the_budget_is_not_known() {
    let sits = |pigeon, hole| format!("emails[type eq \"{pigeon}\" and value eq \"{hole}@x.eu\"]");
    for conditions in [pigeons(sits), vec![gaps()]] {
        let config = config(&conditions);
        let analysis = Analysis::new(&config);
        assert_eq!(analysis.reach(rule(conditions.len() - 1)), Reach::Unknown);
        // The next question has a budget of its own.
        assert_eq!(analysis.reach(rule(conditions.len())), Reach::Reachable);
        assert!(!analysis.model.world.effort.is_spent());
    }
}

#[test]
fn of_a_condition_that_is_not_understood_nothing_is_claimed() {
    let config = config(&[gaps()]);
    let mut analysis = Analysis::new(&config);
    assert_eq!(analysis.can_hold(rule(0), Event::Login), None);
    assert_eq!(analysis.always_holds(rule(0)), None);
    assert_eq!(analysis.overlap(rule(1)), None);
    assert_eq!(analysis.newcomers(rule(0)), Newcomers::Unknown);
    assert_eq!(analysis.redundant_rules(RuleSet::OrganizationUsers, |_| true, |_| false), []);
    assert_eq!(analysis.redundant_parts(rule(0)), Vec::<Vec<usize>>::new());
}

#[test]
fn a_question_about_it_and_a_comparison_with_it_have_no_answer() {
    let (old, new) = (config(&[gaps()]), config(&["title pr".to_owned(), gaps()]));
    let expr = parse(&gaps(), TextStyle::Inline).expr.expect("a condition");
    let (condition, _) = check(&expr, &gaps(), old.scheme(), RuleSet::OrganizationUsers);
    let condition = condition.expect("a condition");
    let mut analysis = Analysis::new(&old);
    for goal in [Goal::Admitted, Goal::Organization("A")] {
        assert_eq!(analysis.ask(&condition, Event::Login, goal), Asked::Unknown);
    }
    // Nobody is refused, whoever they are.
    assert!(matches!(analysis.ask(&condition, Event::Login, Goal::Refused), Asked::No { .. }));
    let compared = Comparison::new(&config(&[gaps()]), &config(&[format!("{} and title pr", gaps())])).run();
    assert!(
        !compared.is_equivalent() && !compared.unknown.is_empty() && compared.differences.is_empty(),
        "{compared:?}"
    );
    assert!(Comparison::new(&new, &new).run().is_equivalent());
}
