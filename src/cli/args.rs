//! The command line's grammar.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::ask::AskArgs;
use super::diff::DiffArgs;
use super::eval_args::EvalArgs;
use super::redact::RedactArgs;
use super::test_args::TestArgs;
use crate::engine::Event;
use crate::report::{Format, UnknownFormat};
use crate::source::Severity;

/// Lint and evaluate the rules that sort people into Palantir Foundry.
#[derive(Debug, Parser)]
#[command(name = "vestibule", version, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "Exit codes: 0 nothing found, 1 findings at or above --fail-on, 2 could not run.")]
pub(super) struct Cli {
    /// When to colour the output.
    #[arg(long, global = true, value_enum, default_value_t = ColorChoice::Auto, value_name = "WHEN")]
    pub(super) color: ColorChoice,

    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ColorChoice {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Find what is wrong with a configuration, its snapshot and its Entra exports.
    Lint(LintArgs),
    /// Decide intake, organization and groups of every user of a snapshot, as at one event.
    Eval(EvalArgs),
    /// Show what events leave: who stands in the wrong place until the next login, and by which rules.
    Simulate(SimulateArgs),
    /// Show what a change of a configuration does: who moves, and whether anybody at all is treated differently.
    Diff(DiffArgs),
    /// Ask whether anybody of a kind can end somewhere: the answer is a person, or a proof that there is none.
    Ask(AskArgs),
    /// Say why the rules decide about a user as they do, at one event or at all of them.
    Explain(ExplainArgs),
    /// Run the tests beside a configuration: what people expect of its rules.
    Test(TestArgs),
    /// Write a configuration to start from, with what the files at hand say.
    Init(InitArgs),
    /// Show what SCIM and the login send for Provider ID, Username and groups, and whether they agree.
    Identity(IdentityArgs),
    /// Print the resolved configuration: includes joined, conditions as the printer writes them.
    Show(ShowArgs),
    /// Print the page of a lint, or list all lints.
    Rule(RuleArgs),
    /// Print a JSON Schema.
    Schema(SchemaArgs),
    /// Print a completion script for a shell.
    Completions(CompletionsArgs),
    /// Print the manual page, or write one page a command into a folder.
    Man(ManArgs),
}

#[derive(Debug, Args)]
pub(super) struct LintArgs {
    /// Configurations, or folders that hold some. Without one, the nearest `vestibule.yaml` upward is taken.
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,

    /// How findings are written to standard output; `auto` is `github` in a job of GitHub Actions, else `text`.
    #[arg(long, default_value = "auto", value_parser = lint_format_parser(), value_name = "FORMAT")]
    pub(super) format: LintFormat,

    /// Writes findings to a file as well, in a format of its own. May be given several times.
    #[arg(long, value_parser = parse_output, value_name = "FORMAT=FILE")]
    pub(super) output: Vec<Output>,

    /// The least severity that makes the exit code 1.
    #[arg(long, value_enum, default_value_t = FailOn::Warning, value_name = "SEVERITY")]
    pub(super) fail_on: FailOn,

    /// Write how many findings there are of each lint, instead of the findings, as `text` or `json`. Files of `--output`
    /// hold the findings.
    #[arg(long)]
    pub(super) statistics: bool,

    #[command(flatten)]
    pub(super) selection: SelectionArgs,

    #[command(flatten)]
    pub(super) fix: FixArgs,

    #[command(flatten)]
    pub(super) baseline: BaselineArgs,

    #[command(flatten)]
    pub(super) snapshot: SnapshotArgs,

    #[command(flatten)]
    pub(super) redact: RedactArgs,
}

/// Which lints run, over what the configuration says.
#[derive(Debug, Args)]
pub(super) struct SelectionArgs {
    /// The lints that run instead of `lint.select`: names, or `default`, `strict`, `preview`. Several are separated by
    /// commas.
    #[arg(long, value_delimiter = ',', value_name = "LINT")]
    pub(super) select: Vec<String>,

