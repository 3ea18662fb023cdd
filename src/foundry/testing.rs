//! Exports for tests.

use super::{Export, ExportPart, ExportReader};
use crate::source::{Sources, Text};

/// An export of these files.
pub(super) fn export(files: &[(ExportPart, &str)]) -> Export {
    let mut sources = Sources::default();
    let mut reader = ExportReader::new();
    for (part, content) in files {
        let text = Text::new("export.json", *content);
        reader.read(sources.add_text(text.clone()), &text, *part);
    }
    reader.finish()
}
