//! Reports of one test, for the tests of the formats.

use super::{Detail, TestFormat, TestReport};
use crate::project::{Memory, Overrides, Project};
use crate::report::Style;
use crate::source::Sources;
use crate::suite::{Coverage, Fixture, load, prepare};

const RULES: &str = r#"
version: 1
provider: { name: p }
organizations: [{ name: A }, { name: B }]
organization-assignment:
  users: [{ rule: r, when: provider.groups includes "<X>", organization: A }]
  fallback: B
"#;

/// The report of a test that is written in the middle of braces.
pub(super) fn written(test: &str, format: TestFormat) -> String {
    let text = format!("version: 1\ntests: [{{ {test} }}]\n");
    let files = Memory::from([("vestibule.yaml", RULES), ("t.test.yaml", &text)]);
    let mut sources = Sources::default();
    let project = Project::load(&files, "vestibule.yaml".as_ref(), &Overrides::default(), &mut sources);
    let loaded = load(&files, &["t.test.yaml".into()], &mut sources);
    let config = project.config.as_ref().expect("sound rules");
    let fixture = Fixture::new(&project, config);
    let (prepared, problems) = prepare(&loaded.tests, &fixture);
    assert!(loaded.problems.is_empty() && problems.is_empty(), "{:?} {problems:?}", loaded.problems);
    let mut coverage = Coverage::new(config);
    let outcomes: Vec<_> = prepared.iter().map(|test| test.run(&fixture, &mut coverage)).collect();
    let detail = Detail { tests: true, coverage: true };
    let report = TestReport {
        sources: &sources,
        outcomes: &outcomes,
        coverage: &coverage,
        files: loaded.files,
        min_coverage: None,
        detail,
        redactor: None,
    };
    let mut out = Vec::new();
    format.write(&report, Style::PLAIN, &mut out).expect("writing to memory");
    String::from_utf8(out).expect("UTF-8")
}
