//! The same seed gives the same bytes, on every machine and however they are asked for.

use vestibule_generate::{Mix, Population, Sections, rules, write_configuration, write_description};

/// FNV-1a, written out since the standard hasher may change.
fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

fn written(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    out
}

/// When a change of the generator is meant, put the new numbers here: figures measured before are of other data.
#[test]
fn a_seed_gives_these_bytes() {
    let population = Population::new(42, 2000, 150);
    let organization = rules(42, Mix::ControlPanel, &population, 500);
    let unselective = rules(43, Mix::Unselective, &population, 100);
    let sections = Sections {
        organization: &organization,
        intake: &unselective[..10],
        groups: &unselective,
        snapshot: Some(("users.ndjson", "groups.ndjson")),
    };
    let prints = [
        fingerprint(&written(|out| population.write_users(out))),
        fingerprint(&written(|out| population.write_groups(out))),
        fingerprint(&written(|out| write_configuration(&sections, out))),
        fingerprint(&written(|out| write_description(&organization, out))),
    ];
    assert_eq!(prints, [5812802963504908389, 813977834669115022, 18443352829648464344, 3104011151291947088]);
}

#[test]
fn users_are_the_same_in_every_population_of_a_seed() {
    let (small, large) = (Population::new(5, 100, 20), Population::new(5, 100_000, 1000));
    let (small, large) = (written(|out| small.write_users(out)), large.user(99));
    let mut line = Vec::new();
    large.write_scim(&mut line);
    line.push(b'\n');
    assert!(small.ends_with(&line));
    assert_ne!(Population::new(6, 100, 20).user(99), large);
}

#[test]
fn pages_hold_the_users_of_the_file() {
    let population = Population::new(5, 25, 20);
    let file = String::from_utf8(written(|out| population.write_users(out))).unwrap();
    assert_eq!(population.pages(10), 3);
    let pages: Vec<String> =
        (0..3).map(|page| String::from_utf8(written(|out| population.write_page(page, 10, out))).unwrap()).collect();
    assert!(pages[2].contains(r#""totalResults":25,"startIndex":21,"itemsPerPage":5,"#));
    let resources =
        pages.iter().map(|page| page.split_once(r#""Resources":["#).unwrap().1.trim_end().strip_suffix("]}"));
    let joined = resources.map(Option::unwrap).collect::<Vec<_>>().join(",");
    assert_eq!(joined, file.lines().collect::<Vec<_>>().join(","));
}

#[test]
fn an_empty_population_has_one_empty_page() {
    let population = Population::new(5, 0, 0);
    assert_eq!(population.pages(10), 1);
    assert!(written(|out| population.write_page(0, 10, out)).ends_with(b"\"Resources\":[]}\n"));
    assert!(
        written(|out| population.write_users(out)).is_empty() && written(|out| population.write_groups(out)).is_empty()
    );
}
