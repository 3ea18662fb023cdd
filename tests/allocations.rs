//! What an evaluation allocates once it is warm: nothing.

use vestibule::scim::{Fact, GroupRef, User};
use vestibule::{Config, Engine, Event, Person};
use vestibule_generate::{Mix, Population, Sections, rules, write_configuration};

/// Two hundred people and a thousand rules.
fn world() -> (Engine, Vec<User>, Vec<Vec<String>>) {
    let population = Population::new(7, 200, 50);
    let organization = rules(7, Mix::ControlPanel, &population, 1000);
    let sections = Sections { organization: &organization, ..Sections::default() };
    let mut yaml = Vec::new();
    write_configuration(&sections, &mut yaml).expect("memory takes it");
    let yaml = String::from_utf8(yaml).expect("UTF-8");
    let engine = Engine::compile(&Config::parse("vestibule.yaml", &yaml).expect("sound rules"));
    let mut users = Vec::new();
    let mut groups = Vec::new();
    for index in 0..population.users() {
        let user = population.user(index);
        let mut json = Vec::new();
        user.write_scim(&mut json);
        users.push(User::from_json(&String::from_utf8(json).expect("UTF-8")).expect("a user"));
        groups.push(population.memberships(&user).into_iter().map(|group| population.group_name(group)).collect());
    }
    (engine, users, groups)
}

#[test]
fn a_warm_evaluator_allocates_nothing() {
    let (engine, users, groups) = world();
    let none = std::collections::BTreeMap::new();
    let people: Vec<Person<'_>> = users
        .iter()
        .zip(&groups)
        .map(|(user, groups)| {
            let person = Person::new(user).in_provider_groups(groups.iter().map(|name| GroupRef::named(name)));
            person.foundry_attributes(Fact::Known(&none)).internal_groups(Fact::Known(Vec::new()))
        })
        .collect();
    let mut evaluator = engine.evaluator();
    let mut evaluate_all = || {
        let mut with_an_organization = 0;
        for event in Event::ALL {
            for person in &people {
                let ruling = evaluator.evaluate(person, event);
                with_an_organization += usize::from(ruling.organization().is_some());
                with_an_organization += ruling.groups().count() + ruling.not_run();
            }
        }
        with_an_organization
    };
    let first = evaluate_all();
    assert!(first > 600, "{first}");
    let mut second = 0;
    let allocated = allocation_counter::measure(|| second = evaluate_all());
    assert_eq!((second, allocated.count_total), (first, 0));
}

#[test]
fn what_allocates_is_counted() {
    let allocated = allocation_counter::measure(|| drop(vec![1_u8, 2, 3]));
    assert_eq!(allocated.count_total, 1);
}
