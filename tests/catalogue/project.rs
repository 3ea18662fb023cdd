//! A project in memory, and what a whole run says of it.

use vestibule::lint;
use vestibule::project::{Memory, Overrides, Project};
use vestibule::source::{Finding, Sources};

/// What a document may leave out.
const USUAL: [(&str, &str); 3] = [
    ("version:", "version: 1\n"),
    ("provider:", "provider:\n  name: contoso-entra\n  attribute-mapping: { provider-id: objectidentifier }\n"),
    ("organizations:", "organizations: [{ name: Contoso EU }, { name: Contoso Guests }]\n"),
];

/// The files, the document with the usual parts and with these lints selected besides those of the default level.
pub(crate) fn whole(files: &[(&str, &str)], selected: &str) -> Vec<(String, String)> {
    let mut document = String::new();
    let mut whole = Vec::new();
    for (file, text) in files {
        match *file {
            "vestibule.yaml" => document.push_str(text),
            file => whole.push((file.to_owned(), (*text).to_owned())),
        }
    }
    let select = format!("lint: {{ select: [default, {selected}] }}\n");
    let usual = USUAL.into_iter().chain([("lint:", select.as_str())]);
    for (key, text) in usual {
        if !document.lines().any(|line| line.starts_with(key)) {
            document.push_str(text);
        }
    }
    whole.push(("vestibule.yaml".to_owned(), document));
    whole
}

/// Everything that a run over the files finds on a fixed day.
#[track_caller]
pub(crate) fn findings<T: AsRef<[u8]>>(files: &[(String, T)]) -> Vec<Finding> {
    let mut memory = Memory::default();
    files.iter().for_each(|(file, content)| memory.insert(file, content.as_ref().to_vec()));
    let mut sources = Sources::default();
    let overrides = Overrides { today: Some(jiff::civil::date(2026, 6, 15)), ..Overrides::default() };
    let project = Project::load(&memory, "vestibule.yaml".as_ref(), &overrides, &mut sources);
    assert!(project.config.is_some(), "the configuration is refused: {:#?}", project.problems);
    lint::run(&project, &sources)
}

/// Where a finding stands, and what it underlines: `file:line:column text`.
pub(crate) fn place(finding: &Finding, files: &[(String, String)]) -> String {
    let primary = finding.primary();
    let content = files.iter().find(|(file, _)| *file == primary.file).map_or("", |(_, content)| content);
    let text = content.get(primary.start.offset..primary.end.offset).unwrap_or("");
    format!("{}:{}:{} {text}", primary.file, primary.start.line, primary.start.column)
}
