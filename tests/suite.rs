//! What tests find is what the engine decides, for everybody in both examples.

use std::fmt::Write;

use vestibule::engine::{Basis, Decision};
use vestibule::project::{Disk, Memory, Overrides, Population, Project};
use vestibule::source::Sources;
use vestibule::suite::{Coverage, Fixture, load, prepare};
use vestibule::{Engine, Event};

/// A decision as the expectation that it meets. What is undetermined is expected to be so.
fn expectation(decision: &Decision) -> String {
    let organization = &decision.organization;
    let name = match (&organization.name, organization.by) {
        (Some(name), _) => format!("name: \"{name}\", "),
        (None, Basis::Undetermined) => String::new(),
        (None, _) => "name: null, ".to_owned(),
    };
    let rule = |rule: &Option<String>| rule.as_ref().map(|rule| format!(", rule: {rule}")).unwrap_or_default();
    let not_run: Vec<&str> = decision.not_run.iter().map(|not_run| not_run.rule.as_str()).collect();
    let mut expected = format!(
        "intake: {{ decision: {}, by: {}{} }}, organization: {{ {name}by: {}{} }}, not-run: [{}]",
        decision.intake.decision.as_str(),
        decision.intake.by.as_str(),
        rule(&decision.intake.rule),
        organization.by.as_str(),
        rule(&organization.rule),
        not_run.join(", "),
    );
    if decision.undetermined_groups.is_empty() {
        let groups: Vec<&str> = decision.groups.iter().map(|group| group.name.as_str()).collect();
        let _ = write!(expected, ", groups: [{}]", groups.join(", "));
    }
    expected
}

#[test]
fn a_test_made_of_a_decision_passes() {
    let mut count = 0;
    for example in ["contoso", "clean"] {
        let path = format!("{}/rules-examples/{example}/vestibule.yaml", env!("CARGO_MANIFEST_DIR"));
        let mut sources = Sources::default();
        let project = Project::load(&Disk, path.as_ref(), &Overrides::default(), &mut sources);
        let config = project.config.as_ref().expect("a configuration without errors");
        let people = Population::new(&project, config, project.snapshot.as_ref().expect("a snapshot"));
        let engine = Engine::compile(config);
        let mut text = "version: 1\ntests:\n".to_owned();
        for index in 0..people.len() {
            let person = people.person(index);
            for event in Event::ALL {
                let decision = engine.evaluate(&person, event);
                let user = format!("user: {{ from: \"{}\" }}", decision.user_name);
                let expect = format!("expect: {{ {} }}", expectation(&decision));
                let _ = writeln!(text, "  - {{ name: \"{index} at {event}\", {user}, event: {event}, {expect} }}");
                // The first event of a life leaves what it decides.
                if event == Event::ScimCreate {
                    let events = format!("events: [{{ event: scim-create, {expect} }}]");
                    let _ = writeln!(text, "  - {{ name: {index} is new, {user}, {events} }}");
                }
            }
        }
        let loaded = load(&Memory::from([("all.test.yaml", text.as_str())]), &["all.test.yaml".into()], &mut sources);
        let fixture = Fixture::new(&project, config);
        let (prepared, problems) = prepare(&loaded.tests, &fixture);
        assert!(loaded.problems.is_empty() && problems.is_empty(), "{:?} {problems:?}", loaded.problems);
        let mut coverage = Coverage::new(config);
        for test in &prepared {
            let outcome = test.run(&fixture, &mut coverage);
            assert!(outcome.passed(), "{example}, {}: {:?}", outcome.test.name.value, outcome.failures);
            count += 1;
        }
    }
    assert!(count > 350, "{count}");
}
