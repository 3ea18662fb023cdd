//! All files of a run, and how symbolic places become bytes.

use super::encoding::utf16_order;
use super::secrets::{self, Hidden, Secret};
use super::{
    Case, Correction, Document, FileId, Finding, Fix, Label, Location, LocationKind, Part, Place, Problem, Route, Span,
    Text, decode_utf8, document,
};

/// The files that were read, by [`FileId`].
///
/// ```
/// use vestibule::source::{At, Problem, Sources};
/// let mut sources = Sources::default();
/// let (file, problems) = sources.add_document("vestibule.yaml", b"version: 1\nprovider: { name: x }\n");
/// assert!(problems.is_empty());
/// let problem = Problem::error("example", At::root(file).key("provider").key("name").value(), "a name of one letter");
/// let finding = sources.resolve(&problem);
/// assert_eq!((finding.primary().start.line, finding.primary().start.column), (2, 19));
/// ```
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<File>,
}

#[derive(Debug)]
struct File {
    text: Text,
    document: Option<Document>,
    /// In order, without overlaps.
    concealed: Vec<Span>,
    secrets: Vec<Secret>,
    /// What stood where the secrets are; of documents alone, as nothing else is ever written back.
    hidden: Vec<Hidden>,
}

impl File {
    fn new(text: Text, document: Option<Document>, secrets: Vec<Secret>, hidden: Vec<Hidden>) -> Self {
        let mut concealed: Vec<Span> = secrets.iter().map(|secret| secret.span).collect();
        concealed.dedup_by(|later, earlier| {
            let touches = later.start <= earlier.end;
            if touches {
                *earlier = earlier.join(*later);
            }
            touches
        });
        File { text, document, concealed, secrets, hidden }
    }
}

impl Sources {
    /// Adds a YAML or JSON document and parses it. Parsing never fails: it gives a tree and problems.
    pub fn add_document(&mut self, name: &str, bytes: &[u8]) -> (FileId, Vec<Problem>) {
        let file = self.next_id();
        let (content, invalid) = decode_utf8(file, bytes);
        let refusal = too_long(file, bytes).or(invalid.as_ref().filter(|_| utf16_order(bytes).is_some()).cloned());
        if let Some(refusal) = refusal {
            // Nothing in it can be told apart, so nothing more is said about it.
            let text = Text::new(name, content);
            let whole = Secret { span: Span::new(0, text.content().len()), certain: false };
            let document = Document::unread(&text);
            self.files.push(File::new(text, Some(document), vec![whole], Vec::new()));
            return (file, vec![refusal]);
        }
        let (read, mut problems) = read(file, name, content, invalid.is_some());
        self.files.push(read);
        problems.extend(invalid);
        document::sort(&mut problems);
        (file, problems)
    }

    /// Adds a text that is not parsed into a tree as a whole: a snapshot, or a file that could not be read (empty). Its
    /// secrets are veiled, so that it is to be read from [`Sources::text`].
    pub fn add_text(&mut self, text: Text) -> FileId {
        let file = self.next_id();
        let secrets = secrets::in_data(text.content());
        let text = match secrets.is_empty() {
            true => text,
            false => {
                // Rules may test an attribute that somebody calls `token`: it is kept, and its line does not show it.
                let certain = secrets.iter().filter(|secret| secret.certain).map(|secret| secret.span);
                Text::new(text.name(), secrets::veil(text.content(), certain))
            }
        };
        self.files.push(File::new(text, None, secrets, Vec::new()));
        file
    }

    /// The secrets that were found in a file, in order. What they are is not known any more: the text has something else
    /// in their place, which takes as many bytes.
    ///
    /// ```
    /// use vestibule::source::Sources;
    /// let mut sources = Sources::default();
    /// let (file, _) = sources.add_document("app.yaml", b"passwordCredentials: [{ secretText: hunter2, hint: hun }]");
    /// assert_eq!(sources.secrets(file)[0].span.len(), 7);
    /// assert!(!sources.text(file).content().contains("hunter2"));
    /// ```
    ///
    /// # Panics
    ///
    /// Where the file was added to other [`Sources`].
    pub fn secrets(&self, file: FileId) -> &[Secret] {
        &self.files[file.0 as usize].secrets
    }

    /// The secrets in some bytes as cases of a finding: another secret is another case, and none can be guessed by it.
    pub(crate) fn secret_cases(&self, id: FileId, within: Span) -> impl Iterator<Item = Case> {
        let file = &self.files[id.0 as usize];
        let secrets = file.secrets.iter().zip(&file.hidden);
        let inside = secrets.filter(move |(secret, _)| within.contains(secret.span));
        inside.map(|(_, hidden)| Case::new(&[hidden.reveal()]).blurred())
    }

