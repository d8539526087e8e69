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
}

impl State {
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            shared: Shared::new(options.seed, options.faults.clone(), options.latency_ms),
            api_key: RwLock::new(options.api_key.clone()),
            quirks: RwLock::new(options.quirks.clone()),
            world: RwLock::new(World::new(options.into())),
            limiter: Mutex::new(options.rate_limit.map(|limit| Limiter::new(limit.into()))),
        }
    }

    /// Changes the organisation, as of an instant or now.
    pub(crate) fn change(&self, change: Change, at: Option<Timestamp>) -> Option<String> {
        let mut world = self.world.write();
        world.change(change, at.map_or_else(now, rounded))
    }
}
