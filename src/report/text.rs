//! For people: `miette`'s graphical report over an [`Excerpt`] of the sources.

use std::fmt;
use std::io::{self, Write};

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode, ThemeCharacters, ThemeStyles,
};

use crate::source::{Finding, Severity, Sources, visible};

use super::excerpt::{Excerpt, LineStyle, has_line};
use super::{Report, Style, Summary};

/// How many locations of one finding are shown in its snippets.
const MAX_LOCATIONS: usize = 12;
/// The most characters of a source line.
const MAX_LINE_CHARS: usize = 160;
/// What a line number and the frame take beside a source line.
const FRAME_WIDTH: usize = 8;

pub(super) fn write(report: &Report<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
    for finding in report.findings {
        write_finding(report.sources, finding, style, out)?;
        writeln!(out)?;
    }
    if report.findings.is_empty() {
        return Ok(());
    }
    writeln!(out, "{}", report.summary())
}

/// One finding, without the empty line after it.
pub(super) fn write_finding(sources: &Sources, finding: &Finding, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    let shown = Shown::new(sources, finding, style);
    handler(style).render_report(&mut text, &shown).map_err(io::Error::other)?;
    write_header(finding, style, out)?;
    // The first line is the one that the header stands for.
    for line in text.lines().skip(1) {
        writeln!(out, "{}", line.trim_end())?;
    }
    write_notes(sources, finding, style, out)
}

fn handler(style: Style) -> GraphicalReportHandler {
    let theme = GraphicalTheme {
        characters: if style.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() },
        styles: if style.color { ThemeStyles::ansi() } else { ThemeStyles::none() },
    };
    let handler = GraphicalReportHandler::new_themed(theme)
        .without_syntax_highlighting()
        .with_context_lines(1)
        .with_break_words(false)
        .with_wrap_lines(style.width.is_some());
    match style.width {
        Some(width) => handler.with_width(width.clamp(40, 400)),
        None => handler,
    }
}

/// `error[unknown-key]: a rule has no key …`: what is wrong, on one line that can be found and copied.
fn write_header(finding: &Finding, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let (severity, lint) = (finding.severity.as_str(), finding.lint);
    let message = visible(&finding.message);
    if !style.color {
        return writeln!(out, "{severity}[{lint}]: {message}");
    }
    let on = match finding.severity {
        Severity::Error => "\u{1b}[1;31m",
        Severity::Warning => "\u{1b}[1;33m",
        Severity::Info => "\u{1b}[1;36m",
    };
    writeln!(out, "{on}{severity}[{lint}]\u{1b}[0m\u{1b}[1m: {message}\u{1b}[0m")
}

/// What the snippets cannot hold: labels of whole files, locations beyond the limit, an example, where to read more.
fn write_notes(sources: &Sources, finding: &Finding, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let mut note = |name: &str, text: &str| {
        let (on, off) = if style.color { ("\u{1b}[36m", "\u{1b}[0m") } else { ("", "") };
        writeln!(out, "{on}  {name}: {off}{}", visible(text))
    };
    let (shown, rest) = finding.locations.split_at(finding.locations.len().min(MAX_LOCATIONS));
    for location in shown.iter().filter(|location| !location.label.is_empty() && !has_line(sources, location)) {
        note("note", &format!("{}: {}", location.file, location.label))?;
    }
    if !rest.is_empty() {
        note("note", &format!("{} more", counted(rest.len(), "place", "places")))?;
    }
    if let Some(witness) = &finding.witness {
        note("example", &witness.to_string())?;
    }
    if finding.docs.is_some() {
        note("more", &format!("vestibule rule {}", finding.lint))?;
    }
    if let Some(source) = finding.source {
        note("source", source)?;
    }
    Ok(())
}

impl fmt::Display for Summary {
    /// `1 error, 2 warnings in 3 files`, without the counts that are zero.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts =
            [(self.error, "error", "errors"), (self.warning, "warning", "warnings"), (self.info, "info", "info")];
        let mut parts: Vec<_> = counts
            .iter()
            .filter(|(count, ..)| *count > 0)
            .map(|&(count, one, many)| counted(count, one, many))
            .collect();
        if parts.is_empty() {
            parts.push("no findings".to_owned());
        }
        write!(f, "{} in {}", parts.join(", "), counted(self.files, "file", "files"))?;
        if self.suppressed > 0 {
            write!(f, " ({} suppressed)", self.suppressed)?;
        }
        Ok(())
    }
}

/// `1 place`, `3 places`.
pub(crate) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A finding as `miette` wants it, with nothing in it that a terminal would obey.
#[derive(Debug)]
struct Shown<'a> {
    finding: &'a Finding,
    excerpt: Excerpt,
}

