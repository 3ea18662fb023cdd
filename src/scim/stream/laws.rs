//! Reading part by part gives what reading as a whole gives, whatever the text and wherever it is cut.
#![cfg(feature = "cli")]

use std::io;
use std::num::NonZeroUsize;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::{Batch, Flow, Measures, People, Projection, RosterReader, Work, carries_groups};
use crate::condition::{Attribute, ENTERPRISE_USER, ValueType};
use crate::scim::testing::snapshot;
use crate::scim::{Fact, Groups, Kind, MembersExport, User};
use crate::source::{Sources, Text};

const ASKED: [(Option<&str>, &str); 5] =
    [(None, "title"), (None, "active"), (None, "userType"), (None, "name"), (Some(ENTERPRISE_USER), "department")];

/// Everything that is asked of a user, as text.
fn answers(user: &User, direct: &Groups<'_>, login: &Groups<'_>) -> String {
    let values = ASKED.map(|(extension, name)| {
        let attribute = Attribute {
            extension: extension.map(str::to_owned),
            name: name.to_owned(),
            sub: (name == "name").then(|| "givenName".to_owned()),
            value_type: if name == "active" { ValueType::Boolean } else { ValueType::Text },
            multi_valued: false,
            synced: false,
        };
        format!("{:?} {:?}", user.values(&attribute), user.is_present(&attribute))
    });
    let groups = [direct, login].map(|groups| {
        let names: Vec<_> = groups.refs().iter().map(|group| (group.display_name, group.external_id)).collect();
        format!("{names:?} {}", matches!(groups, Groups::Exactly(_)))
    });
    let asked = (user.id(), user.user_name(), user.email(), user.external_id() == Fact::Known(Some("x")));
    format!("{asked:?} {values:?} {groups:?}")
}

fn projection() -> Projection {
    let mut kept = Projection::default();
    ASKED.iter().for_each(|(extension, name)| kept.keep(*extension, name));
    ["emails", "groups", "externalId"].iter().for_each(|name| kept.keep(None, name));
    kept
}

struct Asking;

impl Work for Asking {
    type Hand = ();
    type Out = Vec<String>;

    fn hand(&self) {}

    fn begin(&self) -> Vec<String> {
        Vec::new()
    }

    fn is_nested(&self) -> bool {
        true
    }

    fn user(&self, (): &mut (), user: &User, direct: Groups<'_>, login: Option<Groups<'_>>, out: &mut Vec<String>) {
        out.push(answers(user, &direct, &login.unwrap_or(Groups::UNDETERMINED)));
    }
}

/// What a reading says: the answers of all users, how many records were skipped, and what is missing.
type Outcome = (Vec<String>, [usize; 2], String);

fn held(users: &str, groups: &str) -> Outcome {
    let snapshot = snapshot(&[users], &[groups]);
    let membership = snapshot.membership(MembersExport::AsFound);
    let answer = |(index, record): (usize, &crate::scim::Record<User>)| {
        answers(&record.resource, &membership.direct_groups(index), &membership.transitive_groups(index))
    };
    let answers = snapshot.users().iter().enumerate().map(answer).collect();
    let gaps = [Kind::Users, Kind::Groups].map(|kind| snapshot.completeness(kind).gaps().to_vec());
    let lacking: Vec<String> = gaps.iter().flatten().map(ToString::to_string).collect();
    (answers, [Kind::Users, Kind::Groups].map(|kind| snapshot.skipped(kind)), lacking.join(", "))
}

