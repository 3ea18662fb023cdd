//! The page of a lint, taken apart.

/// The sections of a lint's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<'p> {
    sections: Vec<(&'p str, &'p str)>,
}

/// A fenced block of a page: a file and its content. ```` ```yaml snapshot/groups.json ```` names the file; without a
/// name it is `vestibule.yaml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example<'p> {
    /// The file's path.
    pub file: &'p str,
    /// Its content.
    pub content: &'p str,
}

impl<'p> Page<'p> {
    /// The sections that every page has, in this order.
    pub const SECTIONS: [&'static str; 6] = ["What it finds", "Why it matters", "Avoid", "Prefer", "Source", "Fix"];

    /// Takes a page apart at its `## ` headings.
    pub fn parse(text: &'p str) -> Self {
        let mut sections = Vec::new();
        for section in text.trim_start().split("\n## ").map(|section| section.trim_start_matches("## ")) {
            let (title, body) = section.split_once('\n').unwrap_or((section, ""));
            sections.push((title.trim(), body.trim()));
        }
        Page { sections }
    }

    /// The titles, in order.
    pub fn titles(&self) -> Vec<&'p str> {
        self.sections.iter().map(|(title, _)| *title).collect()
    }

    /// The text under a title.
    pub fn section(&self, title: &str) -> Option<&'p str> {
        self.sections.iter().find(|(name, _)| *name == title).map(|(_, body)| *body)
    }

    /// The fenced blocks under a title.
    pub fn examples(&self, title: &str) -> Vec<Example<'p>> {
        let body = self.section(title).unwrap_or_default();
        let fenced = body.split("```").skip(1).step_by(2);
        let example = |block: &'p str| {
            let (info, content) = block.split_once('\n')?;
            let file = info.split_whitespace().nth(1).unwrap_or("vestibule.yaml");
            Some(Example { file, content })
        };
        fenced.filter_map(example).collect()
    }
}
