//! The population looks like one: shares of attributes, sizes of groups, lengths of records.

use std::collections::{HashMap, HashSet};

use vestibule_generate::{Population, User};

const USERS: usize = 20_000;

fn population() -> Population {
    Population::new(11, USERS, 400)
}

fn share(users: &[User], holds: impl Fn(&User) -> bool) -> usize {
    users.iter().filter(|user| holds(user)).count() * 1000 / users.len()
}

#[test]
fn attributes_are_there_and_absent_in_these_shares() {
    let population = population();
    let users: Vec<User> = (0..USERS).map(|index| population.user(index)).collect();
    let domain =
        |user: &User| user.email().and_then(|email| email.split_once('@')).map(|(_, domain)| domain.to_lowercase());
    let shares: [(&str, usize, std::ops::Range<usize>); 12] = [
        ("inactive", share(&users, |user| !user.active), 50..70),
        ("no address", share(&users, |user| user.emails.is_empty()), 20..40),
        ("several addresses", share(&users, |user| user.emails.len() > 1), 180..240),
        (
            "ours by address",
            share(&users, |user| domain(user).is_some_and(|domain| !domain.ends_with(".example"))),
            520..600,
        ),
        ("no department", share(&users, |user| user.department.is_none()), 190..240),
        ("no title", share(&users, |user| user.title.is_none()), 100..140),
        ("no country", share(&users, |user| user.country.is_none()), 60..100),
        ("no user type", share(&users, |user| user.user_type.is_none()), 50..90),
        ("contractors", share(&users, |user| user.user_type == Some("Contractor")), 130..170),
        ("names beyond ASCII", share(&users, |user| !user.display_name.is_ascii()), 450..650),
        ("capitals in user names", share(&users, |user| user.user_name.chars().any(char::is_uppercase)), 30..80),
        ("vendors' accounts", share(&users, |user| user.user_name.starts_with("v-")), 130..190),
    ];
    for (what, per_mille, expected) in shares {
        assert!(expected.contains(&per_mille), "{what}: {per_mille} of a thousand");
    }
    let departments: HashSet<String> = users.iter().filter_map(|user| user.department.clone()).collect();
    let domains: HashSet<String> = users.iter().filter_map(domain).collect();
    assert!(departments.len() > 1000 && domains.len() > 2000, "{} {}", departments.len(), domains.len());
    let names: HashSet<String> = users.iter().map(|user| user.user_name.to_lowercase()).collect();
    let ids: HashSet<&str> = users.iter().map(|user| user.id.as_str()).collect();
    assert_eq!((names.len(), ids.len()), (USERS, USERS));
}

#[test]
fn a_user_is_in_ten_groups_and_few_groups_are_large() {
    let population = population();
    let counts: Vec<usize> = (0..USERS).map(|index| population.memberships(&population.user(index)).len()).collect();
    let total: usize = counts.iter().sum();
    assert!((8..12).contains(&(total / USERS)), "{} memberships a user", total / USERS);
    assert!(counts.iter().any(|count| *count > 40) && counts.contains(&0));
    let mut sizes: Vec<usize> = population.members().iter().map(Vec::len).collect();
    assert_eq!(sizes.iter().sum::<usize>(), total);
    sizes.sort_unstable();
    let median = sizes[sizes.len() / 2];
    assert!(sizes[sizes.len() - 1] > 8 * median, "largest {}, median {median}", sizes[sizes.len() - 1]);
}

#[test]
fn members_are_those_who_say_that_they_are() {
    let population = Population::new(11, 500, 60);
    let members: HashMap<usize, Vec<u32>> = population.members().into_iter().enumerate().collect();
    for index in 0..500 {
        let groups: Vec<usize> = (0..60).filter(|group| members[group].contains(&(index as u32))).collect();
        assert_eq!(population.memberships(&population.user(index)), groups);
    }
}

#[test]
fn records_are_about_1300_bytes() {
    let mut users = Vec::new();
    population().write_users(&mut users).unwrap();
    let mean = users.len() / USERS;
    assert!((1200..1400).contains(&mean), "{mean} bytes");
}
