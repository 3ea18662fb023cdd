//! Texts that are made to hurt: each ends in problems, on a small stack and without quadratic time.

use super::testing::{codes, snapshot};
use super::{Kind, MembersExport};

/// Runs on a thread with a 2 MiB stack.
fn on_small_stack(run: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(run);
    assert!(thread.is_ok_and(|thread| thread.join().is_ok()));
}

#[track_caller]
fn check(text: String, expected: &'static [&'static str]) {
    let start = text.chars().take(40).collect::<String>();
    on_small_stack(move || {
        let found = snapshot(&[&text], &[]);
        let mut codes = codes(&found);
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes, expected, "{start:?}");
        let _ = (found.extensions(), found.duplicate_user_names(), found.several_primary_emails());
        let membership = found.membership(MembersExport::Complete);
        (0..found.users().len().min(10)).for_each(|user| {
            let _ = membership.transitive_groups(user);
        });
    });
}

#[test]
fn nesting_is_refused_and_not_followed() {
    check("[".repeat(200_000), &["syntax"]);
    check("{\"a\":".repeat(200_000), &["truncated"]);
    check(format!("[{}", "{\"a\":[".repeat(20_000)), &["syntax"]);
    check(format!("[{}{}]", "[".repeat(300_000), "]".repeat(300_000)), &["unusable-record"]);
    check("[\n".repeat(20_000), &["syntax"]);
}

#[test]
fn a_text_of_mistakes_is_read_in_linear_time() {
    check("{\"Resources\":[{\"a\" x\n".repeat(10_000), &["syntax"]);
    check("{\"a\" x\n".repeat(20_000), &["unusable-record"]);
    check("{\"a\":\n".repeat(10_000), &["syntax", "unusable-record"]);
    check(format!("{}{}", "{\"a\":[\n".repeat(100), "{},\n".repeat(20_000)), &["syntax", "unusable-record"]);
    check(format!("[{}]", "{\"a\" 1},".repeat(20_000)), &["syntax", "unusable-record"]);
    check(format!("[{}]", "{} ".repeat(20_000)), &["syntax", "unusable-record"]);
    check(format!("[{}", ",".repeat(200_000)), &["syntax", "truncated"]);
    check("{\"schemas\":\"x\",\"a\" 1}\n".repeat(10_000), &["unusable-record"]);
    check(format!("[{}", "\"".repeat(100_001)), &["syntax", "unusable-record"]);
}

#[test]
fn a_frame_of_many_names_is_not_kept() {
    let names: Vec<String> = (0..50_000).map(|n| format!("\"n{n}\":0")).collect();
    check(format!("{{\"totalResults\":0,{}}}", names.join(",")), &[]);
    check(format!("{{\"totalResults\":0{}}}", ",\"id\":1".repeat(20_000)), &["duplicate-key", "unusable-record"]);
}

#[test]
fn resources_that_differ_a_little_are_merged_in_linear_time() {
    let same_name: String = (0..20_000).map(|n| format!("{{\"userName\":\"a\",\"n\":{n}}}\n")).collect();
    let found = snapshot(&[&same_name], &[]);
    assert_eq!((found.users().len(), found.duplicate_user_names().len()), (20_000, 1));
    let same_id: String = (0..20_000).map(|n| format!("{{\"id\":\"1\",\"userName\":\"a{n}\"}}\n")).collect();
    let found = snapshot(&[&same_id], &[]);
    assert_eq!((found.users().len(), codes(&found).len()), (1, 1000));
    assert!(found.problems()[999].message.ends_with("and 18999 more users do"), "{:?}", found.problems()[999]);
}

#[test]
fn long_texts_and_strange_characters_are_values_like_any_other() {
    let long = "x".repeat(2 << 20);
    let found = snapshot(&[&format!("[{{\"userName\":\"{long}\"}},{{\"userName\":5,\"{long}\":1}}]")], &[]);
    assert_eq!((found.users().len(), found.skipped(Kind::Users)), (1, 1));
    assert!(found.problems().iter().all(|problem| problem.message.len() < 400));
    let strange = "{\"userName\":\"a\\u0000\\u001b[31m\u{202e}\"}\n\u{0}\n{\"userName\":\"\u{7}\"}";
    let found = snapshot(&[strange], &[]);
    assert_eq!((found.users()[0].resource.user_name(), found.skipped(Kind::Users)), ("a\u{0}\u{1b}[31m\u{202e}", 2));
}

#[test]
fn many_users_and_members_are_no_matter() {
    let users: Vec<String> = (0..20_000).map(|n| format!("{{\"id\":\"u{n}\",\"userName\":\"user{n}\"}}")).collect();
    let members: Vec<String> = (0..20_000).map(|n| format!("{{\"value\":\"u{n}\"}}")).collect();
    let groups: Vec<String> = (0..3)
        .map(|n| format!("{{\"id\":\"g{n}\",\"displayName\":\"G{n}\",\"members\":[{}]}}", members.join(",")))
        .collect();
    let found = snapshot(&[&format!("[{}]", users.join(","))], &[&groups.join("\n")]);
    let membership = found.membership(MembersExport::AsFound);
    let counts = (0..20_000).map(|user| membership.transitive_groups(user).refs().len());
    assert!(counts.into_iter().all(|count| count == 3));
}