    /// The text of a document after some edits, with what its secrets veil: to write it, and never to show it. `None` where
    /// an edit touches a secret, or repeats what veils one.
    pub(crate) fn unveiled(&self, id: FileId, edits: &[(Span, &str)]) -> Option<String> {
        let file = &self.files[id.0 as usize];
        let secrets = file.secrets.iter().zip(&file.hidden).map(|(secret, hidden)| (secret.span, hidden.reveal()));
        if edits.iter().any(|(span, text)| !self.keeps_secrets(id, *span, text)) {
            return None;
        }
        let mut pieces: Vec<(Span, &str)> = edits.iter().copied().chain(secrets).collect();
        pieces.sort();
        let mut out = String::with_capacity(file.text.content().len());
        let mut at = 0;
        for (span, replacement) in pieces {
            out.push_str(file.text.content().get(at..span.start)?);
            out.push_str(replacement);
            at = span.end;
        }
        out.push_str(file.text.content().get(at..)?);
        Some(out)
    }

    /// The text of a file.
    ///
    /// # Panics
    ///
    /// Where the file was added to other [`Sources`].
    pub fn text(&self, file: FileId) -> &Text {
        &self.files[file.0 as usize].text
    }

    /// The tree of a file, where it has one.
    ///
    /// # Panics
    ///
    /// Where the file was added to other [`Sources`].
    pub fn document(&self, file: FileId) -> Option<&Document> {
        self.files[file.0 as usize].document.as_ref()
    }

    /// Marks bytes of a file that nobody may see, such as a client secret: reports show something else in their place.
    pub fn conceal(&mut self, file: FileId, spans: impl IntoIterator<Item = Span>) {
        let concealed = &mut self.files[file.0 as usize].concealed;
        concealed.extend(spans);
        concealed.sort_unstable();
        concealed.dedup_by(|later, earlier| {
            let touches = later.start <= earlier.end;
            if touches {
                *earlier = earlier.join(*later);
            }
            touches
        });
    }

    /// The bytes of a file that nobody may see, in order, without overlaps.
    pub fn concealed(&self, file: FileId) -> &[Span] {
        &self.files[file.0 as usize].concealed
    }

    /// All files in the order they were added.
    pub fn ids(&self) -> impl Iterator<Item = FileId> + use<> {
        (0..self.files.len() as u32).map(FileId)
    }

    /// The file and the bytes of a place.
    pub fn locate(&self, place: &Place) -> (FileId, Span) {
        match place {
            Place::File(file) => (*file, Span::at(0)),
            Place::Bytes(file, span) => (*file, *span),
            Place::Node(file, route, part) => {
                let span = self.document(*file).map_or(Span::at(0), |document| document.locate(route, part));
                (*file, span)
            }
            Place::Record { file, record, inner, part, .. } => {
                if inner.steps().is_empty() && *part == Part::Value {
                    return (*file, *record);
                }
                let slice = Text::new("", self.text(*file).slice(*record));
                let (document, _) = Document::parse(*file, &slice);
                (*file, document.locate(inner, part).shifted(record.start))
            }
        }
    }

    /// The finding that a problem becomes, with lines, columns and bytes.
    pub fn resolve(&self, problem: &Problem) -> Finding {
        let mut locations = vec![self.location(&problem.primary, LocationKind::Primary)];
        locations.extend(problem.related.iter().map(|label| self.location(label, LocationKind::Related)));
        let (at, case) = self.about(&problem.primary.place);
        let mut finding = Finding {
            lint: problem.code,
            severity: problem.severity,
            message: problem.message.clone(),
            help: problem.help.clone(),
            docs: None,
            source: None,
            locations,
            fixes: problem.corrections.iter().filter_map(|correction| self.fix(correction)).collect(),
            witness: problem.witness.clone(),
            fingerprint: String::new(),
            anchor: self.anchor(&problem.primary.place),
            home: self.text(problem.primary.place.file()).name().to_owned(),
            at: problem.topic.map_or(at, str::to_owned),
            cases: Vec::new(),
            way: match &problem.primary.place {
                Place::Node(_, route, _) => route.clone(),
                _ => Route::root(),
            },
        };
        finding.take_cases(match (&problem.cases[..], problem.topic) {
            ([], None) => vec![case],
            ([], Some(_)) => vec![Case { record: case.record, ..Case::new(&[]) }],
            (cases, Some(_)) => cases.to_vec(),
            // What is said of people at one place of a condition is not said at another.
            (cases, None) => {
                let blurs = self.conceals(&problem.primary.place);
                let inner = cases.iter().map(|inner| if blurs { inner.blurred() } else { *inner });
                inner.map(|inner| inner.of(case)).collect()
            }
        });
        finding
    }

    /// The edits of a correction; `None` where one of them cannot be written, or would write over a secret.
    fn fix(&self, correction: &Correction) -> Option<Fix> {
        let edits = correction.replacements.iter().map(|(place, text)| {
            let edit = self.edit(place, text)?;
            let span = Span::new(edit.start, edit.end);
            self.keeps_secrets(self.locate(place).0, span, &edit.text).then_some(edit)
        });
        let edits = edits.collect::<Option<Vec<_>>>().filter(|edits| !edits.is_empty())?;
        Some(Fix { safety: correction.safety, title: correction.title.clone(), edits })
    }

