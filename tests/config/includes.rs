//! Files that a document includes.

use std::fs;
use std::path::{Path, PathBuf};

use vestibule::project::{Disk, Files, Memory, Overrides, Project};
use vestibule::source::{Sources, sort};

use crate::said::Said;

const HEAD: &str = "version: 1\nprovider: { name: x }\norganizations: [{ name: A }]\ngroups: { rule-based: [G] }\n";

fn including(include: &str) -> String {
    format!("{HEAD}include: {include}\n")
}

fn group_rule(name: &str) -> String {
    format!("group-assignment:\n  - {{ rule: {name}, when: true, groups: [G] }}\n")
}

/// The names of the group rules that come together.
fn rules(said: &Said) -> Vec<&str> {
    let config = said.project.config.as_ref().expect("a configuration");
    config.group_assignment.iter().flatten().map(|rule| rule.name.as_str()).collect()
}

#[track_caller]
fn check(include: &str, files: &[(&str, &str)], expected: &[&str]) {
    let document = including(include);
    let mut all = vec![("p/vestibule.yaml", document.as_str())];
    all.extend(files);
    assert_eq!(Said::of_files(&all).lines(), expected, "{include}");
}

#[test]
fn files_count_in_the_order_listed_and_those_of_a_pattern_in_byte_order() {
    let document = format!("{}{}", including("[last.yaml, rules/*.yaml, rules/deep/**/*.yaml]"), group_rule("own"));
    let files = ["last", "rules/b", "rules/a", "rules/B", "rules/ä", "rules/deep/er/x", "rules/deep/c"];
    let files: Vec<(String, String)> =
        files.map(|path| (format!("p/{path}.yaml"), group_rule(path.rsplit('/').next().unwrap_or(path)))).to_vec();
    let mut all = vec![("p/vestibule.yaml", document.as_str())];
    all.extend(files.iter().map(|(path, content)| (path.as_str(), content.as_str())));
    let said = Said::of_files(&all);
    assert_eq!(said.lines(), [""; 0]);
    assert_eq!(rules(&said), ["own", "last", "B", "a", "b", "ä", "c", "x"]);
}

#[test]
fn patterns_choose_by_name_and_pass_over_hidden_files() {
    let matching = |pattern: &str| {
        let document = including(&format!("['{pattern}']"));
        let names = ["a1", "a2", "b1", ".hidden"];
        let files: Vec<(String, String)> = names.map(|name| (format!("r/{name}.yaml"), group_rule(name))).to_vec();
        let mut all = vec![("vestibule.yaml", document.as_str()), ("r/.git/c.yaml", "x"), ("s/a3.txt", "x")];
        all.extend(files.iter().map(|(path, content)| (path.as_str(), content.as_str())));
        rules(&Said::of_files(&all)).join(" ")
    };
    assert_eq!(matching("r/*.yaml"), "a1 a2 b1");
    assert_eq!(matching("r/a?.yaml"), "a1 a2");
    assert_eq!(matching("r/[ab]1.yaml"), "a1 b1");
    assert_eq!(matching("r/{b1,a2}.yaml"), "a2 b1");
    assert_eq!(matching("r/**"), "a1 a2 b1".to_owned());
    assert_eq!(matching("*/a1.yaml"), "a1");
    assert_eq!(matching("./r/a1.yaml"), "a1");
    assert_eq!(matching("r/../r/a1.yaml"), "a1");
}

#[test]
fn a_file_is_taken_once() {
    let (a, b) = (group_rule("a"), group_rule("b"));
    // A pattern may cover what was put first.
    let document = including("[r/b.yaml, r/*.yaml]");
    let said = Said::of_files(&[("vestibule.yaml", &document), ("r/a.yaml", &a), ("r/b.yaml", &b)]);
    assert_eq!((said.lines(), rules(&said)), (vec![], vec!["b", "a"]));
    let document = including("[r/a.yaml, ./r/a.yaml, r/b.yaml, r/a.yaml]");
    let said = Said::of_files(&[("vestibule.yaml", &document), ("r/a.yaml", &a), ("r/b.yaml", &b)]);
    assert_eq!((said.lines(), rules(&said)), (vec![], vec!["a", "b"]));
}

