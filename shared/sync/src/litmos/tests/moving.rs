//! Lists that move while they are read.

use std::{collections::BTreeSet, sync::Arc};

use litmos_simulator::{Change, Options, Possession, Quirks};
use proptest::{collection::vec, prelude::*, sample::Index, test_runner::Config};
use rollcall_roster::{Course, Enrolment, Table, Team, TeamMember, User};
use rollcall_snapshot::{Checkpoint, Findings, Mode, store::FailingStore};

use super::site::Site;
use crate::test_runs::{Account, FUNCTIONS, keys, run};

fn gone(id: &str) -> Change {
    Change::RemoveUser { id: id.to_owned() }
}

fn new() -> Change {
    Change::AddUser { first_name: "New".to_owned(), last_name: "Comer".to_owned() }
}

impl Site {
    /// What the function found that reads the users.
    pub(super) async fn found(&self, hour: i64) -> Findings {
        let key = keys().checkpoint(&run(hour), FUNCTIONS[0]);
        let found = Checkpoint::<serde_json::Value>::load(&*self.store, &key).await;
        found.unwrap().unwrap().0.findings
    }

    async fn users(&self, hour: i64) -> BTreeSet<String> {
        self.table::<User>(hour).await.into_iter().map(|user| user.user_id).collect()
    }
}

#[tokio::test]
async fn who_slips_between_pages_is_read_again() {
    for newest_first in [false, true] {
        let quirks = Quirks { newest_first, ..Quirks::default() };
        let options = Options { quirks, users: 2_300, teams: 2, courses: 2, ..Options::default() };
        let site = Site::start(options);
        let (world, users) = (site.simulator.world(), site.simulator.world().user_ids());
        let users: Vec<_> = if newest_first { users.into_iter().rev().collect() } else { users };
        // They were counted and the first page was read.
        users[..40].iter().step_by(3).for_each(|id| world.change_after(2, gone(id)));
        site.run(1, Mode::Full).await;
        site.assert_true(1, "slipped").await;
        let found = site.found(1).await;
        assert_eq!((found.reading.number, found.vendor_count[&Table::Users]), (1, 2_300 - 14));
        // Counted; three pages, and one as the last was shorter than by the count; the same again.
        assert_eq!(site.requests(1).await[0], 1 + 4 + 1 + 3);
    }
}

#[tokio::test]
async fn who_goes_while_the_list_is_read_costs_two_requests_at_most() {
    let options = || Options { users: 1_002, teams: 20, courses: 20, ..Options::default() };
    let still = Site::start(options());
    still.run(1, Mode::Full).await;
    let usual: u64 = still.requests(1).await.iter().sum();
    // Nobody slips where few go: the pages overlap.
    for (place, after) in [(1_001, 1), (0, 1), (0, 2), (500, 2), (995, 2)] {
        let site = Site::start(options());
        let id = site.simulator.world().user_ids()[place].clone();
        site.simulator.world().change_after(after, gone(&id));
        site.run(1, Mode::Full).await;
        let requests: u64 = site.requests(1).await.iter().sum();
        assert!(requests <= usual + 2, "{place}: {requests} instead of {usual}");
        assert_eq!(site.manifest(1).await.page_cap, None, "{place}");
        let read = site.users(1).await;
        let there = site.simulator.world().user_ids();
        assert!(there.iter().all(|id| read.contains(id)), "{place}");
    }
}

#[tokio::test]
async fn a_count_that_is_of_others_is_told_after_two_readings() {
    let site = Site::start(Options { users: 300, teams: 2, courses: 2, ..Options::default() });
    // Nobody would come back who was counted; the list itself keeps still.
    let hide = Quirks { users_hidden: 3, ..Quirks::default() };
    site.simulator.set_quirks(hide);
    site.run(1, Mode::Full).await;
    let found = site.found(1).await;
    assert_eq!((site.users(1).await.len(), found.vendor_count[&Table::Users]), (297, 300));
    // Each reading: the page, the one that shows the end, and the count.
    assert_eq!((found.reading.number, site.requests(1).await[0]), (1, 1 + 3 + 3));
}

#[tokio::test]
async fn killed_at_any_write_a_list_that_moves_is_read_to_its_end() {
    for writes in 1..60 {
        let quirks = Quirks { page_cap: Some(20), ..Quirks::default() };
        let options = Options { quirks, users: 90, teams: 1, courses: 1, ..Options::default() };
        let site = Site::start(options);
        let users = site.simulator.world().user_ids();
        users[..6].iter().for_each(|id| site.simulator.world().change_after(3, gone(id)));
        let mortal = Arc::new(FailingStore::killed_at_write(site.store.clone(), writes));
        let survived = site.read_on(mortal, 1, Mode::Full).await.is_ok();
        site.run(1, Mode::Full).await;
        site.assert_true(1, &format!("killed at write {writes}")).await;
        if survived {
            return;
        }
    }
    panic!("more writes than were tried");
}

