//! A connection whose vendor takes provisioning requests from a queue.

mod bodies;
mod cast;
mod interrupting;
mod ledger;
mod percipio;
mod running;
mod vendor;

use std::{cell::RefCell, fmt};

use litmos_simulator::{Options, Simulator};

pub use self::{
    bodies::{ending, grant, request, revoke, soon, wait_until},
    cast::{Cast, Person, small_world},
    percipio::PercipioCast,
    running::Expired,
    vendor::VendorWrite,
};
use crate::{Emulator, Environment, Function, LocalAws, Queue, Scenario, Vendor};

/// A connection that may provision, its queues, and who and what is known there.
pub struct Provisioning<V: Vendor = Simulator> {
    /// The vendor, the bucket, the environment.
    pub scenario: Scenario<V>,
    /// Who and what is known.
    pub cast: V::Cast,
    /// `ROLLCALL_PROVISION_QUEUE_URL`.
    pub requests: Queue,
    /// Where requests go that were received too often.
    pub dead_letters: Queue,
    /// `ROLLCALL_OUTCOME_QUEUE_URL`.
    pub outcomes: Queue,
    /// The function's process, used again as Lambda does.
    process: RefCell<Option<Function>>,
}

impl Provisioning {
    /// A connection to a small organisation, with provisioning on and nobody protected.
    ///
    /// # Panics
    /// If a part of it cannot be started.
    #[must_use]
    pub fn new() -> Self {
        Self::in_world(small_world())
    }

    /// The same in another organisation.
    ///
    /// # Panics
    /// If a part of it cannot be started, or the organisation has no room for the cast.
    #[must_use]
    pub fn in_world(options: Options) -> Self {
        Self::of(Scenario::new(options))
    }
}

impl<V: Vendor> Provisioning<V> {
    /// Queues for a connection, and the cast at its vendor.
    fn of(scenario: Scenario<V>) -> Self {
        let cast = scenario.simulator.cast();
        let (aws, name) = (LocalAws::shared(Emulator::MiniStack), &scenario.connection.name);
        let dead_letters = Queue::fifo(aws, &format!("{name}-dead-letters"));
        let requests = Queue::fifo_before(aws, &format!("{name}-requests"), &dead_letters);
        let outcomes = Queue::standard(aws, &format!("{name}-outcomes"));
        let scenario = scenario.with(|environment| {
            environment
                .set("ROLLCALL_PROVISIONING", "on")
                .set("ROLLCALL_PROVISION_QUEUE_URL", requests.url())
                .set("ROLLCALL_OUTCOME_QUEUE_URL", outcomes.url())
        });
        Self { scenario, cast, requests, dead_letters, outcomes, process: RefCell::default() }
    }

    /// The same with a variable set.
    #[must_use]
    pub fn set(self, variable: &str, value: &str) -> Self {
        self.with(|environment| environment.set(variable, value))
    }

    /// The same with another environment, as after a deployment: in a new process.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(Environment) -> Environment) -> Self {
        self.stop();
        self.scenario = self.scenario.with(change);
        self
    }

    /// Changes a variable, as a deployment does: what comes then meets a new process.
    pub fn reconfigure(&mut self, variable: &str, value: &str) {
        self.stop();
        self.scenario.environment = self.scenario.environment.clone().set(variable, value);
    }
}

impl Default for Provisioning {
    fn default() -> Self {
        Self::new()
    }
}

impl<V: Vendor> fmt::Debug for Provisioning<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provisioning").field("cast", &self.cast).finish_non_exhaustive()
    }
}