    /// Whether an edit touches no secret, and does not repeat what veils one.
    fn keeps_secrets(&self, file: FileId, span: Span, text: &str) -> bool {
        let file = &self.files[file.0 as usize];
        let next = file.secrets.partition_point(|secret| secret.span.end <= span.start);
        let overlaps = file.secrets.get(next).is_some_and(|secret| secret.span.start < span.end);
        let repeats = |secret: &Secret| {
            let veil = file.text.slice(secret.span);
            // What is shorter may stand anywhere.
            veil.len() >= 4 && text.contains(veil)
        };
        let may_repeat = text.contains("____") || text.contains("1111") || !text.is_ascii();
        !(overlaps || may_repeat && file.secrets.iter().any(repeats))
    }

    /// Where the place of a finding is left for another one of the document: the alias, or the first line of what holds
    /// the merge key.
    pub(crate) fn detour_of(&self, finding: &Finding) -> Option<Place> {
        let document = self.document(finding.primary().id)?;
        let node = document.detour(&finding.way)?;
        let span = if node.is_alias() { node.span() } else { document.first_line(node.span()) };
        Some(Place::Bytes(finding.primary().id, span))
    }

    /// Another place that explains a finding.
    pub(crate) fn location_of(&self, place: &Place, label: &str) -> Location {
        self.location(&Label { place: place.clone(), text: label.to_owned() }, LocationKind::Related)
    }

    fn location(&self, label: &Label, kind: LocationKind) -> Location {
        let (file, span) = self.locate(&label.place);
        let text = self.text(file);
        let route = match &label.place {
            Place::File(_) => Route::root(),
            Place::Node(_, route, _) => route.clone(),
            Place::Record { route, inner, .. } => route.join(inner),
            Place::Bytes(_, span) => self.document(file).map(|document| document.route_at(*span)).unwrap_or_default(),
        };
        Location {
            id: file,
            kind,
            file: text.name().to_owned(),
            route: route.to_string(),
            start: text.position(span.start),
            end: text.position(span.end),
            label: label.text.clone(),
        }
    }

    /// Forgets the files from this one on: nothing refers to them.
    pub(crate) fn forget_from(&mut self, count: usize) {
        self.files.truncate(count);
    }

    /// The number of the file that is added next.
    pub(crate) fn next_id(&self) -> FileId {
        // A run reads far fewer than 2^32 files; `ids` counts the same way.
        FileId(self.files.len() as u32)
    }
}

/// A document of a text whose secrets are veiled. One with bytes that are no text is damaged, though it may parse.
fn read(file: FileId, name: &str, content: String, is_invalid: bool) -> (File, Vec<Problem>) {
    let text = Text::new(name, content);
    let (document, problems) = Document::parse(file, &text);
    let secrets = secrets::in_document(&document, text.content(), is_invalid || !problems.is_empty());
    if secrets.is_empty() {
        return (File::new(text, Some(document), secrets, Vec::new()), problems);
    }
    let hidden = secrets.iter().map(|secret| Hidden::new(text.slice(secret.span))).collect();
    let veiled = Text::new(name, secrets::veil(text.content(), secrets.iter().map(|secret| secret.span)));
    let (document, problems) = Document::parse(file, &veiled);
    (File::new(veiled, Some(document), secrets, hidden), problems)
}

/// How many bytes a document may have. A rule takes some 200, so this is room for more rules than anybody maintains; it
/// keeps the cost of a file that is hostile or named by mistake small. Snapshots have no such limit.
pub const MAX_DOCUMENT_BYTES: usize = 16 << 20;

fn too_long(file: FileId, bytes: &[u8]) -> Option<Problem> {
    if bytes.len() <= MAX_DOCUMENT_BYTES {
        return None;
    }
    let message =
        format!("the document is {} bytes long, and the limit is {MAX_DOCUMENT_BYTES} bytes (16 MiB)", bytes.len());
    Some(Problem::error("size-limit", Place::File(file), message).help("split it with `include`, or name another file"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_beside_a_secret_keeps_it_and_one_over_it_is_none() {
        let mut sources = Sources::default();
        let (file, _) = sources.add_document("a", b"a: b # password: hunter2\n");
        let edited = |start, end, text| sources.unveiled(file, &[(Span::new(start, end), text)]);
        assert_eq!(edited(3, 4, "c").as_deref(), Some("a: c # password: hunter2\n"));
        assert_eq!(edited(24, 24, "!").as_deref(), Some("a: b # password: hunter2!\n"));
        assert_eq!([edited(3, 24, "c"), edited(3, 4, "_______")], [None, None]);
        assert!(!format!("{sources:?}").contains("hunter2"));
    }

    #[test]
    fn concealed_bytes_are_kept_in_order_without_overlaps() {
        let mut sources = Sources::default();
        let file = sources.add_text(Text::new("a", "0123456789"));
        sources.conceal(file, [Span::new(6, 8), Span::new(1, 3)]);
        sources.conceal(file, [Span::new(2, 4), Span::new(1, 2), Span::new(8, 9)]);
        assert_eq!(sources.concealed(file), [Span::new(1, 4), Span::new(6, 9)]);
    }
}
