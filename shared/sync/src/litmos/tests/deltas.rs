//! What a delta run gives, and what a full run after it.

use jiff::{SignedDuration, Timestamp};
use litmos_simulator::{Change, Deltas, Fault, Options, Possession, Quirks, Rule};
use rollcall_roster::{Enrolment, Source, TeamMember, User};
use rollcall_snapshot::{ChangeCounts, DeltaLimits, Mode, Scope};

use super::site::Site;
use crate::test_runs::{Account, assert_same, run};

fn options() -> Options {
    Options { users: 300, teams: 12, courses: 15, ..Options::default() }
}

/// Changes of every kind that lists of changes tell.
fn change_everything(site: &Site) {
    let world = site.simulator.world();
    let (users, teams, courses) = (world.user_ids(), world.team_ids(), world.course_ids());
    world.add_user("Zoë & Co", "O'Neil");
    assert!(world.rename_user(&users[3], "Anna", "Ny") && world.set_active(&users[4], false));
    assert!(world.rename_team(&teams[0], "Süd") && world.rename_course(&courses[0], "Zażółć"));
    let below = world.add_team("Below", Some(&teams[1])).unwrap();
    for (user, what, id, has) in [
        (&users[5], Possession::Course, &courses[1], true),
        (&users[6], Possession::Member, &below, true),
        (&users[6], Possession::Leader, &below, true),
    ] {
        assert!(world.possess(user, what, id, has));
    }
    world.churn(7, 4.0);
}

#[tokio::test]
async fn what_changed_is_laid_over_what_was() {
    let base = Deltas::default;
    for deltas in [
        base(),
        Deltas { bounds_exclusive: true, ..base() },
        Deltas { offset_hours: -8, ..base() },
        Deltas { offset_hours: 13, ..base() },
        Deltas { derived_assignments_listed: true, ..base() },
        Deltas { ended_results_untouched: true, derived_assignments_listed: true, ..base() },
        Deltas { iso_dates_of_users: true, ..base() },
    ] {
        let case = format!("{deltas:?}");
        let quirks = Quirks { deltas, ..Quirks::default() };
        let site = Site::start(Options { quirks, ..options() });
        site.run(1, Mode::Full).await;
        change_everything(&site);
        site.run(2, Mode::Delta).await;
        site.assert_true(2, &case).await;
        assert_eq!(site.requests(2).await, [3, 2, 3], "{case}");
        let manifest = site.manifest(2).await;
        assert_eq!((manifest.mode, manifest.base_run_id), (Mode::Delta, Some(run(1))));
    }
}

/// Whoever is assigned a course between the two lists would have it without a status.
#[tokio::test]
async fn results_are_asked_for_after_all_assignments() {
    let site = Site::start(options());
    site.run(1, Mode::Full).await;
    change_everything(&site);
    let (assignments, results) = ("/org/users/courses", "/org/results/details");
    site.simulator.faults().add(Rule::new(Fault::GatewayTimeout).on(assignments).times(1));
    site.run(2, Mode::Delta).await;
    let log = site.simulator.log();
    let log = log.entries();
    let first = log.iter().position(|entry| entry.path.ends_with(results)).unwrap();
    let last = log.iter().rposition(|entry| entry.path.ends_with(assignments)).unwrap();
    assert!(last < first, "{log:#?}");
}

#[tokio::test]
async fn pages_of_changes_are_read_to_their_end() {
    for page_cap in [None, Some(7), Some(100)] {
        let quirks = Quirks { page_cap, long_page_every: Some(2), ..Quirks::default() };
        let site = Site::start(Options { quirks, users: 1_500, ..options() });
        site.run(1, Mode::Full).await;
        site.simulator.world().churn(3, 40.0);
        site.run(2, Mode::Delta).await;
        site.assert_true(2, &format!("{page_cap:?}")).await;
    }
}

