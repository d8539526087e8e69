//! Sending requests, handing them to the function, and ending grants.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::Provisioning;
use crate::{
    Binaries, Delivery, Depth, Function, PLENTY, QueueRecord, Vendor, deliver_batch,
    event_source::reported, sqs_event,
};

/// The function's time-out, as the template has it.
const DEADLINE: Duration = PLENTY;
/// How long the queue may take to get empty: messages that failed for the third time wait 18 seconds.
const PATIENCE: Duration = Duration::from_secs(90);
/// What `expire-grants` does without.
const NOT_FOR_EXPIRY: [&str; 8] = [
    "ROLLCALL_BASE_URL",
    "ROLLCALL_GRANTABLE_ROLES",
    "ROLLCALL_LITMOS_SOURCE",
    "ROLLCALL_PERCIPIO_ORGANIZATION_ID",
    "ROLLCALL_PROTECTED_USERS",
    "ROLLCALL_PROVISIONING",
    "ROLLCALL_REQUESTS_PER_MINUTE",
    "ROLLCALL_SECRET_ID",
];

/// What came of a look for grants that are due.
#[derive(Debug, Clone, PartialEq)]
pub struct Expired {
    /// What `expire-grants` answered.
    pub answer: Value,
    /// The outcomes of what it had sent, and of what else was in the queue.
    pub outcomes: Vec<Value>,
}

impl<V: Vendor> Provisioning<V> {
    /// Puts a request on the queue; the message's id.
    pub fn send(&self, body: &Value) -> String {
        self.send_text(&body.to_string())
    }

    /// The same with any text.
    pub fn send_text(&self, body: &str) -> String {
        self.requests.send(body, &self.scenario.connection.name)
    }

    /// Puts a request on the queue, has it carried out, and gives its outcome, which must stand in
    /// the ledger and on the outcome queue alike.
    ///
    /// # Panics
    /// If it is reported back, or the two differ.
    #[track_caller]
    pub fn ask(&self, body: &Value) -> Value {
        self.ask_text(&body.to_string())
    }

    /// The same with any text.
    ///
    /// # Panics
    /// If it is reported back, or the two differ.
    #[track_caller]
    pub fn ask_text(&self, body: &str) -> Value {
        let message_id = self.send_text(body);
        let delivery = self.deliver().expect("a message was sent");
        let ids: Vec<_> = delivery.records.iter().map(|record| &*record.message_id).collect();
        assert_eq!(ids, [&*message_id], "another message was there");
        assert_eq!(delivery.retried, [] as [String; 0], "{:?}\n{}", delivery.answer, self.logs());
        self.outcome_of(&message_id)
    }

    /// Takes the one outcome from the outcome queue, and finds it in the ledger.
    #[track_caller]
    fn outcome_of(&self, message_id: &str) -> Value {
        let outcomes = self.take_outcomes();
        let [outcome] = &*outcomes else { panic!("not one outcome: {outcomes:#?}") };
        self.assert_recorded(outcome, message_id);
        outcome.clone()
    }

    /// Asserts that an outcome stands in the ledger, for its request, its message or both.
    #[track_caller]
    fn assert_recorded(&self, outcome: &Value, message_id: &str) {
        let id = outcome["request_id"].as_str().unwrap_or_default();
        let keys = [
            format!("requests/{id}/outcome.json"),
            format!("requests/{id}/attempts/{message_id}.json"),
            // Without an id, or with one that a stranger may not use.
            format!("unreadable/{message_id}.json"),
        ];
        let there: Vec<_> = keys.iter().filter_map(|key| self.entry(key)).collect();
        assert!(there.contains(outcome), "the ledger has {there:#?} and not {outcome:#}");
    }

    /// Hands the next batch to the function, in the process that had the one before; nothing if no
    /// message can be received.
    ///
    /// # Panics
    /// If the function fails.
    #[track_caller]
    pub fn deliver(&self) -> Option<Delivery> {
        self.deliver_within(Duration::ZERO)
    }

    #[track_caller]
    fn deliver_within(&self, wait: Duration) -> Option<Delivery> {
        let process = self.process.borrow_mut().take().unwrap_or_else(|| self.provision());
        let invoke = |event: &Value| Some(process.invoke(event, DEADLINE));
        let delivery = deliver_batch(&self.requests, wait, invoke);
        *self.process.borrow_mut() = Some(process);
        if let Some(Delivery { answer: Some(Err(error)), .. }) = &delivery {
            panic!("provision failed: {error}\n{}", self.logs());
        }
        delivery
    }

