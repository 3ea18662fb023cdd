//! "Did you mean …?"

/// The candidate that is most like `word`, if one is close enough to be a likely slip; the first of equals.
///
/// ```
/// use vestibule::source::closest;
/// assert_eq!(closest("organisations", ["organizations", "groups"]), Some("organizations"));
/// assert_eq!(closest("colour", ["organizations", "groups"]), None);
/// ```
pub fn closest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    // Comparing costs the product of the lengths; nobody mistypes a name of this size.
    const LONGEST: usize = 200;
    if word.len() > LONGEST {
        return None;
    }
    // One slip in a word of two letters makes another word.
    let allowed = match word.chars().count() {
        0..=2 => 0,
        3..=5 => 1,
        length => length / 3,
    };
    let folded = word.to_lowercase();
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        if candidate.len() > LONGEST {
            continue;
        }
        let distance = strsim::osa_distance(&folded, &candidate.to_lowercase());
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}
