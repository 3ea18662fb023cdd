//! What a secret leaves in a text that is damaged: its name is lost, or the place where it ends.
//!
//! There a text that is made like no word is veiled, whatever it is. Nothing is said of it.

use crate::source::Span;

/// The texts of a damaged document that are made like no word.
pub(super) fn secrets(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    for run in runs(text, |byte| byte.is_ascii_alphanumeric() || b"_~.+-".contains(&byte)) {
        let inside = text.get(run.range()).unwrap_or_default();
        // An attribute of a directory extension bears the identifier of its application.
        if inside.starts_with("extension_") {
            continue;
        }
        let parts: Vec<Span> = runs(inside, |byte| byte.is_ascii_alphanumeric()).collect();
        let is = |part: &Span, test: fn(&[u8]) -> bool| test(inside[part.range()].as_bytes());
        if parts.iter().any(|part| is(part, is_random)) {
            found.push(run);
        } else {
            let identifiers = parts.into_iter().filter(|part| is(part, is_long_hex));
            found.extend(identifiers.map(|part| part.shifted(run.start)));
        }
    }
    found
}

/// The longest runs of such bytes.
fn runs(text: &str, is_inside: impl Fn(u8) -> bool + Copy) -> impl Iterator<Item = Span> {
    let mut start = 0;
    let runs = text.as_bytes().chunk_by(move |one, other| is_inside(*one) == is_inside(*other));
    runs.filter_map(move |run| {
        let span = Span::new(start, start + run.len());
        start = span.end;
        run.first().is_some_and(|byte| is_inside(*byte)).then_some(span)
    })
}

/// Whether a text is made of the digits of a number to the base of 16, and longer than any piece of a GUID.
fn is_long_hex(part: &[u8]) -> bool {
    const LONGEST: usize = 19;
    part.len() > LONGEST && is_hex(part)
}

fn is_hex(part: &[u8]) -> bool {
    let is_small = |byte: &u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte);
    let is_capital = |byte: &u8| byte.is_ascii_digit() || (b'A'..=b'F').contains(byte);
    part.iter().all(is_small) || part.iter().all(is_capital)
}

/// Whether letters and digits change places as in no word: `w9LmTr2Vb`, and not `Oauth2ClientId` or a part of a GUID.
fn is_random(part: &[u8]) -> bool {
    const SHORTEST: usize = 6;
    if part.len() < SHORTEST || is_hex(part) {
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
    fn of_an_identifier_the_rest_stays() {
        let text = "scim.e9da86d351cf4a7682d8c50195c3f466.a172cedc-ae47-474b-a15c-54d510a5d84a";
        assert_eq!(secrets(text), [Span::new(5, 37)]);
    }

    #[test]
    fn words_numbers_and_guids_are_not() {
        for text in [
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
            "Oauth2ClientSecret saml2Token aadOptscim062020 userPrincipalName onPremisesSamAccountName",
            "ri.multipass..organization.b93107fa-9e7d-42e4-be19-c789f3745c92",
            "2021-05-24T21:45:53.6330529Z PT40M EU-Finance-2 extensionAttribute15",
            "ada@contoso.com, ADA.LOVELACE@CONTOSO.COM",
            "[extension_e9da86d351cf4a7682d8c50195c3f466_costCentre]",
        ] {
            assert_eq!(secrets(text), [], "{text}");
        }
    }
}
