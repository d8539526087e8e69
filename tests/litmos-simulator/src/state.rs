//! What all requests share.

use std::time::Instant;

use parking_lot::{Mutex, RwLock};

use crate::{
    faults::Faults,
    limiter::Limiter,
    log::Log,
    options::{Options, Quirks},
    world::World,
    writes::Write,
};

/// What all requests share.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) started: Instant,
    pub(crate) api_key: RwLock<String>,
    pub(crate) latency_ms: u64,
    pub(crate) quirks: RwLock<Quirks>,
    pub(crate) world: RwLock<World>,
    pub(crate) limiter: Mutex<Option<Limiter>>,
    pub(crate) faults: Mutex<Faults>,
    pub(crate) log: Mutex<Log>,
    pub(crate) writes: Mutex<Vec<Write>>,
}

impl State {
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            started: Instant::now(),
            api_key: RwLock::new(options.api_key.clone()),
            latency_ms: options.latency_ms,
            quirks: RwLock::new(options.quirks.clone()),
            world: RwLock::new(World::new(options.into())),
            limiter: Mutex::new(options.rate_limit.map(Limiter::new)),
            faults: Mutex::new(Faults::new(options.seed, options.faults.clone())),
            log: Mutex::new(Log::default()),
            writes: Mutex::new(Vec::new()),
        }
    }
}
