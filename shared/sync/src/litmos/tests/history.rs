//! Random histories of a simulated account.

use std::sync::Arc;

use litmos_simulator::{Fault, Options, Possession, Quirks, Rule, Simulator};
use proptest::prelude::*;
use rollcall_roster::{Course, Enrolment, Row, Team, TeamMember, User};
use rollcall_snapshot::Mode;

use super::{
    readings::{comparable, comparable_course, undated},
    site::Site,
};
use crate::{
    histories::{
        Changer, ChangingAccount, PassingFault, RequestHook, UnseenDeletions, live, untrue_rows,
    },
    test_runs::Account,
};

/// Something that happens at the vendor, to things by their places in lists.
#[derive(Debug, Clone)]
pub(crate) enum Happening {
    Added,
    Removed(usize),
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

fn happening() -> impl Strategy<Value = Happening> + Clone {
    use Happening::*;
    let (user, team, course) = (1..20_usize, 0..4_usize, 0..4_usize);
    let has = any::<bool>();
    prop_oneof![
        Just(Added),
        user.clone().prop_map(Removed),
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

fn happen(simulator: &Simulator, number: usize, happening: &Happening) {
    use Happening::*;
    let world = simulator.world();
    let (users, teams, courses) = (world.user_ids(), world.team_ids(), world.course_ids());
    let user = |place: usize| &users[place % users.len()];
    let team = |place: usize| &teams[place];
    let course = |place: usize| &courses[place];
    // What is impossible just does not happen.
    let _ = match happening {
        Added => !world.add_user("New", &number.to_string()).is_empty(),
        Removed(who) => world.remove_user(user(*who)),
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

/// An account that pages in one of many ways.
fn begin(seed: u64) -> Site {
    let page_cap = [None, None, Some(7), Some(10), Some(100)][usize::try_from(seed % 5).unwrap()];
    let long_page_every = [None, Some(2)][usize::try_from(seed % 2).unwrap()];
    let quirks = Quirks { page_cap, long_page_every, ..Quirks::default() };
    let small =
        Options { users: 24, teams: 4, courses: 4, learning_paths: 2, ..Options::default() };
    Site::start(Options { seed, quirks, ..small })
}

/// What the account is at an instant, as far as every kind of run tells it.
pub(crate) struct Tables {
    users: Vec<User>,
    teams: Vec<Team>,
    courses: Vec<Course>,
    enrolments: Vec<Enrolment>,
    /// Of active users only, as Litmos lists them.
    members: Vec<TeamMember>,
    /// Those of inactive users too.
    all_members: Vec<TeamMember>,
}

impl Tables {
    fn of(simulator: &Simulator) -> Self {
        let truth = simulator.truth();
        Self {
            users: truth.users().into_iter().map(comparable).collect(),
            teams: truth.teams(),
            courses: truth.courses().into_iter().map(comparable_course).collect(),
            enrolments: truth.enrolments(),
            members: truth.team_members(),
            all_members: truth.detailed_team_members(),
        }
    }

    fn has_active(&self, id: &str) -> bool {
        self.users.iter().any(|user| user.user_id == id && user.active == Some(true))
    }
}

impl ChangingAccount for Site {
    type Happening = Happening;
    type Truth = Tables;

    fn on_each_request(&mut self, hook: RequestHook) {
        self.hook = hook;
    }

    fn changer(&self) -> Changer<Happening, Tables> {
        let simulator = Arc::clone(&self.simulator);
        Arc::new(move |number, happening| {
            if let Some(happening) = happening {
                happen(&simulator, number, happening);
            }
            Tables::of(&simulator)
        })
    }

    fn fail(&self, skip: u8, fault: PassingFault) {
        let fault = match fault {
            PassingFault::Unavailable => Fault::Unavailable,
            PassingFault::RateLimited => Fault::RateLimited,
            PassingFault::ServerError => Fault::ServerError,
            PassingFault::GatewayTimeout => Fault::GatewayTimeout,
            PassingFault::Reset => Fault::Reset,
            PassingFault::CutOff => Fault::CutOff,
        };
        self.simulator.faults().add(Rule::new(fault).skip(skip.into()).times(2));
    }

    fn stop_failing(&self) {
        self.simulator.faults().clear();
    }

    async fn assert_true_or_told(&self, hour: i64, instants: &[Tables], case: &str) {
        let manifest = self.manifest(hour).await;
        let case = format!("{case}, {:?}: {:?}", manifest.mode, manifest.reasons);
        let unseen = UnseenDeletions::of(&manifest, &instants[instants.len() - 1].users);
        let users = self.table::<User>(hour).await.into_iter().map(comparable).collect::<Vec<_>>();
        unseen.assert_users(&users, instants.iter().map(|at| &*at.users), &case);
        let teams = self.table::<Team>(hour).await;
        assert_eq!(untrue_rows(&teams, instants.iter().map(|at| &*at.teams)), [], "{case}");
        let courses = self.table::<Course>(hour).await.into_iter().map(comparable_course);
        let courses = courses.collect::<Vec<_>>();
        assert_eq!(untrue_rows(&courses, instants.iter().map(|at| &*at.courses)), [], "{case}");
        let enrolments = self.table::<Enrolment>(hour).await.into_iter().map(undated);
        let enrolments = enrolments.collect::<Vec<_>>();
        for ((course, user), row) in
            untrue_rows(&enrolments, instants.iter().map(|at| &*at.enrolments))
        {
            assert!(unseen.are_told_of(user), "{case}: {course} {user}: {row:?}");
        }
        let members = self.table::<TeamMember>(hour).await;
        for ((team, user), row) in untrue_rows(&members, instants.iter().map(|at| &*at.members)) {
            // Of who was inactive at some instant what was known counts, if it is true.
            let is_unlisted = row.is_none() && !instants.iter().all(|at| at.has_active(user));
            let is_true = row.is_some_and(|row| is_true_member(row, instants));
            let is_told = manifest.memberships_unsure.contains(user) || unseen.are_told_of(user);
            // Whom a full run saw active, and whose teams it read while the account was not.
            let is_hidden = manifest.mode == Mode::Delta && self.inactive.borrow().contains(user);
            let is_fine = is_unlisted || is_true || is_told || is_hidden;
            assert!(is_fine, "{case}: {team} {user}: {row:?}");
        }
        if manifest.mode == Mode::Full {
            let inactive = instants.iter().flat_map(|at| &at.users);
            let inactive = inactive.filter(|user| user.active != Some(true));
            self.inactive.replace(inactive.map(|user| user.user_id.clone()).collect());
        }
    }
}

/// Whether a membership is one of some instant, and so is each role in it: they are lists of their own.
fn is_true_member(row: &TeamMember, instants: &[Tables]) -> bool {
    let of = |at: &Tables| at.all_members.iter().find(|one| one.key() == row.key()).cloned();
    // Who is not active leads nothing, as far as Litmos' lists show; what was known before counts too.
    let none = || TeamMember { is_leader: Some(false), is_admin: Some(false), ..row.clone() };
    let listed = |at: &Tables| of(at).filter(|_| at.has_active(&row.user_id)).unwrap_or_else(none);
    let is_some = |is_true: &dyn Fn(&TeamMember) -> bool| {
        instants.iter().any(|at| is_true(&listed(at)) || of(at).as_ref().is_some_and(is_true))
    };
    instants.iter().any(|at| of(at).is_some())
        && is_some(&|at| at.is_leader == row.is_leader)
        && is_some(&|at| at.is_admin == row.is_admin)
}

#[test]
fn whatever_happens_what_is_published_is_true_or_says_what_it_lacks() {
    live(begin, happening());
}

/// Two full runs saw the account active and inactive. No list of changes tells of memberships that
/// stay as they are, so that a delta run does not know those of an account that is active again.
#[tokio::test]
async fn memberships_of_an_account_that_is_active_again_are_told_as_unsure() {
    let small =
        Options { users: 24, teams: 4, courses: 4, learning_paths: 2, ..Options::default() };
    let site = Site::start(Options { seed: 2, ..small });
    site.run(1, Mode::Full).await;
    let user = site.table::<TeamMember>(1).await[0].user_id.clone();
    let world = site.simulator.world();
    assert!(world.set_active(&user, false));
    site.run(2, Mode::Full).await;
    assert!(world.set_active(&user, true));
    // Until a full run has read them.
    for (hour, mode, is_unsure) in
        [(3, Mode::Delta, true), (4, Mode::Delta, true), (5, Mode::Full, false)]
    {
        let published = site.run(hour, mode).await;
        let told =
            published.reasons.iter().find(|reason| reason.starts_with("memberships_unsure: "));
        assert_eq!(told.is_some_and(|told| told.contains(&user)), is_unsure, "{hour}: {told:?}");
        assert_eq!(site.manifest(hour).await.memberships_unsure.contains(&user), is_unsure);
        let memberships = site.table::<TeamMember>(hour).await;
        let has_some = memberships.iter().any(|member| member.user_id == user);
        assert_eq!(has_some, !is_unsure, "{hour}");
    }
}
