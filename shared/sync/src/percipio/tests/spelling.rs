//! Ids and words are the same in whatever case they come, and people by whatever key.

use std::collections::BTreeSet;

use percipio_simulator::{IdsOf, Options, Quirks};
use rollcall_roster::{Course, Enrolment, Table, User};
use rollcall_snapshot::Mode;

use super::tenant::Tenant;
use crate::{
    SyncError,
    test_runs::{Account, assert_same},
};

fn options(quirks: Quirks) -> Options {
    // Nobody and nothing that is not listed: no row dangles.
    Options { erased_users: 0, hidden_items: 0, quirks, ..Options::default() }
}

#[tokio::test]
async fn ids_in_capitals_are_the_same_ids() {
    use IdsOf::{Catalogue, Reports, Users};
    for of in [vec![Users], vec![Catalogue], vec![Reports], vec![Users, Catalogue, Reports]] {
        let case = format!("{of:?}");
        let tenant = Tenant::start(options(Quirks::default()));
        tenant.run(1, Mode::Full).await;
        // From one run to the next, and in a delta over what was.
        tenant.simulator.set_quirks(Quirks { capital_ids: of, ..Quirks::default() });
        for (hour, mode) in [(2, Mode::Delta), (3, Mode::Full)] {
            let publication = tenant.run(hour, mode).await;
            assert!(publication.changes.values().all(|counts| *counts == Default::default()));
            assert!(!publication.reasons.iter().any(|reason| reason.contains("dangling")));
            tenant.assert_true(hour, &case).await;
        }
    }
}

#[tokio::test]
async fn configured_courses_are_found_in_any_spelling() {
    let quirks =
        Quirks { capital_ids: vec![IdsOf::Catalogue, IdsOf::Reports], ..Quirks::default() };
    let mut tenant = Tenant::start(options(quirks));
    let ids = tenant.simulator.world().course_ids();
    let spelled = [
        ids[0].to_uppercase(),
        format!(" {{{}}} ", ids[1].to_uppercase()),
        format!("urn:uuid:{}", ids[2]),
        ids[3].replace('-', ""),
    ];
    tenant.scope.limited_courses = Some(spelled.into());
    let publication = tenant.run(1, Mode::Full).await;
    assert!(!publication.reasons.iter().any(|reason| reason.contains("unknown_courses")));
    let wanted: BTreeSet<_> = ids[..4].iter().cloned().collect();
    let courses = Account::table::<Course>(&tenant, 1).await;
    assert!(courses.iter().map(|course| &course.course_id).eq(&wanted));
    let mut meant = tenant.simulator.truth().enrolments();
    meant.retain(|row| wanted.contains(&row.course_id));
    assert!(!meant.is_empty());
    assert_same(&Account::table::<Enrolment>(&tenant, 1).await, &meant, "of these courses");
}

#[tokio::test]
async fn types_in_another_case_are_the_same_types_and_unknown_ones_are_told() {
    for title_case_types in [false, true] {
        let quirks = Quirks { title_case_types, ..Quirks::default() };
        let tenant = Tenant::start(options(quirks));
        let publication = tenant.run(1, Mode::Full).await;
        tenant.assert_true(1, &format!("{title_case_types}")).await;
        let word = if title_case_types { "Micro Lesson (" } else { "MICRO_LESSON (" };
        let told = |reason: &String| reason.starts_with("unknown_types: ") && reason.contains(word);
        assert!(publication.reasons.iter().any(told), "{:?}", publication.reasons);
        assert!(!publication.reasons.iter().any(|reason| reason.contains("VIDEO")));
    }
}