    /// Lints that do not run, besides those of `lint.ignore`.
    #[arg(long, value_delimiter = ',', value_name = "LINT")]
    pub(super) ignore: Vec<String>,

    /// How findings of a lint count: error, warning or info. May be given several times.
    #[arg(long, value_parser = parse_severity, value_name = "LINT=SEVERITY")]
    pub(super) severity: Vec<(String, Severity)>,
}

fn parse_severity(text: &str) -> Result<(String, Severity), String> {
    const SEVERITIES: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Info];
    let Some((lint, word)) = text.split_once('=') else {
        return Err("expected LINT=SEVERITY, such as `missing-fallback=error`".to_owned());
    };
    match SEVERITIES.into_iter().find(|severity| severity.as_str() == word) {
        Some(severity) => Ok((lint.to_owned(), severity)),
        None => Err(format!("`{word}` is not a severity; expected one of: error, warning, info")),
    }
}

/// Whether findings are mended.
#[derive(Debug, Args)]
pub(super) struct FixArgs {
    /// Mend what can be mended safely, and report the rest.
    #[arg(long)]
    pub(super) fix: bool,

    /// Mend also where a person should look at the result.
    #[arg(long)]
    pub(super) unsafe_fixes: bool,

    /// Print what mending would change, and change nothing. Exits with 1 where there is something.
    #[arg(long, conflicts_with_all = ["format", "output", "statistics"])]
    pub(super) diff: bool,
}

/// Findings that were there before.
#[derive(Debug, Args)]
pub(super) struct BaselineArgs {
    /// Findings that this file holds do not count.
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<PathBuf>,

    /// Write the findings of this run as a baseline: to FILE, else to that of `--baseline`, else to
    /// `vestibule-baseline.json`.
    #[arg(long, num_args = 0..=1, require_equals = true, conflicts_with = "diff", value_name = "FILE")]
    pub(super) write_baseline: Option<Option<PathBuf>>,
}

#[derive(Clone, Debug)]
pub(super) struct Output {
    pub(super) format: Format,
    pub(super) file: PathBuf,
}

/// The format of standard output, as asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LintFormat {
    /// The one that fits where the program runs.
    Auto,
    /// This one.
    Named(Format),
}

impl LintFormat {
    /// The format itself.
    pub(super) fn here(self, is_github: bool) -> Format {
        match self {
            LintFormat::Named(format) => format,
            LintFormat::Auto if is_github => Format::Github,
            LintFormat::Auto => Format::Text,
        }
    }
}

impl std::str::FromStr for LintFormat {
    type Err = crate::report::UnknownFormat;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        if name == "auto" { Ok(LintFormat::Auto) } else { name.parse().map(LintFormat::Named) }
    }
}

fn lint_format_parser() -> impl clap::builder::TypedValueParser<Value = LintFormat> {
    use clap::builder::TypedValueParser;
    let names = Format::ALL.iter().map(|format| format.name());
    clap::builder::PossibleValuesParser::new(["auto"].into_iter().chain(names)).try_map(|name| name.parse())
}

fn parse_output(text: &str) -> Result<Output, String> {
    let (format, file) = format_and_file(text, "json=findings.json")?;
    Ok(Output { format: format.parse().map_err(|error: UnknownFormat| error.to_string())?, file })
}

/// The two sides of `FORMAT=FILE`.
pub(super) fn format_and_file<'t>(text: &'t str, example: &str) -> Result<(&'t str, PathBuf), String> {
    let Some((format, file)) = text.split_once('=') else {
        return Err(format!("expected FORMAT=FILE, such as `{example}`"));
    };
    if file.is_empty() {
        return Err("the file is missing after `=`".to_owned());
    }
    Ok((format, file.into()))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    Error,
    Warning,
    Info,
    Never,
}

impl FailOn {
    pub(super) fn includes(self, severity: Severity) -> bool {
        match self {
            FailOn::Error => severity >= Severity::Error,
            FailOn::Warning => severity >= Severity::Warning,
            FailOn::Info => severity >= Severity::Info,
            FailOn::Never => false,
        }
    }
}

