//! Populations and rules of `benches/generate`: vestibule takes all of them, and decides as their values say.

use std::collections::HashMap;
use std::path::Path;

use regex::Regex;
use vestibule::project::{Memory, Overrides, Population as People, Project};
use vestibule::scim::{GroupRef, User as ScimUser};
use vestibule::source::Sources;
use vestibule::{Config, Engine, Event, Person};
use vestibule_generate::{
    Condition, Mix, Operator, Population, Rule, Sections, Test, User, Value, rules, write_configuration,
};

fn yaml(sections: &Sections<'_>) -> String {
    let mut out = Vec::new();
    write_configuration(sections, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// How many rules of a mix a test takes: patterns cost milliseconds to compile without optimisation.
fn count(mix: Mix, of_the_usual: usize) -> usize {
    if mix == Mix::ControlPanel { of_the_usual } else { of_the_usual / 10 }
}

/// Whether a condition holds, by its definition.
struct Answers<'a> {
    user: &'a User,
    groups: &'a [String],
    patterns: &'a HashMap<String, Regex>,
}

impl Answers<'_> {
    fn holds(&self, condition: &Condition) -> bool {
        match condition {
            Condition::Test(test) => self.test(test),
            Condition::Not(inner) => !self.holds(inner),
            Condition::All(operands) => operands.iter().all(|operand| self.holds(operand)),
            Condition::Any(operands) => operands.iter().any(|operand| self.holds(operand)),
        }
    }

    fn values(&self, attribute: &str) -> Vec<&str> {
        let user = self.user;
        let value = match attribute {
            "provider.groups" => return self.groups.iter().map(String::as_str).collect(),
            "email" => user.email(),
            "userName" => Some(user.user_name.as_str()),
            "displayName" => Some(user.display_name.as_str()),
            "title" => user.title.as_deref(),
            "userType" => user.user_type,
            "department" => user.department.as_deref(),
            "costCenter" => user.cost_center.as_deref(),
            "organization" => user.organization.as_deref(),
            "addresses.country" => user.country,
            _ => panic!("`{attribute}` is not generated"),
        };
        value.into_iter().collect()
    }

    fn test(&self, Test { attribute, operator, value }: &Test) -> bool {
        let compare = |text: &String| {
            let text = text.to_lowercase();
            self.values(attribute).into_iter().map(str::to_lowercase).any(|value| match operator {
                Operator::Eq | Operator::In | Operator::Includes => value == text,
                Operator::Sw => value.starts_with(&text),
                Operator::Ew => value.ends_with(&text),
                Operator::Co => value.contains(&text),
                Operator::Matches => panic!("a text is no pattern"),
            })
        };
        match value {
            Value::Text(text) => compare(text),
            Value::Texts(texts) => texts.iter().any(compare),
            Value::Flag(flag) => self.user.active == *flag,
            Value::Pattern { pattern, .. } => {
                self.values(attribute).into_iter().any(|value| self.patterns[pattern].is_match(value))
            }
        }
    }
}

fn patterns(rules: &[Rule]) -> HashMap<String, Regex> {
    let tests = rules.iter().flat_map(|rule| rule.condition.tests());
    let patterns = tests.filter_map(|test| match &test.value {
        Value::Pattern { pattern, ignore_case, .. } => Some((pattern, *ignore_case)),
        Value::Text(_) | Value::Texts(_) | Value::Flag(_) => None,
    });
    let compiled = patterns.map(|(pattern, ignore_case)| {
        let flag = if ignore_case { "(?i)" } else { "" };
        (pattern.clone(), Regex::new(&format!("{flag}^(?:{pattern})$")).unwrap())
    });
    compiled.collect()
}

#[test]
fn every_rule_parses_and_type_checks() {
    let population = Population::new(21, 0, 1500);
    for (_, mix) in Mix::NAMED {
        let rules = rules(21, mix, &population, count(mix, 1500));
        let sections =
            Sections { organization: &rules, intake: &rules[..50], groups: &rules[50..100], ..Sections::default() };
        if let Err(error) = Config::parse("vestibule.yaml", &yaml(&sections)) {
            panic!("{mix:?}: {error}");
        }
    }
}

#[test]
fn users_and_groups_are_read_without_a_problem() {
    let population = Population::new(22, 300, 40);
    let rules = rules(22, Mix::ControlPanel, &population, 20);
    let sections =
        Sections { organization: &rules, snapshot: Some(("users.ndjson", "groups.ndjson")), ..Sections::default() };
    let (mut users, mut groups) = (Vec::new(), Vec::new());
    population.write_users(&mut users).unwrap();
    population.write_groups(&mut groups).unwrap();
    let mut files = Memory::default();
    files.insert("vestibule.yaml", yaml(&sections));
    files.insert("users.ndjson", users);
    files.insert("groups.ndjson", groups);
    let mut sources = Sources::default();
    let project = Project::load(&files, Path::new("vestibule.yaml"), &Overrides::default(), &mut sources);
    let problems: Vec<String> = project.problems.iter().map(|problem| problem.message.clone()).collect();
    assert_eq!(problems, [""; 0]);

    let config = project.config.as_ref().unwrap();
    let people = People::new(&project, config, project.snapshot.as_ref().unwrap());
    assert_eq!(people.len(), population.users());
}

#[test]
fn the_first_rule_that_holds_decides() {
    let population = Population::new(23, 200, 60);
    let people: Vec<(User, Vec<String>)> = (0..population.users())
        .map(|index| population.user(index))
        .map(|user| {
            let groups = population.memberships(&user).into_iter().map(|group| population.group_name(group)).collect();
            (user, groups)
        })
        .collect();
    let mut taken = 0;
    for (_, mix) in Mix::NAMED {
        let rules = rules(23, mix, &population, count(mix, 300));
        let patterns = patterns(&rules);
        let engine = Engine::compile(
            &Config::parse("vestibule.yaml", &yaml(&Sections { organization: &rules, ..Sections::default() })).unwrap(),
        );
        for (user, groups) in &people {
            let answers = Answers { user, groups, patterns: &patterns };
            let expected = rules.iter().find(|rule| answers.holds(&rule.condition)).map(|rule| rule.name.as_str());
            let mut json = Vec::new();
            user.write_scim(&mut json);
            let scim = ScimUser::from_json(std::str::from_utf8(&json).unwrap()).unwrap();
            let person = Person::new(&scim).in_provider_groups(groups.iter().map(|name| GroupRef::named(name)));
            let decision = engine.evaluate(&person, Event::Login);
            assert_eq!(decision.organization.rule.as_deref(), expected, "{mix:?}, {}", user.user_name);
            taken += usize::from(expected.is_some());
        }
    }
    assert!(taken > 50, "{taken} of {} decisions by a rule", people.len() * Mix::NAMED.len());
}
