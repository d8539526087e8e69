//! What all requests share.

use std::{collections::HashMap, sync::Arc, time::Instant};

use parking_lot::{Mutex, RwLock};

use crate::{
    call::Service,
    data_sets::DataSets,
    limiter::Limiter,
    log::Log,
    options::{Options, Permissions, RateLimit, ReportTime},
    quirks::Quirks,
    reports::Reports,
    rules::Faults,
    token::token,
    world::World,
    writes::Write,
};

/// What all requests share.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) started: Instant,
    pub(crate) organization_id: String,
    pub(crate) api_token: RwLock<String>,
    pub(crate) permissions: RwLock<Permissions>,
    pub(crate) latency_ms: u64,
    pub(crate) report_time: RwLock<ReportTime>,
    pub(crate) quirks: RwLock<Quirks>,
    /// Data sets and reports keep the one they were made from.
    pub(crate) world: RwLock<Arc<World>>,
    pub(crate) data_sets: Mutex<DataSets>,
    pub(crate) reports: Mutex<Reports>,
    pub(crate) rate_limit: Option<RateLimit>,
    /// By service, if each has an allowance of its own.
    pub(crate) limiters: Mutex<HashMap<Option<Service>, Limiter>>,
    pub(crate) faults: Mutex<Faults>,
    pub(crate) log: Mutex<Log>,
    pub(crate) writes: Mutex<Vec<Write>>,
}

impl State {
    pub(crate) fn new(options: &Options) -> Self {
        let made = || token(options.seed, &options.organization_id);
        Self {
            started: Instant::now(),
            organization_id: options.organization_id.clone(),
            api_token: RwLock::new(options.api_token.clone().unwrap_or_else(made)),
            permissions: RwLock::new(options.permissions),
            latency_ms: options.latency_ms,
            report_time: RwLock::new(options.report),
            quirks: RwLock::new(options.quirks.clone()),
            world: RwLock::new(Arc::new(World::new(options))),
            data_sets: Mutex::default(),
            reports: Mutex::default(),
            rate_limit: options.rate_limit,
            limiters: Mutex::default(),
            faults: Mutex::new(Faults::new(options.seed, options.faults.clone())),
            log: Mutex::default(),
            writes: Mutex::default(),
        }
    }

    /// The organisation as it is now.
    pub(crate) fn world_now(&self) -> Arc<World> {
        Arc::clone(&self.world.read())
    }

    /// Forgets the requests so far.
    pub(crate) fn reset_log(&self) {
        self.log.lock().reset();
        self.writes.lock().clear();
    }
}
