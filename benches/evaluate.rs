//! Rules read and compiled, and people decided on: one at a time, in batches, and by trying one rule after the other.
//!
//! `cargo bench --bench evaluate`. The figures are for a whole population; the throughput tells people a second.

use std::hint::black_box;
use std::path::Path;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use vestibule::project::{Memory, Overrides, Population as People, Project};
use vestibule::source::Sources;
use vestibule::{Config, Engine, Event, Person};
use vestibule_generate::{Mix, Population, Rule, Sections, rules, write_configuration};

const USERS: usize = 10_000;
const GROUPS: usize = 1_000;
const RULES: [usize; 3] = [10, 1_000, 10_000];

fn yaml(organization: &[Rule]) -> String {
    let mut out = Vec::new();
    let sections = Sections { organization, ..Sections::default() };
    write_configuration(&sections, &mut out).expect("memory takes it");
    String::from_utf8(out).expect("UTF-8")
}

fn project(population: &Population, organization: &[Rule]) -> Project {
    let mut memory = Memory::default();
    let text = |write: &dyn Fn(&mut Vec<u8>)| {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).expect("UTF-8")
    };
    memory.insert("vestibule.yaml", yaml(organization));
    memory.insert("users.ndjson", text(&|out| population.write_users(out).expect("memory takes it")));
    memory.insert("groups.ndjson", text(&|out| population.write_groups(out).expect("memory takes it")));
    let overrides = Overrides {
        users: Some(vec!["users.ndjson".into()]),
        groups: Some(vec!["groups.ndjson".into()]),
        ..Overrides::default()
    };
    Project::load(&memory, Path::new("vestibule.yaml"), &overrides, &mut Sources::default())
}

/// How long the rules take from YAML to a program.
fn load(criterion: &mut Criterion) {
    let population = Population::new(1, USERS, GROUPS);
    let mut group = criterion.benchmark_group("load");
    group.sample_size(10);
    for count in RULES {
        let text = yaml(&rules(1, Mix::ControlPanel, &population, count));
        group.throughput(Throughput::Elements(count as u64));
        group.bench_with_input(BenchmarkId::new("parse and check", count), &text, |bencher, text| {
            bencher.iter(|| Config::parse("vestibule.yaml", black_box(text)).expect("sound rules"));
        });
        let config = Config::parse("vestibule.yaml", &text).expect("sound rules");
        group.bench_with_input(BenchmarkId::new("compile", count), &config, |bencher, config| {
            bencher.iter(|| Engine::compile(black_box(config)));
        });
    }
}

fn decide(criterion: &mut Criterion, name: &str, mix: Mix, counts: &[usize], plain_up_to: usize) {
    let population = Population::new(1, USERS, GROUPS);
    let mut group = criterion.benchmark_group(name);
    group.sample_size(10).throughput(Throughput::Elements(USERS as u64));
    for &count in counts {
        let project = project(&population, &rules(1, mix, &population, count));
        let config = project.config.as_ref().expect("sound rules");
        let people = People::new(&project, config, project.snapshot.as_ref().expect("a snapshot"));
        let people: Vec<Person<'_>> = (0..people.len()).map(|index| people.person(index)).collect();
        let engine = Engine::compile(config);
        let mut evaluator = engine.evaluator();
        group.bench_function(BenchmarkId::new("one by one", count), |bencher| {
            bencher.iter(|| {
                people.iter().filter(|person| evaluator.evaluate(person, Event::Login).organization().is_some()).count()
            });
        });
        let mut batch = evaluator.batch(Event::Login);
        people.iter().for_each(|person| batch.push(person.clone()));
        group.bench_function(BenchmarkId::new("batch", count), |bencher| {
            bencher.iter(|| (0..batch.len()).filter(|&index| batch.ruling(index).organization().is_some()).count());
        });
        if count <= plain_up_to {
            group.bench_function(BenchmarkId::new("plainly", count), |bencher| {
                bencher.iter(|| {
                    let decide = |person| engine.evaluate_plainly(person, Event::Login).organization.name.is_some();
                    people.iter().filter(|person| decide(person)).count()
                });
            });
        }
    }
}

fn control_panel(criterion: &mut Criterion) {
    decide(criterion, "control panel", Mix::ControlPanel, &RULES, 1_000);
}

fn unselective(criterion: &mut Criterion) {
    decide(criterion, "unselective", Mix::Unselective, &[10, 1_000], 1_000);
}

criterion_group!(benches, load, control_panel, unselective);
criterion_main!(benches);
