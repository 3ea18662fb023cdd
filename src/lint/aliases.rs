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
