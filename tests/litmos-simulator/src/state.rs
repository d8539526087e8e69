//! What all requests share.

use jiff::Timestamp;
use parking_lot::{Mutex, RwLock};
use simulator_kit::{Limiter, Shared};

use crate::{
    faults::Fault,
    options::{Options, Quirks},
    world::{Change, World, now, rounded},
    writes::Write,
};

/// What all requests share.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) shared: Shared<Fault, Write>,
    pub(crate) api_key: RwLock<String>,
    pub(crate) quirks: RwLock<Quirks>,
    pub(crate) world: RwLock<World>,
    pub(crate) limiter: Mutex<Option<Limiter>>,
    /// Requests that arrived, and what changes before which of them is answered.
    schedule: Mutex<Schedule>,
}

#[derive(Debug, Default)]
struct Schedule {
    arrived: u64,
    changes: Vec<(u64, Change)>,
}

impl State {
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            shared: Shared::new(options.seed, options.faults.clone(), options.latency_ms),
            api_key: RwLock::new(options.api_key.clone()),
            quirks: RwLock::new(options.quirks.clone()),
            world: RwLock::new(World::new(options.into())),
            limiter: Mutex::new(options.rate_limit.map(|limit| Limiter::new(limit.into()))),
            schedule: Mutex::default(),
        }
    }

    /// Has a change be made before the request is answered that comes after so many others.
    pub(crate) fn schedule(&self, requests: u64, change: Change) {
        let mut schedule = self.schedule.lock();
        let at = schedule.arrived + requests;
        schedule.changes.push((at, change));
    }

    /// Takes note of a request, and makes the changes that are due before it is answered.
    pub(crate) fn arrive(&self) {
        let mut schedule = self.schedule.lock();
        let arrived = schedule.arrived;
        schedule.arrived += 1;
        for (_, change) in schedule.changes.extract_if(.., |(at, _)| *at <= arrived) {
            self.change(change, None);
        }
    }

    /// Changes the organisation, as of an instant or now.
    pub(crate) fn change(&self, change: Change, at: Option<Timestamp>) -> Option<String> {
        let mut world = self.world.write();
        world.change(change, at.map_or_else(now, rounded))
    }
}