#[tokio::test]
async fn teams_and_courses_that_move_up_a_page_are_read() {
    let quirks = Quirks { page_cap: Some(10), ..Quirks::default() };
    let options = || Options {
        quirks: quirks.clone(),
        users: 30,
        teams: 40,
        courses: 40,
        ..Options::default()
    };
    let still = Site::start(options());
    still.run(1, Mode::Full).await;
    let [users, teams, _] = still.requests(1).await;
    let site = Site::start(options());
    let world = site.simulator.world();
    // They go when the first page of their list has been read.
    for id in world.course_ids().drain(..3) {
        world.change_after(users + teams + 4, Change::DeleteCourse { id });
    }
    let parents: BTreeSet<_> =
        site.simulator.truth().teams().into_iter().filter_map(|team| team.parent_team_id).collect();
    let first = world.team_ids().into_iter().take(10).filter(|id| !parents.contains(id)).take(3);
    first.for_each(|id| world.change_after(users + 1, Change::DeleteTeam { id }));
    site.run(1, Mode::Full).await;
    let read: BTreeSet<_> = site.table::<Team>(1).await.into_iter().map(|t| t.team_id).collect();
    assert!(world.team_ids().iter().all(|id| read.contains(id)), "{read:?}");
    let read: BTreeSet<_> =
        site.table::<Course>(1).await.into_iter().map(|c| c.course_id).collect();
    assert!(world.course_ids().iter().all(|id| read.contains(id)), "{read:?}");
}

/// Something that happens before a request is answered, to a user by place.
fn happening() -> impl Strategy<Value = (u64, Option<Index>)> {
    (1..40_u64, prop::option::weighted(0.7, any::<Index>()))
}

proptest! {
    #![proptest_config(Config { cases: 40, max_shrink_iters: 60, ..Config::default() })]

    /// Who was in a team or course all the time is so in the tables, or the run knows that its list
    /// moved.
    #[test]
    fn of_lists_that_move_nothing_is_missing_unseen(
        page_cap in 4..14_u32,
        newest_first in any::<bool>(),
        happenings in vec((1..90_u64, any::<Index>(), any::<Index>(), 0..4_u8), 0..40),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let quirks = Quirks { page_cap: Some(page_cap), newest_first, ..Quirks::default() };
            let site = Site::start(Options {
                quirks,
                users: 40,
                inactive_percent: 0,
                teams: 3,
                members_per_team: Some(25),
                courses: 3,
                learners_per_course: Some(25),
                ..Options::default()
            });
            let world = site.simulator.world();
            let (users, teams, courses) = (world.user_ids(), world.team_ids(), world.course_ids());
            let mut changed = BTreeSet::new();
            for (requests, user, of, what) in happenings {
                let (what, id) = match what % 2 {
                    0 => (Possession::Member, of.get::<String>(&teams)),
                    _ => (Possession::Course, of.get::<String>(&courses)),
                };
                let (user_id, id) = (user.get::<String>(&users).clone(), id.clone());
                // Once each: who left and came back was not there all the time.
                if changed.insert((id.clone(), user_id.clone())) {
                    let has = requests % 3 == 0;
                    world.change_after(requests, Change::Possess { user_id, what, id, has });
                }
            }
            let pairs = || -> BTreeSet<_> {
                let truth = site.simulator.truth();
                let members = truth.team_members().into_iter();
                let members = members.map(|member| (member.team_id, member.user_id));
                let learners = truth.enrolments().into_iter();
                members.chain(learners.map(|row| (row.course_id, row.user_id))).collect()
            };
            let before = pairs();
            site.read_on(site.store.clone(), 1, Mode::Full).await.unwrap();
            site.publish_on(site.store.clone(), 1).await;
            let members = site.table::<TeamMember>(1).await.into_iter();
            let members = members.map(|member| (member.team_id, member.user_id));
            let learners = site.table::<Enrolment>(1).await.into_iter();
            let learners = learners.map(|row| (row.course_id, row.user_id));
            let read: BTreeSet<_> = members.chain(learners).collect();
            let reasons = site.manifest(1).await.reasons.join("; ");
            for (of, user) in before.intersection(&pairs()) {
                let is_told = reasons.contains("list_moved") && reasons.contains(of);
                assert!(is_told || read.contains(&(of.clone(), user.clone())), "{of} {user}");
            }
        });
    }

    /// Whoever was there all the time is in the table, or the run knows that its list moved or that
    /// the vendor counts otherwise.
    #[test]
    fn of_users_that_come_and_go_nobody_is_missing_unseen(
        users in 1..120_u32,
        // A page of one row leaves no room for one in common.
        page_cap in prop::option::of(2..60_u32),
        newest_first in any::<bool>(),
        happenings in vec(happening(), 0..30),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let quirks = Quirks { page_cap, newest_first, ..Quirks::default() };
            let options = Options { quirks, users, teams: 0, courses: 0, ..Options::default() };
            let site = Site::start(options);
            let world = site.simulator.world();
            let before = world.user_ids();
            for (requests, who) in happenings {
                let change = who.map_or_else(new, |who| gone(who.get::<String>(&before)));
                world.change_after(requests, change);
            }
            site.read_on(site.store.clone(), 1, Mode::Full).await.unwrap();
            let after: BTreeSet<_> = world.user_ids().into_iter().collect();
            site.publish_on(site.store.clone(), 1).await;
            let (read, found) = (site.users(1).await, site.found(1).await);
            let count = found.vendor_count[&Table::Users];
            let is_told = count != read.len() as u64 || !found.moving_lists.is_empty();
            let missing = before.iter().filter(|id| after.contains(*id) && !read.contains(*id));
            assert!(is_told || missing.count() == 0);
        });
    }
}
