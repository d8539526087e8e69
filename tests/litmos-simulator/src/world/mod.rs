//! The simulated organisation: derived from a seed, with an overlay of what has changed since.
//!
//! Nothing that can be derived is stored; a world of 100,000 users and 3,000,000 enrolments is
//! its ids and little more.

mod change;
pub(crate) mod dice;
mod groups;
pub(crate) mod ids;
mod names;
mod people;
mod places;
pub(crate) mod plan;
mod progress;
pub(crate) mod shelf;

use std::collections::{HashMap, HashSet};

pub use change::Change;
pub(crate) use progress::Progress;

use self::{ids::Kind, plan::Plan, shelf::Shelf};

/// The simulated organisation.
#[derive(Debug)]
pub(crate) struct World {
    plan: Plan,
    pub(crate) users: Shelf,
    pub(crate) teams: Shelf,
    pub(crate) courses: Shelf,
    /// Users by their user name in lower case.
    by_name: HashMap<Box<str>, u32>,
    /// Users who lead or administer a team that exists.
    leading: HashSet<u32>,
}

impl World {
    pub(crate) fn new(plan: Plan) -> Self {
        let mut world = Self {
            plan,
            users: Shelf::new(Kind::User, plan.seed, plan.users),
            teams: Shelf::new(Kind::Team, plan.seed, plan.teams),
            courses: Shelf::new(Kind::Course, plan.seed, plan.courses),
            by_name: HashMap::new(),
            leading: HashSet::new(),
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
        let by_name = || self.by_name.get(id_or_name.to_lowercase().as_str()).copied();
        self.users.find(id_or_name).or_else(by_name)
    }

    /// A user's name as it is looked up.
    fn login(&self, user: u32) -> Box<str> {
        self.user_name(user).to_lowercase().into()
    }

    fn find_leaders(&mut self) {
        let pairs = self.teams.listed().iter().map(|team| self.plan.first_leaders(*team));
        self.leading = pairs.flat_map(|(leaders, admins)| [leaders, admins].concat()).collect();
    }
}