#[test]
fn a_pattern_that_names_no_file_is_said() {
    let a = group_rule("a");
    let files = [("p/r/a.yaml", a.as_str()), ("q/secret.yaml", "x")];
    let check = |include: &str, expected: &str| check(include, &files, &[expected]);
    check("[b.yaml]", "invalid-include [b.yaml] the included file `b.yaml` cannot be read: there is no such file");
    check("[r]", "invalid-include [r] a folder is included");
    check("[r/*.yml]", "invalid-include [r/*.yml] no file matches `r/*.yml`");
    check("[s/*.yaml]", "invalid-include [s/*.yaml] no file matches `s/*.yaml`");
    check(
        "['r/[a.yaml']",
        "invalid-include ['r/[a.yaml'] `r/[a.yaml` is not a glob: unclosed character class; missing ']'",
    );
    check("[vestibule.yaml]", "invalid-include [vestibule.yaml] the document includes itself");
    check("['*.yaml']", "invalid-include ['*.yaml'] the document includes itself");
    check(
        "[../q/secret.yaml]",
        "invalid-include [../q/secret.yaml] `../q/secret.yaml` leads out of the project's folder",
    );
    check("[../q/*.yaml]", "invalid-include [../q/*.yaml] `../q/*.yaml` leads out of the project's folder");
    check("[../nothing.yaml]", "invalid-include [../nothing.yaml] `../nothing.yaml` leads out of the project's folder");
    check(
        "[r/../../q/secret.yaml]",
        "invalid-include [r/../../q/secret.yaml] `r/../../q/secret.yaml` leads out of the project's folder",
    );
    check("r/a.yaml", "type-mismatch [r/a.yaml] `include` takes a list of strings, and this is a string");
    check("[5]", "type-mismatch [5] each item of `include` is a string, and this is a number");
}

#[test]
fn a_folder_that_may_not_be_read_is_said() {
    struct Locked(Memory);
    impl Files for Locked {
        fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
            self.0.read(path)
        }
        fn list(&self, folder: &Path) -> std::io::Result<Option<Vec<PathBuf>>> {
            if folder.ends_with("locked") {
                Err(std::io::ErrorKind::PermissionDenied.into())
            } else {
                self.0.list(folder)
            }
        }
        fn resolve(&self, path: &Path) -> std::io::Result<PathBuf> {
            self.0.resolve(path)
        }
    }
    let check = |pattern: &str, expected: &[String]| {
        let rule = group_rule("r");
        let document = including(&format!("['{pattern}']"));
        let files = [("p/vestibule.yaml", document.as_str()), ("p/locked/a.yaml", &rule), ("p/open/b.yaml", &rule)];
        let mut sources = Sources::default();
        let path = Path::new("p/vestibule.yaml");
        let project = Project::load(&Locked(Memory::from(files)), path, &Overrides::default(), &mut sources);
        let messages: Vec<&str> = project.problems.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(messages, expected, "{pattern}");
    };
    let denied = |pattern: &str| [format!("`locked` cannot be searched for `{pattern}`: permission is denied")];
    for pattern in ["locked/*.yaml", "locked/**/*.yaml", "lock*/*.yaml", "**/*.yaml"] {
        check(pattern, &denied(pattern));
    }
    // What is not meant need not be read.
    check("*/b.yaml", &[]);
    check("open/*.yaml", &[]);
    check("none/*.yaml", &["no file matches `none/*.yaml`".to_owned()]);
}

#[test]
fn an_included_file_holds_rules_only() {
    check(
        "[a.yaml]",
        &[("p/a.yaml", "provider: { name: y }\n")],
        &["unknown-key [provider] `provider` stands in an included file, which holds rules only"],
    );
    check(
        "[a.yaml]",
        &[("p/a.yaml", "include: [b.yaml]\nversion: 1\n")],
        &[
            "unknown-key [include] `include` stands in an included file, which holds rules only",
            "unknown-key [version] `version` stands in an included file, which holds rules only",
        ],
    );
    check(
        "[a.yaml]",
        &[("p/a.yaml", "user-intak: {}\n")],
        &["unknown-key [user-intak] an included file has no key `user-intak`"],
    );
    check(
        "[a.yaml]",
        &[("p/a.yaml", "- rule: r\n")],
        &["type-mismatch [- rule: r] the document is a mapping, and this is a list"],
    );
    // Rules may be about to come.
    check("[a.yaml, b.yaml]", &[("p/a.yaml", ""), ("p/b.yaml", "# none yet\n")], &[]);
}