/// The same part by part; `None` where what was said of a user is outdated or doubtful, which is said at the end.
fn streamed(users: &str, groups: &str, block: usize, threads: usize) -> Option<Outcome> {
    let mut sources = Sources::default();
    let measures = Measures { block, record: 1 << 20 };
    let flow = |text: &'static str| Flow::new(text.as_bytes(), Some(text.len()), measures);
    let (users, groups): (&'static str, &'static str) = (leak(users), leak(groups));
    let threads = NonZeroUsize::new(threads).unwrap_or(NonZeroUsize::MIN);
    let mut reader = RosterReader::new(threads);
    reader.read(sources.add_text(Text::new("groups", "")), &mut flow(groups));
    let carry = snapshot(&[users], &[]).users().iter().any(|user| carries_groups(&user.resource));
    let (roster, groups) = reader.finish(MembersExport::AsFound, || carry);
    let kept = projection();
    let mut answers = Vec::new();
    let each = |batch: Batch<'_, Vec<String>>| -> io::Result<()> {
        let is_kept = |index: &usize| batch.dropped.binary_search(index).is_err();
        answers.extend(batch.out.into_iter().enumerate().filter(|(index, _)| is_kept(index)).map(|(_, answer)| answer));
        Ok(())
    };
    let mut people = People::new(roster, &kept, &Asking, threads, each);
    people.read(sources.add_text(Text::new("users", "")), &mut flow(users)).expect("memory is written to");
    let in_order = !people.are_out_of_order();
    let users = people.finish();
    let lacking: Vec<String> = [&users, &groups]
        .iter()
        .flat_map(|account| account.completeness.gaps().iter().map(ToString::to_string))
        .collect();
    let is_certain = users.outdated == 0 && !users.is_ambiguous && in_order;
    is_certain.then(|| (answers, [users.skipped, groups.skipped], lacking.join(", ")))
}

