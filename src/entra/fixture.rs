//! Exports for the tests of this layer.

use std::fs;
use std::path::Path;

use crate::source::{At, FileId, Part, Problem, Sources, Text};

use super::{Recognised, SynchronizationSchema, is_xml, recognise};

/// An export from `tests/data/entra`.
pub(super) fn sample(name: &str) -> Export {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/entra").join(name);
    Export::of(&fs::read_to_string(path).expect("the sample is there"))
}

pub(super) struct Export {
    pub(super) sources: Sources,
    pub(super) file: FileId,
    pub(super) recognised: Vec<Recognised>,
    pub(super) problems: Vec<Problem>,
}

impl Export {
    pub(super) fn of(content: &str) -> Export {
        let mut sources = Sources::default();
        let file = match is_xml(content) {
            true => sources.add_text(Text::new("export", content)),
            false => sources.add_document("export", content.as_bytes()).0,
        };
        let (recognised, problems) = recognise(&mut sources, file);
        Export { sources, file, recognised, problems }
    }

    pub(super) fn schema(&self) -> &SynchronizationSchema {
        let schemas = self.recognised.iter().filter_map(|found| match found {
            Recognised::SynchronizationSchema(schema) => Some(schema),
            _ => None,
        });
        schemas.max_by_key(|schema| schema.object_mappings.len()).expect("a synchronization schema")
    }

    /// The bytes at a place.
    pub(super) fn shown(&self, at: &At) -> &str {
        let document = self.sources.document(self.file).expect("a tree");
        self.sources.text(self.file).slice(document.locate(&at.route, &Part::Value))
    }

    /// `route: message` of every problem.
    pub(super) fn said(&self) -> Vec<String> {
        let resolved = self.problems.iter().map(|problem| self.sources.resolve(problem));
        resolved.map(|finding| format!("{}: {}", finding.primary().route, finding.message)).collect()
    }
}
