//! A queue with a clock of its own, in which a batch takes as long as its requests take at the pace.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use jiff::Timestamp;
use scenarios::{Provisioning, QueueRecord, text};
use serde_json::Value;

use crate::kinds::Case;

/// Between two requests, at 30 a minute: rather slow, so that trouble takes much of a batch.
const INTERVAL: Duration = Duration::from_secs(2);
/// How many requests an ordinary record needs: a revocation reads the account and its teams, removes, and
/// looks.
pub(super) const REQUESTS: u32 = 4;
/// In intervals, how long a request that was answered 500 waits for its repeat, which only the first try of
/// a message has.
const BEFORE_REPEAT: u32 = 5;
/// How long the vendor's answers about one record are waited for.
const SILENCE: Duration = Duration::from_secs(18);
/// What of the function's time is there for requests.
const TIME: Duration = Duration::from_secs(110);
/// The most messages that come at once.
pub(super) const BATCH: usize = 10;

/// What the vendor does about a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Vendor {
    Answers,
    Answers500,
    IsSilent,
}

impl Vendor {
    /// How long a record takes of a batch that is received for the nth time.
    pub(super) fn takes(self, received: u32) -> Duration {
        match self {
            Self::Answers => INTERVAL * REQUESTS,
            Self::Answers500 if received > 1 => INTERVAL,
            Self::Answers500 => INTERVAL * (BEFORE_REPEAT + 1),
            Self::IsSilent => SILENCE,
        }
    }
}

pub(super) struct Message {
    pub(super) vendor: Vendor,
    pub(super) case: Case,
    /// Whom it is about, which is its group.
    pub(super) user: String,
    record: QueueRecord,
    received: u32,
    first_received: Duration,
    hidden_until: Duration,
}

impl Message {
    pub(super) fn new(case: Case, user: String, vendor: Vendor) -> Self {
        let record = QueueRecord::made_up(case.body.to_string()).group(&format!("user:{user}"));
        let [first_received, hidden_until] = [Duration::ZERO; 2];
        Self { vendor, case, user, record, received: 0, first_received, hidden_until }
    }

    fn receive(&mut self, now: Duration) -> QueueRecord {
        if self.received == 0 {
            self.first_received = now;
        }
        self.received += 1;
        let first = Timestamp::now() - (now - self.first_received);
        self.record.clone().receives(self.received).first_received_at(first)
    }
}

/// What was sent first is handed out first, however often it was before: the worst for those behind it.
pub(super) struct Queue {
    pub(super) messages: Vec<Message>,
    pub(super) now: Duration,
}

impl Queue {
    pub(super) fn new(messages: Vec<Message>) -> Self {
        Self { messages, now: Duration::ZERO }
    }

    /// Lets a batch be carried out; the messages that are settled.
    pub(super) fn deliver(&mut self, world: &Provisioning) -> Vec<Message> {
        self.wait_for_messages();
        let (mut batch, mut time, now, begun) = (Vec::new(), TIME, self.now, Instant::now());
        for place in self.receivable() {
            let message = &mut self.messages[place];
            let record = message.receive(now);
            // What is not reached comes again at once.
            if !time.is_zero() {
                time = time.saturating_sub(message.vendor.takes(message.received));
                batch.push((place, record));
            }
        }
        let records: Vec<_> = batch.iter().map(|(_, record)| record.clone()).collect();
        let again = world.hand_over(&records);
        let waits = waits(world);
        let mut settled = BTreeSet::new();
        for (place, QueueRecord { message_id, .. }) in &batch {
            let message = &mut self.messages[*place];
            self.now += message.vendor.takes(message.received);
            if again.contains(message_id) {
                message.hidden_until = self.now + *waits.get(message_id).expect("it was reached");
            } else {
                settled.insert(message_id);
            }
        }
        let took = begun.elapsed();
        assert!(took < self.now - now, "the clock says {:?}, not {took:?}", self.now - now);
        let is_settled = |message: &mut Message| settled.contains(&message.record.message_id);
        self.messages.extract_if(.., is_settled).collect()
    }

    fn wait_for_messages(&mut self) {
        while self.receivable().is_empty() {
            let hidden = self.messages.iter().map(|message| message.hidden_until);
            self.now = hidden.filter(|until| *until > self.now).min().unwrap();
        }
    }

    /// Where the messages of the next batch are. A group is locked while one of its messages is hidden.
    fn receivable(&self) -> Vec<usize> {
        let hidden = self.messages.iter().filter(|message| message.hidden_until > self.now);
        let locked: BTreeSet<_> = hidden.map(|message| &message.user).collect();
        let is_free = |place: &usize| !locked.contains(&self.messages[*place].user);
        (0..self.messages.len()).filter(is_free).take(BATCH).collect()
    }
}

/// How long each message was to wait when it was last held back.
fn waits(world: &Provisioning) -> BTreeMap<String, Duration> {
    let log = world.logs();
    let held_back = log.lines().filter(|line| line.contains("has to come again"));
    let wait = |line: Value| {
        // SQS takes whole seconds.
        let seconds = line["wait_seconds"].as_f64().unwrap().floor();
        (text(&line["message_id"]), Duration::from_secs_f64(seconds))
    };
    held_back.map(|line| wait(serde_json::from_str(line).unwrap())).collect()
}
