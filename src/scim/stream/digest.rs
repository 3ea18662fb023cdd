//! Numbers that stand for content: two that are equal were, as good as certainly, made of the same.

use crate::scim::{Json, Object};

/// Of the bytes of a text. It is fast and no secret.
pub(super) fn of_text(text: &str) -> u64 {
    text_with(text, 0)
}

/// Of an object, whatever the order and the case of its names: two have the same where [`Object::says_the_same`].
pub(super) fn of_object(object: &Object) -> u128 {
    u128::from(object_with(object, 1)) << 64 | u128::from(object_with(object, 2))
}

fn object_with(object: &Object, seed: u64) -> u64 {
    /// As far as the order of names does not matter.
    const MOST: usize = 64;
    let entry = |(name, value): (&str, &Json)| {
        mix(text_with(&name.to_ascii_lowercase(), seed) ^ json_with(value, seed).rotate_left(17))
    };
    let count = object.entries().count();
    let entries = object.entries().map(entry);
    let sum = match count {
        0..=MOST => entries.fold(seed, u64::wrapping_add),
        _ => entries.fold(seed, |sum, entry| mix(sum ^ entry)),
    };
    mix(sum ^ 5)
}

fn json_with(value: &Json, seed: u64) -> u64 {
    match value {
        Json::Null => mix(seed ^ 10),
        Json::Bool(value) => mix(seed ^ 20 ^ u64::from(*value)),
        Json::Number(number) => text_with(&number.to_string(), seed ^ 30),
        Json::String(text) => text_with(text, seed ^ 40),
        Json::Array(items) => items.iter().fold(seed ^ 50, |sum, item| mix(sum ^ json_with(item, seed))),
        Json::Object(object) => object_with(object, seed),
    }
}

fn text_with(text: &str, seed: u64) -> u64 {
    /// Several words at a time: one does not wait for the other.
    const ODD: [u64; 4] = [0x9e37_79b9_7f4a_7c15, 0xc2b2_ae3d_27d4_eb4f, 0x1656_67b1_9e37_79f9, 0x27d4_eb2f_1656_67c5];
    let (words, _) = text.as_bytes().as_chunks::<8>();
    let (groups, _) = words.as_chunks::<4>();
    let turn = |state: u64, word: u64, odd: u64| (state ^ word).wrapping_mul(odd).rotate_left(29);
    let [mut first, mut second, mut third, mut fourth] = ODD;
    first ^= mix(seed) ^ text.len() as u64;
    for [a, b, c, d] in groups {
        first = turn(first, u64::from_le_bytes(*a), ODD[0]);
        second = turn(second, u64::from_le_bytes(*b), ODD[1]);
        third = turn(third, u64::from_le_bytes(*c), ODD[2]);
        fourth = turn(fourth, u64::from_le_bytes(*d), ODD[3]);
    }
    let rest = text.as_bytes().get(groups.len() * 32..).unwrap_or_default();
    first = rest.iter().fold(first, |state, &byte| turn(state, u64::from(byte), ODD[0]));
    [first, second, third, fourth].into_iter().fold(0, |sum, state| mix(sum ^ state))
}

/// The finaliser of SplitMix64.
fn mix(mut state: u64) -> u64 {
    state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_that_say_the_same_have_the_same_digest() {
        let digest = |text: &str| text.parse::<Json>().map(|json| json.as_object().map(of_object)).expect("JSON");
        let same = digest(r#"{"a":1,"B":[true,{"c":"x","d":null}]}"#);
        assert_eq!(digest(r#"{"b":[true,{"D":null,"c":"x"}],"A":1}"#), same);
        for other in [
            r#"{"a":2,"B":[true,{"c":"x","d":null}]}"#,
            r#"{"a":1,"B":[{"c":"x","d":null},true]}"#,
            r#"{"a":1,"B":[true,{"c":"x","d":[]}]}"#,
            r#"{"a":1,"B":[true,{"c":"x"}]}"#,
            r#"{"a":"1","B":[true,{"c":"x","d":null}]}"#,
        ] {
            assert_ne!(digest(other), same, "{other}");
        }
    }

    #[test]
    fn every_byte_of_a_text_counts() {
        let text = "a".repeat(40);
        let whole = of_text(&text);
        for at in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[at] = b'b';
            assert_ne!(of_text(&String::from_utf8(changed).expect("ASCII")), whole, "{at}");
        }
    }
}
