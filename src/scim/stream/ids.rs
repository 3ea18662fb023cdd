//! Identifiers, each held once and exactly, and known by a small number.

use std::hash::{BuildHasher, RandomState};

/// Identifiers in the order in which they came.
///
/// A UUID in the usual spelling, and any text of up to 15 bytes, takes 17 bytes and its share of the table, about 6.
#[derive(Debug, Default)]
pub(super) struct Ids {
    keys: Vec<u128>,
    forms: Vec<Form>,
    /// Longer texts, one after the other.
    texts: String,
    /// Open addressing: the number of an identifier plus one, 0 where there is none.
    table: Vec<u32>,
    hasher: RandomState,
}

/// What the 16 bytes of an identifier are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// The bytes of a UUID that is written in lower case.
    Lower,
    /// The same, in upper case.
    Upper,
    /// The text itself, and how long it is.
    Short,
    /// Where the text stands among the longer ones, and how long it is.
    Long,
}

/// How many identifiers there can be.
pub(super) const MOST: usize = u32::MAX as usize - 1;

impl Ids {
    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// The number of an identifier that came.
    pub(super) fn find(&self, id: &str) -> Option<u32> {
        self.probe(id, pack(id)).ok()
    }

    /// The number of an identifier; `None` where there are too many.
    pub(super) fn intern(&mut self, id: &str) -> Option<u32> {
        if self.keys.len() * 3 >= self.table.len() * 2 {
            self.grow();
        }
        let packed = pack(id);
        let place = match self.probe(id, packed) {
            Ok(number) => return Some(number),
            Err(place) => place,
        };
        let number = u32::try_from(self.keys.len()).ok().filter(|&number| (number as usize) < MOST)?;
        let (form, key) = packed.unwrap_or_else(|| {
            let start = self.texts.len() as u128;
            self.texts.push_str(id);
            (Form::Long, start << 64 | id.len() as u128)
        });
        self.keys.push(key);
        self.forms.push(form);
        if let Some(entry) = self.table.get_mut(place) {
            *entry = number + 1;
        }
        Some(number)
    }

    /// The number of the identifier, else where it belongs in the table.
    fn probe(&self, id: &str, packed: Option<(Form, u128)>) -> Result<u32, usize> {
        let mask = self.table.len().wrapping_sub(1);
        let mut place = self.hash(id, packed) as usize & mask;
        loop {
            let number = match self.table.get(place) {
                None | Some(0) => return Err(place),
                Some(entry) => entry - 1,
            };
            if self.is(number as usize, id, packed) {
                return Ok(number);
            }
            place = (place + 1) & mask;
        }
    }

    fn is(&self, number: usize, id: &str, packed: Option<(Form, u128)>) -> bool {
        let (Some(&key), Some(&form)) = (self.keys.get(number), self.forms.get(number)) else { return false };
        match packed {
            Some(packed) => packed == (form, key),
            None => form == Form::Long && self.long(key) == Some(id),
        }
    }

    fn long(&self, key: u128) -> Option<&str> {
        let (start, length) = ((key >> 64) as usize, key as u64 as usize);
        self.texts.get(start..start + length)
    }

    fn hash(&self, id: &str, packed: Option<(Form, u128)>) -> u64 {
        match packed {
            Some((_, key)) => self.hasher.hash_one(key),
            None => self.hasher.hash_one(id),
        }
    }

    fn grow(&mut self) {
        let size = (self.table.len() * 2).max(1024);
        // The old table goes before the new one comes.
        self.table = Vec::new();
        self.table = vec![0; size];
        for number in 0..self.keys.len() {
            let (Some(&key), Some(&form)) = (self.keys.get(number), self.forms.get(number)) else { continue };
            let hash = match form {
                Form::Long => self.long(key).map_or(0, |id| self.hasher.hash_one(id)),
                _ => self.hasher.hash_one(key),
            };
            let mut place = hash as usize & (size - 1);
            while self.table.get(place).is_some_and(|&entry| entry != 0) {
                place = (place + 1) & (size - 1);
            }
            if let Some(entry) = self.table.get_mut(place) {
                *entry = number as u32 + 1;
            }
        }
    }
}

/// An identifier in 16 bytes, where it fits.
fn pack(id: &str) -> Option<(Form, u128)> {
    let bytes = id.as_bytes();
    if bytes.len() < 16 {
        let key = bytes.iter().fold(0, |key, &byte| key << 8 | u128::from(byte));
        return Some((Form::Short, key << 8 | bytes.len() as u128));
    }
    if bytes.len() != 36 {
        return None;
    }
    let (mut key, mut digits_only, mut upper) = (0_u128, true, false);
    for (at, &byte) in bytes.iter().enumerate() {
        let digit = match byte {
            b'-' if matches!(at, 8 | 13 | 18 | 23) => continue,
            _ if matches!(at, 8 | 13 | 18 | 23) => return None,
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'f' if digits_only || !upper => {
                (digits_only, upper) = (false, false);
                byte - b'a' + 10
            }
            b'A'..=b'F' if digits_only || upper => {
                (digits_only, upper) = (false, true);
                byte - b'A' + 10
            }
            _ => return None,
        };
        key = key << 4 | u128::from(digit);
    }
    Some((if upper { Form::Upper } else { Form::Lower }, key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_told_apart_exactly() {
        let ids = [
            "",
            "0",
            "00",
            "\0",
            "123456789012345",
            "1234567890123456",
            "ä",
            "2819c223-7f76-453a-919d-413861904646",
            "2819C223-7F76-453A-919D-413861904646",
            "2819c223-7F76-453a-919d-413861904646",
            "2819c223x7f76-453a-919d-413861904646",
            "2819c2237f76453a919d413861904646",
            "00000000-0000-0000-0000-000000000000",
            "00000000-0000-0000-0000-000000000001",
            "2819c223-7f76-453a-919d-4138619046467",
        ];
        let mut interned = Ids::default();
        let numbers: Vec<_> = ids.iter().filter_map(|id| interned.intern(id)).collect();
        assert_eq!(numbers, (0..ids.len() as u32).collect::<Vec<_>>());
        for filler in 0..5000 {
            interned.intern(&format!("filler {filler}"));
            interned.intern(&format!("a filler that is longer {filler}"));
        }
        for (number, id) in (0..).zip(ids) {
            assert_eq!((interned.find(id), interned.intern(id)), (Some(number), Some(number)), "{id}");
        }
        assert_eq!((interned.find("1"), interned.len()), (None, ids.len() + 10_000));
    }
}
