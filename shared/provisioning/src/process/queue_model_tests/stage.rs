//! A stack that lives: messages come and are carried out, ticks ask for ends, troubles begin and end.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use rollcall_snapshot::{
    Store,
    store::{FailingStore, FaultPlace, StoreFault},
};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{Event, StoreWrong, USERS, VendorWrite, Wish, queue::Queue};
use crate::{
    Mode, Request, StandingPart,
    batch::{self, Delivery},
    due::ask_for_due,
    fake_vendor::{Kind, Trouble},
    ledger::Ledger,
    litmos, message_group,
    outcome_delivery::send_kept,
    process::{Message, Provisioning, tests::support::Stack},
    vendor::Vendor,
};

const TICK: SignedDuration = SignedDuration::from_mins(5);
/// What passes with each look at the clock.
const A_MOMENT: SignedDuration = SignedDuration::from_secs(1);

/// A request that was sent.
#[derive(Debug, Clone)]
pub(super) struct Sent {
    pub(super) id: String,
    pub(super) wish: Wish,
    /// In a group of its subject's own.
    pub(super) alone: bool,
    pub(super) at: Timestamp,
}

pub(super) struct Stage {
    pub(super) stack: Stack,
    pub(super) queue: Queue,
    pub(super) sent: RefCell<Vec<Sent>>,
    /// When a message was taken off the queue for good.
    pub(super) settled: RefCell<BTreeMap<String, Timestamp>>,
    /// Since when and until when the vendor answers nobody, or nobody about one.
    pub(super) troubles: RefCell<Vec<(Option<&'static str>, Timestamp, Timestamp)>>,
    deaf_until: Cell<Timestamp>,
    of_batch: Cell<Option<(u32, StoreWrong)>>,
    of_tick: Cell<Option<(u32, StoreWrong)>>,
    blind: Cell<Option<u32>>,
    was_blind: Cell<bool>,
    ahead: Cell<i64>,
    next_tick: Cell<Timestamp>,
    /// To whom an administrator gave the course while Rollcall had nothing to do with it.
    pub(super) by_hand: RefCell<BTreeSet<&'static str>>,
    /// To whom an administrator gave it at all.
    pub(super) given_by_hand: RefCell<BTreeSet<&'static str>>,
}

impl Stage {
    pub(super) fn new(members: &[&'static str], order: u64) -> Self {
        let stack = Stack::with_rules(&litmos::RULES);
        let mut world = stack.vendor.world();
        USERS.iter().for_each(|user| world.account(user, "Learner"));
        world.team("t");
        for user in members {
            let key = ("t".to_owned(), (*user).to_owned());
            world.standings.insert(key, [StandingPart::Member].into());
        }
        drop(world);
        let start = stack.now();
        Self {
            stack,
            queue: Queue::in_order(order),
            sent: RefCell::default(),
            settled: RefCell::default(),
            troubles: RefCell::default(),
            deaf_until: Cell::new(start),
            of_batch: Cell::default(),
            of_tick: Cell::default(),
            blind: Cell::default(),
            was_blind: Cell::default(),
            ahead: Cell::default(),
            next_tick: Cell::new(start),
            by_hand: RefCell::default(),
            given_by_hand: RefCell::default(),
        }
    }

    /// Lives through a history, and on until there is nothing left to do.
    pub(super) async fn play(&self, events: &[(i64, Event)]) {
        for (minutes, event) in events {
            self.live(SignedDuration::from_mins(*minutes)).await;
            self.meet(event).await;
        }
        self.ahead.set(0);
        for _ in 0..60 {
            if self.is_quiet().await {
                return;
            }
            self.live(SignedDuration::from_mins(30)).await;
        }
    }

    pub(super) fn ledger(&self) -> Ledger {
        Ledger::new(self.stack.store.clone(), "acme")
    }

    async fn is_quiet(&self) -> bool {
        let waits = |folder| async move {
            !self.stack.store.list(&format!("acme/ledger/{folder}/")).await.unwrap().is_empty()
        };
        self.queue.is_empty_of_messages() && !waits("expiring").await && !waits("unsent").await
    }

    async fn meet(&self, event: &Event) {
        let now = self.stack.now();
        let until = |minutes: i64| now + SignedDuration::from_mins(minutes);
        match event {
            Event::Sent(wish, shared) => self.send(wish, *shared),
            Event::Poisoned(user, minutes) => {
                self.troubles.borrow_mut().push((Some(user), now, until(*minutes)));
            }
            Event::Away(minutes) => {
                self.troubles.borrow_mut().push((None, now, until(*minutes)));
            }
            Event::VendorWrite(nth, kind) => {
                let kind = match kind {
                    VendorWrite::LostBefore => Kind::LostBefore,
                    VendorWrite::LostAfter => Kind::LostAfter,
                    VendorWrite::Forbidden => Kind::Forbidden,
                    VendorWrite::SeenLater => Kind::SeenLater,
                };
                self.stack.vendor.world().trouble = Some(Trouble { nth: *nth, kind });
            }
            // What is seen to be gone twice is gone.
            Event::Blind(after) if !self.was_blind.replace(true) => self.blind.set(Some(*after)),
            Event::Blind(_) => {}
            Event::StoreOfBatch(nth, kind) => self.of_batch.set(Some((*nth, *kind))),
            Event::StoreOfTick(nth, kind) => self.of_tick.set(Some((*nth, *kind))),
            Event::Deaf(minutes) => self.deaf_until.set(until(*minutes)),
            Event::Ask(taken) => self.queue.ask_fails.set(Some(*taken)),
            Event::Ahead(seconds) => self.ahead.set(*seconds),
            Event::ByHand(user) => self.give_by_hand(user).await,
        }
    }

    fn send(&self, wish: &Wish, shared: bool) {
        let person = |user: &str| json!({"user_id": user});
        let mut body = match wish {
            Wish::Grant(user, what, ends) => {
                let at = |minutes: &i64| self.stack.now() + SignedDuration::from_mins(*minutes);
                let ends = ends.as_ref().map(at);
                json!({"operation": "grant", "principal": person(user), "entitlement": what, "expires_at": ends})
            }
            Wish::Revoke(user, what) => {
                json!({"operation": "revoke", "principal": person(user), "entitlement": what})
            }
            Wish::Active(user, may) => {
                let operation = if *may { "enable_account" } else { "disable_account" };
                json!({"operation": operation, "principal": person(user)})
            }
            Wish::Members(users) => {
                let members: Vec<_> = users.iter().map(|user| person(user)).collect();
                json!({"operation": "set_team_members", "team": {"team_id": "t"}, "members": members})
            }
        };
        let id = format!("req-{}", self.sent.borrow().len());
        body["request_id"] = json!(id);
        body["reason"] = json!("a test");
        let own = message_group(&Request::parse(body.clone()).unwrap().operation);
        self.queue.at(self.stack.now());
        self.queue.send(if shared { "acme" } else { &own }, &id, &body);
        let at = self.stack.now();
        self.sent.borrow_mut().push(Sent { id, wish: wish.clone(), alone: !shared, at });
    }

    /// Only what Rollcall has nothing to do with is told apart from what it gave.
    async fn give_by_hand(&self, user: &'static str) {
        let course = "course:c:assigned".to_owned().try_into().unwrap();
        let held = self.ledger().held_by(user).await.unwrap();
        let is_about = |one: &Sent| match one.wish {
            Wish::Grant(who, what, _) | Wish::Revoke(who, what) => {
                who == user && what == "course:c:assigned"
            }
            Wish::Active(..) | Wish::Members(..) => false,
        };
        let settled = self.settled.borrow();
        let open =
            self.sent.borrow().iter().any(|one| is_about(one) && !settled.contains_key(&one.id));
        let is_new = self.stack.vendor.world().assigned.insert((course, user.to_owned()));
        self.given_by_hand.borrow_mut().insert(user);
        if is_new && !open && held.holds.is_empty() {
            self.by_hand.borrow_mut().insert(user);
        }
    }

    /// Lets so much time pass.
    async fn live(&self, time: SignedDuration) {
        let until = self.stack.now() + time;
        loop {
            let now = self.stack.now();
            self.queue.at(now);
            self.begin_and_end_troubles(now);
            if self.next_tick.get() <= now {
                self.next_tick.set(now + TICK);
                self.tick(now).await;
                continue;
            }
            let batch = self.queue.receive();
            if !batch.is_empty() {
                self.carry_out(&batch).await;
                continue;
            }
            if now >= until {
                return;
            }
            let hidden = self.queue.messages.borrow().iter().map(|one| one.hidden_until).min();
            let next = until.min(self.next_tick.get()).min(hidden.unwrap_or(until));
            self.stack.pass(next.duration_since(now).max(A_MOMENT));
        }
    }

    fn begin_and_end_troubles(&self, now: Timestamp) {
        let troubles = self.troubles.borrow();
        let now_on =
            |trouble: &&(Option<_>, Timestamp, Timestamp)| trouble.1 <= now && now < trouble.2;
        let mut world = self.stack.vendor.world();
        world.away = troubles.iter().filter(now_on).any(|trouble| trouble.0.is_none());
        world.poisoned =
            troubles.iter().filter(now_on).filter_map(|one| one.0).map(str::to_owned).collect();
        self.queue.deaf.set(now < self.deaf_until.get());
    }

    fn store(&self, wrong: Option<(u32, StoreWrong)>) -> Arc<FailingStore> {
        let faults = wrong.map(|(nth, wrong)| match wrong {
            StoreWrong::Refused => (FaultPlace::Call(nth), StoreFault::Refused),
            StoreWrong::Unanswered => (FaultPlace::Call(nth), StoreFault::Unanswered),
            StoreWrong::Overtaken => (FaultPlace::Call(nth), StoreFault::Overtaken(3)),
            StoreWrong::Killed => (FaultPlace::Write(nth), StoreFault::Killed),
        });
        Arc::new(FailingStore::new(self.stack.store.clone(), faults))
    }

    async fn tick(&self, now: Timestamp) {
        let store = self.store(self.of_tick.take());
        let ledger = Ledger::new(store.clone(), "acme");
        let far = Instant::now() + Duration::from_secs(600);
        let now = now + SignedDuration::from_secs(self.ahead.get());
        let came = ask_for_due(&ledger, &self.queue, now, far, 0).await;
        let is_sure = store.struck() == 0 && came.is_ok_and(|asked| asked.trouble.is_none());
        self.queue.forget_asked(is_sure);
        let _ = send_kept(&ledger, &self.queue, far).await;
    }

    async fn carry_out(&self, batch: &[Delivery]) {
        let wrong = self.of_batch.take();
        let store = self.store(wrong);
        let ledger = Ledger::new(store.clone(), "acme");
        let stack = &self.stack;
        let clock = || {
            stack.pass(A_MOMENT);
            stack.now()
        };
        let id = |delivery: &Delivery| -> String {
            let body: Value = serde_json::from_str(&delivery.message.body).unwrap();
            body["request_id"].as_str().unwrap().to_owned()
        };
        // A grant that believes an empty list takes for its own what others gave: its list is asked for
        // twice by the vendor's client.
        if batch.iter().all(|delivery| id(delivery).starts_with("rollcall."))
            && let Some(after) = self.blind.take()
        {
            let mut world = self.stack.vendor.world();
            (world.blind_after, world.blind) = (after, u32::from(after == 0));
        }
        let snapshot = self.stack.published();
        let provisioning = Provisioning {
            ledger: &ledger,
            policy: &self.stack.policy,
            mode: Mode::On,
            snapshot: &snapshot,
            clock: &clock,
        };
        let vendor = |_: &Message| -> Box<dyn Vendor> { Box::new(self.stack.vendor.clone()) };
        let far = Instant::now() + Duration::from_secs(600);
        let summary = batch::handle(&provisioning, batch, vendor, &self.queue, far).await;
        {
            let mut world = self.stack.vendor.world();
            (world.blind_after, world.blind) = (0, 0);
        }
        let now = self.stack.now();
        let waits = std::mem::take(&mut *self.queue.waits.borrow_mut());
        if matches!(wrong, Some((_, StoreWrong::Killed))) && store.struck() > 0 {
            return;
        }
        for delivery in batch {
            let message_id = &delivery.message.message_id;
            let mut messages = self.queue.messages.borrow_mut();
            if summary.again.contains(message_id) {
                let wait = SignedDuration::try_from(waits[message_id]).unwrap();
                let one = messages.iter_mut().find(|one| one.message.message_id == *message_id);
                one.unwrap().hidden_until = now + wait;
            } else {
                messages.retain(|one| one.message.message_id != *message_id);
                self.settled.borrow_mut().insert(id(delivery), now);
            }
        }
    }
}
