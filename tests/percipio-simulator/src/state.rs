//! What all requests share.

use std::{collections::HashMap, sync::Arc};

use parking_lot::{Mutex, RwLock};
use simulator_kit::{Limiter, Shared};

use crate::{
    call::Service,
    data_sets::DataSets,
    faults::Fault,
    options::{Options, Permissions, RateLimit, ReportTime},
    quirks::Quirks,
    reports::Reports,
    token::token,
    world::World,
    writes::Write,
};

/// What all requests share.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) shared: Shared<Fault, Write>,
    pub(crate) organization_id: String,
    pub(crate) api_token: RwLock<String>,
    pub(crate) permissions: RwLock<Permissions>,
    pub(crate) report_time: RwLock<ReportTime>,
    pub(crate) quirks: RwLock<Quirks>,
    /// Data sets and reports keep the one they were made from.
    pub(crate) world: RwLock<Arc<World>>,
    pub(crate) data_sets: Mutex<DataSets>,
    pub(crate) reports: Mutex<Reports>,
    pub(crate) rate_limit: Option<RateLimit>,
    /// By service, if each has an allowance of its own.
    pub(crate) limiters: Mutex<HashMap<Option<Service>, Limiter>>,
}

impl State {
    pub(crate) fn new(options: &Options) -> Self {
        let made = || token(options.seed, &options.organization_id);
        Self {
            shared: Shared::new(options.seed, options.faults.clone(), options.latency_ms),
            organization_id: options.organization_id.clone(),
            api_token: RwLock::new(options.api_token.clone().unwrap_or_else(made)),
            permissions: RwLock::new(options.permissions),
            report_time: RwLock::new(options.report),
            quirks: RwLock::new(options.quirks.clone()),
            world: RwLock::new(Arc::new(World::new(options))),
            data_sets: Mutex::default(),
            reports: Mutex::default(),
            rate_limit: options.rate_limit,
            limiters: Mutex::default(),
        }
    }

    /// The organisation as it is now.
    pub(crate) fn world_now(&self) -> Arc<World> {
        Arc::clone(&self.world.read())
    }
}
