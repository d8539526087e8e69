//! Each table has everything that there is, however the vendor answers.

use std::sync::Arc;

use percipio_simulator::{
    Moving, Options, PollKey, Quirks, ReportTime, SearchLocale, Simulator, Total, Way,
};
use rollcall_roster::{Course, Enrolment, Table, Team, TeamMember, User};
use rollcall_snapshot::Findings;
use rollcall_vendor_client::percipio::OTHER_LANGUAGES;
use serde_json::{Map, Value, json};

use super::tenant::Tenant;
use crate::{Status, SyncError, Walk, test_runs::assert_same};

/// Courses without their attributes, which the truth does not tell.
fn bare(course: Course) -> Course {
    let attributes = course.attributes.as_deref().unwrap_or_default();
    assert!(serde_json::from_str::<Map<String, Value>>(attributes).is_ok(), "{course:?}");
    Course { attributes: None, ..course }
}

/// Of the second manager the id is kept, as of the first.
fn as_kept(user: User) -> User {
    let attributes = user.attributes.as_deref().unwrap_or_default();
    let mut attributes: Map<String, Value> = serde_json::from_str(attributes).unwrap();
    let manager = attributes.get_mut("directHrManager");
    if let Some(manager) = manager {
        *manager = manager["id"].take();
    }
    User { attributes: Some(serde_json::to_string(&attributes).unwrap()), ..user }
}

async fn user_ids(tenant: &Tenant) -> Vec<String> {
    tenant.table::<User>("sync-users").await.into_iter().map(|user| user.user_id).collect()
}

async fn courses(tenant: &Tenant) -> Vec<Course> {
    tenant.table("sync-courses").await.into_iter().map(bare).collect()
}

async fn enrolments(tenant: &Tenant) -> Vec<Enrolment> {
    tenant.table("sync-courses").await
}

fn erased_or_hidden(simulator: &Simulator) -> usize {
    let activities = simulator.truth().activities();
    activities.filter(|activity| !activity.user_listed || !activity.item_listed).count()
}

#[tokio::test]
async fn users_are_all_there_page_by_page() {
    for (user_total, page_cap, pages) in [
        (Total::Exact, None, Some(3)),
        (Total::Absent, None, Some(4)),
        (Total::OffBy(-200), None, None),
        (Total::OffBy(20), None, None),
        (Total::Exact, Some(300), None),
        (Total::Absent, Some(300), None),
        (Total::Exact, Some(1), None),
    ] {
        let users = match (user_total, page_cap) {
            (_, Some(1)) => 40,
            (Total::OffBy(_), _) => 1_300,
            _ => 2_400,
        };
        let quirks = Quirks { user_total, page_cap, ..Quirks::default() };
        let tenant = Tenant::start(Options { users, quirks, ..Options::default() });
        let case = format!("{user_total:?}, {page_cap:?}");
        assert_eq!(tenant.users().await.unwrap().status, Status::Complete, "{case}");
        let meant: Vec<_> = tenant.simulator.truth().users().into_iter().map(as_kept).collect();
        assert_same(&tenant.table::<User>("sync-users").await, &meant, &case);
        if let Some(pages) = pages {
            assert_eq!(tenant.requests_for("/users?"), pages, "{case}");
        }
    }
}

#[tokio::test]
async fn accounts_that_move_are_there_once() {
    let moving = Some(Moving { every_pages: 3, rows: 7, way: Way::Back });
    let quirks = Quirks { moving_users: moving, page_cap: Some(50), ..Quirks::default() };
    let tenant = Tenant::start(Options { users: 500, quirks, ..Options::default() });
    let before = tenant.simulator.world().user_ids();
    tenant.users().await.unwrap();
    assert!(tenant.requests_for("/users?") > 11, "read more than once");
    let ids = user_ids(&tenant).await;
    assert!(ids.is_sorted_by(|a, b| a < b), "sorted, each once");
    assert!(before.iter().all(|id| ids.contains(id)));
}