#[tokio::test]
async fn rows_without_a_uuid_are_found_by_the_customers_key() {
    for without_user_uuid_percent in [30, 100] {
        let quirks = Quirks { without_user_uuid_percent, ..Quirks::default() };
        let tenant = Tenant::start(options(quirks));
        let publication = tenant.run(1, Mode::Full).await;
        let faults =
            |reason: &String| reason.contains("faulty_rows") || reason.contains("dangling");
        assert!(!publication.reasons.iter().any(faults), "{:?}", publication.reasons);
        tenant.assert_true(1, "full").await;
        // Who came since, and is found in the users of the delta run itself.
        let world = tenant.simulator.world();
        let new = world.add_user("New-1", "Zoë", "O'Neil");
        let lately = jiff::Timestamp::now() - jiff::SignedDuration::from_mins(3);
        assert!(world.learn(&new, &world.course_ids()[0], "Started", lately));
        tenant.run(2, Mode::Delta).await;
        tenant.assert_true(2, "delta").await;
    }
}

#[tokio::test]
async fn a_row_that_names_nobody_known_is_kept_and_points_nowhere() {
    let quirks = Quirks { without_user_uuid_percent: 100, ..Quirks::default() };
    let tenant = Tenant::start(Options { erased_users: 9, ..options(quirks) });
    tenant.read_on(tenant.store.clone(), 1, Mode::Full).await.unwrap();
    let publication = tenant.publish_on(tenant.store.clone(), 1).await;
    let rows = Account::table::<Enrolment>(&tenant, 1).await;
    let truth = tenant.simulator.truth();
    let known: BTreeSet<_> = truth.users().into_iter().map(|user| user.user_id).collect();
    let (named, nobodys): (Vec<_>, Vec<_>) =
        rows.iter().partition(|row| known.contains(&row.user_id));
    let meant = truth.enrolments();
    let meant_nobodys = meant.iter().filter(|row| !known.contains(&row.user_id)).count();
    assert!(meant_nobodys > 5);
    assert_eq!((named.len(), nobodys.len()), (meant.len() - meant_nobodys, meant_nobodys));
    assert!(nobodys.iter().all(|row| row.user_id.starts_with("obfuscated_")), "{nobodys:?}");
    let told = |reason: &String| reason.contains(&format!("dangling: {meant_nobodys} of "));
    assert!(publication.reasons.iter().any(told), "{:?}", publication.reasons);
}

#[tokio::test]
async fn the_users_of_the_run_must_be_complete_only_where_they_are_needed() {
    let quirks = Quirks { without_user_uuid_percent: 1, ..Quirks::default() };
    let tenant = Tenant::start(options(quirks));
    assert!(matches!(tenant.courses().await, Err(SyncError::TooEarly { .. })));
    tenant.users().await.unwrap();
    tenant.courses().await.unwrap();
}

#[tokio::test]
async fn a_list_of_one_is_a_list() {
    let quirks = Quirks { one_in_place_of_a_list: true, page_cap: Some(1), ..Quirks::default() };
    let tenant = Tenant::start(Options { users: 5, items: 4, ..options(quirks) });
    let manifest = {
        tenant.run(1, Mode::Full).await;
        tenant.assert_true(1, "one by one").await;
        tenant.manifest(1).await
    };
    assert_eq!(manifest.tables[Table::Users.name()].rows, 5);
}

#[tokio::test]
async fn where_the_vendor_stops_counting_the_list_goes_on() {
    let quirks = Quirks { counted_up_to: Some(10_000), ..Quirks::default() };
    let few = Options { custom_attributes: 0, activities: 40, ..options(quirks) };
    let tenant = Tenant::start(Options { users: 10_100, ..few });
    for (hour, mode) in [(1, Mode::Full), (2, Mode::Delta)] {
        let publication = tenant.run(hour, mode).await;
        assert_eq!(Account::table::<User>(&tenant, hour).await.len(), 10_100);
        let differs = |reason: &String| reason.contains("count_differs");
        assert!(!publication.reasons.iter().any(differs), "{:?}", publication.reasons);
    }
    assert_eq!(tenant.requests_for("/users?"), 12 + 5, "one more for each count than elsewhere");
}
