//! Logs by example.

use super::log::MOST_REPORTED;
use super::{Directory, Entry, read_log};
use crate::source::{Sources, Text};

/// What a log holds, in short: its entries, and its problems behind `!`.
fn read(log: &str) -> Vec<String> {
    let text = Text::new("log", log);
    let file = Sources::default().add_text(text.clone());
    let mut seen = Vec::new();
    read_log(file, &text, &mut |found| {
        seen.push(match found {
            Ok(Entry::Request { request, answer, .. }) => {
                let body = request.body.map(|body| serde_json::to_string(&body).expect("JSON"));
                let status = answer.map(|answer| format!(" {}", answer.status)).unwrap_or_default();
                format!("{} {} {}{status}", request.method, request.path, body.unwrap_or_default())
            }
            Ok(Entry::Login { user_name, claims, .. }) => match claims {
                Some(claims) => format!("{user_name} {claims:?}"),
                None => user_name,
            },
            Err(problem) => format!("! {}: {}", problem.code, problem.message),
        });
    });
    seen
}

#[track_caller]
fn check(log: &str, expected: &[&str]) {
    assert_eq!(read(log), expected, "{log}");
}

const DELETE: &str = r#"{"request":{"method":"DELETE","path":"/Users/1"}}"#;

#[test]
fn a_log_is_an_array_or_one_entry_a_line() {
    let one = "DELETE /Users/1 ";
    for log in [
        format!("[{DELETE},{DELETE}]"),
        format!("{DELETE}\n{DELETE}\n"),
        format!("\u{feff}{DELETE}\r\n\r\n{DELETE}"),
        format!("{DELETE}{DELETE}"),
    ] {
        check(&log, &[one, one]);
    }
    for empty in ["", "\n", "[]", "\u{feff}"] {
        check(empty, &[]);
    }
}

