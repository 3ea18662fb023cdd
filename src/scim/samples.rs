//! The reader against answers of a real SCIM server and against Microsoft's published samples.

use super::testing::{codes, snapshot, user_names};
use super::*;

macro_rules! sample {
    ($name:literal) => {
        (concat!("tests/data/scim/", $name), include_str!(concat!("../../tests/data/scim/", $name)))
    };
}

type Sample = (&'static str, &'static str);

const PAGES: [Sample; 4] = [
    sample!("scim2-server/users_page_start1_count5.json"),
    sample!("scim2-server/users_page_start6_count5.json"),
    sample!("scim2-server/users_page_start11_count5.json"),
    sample!("scim2-server/users_page_start16_count5.json"),
];

fn read(users: &[Sample], groups: &[Sample]) -> Snapshot {
    let contents = |samples: &[Sample]| samples.iter().map(|(_, content)| *content).collect::<Vec<_>>();
    snapshot(&contents(users), &contents(groups))
}

#[test]
fn pages_in_any_order_give_each_user_once_in_the_order_of_the_server() {
    let all = read(&[sample!("scim2-server/users_all.json")], &[]);
    assert_eq!(all.users().len(), 20);
    let mut orders = vec![Vec::new()];
    for page in PAGES {
        orders = orders
            .into_iter()
            .flat_map(|order: Vec<Sample>| {
                (0..=order.len()).map(move |at| {
                    let mut order = order.clone();
                    order.insert(at, page);
                    order
                })
            })
            .collect();
    }
    assert_eq!(orders.len(), 24);
    for order in orders {
        let snapshot = read(&order, &[]);
        assert_eq!(user_names(&snapshot), user_names(&all));
        assert_eq!(codes(&snapshot), [""; 0]);
        assert!(snapshot.completeness(Kind::Users).is_complete());
    }
}

#[test]
fn empty_pages_change_nothing_and_are_no_collection_of_their_own() {
    let past_end = sample!("scim2-server/users_page_past_end.json");
    let count_zero = sample!("scim2-server/users_count0.json");
    let none_found = sample!("scim2-server/users_filter_zero.json");
    let snapshot = read(&[past_end, PAGES[3], count_zero, PAGES[0], none_found, PAGES[2], PAGES[1]], &[]);
    assert_eq!((snapshot.users().len(), codes(&snapshot)), (20, vec![]));
    for (page, expected) in [(past_end, &["missing-page"][..]), (count_zero, &["missing-page"]), (none_found, &[])] {
        let snapshot = read(&[page], &[]);
        assert_eq!(codes(&snapshot), expected, "{}", page.0);
        assert_eq!(snapshot.completeness(Kind::Users).is_complete(), expected.is_empty());
    }
}

#[test]
fn a_missing_page_is_seen_and_says_how_much_is_missing() {
    let snapshot = read(&[PAGES[0], PAGES[2], PAGES[3]], &[]);
    assert_eq!(snapshot.users().len(), 15);
    assert_eq!(snapshot.problems()[0].message, "the pages hold 15 of 20 users");
    assert_eq!(snapshot.completeness(Kind::Users).gaps(), [Gap::Resources { expected: 20, found: 15 }]);
}

#[test]
fn the_dirty_snapshot_loses_nobody() {
    let snapshot =
        read(&[sample!("scim2-server/users_after_tests.json")], &[sample!("scim2-server/groups_after_tests.json")]);
    assert_eq!((snapshot.users().len(), snapshot.groups().len()), (23, 5));
    assert_eq!((snapshot.skipped(Kind::Users), codes(&snapshot)), (0, vec![]));
    let membership = snapshot.membership(MembersExport::AsFound);
    let names = |groups: Groups<'_>| -> Vec<String> {
        let Groups::Exactly(groups) = groups else { panic!("membership is known") };
        groups.iter().map(|group| group.display_name.known().flatten().unwrap_or("?").to_owned()).collect()
    };
    let ada = user_names(&snapshot).iter().position(|name| name.starts_with("ada.")).expect("Ada is there");
    assert_eq!(names(membership.direct_groups(ada)), ["sg-foundry-admins", "sg-foundry-users"]);
    assert_eq!(names(membership.transitive_groups(ada)), ["sg-foundry-admins", "sg-foundry-users", "nested"]);
}

#[test]
fn entras_own_scim_api_is_recognised_and_its_next_page_is_missed() {
    let snapshot = read(&[sample!("entra-docs/entra_scim_api_list_users.json")], &[]);
    assert_eq!(user_names(&snapshot), ["100009@contoso.com"]);
    assert!(snapshot.is_entra_dump());
    assert_eq!(codes(&snapshot), ["missing-page", "entra-dump"]);
    assert_eq!(snapshot.users()[0].place.route().to_string(), "resources[0]");
}

#[test]
fn microsofts_samples_are_read_and_their_slips_are_seen() {
    let check = |sample: Sample, name: &str, expected: &[&str]| {
        let snapshot = read(&[sample], &[]);
        assert_eq!(user_names(&snapshot), [name], "{}", sample.0);
        assert_eq!(codes(&snapshot), expected, "{}", sample.0);
    };
    let user = "Test_User_00aa00aa-bb11-cc22-dd33-44ee44ee44ee";
    check(sample!("entra-docs/create_user_request.json"), user, &["missing-id"]);
    check(sample!("entra-docs/list_response_one.json"), user, &[]);
    check(
        sample!("entra-docs/create_user_request_with_nulls.json"),
        "jyoung@testuser.com",
        &["malformed-urn", "missing-id"],
    );
    check(sample!("entra-docs/disabled_user_response_resourceType_Users.json"), "deanruiz@testuser.com", &[]);
}

#[test]
fn what_is_no_user_is_skipped_with_a_word_about_it() {
    let check = |sample: Sample, skipped: usize, message: &str| {
        let snapshot = read(&[sample], &[]);
        assert_eq!(snapshot.skipped(Kind::Users), skipped, "{}", sample.0);
        assert!(snapshot.problems()[0].message.contains(message), "{}", snapshot.problems()[0].message);
    };
    check(sample!("scim2-server/groups_all.json"), 3, "`Resources[0]` is skipped: the record is a `Group`, not a User");
    check(sample!("scim2-server/service_provider_config.json"), 1, "`ServiceProviderConfig`, not a User");
    check(sample!("scim2-server/schemas.json"), 3, "the record is a `Schema`, not a User");
    check(sample!("scim2-server/dup_username_conflict.json"), 1, "error instead of resources: 409, uniqueness");
    check(sample!("scim2-server/http_log.json"), 62, "`[0]` is skipped: the user has no `userName`");
}
