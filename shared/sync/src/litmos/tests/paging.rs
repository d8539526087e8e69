//! Servers that page as they like, and what a run costs.

use litmos_simulator::{Options, Possession, Quirks, Repeats};
use rollcall_snapshot::{Mode, Verdict};

use super::site::Site;
use crate::{
    litmos::{CourseTask, TeamTask, UserTask},
    test_runs::{Account, copy},
};

#[tokio::test]
async fn a_cap_is_seen_where_all_users_fit_one_page() {
    for (users, page_cap) in [(15, 20), (4, 5), (1, 1), (30, 37), (90, 100), (100, 100), (120, 150)]
    {
        let many = 2 * page_cap + 3;
        let quirks = Quirks { page_cap: Some(page_cap), ..Quirks::default() };
        let options = Options { quirks, users, teams: many, courses: many, ..Options::default() };
        let site = Site::start(options);
        site.run(1, Mode::Full).await;
        site.assert_true(1, &format!("{users} users, {page_cap} at once")).await;
    }
}

#[tokio::test]
async fn odd_pages_are_no_moving_list() {
    let repeats = |rows| Some(Repeats { every_pages: 1, rows });
    for (users, quirks) in [
        (60, Quirks { page_cap: Some(10), repeats: repeats(3), ..Quirks::default() }),
        (60, Quirks { page_cap: Some(7), long_page_every: Some(2), ..Quirks::default() }),
        (2_300, Quirks { repeats: repeats(3), ..Quirks::default() }),
        (2_300, Quirks { long_page_every: Some(1), ..Quirks::default() }),
    ] {
        let case = format!("{quirks:?}");
        let site =
            Site::start(Options { quirks, users, teams: 3, courses: 3, ..Options::default() });
        let publication = site.run(1, Mode::Full).await;
        site.assert_true(1, &case).await;
        assert_eq!(publication.reasons, [""; 0], "{case}");
        assert_eq!(site.found(1).await.reading.number, 0, "{case}");
    }
}

#[tokio::test]
async fn a_kind_of_list_may_be_cut_at_the_default_alone() {
    let base = || Options { users: 180, teams: 2, courses: 2, ..Options::default() };
    for (path, options) in [
        ("/users/details", base()),
        ("/teams", Options { teams: 130, members_per_team: Some(1), ..base() }),
        ("/teams/*/users", Options { members_per_team: Some(140), ..base() }),
        ("/courses", Options { courses: 130, learners_per_course: Some(1), ..base() }),
        ("/courses/*/users", Options { learners_per_course: Some(140), ..base() }),
    ] {
        for surplus in [0, 2] {
            let page_caps = [(path.to_owned(), 100 + surplus)].into();
            let quirks = Quirks { page_caps, ..Quirks::default() };
            let site = Site::start(Options { quirks, ..options.clone() });
            site.run(1, Mode::Full).await;
            site.assert_true(1, path).await;
        }
    }
}

#[tokio::test]
async fn leaders_beyond_a_page_are_leaders() {
    let path = "/teams/*/leaders".to_owned();
    let quirks = Quirks { page_caps: [(path, 100)].into(), ..Quirks::default() };
    let options = Options { users: 420, teams: 3, courses: 1, quirks, ..Options::default() };
    let site = Site::start(Options { inactive_percent: 0, ..options });
    let world = site.simulator.world();
    let team = world.team_ids().swap_remove(0);
    for user in world.user_ids().iter().skip(20).take(150) {
        assert!(world.possess(user, Possession::Leader, &team, true));
    }
    site.run(1, Mode::Full).await;
    site.assert_true(1, "leaders").await;
}

#[tokio::test]
async fn one_list_of_each_kind_is_asked_for_more_where_all_are_as_long_as_the_default() {
    let site = Site::start(Options {
        users: 420,
        inactive_percent: 0,
        teams: 7,
        members_per_team: Some(100),
        leaders_percent: 0,
        courses: 9,
        learners_per_course: Some(100),
        ..Options::default()
    });
    site.run(1, Mode::Full).await;
    site.assert_true(1, "a hundred each").await;
    let [_, teams, courses] = site.requests(1).await;
    let asked = teams - 1 - 7;
    // Who may lead is asked of some teams, two requests each.
    assert_eq!((asked % 2, courses), (1, 1 + 9 + 1), "{teams}");
}

/// A full run of the organisation that is measured, and what it may cost.
#[tokio::test]
async fn a_full_run_keeps_its_budget() {
    let site = Site::start(Options {
        users: 10_000,
        teams: 200,
        members_per_team: Some(50),
        leaders_percent: 0,
        courses: 500,
        learners_per_course: Some(100),
        ..Options::default()
    });
    site.read_on(site.store.clone(), 1, Mode::Full).await.unwrap();
    assert_eq!(site.requests(1).await, [12, 201, 502]);
}

