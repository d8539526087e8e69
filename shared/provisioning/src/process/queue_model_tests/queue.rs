//! A FIFO queue: groups keep their order, and a group is locked while one of its messages is hidden.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::{
    End,
    batch::{Delivery, Queues},
    due::Ends,
    outcome::Outcome,
    outcome_delivery::OutcomeQueue,
    process::{Message, Trouble},
};

/// How long the queue remembers what it has taken.
const REMEMBERS: SignedDuration = SignedDuration::from_mins(5);
/// How many messages are in a batch.
const BATCH: usize = 10;

#[derive(Debug, Clone)]
pub(super) struct OnQueue {
    pub(super) message: Message,
    pub(super) hidden_until: Timestamp,
}

#[derive(Default)]
pub(super) struct Queue {
    pub(super) messages: RefCell<Vec<OnQueue>>,
    taken: RefCell<BTreeMap<String, Timestamp>>,
    count: Cell<u32>,
    turn: Cell<u64>,
    now: Cell<Option<Timestamp>>,
    pub(super) told: RefCell<Vec<Outcome>>,
    pub(super) waits: RefCell<BTreeMap<String, Duration>>,
    pub(super) deaf: Cell<bool>,
    /// What the next end meets: refused, or taken without an answer.
    pub(super) ask_fails: Cell<Option<bool>>,
    /// Of which ends nobody may know that they are on the queue.
    pub(super) unsure: RefCell<BTreeSet<String>>,
    asked: RefCell<Vec<String>>,
    /// Which ends were there twice without need.
    pub(super) doubled: RefCell<Vec<String>>,
}

impl Queue {
    pub(super) fn in_order(order: u64) -> Self {
        Self { turn: Cell::new(order), ..Self::default() }
    }

    pub(super) fn at(&self, now: Timestamp) {
        self.now.set(Some(now));
    }

    fn now(&self) -> Timestamp {
        self.now.get().unwrap_or(Timestamp::UNIX_EPOCH)
    }

    pub(super) fn send(&self, group: &str, deduplication_id: &str, body: &Value) {
        let now = self.now();
        let before = self.taken.borrow_mut().insert(deduplication_id.to_owned(), now);
        if before.is_some_and(|before| now.duration_since(before) < REMEMBERS) {
            self.taken.borrow_mut().extend(before.map(|at| (deduplication_id.to_owned(), at)));
            return;
        }
        self.count.set(self.count.get() + 1);
        let message = Message {
            message_id: format!("m{}", self.count.get()),
            group: Some(group.to_owned()),
            body: body.to_string(),
            sender: None,
            sent_at: now,
            first_received_at: now,
            received: 0,
        };
        self.messages.borrow_mut().push(OnQueue { message, hidden_until: now });
    }

    /// The next batch, its groups in any order.
    pub(super) fn receive(&self) -> Vec<Delivery> {
        let now = self.now();
        let mut messages = self.messages.borrow_mut();
        let group = |on_queue: &OnQueue| on_queue.message.group.clone().unwrap_or_default();
        let mut locked: BTreeSet<_> =
            messages.iter().filter(|one| one.hidden_until > now).map(group).collect();
        let mut groups: Vec<_> = messages.iter().map(group).collect();
        groups.sort();
        groups.dedup();
        self.turn.set(self.turn.get().wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1));
        if !groups.is_empty() {
            let first = usize::try_from(self.turn.get() >> 33).unwrap_or(0) % groups.len();
            groups.rotate_left(first);
        }
        let mut batch = Vec::new();
        for name in groups.into_iter().filter(|name| locked.insert(name.clone())) {
            for one in messages.iter_mut().filter(|one| group(one) == name) {
                if batch.len() == BATCH {
                    return batch;
                }
                if one.message.received == 0 {
                    one.message.first_received_at = now;
                }
                one.message.received += 1;
                // As long as it lasts if nobody comes back.
                one.hidden_until = now + SignedDuration::from_secs(720);
                let receipt_handle = String::new();
                batch.push(Delivery { message: one.message.clone(), receipt_handle });
            }
        }
        batch
    }

    /// A tick is over. Nobody knows what it asked for if something went wrong.
    pub(super) fn forget_asked(&self, is_sure: bool) {
        let asked = self.asked.take();
        if !is_sure {
            self.unsure.borrow_mut().extend(asked);
        }
    }

    pub(super) fn is_empty_of_messages(&self) -> bool {
        self.messages.borrow().is_empty()
    }
}

#[async_trait(?Send)]
impl Ends for Queue {
    async fn ask(&self, end: &End) -> Result<(), Trouble> {
        let id = end.revocation_id().as_str().to_owned();
        let fails = self.ask_fails.take();
        if fails == Some(false) {
            return Err(Trouble::new("refused"));
        }
        let body = end.message();
        let text = body.to_string();
        let is_there = self.messages.borrow().iter().any(|one| one.message.body == text);
        if is_there && !self.unsure.borrow().contains(&id) {
            self.doubled.borrow_mut().push(id.clone());
        }
        self.asked.borrow_mut().push(id.clone());
        self.send(&end.message_group(), &id, &body);
        match fails {
            Some(_) => {
                self.unsure.borrow_mut().insert(id);
                Err(Trouble::new("no answer"))
            }
            None => Ok(()),
        }
    }

    async fn is_empty(&self) -> Result<bool, Trouble> {
        Ok(self.is_empty_of_messages())
    }
}

#[async_trait(?Send)]
impl OutcomeQueue for Queue {
    async fn tell(&self, outcome: &Outcome) -> Result<(), Trouble> {
        if self.deaf.get() {
            return Err(Trouble::new("no such queue"));
        }
        self.told.borrow_mut().push(outcome.clone());
        Ok(())
    }
}

#[async_trait(?Send)]
impl Queues for Queue {
    async fn hold_back(&self, delivery: &Delivery, wait: Duration) {
        self.waits.borrow_mut().insert(delivery.message.message_id.clone(), wait);
    }
}
