//! Secrets in texts: found once, when a text is read, and veiled before anything else looks at it.
//!
//! Whatever comes after sees characters of the same number of bytes and columns instead, so that no message, route,
//! excerpt or value can repeat what it never held. A document that parses is searched through its tree and its comments;
//! of one that is damaged, and of texts that have no tree, the raw text is searched as well.

mod assignments;
mod below;
mod elements;
mod logins;
mod looks;
mod names;
mod nodes;
mod torn;
mod values;
mod veil;

use std::fmt;

use super::{Document, Span};

pub(super) use veil::veil;

/// A secret in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Secret {
    /// The bytes of the secret itself, without quotes.
    pub span: Span,
    /// Whether it is one beyond doubt. Of others, such as what a comment says of a password, nothing is shown either.
    pub certain: bool,
}

/// The text that stood where something is veiled. It exists to be written back into the file that it came from; nothing
/// shows it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Hidden(String);

impl Hidden {
    pub(super) fn new(text: &str) -> Self {
        Hidden(text.to_owned())
    }

    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden")
    }
}

/// What kind of text is searched: the same words mean more in one than in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Setting {
    /// A document whose tree is not that of all of it.
    Damaged,
    /// Users, groups, logs and other data, whose attributes may have any name.
    Data,
    /// A comment.
    Comment,
    /// The decoded text of one scalar.
    Scalar,
}

/// The secrets of a document, in order, without overlaps.
pub(super) fn in_document(document: &Document, content: &str, has_problems: bool) -> Vec<Secret> {
    let mut found = nodes::secrets(document);
    for comment in document.comments() {
        let text = content.get(comment.span.range()).unwrap_or_default();
        found.extend(within(text, Setting::Comment).into_iter().map(|secret| secret.shifted(comment.span.start)));
    }
    // What was left out of the tree is found in the text only.
    if document.is_damaged() || has_problems {
        found.extend(within(content, Setting::Damaged));
        found.extend(torn::secrets(content).into_iter().map(|span| Secret { span, certain: false }));
    }
    // A key of a block runs over lines that no comment and no scalar holds whole.
    found.extend(looks::private_keys(content).into_iter().map(certain));
    merged(found)
}

/// The secrets of a text without a tree, in order, without overlaps.
pub(super) fn in_data(content: &str) -> Vec<Secret> {
    merged(within(content, Setting::Data))
}

fn within(text: &str, setting: Setting) -> Vec<Secret> {
    if is_harmless(text) {
        return Vec::new();
    }
    let mut found = assignments::secrets(text, setting);
    let mut looking = looks::secrets(text);
    if matches!(setting, Setting::Damaged | Setting::Data) {
        looking.iter_mut().for_each(|span| *span = looks::to_its_end(text, *span));
        found.extend(looks::key_material(text).into_iter().map(certain));
        found.extend(logins::secrets(text).into_iter().map(|span| Secret { span, certain: false }));
        // What is no secret of a document beyond doubt is veiled there as well.
        found.extend(looks::cut_off(text).map(|span| Secret { span, certain: setting == Setting::Data }));
    }
    found.extend(looking.into_iter().map(certain));
    found
}

/// Most scalars are a word, and too short for the looks of a secret.
fn is_harmless(text: &str) -> bool {
    const SHORTEST: usize = 7;
    const SHORTEST_WORD: usize = 20;
    text.len() < SHORTEST || (text.len() < SHORTEST_WORD && text.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

fn certain(span: Span) -> Secret {
    Secret { span, certain: true }
}

impl Secret {
    fn shifted(self, by: usize) -> Secret {
        Secret { span: self.span.shifted(by), ..self }
    }
}

/// In order, those that overlap as one.
fn merged(mut found: Vec<Secret>) -> Vec<Secret> {
    found.retain(|secret| !secret.span.is_empty());
    found.sort_unstable();
    found.dedup_by(|later, earlier| {
        let overlaps = later.span.start < earlier.span.end;
        if overlaps {
            *earlier = Secret { span: earlier.span.join(later.span), certain: earlier.certain || later.certain };
        }
        overlaps
    });
    found
}

#[cfg(test)]
mod tests;