/// Tests are short.
fn leak(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

fn user() -> impl Strategy<Value = String> {
    let id = select(vec!["u1", "u2", "u3", "2819c223-7f76-453a-919d-413861904646", "g1"]);
    let parts = select(vec![
        r#""title":"x""#,
        r#""title":5"#,
        r#""TITLE":null"#,
        r#""active":true"#,
        r#""active":"False""#,
        r#""emails":[{"value":"a@b.c","type":"work"},{"value":"d","primary":true}]"#,
        r#""emails":"bare""#,
        r#""name":{"givenName":"Ä\"}{\n"}"#,
        r#""name":{"givenName":"a","GIVENNAME":"b"}"#,
        r#""other":{"a":[1,-2.5e3,{"b":"]}"}],"c":"\u00e4\ud83d\ude00"}"#,
        r#""other":[1e999]"#,
        r#""other":{"a":1,"A":1}"#,
        r#""groups":[{"value":"g1","display":"One"}]"#,
        r#""department":"F""#,
        r#""urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"F","manager":{"value":"m"}}"#,
        r#""urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":"m"}"#,
        r#""urn:ietf:params:scim:schemas:extension:enterprise:2.0User":{"department":"F"}"#,
        r#""urn:x:y":{"badge":7}"#,
        r#""schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:x:y"]"#,
        r#""schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"]"#,
        r#""meta":{"resourceType":"User","lastModified":"2026-01-02T03:04:05Z"}"#,
        r#""meta":{"resourceType":"users"}"#,
        r#""meta":{"resourceType":"Thing"}"#,
        r#""Resources":[]"#,
        r#""totalResults":1"#,
        r#""externalId":"x""#,
    ]);
    let named = prop_oneof![9 => Just(true), 1 => Just(false)];
    (id, named.clone(), named, vec(parts, 0..5), any::<bool>()).prop_map(|(id, has_id, has_name, mut parts, last)| {
        let (id, name) = (format!("\"id\":\"{id}\""), format!("\"userName\":\"{id}@x\""));
        let at = if last { parts.len() } else { 0 };
        if has_id {
            parts.insert(at, &id);
        }
        if has_name {
            parts.insert(at, &name);
        }
        format!("{{{}}}", parts.join(", "))
    })
}

fn group() -> impl Strategy<Value = String> {
    let member = select(vec![
        r#"{"value":"u1","display":"U"}"#,
        r#"{"value":"u2"}"#,
        r#"{"value":"g1","type":"Group"}"#,
        r#"{"value":"2819c223-7f76-453a-919d-413861904646"}"#,
        r#"{"$ref":"../Users/u3"}"#,
        r#"{"display":"nobody"}"#,
    ]);
    let rest = select(vec![
        r#""schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"]"#,
        r#""meta":{"resourceType":"Group","lastModified":"2026-01-02T03:04:05Z"}"#,
        r#""externalId":"x""#,
        r#""a":{"b":1,"B":2}"#,
    ]);
    (0..4_usize, vec(member, 0..4), rest, any::<bool>()).prop_map(|(id, members, rest, listed)| {
        let members = if listed { format!(",\"members\":[{}]", members.join(",")) } else { String::new() };
        format!("{{{rest},\"id\":\"g{id}\",\"displayName\":\"Group {id}\"{members}}}")
    })
}

/// Records in one of the shapes that files have.
fn file(records: Vec<String>, shape: usize) -> String {
    match shape {
        0 => records.join("\n"),
        1 => records.join("\r\n\n") + "\n",
        2 => records.concat().replace(", ", ",\n  "),
        3 => format!("[{}]", records.join(",")),
        4 => format!("[\n  {}\n]\n", records.join(",\n  ")),
        5 => format!("{{\"totalResults\":{},\"Resources\":[{}]}}", records.len(), records.join(", ")),
        6 => format!("\u{feff}{{\"Resources\":[{}],\"startIndex\":1,\"x\":{{}}}}", records.join(" ,")),
        _ => {
            let page = |records: &[String]| format!("{{\"itemsPerPage\":2,\"resources\":[{}]}}", records.join(","));
            records.chunks(2).map(page).collect::<Vec<_>>().join("\n")
        }
    }
}

/// What happens to files.
#[derive(Clone, Debug)]
enum Harm {
    Cut(Index),
    Insert(Index, &'static str),
    Remove(Index, usize),
    Repeat(Index, Index),
}

fn harm() -> impl Strategy<Value = Harm> {
    let piece =
        select(vec!["\"", "{", "}", "[", "]", ",", "\n", "\\", " x ", "{}", "\n{", "\n[\n", "\":\"", ",,", "ä"]);
    prop_oneof![
        any::<Index>().prop_map(Harm::Cut),
        (any::<Index>(), piece).prop_map(|(at, piece)| Harm::Insert(at, piece)),
        (any::<Index>(), 1_usize..40).prop_map(|(at, length)| Harm::Remove(at, length)),
        (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Harm::Repeat(from, to)),
    ]
}

fn harmed(mut text: String, harms: &[Harm]) -> String {
    for harm in harms {
        let place = |text: &str, index: &Index| {
            let at = index.index(text.len() + 1);
            (0..=at).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
        };
        match harm {
            Harm::Cut(at) => text.truncate(place(&text, at)),
            Harm::Insert(at, piece) => text.insert_str(place(&text, at), piece),
            Harm::Remove(at, length) => {
                let from = place(&text, at);
                let to = (from + length..text.len()).find(|&to| text.is_char_boundary(to)).unwrap_or(text.len());
                text.replace_range(from..to, "");
            }
            Harm::Repeat(from, to) => {
                let (a, b) = (place(&text, from), place(&text, to));
                let again = text[a.min(b)..a.max(b)].to_owned();
                text.push_str(&again);
            }
        }
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn part_by_part_is_as_a_whole(
        users in vec(user(), 0..7),
        groups in vec(group(), 0..4),
        shapes in (0_usize..8, 0_usize..8),
        harm_to_users in vec(harm(), 0..3),
        harm_to_groups in prop_oneof![4 => Just(vec![]), 1 => vec(harm(), 1..3)],
        block in select(vec![1, 2, 7, 64, 300, 1 << 20]),
        threads in 1_usize..4,
    ) {
        let users = harmed(file(users, shapes.0), &harm_to_users);
        let groups = harmed(file(groups, shapes.1), &harm_to_groups);
        if let Some(outcome) = streamed(&users, &groups, block, threads) {
            prop_assert_eq!(outcome, held(&users, &groups), "{} {}", users, groups);
        }
    }
}

#[test]
fn many_parts_are_taken_in_order() {
    let record = |n: usize| format!("{{\"id\":\"i{n}\",\"userName\":\"n{n}\",\"title\":\"{}\"}}", "t".repeat(n % 90));
    let records: Vec<String> = (0..3000).map(record).collect();
    for shape in 0..8 {
        let users = file(records.clone(), shape);
        let expected = held(&users, "[]");
        for threads in [1, 2, 5] {
            assert!(
                streamed(&users, "[]", 1 << 20, threads).is_some_and(|found| found == expected),
                "{shape} {threads}"
            );
        }
    }
}
