//! Where a diff is written, in how many formats ever.

use std::collections::HashSet;
use std::io::{self, Write};

use super::args::{DiffArgs, DiffFormat};
use super::json::Json;
use super::summary::Summary;
use super::{markdown, text};
use crate::cli::Stop;
use crate::cli::terminal::Terminal;
use crate::cli::write_whole::WholeFile;
use crate::diff::{ComparedPerson, Moved, Moves, Proof};
use crate::report::{Redactor, Style, write_json_line};

/// What is counted and written while people are compared.
pub(super) struct Tally {
    outputs: Outputs,
    moves: Moves,
    is_proved: bool,
    redactor: Option<Redactor>,
    /// The names of the users in examples, in lower case, and those of them that the snapshot has.
    names: HashSet<String>,
    seen: HashSet<String>,
}

/// Standard output, and files.
pub(super) struct Outputs {
    standard: Writer,
    style: Style,
    files: Vec<(Writer, WholeFile)>,
}

/// Writes in one format.
enum Writer {
    /// Written at the end, with as many people as are listed.
    AtEnd {
        format: AtEnd,
        people: Vec<Vec<Moved>>,
        most: usize,
    },
    Json(Json),
    Jsonl,
    None,
}

#[derive(Clone, Copy)]
enum AtEnd {
    Text,
    Markdown,
}

impl Tally {
    pub(super) fn new(args: &DiffArgs, proof: &Proof, terminal: &mut Terminal) -> Result<Tally, Stop> {
        let names: HashSet<String> = proof.user_names().map(str::to_owned).collect();
        Ok(Tally {
            outputs: Outputs::new(args, terminal)?,
            moves: Moves::default(),
            is_proved: proof.equivalent,
            redactor: terminal.redactor.clone(),
            names,
            seen: HashSet::new(),
        })
    }

    /// One person.
    pub(super) fn person(&mut self, user_name: &str, compared: ComparedPerson, out: &mut dyn Write) -> io::Result<()> {
        if !self.names.is_empty() && self.names.contains(&user_name.to_ascii_lowercase()) {
            self.see(user_name);
        }
        self.compared(compared, out)
    }

    /// The names of the users in examples, in lower case.
    pub(super) fn names(&self) -> &HashSet<String> {
        &self.names
    }

    /// The snapshot has a user of this name.
    pub(super) fn see(&mut self, user_name: &str) {
        self.seen.insert(user_name.to_ascii_lowercase());
    }

    pub(super) fn has_seen(&self, name: &str) -> bool {
        self.seen.contains(name)
    }

    /// What came of a person.
    pub(super) fn compared(&mut self, mut compared: ComparedPerson, out: &mut dyn Write) -> io::Result<()> {
        self.moves.add(&compared, self.is_proved);
        if compared.moved.is_empty() {
            return Ok(());
        }
        if let Some(redactor) = &self.redactor {
            compared.moved.iter_mut().for_each(|moved| redactor.moved(moved));
        }
        self.outputs.person(&compared.moved, out)
    }

    /// People to whom the same happens.
    pub(super) fn still(&mut self, users: u64) {
        self.moves.add_still(users);
    }

    pub(super) fn users(&self) -> u64 {
        self.moves.users
    }

    pub(super) fn finish(self) -> (Outputs, Moves) {
        (self.outputs, self.moves.finish())
    }
}

impl Outputs {
    fn new(args: &DiffArgs, terminal: &Terminal) -> Result<Outputs, Stop> {
        let mut files = Vec::new();
        for output in &args.output {
            files.push((Writer::new(output.format, args.most), WholeFile::create(&output.file)?));
        }
        Ok(Outputs { standard: Writer::new(args.format, args.most), style: terminal.out_style, files })
    }

    fn person(&mut self, moved: &[Moved], out: &mut dyn Write) -> io::Result<()> {
        self.standard.person(moved, out)?;
        self.files.iter_mut().try_for_each(|(writer, file)| writer.person(moved, file))
    }

    pub(super) fn finish(self, summary: &Summary<'_>, out: &mut dyn Write) -> Result<(), Stop> {
        for (writer, mut file) in self.files {
            writer.finish(summary, Style::PLAIN, &mut file)?;
            file.keep()?;
        }
        Ok(self.standard.finish(summary, self.style, out)?)
    }
}

impl Writer {
    fn new(format: DiffFormat, most: usize) -> Writer {
        let at_end = |format| Writer::AtEnd { format, people: Vec::new(), most };
        match format {
            DiffFormat::Text => at_end(AtEnd::Text),
            DiffFormat::Markdown => at_end(AtEnd::Markdown),
            DiffFormat::Json => Writer::Json(Json::default()),
            DiffFormat::Jsonl => Writer::Jsonl,
            DiffFormat::None => Writer::None,
        }
    }

    fn person(&mut self, moved: &[Moved], out: &mut dyn Write) -> io::Result<()> {
        match self {
            Writer::AtEnd { people, most, .. } => {
                if people.len() < *most {
                    people.push(moved.to_vec());
                }
                Ok(())
            }
            Writer::Json(json) => moved.iter().try_for_each(|moved| json.moved(moved, out)),
            Writer::Jsonl => moved.iter().try_for_each(|moved| write_json_line(moved, out)),
            Writer::None => Ok(()),
        }
    }

    fn finish(self, summary: &Summary<'_>, style: Style, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Writer::AtEnd { format: AtEnd::Text, people, .. } => text::write(summary, &people, style, out),
            Writer::AtEnd { format: AtEnd::Markdown, people, .. } => markdown::write(summary, &people, out),
            Writer::Json(json) => json.finish(summary, out),
            Writer::Jsonl | Writer::None => Ok(()),
        }
    }
}
