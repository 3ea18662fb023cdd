//! One place in the source, one finding: what rules reach through aliases and merge keys is said once, for all of them.

use std::collections::HashMap;

use crate::source::{FileId, Finding, Sources};

/// How many of the others a finding names, and points to.
const SHOWN: usize = 5;

/// A place: the same bytes of a file, for the same lint. The number tells several findings there apart.
type Spot = (&'static str, FileId, usize, usize, usize);

/// Joins the findings that are one mistake, written once and reached by several routes.
pub(super) fn join(findings: Vec<Finding>, sources: &Sources) -> Vec<Finding> {
    let mut at: HashMap<Spot, usize> = HashMap::new();
    let mut numbers: HashMap<(Spot, String), usize> = HashMap::new();
    let mut joined: Vec<Joined> = Vec::new();
    for finding in findings {
        let primary = finding.primary();
        let mut spot = (finding.lint, primary.id, primary.start.offset, primary.end.offset, 0);
        // Empty routes are those of files without a tree.
        if primary.route.is_empty() {
            joined.push(Joined { first: finding, others: Vec::new() });
            continue;
        }
        let number = numbers.entry((spot, primary.route.clone())).or_default();
        spot.4 = *number;
        *number += 1;
        match at.get(&spot) {
            Some(&index) => joined[index].others.push(finding),
            None => {
                at.insert(spot, joined.len());
                joined.push(Joined { first: finding, others: Vec::new() });
            }
        }
    }
    joined.into_iter().map(|joined| joined.into_finding(sources)).collect()
}

struct Joined {
    first: Finding,
    others: Vec<Finding>,
}

impl Joined {
    fn into_finding(self, sources: &Sources) -> Finding {
        let Joined { first: mut finding, others } = self;
        if others.is_empty() {
            return finding;
        }
        let mut names: Vec<String> = Vec::new();
        for other in &others {
            let name = called(&other.anchor);
            if names.contains(&name) {
                continue;
            }
            if names.len() < SHOWN {
                names.push(name.clone());
            }
            let way = finding.locations.len() - 1 < SHOWN;
            finding.locations.extend(
                way.then(|| sources.detour_of(other))
                    .flatten()
                    .map(|place| sources.location_of(&place, &format!("{name} takes it from there"))),
            );
        }
        let more = others.len().saturating_sub(SHOWN);
        if more > 0 && names.len() == SHOWN {
            names.push(format!("{more} more"));
        }
        finding.message.push_str(&format!("; so it is for {}", listed(&names)));
        finding.take_cases(others.into_iter().flat_map(|other| other.cases));
        finding
    }
}

/// The rule that a place is in, else the place: the last name of the route.
fn called(anchor: &str) -> String {
    let route = anchor.split(": ").next().unwrap_or(anchor);
    let name = route.rsplit_once("[\"").and_then(|(_, rest)| rest.split_once("\"]"));
    format!("`{}`", name.map_or(route, |(name, _)| name))
}

fn listed(names: &[String]) -> String {
    match names {
        [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        names => names.concat(),
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::run;
    use crate::project::{Memory, Overrides, Project};
    use crate::source::Sources;

    const HEAD: &str = "version: 1\nprovider: { name: x, attribute-mapping: { provider-id: oid } }\norganizations: [{ name: A }]\n\
                        groups: { rule-based: [G] }\nlint: { select: [or-chain, non-primary-email] }\n";

    /// What is found, as `message @ line`, and where it is taken from.
    fn check(rules: &str) -> Vec<(String, Vec<usize>)> {
        let mut sources = Sources::default();
        let files = Memory::from([("vestibule.yaml", format!("{HEAD}{rules}").as_str())]);
        let project = Project::load(&files, "vestibule.yaml".as_ref(), &Overrides::default(), &mut sources);
        assert!(project.config.is_some(), "{:#?}", project.problems);
        let ways = |finding: &crate::source::Finding| {
            let ways = finding.locations.iter().filter(|location| location.label.contains("takes it from there"));
            ways.map(|location| location.start.line - 5).collect()
        };
        let findings = run(&project, &sources);
        findings.iter().map(|finding| (finding.message.clone(), ways(finding))).collect()
    }

    #[test]
    fn a_condition_that_several_rules_share_is_one_finding() {
        let shared = "group-assignment:\n  - { rule: a, when: &w 'title eq \"x\" or title eq \"y\"', groups: [G] }\n  \
                      - { rule: b, when: *w, groups: [G] }\n  - { rule: c, when: *w, groups: [G] }\n";
        let message = "`title` is compared with 2 values one by one; so it is for `b` and `c`";
        assert_eq!(check(shared), [(message.to_owned(), vec![3, 4])]);
    }

    #[test]
    fn rules_that_share_all_but_their_name_are_one_finding() {
        let shared = "group-assignment:\n  - &r { rule: a, when: 'title eq \"x\" or title eq \"y\"', groups: [G] }\n  \
                      - { <<: *r, rule: b }\n";
        let message = "`title` is compared with 2 values one by one; so it is for `b`";
        assert_eq!(check(shared), [(message.to_owned(), vec![3])]);
    }

    #[test]
    fn several_findings_of_one_condition_stay_several() {
        let chain = "(title eq \"x\" or title eq \"y\")";
        let shared = format!(
            "group-assignment:\n  - {{ rule: a, when: &w '{chain} and {chain}', groups: [G] }}\n  - {{ rule: b, when: *w, groups: [G] }}\n"
        );
        assert_eq!(check(&shared).len(), 2);
        let twice = format!(
            "group-assignment:\n  - {{ rule: a, when: '{chain}', groups: [G] }}\n  - {{ rule: b, when: '{chain}', groups: [G] }}\n"
        );
        assert!(check(&twice).iter().all(|(message, _)| !message.contains("so it is")));
    }

    #[test]
    fn many_rules_are_named_in_part() {
        let mut shared =
            "group-assignment:\n  - { rule: a, when: &w 'emails.value pr and emails.value eq \"x\"', groups: [G] }\n"
                .to_owned();
        (0..9).for_each(|n| shared.push_str(&format!("  - {{ rule: b{n}, when: *w, groups: [G] }}\n")));
        let found = check(&shared);
        assert_eq!(found.len(), 1);
        assert!(found[0].0.ends_with("; so it is for `b0`, `b1`, `b2`, `b3`, `b4` and 4 more"), "{}", found[0].0);
        assert_eq!(found[0].1.len(), 5);
    }
}