#[tokio::test]
async fn a_list_of_users_that_cannot_be_is_left() {
    for (users, user_total, offset_ignored, expected) in [
        (300, Total::Absent, true, "is the first one again"),
        (2_400, Total::Exact, true, "is the first one again"),
        (2_400, Total::OffBy(1_000_000_000_000), false, "too long to be true"),
    ] {
        let quirks = Quirks { user_total, offset_ignored, ..Quirks::default() };
        let tenant = Tenant::start(Options { users, quirks, ..Options::default() });
        let outcome = tenant.users().await;
        let outcome = outcome.map_err(|error| error.to_string());
        assert!(outcome.as_ref().is_err_and(|error| error.contains(expected)), "{outcome:?}");
    }
    let tenant = Tenant::start(Options::default());
    let far = json!({"reading": 0, "range": {"start": 10_000_001, "until": null}});
    let far = serde_json::from_value(far).unwrap();
    let outcome = tenant.users_walk().step(far, &Findings::default()).await;
    assert!(outcome.unwrap_err().to_string().contains("has no end"));
}

#[tokio::test]
async fn courses_and_enrolments_are_all_there() {
    let base = Quirks::default;
    for quirks in [
        base(),
        Quirks { page_cap: Some(50), ..base() },
        Quirks { catalog_total: Total::Absent, page_cap: Some(50), ..base() },
        Quirks { catalog_total: Total::OffBy(-3), ..base() },
        Quirks { new_id_each_page: true, page_cap: Some(50), ..base() },
        Quirks { past_the_end_is_204: true, catalog_total: Total::Absent, ..base() },
        Quirks { processed_first: true, poll_key: PollKey::Id, ..base() },
        Quirks { report_accepted_status: 200, title_case_status: true, ..base() },
        Quirks { rows_as_documented: true, documented_statuses: false, ..base() },
        Quirks { unknown_status_percent: 20, ..base() },
    ] {
        let case = format!("{quirks:?}");
        let options = Options { erased_users: 9, hidden_items: 9, quirks, ..Options::default() };
        let tenant = Tenant::start(options);
        let answer = tenant.courses().await.unwrap();
        assert_eq!(answer.status, Status::Complete, "{case}");
        let truth = tenant.simulator.truth();
        assert!(erased_or_hidden(&tenant.simulator) > 10, "some point at nothing");
        assert_same(&courses(&tenant).await, &truth.courses(), &case);
        assert_same(&enrolments(&tenant).await, &truth.enrolments(), &case);
    }
}

#[tokio::test]
async fn no_request_is_sent_in_vain() {
    let report = ReportTime { polls: 2, ..ReportTime::default() };
    let options = Options { items: 3_200, activities: 5_000, report, ..Options::default() };
    let tenant = Tenant::start(options);
    let answer = tenant.courses().await.unwrap();
    let parts = [("/catalog-content?", 4), ("/report-requests/learning-activity", 1)];
    for (part, expected) in parts {
        assert_eq!(tenant.requests_for(part), expected, "{part}");
    }
    assert_eq!(answer.requests.sent, 4 + 1 + 3, "two questions that came too early, and one");
    assert_eq!(tenant.simulator.log().count(), 8);
}

#[tokio::test]
async fn there_are_no_teams_and_nobody_is_asked() {
    let tenant = Tenant::start(Options::default());
    assert_eq!(tenant.teams().await.unwrap().status, Status::Complete);
    assert!(tenant.table::<Team>("sync-teams").await.is_empty());
    assert!(tenant.table::<TeamMember>("sync-teams").await.is_empty());
    assert_eq!(tenant.simulator.log().count(), 0);
}

