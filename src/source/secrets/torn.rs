//! What a secret leaves in a text that is damaged: its name is lost, or the place where it ends.
//!
//! There a text that is made like no word is veiled, whatever it is. Nothing is said of it.

use crate::source::Span;

/// The texts of a damaged document that are made like no word.
pub(super) fn secrets(text: &str) -> Vec<Span> {
    let is_inside = |byte: &u8| byte.is_ascii_alphanumeric() || b"_~.+-".contains(byte);
    let mut found = Vec::new();
    let mut start = 0;
    for run in text.as_bytes().chunk_by(|one, other| is_inside(one) == is_inside(other)) {
        if run.first().is_some_and(is_inside) && run.split(|byte| !byte.is_ascii_alphanumeric()).any(is_random) {
            found.push(Span::new(start, start + run.len()));
        }
        start += run.len();
    }
    found
}

/// Whether letters and digits change places as in no word: `w9LmTr2Vb`, and not `Oauth2ClientId` or a part of a GUID.
fn is_random(part: &[u8]) -> bool {
    const SHORTEST: usize = 6;
    /// A GUID without its signs has more.
    const LONGEST_HEX: usize = 19;
    if part.len() < SHORTEST {
        return false;
    }
    let is_hex = |byte: &u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte);
    let is_capital_hex = |byte: &u8| byte.is_ascii_digit() || (b'A'..=b'F').contains(byte);
    if part.len() <= LONGEST_HEX && (part.iter().all(is_hex) || part.iter().all(is_capital_hex)) {
        return false;
    }
    let pieces = || part.chunk_by(|one, other| one.is_ascii_digit() == other.is_ascii_digit());
    let letters = || pieces().filter(|piece| piece.first().is_some_and(u8::is_ascii_alphabetic));
    let is_short = letters().any(|piece| piece.len() <= 2);
    pieces().count() >= 4 || pieces().count() == 3 && is_short || letters().any(is_zigzag)
}

/// Whether capitals stand as in no word: `jKlMnOpQr`, and not `userPrincipalName`.
fn is_zigzag(letters: &[u8]) -> bool {
    let humps = letters.windows(2).filter(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase()).count();
    humps >= 3 && letters.len() < (humps + 1) * 5 / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_like_no_word_is_veiled() {
        for torn in [
            "w9LmTr2Vb8Ns",
            "r2Vb8Ns",
            "Zq7kfoX",
            "kfoXw9L",
            "abc8Q~dEf.GhI-jKlMnOpQr",
            "e9da86d351cf4a7682d8c50195c3f466",
        ] {
            assert_eq!(secrets(&format!("\"{torn}\": x")), [Span::new(1, torn.len() + 1)], "{torn}");
        }
    }

    #[test]
    fn words_numbers_and_guids_are_not() {
        for text in [
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
            "Oauth2ClientSecret saml2Token aadOptscim062020 userPrincipalName onPremisesSamAccountName",
            "ri.multipass..organization.b93107fa-9e7d-42e4-be19-c789f3745c92",
            "2021-05-24T21:45:53.6330529Z PT40M EU-Finance-2 extensionAttribute15",
            "ada@contoso.com, ADA.LOVELACE@CONTOSO.COM",
        ] {
            assert_eq!(secrets(text), [], "{text}");
        }
    }
}
