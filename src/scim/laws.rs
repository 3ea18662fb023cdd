//! What holds for every snapshot, whatever its shape.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::testing::{codes, snapshot};
use super::{Kind, Record, Snapshot, User};
use crate::source::Place;

/// A user as JSON: texts with brackets, quotes and line breaks in them, nested values, several bytes a character.
fn user(id: usize) -> impl Strategy<Value = serde_json::Value> {
    let text = select(vec!["", "x", "]}", "{[,", "\"", "\\", "ä\u{1F600}", "a\nb", "null"]);
    let leaf = prop_oneof![
        text.clone().prop_map(serde_json::Value::from),
        any::<i32>().prop_map(serde_json::Value::from),
        any::<bool>().prop_map(serde_json::Value::from),
        Just(serde_json::Value::Null),
    ];
    let value = leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
            vec(inner, 0..4).prop_map(|values| {
                let named = values.into_iter().enumerate().map(|(n, value)| (format!("n{n}]"), value));
                serde_json::Value::Object(named.collect())
            }),
        ]
    });
    (text, value).prop_map(move |(name, extra)| {
        serde_json::json!({ "id": format!("id{id}"), "userName": format!("{name}{id}"), "extra": extra })
    })
}

fn users(most: usize) -> impl Strategy<Value = Vec<serde_json::Value>> {
    (0..=most).prop_flat_map(|count| (0..count).map(user).collect::<Vec<_>>())
}

fn array(users: &[serde_json::Value]) -> String {
    serde_json::Value::from(users.to_vec()).to_string()
}

fn lines(users: &[serde_json::Value], separator: &str) -> String {
    users.iter().map(|user| user.to_string() + separator).collect()
}

fn page(users: &[serde_json::Value], start: usize, total: Option<usize>) -> String {
    let mut page = serde_json::json!({ "Resources": users, "startIndex": start + 1, "itemsPerPage": 5 });
    if let Some(total) = total {
        page["totalResults"] = total.into();
    }
    page.to_string()
}

fn resources(snapshot: &Snapshot) -> Vec<&User> {
    snapshot.users().iter().map(|user| &user.resource).collect()
}

fn record_text<'t>(text: &'t str, record: &Record<User>) -> &'t str {
    &text[record.place.span().range()]
}

