//! Identifiers, each held once and exactly, and known by a small number.

use std::hash::{BuildHasher, RandomState};

/// Identifiers in the order in which they came.
///
/// A UUID in the usual spelling, and any text of up to 15 bytes, takes 16 bytes and its share of the table, 8 to 24.
#[derive(Debug, Default)]
pub(super) struct Ids {
    keys: Vec<u128>,
    /// Longer texts, one after the other.
    texts: String,
    /// Open addressing; 0 where there is nothing.
    table: Vec<Entry>,
    seeds: Seeds,
}

/// The number of an identifier plus one, its form, and some bits of its hash: mostly one look at the table and one at the
/// key is enough.
type Entry = u64;

/// An identifier in the form in which it is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Packed {
    form: Form,
    key: u128,
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

/// Makes hashes that nobody can foresee, so that no file is made of identifiers that collide.
#[derive(Debug)]
struct Seeds {
    texts: RandomState,
    low: u64,
    high: u64,
}

impl Default for Seeds {
    fn default() -> Self {
        let texts = RandomState::new();
        let (low, high) = (texts.hash_one(0), texts.hash_one(1));
        Seeds { texts, low, high }
    }
}

impl Seeds {
    fn of_key(&self, key: u128) -> u64 {
        let fold = |a: u64, b: u64| {
            let product = u128::from(a) * u128::from(b);
            (product >> 64) as u64 ^ product as u64
        };
        fold(fold(key as u64 ^ self.low, (key >> 64) as u64 ^ self.high), self.low | 1)
    }
}

/// How many identifiers there can be.
pub(super) const MOST: usize = u32::MAX as usize - 1;

const NUMBER: u64 = u32::MAX as u64;
const TAG: u64 = !(NUMBER | 3 << 32);

fn entry(number: u32, form: Form, hash: u64) -> Entry {
    u64::from(number + 1) | (form as u64) << 32 | hash & TAG
}

impl Ids {
    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// The number of an identifier that came.
    pub(super) fn find(&self, id: &str) -> Option<u32> {
        match Packed::of(id) {
            Some(packed) => self.find_packed(packed),
            None => self.probe_text(id).0.ok(),
        }
    }

    /// The same for one in its form.
    pub(super) fn find_packed(&self, packed: Packed) -> Option<u32> {
        self.probe(packed).0.ok()
    }

    /// The number of an identifier; `None` where there are too many.
    pub(super) fn intern(&mut self, id: &str) -> Option<u32> {
        if let Some(packed) = Packed::of(id) {
            return self.intern_packed(packed);
        }
        self.make_room();
        let (place, hash) = match self.probe_text(id) {
            (Ok(number), _) => return Some(number),
            (Err(place), hash) => (place, hash),
        };
        self.texts.push_str(id);
        self.add(Packed::text(self.texts.len() - id.len(), id.len()), place, hash)
    }

    /// The same for one in its form.
    pub(super) fn intern_packed(&mut self, packed: Packed) -> Option<u32> {
        self.make_room();
        match self.probe(packed) {
            (Ok(number), _) => Some(number),
            (Err(place), hash) => self.add(packed, place, hash),
        }
    }

    /// Looks at what will be looked at for these: memory that is asked for all at once is waited for once.
    pub(super) fn warm<'p>(&self, packed: impl Iterator<Item = &'p Packed> + Clone) {
        let mask = self.table.len().wrapping_sub(1);
        let entry = |packed: &Packed| self.table.get(self.seeds.of_key(packed.key) as usize & mask).copied();
        let touched: u64 = packed.clone().filter_map(entry).fold(0, u64::wrapping_add);
        let key = |packed: &Packed| self.keys.get((entry(packed)? & NUMBER).checked_sub(1)? as usize).copied();
        let keys: u128 = packed.filter_map(key).fold(0, u128::wrapping_add);
        std::hint::black_box((touched, keys));
    }

    fn add(&mut self, packed: Packed, place: usize, hash: u64) -> Option<u32> {
        let number = u32::try_from(self.keys.len()).ok().filter(|&number| (number as usize) < MOST)?;
        self.keys.push(packed.key);
        *self.table.get_mut(place)? = entry(number, packed.form, hash);
        Some(number)
    }

    /// The number of the identifier, else where it belongs in the table; and its hash.
    fn probe(&self, Packed { form, key }: Packed) -> (Result<u32, usize>, u64) {
        let hash = self.seeds.of_key(key);
        (self.look(hash, form, |number| self.keys.get(number) == Some(&key)), hash)
    }

    fn probe_text(&self, id: &str) -> (Result<u32, usize>, u64) {
        let hash = self.seeds.texts.hash_one(id);
        let is = |number| self.keys.get(number).and_then(|&key| self.text(key)) == Some(id);
        (self.look(hash, Form::Long, is), hash)
    }

    fn look(&self, hash: u64, form: Form, is: impl Fn(usize) -> bool) -> Result<u32, usize> {
        let mask = self.table.len().wrapping_sub(1);
        let wanted = entry(0, form, hash) & !NUMBER;
        let mut place = hash as usize & mask;
        loop {
            let entry = match self.table.get(place) {
                None | Some(0) => return Err(place),
                Some(&entry) => entry,
            };
            let number = (entry & NUMBER) - 1;
            if entry & !NUMBER == wanted && is(number as usize) {
                return Ok(number as u32);
            }
            place = (place + 1) & mask;
        }
    }

    fn text(&self, key: u128) -> Option<&str> {
        Packed { form: Form::Long, key }.as_text(&self.texts)
    }

    fn make_room(&mut self) {
        if self.keys.len() * 3 < self.table.len() * 2 {
            return;
        }
        let size = (self.table.len() * 2).max(1024);
        let old = std::mem::replace(&mut self.table, vec![0; size]);
        for entry in old.into_iter().filter(|&entry| entry != 0) {
            let Some(&key) = self.keys.get((entry & NUMBER) as usize - 1) else { continue };
            let hash = match (entry >> 32) & 3 {
                form if form == Form::Long as u64 => self.text(key).map_or(0, |id| self.seeds.texts.hash_one(id)),
                _ => self.seeds.of_key(key),
            };
            let mut place = hash as usize & (size - 1);
            while self.table.get(place).is_some_and(|&taken| taken != 0) {
                place = (place + 1) & (size - 1);
            }
            if let Some(free) = self.table.get_mut(place) {
                *free = entry;
            }
        }
    }
}

