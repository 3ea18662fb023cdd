//! Reads a Markdown file of cases.

use std::collections::BTreeMap;

use crate::world::World;

/// What is known in a section.
#[derive(Clone, Default)]
pub(super) struct Context {
    /// The headings, outermost first, with their levels.
    headings: Vec<(usize, String)>,
    /// The sections of the configuration by key, in the order in which they came.
    yaml: Vec<(String, String)>,
    /// The files, by name without extension.
    json: BTreeMap<String, String>,
}

/// What is expected in a section.
pub(super) enum Expectation {
    Table(Table),
    Decisions(String),
    GroupDecisions(String),
}

pub(super) struct Table {
    /// The first column's header: which set the conditions stand in.
    pub(super) set: String,
    /// The headers of the other columns.
    pub(super) columns: Vec<String>,
    /// The conditions, and what is expected of each in each column.
    pub(super) rows: Vec<(String, Vec<String>)>,
}

impl Context {
    pub(super) fn title(&self) -> String {
        let titles: Vec<&str> = self.headings.iter().map(|(_, title)| title.as_str()).collect();
        titles.join(" > ")
    }

    /// With sections of the configuration; each takes the place of one with its key.
    pub(super) fn with_yaml(&self, text: &str) -> Context {
        let mut sections: Vec<(String, String)> = Vec::new();
        for line in text.lines() {
            if !line.starts_with([' ', '#', '-']) && !line.is_empty() {
                sections.push((line.split(':').next().unwrap_or_default().to_owned(), String::new()));
            }
            if let Some((_, section)) = sections.last_mut() {
                *section += line;
                *section += "\n";
            }
        }
        let mut context = self.clone();
        context.yaml.retain(|(key, _)| sections.iter().all(|(new, _)| new != key));
        context.yaml.extend(sections);
        context
    }

    fn has_section(&self, key: &str) -> bool {
        self.yaml.iter().any(|(known, _)| known == key)
    }

    pub(super) fn world(&self) -> Result<World, String> {
        let mut yaml: String = self.yaml.iter().map(|(_, section)| section.as_str()).collect();
        if !self.has_section("version") {
            yaml += "version: 1\n";
        }
        if !self.has_section("provider") {
            yaml += "provider: { name: contoso-entra, realm: contoso }\n";
        }
        if !self.has_section("organizations") {
            yaml += "organizations: [{ name: Held }]\n";
        }
        for (section, prefix) in [("snapshot", ""), ("foundry", "foundry-")] {
            let names = ["users", "groups", "memberships", "provider-info"];
            let present = names.iter().filter(|name| self.json.contains_key(&format!("{prefix}{name}")));
            let entries: Vec<String> = present.map(|name| format!("{name}: {prefix}{name}.json")).collect();
            if !self.has_section(section) && !entries.is_empty() {
                yaml += &format!("{section}: {{ {} }}\n", entries.join(", "));
            }
        }
        let json: Vec<(String, &str)> =
            self.json.iter().map(|(name, text)| (format!("{name}.json"), text.as_str())).collect();
        let json = json.iter().map(|(name, text)| (name.as_str(), *text));
        World::new(json.chain([("vestibule.yaml", yaml.as_str())])).map_err(|errors| format!("{errors}\nin\n{yaml}"))
    }
}

pub(super) struct Document<'t> {
    lines: Vec<&'t str>,
    next: usize,
    /// The context of each open section, outermost first.
    open: Vec<Context>,
    found: Vec<(usize, Context, Expectation)>,
}

impl<'t> Document<'t> {
    /// The expectations of a file, each with its line and its context.
    pub(super) fn read(text: &'t str) -> Vec<(usize, Context, Expectation)> {
        let lines = text.lines().collect();
        let mut document = Document { lines, next: 0, open: vec![Context::default()], found: Vec::new() };
        while let Some(&line) = document.lines.get(document.next) {
            document.next += 1;
            if line.starts_with('#') {
                document.heading(line);
            } else if let Some(info) = line.strip_prefix("```") {
                document.block(info);
            } else if line.starts_with('|') {
                document.table(line);
            }
        }
        document.found
    }

    fn heading(&mut self, line: &str) {
        let level = line.bytes().take_while(|byte| *byte == b'#').count();
        let is_inside = |context: &Context| context.headings.last().is_some_and(|(outer, _)| *outer >= level);
        while self.open.last().is_some_and(is_inside) {
            self.open.pop();
        }
        let mut context = self.open.last().cloned().unwrap_or_default();
        context.headings.push((level, line[level..].trim().to_owned()));
        self.open.push(context);
    }

    fn block(&mut self, info: &str) {
        let line = self.next;
        let mut content = String::new();
        while let Some(&text) = self.lines.get(self.next) {
            self.next += 1;
            if text == "```" {
                break;
            }
            content += text;
            content += "\n";
        }
        let context = self.open.last_mut().expect("the outermost context");
        match info.split_once(' ').unwrap_or((info, "")) {
            ("yaml", _) => *context = context.with_yaml(&content),
            ("json", name) => {
                context.json.insert(name.to_owned(), content);
            }
            ("decisions", _) => self.found.push((line, context.clone(), Expectation::Decisions(content))),
            ("group-decisions", _) => self.found.push((line, context.clone(), Expectation::GroupDecisions(content))),
            (other, _) => panic!("line {line}: unknown kind of block `{other}`"),
        }
    }

    fn table(&mut self, header: &str) {
        let line = self.next;
        let mut header = cells(header).into_iter();
        let set = header.next().unwrap_or_default();
        self.next += 1;
        let mut rows = Vec::new();
        while let Some(row) = self.lines.get(self.next).filter(|line| line.starts_with('|')) {
            self.next += 1;
            let mut cells = cells(row).into_iter();
            rows.push((cells.next().unwrap_or_default(), cells.collect()));
        }
        let table = Table { set, columns: header.collect(), rows };
        let context = self.open.last().expect("the outermost context").clone();
        self.found.push((line, context, Expectation::Table(table)));
    }
}

/// The cells of a row, without the marks of code; `\|` is a bar.
fn cells(row: &str) -> Vec<String> {
    let row = row.replace("\\|", "\u{0}");
    let row = row.trim().trim_start_matches('|').trim_end_matches('|');
    row.split('|').map(|cell| cell.trim().replace('`', "").replace('\u{0}', "|")).collect()
}
