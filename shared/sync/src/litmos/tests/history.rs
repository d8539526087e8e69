//! Any history of changes, read by any runs in any order, comes out as a full run would read it.

use litmos_simulator::{Options, Possession};
use proptest::{collection::vec, prelude::*, test_runner::Config};
use rollcall_snapshot::Mode;

use super::site::Site;
use crate::test_runs::Account;

/// Something that happens at the vendor, to things by their places in lists.
#[derive(Debug, Clone)]
enum Happening {
    Added,
    Renamed(usize),
    Activity(usize, bool),
    Level(usize, bool),
    Member(usize, usize, bool),
    Leader(usize, usize, bool),
    Assigned(usize, usize, bool),
    Learnt(usize, usize, bool),
    Team(usize),
    Course(usize),
}

fn happening() -> impl Strategy<Value = Happening> {
    use Happening::*;
    let (user, team, course) = (1..20_usize, 0..4_usize, 0..4_usize);
    let has = any::<bool>();
    prop_oneof![
        Just(Added),
        user.clone().prop_map(Renamed),
        (user.clone(), has).prop_map(|(user, has)| Activity(user, has)),
        (user.clone(), has).prop_map(|(user, has)| Level(user, has)),
        (user.clone(), team.clone(), has).prop_map(|(user, team, has)| Member(user, team, has)),
        (user.clone(), team.clone(), has).prop_map(|(user, team, has)| Leader(user, team, has)),
        (user.clone(), course.clone(), has).prop_map(|(user, id, has)| Assigned(user, id, has)),
        (user, course.clone(), has).prop_map(|(user, id, has)| Learnt(user, id, has)),
        team.prop_map(Team),
        course.prop_map(Course),
    ]
}

fn happen(site: &Site, number: usize, happening: &Happening) {
    use Happening::*;
    let world = site.simulator.world();
    let (users, teams, courses) = (world.user_ids(), world.team_ids(), world.course_ids());
    let (user, team) = (|place: usize| &users[place], |place: usize| &teams[place]);
    let course = |place: usize| &courses[place];
    // What is impossible just does not happen.
    let _ = match happening {
        Added => !world.add_user("New", &number.to_string()).is_empty(),
        Renamed(who) => world.rename_user(user(*who), "Renamed", &number.to_string()),
        Activity(who, active) => world.set_active(user(*who), *active),
        Level(who, up) => {
            world.set_level(user(*who), if *up { "Administrator" } else { "Learner" })
        }
        Member(who, of, has) => world.possess(user(*who), Possession::Member, team(*of), *has),
        Leader(who, of, has) => world.possess(user(*who), Possession::Leader, team(*of), *has),
        Assigned(who, to, has) => world.possess(user(*who), Possession::Course, course(*to), *has),
        Learnt(who, what, done) => {
            world.progress(user(*who), course(*what), if *done { 100.0 } else { 40.0 }, *done)
        }
        Team(which) => world.rename_team(team(*which), &number.to_string()),
        Course(which) => world.rename_course(course(*which), &number.to_string()),
    };
}

fn world(seed: u64) -> Options {
    Options { seed, users: 24, teams: 4, courses: 4, learning_paths: 2, ..Options::default() }
}

proptest! {
    #![proptest_config(Config { cases: 48, max_shrink_iters: 60, ..Config::default() })]

    /// Whatever happens between and whichever kind they are, each run is true on what every kind of
    /// run can tell, although each of them asks for windows that overlap those before.
    #[test]
    fn every_run_is_true(
        seed in 0..50_u64,
        periods in vec((vec(happening(), 0..8), any::<bool>()), 1..5),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let site = Site::start(world(seed));
            site.run(1, Mode::Full).await;
            let mut number = 0;
            for (hour, (happenings, full)) in (2..).zip(&periods) {
                for happening in happenings {
                    happen(&site, number, happening);
                    number += 1;
                }
                site.run(hour, if *full { Mode::Full } else { Mode::Delta }).await;
                site.assert_true(hour, &format!("run {hour}")).await;
            }
        });
    }
}
