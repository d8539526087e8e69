//! A connection whose vendor takes requests from a queue.

use std::time::Duration;

use litmos_simulator::{Entry, Options};
use scenarios::{
    Delivery, Environment, Function, FunctionError, Person, Queue, QueueRecord, deliver_batch,
    request, sqs_event,
};
use serde_json::{Value, json};

use crate::{
    Trouble,
    options::Arguments,
    scene::{Scene, failed},
};

/// The function that carries requests out.
pub(crate) const PROVISION: &str = "provision";
/// The function that looks for grants that are due.
pub(crate) const EXPIRE_GRANTS: &str = "expire-grants";
/// What `provision` may use.
pub(crate) const MEMORY_MIB: f64 = 48.0;

/// As the template has it.
const DEADLINE: Duration = Duration::from_secs(120);

/// A scene with queues, in which every role may be granted.
pub(crate) struct Provisioning {
    pub(crate) scene: Scene,
    requests: Queue,
    outcomes: Queue,
}

impl Provisioning {
    pub(crate) fn new(arguments: &Arguments, options: Options) -> Result<Self, Trouble> {
        let scene = Scene::new(arguments, options)?;
        let dead_letters = Queue::fifo(&scene.aws, "dead-letters");
        let requests = Queue::fifo_before(&scene.aws, "requests", &dead_letters);
        let outcomes = Queue::standard(&scene.aws, "outcomes");
        let scene = scene.with(|environment| {
            environment
                .set("ROLLCALL_PROVISIONING", "on")
                .set("ROLLCALL_GRANTABLE_ROLES", "Learner,Administrator")
                .set("ROLLCALL_PROVISION_QUEUE_URL", requests.url())
                .set("ROLLCALL_OUTCOME_QUEUE_URL", outcomes.url())
        });
        Ok(Self { scene, requests, outcomes })
    }

    /// The same with another environment.
    #[must_use]
    pub(crate) fn with(mut self, change: impl FnOnce(Environment) -> Environment) -> Self {
        self.scene = self.scene.with(change);
        self
    }

    /// A new active learner who has nothing.
    pub(crate) fn learner(&self) -> Person {
        let simulator = &self.scene.simulator;
        Person::at(simulator, &simulator.world().add_user("Ana", "Diaz"))
    }

    /// The membership of the team that the vendor lists at this place.
    pub(crate) fn membership(&self, place: usize) -> String {
        format!("team:{}:member", self.scene.simulator.world().team_ids()[place])
    }

    /// Puts a request on the queue.
    pub(crate) fn send(&self, body: &Value) {
        self.requests.send(&body.to_string(), &self.scene.connection.name);
    }

    /// Receives the next batch and hands it over; nothing if the queue is empty.
    pub(crate) fn deliver(
        &self,
        invoke: impl FnOnce(&Value) -> Result<Value, FunctionError>,
    ) -> Result<Option<Delivery>, Trouble> {
        let delivery = deliver_batch(&self.requests, Duration::ZERO, |event| Some(invoke(event)));
        match delivery {
            Some(Delivery { answer: Some(Err(error)), .. }) => Err(failed(PROVISION, &error)),
            Some(Delivery { retried, .. }) if !retried.is_empty() => {
                Err(format!("{} of a batch came back", retried.len()).into())
            }
            other => Ok(other),
        }
    }

    /// Has a request carried out, and sees to it that its outcome has this status. Gives what the
    /// vendor was asked meanwhile.
    pub(crate) fn ask(
        &self,
        process: &Function,
        body: &Value,
        status: &str,
    ) -> Result<Vec<Entry>, Trouble> {
        self.scene.simulator.reset_log();
        self.send(body);
        self.deliver(|event| invoke(process, event))?.ok_or("the queue lost a message")?;
        let log = self.scene.simulator.log();
        self.expect_outcomes(1, status)?;
        Ok(log.entries().to_vec())
    }

    /// Hands over a message that lies in no queue.
    pub(crate) fn hand_over(&self, process: &Function, body: &Value) -> Result<(), Trouble> {
        let event = sqs_event(&[QueueRecord::made_up(body.to_string())], self.requests.arn());
        let answer = invoke(process, &event).map_err(|error| failed(PROVISION, &error))?;
        let none = json!({ "batchItemFailures": [] });
        if answer == none { Ok(()) } else { Err(format!("it came back: {answer}").into()) }
    }

    /// Takes all outcomes.
    pub(crate) fn take_outcomes(&self) -> Result<Vec<Value>, Trouble> {
        let outcomes = self.outcomes.take_all();
        Ok(outcomes
            .iter()
            .map(|outcome| serde_json::from_str(outcome))
            .collect::<Result<_, _>>()?)
    }

    /// Takes all outcomes; there must be so many, all of this status.
    pub(crate) fn expect_outcomes(&self, count: usize, status: &str) -> Result<(), Trouble> {
        let outcomes = self.take_outcomes()?;
        if let Some(other) = outcomes.iter().find(|outcome| outcome["status"] != status) {
            return Err(format!("not {status}: {other}").into());
        }
        match outcomes.len() {
            found if found == count => Ok(()),
            found => Err(format!("{found} outcomes instead of {count}").into()),
        }
    }
}

/// A grant without an end, by user name.
pub(crate) fn grant(to: &Person, entitlement: &str) -> Value {
    request("grant", json!({ "principal": to.by_name(), "entitlement": entitlement }))
}

/// Hands an event to a function, with the time that Lambda gives it.
pub(crate) fn invoke(process: &Function, event: &Value) -> Result<Value, FunctionError> {
    process.invoke(event, DEADLINE)
}