    /// Hands over batch after batch until the queue is empty; the outcomes of all of them.
    ///
    /// # Panics
    /// If that takes too long.
    #[track_caller]
    pub fn deliver_all(&self) -> Vec<Value> {
        let mut outcomes = Vec::new();
        let start = Instant::now();
        while self.requests.depth() != Depth::default() {
            assert!(start.elapsed() < PATIENCE, "the queue does not get empty:\n{}", self.logs());
            self.deliver_within(Duration::from_secs(1));
            outcomes.extend(self.take_outcomes());
        }
        outcomes
    }

    /// Hands records that lie in no queue to the function; the ids that it reports back.
    ///
    /// # Panics
    /// If the function fails.
    #[track_caller]
    pub fn hand_over(&self, records: &[QueueRecord]) -> Vec<String> {
        let process = self.process.borrow_mut().take().unwrap_or_else(|| self.provision());
        let answer = process.invoke(&sqs_event(records, self.requests.arn()), DEADLINE);
        *self.process.borrow_mut() = Some(process);
        match answer {
            Ok(answer) => reported(&answer, records),
            Err(error) => panic!("provision failed: {error}\n{}", self.logs()),
        }
    }

    /// The outcomes that have reached the outcome queue since they were last taken.
    ///
    /// # Panics
    /// If one is not JSON.
    pub fn take_outcomes(&self) -> Vec<Value> {
        let bodies = self.outcomes.take_all().into_iter();
        bodies.map(|body| serde_json::from_str(&body).expect("an outcome is JSON")).collect()
    }

    /// Looks for grants that are due and has everything carried out that is on the queue then.
    ///
    /// # Panics
    /// If a function fails.
    #[track_caller]
    pub fn expire(&self) -> Expired {
        let answer = self.expire_grants();
        Expired { answer, outcomes: self.deliver_all() }
    }

    /// The same where the vendor does not have any more what was given, which is looked at twice: as if
    /// time had passed in between.
    ///
    /// # Panics
    /// If a function fails, or it takes too long.
    #[track_caller]
    pub fn expire_what_is_gone(&self) -> Expired {
        let answer = self.expire_grants();
        let (start, mut outcomes) = (Instant::now(), Vec::new());
        while self.requests.depth() != Depth::default() {
            assert!(start.elapsed() < PATIENCE, "the queue does not get empty:\n{}", self.logs());
            self.deliver_within(Duration::from_secs(1));
            self.let_first_sights_pass();
            outcomes.extend(self.take_outcomes());
        }
        Expired { answer, outcomes }
    }

    /// Looks for grants that are due.
    ///
    /// # Panics
    /// If the function fails.
    #[track_caller]
    pub fn expire_grants(&self) -> Value {
        let process = self.expiry();
        let answer = process.invoke(&json!({}), DEADLINE);
        self.scenario.keep_log(&process);
        answer.unwrap_or_else(|error| panic!("expire-grants failed: {error}\n{}", self.logs()))
    }

    /// A new process of `expire-grants`, with nothing that it does not need.
    #[must_use]
    pub fn expiry(&self) -> Function {
        let environment = self.scenario.environment.clone();
        let environment = NOT_FOR_EXPIRY.iter().fold(environment, |all, name| all.without(name));
        Function::start(&Binaries::built().path("expire-grants"), &environment)
    }

    /// A new process of `provision`, waiting for its first event.
    #[must_use]
    pub fn provision(&self) -> Function {
        let process = self.scenario.start("provision");
        let _ = process.start_time();
        process
    }

    /// Has the process that is kept ready, so that the next request does not wait for its start.
    pub fn warm_up(&self) {
        let mut kept = self.process.borrow_mut();
        kept.get_or_insert_with(|| self.provision());
    }

    /// Ends the process that is kept; the next batch meets a new one.
    pub fn stop(&self) {
        if let Some(process) = self.process.borrow_mut().take() {
            self.scenario.keep_log(&process);
        }
    }

    /// Everything that the functions have logged.
    #[must_use]
    pub fn logs(&self) -> String {
        let running = self.process.borrow().as_ref().map(|process| process.log().text());
        self.scenario.logs() + &running.unwrap_or_default()
    }

    /// The lines of the log that are JSON.
    #[must_use]
    pub fn log_records(&self) -> Vec<Value> {
        self.logs().lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }
}
