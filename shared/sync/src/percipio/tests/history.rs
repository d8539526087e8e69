//! Random histories of a simulated tenant.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use percipio_simulator::{Fault, Options, Quirks, Rule, Simulator};
use proptest::prelude::*;
use rollcall_roster::{Course, Enrolment, EnrolmentStatus, Row, User};

use super::{
    deltas::{bare, plain},
    tenant::Tenant,
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
    Erased(usize),
    Activity(usize, bool),
    Role(usize, bool),
    Renamed(usize),
    ItemActivity(usize, bool),
    Learnt(usize, usize, bool),
}

fn happening() -> impl Strategy<Value = Happening> + Clone {
    use Happening::*;
    let (user, course, has) = (1..20_usize, 0..4_usize, any::<bool>());
    prop_oneof![
        Just(Added),
        user.clone().prop_map(Erased),
        (user.clone(), has).prop_map(|(user, has)| Activity(user, has)),
        (user.clone(), has).prop_map(|(user, has)| Role(user, has)),
        course.clone().prop_map(Renamed),
        (course.clone(), has).prop_map(|(course, has)| ItemActivity(course, has)),
        (user, course, has).prop_map(|(user, course, has)| Learnt(user, course, has)),
    ]
}

fn happen(simulator: &Simulator, number: usize, happening: &Happening) {
    use Happening::*;
    let world = simulator.world();
    let (users, courses) = (world.user_ids(), world.course_ids());
    let user = |place: usize| &users[place % users.len()];
    let course = |place: usize| &courses[place % courses.len()];
    // Long enough ago that a report is about it.
    let lately = Timestamp::now() - SignedDuration::from_mins(3);
    // What is impossible just does not happen.
    let _ = match happening {
        Added => !world.add_user(&format!("new-{number}"), "New", "Comer").is_empty(),
        Erased(who) => world.erase_user(user(*who)),
        Activity(who, active) => world.set_active(user(*who), *active),
        Role(who, up) => world.set_role(user(*who), if *up { "LEARNING_ADMIN" } else { "LEARNER" }),
        Renamed(which) => world.rename_item(course(*which), &number.to_string()),
        ItemActivity(which, active) => world.set_item_active(course(*which), *active),
        // What is done stays done in snapshots, whatever is looked at again.
        Learnt(who, what, false) if is_done(simulator, user(*who), course(*what)) => false,
        Learnt(who, what, done) => {
            let status = if *done { "Completed" } else { "Started" };
            world.learn(user(*who), course(*what), status, lately)
        }
    };
}

fn is_done(simulator: &Simulator, user: &str, course: &str) -> bool {
    let enrolments = simulator.truth().enrolments();
    let mut of_pair = enrolments.iter().filter(|row| row.key() == (course, user));
    of_pair.any(|row| row.status == Some(EnrolmentStatus::Completed))
}

/// A tenant that pages in one of many ways.
fn begin(seed: u64) -> Tenant {
    let page_cap = [None, Some(7), Some(10)][usize::try_from(seed % 3).unwrap()];
    let quirks = Quirks { page_cap, ..Quirks::default() };
    let small = Options { users: 24, activities: 60, items: 12, ..Options::default() };
    Tenant::start(Options { seed, quirks, ..small })
}

/// What the tenant is at an instant, without attributes.
pub(crate) struct Tables {
    users: Vec<User>,
    courses: Vec<Course>,
    enrolments: Vec<Enrolment>,
}

impl Tables {
    fn of(simulator: &Simulator) -> Self {
        let truth = simulator.truth();
        Self {
            users: truth.users().into_iter().map(plain).collect(),
            courses: truth.courses().into_iter().map(bare).collect(),
            enrolments: truth.enrolments(),
        }
    }
}

impl ChangingAccount for Tenant {
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
            PassingFault::RateLimited => Fault::RateLimited { retry_after: None },
            PassingFault::ServerError => Fault::ServerError,
            PassingFault::GatewayTimeout => Fault::GatewayTimeout,
            PassingFault::Reset => Fault::Reset,
            PassingFault::CutOff => Fault::CutOff { after_bytes: None },
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
        let users: Vec<User> = Account::table(self, hour).await;
        let users = users.into_iter().map(plain).collect::<Vec<_>>();
        unseen.assert_users(&users, instants.iter().map(|at| &*at.users), &case);
        let courses: Vec<Course> = Account::table(self, hour).await;
        let courses = courses.into_iter().map(bare).collect::<Vec<_>>();
        assert_eq!(untrue_rows(&courses, instants.iter().map(|at| &*at.courses)), [], "{case}");
        let enrolments = Account::table::<Enrolment>(self, hour).await;
        let untrue = untrue_rows(&enrolments, instants.iter().map(|at| &*at.enrolments));
        assert_eq!(untrue, [], "{case}");
    }
}

#[test]
fn whatever_happens_what_is_published_is_true_or_says_what_it_lacks() {
    live(begin, happening());
}