#[tokio::test]
async fn an_old_base_takes_several_windows() {
    let site = Site::start(options());
    site.run(1, Mode::Full).await;
    site.age(1, SignedDuration::from_hours(24 * 20)).await;
    let (world, now) = (site.simulator.world(), Timestamp::now());
    let users = world.user_ids();
    for (days, user) in users.iter().take(20).enumerate() {
        let (id, first_name) = (user.clone(), format!("Day{days}"));
        let change = Change::RenameUser { id, first_name, last_name: "Old".to_owned() };
        let ago = SignedDuration::from_hours(24 * i64::try_from(days).unwrap() + 1);
        world.change_at(change, now - ago).unwrap();
    }
    site.run(2, Mode::Delta).await;
    site.assert_true(2, "20 days").await;
    assert_eq!(site.requests(2).await, [2 + 4, 2 * 4, 3 * 4]);
}

#[tokio::test]
async fn a_delta_run_that_cannot_be_is_a_full_one_and_says_so() {
    let mut site = Site::start(options());
    let reason = |reasons: &[String]| {
        reasons.iter().find(|reason| reason.starts_with("fell_back: ")).cloned()
    };
    let first = site.run(1, Mode::Delta).await;
    assert!(reason(&first.reasons).unwrap().contains("no published run"));
    site.assert_true(1, "first").await;
    site.age(1, SignedDuration::from_hours(24 * 31)).await;
    change_everything(&site);
    let old = site.run(2, Mode::Delta).await;
    assert!(reason(&old.reasons).unwrap().contains("31 days old, 30 are allowed"));
    site.assert_true(2, "old").await;
    assert_eq!(site.manifest(2).await.mode, Mode::Full);
    let few = site.simulator.world().course_ids()[..2].to_vec();
    site.subject.scope = Scope { limited_courses: Some(few) };
    let limited = site.run(3, Mode::Delta).await;
    assert!(reason(&limited.reasons).unwrap().contains("other limited_courses"));
    assert!(reason(&site.run(4, Mode::Delta).await.reasons).is_none());
}

#[tokio::test]
async fn limited_courses_stay_the_only_ones() {
    let mut site = Site::start(options());
    let mut few = site.simulator.world().course_ids()[..3].to_vec();
    few.sort_unstable();
    site.subject.scope = Scope { limited_courses: Some(few.clone()) };
    site.run(1, Mode::Full).await;
    change_everything(&site);
    site.run(2, Mode::Delta).await;
    let truth = site.simulator.truth();
    let meant: Vec<_> = few.iter().flat_map(|course| truth.enrolments_of(course)).collect();
    let rows = site.table::<Enrolment>(2).await.into_iter().map(super::readings::undated);
    assert_same(&rows.collect::<Vec<_>>(), &meant, "limited");
}

/// What lists of changes tell and others do not: when and how a course came.
fn source_of(rows: &[Enrolment], course: &str, user: &str) -> (Option<Source>, bool) {
    let pair = |row: &&Enrolment| row.course_id == course && row.user_id == user;
    let row = rows.iter().find(pair).unwrap();
    (row.source, row.assigned_at.is_some())
}