impl<'a> Shown<'a> {
    fn new(sources: &Sources, finding: &'a Finding, style: Style) -> Self {
        let width = style.width.map_or(MAX_LINE_CHARS, |width| width.saturating_sub(FRAME_WIDTH));
        let line_style = LineStyle { max_chars: width.clamp(40, MAX_LINE_CHARS), unicode: style.unicode };
        let locations = finding.locations.iter().take(MAX_LOCATIONS);
        Shown { finding, excerpt: Excerpt::new(sources, locations, line_style) }
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The header says it.
        Ok(())
    }
}

impl std::error::Error for Shown<'_> {}

impl Diagnostic for Shown<'_> {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.finding.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Info => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help = self.finding.help.as_deref()?;
        Some(Box::new(visible(help)))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.excerpt.labels().iter().map(|label| {
            let text = (!label.text.is_empty()).then(|| label.text.clone());
            let span = (label.span.start, label.span.len());
            match label.primary {
                true => LabeledSpan::new_primary_with_span(text, span),
                false => LabeledSpan::new_with_span(text, span),
            }
        })))
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Fixture, suppressed, written};
    use super::super::{Format, Report};
    use super::*;
    use crate::source::{Place, Problem, Span};

    const RULES: &str = "\
organization-assignment:
  users:
    - rule: finance-eu
      when: provider.groups includes \"EU-Finance\"
      organization: Contoso EU
    - rule: eu-mail
      when: email ew \"@contoso.eu\"
      organization: Contoso EU
    - rule: finance-eu
      when: true
