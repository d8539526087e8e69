//! What a delta run gives, and what a full run after it.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use percipio_simulator::{Change, Options, Quirks};
use rollcall_roster::{Course, Enrolment, EnrolmentStatus, User};
use rollcall_snapshot::{ChangeCounts, Mode, Scope};

use super::tenant::Tenant;
use crate::test_runs::{Account, assert_same, run};

fn options() -> Options {
    Options { users: 300, items: 200, ..Options::default() }
}

/// Long enough ago that a report is about it.
fn lately() -> Timestamp {
    Timestamp::now() - SignedDuration::from_mins(3)
}

/// Changes of every kind that lists of changes tell.
fn change_everything(tenant: &Tenant) {
    let world = tenant.simulator.world();
    let (users, courses) = (world.user_ids(), world.course_ids());
    world.add_user("new-1", "Zoë", "O'Neil");
    assert!(world.set_active(&users[3], false) && world.set_role(&users[4], "LEARNING_ADMIN"));
    assert!(world.rename_item(&courses[0], "Zażółć") && world.set_item_active(&courses[1], false));
    for (user, course, status) in [
        (&users[5], &courses[2], "Started"),
        (&users[6], &courses[2], "Completed"),
        (&users[7], &courses[3], "Started"),
    ] {
        assert!(world.learn(user, course, status, lately()));
    }
}

/// Courses without their attributes, which the truth does not tell.
pub(super) fn bare(course: Course) -> Course {
    Course { attributes: None, ..course }
}

/// Without the attributes, in which the truth has both managers otherwise.
pub(super) fn plain(user: User) -> User {
    User { attributes: None, ..user }
}

impl Tenant {
    /// Asserts that the tables of a run are the truth, without attributes.
    pub(super) async fn assert_true(&self, hour: i64, case: &str) {
        let truth = self.simulator.truth();
        let users = |users: Vec<User>| users.into_iter().map(plain).collect::<Vec<_>>();
        assert_same(&users(Account::table(self, hour).await), &users(truth.users()), case);
        let courses = |courses: Vec<Course>| courses.into_iter().map(bare).collect::<Vec<_>>();
        assert_same(&courses(Account::table(self, hour).await), &courses(truth.courses()), case);
        let enrolments = Account::table::<Enrolment>(self, hour).await;
        assert_same(&enrolments, &truth.enrolments(), case);
    }
}

#[tokio::test]
async fn what_changed_is_laid_over_what_was() {
    let base = Quirks::default;
    for quirks in [
        base(),
        Quirks { page_cap: Some(50), ..base() },
        Quirks { updated_since_exclusive: true, ..base() },
    ] {
        let case = format!("{quirks:?}");
        let tenant = Tenant::start(Options { quirks, ..options() });
        tenant.run(1, Mode::Full).await;
        change_everything(&tenant);
        tenant.run(2, Mode::Delta).await;
        tenant.assert_true(2, &case).await;
        let manifest = tenant.manifest(2).await;
        assert_eq!((manifest.mode, manifest.base_run_id), (Mode::Delta, Some(run(1))));
    }
}

#[tokio::test]
async fn a_delta_run_takes_few_requests() {
    let tenant = Tenant::start(Options { users: 3_000, items: 3_000, ..Options::default() });
    tenant.run(1, Mode::Full).await;
    change_everything(&tenant);
    tenant.run(2, Mode::Delta).await;
    // How many accounts there are, which changed, and how many there are by then; the catalogue, a report and two questions
    // after it.
    assert_eq!(tenant.requests(2).await, [3, 0, 4]);
    tenant.run(3, Mode::Delta).await;
    assert_eq!(tenant.requests(3).await, [3, 0, 4], "and where nothing changed");
}

#[tokio::test]
async fn what_is_done_stays_done() {
    let tenant = Tenant::start(options());
    let world = tenant.simulator.world();
    let (user, course) = (&world.user_ids()[8], &world.course_ids()[4]);
    let ago = |hours| Timestamp::now() - SignedDuration::from_hours(hours);
    assert!(world.learn(user, course, "Completed", ago(100)));
    tenant.run(1, Mode::Full).await;
    // Looked at again: a report on the last hours alone would say that it was begun.
    assert!(world.learn(user, course, "Started", lately()));
    tenant.run(2, Mode::Delta).await;
    let rows = Account::table::<Enrolment>(&tenant, 2).await;
    let pair = rows.iter().find(|row| row.course_id == *course && row.user_id == *user);
    assert_eq!(pair.unwrap().status, Some(EnrolmentStatus::Completed));
}

#[tokio::test]
async fn a_full_run_says_what_deltas_have_missed() {
    let tenant = Tenant::start(options());
    tenant.run(1, Mode::Full).await;
    change_everything(&tenant);
    tenant.run(2, Mode::Delta).await;
    let world = tenant.simulator.world();
    let (erased, renamed) = (world.user_ids()[20].clone(), world.course_ids()[5].clone());
    world.change(Change::EraseUser { id: erased });
    assert!(world.rename_item(&renamed, "Named by the next list of changes"));
    let full = tenant.run(3, Mode::Full).await;
    tenant.assert_true(3, "full").await;
    let missed = full.missed_by_delta.unwrap();
    let removed = ChangeCounts { removed: 1, ..ChangeCounts::default() };
    let wanted = ["courses", "enrolments", "team_members", "teams", "users"].map(|table| {
        let counts = if table == "users" { removed } else { ChangeCounts::default() };
        (table.to_owned(), counts)
    });
    assert_eq!(missed, BTreeMap::from(wanted));
    assert_eq!(full.changes["courses"].changed, 1);
}

#[tokio::test]
async fn limited_courses_are_searched_for_anew() {
    let mut tenant = Tenant::start(options());
    let mut few = tenant.simulator.world().course_ids()[..4].to_vec();
    few.sort_unstable();
    tenant.scope = Scope { limited_courses: Some(few.clone()) };
    tenant.run(1, Mode::Full).await;
    change_everything(&tenant);
    tenant.run(2, Mode::Delta).await;
    let delta = Account::table::<Course>(&tenant, 2).await;
    let rows = Account::table::<Enrolment>(&tenant, 2).await;
    assert!(rows.iter().all(|row| few.contains(&row.course_id)));
    let full = tenant.run(3, Mode::Full).await;
    assert_same(&Account::table::<Course>(&tenant, 3).await, &delta, "as a full run finds them");
    assert!(full.changes.values().all(|counts| *counts == ChangeCounts::default()), "{full:?}");
}
