//! All files of a run, and how symbolic places become bytes.

use super::encoding::utf16_order;
use super::{
    Correction, Document, FileId, Finding, Fix, Label, Location, LocationKind, Part, Place, Problem, Route, Span, Text,
    decode_utf8, document,
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
}

impl Sources {
    /// Adds a YAML or JSON document and parses it. Parsing never fails: it gives a tree and problems.
    pub fn add_document(&mut self, name: &str, bytes: &[u8]) -> (FileId, Vec<Problem>) {
        let file = self.next_id();
        let (content, invalid) = decode_utf8(file, bytes);
        let text = Text::new(name, content);
        let refusal = too_long(file, bytes).or(invalid.as_ref().filter(|_| utf16_order(bytes).is_some()).cloned());
        if let Some(refusal) = refusal {
            // Nothing in it can be told apart, so nothing more is said about it.
            let document = Document::unread(&text);
            self.files.push(File { text, document: Some(document), concealed: Vec::new() });
            return (file, vec![refusal]);
        }
        let (document, mut problems) = Document::parse(file, &text);
        problems.extend(invalid);
        document::sort(&mut problems);
        self.files.push(File { text, document: Some(document), concealed: Vec::new() });
        (file, problems)
    }

    /// Adds a text that is not parsed into a tree as a whole: a snapshot, or a file that could not be read (empty).
    pub fn add_text(&mut self, text: Text) -> FileId {
        let file = self.next_id();
        self.files.push(File { text, document: None, concealed: Vec::new() });
        file
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
        let anchor = self.anchor(&problem.primary.place);
        let fingerprint = fingerprint(problem.code, &locations[0].file, &anchor);
        Finding {
            lint: problem.code,
            severity: problem.severity,
            message: problem.message.clone(),
            help: problem.help.clone(),
            docs: None,
            source: None,
            locations,
            fixes: problem.corrections.iter().filter_map(|correction| self.fix(correction)).collect(),
            witness: problem.witness.clone(),
            fingerprint,
            anchor,
        }
    }

    /// The edits of a correction; `None` where one of them cannot be written.
    fn fix(&self, correction: &Correction) -> Option<Fix> {
        let edits = correction.replacements.iter().map(|(place, text)| self.edit(place, text));
        let edits = edits.collect::<Option<Vec<_>>>().filter(|edits| !edits.is_empty())?;
        Some(Fix { safety: correction.safety, title: correction.title.clone(), edits })
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

/// FNV-1a over what survives reformatting.
fn fingerprint(code: &str, file: &str, anchor: &str) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for part in [code, file, anchor] {
        for byte in part.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn concealed_bytes_are_kept_in_order_without_overlaps() {
        let mut sources = Sources::default();
        let file = sources.add_text(Text::new("a", "0123456789"));
        sources.conceal(file, [Span::new(6, 8), Span::new(1, 3)]);
        sources.conceal(file, [Span::new(2, 4), Span::new(1, 2), Span::new(8, 9)]);
        assert_eq!(sources.concealed(file), [Span::new(1, 4), Span::new(6, 9)]);
    }
}
