//! "Did you mean …?"

/// The candidate that is most like `word`, if one is close enough to be a likely slip; the first of equals.
///
/// ```
/// use vestibule::source::closest;
/// assert_eq!(closest("organisations", ["organizations", "groups"]), Some("organizations"));
/// assert_eq!(closest("colour", ["organizations", "groups"]), None);
/// ```
pub fn closest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    // One slip in a word of two letters makes another word.
    let allowed = match word.chars().count() {
        0..=2 => 0,
        3..=5 => 1,
        length => length / 3,
    };
    closest_within(word, candidates, allowed)
}

/// The candidate that takes the fewest slips to become `word`, if `allowed` are enough; the first of equals. Case does
/// not count.
pub(crate) fn closest_within<T: AsRef<str>>(
    word: &str,
    candidates: impl IntoIterator<Item = T>,
    allowed: usize,
) -> Option<T> {
    // Comparing costs the product of the lengths; nobody mistypes a name of this size.
    const LONGEST: usize = 200;
    if word.len() > LONGEST {
        return None;
    }
    let word = word.to_lowercase();
    let length = word.chars().count();
    let slips = |candidate: &T| {
        let candidate = candidate.as_ref();
        // Most candidates are out by their length alone.
        let near = candidate.len() <= LONGEST && candidate.chars().count().abs_diff(length) <= allowed;
        near.then(|| strsim::osa_distance(&word, &candidate.to_lowercase())).filter(|&slips| slips <= allowed)
    };
    let near = candidates.into_iter().filter_map(|candidate| Some((slips(&candidate)?, candidate)));
    near.min_by_key(|(slips, _)| *slips).map(|(_, candidate)| candidate)
}
