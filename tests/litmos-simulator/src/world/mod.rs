//! The simulated organisation: derived from a seed, with an overlay of what has changed since.
//!
//! Nothing that can be derived is stored; a world of 100,000 users and 3,000,000 enrolments is
//! its ids and little more.

mod accounts;
mod change;
mod changed;
mod changing;
mod churn;
mod dates;
mod enrolments;
pub(crate) mod groups;
mod history;
pub(crate) mod ids;
mod learners;
mod membership;
mod names;
mod org_learning;
mod org_people;
mod org_places;
mod paths;
mod people;
mod places;
pub(crate) mod plan;
mod progress;
pub(crate) mod shelf;
mod standing;
mod tree;
mod user_paths;
mod vendor_change;

use std::collections::{BTreeMap, HashMap};

pub(crate) use accounts::Sent;
pub use change::Change;
pub use churn::Churned;
pub(crate) use dates::{Dates, now, rounded};
pub(crate) use history::Pair;
pub(crate) use progress::Progress;
pub use vendor_change::Possession;

use self::{
    groups::Group, history::History, ids::Kind, paths::Holders, plan::Plan, progress::Learnt,
    shelf::Shelf,
};

/// The simulated organisation.
#[derive(Debug)]
pub(crate) struct World {
    plan: Plan,
    pub(crate) users: Shelf,
    pub(crate) teams: Shelf,
    pub(crate) courses: Shelf,
    pub(crate) paths: Shelf,
    /// Users by their user name in lower case.
    by_name: HashMap<Box<str>, u32>,
    /// How many of the teams that exist somebody leads or administers.
    leading: HashMap<u32, u32>,
    /// The members of teams that were written to.
    groups: HashMap<u32, Group>,
    /// The direct assignments, by course and user, that are no longer as derived or never were.
    assigned: BTreeMap<Pair, Dates>,
    /// What has been learnt, by course and user.
    learnt: HashMap<Pair, Learnt>,
    /// The holders of learning paths that were written to.
    holders: HashMap<u32, Holders>,
    /// When what has changed did.
    history: History,
}

impl World {
    pub(crate) fn new(plan: Plan) -> Self {
        let mut world = Self {
            plan,
            users: Shelf::new(Kind::User, plan.seed, plan.users),
            teams: Shelf::new(Kind::Team, plan.seed, plan.teams),
            courses: Shelf::new(Kind::Course, plan.seed, plan.courses),
            by_name: HashMap::new(),
            paths: Shelf::new(Kind::Path, plan.seed, plan.paths),
            leading: HashMap::new(),
            groups: HashMap::new(),
            assigned: BTreeMap::new(),
            learnt: HashMap::new(),
            holders: HashMap::new(),
            history: History::default(),
        };
        world.by_name = (0..plan.users).map(|user| (world.login(user), user)).collect();
        world.find_leaders();
        world
    }

    /// What the world is derived from.
    pub(crate) fn seed(&self) -> u64 {
        self.plan.seed
    }

    /// The user of that id or, in any case, that user name.
    pub(crate) fn find_user(&self, id_or_name: &str) -> Option<u32> {
        self.users.find(id_or_name).or_else(|| self.user_named(id_or_name))
    }

    /// The user of that name, in any case.
    pub(crate) fn user_named(&self, name: &str) -> Option<u32> {
        self.by_name.get(name.to_lowercase().as_str()).copied()
    }

    /// A user's name as it is looked up.
    fn login(&self, user: u32) -> Box<str> {
        self.user_name(user).to_lowercase().into()
    }
}