/// A snapshot other than the one that the configuration names.
#[derive(Debug, Args)]
pub(super) struct SnapshotArgs {
    /// SCIM users to take instead of `snapshot.users`: a file, a folder, or `-` for standard input. May be given several
    /// times for pages.
    #[arg(long, value_name = "FILE")]
    pub(super) users_from: Vec<PathBuf>,

    /// SCIM groups to take instead of `snapshot.groups`, likewise.
    #[arg(long, value_name = "FILE")]
    pub(super) groups_from: Vec<PathBuf>,
}

/// What to make of a snapshot that is not whole.
#[derive(Debug, Args)]
pub(super) struct CompletenessArgs {
    /// Exit with 1 when records of the snapshot had to be skipped.
    #[arg(long)]
    pub(super) strict: bool,

    /// Accept a snapshot that is cut off or lacks a page.
    #[arg(long)]
    pub(super) partial: bool,
}

#[derive(Debug, Args)]
pub(super) struct SimulateArgs {
    /// A configuration, or the folder that holds it. Without one, the nearest `vestibule.yaml` upward is taken.
    #[arg(value_name = "PATH")]
    pub(super) path: Option<PathBuf>,

    /// A log of SCIM requests and logins to replay, as JSON lines or an array; `-` for standard input. Without one,
    /// everybody in the snapshot is created, put into groups, and logs in.
    #[arg(long, value_name = "FILE")]
    pub(super) events: Option<PathBuf>,

    /// Lets SCIM update every user between membership and login, and counts whom that mends.
    #[arg(long, conflicts_with = "events")]
    pub(super) update: bool,

    /// Write how every user stands at the end, instead of the summary or the transitions.
    #[arg(long = "final")]
    pub(super) at_end: bool,

    /// Write only about people who stand otherwise than their login makes them.
    #[arg(long)]
    pub(super) stranded: bool,

    /// The most people who may be stranded; with more, exit with 1.
    #[arg(long, value_name = "NUMBER")]
    pub(super) max_stranded: Option<u64>,

    /// How the result is written to standard output.
    #[arg(long, value_enum, default_value_t = SimulateFormat::Text, value_name = "FORMAT")]
    pub(super) format: SimulateFormat,

    /// How many threads work. The output is the same for any number. Without it, as many as there are processors.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(super) threads: Option<u16>,

    #[command(flatten)]
    pub(super) completeness: CompletenessArgs,

    #[command(flatten)]
    pub(super) snapshot: SnapshotArgs,

    #[command(flatten)]
    pub(super) redact: RedactArgs,
}

/// How a simulation is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum SimulateFormat {
    /// A summary for people.
    Text,
    /// The summary as one JSON document.
    Json,
    /// One JSON object a line: each transition, or with `--final` each user.
    Jsonl,
    /// Comma-separated values with a header, likewise.
    Csv,
    /// Nothing: only problems and the exit code.
    None,
}

pub(super) fn event_parser() -> impl clap::builder::TypedValueParser<Value = Event> {
    use clap::builder::TypedValueParser;
    let names = clap::builder::PossibleValuesParser::new(Event::ALL.map(Event::as_str));
    names.try_map(|name| name.parse::<Event>())
}

/// How decisions are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum EvalFormat {
    /// A table with a summary, for people.
    Text,
    /// One JSON object a line.
    Jsonl,
    /// One JSON document.
    Json,
    /// Comma-separated values with a header.
    Csv,
    /// Nothing: only problems and the exit code.
    None,
}