#[tokio::test]
async fn a_full_run_keeps_what_only_changes_tell_while_the_status_stays() {
    let site = Site::start(options());
    let world = site.simulator.world();
    let (users, courses) = (world.user_ids(), world.course_ids());
    // Two who do not have it yet.
    let without = |course: &String| {
        let holders = site.simulator.truth().enrolments_of(course);
        let holds = |user: &&String| holders.iter().any(|row| row.user_id == **user);
        users.iter().filter(|user| !holds(user)).take(2).cloned().collect::<Vec<_>>()
    };
    let pair = without(&courses[0]);
    let (still, done) = (&pair[0], &pair[1]);
    site.run(1, Mode::Full).await;
    for user in [still, done] {
        assert!(world.possess(user, Possession::Course, &courses[0], true));
    }
    site.run(2, Mode::Delta).await;
    let rows = site.table::<Enrolment>(2).await;
    assert_eq!(source_of(&rows, &courses[0], still), (Some(Source::Direct), true));
    // Nothing about this is told: lists of changes do not reach back so far any more.
    site.age(2, SignedDuration::from_hours(24 * 31)).await;
    assert!(world.progress(done, &courses[0], 100.0, true));
    site.run(3, Mode::Full).await;
    let rows = site.table::<Enrolment>(3).await;
    assert_eq!(source_of(&rows, &courses[0], still), (Some(Source::Direct), true));
    assert_eq!(source_of(&rows, &courses[0], done), (None, false), "it has another status");
    let manifest = site.manifest(3).await;
    assert_eq!(manifest.carried_from, Some(run(2)));
    let known = &manifest.tables["enrolments"].known_columns;
    assert!(!known.contains(&"source".to_owned()), "{known:?}");
    // A full run after a full run still keeps it, and nothing has changed.
    let again = site.run(4, Mode::Full).await;
    assert!(again.changes.values().all(|counts| *counts == ChangeCounts::default()));
    let rows = site.table::<Enrolment>(4).await;
    assert_eq!(source_of(&rows, &courses[0], still), (Some(Source::Direct), true));
}

#[tokio::test]
async fn a_full_run_keeps_memberships_of_the_inactive_as_changes_showed_them() {
    let site = Site::start(Options { members_per_team: Some(10), ..options() });
    let world = site.simulator.world();
    site.run(1, Mode::Full).await;
    let members = site.table::<TeamMember>(1).await;
    let mut users: Vec<_> = members.iter().map(|member| &member.user_id).collect();
    users.sort_unstable();
    users.dedup();
    let (stays, leaves, goes) = (users[0], users[1], users[2]);
    assert!([stays, leaves, goes].iter().all(|user| world.set_active(user, false)));
    site.run(2, Mode::Delta).await;
    let teams_of = |rows: &[TeamMember], user: &String| {
        rows.iter().filter(|member| member.user_id == *user).count()
    };
    let rows = site.table::<TeamMember>(2).await;
    for user in [stays, leaves, goes] {
        assert_eq!(teams_of(&rows, user), teams_of(&members, user), "they are members still");
    }
    // One leaves a team while inactive, one is deleted, and one team is.
    let team = &members.iter().find(|member| member.user_id == **leaves).unwrap().team_id;
    assert!(world.possess(leaves, Possession::Member, team, false));
    assert!(world.remove_user(goes));
    let full = site.run(3, Mode::Full).await;
    let rows = site.table::<TeamMember>(3).await;
    assert_eq!(teams_of(&rows, stays), teams_of(&members, stays));
    assert_eq!(teams_of(&rows, leaves), teams_of(&members, leaves) - 1);
    assert_eq!(teams_of(&rows, goes), 0);
    site.assert_true(3, "full").await;
    // Who was deleted no list of changes tells.
    let missed = full.missed_by_delta.unwrap();
    assert_eq!(missed["users"], ChangeCounts { removed: 1, ..ChangeCounts::default() });
    let removed = teams_of(&members, goes) as u64;
    assert_eq!(missed["team_members"], ChangeCounts { removed, ..ChangeCounts::default() });
}

#[tokio::test]
async fn memberships_of_who_wakes_up_are_seen_by_the_next_full_run() {
    let site = Site::start(Options { members_per_team: Some(10), ..options() });
    let world = site.simulator.world();
    let member = site.simulator.truth().team_members().swap_remove(0);
    assert!(world.set_active(&member.user_id, false));
    site.run(1, Mode::Full).await;
    assert!(world.set_active(&member.user_id, true));
    site.run(2, Mode::Delta).await;
    let is_there = |rows: &[TeamMember]| rows.iter().any(|row| row.key_is(&member));
    assert!(!is_there(&site.table(2).await), "no list of changes has it: it did not change");
    let full = site.run(3, Mode::Full).await;
    assert!(is_there(&site.table(3).await));
    assert!(full.missed_by_delta.unwrap()["team_members"].added > 0);
}