";

    #[test]
    fn a_finding_shows_its_lines_and_where_to_read_more() {
        let mut fixture = Fixture::default();
        let file = fixture.text("vestibule.yaml", RULES);
        let place = fixture.at(file, "provider.groups includes \"EU-Finance\"");
        let problem = Problem::warning(
            "provider-group-at-create",
            place,
            "rule `finance-eu` is not run when SCIM creates a user",
        );
        fixture.push(
            problem
                .label("no provider group is known yet")
                .help("decide on an attribute that SCIM sends, such as `email`")
                .witness(
                    serde_json::json!({ "event": "scim-create", "user": { "userName": "ann\u{7f}@contoso.com" } }),
                ),
        );
        let mut findings = fixture.findings();
        findings[0].docs = Some("docs/lints/provider-group-at-create.md".to_owned());
        findings[0].source = Some("https://www.palantir.com/docs/foundry/authentication/scim-entra-id");
        insta::assert_snapshot!(written(&fixture.report(&findings), Format::Text, Style::PLAIN), @r#"
        warning[provider-group-at-create]: rule `finance-eu` is not run when SCIM creates a user
           ╭─[vestibule.yaml:4:13]
         3 │     - rule: finance-eu
         4 │       when: provider.groups includes "EU-Finance"
           ·             ──────────────────┬──────────────────
           ·                               ╰── no provider group is known yet
         5 │       organization: Contoso EU
           ╰────
          help: decide on an attribute that SCIM sends, such as `email`
          example: {"event":"scim-create","user":{"userName":"ann\u{7f}@contoso.com"}}
          more: vestibule rule provider-group-at-create
          source: https://www.palantir.com/docs/foundry/authentication/scim-entra-id

        1 warning in 1 file
        "#);
    }

    #[test]
    fn related_places_share_the_snippet_or_follow_in_their_own_file() {
        let mut fixture = Fixture::default();
        let file = fixture.text("vestibule.yaml", RULES);
        let export = fixture.text("entra/schema.json", "{\n  \"id\": \"x\"\n}\n");
        let again = RULES.rfind("finance-eu").expect("the rule stands twice");
        fixture.push(
            Problem::error("duplicate-rule", Place::Bytes(file, Span::new(again, again + 10)), "two rules of one name")
                .label("again here")
                .related(fixture.at(file, "finance-eu"), "first here")
                .related(fixture.at(file, "eu-mail"), "")
                .related(fixture.at(export, "\"x\""), "and what it is about"),
        );
        insta::assert_snapshot!(fixture.written(Format::Text, Style::PLAIN), @r#"
        error[duplicate-rule]: two rules of one name
            ╭─[vestibule.yaml:9:13]
          2 │   users:
          3 │     - rule: finance-eu
            ·             ─────┬────
            ·                  ╰── first here
          4 │       when: provider.groups includes "EU-Finance"
          5 │       organization: Contoso EU
          6 │     - rule: eu-mail
            ·             ───────
          7 │       when: email ew "@contoso.eu"
          8 │       organization: Contoso EU
          9 │     - rule: finance-eu
            ·             ─────┬────
            ·                  ╰── again here
         10 │       when: true
            ╰────
           ╭─[entra/schema.json:2:9]
         1 │ {
         2 │   "id": "x"
           ·         ─┬─
           ·          ╰── and what it is about
         3 │ }
           ╰────

        1 error in 2 files
        "#);
    }

    #[test]
    fn what_stands_in_no_line_names_the_file() {
        let mut fixture = Fixture::default();
        let empty = fixture.text("empty.yaml", "");
        let unreadable = fixture.text("snapshot/users.json", "");
        fixture.push(
            Problem::error("unreadable-file", Place::File(unreadable), "the file cannot be read: permission denied")
                .help("give yourself the right to read it")
                .related(Place::File(empty), "this one is empty"),
        );
        insta::assert_snapshot!(fixture.written(Format::Text, Style::PLAIN), @r#"
        error[unreadable-file]: the file cannot be read: permission denied
           ╭─[snapshot/users.json:1:1]
           ╰────
           ╭─[empty.yaml:1:1]
           ╰────
          help: give yourself the right to read it
          note: empty.yaml: this one is empty

        1 error in 2 files
        "#);
    }

    #[test]
    fn labels_stand_under_wide_and_combining_text() {
        let mut fixture = Fixture::default();
        let file = fixture.text("vestibule.yaml", "a:\n  '漢字': e\u{301}\u{301}🙂x\tbad\n");
        fixture.push(Problem::error("example", fixture.at(file, "bad"), "wide text").label("here"));
        insta::assert_snapshot!(fixture.written(Format::Text, Style::PLAIN), @r#"
        error[example]: wide text
           ╭─[vestibule.yaml:2:15]
         1 │ a:
         2 │   '漢字': é́🙂x  bad
           ·                 ─┬─
           ·                  ╰── here
           ╰────

        1 error in 1 file
        "#);
    }

    #[test]
    fn without_unicode_everything_drawn_is_ascii() {
        let mut fixture = Fixture::default();
        let file = fixture.text("vestibule.yaml", &format!("a: {}\u{1b}\n", "b".repeat(400)));
        fixture
            .push(Problem::error("example", fixture.at(file, "\u{1b}"), "an escape").label("here").help("take it out"));
        let text = fixture.written(Format::Text, Style { unicode: false, ..Style::PLAIN });
        assert!(text.is_ascii(), "{text}");
        insta::assert_snapshot!(text, @r#"
        error[example]: an escape
           ,-[vestibule.yaml:1:404]
         1 | ...bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb?
           :                                                                                    |
           :                                                                                    `-- here
           `----
          help: take it out

        1 error in 1 file
        "#);
    }

    #[test]
    fn help_is_wrapped_for_a_terminal_only() {
        let mut fixture = Fixture::default();
        let file = fixture.text("vestibule.yaml", "a: 1\n");
        let help = "word ".repeat(40);
        fixture.push(Problem::error("example", fixture.at(file, "1"), "wrong").help(help.trim_end()));
        let longest = |style| fixture.written(Format::Text, style).lines().map(str::len).max();
        assert!(longest(Style { width: Some(60), ..Style::PLAIN }) <= Some(60));
        assert!(longest(Style::PLAIN) > Some(190));
    }

    #[test]
    fn colours_are_asked_for() {
        let mut fixture = Fixture::default();
        let file = fixture.text("vestibule.yaml", "a: 1\n");
        fixture.push(Problem::error("example", fixture.at(file, "1"), "wrong").label("here"));
        assert!(!fixture.written(Format::Text, Style::PLAIN).contains('\u{1b}'));
        let coloured = fixture.written(Format::Text, Style { color: true, ..Style::PLAIN });
        assert!(coloured.contains("\u{1b}[1;31merror[example]"), "{coloured:?}");
    }

    #[test]
    fn the_summary_counts_what_there_is() {
        let summary = Summary { error: 1, warning: 2, info: 0, suppressed: 0, files: 3 };
        assert_eq!(summary.to_string(), "1 error, 2 warnings in 3 files");
        let summary = Summary { error: 0, warning: 1, info: 2, suppressed: 4, files: 1 };
        assert_eq!(summary.to_string(), "1 warning, 2 info in 1 file (4 suppressed)");
    }

    #[test]
    fn nothing_found_is_nothing_written() {
        let mut fixture = Fixture::default();
        fixture.text("vestibule.yaml", "version: 1\n");
        let suppressed = suppressed(2);
        let report = Report { suppressed: &suppressed, ..fixture.report(&[]) };
        assert_eq!(written(&report, Format::Text, Style::PLAIN), "");
    }

    #[test]
    fn many_places_of_one_finding_are_counted_and_not_shown() {
        let mut fixture = Fixture::default();
        let file = fixture.text("vestibule.yaml", &"name\n".repeat(1000));
        let place = |line: usize| Place::Bytes(file, Span::new(line * 5, line * 5 + 4));
        let mut problem = Problem::error("example", place(0), "the same name a thousand times");
        for line in 1..1000 {
            problem = problem.related(place(line), "again");
        }
        fixture.push(problem);
        let text = fixture.written(Format::Text, Style::PLAIN);
        assert!(text.contains("  note: 988 places more\n"), "{text}");
        assert!(text.lines().count() < 60);
    }
}