proptest! {
    #[test]
    fn pages_in_any_order_and_overlap_are_the_collection(
        users in users(12),
        cuts in vec((any::<Index>(), 0_usize..6), 0..6),
        shuffle in vec(any::<u64>(), 30),
        total in any::<bool>(),
    ) {
        let total = total.then_some(users.len());
        let mut pages: Vec<String> = users.chunks(4).enumerate().map(|(n, chunk)| page(chunk, n * 4, total)).collect();
        for (start, count) in cuts {
            let start = start.index(users.len() + 1);
            pages.push(page(&users[start..users.len().min(start + count)], start, total));
        }
        let mut order: Vec<(u64, &str)> = shuffle.into_iter().zip(pages.iter().map(String::as_str)).collect();
        order.sort_unstable();
        let order: Vec<&str> = order.into_iter().map(|(_, page)| page).collect();
        let (found, expected) = (snapshot(&order, &[]), snapshot(&[&array(&users)], &[]));
        prop_assert_eq!(resources(&found), resources(&expected));
        prop_assert_eq!(codes(&found), Vec::<&str>::new());
        prop_assert!(found.completeness(Kind::Users).is_complete());
    }

    #[test]
    fn every_shape_of_the_same_resources_is_the_same_snapshot(users in users(6).prop_filter("some", |u| !u.is_empty())) {
        let expected = snapshot(&[&array(&users)], &[]);
        prop_assert_eq!(expected.users().len(), users.len());
        let pretty = serde_json::to_string_pretty(&users).unwrap_or_default();
        let each: Vec<String> = users.iter().map(ToString::to_string).collect();
        let pages_a_line: String = users.iter().enumerate().map(|(n, user)| {
            page(std::slice::from_ref(user), n, None) + "\n"
        }).collect();
        let shapes = [
            pretty,
            lines(&users, "\n"),
            lines(&users, "\r\n\r\n"),
            lines(&users, ""),
            format!("\u{feff}{}", lines(&users, "\n")),
            page(&users, 0, Some(users.len())),
            page(&users, 0, None).replace("Resources", "RESOURCES"),
            pages_a_line,
        ];
        for shape in &shapes {
            let found = snapshot(&[shape], &[]);
            prop_assert_eq!(resources(&found), resources(&expected), "{}", shape);
            prop_assert_eq!(codes(&found), Vec::<&str>::new(), "{}", shape);
        }
        let files: Vec<&str> = each.iter().map(String::as_str).collect();
        let found = snapshot(&files, &[]);
        prop_assert_eq!(resources(&found), resources(&expected));
    }

    #[test]
    fn the_bytes_of_a_record_are_the_record(users in users(5), shape in 0_usize..4) {
        let text = match shape {
            0 => array(&users),
            1 => lines(&users, "\n"),
            2 => page(&users, 0, None),
            _ => format!("\u{feff} {}", serde_json::to_string_pretty(&users).unwrap_or_default()),
        };
        for record in snapshot(&[&text], &[]).users() {
            let again = User::from_json(record_text(&text, record));
            prop_assert_eq!(again.as_ref(), Ok(&record.resource));
        }
    }

    #[test]
    fn a_cut_keeps_exactly_what_was_whole(users in users(4), shape in 0_usize..5, at in any::<Index>()) {
        let text = match shape {
            0 => array(&users),
            1 => lines(&users, "\n"),
            2 => page(&users, 0, None),
            3 => serde_json::json!({ "before": 1, "Resources": users }).to_string(),
            _ => serde_json::to_string_pretty(&users).unwrap_or_default(),
        };
        let whole = snapshot(&[&text], &[]);
        let mut cut = at.index(text.len() + 1);
        while !text.is_char_boundary(cut) {
            cut -= 1;
        }
        let found = snapshot(&[&text[..cut]], &[]);
        let before: Vec<&User> = whole.users().iter()
            .filter(|user| user.place.span().end <= cut)
            .map(|user| &user.resource)
            .collect();
        prop_assert_eq!(resources(&found), before);
        prop_assert_eq!(found.skipped(Kind::Users), 0);
        let inside = |user: &Record<User>| user.place.span().start < cut && cut < user.place.span().end;
        let seen = match shape {
            // Lines have no end of their own: a cut between two of them cannot be seen.
            1 => whole.users().iter().any(inside),
            _ => cut < text.len(),
        };
        prop_assert_eq!(codes(&found).contains(&"truncated"), seen || text[..cut].trim().is_empty());
        prop_assert_eq!(found.completeness(Kind::Users).is_complete(), !codes(&found).contains(&"truncated"));
    }

    #[test]
    fn no_text_is_too_strange(tokens in vec(select(vec![
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\n", "\r", " ", "null", "tru", "1", "-", "1e9999", "ä", "\u{feff}",
        "\"id\"", "\"userName\"", "\"Resources\"", "\"a\"", "\"members\"", "{\"userName\":\"a\"}", "{\"id\":\"1\",",
        "\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:ListResponse\"]", "\"emails\":", "\"active\":",
    ]), 0..40)) {
        let text = tokens.concat();
        let found = snapshot(&[&text, &text], &[&text]);
        let _ = (found.duplicate_user_names(), found.extensions(), found.nested_groups());
        let membership = found.membership(super::MembersExport::Complete);
        for (index, user) in found.users().iter().enumerate() {
            let _ = (user.resource.email(), membership.transitive_groups(index));
            prop_assert!(text.get(user.place.span().range()).is_some());
        }
        for problem in found.problems() {
            if let Place::Bytes(_, span) | Place::Record { record: span, .. } = &problem.primary.place {
                prop_assert!(text.get(span.range()).is_some(), "{:?} in {:?}", problem, text);
            }
        }
    }

    #[test]
    fn no_bytes_are_too_strange(bytes in vec(any::<u8>(), 0..200)) {
        let text = String::from_utf8_lossy(&bytes);
        let found = snapshot(&[&text], &[&text]);
        prop_assert_eq!(found.users().len(), 0);
    }
}
