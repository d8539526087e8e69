//! Requests that are interrupted.

use std::time::Duration;

use litmos_simulator::{Fault, Rule};
use serde_json::Value;

use super::Provisioning;
use crate::{Delivery, PLENTY, deliver_batch};

impl Provisioning {
    /// Sends a request and kills the function while the vendor, which has carried out the last of so
    /// many writes, still keeps its answer.
    ///
    /// # Panics
    /// If the function has answered before.
    #[track_caller]
    pub fn kill_at_write(&self, asked: &Value, writes: usize) -> Delivery {
        self.stop();
        self.vendor().reset_log();
        self.send(asked);
        for method in ["POST", "PUT", "DELETE"] {
            self.vendor().faults().add(Rule::new(Fault::Slow { ms: 1_000 }).method(method));
        }
        let process = self.provision();
        let killed = |event: &Value| {
            process.invoke_and_kill_when(event, PLENTY, || self.writes().len() >= writes)
        };
        let delivery = deliver_batch(&self.requests, Duration::ZERO, killed).expect("it was sent");
        assert!(delivery.answer.is_none(), "killed too late");
        self.vendor().faults().clear();
        delivery
    }
}
