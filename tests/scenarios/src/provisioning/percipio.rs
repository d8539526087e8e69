//! Provisioning at a simulated Percipio.

use percipio_simulator::{Options, Simulator};
use serde_json::Value;

use super::{Person, Provisioning};
use crate::Scenario;

/// The accounts that the tests name.
#[derive(Debug, Clone)]
pub struct PercipioCast {
    /// An active learner.
    pub ana: Person,
    /// Another.
    pub bo: Person,
    /// A course.
    pub course: String,
}

impl PercipioCast {
    /// Adds the learners and finds the rest.
    pub(crate) fn of(simulator: &Simulator) -> Self {
        let world = simulator.world();
        let add = |name: &str, first, last| {
            let (id, name) = (world.add_user(name, first, last), name.to_owned());
            Person { id, name }
        };
        let course = world.course_ids().remove(0);
        Self { ana: add("ana.diaz", "Ana", "Diaz"), bo: add("bo.ek", "Bo", "Ek"), course }
    }
}

impl Provisioning<Simulator> {
    /// A connection to a small organisation, with provisioning on and nobody protected.
    ///
    /// # Panics
    /// If a part of it cannot be started.
    #[must_use]
    pub fn percipio() -> Self {
        Self::of(Scenario::percipio(Options { users: 30, ..Options::default() }))
    }

    /// What was written since the start: the method, the path below the organisation, the body.
    #[must_use]
    pub fn percipio_writes(&self) -> Vec<(String, Value)> {
        let below = format!("/organizations/{}", self.scenario.simulator.organization_id());
        let line = |method: &str, path: &str| {
            let path = path.split_once(&below).map_or(path, |(_, path)| path);
            format!("{method} {path}")
        };
        let writes = self.scenario.simulator.writes().into_iter();
        writes.map(|write| (line(&write.method, &write.path), write.body)).collect()
    }

    /// An account as the vendor answers it.
    ///
    /// # Panics
    /// If there is no such account.
    #[must_use]
    pub fn percipio_account(&self, id: &str) -> Value {
        self.scenario.simulator.truth().user_record(id).expect("an account of that id")
    }
}