#[test]
fn what_is_wrong_in_an_included_file_is_said_there() {
    let document = including("[a.yaml]");
    let rules =
        "group-assignment:\n  - { rule: r, when: titel pr, groups: [G] }\n  - { rule: s, when: true, groups: [H] }\n";
    let said = Said::of_files(&[("p/vestibule.yaml", &document), ("p/a.yaml", rules)]);
    assert_eq!(said.places(), ["unknown-attribute p/a.yaml:2:22", "unknown-group p/a.yaml:3:37"]);
    assert_eq!(said.findings[0].primary().route, "group-assignment[0].when");
}

#[test]
fn a_first_match_set_stands_in_one_file() {
    let check = |first: &str, second: &str, expected: &[&str]| {
        let document = format!("{}{first}\n", including("[a.yaml]"));
        let said = Said::of_files(&[("vestibule.yaml", &document), ("a.yaml", second)]);
        assert_eq!(said.places(), expected, "{first}\n{second}");
        said
    };
    let users = "organization-assignment:\n  users: [{ rule: r, when: title pr, organization: A }]\n";
    let groups = "organization-assignment:\n  groups: [{ rule: r, when: true, organizations: [A] }]\n";
    let intake = "user-intake: { rules: [{ rule: r, when: title pr, decision: admit }] }\n";
    let said = check(users, users, &["split-rule-set a.yaml:2:3"]);
    let locations: Vec<_> =
        said.findings[0].locations.iter().map(|place| (place.file.as_str(), place.start.line)).collect();
    assert_eq!(locations, [("a.yaml", 2), ("vestibule.yaml", 7)]);
    assert_eq!(
        said.findings[0].message,
        "`organization-assignment.users` stands in two files, so the order of its rules is not clear"
    );
    check(groups, groups, &["split-rule-set a.yaml:2:3"]);
    check(intake, intake, &["split-rule-set a.yaml:1:1"]);
    check("organization-assignment: { default: A }", users, &["split-rule-set a.yaml:2:3"]);
    // A fallback belongs to its rules. One mistake makes one problem.
    check("organization-assignment: { fallback: A }", users, &["split-rule-set a.yaml:2:3"]);
    check(users, "organization-assignment: { fallback: A }", &["split-rule-set a.yaml:1:1"]);
    // Two sets are two sets.
    let said = check(users, groups, &[]);
    let section = said.project.config.and_then(|config| config.organization_assignment).expect("a section");
    assert_eq!((section.users.map(|rules| rules.len()), section.groups.map(|rules| rules.len())), (Some(1), Some(1)));
    check(groups, &format!("{users}  fallback: A\n"), &[]);
    check(users, intake, &[]);
}

#[test]
fn what_is_wrong_in_a_second_part_is_said_too() {
    let intake = "user-intake: { rules: [{ rule: r, when: titel pr, decision: admit }] }\n";
    let document = format!("{}{}", including("[a.yaml]"), "user-intake: { default: admit }\n");
    let said = Said::of_files(&[("vestibule.yaml", &document), ("a.yaml", intake)]);
    assert_eq!(said.places(), ["split-rule-set a.yaml:1:1", "unknown-attribute a.yaml:1:41"]);
    // What it says of attributes is not missed.
    let form =
        "user-intake: { form: { attributes: [a] }, rules: [{ rule: r, when: attributes.a pr, decision: admit }] }\n";
    let said = Said::of_files(&[("vestibule.yaml", &document), ("a.yaml", form)]);
    assert_eq!(said.places(), ["split-rule-set a.yaml:1:1"]);
    let users = "organization-assignment: { users: [{ rule: r, when: true, organization: Z }] }\n";
    let document = format!("{}{}", including("[a.yaml]"), "organization-assignment: { default: A }\n");
    let said = Said::of_files(&[("vestibule.yaml", &document), ("a.yaml", users)]);
    assert_eq!(said.places(), ["split-rule-set a.yaml:1:28", "unknown-organization a.yaml:1:73"]);
}

#[test]
fn group_rules_may_be_split_and_their_names_are_unique_over_all_files() {
    let document = format!("{}{}", including("[a.yaml, b.yaml]"), group_rule("x"));
    let (a, b) = (group_rule("y"), group_rule("x"));
    let said = Said::of_files(&[("vestibule.yaml", &document), ("a.yaml", &a), ("b.yaml", &b)]);
    assert_eq!(said.places(), ["duplicate-rule-name b.yaml:2:13"]);
    assert_eq!(said.findings[0].locations[1].file, "vestibule.yaml");
}