#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// The user: `id`, `userName` or `externalId` of one in the snapshot; or a file with a SCIM user as JSON, or `-` for
    /// standard input: somebody who need not exist.
    #[arg(value_name = "USER")]
    pub(super) user: String,

    /// A configuration, or the folder that holds it. Without one, the nearest `vestibule.yaml` upward is taken.
    #[arg(value_name = "PATH")]
    pub(super) path: Option<PathBuf>,

    /// The event: scim-create, scim-update, membership-update or login. Without one, all of them side by side.
    #[arg(long, value_parser = event_parser(), value_name = "EVENT")]
    pub(super) event: Option<Event>,

    /// Explain this rule alone, also where it is not reached. May be given several times.
    #[arg(long, value_name = "NAME")]
    pub(super) rule: Vec<String>,

    /// A provider group that the user is in, by `displayName`, instead of those that the files say. May be given several
    /// times: the user is in exactly these.
    #[arg(long, value_name = "NAME")]
    pub(super) group: Vec<String>,

    /// How the explanation is written to standard output.
    #[arg(long, value_enum, default_value_t = ExplainFormat::Text, value_name = "FORMAT")]
    pub(super) format: ExplainFormat,

    #[command(flatten)]
    pub(super) snapshot: SnapshotArgs,

    #[command(flatten)]
    pub(super) redact: RedactArgs,
}

/// How explanations are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ExplainFormat {
    /// For people.
    Text,
    /// One JSON document.
    Json,
}

#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// Files at hand, and folders that hold some: an authentication provider as the Admin API returns it, Entra's exports,
    /// pages of SCIM users and groups. Each is recognised by its content. May be given several times.
    #[arg(long, num_args = 1.., value_name = "PATH")]
    pub(super) from: Vec<PathBuf>,

    /// Where to write; `-` for standard output.
    #[arg(long, default_value = "vestibule.yaml", value_name = "FILE")]
    pub(super) output: PathBuf,

    /// Replace the file where it exists.
    #[arg(long)]
    pub(super) force: bool,
}

#[derive(Debug, Args)]
pub(super) struct IdentityArgs {
    /// A configuration, or the folder that holds it. Without one, the nearest `vestibule.yaml` upward is taken.
    #[arg(value_name = "PATH")]
    pub(super) path: Option<PathBuf>,

    /// How the chains are written to standard output.
    #[arg(long, value_enum, default_value_t = ExplainFormat::Text, value_name = "FORMAT")]
    pub(super) format: ExplainFormat,

    #[command(flatten)]
    pub(super) redact: RedactArgs,
}

#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// A configuration, or the folder that holds it. Without one, the nearest `vestibule.yaml` upward is taken.
    #[arg(value_name = "PATH")]
    pub(super) path: Option<PathBuf>,

    /// Show instead how the engine finds each enabled rule, and which ones it has to look at for everybody.
    #[arg(long)]
    pub(super) cost: bool,

    #[command(flatten)]
    pub(super) redact: RedactArgs,
}

#[derive(Debug, Args)]
pub(super) struct RuleArgs {
    /// The lint. Without one, all are listed.
    #[arg(value_name = "NAME")]
    pub(super) name: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct SchemaArgs {
    /// What the schema describes.
    #[arg(value_enum, default_value_t = SchemaOf::Config)]
    pub(super) of: SchemaOf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum SchemaOf {
    /// `vestibule.yaml`.
    Config,
    /// A test file, `NAME.test.yaml`.
    Tests,
    /// The output of `test --format json`.
    TestResults,
    /// The output of `lint --format json`.
    Findings,
    /// The output of `lint --statistics --format json`.
    Statistics,
    /// The output of `eval --format json`, with `--groups` and without.
    Decisions,
    /// The output of `diff --format json`.
    Diff,
    /// One line of `diff --format jsonl`.
    Moved,
    /// The output of `ask --format json`.
    Answer,
    /// The output of `explain --format json`.
    Explanation,
    /// The output of `identity --format json`.
    Identity,
    /// One line of `eval --format jsonl`.
    Decision,
    /// One line of `eval --groups --format jsonl`.
    GroupDecision,
    /// The output of `simulate --format json`.
    Simulation,
    /// The output of `simulate --events LOG --format json`.
    Replay,
    /// One line of `simulate --format jsonl`.
    Transition,
    /// One line of `simulate --final --format jsonl`.
    Remaining,
}

#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// The shell.
    #[arg(value_enum)]
    pub(super) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// Writes `vestibule.1` and one page for each command into this folder.
    #[arg(long, value_name = "FOLDER")]
    pub(super) into: Option<PathBuf>,
}
