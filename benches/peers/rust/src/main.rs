//! Runs the rules of one data set through engines that decide about one user at a time, on one thread.
//!
//! `vestibule-peers ENGINE FOLDER RULES USERS OUT` reads `vestibule-RULES.yaml`, `rules-RULES.json`, `users.ndjson` and
//! `groups.ndjson` of the folder, decides for the first users, writes `ID<tab>RULE` lines to `OUT`, and prints the
//! measurement as one line of JSON.

mod cedar;
mod cel;
mod data;
mod language;
mod ours;
mod outcome;
mod wirefilter;

use std::path::Path;

use data::{Failure, Person};

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [engine, folder, rule_count, user_count, out] = arguments.as_slice() else {
        return Err("usage: vestibule-peers ENGINE FOLDER RULES USERS OUT".into());
    };
    let folder = Path::new(folder);
    let description = folder.join(format!("rules-{rule_count}.json"));
    let rules = data::rules(&description)?;
    let resources = data::resources(folder, user_count.parse()?)?;
    let people =
        resources.iter().map(|(user, groups)| Person::new(user, groups)).collect::<Result<Vec<_>, Failure>>()?;
    let outcome = match engine.as_str() {
        "cel" => cel::run(&rules, &people, false)?,
        "cel-with-patterns" => cel::run(&rules, &people, true)?,
        "cedar" => cedar::run(&rules, &people)?,
        "wirefilter" => wirefilter::run(&rules, &people)?,
        "vestibule" | "vestibule-batch" => {
            let names: Vec<String> = rules.iter().map(|rule| rule.rule.clone()).collect();
            let configuration = folder.join(format!("vestibule-{rule_count}.yaml"));
            ours::run(&configuration, &names, &resources, engine == "vestibule-batch")?
        }
        _ => {
            let known = "cel, cel-with-patterns, cedar, wirefilter, vestibule, vestibule-batch";
            return Err(format!("`{engine}` is no engine: {known}").into());
        }
    };
    outcome.write(&people, Path::new(out))?;
    println!("{}", outcome.report(rules.len()));
    Ok(())
}
