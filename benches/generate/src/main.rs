//! Writes a population and rules into a folder. `generate --help` says how.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use vestibule_generate::{Mix, Population, Sections, rules, write_configuration, write_description};

const HELP: &str = "\
Writes users, groups and rules from a seed: the same seed and sizes give the same bytes.

Usage: generate [OPTIONS] --out <FOLDER>

  --out <FOLDER>        Where to write; made where it is missing
  --seed <N>            [default: 1]
  --users <N>           Users in users.ndjson, about 1.3 KB each [default: 1000]
  --groups <N>          Groups in groups.ndjson [default: one for a hundred users, at least 20]
  --rules <N,…>         Organization rules in vestibule.yaml, and the same in rules.json, one a line. With several
                        numbers: vestibule-N.yaml and rules-N.json for each [default: 10]
  --group-rules <N>     Rules of group assignment besides [default: 0]
  --intake-rules <N>    Rules of intake besides [default: 0]
  --mix <MIX>           control-panel, unselective, within or patterns [default: control-panel]
  --page-size <N>       Also write the users as pages of a ListResponse, users/page-1.json and on
";

struct Options {
    out: PathBuf,
    seed: u64,
    users: usize,
    groups: Option<usize>,
    rules: Vec<usize>,
    group_rules: usize,
    intake_rules: usize,
    mix: Mix,
    page_size: Option<usize>,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--help" || argument == "-h") {
        print!("{HELP}");
        return ExitCode::SUCCESS;
    }
    let run = || write(&read_options(&arguments)?).map_err(|error| error.to_string());
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("generate: {message}");
            ExitCode::from(2)
        }
    }
}

fn read_options(arguments: &[String]) -> Result<Options, String> {
    let mut out = None;
    let mut options = Options {
        out: PathBuf::new(),
        seed: 1,
        users: 1000,
        groups: None,
        rules: vec![10],
        group_rules: 0,
        intake_rules: 0,
        mix: Mix::ControlPanel,
        page_size: None,
    };
    let mut rest = arguments.iter();
    while let Some(name) = rest.next() {
        let value = rest.next().ok_or_else(|| format!("`{name}` needs a value; see `generate --help`"))?;
        let number = || value.parse::<usize>().map_err(|_| format!("`{value}` after `{name}` is no number"));
        match name.as_str() {
            "--out" => out = Some(PathBuf::from(value)),
            "--seed" => options.seed = number()? as u64,
            "--users" => options.users = number()?,
            "--groups" => options.groups = Some(number()?),
            "--rules" => options.rules = read_counts(value)?,
            "--group-rules" => options.group_rules = number()?,
            "--intake-rules" => options.intake_rules = number()?,
            "--page-size" => options.page_size = Some(number()?),
            "--mix" => {
                let found = Mix::NAMED.iter().find(|(name, _)| name == value);
                options.mix = found.map(|(_, mix)| *mix).ok_or_else(|| format!("`{value}` is no mix: {}", mixes()))?;
            }
            _ => return Err(format!("`{name}` is no option; see `generate --help`")),
        }
    }
    options.out = out.ok_or("`--out` is missing; see `generate --help`")?;
    Ok(options)
}

fn mixes() -> String {
    Mix::NAMED.map(|(name, _)| format!("`{name}`")).join(", ")
}

fn read_counts(value: &str) -> Result<Vec<usize>, String> {
    value.split(',').map(|count| count.parse().map_err(|_| format!("`{count}` after `--rules` is no number"))).collect()
}

fn write(options: &Options) -> io::Result<()> {
    let groups = options.groups.unwrap_or((options.users / 100).max(20));
    let population = Population::new(options.seed, options.users, groups);
    fs::create_dir_all(&options.out)?;
    write_file(&options.out.join("users.ndjson"), |out| population.write_users(out))?;
    write_file(&options.out.join("groups.ndjson"), |out| population.write_groups(out))?;
    if let Some(size) = options.page_size {
        let folder = options.out.join("users");
        fs::create_dir_all(&folder)?;
        for page in 0..population.pages(size) {
            let path = folder.join(format!("page-{}.json", page + 1));
            write_file(&path, |out| population.write_page(page, size.max(1), out))?;
        }
    }
    let (group, intake) = (options.seed.wrapping_add(1), options.seed.wrapping_add(2));
    let group_rules = rules(group, options.mix, &population, options.group_rules);
    let intake_rules = rules(intake, options.mix, &population, options.intake_rules);
    for &count in &options.rules {
        let organization = rules(options.seed, options.mix, &population, count);
        let sections = Sections {
            organization: &organization,
            intake: &intake_rules,
            groups: &group_rules,
            snapshot: Some(("users.ndjson", "groups.ndjson")),
        };
        let number = if options.rules.len() == 1 { String::new() } else { format!("-{count}") };
        write_file(&options.out.join(format!("vestibule{number}.yaml")), |out| write_configuration(&sections, out))?;
        write_file(&options.out.join(format!("rules{number}.json")), |out| write_description(&organization, out))?;
    }
    Ok(())
}

fn write_file(path: &Path, content: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    content(&mut out)?;
    out.flush()
}