#[test]
fn keys_may_have_any_case_and_bodies_may_be_texts() {
    check(
        r#"{"Request":{"METHOD":"post","Path":"/Users","Body":"{\"userName\":\"a\"}"},"Response":{"Status":"201 Created","body":null}}"#,
        &[r#"post /Users {"userName":"a"} 201"#],
    );
    check(
        r#"{"request":{"method":"GET","path":"/","body":""},"response":{"status":200,"body":"<html>"},"login":null}"#,
        &["GET /  200"],
    );
}

#[test]
fn claims_are_texts_or_lists_of_texts() {
    check(r#"[{"login":"ada"},{"LOGIN":"ada","claims":null},{"login":"ada","claims":{}}]"#, &["ada", "ada", "ada {}"]);
    check(
        r#"{"login":"ada","claims":{"http://x/groups":["a",null,"b"],"n":1.5,"t":true,"none":null}}"#,
        &[r#"ada {"http://x/groups": ["a", "b"], "n": ["1.5"], "none": [], "t": ["true"]}"#],
    );
}

#[test]
fn a_bad_entry_costs_itself_and_is_named_by_its_place() {
    let bad = |entry: &str, why: &str| {
        let expected = format!("! unusable-record: line 2 is skipped: {why}");
        check(&format!("{DELETE}\n{entry}\n{DELETE}"), &["DELETE /Users/1 ", &expected, "DELETE /Users/1 "]);
    };
    bad("{}", "the entry has neither `request` nor `login`");
    bad("5", "the entry is a number instead of an object");
    bad(r#"{"request":5}"#, "`request` is a number instead of an object");
    bad(r#"{"request":{"method":"GET","path":"/"},"login":"a"}"#, "the entry has both `request` and `login`");
    bad(r#"{"request":{"path":"/"}}"#, "the request has no `method`");
    bad(r#"{"request":{"method":"GET","path":" "}}"#, "the request has no `path`");
    bad(r#"{"request":{"method":"GET","path":5}}"#, "`path` is a number instead of a string");
    bad(
        r#"{"request":{"method":"PUT","path":"/","body":"{"}}"#,
        "the `body` is a string that is no JSON: EOF while parsing an object",
    );
    bad(
        r#"{"request":{"method":"PUT","path":"/","body":{"a":1,"A":2}}}"#,
        "the names `a` and `A` in one object differ only in case",
    );
    bad(r#"{"request":{"method":"GET","path":"/"},"response":[1]}"#, "`response` is an array instead of an object");
    bad(r#"{"request":{"method":"GET","path":"/"},"response":{}}"#, "the response has no `status`");
    for status in ["\"ok\"", "99", "600", "2e2", "-1", "true"] {
        bad(
            &format!(r#"{{"request":{{"method":"GET","path":"/"}},"response":{{"status":{status}}}}}"#),
            "the `status` is none of HTTP",
        );
    }
    bad(r#"{"login":""}"#, "`login` is empty");
    bad(r#"{"login":5}"#, "`login` is a number instead of a `userName`");
    bad(r#"{"login":"a","claims":[1]}"#, "`claims` is an array instead of an object");
    bad(r#"{"login":"a","claims":{"x":[["y"]]}}"#, "the claim `x` is neither a string nor a list of strings");
    bad(r#"{"login":"a","login":"b"}"#, "the name `login` stands twice in one object");
    bad(r#"{"login" "a"}"#, "it is not valid JSON: expected `:`");
    let in_array = "! unusable-record: `[1]` is skipped: the entry has neither `request` nor `login`";
    check(&format!("[{DELETE},{{}},{DELETE}]"), &["DELETE /Users/1 ", in_array, "DELETE /Users/1 "]);
}

#[test]
fn a_cut_is_reported_and_what_stands_before_it_is_read() {
    let cut = "! truncated: the file ends in the middle of a value";
    for log in [format!("{DELETE}\n{{\"login\":"), format!("[{DELETE},"), format!("[{DELETE}")] {
        check(&log, &["DELETE /Users/1 ", cut]);
    }
    check(r#"{"Resources":[],"totalResults":0}"#, &["! unusable-record: a list response is no log"]);
}

#[test]
fn a_time_that_is_none_or_goes_back_is_a_warning() {
    let at = |time: &str| format!(r#"{{"time":{time},"login":"a"}}"#);
    let log = [
        r#""2026-01-02T00:00:00+01:00""#,
        r#""2026-01-01T23:00:00Z""#,
        r#""yesterday""#,
        "5",
        "null",
        r#""2026-01-01T00:00:00Z""#,
        r#""2025-01-01T00:00:00Z""#,
    ];
    check(
        &log.map(at).join("\n"),
        &[
            "a",
            "a",
            "! log-time: `yesterday` is not a date-time",
            "a",
            "! log-time: `time` is a number instead of a date-time",
            "a",
            "a",
            "! log-time: `2026-01-01T00:00:00Z` is before the time of an earlier entry",
            "a",
            "a",
        ],
    );
}

#[test]
fn many_bad_entries_are_a_number() {
    let found = read(&"{}\n".repeat(MOST_REPORTED + 500));
    assert_eq!(found.len(), MOST_REPORTED + 1);
    assert_eq!(found.last().map(String::as_str), Some("! unusable-record: 500 more entries are skipped"));
}

#[test]
fn a_log_that_is_made_to_hurt_ends_in_problems() {
    // How many entries are skipped or refused; there is nobody whom `DELETE` could delete.
    let on_small_stack = |log: String| {
        let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(move || {
            let text = Text::new("log", log);
            let mut directory = Directory::default();
            let mut problems = 0;
            read_log(Sources::default().add_text(text.clone()), &text, &mut |found| match found {
                Ok(Entry::Request { request, answer, .. }) => {
                    problems += usize::from(directory.apply(&request, answer.as_ref()).is_err());
                }
                Ok(_) => {}
                Err(_) => problems += 1,
            });
            problems
        });
        thread.expect("a thread").join().expect("no overflow")
    };
    let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    let create = |value: &str| {
        format!(r#"{{"request":{{"method":"POST","path":"/Users","body":{{"userName":"a","x":{value}}}}}}}"#)
    };
    let add = |value: &str| {
        let body = format!(r#"{{"Operations":[{{"op":"add","path":"x","value":{value}}}]}}"#);
        format!(r#"{{"request":{{"method":"PATCH","path":"/Users/made-up-user-1","body":{body}}}}}"#)
    };
    let deep = nested(110);
    assert_eq!(on_small_stack(format!("{}\n{}\n{}", create(&deep), add(&deep), add(&deep))), 0);
    assert_eq!(on_small_stack(format!("{}\n{}", create(&nested(100_000)), create("1"))), 1);
    let text = format!(r#"{{"request":{{"method":"POST","path":"/Users","body":"{}"}}}}"#, nested(100_000));
    assert_eq!(on_small_stack(format!("{text}\n{DELETE}")), 2);
    assert_eq!(on_small_stack(format!("{}\n{DELETE}", "[".repeat(100_000))), 2);
    assert_eq!(on_small_stack("{\"login\" 1}\n".repeat(20_000)), 1_001);
    assert_eq!(on_small_stack(format!("[{}]", "{\"login\":\"a\"} ".repeat(20_000))), 100);
}