#[test]
fn a_pattern_that_looks_at_very_many_files_is_refused() {
    let document = including("['**/*.yaml']");
    let names: Vec<String> = (0..12_000).map(|number| format!("data/{number}.json")).collect();
    let mut files = vec![("vestibule.yaml", document.as_str())];
    files.extend(names.iter().map(|name| (name.as_str(), "")));
    let said = Said::of_files(&files);
    assert_eq!(said.lines(), ["invalid-include ['**/*.yaml'] `**/*.yaml` looks through more than 10000 files"]);
    let document = including("[r/*]");
    let names: Vec<String> = (0..1_200).map(|number| format!("r/{number}")).collect();
    let mut files = vec![("vestibule.yaml", document.as_str())];
    files.extend(names.iter().map(|name| (name.as_str(), "")));
    assert_eq!(Said::of_files(&files).lines(), ["invalid-include [r/*] `r/*` includes more than 1000 files"]);
}

/// What is said of a project on the disk, with the folder's name left out.
fn said_on_disk(folder: &Path) -> Vec<String> {
    let mut sources = Sources::default();
    let project = Project::load(&Disk, &folder.join("vestibule.yaml"), &Overrides::default(), &mut sources);
    let mut findings: Vec<_> = project.problems.iter().map(|problem| sources.resolve(problem)).collect();
    sort(&mut findings);
    let prefix = format!("{}/", folder.display());
    findings.iter().map(|finding| format!("{} {}", finding.lint, finding.message.replace(&prefix, ""))).collect()
}

#[cfg(unix)]
#[test]
fn a_link_leads_nowhere_else() {
    use std::os::unix::fs::symlink;
    let place = tempfile::tempdir().expect("a folder");
    let (inside, outside) = (place.path().join("p"), place.path().join("q"));
    for folder in [inside.join("rules"), outside.clone()] {
        fs::create_dir_all(folder).expect("a folder");
    }
    fs::write(outside.join("a.yaml"), group_rule("secret")).expect("a file");
    fs::write(inside.join("rules/b.yaml"), group_rule("b")).expect("a file");
    symlink(outside.join("a.yaml"), inside.join("a.yaml")).expect("a link");
    symlink(&outside, inside.join("more")).expect("a link");
    symlink(inside.join("rules/b.yaml"), inside.join("c.yaml")).expect("a link");
    symlink(inside.join("rules"), inside.join("rules/again")).expect("a link");
    symlink(inside.join("nothing.yaml"), inside.join("broken.yaml")).expect("a link");
    let check = |include: &str, expected: &[&str]| {
        fs::write(inside.join("vestibule.yaml"), including(include)).expect("a file");
        assert_eq!(said_on_disk(&inside), expected, "{include}");
    };
    let leads_out = |path: &str| format!("invalid-include `{path}` leads out of the project's folder");
    check("[a.yaml]", &[&leads_out("a.yaml")]);
    check("[more/a.yaml]", &[&leads_out("more/a.yaml")]);
    check("[more/*.yaml]", &[&leads_out("more/*.yaml")]);
    check("['a*.yaml']", &[&leads_out("a*.yaml")]);
    check(
        &format!("['{}']", outside.join("a.yaml").display()),
        &[&leads_out(&outside.join("a.yaml").display().to_string())],
    );
    check("[broken.yaml]", &["invalid-include the included file `broken.yaml` cannot be read: there is no such file"]);
    // A link inside of the project is no other file, and a circle of links ends.
    check("[c.yaml]", &[]);
    check("[c.yaml, rules/*.yaml]", &[]);
    check("['rules/**/*.yaml']", &[]);
    check("[c.yaml, rules/b.yaml]", &[]);
}

#[cfg(unix)]
#[test]
fn a_file_without_permission_is_said_where_it_is_included() {
    use std::os::unix::fs::PermissionsExt;
    let place = tempfile::tempdir().expect("a folder");
    let rules = place.path().join("a.yaml");
    fs::write(&rules, group_rule("a")).expect("a file");
    fs::set_permissions(&rules, fs::Permissions::from_mode(0o000)).expect("permissions");
    if fs::read(&rules).is_ok() {
        // The super-user reads everything.
        return;
    }
    fs::write(place.path().join("vestibule.yaml"), including("[a.yaml]")).expect("a file");
    assert_eq!(said_on_disk(place.path()), ["unreadable-file `a.yaml` cannot be read: permission is denied"]);
}
