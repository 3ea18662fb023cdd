//! Indexes, batches and what is used again decide what trying one rule after the other decides.

use proptest::prelude::*;
use vestibule::engine::{Decision, Engine, Event, Person, Ruling};
use vestibule::scim::{Fact, User};

use crate::generate;
use crate::laws::{Life, hidden, life, settings};

/// What a ruling says by names is what its decision says.
fn check_ruling(ruling: &Ruling<'_>, expected: &Decision) -> Result<(), TestCaseError> {
    prop_assert_eq!(&ruling.decision(), expected);
    prop_assert_eq!(ruling.intake(), expected.intake.decision);
    prop_assert_eq!(ruling.intake_rule(), expected.intake.rule.as_deref());
    prop_assert_eq!(ruling.organization(), expected.organization.name.as_deref());
    prop_assert_eq!(ruling.organization_by(), expected.organization.by);
    prop_assert_eq!(ruling.organization_rule(), expected.organization.rule.as_deref());
    prop_assert_eq!(ruling.not_run(), expected.not_run.len());
    let mut groups: Vec<&str> = ruling.groups().collect();
    groups.sort_unstable();
    groups.dedup();
    let mut granted: Vec<&str> = expected.groups.iter().map(|grant| &*grant.name).collect();
    granted.sort_unstable();
    prop_assert_eq!(groups, granted);
    Ok(())
}

fn people<'p>(lives: &'p [Life], users: &'p [User]) -> impl Iterator<Item = Person<'p>> {
    lives.iter().zip(users).map(|(life, user)| {
        let person = Person::new(user).in_provider_groups(life.groups());
        person.internal_groups(Fact::Known(life.internal.clone())).foundry_attributes(Fact::Known(&life.foundry))
    })
}

proptest! {
    #![proptest_config(settings(96))]

    /// Some forty rules, six people and four events a case: with the next law, some 10^5 verdicts.
    #[test]
    fn whatever_is_known_an_index_changes_no_decision(
        rules in generate::many_rules(),
        lives in prop::array::uniform6(life()),
        hidden in hidden(),
    ) {
        let engine = hidden.engine(&rules);
        // One for all, so that what one person leaves would show in the next.
        let mut evaluator = engine.evaluator();
        for life in &lives {
            for event in Event::ALL {
                hidden.with_person(life, |person| {
                    let expected = engine.evaluate_plainly(person, event);
                    prop_assert_eq!(&engine.evaluate(person, event), &expected);
                    check_ruling(&evaluator.evaluate(person, event), &expected)
                })?;
            }
        }
    }

    #[test]
    fn a_batch_decides_on_each_person_as_if_alone(
        rules in generate::many_rules(),
        lives in prop::collection::vec(life(), 0..12),
    ) {
        let engine = Engine::compile(&rules.config());
        let users: Vec<User> = lives.iter().map(Life::user).collect();
        let mut evaluator = engine.evaluator();
        for event in Event::ALL {
            let mut batch = evaluator.batch(event);
            people(&lives, &users).for_each(|person| batch.push(person));
            prop_assert_eq!(batch.len(), lives.len());
            // In any order.
            for (index, person) in people(&lives, &users).enumerate().collect::<Vec<_>>().into_iter().rev() {
                check_ruling(&batch.ruling(index), &engine.evaluate_plainly(&person, event))?;
            }
        }
    }
}
