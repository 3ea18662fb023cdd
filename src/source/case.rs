//! What a finding is about, one thing at a time, so that it is known again when it has moved or grown.

use super::{FileId, Place, Span};

/// One of the things that a problem is about: a user without an identifier, a member that nobody has.
///
/// It is known by names that stay when the thing moves, and keeps a hash of them only: they may be those of people.
///
/// ```
/// use vestibule::source::Case;
/// assert_eq!(Case::new(&["user", "17"]), Case::new(&["user", "17"]));
/// assert_ne!(Case::new(&["user", "17"]), Case::new(&["user1", "7"]));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Case {
    pub(super) key: u64,
    /// The record that it is in.
    pub(super) record: Option<(FileId, Span)>,
}

impl Case {
    /// A case that is known by its names.
    pub fn new(names: &[&str]) -> Self {
        Case { key: hash(names.iter().map(|name| name.as_bytes())), record: None }
    }

    /// With the record of a snapshot where it stands.
    #[must_use]
    pub fn in_record(self, file: FileId, record: Span) -> Self {
        Case { record: Some((file, record)), ..self }
    }

    /// The hash of its names.
    pub fn key(&self) -> u64 {
        self.key
    }

    /// Where it can be seen, where it stands in a record of a snapshot.
    pub fn place(&self) -> Option<Place> {
        self.record.map(|(file, record)| Place::Bytes(file, record))
    }

    /// With a few bits of its hash: of what nobody may read so much is kept that another text is told from it, and too
    /// little to guess it by.
    #[must_use]
    pub(super) fn blurred(self) -> Self {
        Case { key: self.key & 0xfff, ..self }
    }

    /// The same case of something that has names of its own.
    #[must_use]
    pub(super) fn of(self, whole: Case) -> Self {
        Case { key: combined(whole.key, self.key), ..self }
    }
}

/// What two hashes come to, one after the other.
pub(crate) fn combined(first: u64, second: u64) -> u64 {
    hash([first, second].map(u64::to_le_bytes).iter().map(<[u8; 8]>::as_slice))
}

/// FNV-1a over parts that cannot run into each other, with the bits mixed at the end (the finalizer of MurmurHash3):
/// keys of one set differ in all of their digits.
pub(super) fn hash<'p>(parts: impl Iterator<Item = &'p [u8]>) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for part in parts {
        let length = part.len() as u64;
        for byte in length.to_le_bytes().iter().chain(part) {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    hash = (hash ^ hash >> 33).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ hash >> 33).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ hash >> 33
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_do_not_run_into_each_other() {
        let names: [&[&str]; 7] = [&[], &[""], &["", ""], &["ab"], &["a", "b"], &["b", "a"], &["ab", ""]];
        let mut keys: Vec<u64> = names.iter().map(|names| Case::new(names).key()).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), names.len());
    }
}
