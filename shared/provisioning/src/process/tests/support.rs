//! What the tests of messages have in common: a stack in memory.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use rollcall_snapshot::{
    Store,
    store::{FailingStore, FaultPlace, MemoryStore, StoreFault},
};
use serde_json::Value;
use tokio::time::Instant;

use crate::{
    End, Mode, Policy, Waiting,
    fake_vendor::{FakeVendor, Kind, Trouble as VendorTrouble},
    ledger::Ledger,
    outcome::Outcome,
    process::{Handled, LastSnapshot, Message, Provisioning, Trouble},
    rules::VendorRules,
};

/// A stack with its vendor, its bucket and its clock.
pub(in crate::process) struct Stack {
    pub(in crate::process) store: Arc<MemoryStore>,
    pub(in crate::process) vendor: FakeVendor,
    pub(in crate::process) mode: Mode,
    pub(in crate::process) policy: Policy,
    /// Who owns the account, as the last published snapshot has it.
    pub(in crate::process) owners: Vec<String>,
    /// The roles that it has seen.
    pub(in crate::process) roles: Result<BTreeSet<String>, Trouble>,
    /// How long a delivery may take.
    pub(in crate::process) time: Duration,
    /// What passes of it with each look at the clock.
    pub(in crate::process) ticks: SignedDuration,
    now: Mutex<Timestamp>,
}

/// When the first delivery of a message is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::process) enum Kill {
    Never,
    AtStoreWrite(u32),
    /// Not killed: this call goes wrong so.
    AtStoreCall(u32, StoreFault),
    /// Which write, and whether it was carried out.
    AtVendorWrite(u32, bool),
}

impl Stack {
    /// Whose vendor has these rules.
    pub(in crate::process) fn with_rules(rules: &'static VendorRules) -> Self {
        let (store, vendor) = (Arc::new(MemoryStore::new()), FakeVendor::with_rules(rules));
        let roles = ["Administrator", "Account_Owner", "LEARNING_ADMIN", "ADMIN"];
        let grantable_roles = roles.map(str::to_owned).into();
        Self {
            store,
            vendor,
            mode: Mode::On,
            policy: Policy { grantable_roles, ..Policy::default() },
            owners: Vec::new(),
            roles: Ok(BTreeSet::new()),
            time: Duration::from_secs(60),
            ticks: SignedDuration::ZERO,
            now: Mutex::new(Timestamp::UNIX_EPOCH),
        }
    }

    pub(in crate::process) fn now(&self) -> Timestamp {
        *self.now.lock().unwrap()
    }

    pub(in crate::process) fn pass(&self, time: SignedDuration) {
        *self.now.lock().unwrap() += time;
    }

    /// One delivery.
    pub(in crate::process) async fn hand_over(
        &self,
        message: &Message,
        kill: Kill,
        waiting: &mut Waiting,
    ) -> Handled {
        let store: Arc<dyn Store> = match kill {
            Kill::AtStoreWrite(nth) => {
                Arc::new(FailingStore::killed_at_write(self.store.clone(), nth))
            }
            Kill::AtStoreCall(nth, fault) => {
                let fault = [(FaultPlace::Call(nth), fault)];
                Arc::new(FailingStore::new(self.store.clone(), fault))
            }
            Kill::Never | Kill::AtVendorWrite(..) => self.store.clone(),
        };
        let trouble = |nth, kind| Some(VendorTrouble { nth, kind });
        if let Kill::AtVendorWrite(nth, done) = kill {
            let kind = if done { Kind::LostAfter } else { Kind::LostBefore };
            self.vendor.world().trouble = trouble(nth, kind);
        }
        let (mut vendor, deadline) = (self.vendor.clone(), Instant::now() + self.time);
        let handle = async |provisioning: Provisioning<'_>| {
            provisioning.handle(message, &mut vendor, waiting, deadline).await
        };
        let handled = self.with_provisioning(store, handle).await;
        if kill != Kill::Never {
            self.vendor.world().trouble = None;
        }
        handled
    }

    /// A delivery while another batch is under way.
    pub(in crate::process) async fn put_off(&self, message: &Message) -> Handled {
        let put_off = async |provisioning: Provisioning<'_>| {
            provisioning.put_off(message, Trouble::new("another batch is under way")).await
        };
        self.with_provisioning(self.store.clone(), put_off).await
    }

    async fn with_provisioning<T>(
        &self,
        store: Arc<dyn Store>,
        work: impl AsyncFnOnce(Provisioning<'_>) -> T,
    ) -> T {
        let ledger = Ledger::new(store, "acme");
        let clock = &|| {
            self.pass(self.ticks);
            self.now()
        };
        let (policy, mode) = (&self.policy, self.mode);
        let snapshot = &self.published();
        work(Provisioning { ledger: &ledger, policy, mode, snapshot, clock }).await
    }

    /// What the last published snapshot tells.
    pub(in crate::process) fn published(&self) -> Published {
        Published { owners: self.owners.clone(), roles: self.roles.clone() }
    }

    /// A message that has just been sent.
    pub(in crate::process) fn message(&self, body: &Value) -> Message {
        Message {
            message_id: "m".into(),
            group: None,
            body: body.to_string(),
            sender: Some("AIDATEST".into()),
            sent_at: self.now(),
            first_received_at: self.now(),
            received: 1,
        }
    }

    /// Delivers a message until it is settled; the first delivery may be killed. What is looked at again
    /// later takes the time that it takes.
    pub(in crate::process) async fn deliver(&self, body: &Value, kill: Kill) -> Outcome {
        let message = self.message(body);
        for (kill, minutes) in [(kill, 0), (Kill::Never, 1), (Kill::Never, 0)] {
            let handled = self.hand_over(&message, kill, &mut Waiting::default()).await;
            if let Handled::Settled(outcome) = handled {
                return *outcome;
            }
            self.pass(SignedDuration::from_mins(minutes));
        }
        panic!("never settled: {body}");
    }

    /// A request as a store has it that answers conflicts where nothing is.
    pub(in crate::process) async fn hand_over_with(
        &self,
        store: Arc<dyn Store>,
        message: &Message,
    ) -> Handled {
        let (mut vendor, deadline) = (self.vendor.clone(), Instant::now() + self.time);
        let mut waiting = Waiting::default();
        let handle = async |provisioning: Provisioning<'_>| {
            provisioning.handle(message, &mut vendor, &mut waiting, deadline).await
        };
        self.with_provisioning(store, handle).await
    }

    /// The ends that are due.
    pub(in crate::process) async fn due(&self) -> Vec<End> {
        let (ledger, now) = (Ledger::new(self.store.clone(), "acme"), self.now());
        let mut ends = Vec::new();
        for entry in ledger.due(now).await.unwrap() {
            ends.extend(ledger.due_end(&entry, now).await.unwrap());
        }
        ends
    }

    /// Carries out the ends that are due.
    pub(in crate::process) async fn expire(&self, kill: Kill) -> Vec<Outcome> {
        let mut outcomes = Vec::new();
        for end in self.due().await {
            outcomes.push(self.deliver(&end.message(), kill).await);
        }
        outcomes
    }
}

/// What a published snapshot has.
pub(in crate::process) struct Published {
    owners: Vec<String>,
    roles: Result<BTreeSet<String>, Trouble>,
}

#[async_trait(?Send)]
impl LastSnapshot for Published {
    async fn active_with(&self, _: &str) -> Result<Vec<String>, Trouble> {
        Ok(self.owners.clone())
    }

    async fn roles(&self) -> Result<BTreeSet<String>, Trouble> {
        self.roles.clone()
    }
}