/// A site with lists of several pages, and the paths of those that are read in each kind of run.
async fn pages_of_ten() -> Site {
    let quirks = Quirks { page_cap: Some(10), ..Quirks::default() };
    let site = Site::start(Options {
        quirks,
        users: 60,
        inactive_percent: 0,
        teams: 30,
        members_per_team: Some(30),
        courses: 30,
        learners_per_course: Some(30),
        ..Options::default()
    });
    let world = site.simulator.world();
    let team = world.team_ids().swap_remove(0);
    for user in world.user_ids().iter().skip(10).take(30) {
        for role in [Possession::Leader, Possession::Admin] {
            assert!(world.possess(user, role, &team, true));
        }
    }
    site.run(1, Mode::Full).await;
    site.assert_true(1, "pages of ten").await;
    world.churn(5, 60.0);
    let ids = (world.team_ids(), world.course_ids());
    ids.0.iter().for_each(|team| assert!(world.rename_team(team, "Renamed")));
    ids.1.iter().for_each(|course| assert!(world.rename_course(course, "Renamed")));
    site
}

#[tokio::test]
async fn a_list_that_ignores_start_ends_with_an_error_that_names_it() {
    let mut site = pages_of_ten().await;
    let before = site.store.clone();
    for (mode, path, name) in [
        (Mode::Full, "/users/details", "the list of users"),
        (Mode::Full, "/teams", "the list of teams"),
        (Mode::Full, "/teams/*/users", "the list of team members of "),
        (Mode::Full, "/teams/*/leaders", "the list of leaders of "),
        (Mode::Full, "/teams/*/admins", "the list of admins of "),
        (Mode::Full, "/courses", "the list of courses"),
        (Mode::Full, "/courses/*/users", "the list of enrolments of "),
        (Mode::Delta, "/org/users/details", "the list of changed users"),
        (Mode::Delta, "/org/teams", "the list of changed teams"),
        (Mode::Delta, "/org/teams/users", "the list of changed memberships"),
        (Mode::Delta, "/org/courses", "the list of changed courses"),
        (Mode::Delta, "/org/users/courses", "the list of changed assignments"),
        (Mode::Delta, "/org/results/details", "the list of changed results"),
    ] {
        // The run that failed before goes on for ever; each begins where the first one ended.
        site.store = copy(&before).await;
        let (page_cap, start_ignored) = (Some(10), vec![path.to_owned()]);
        let quirks = Quirks { page_cap, start_ignored, ..Quirks::default() };
        site.simulator.set_quirks(quirks);
        site.simulator.reset_log();
        // What only one team shows is that team's own trouble, for which the run is quarantined.
        let told = match site.read_on(site.store.clone(), 2, mode).await {
            Err(error) => error.to_string(),
            Ok(()) => {
                let judged = site.publish_on(site.store.clone(), 2).await;
                assert_eq!(judged.verdict, Verdict::Quarantined, "{path}");
                judged.reasons.join("; ")
            }
        };
        assert!(told.contains(name) && told.contains("ignores `start`"), "{path}: {told}");
        let requests = site.simulator.log().count();
        assert!(requests < 700, "{path}: {requests} requests");
    }
}

#[tokio::test]
async fn changes_are_read_to_their_end_where_no_run_has_seen_the_cap() {
    let quirks = Quirks { page_cap: Some(20), ..Quirks::default() };
    let site =
        Site::start(Options { quirks, users: 15, teams: 12, courses: 12, ..Options::default() });
    site.run(1, Mode::Full).await;
    assert_eq!(site.manifest(1).await.page_cap, None, "nothing was longer");
    let world = site.simulator.world();
    (0..40).for_each(|_| drop(world.add_user("New", "Comer")));
    site.run(2, Mode::Delta).await;
    site.assert_true(2, "more than a page of new accounts").await;
    // Few changes are not asked for twice.
    world.rename_user(&world.user_ids()[3], "Few", "Changes");
    site.run(3, Mode::Delta).await;
    site.assert_true(3, "few").await;
}

#[tokio::test]
async fn changes_that_are_cut_at_the_default_alone_are_read_to_their_end() {
    let path = "/org/users/details".to_owned();
    let quirks = Quirks { page_caps: [(path, 100)].into(), ..Quirks::default() };
    let site =
        Site::start(Options { quirks, users: 300, teams: 2, courses: 2, ..Options::default() });
    site.run(1, Mode::Full).await;
    let world = site.simulator.world();
    for user in world.user_ids().iter().take(230) {
        assert!(world.rename_user(user, "Renamed", "Person"));
    }
    site.run(2, Mode::Delta).await;
    site.assert_true(2, "230 changes").await;
}

#[test]
fn tasks_of_release_0_2_0_are_read() {
    let users = r#"[{"range":{"start":10,"until":null}},{"range":{"start":0,"until":20}}]"#;
    let users: Vec<UserTask> = serde_json::from_str(users).unwrap();
    assert_eq!(serde_json::to_value(&users).unwrap()[0]["range"]["start"], 10);
    let teams = r#"[{"list":{"start":10}},{"members":{"team_id":"a","start":10,"ask":true}},
        {"leaders":{"team_id":"a","start":0,"leaders":["b"]}},
        {"admins":{"team_id":"a","start":0,"leaders":["b"],"admins":[]}}]"#;
    serde_json::from_str::<Vec<TeamTask>>(teams).unwrap();
    let courses = r#"[{"list":{"start":10}},{"users":{"course_id":"a","start":10}},
        {"changed":{"list":"results","window":{"since":"2026-11-21T02:00:00Z",
        "to":"2026-11-22T02:00:00Z"},"start":0}}]"#;
    serde_json::from_str::<Vec<CourseTask>>(courses).unwrap();
}