impl Packed {
    /// A text of its own that stands among others.
    pub(super) fn text(start: usize, length: usize) -> Packed {
        Packed { form: Form::Long, key: (start as u128) << 64 | length as u128 }
    }

    /// That text.
    pub(super) fn as_text(self, texts: &str) -> Option<&str> {
        let (start, length) = ((self.key >> 64) as usize, self.key as u64 as usize);
        if self.form == Form::Long { texts.get(start..start + length) } else { None }
    }

    /// The form of an identifier, where it fits in 16 bytes.
    pub(super) fn of(id: &str) -> Option<Packed> {
        let bytes = id.as_bytes();
        if bytes.len() < 16 {
            let key = bytes.iter().fold(0, |key, &byte| key << 8 | u128::from(byte));
            return Some(Packed { form: Form::Short, key: key << 8 | bytes.len() as u128 });
        }
        Packed::of_uuid(bytes.try_into().ok()?)
    }

    /// The same of a text that is as long as a UUID.
    pub(super) fn of_uuid(uuid: &[u8; 36]) -> Option<Packed> {
        if [8, 13, 18, 23].iter().any(|&at| uuid[at] != b'-') {
            return None;
        }
        let mut digits = [0; 32];
        for (to, from) in [(0, 0), (4, 4), (8, 9), (12, 14), (16, 19), (20, 24), (24, 28), (28, 32)] {
            digits[to..to + 4].copy_from_slice(&uuid[from..from + 4]);
        }
        // All digits are looked at alike, so that many are at a time.
        let (mut wrong, mut lower, mut upper) = (0, 0, 0);
        for digit in &mut digits {
            let byte = *digit;
            let letter = byte >> 6 & 1;
            let value = (byte & 15) + 9 * letter;
            let (least, first) = (10 * letter, b'0' + letter * (b'a' - b'0'));
            wrong |= (byte | letter << 5) ^ first.wrapping_add(value).wrapping_sub(least);
            wrong |= u8::from(value.wrapping_sub(least) >= 10 - 4 * letter);
            lower |= letter & byte >> 5;
            upper |= letter & !(byte >> 5);
            *digit = value;
        }
        let form = match (wrong, upper, lower) {
            (0, 0, _) => Form::Lower,
            (0, _, 0) => Form::Upper,
            _ => return None,
        };
        let (mut key, halves) = ([0; 16], digits.split_at(16));
        for (byte, (high, low)) in key.iter_mut().zip(halves.0.iter().zip(halves.1)) {
            *byte = high << 4 | low;
        }
        Some(Packed { form, key: u128::from_le_bytes(key) })
    }
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
            "0000000g-0000-0000-0000-000000000000",
            "0000000:-0000-0000-0000-000000000000",
            "0000000`-0000-0000-0000-000000000000",
            "0000000@-0000-0000-0000-000000000000",
            "0000000\u{10}-0000-0000-0000-000000000000",
            "abcdef0A-0000-0000-0000-000000000000",
            "abcdef0a-0000-0000-0000-000000000000",
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

    /// Every byte at every place of a UUID: where it is no digit, or of the other case, the text is held as it is.
    #[test]
    fn only_a_uuid_is_held_as_one() {
        for (uuid, form) in [
            ("2819c223-7f76-453a-919d-413861904646", Form::Lower),
            ("2819C223-7F76-453A-919D-413861904646", Form::Upper),
        ] {
            assert_eq!(Packed::of(uuid).map(|packed| packed.form), Some(form), "{uuid}");
            for at in 0..uuid.len() {
                for byte in 0..=u8::MAX {
                    let mut changed: [u8; 36] = uuid.as_bytes().try_into().expect("36 bytes");
                    changed[at] = byte;
                    let is_letter = byte.is_ascii_hexdigit() && !byte.is_ascii_digit();
                    let other_case = is_letter && byte.is_ascii_uppercase() == (form == Form::Lower);
                    let is_digit = byte.is_ascii_hexdigit() && !other_case;
                    let is_uuid = if [8, 13, 18, 23].contains(&at) { byte == b'-' } else { is_digit };
                    let packed = Packed::of_uuid(&changed);
                    assert_eq!(packed.is_some(), is_uuid, "{at} {byte}");
                    let is_same = packed == Packed::of(uuid);
                    assert_eq!(is_same, changed == uuid.as_bytes(), "{at} {byte}");
                }
            }
        }
    }
}
