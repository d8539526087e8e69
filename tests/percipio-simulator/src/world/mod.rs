//! The simulated organisation: derived from a seed, with an overlay of what has changed since.
//!
//! Nothing that can be derived is stored, so that a world of 100,000 users and 1,000,000
//! activities is little, and a copy of it, which every data set and every report keeps, is less.

pub(crate) mod account;
pub(crate) mod activity;
mod audiences;
mod change;
pub(crate) mod items;
pub(crate) mod kinds;
mod labels;
mod names;
mod pairs;
pub(crate) mod people;
pub(crate) mod plan;
pub(crate) mod uuid;
mod wording;

use std::{collections::BTreeMap, sync::Arc};

pub use change::Change;
pub(crate) use change::DONE;
pub(crate) use names::AREAS;

use self::{
    activity::Activity, items::Catalogue, labels::Labels, pairs::Pairs, people::People, plan::Plan,
};
use crate::options::Options;

/// The simulated organisation.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) plan: Plan,
    pub(crate) custom_roles: Arc<[String]>,
    pub(crate) labels: Arc<Labels>,
    pub(crate) pairs: Arc<Pairs>,
    people: People,
    catalogue: Catalogue,
    /// The activities that changes made, by user and item.
    pub(crate) learnt: BTreeMap<(u32, u32), Activity>,
}

impl World {
    pub(crate) fn new(options: &Options) -> Self {
        let plan = Plan::from(options);
        Self {
            plan,
            custom_roles: options.custom_roles.clone().into(),
            labels: Arc::new(Labels::new(&plan)),
            pairs: Arc::new(Pairs::new(&plan)),
            people: People::new(plan.users, plan.people()),
            catalogue: Catalogue::new(plan.items, plan.things()),
            learnt: BTreeMap::new(),
        }
    }
}