#[tokio::test]
async fn limited_courses_are_searched_for_and_the_report_is_cut_to_them() {
    let mut tenant = Tenant::start(Options::default());
    let truth = tenant.simulator.truth();
    let wanted: Vec<_> = truth.courses().into_iter().step_by(5).collect();
    let upper = |course: &Course| course.course_id.to_uppercase();
    let unknown = "00000000-0000-4000-8000-000000000000".to_owned();
    let ids = wanted.iter().map(upper).chain([unknown.clone()]).collect();
    tenant.scope.limited_courses = Some(ids);
    tenant.courses().await.unwrap();

    let is_wanted = |id: &String| wanted.iter().any(|course| course.course_id == *id);
    let untold = |course: &Course| Course { active: None, code: None, ..course.clone() };
    let read = courses(&tenant).await.into_iter().map(|course| Course { code: None, ..course });
    assert_eq!(read.collect::<Vec<_>>(), wanted.iter().map(untold).collect::<Vec<_>>());
    let mut expected = truth.enrolments();
    expected.retain(|row| is_wanted(&row.course_id));
    assert!(!expected.is_empty());
    assert_same(&enrolments(&tenant).await, &expected, "limited");
    assert!(tenant.findings().await.unknown_courses.iter().eq([&unknown]));
    assert_eq!(tenant.requests_for("/catalog-content"), 0);
}

#[tokio::test]
async fn a_limited_course_is_found_in_whatever_language_it_is() {
    for search_locale in [SearchLocale::Heeded, SearchLocale::Strict, SearchLocale::Ignored] {
        let quirks = Quirks { search_locale, ..Quirks::default() };
        let mut tenant = Tenant::start(Options { quirks, ..Options::default() });
        let ids = tenant.simulator.world().course_ids();
        let unknown = "00000000-0000-4000-8000-000000000000".to_owned();
        tenant.scope.limited_courses = Some(ids.iter().chain([&unknown]).cloned().collect());
        tenant.courses().await.unwrap();
        assert!(tenant.findings().await.unknown_courses.iter().eq([&unknown]), "{search_locale:?}");
        assert_eq!(courses(&tenant).await.len(), ids.len());
        // No more than for the one that is in no language.
        let in_vain = OTHER_LANGUAGES.len();
        let again = tenant.requests_for("localeCode=");
        assert_eq!(again > in_vain, search_locale != SearchLocale::Ignored);
        assert!(again >= in_vain);
        assert_eq!(tenant.requests_for("/search-content?"), ids.len() + 1 + again);
    }
}

#[tokio::test]
async fn a_scope_of_nothing_is_a_mistake() {
    let mut tenant = Tenant::start(Options::default());
    tenant.scope.limited_courses = Some(vec!["00000000-0000-4000-8000-000000000000".to_owned()]);
    assert!(matches!(tenant.courses().await, Err(SyncError::EmptyScope(_))));
}

#[tokio::test]
async fn what_a_status_means_is_not_invented() {
    let quirks = Quirks { unknown_status_percent: 30, ..Quirks::default() };
    let tenant = Tenant::start(Options { quirks, ..Options::default() });
    let answer = tenant.courses().await.unwrap();
    let untold = enrolments(&tenant).await.iter().filter(|row| row.status.is_none()).count();
    assert!(untold > 20);
    let findings = tenant.findings().await;
    assert_eq!(findings.faulty_rows, untold as u64);
    assert!(findings.faults[0].contains("unknown status"), "{:?}", findings.faults);
    assert_eq!(answer.tables[Table::Enrolments.name()].rows, 300);

    // What is wrong with rows that nobody wants is nobody's concern.
    let mut tenant = Tenant { store: Arc::default(), ..tenant };
    tenant.scope.limited_courses = Some(tenant.simulator.world().course_ids().split_off(30));
    tenant.courses().await.unwrap();
    let wanted = enrolments(&tenant).await.iter().filter(|row| row.status.is_none()).count();
    assert!((1..untold).contains(&wanted), "{wanted} of {untold}");
    assert_eq!(tenant.findings().await.faulty_rows, wanted as u64);
}