#[tokio::test]
async fn a_full_run_after_exact_deltas_has_missed_nothing() {
    let site = Site::start(options());
    site.run(1, Mode::Full).await;
    change_everything(&site);
    site.run(2, Mode::Delta).await;
    site.simulator.world().churn(9, 3.0);
    let full = site.run(3, Mode::Full).await;
    assert!(full.changes["enrolments"].changed > 0);
    let missed = full.missed_by_delta.unwrap();
    // The names of managers in other accounts' rows.
    let others = missed.iter().filter(|(table, _)| *table != "users");
    let all: u64 = others.map(|(_, counts)| counts.added + counts.removed + counts.changed).sum();
    assert_eq!(all, 0, "{missed:?}");
    site.assert_true(3, "full").await;
}

#[tokio::test]
async fn a_vendor_that_does_not_list_removals_is_repaired_by_the_next_full_run() {
    let deltas = Deltas { removals_unlisted: true, ..Deltas::default() };
    let quirks = Quirks { deltas, ..Quirks::default() };
    let site = Site::start(Options { quirks, members_per_team: Some(10), ..options() });
    site.run(1, Mode::Full).await;
    let member = site.table::<TeamMember>(1).await.swap_remove(0);
    let world = site.simulator.world();
    assert!(world.possess(&member.user_id, Possession::Member, &member.team_id, false));
    site.run(2, Mode::Delta).await;
    assert!(site.table::<TeamMember>(2).await.iter().any(|row| row.key_is(&member)));
    let full = site.run(3, Mode::Full).await;
    assert!(!site.table::<TeamMember>(3).await.iter().any(|row| row.key_is(&member)));
    assert_eq!(full.missed_by_delta.unwrap()["team_members"].removed, 1);
}

trait SameKey {
    fn key_is(&self, other: &Self) -> bool;
}

impl SameKey for TeamMember {
    fn key_is(&self, other: &Self) -> bool {
        (&self.team_id, &self.user_id) == (&other.team_id, &other.user_id)
    }
}

#[tokio::test]
async fn changes_are_asked_for_from_a_day_before_the_base_began() {
    let site = Site::start(options());
    site.run(1, Mode::Full).await;
    let (world, now) = (site.simulator.world(), Timestamp::now());
    let users = world.user_ids();
    // The vendor lists a change late: it was not there when the base was read.
    for (hours, user) in [(23, &users[7]), (25, &users[8])] {
        let (id, first_name) = (user.clone(), "Late".to_owned());
        let change = Change::RenameUser { id, first_name, last_name: format!("{hours}") };
        world.change_at(change, now - SignedDuration::from_hours(hours)).unwrap();
    }
    site.run(2, Mode::Delta).await;
    let rows = site.table::<User>(2).await;
    let name = |id: &String| {
        let row = rows.iter().find(|user| user.user_id == *id).unwrap();
        row.last_name.clone().unwrap()
    };
    assert_eq!(name(&users[7]), "23");
    assert_ne!(name(&users[8]), "25");
}

#[tokio::test]
async fn an_operator_may_want_more_or_less_overlap() {
    let mut site = Site::start(options());
    site.delta = DeltaLimits { overlap: SignedDuration::ZERO, ..site.delta };
    site.run(1, Mode::Full).await;
    let world = site.simulator.world();
    let id = world.user_ids()[7].clone();
    let change = Change::RenameUser { id, first_name: "Late".into(), last_name: "Late".into() };
    world.change_at(change, Timestamp::now() - SignedDuration::from_mins(5)).unwrap();
    site.run(2, Mode::Delta).await;
    let rows = site.table::<User>(2).await;
    assert!(rows.iter().all(|user| user.last_name.as_deref() != Some("Late")));
}
