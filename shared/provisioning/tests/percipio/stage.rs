//! A simulated Percipio with a ledger in memory.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use percipio_simulator::{Options, Simulator};
use rollcall_provisioning::{
    Mode, Policy, Waiting,
    ledger::Ledger,
    percipio::PercipioVendor,
    process::{Handled, LastSnapshot, Message, Provisioning, Trouble},
};
use rollcall_snapshot::{Store, store::MemoryStore};
use rollcall_vendor_client::{
    CredentialError, Credentials, Http, Pacer, Patience, SecretString, Timeouts,
    percipio::{Percipio, Settings},
};
use serde_json::{Value, json};
use tokio::time::Instant;

/// A simulated Percipio with a ledger in memory.
pub(crate) struct Stage {
    pub(crate) simulator: Simulator,
    pub(crate) store: Arc<MemoryStore>,
    percipio: Percipio,
    now: Mutex<Timestamp>,
    sent: AtomicU32,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let simulator = Simulator::start(Options { users: 40, ..Options::default() }).unwrap();
        let settings = Settings {
            base_url: simulator.base_url().parse().unwrap(),
            organization_id: simulator.organization_id().to_owned(),
        };
        let credentials = Arc::new(Token(simulator.api_token()));
        let http = Http::new(Timeouts::default()).unwrap();
        let percipio = Percipio::new(settings, credentials, Pacer::new(60_000, None), http);
        Self {
            simulator,
            store: Arc::new(MemoryStore::new()),
            percipio: percipio.with_patience(Patience::attempts(1)),
            now: Mutex::new(Timestamp::UNIX_EPOCH),
            sent: AtomicU32::new(0),
        }
    }

    pub(crate) fn pass(&self, time: SignedDuration) {
        *self.now.lock().unwrap() += time;
    }

    /// A request with an id of its own.
    pub(crate) fn request(&self, operation: &str, more: &Value) -> Value {
        let number = self.sent.fetch_add(1, Ordering::Relaxed);
        let mut body = json!({"request_id": format!("req-{number}"), "operation": operation,
            "reason": "a test"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    }

    /// One delivery of a message, with this store.
    pub(crate) async fn hand_over(&self, body: &Value, store: Arc<dyn Store>) -> Handled {
        let now = *self.now.lock().unwrap();
        let message = Message {
            message_id: "m".into(),
            group: None,
            body: body.to_string(),
            sender: None,
            sent_at: now,
            first_received_at: now,
            received: 1,
        };
        let ledger = Ledger::new(store, "acme");
        let roles = ["LEARNING_ADMIN", "ADMIN", "REGIONAL_TRAINING_ADMIN"];
        let grantable_roles = roles.map(str::to_owned).into();
        let policy = Policy { grantable_roles, ..Policy::default() };
        let provisioning = Provisioning {
            ledger: &ledger,
            policy: &policy,
            mode: Mode::On,
            snapshot: &OwnRole,
            clock: &|| now,
        };
        let mut vendor = PercipioVendor::new(self.percipio.clone());
        let deadline = Instant::now() + Duration::from_secs(60);
        provisioning.handle(&message, &mut vendor, &mut Waiting::default(), deadline).await
    }

    /// The outcome of a message that is settled at once.
    pub(crate) async fn deliver(&self, body: &Value) -> Value {
        match self.hand_over(body, self.store.clone()).await {
            Handled::Settled(outcome) => serde_json::to_value(outcome).unwrap(),
            Handled::Later(trouble) => panic!("{body} has to wait: {trouble:?}"),
        }
    }

    /// The outcome of a new request, and every write that it has led to.
    pub(crate) async fn ask(&self, operation: &str, more: Value) -> (Value, Vec<(String, Value)>) {
        let before = self.writes().len();
        let outcome = self.deliver(&self.request(operation, &more)).await;
        (outcome, self.writes().split_off(before))
    }

    /// Status and code of a new request that leads to no write.
    pub(crate) async fn refused(&self, operation: &str, more: Value) -> (String, String) {
        let (outcome, writes) = self.ask(operation, more).await;
        assert_eq!(writes, [], "{outcome:#}");
        let text = |name: &str| outcome[name].as_str().unwrap_or_default().to_owned();
        (text("status"), text("code"))
    }

    /// The writes that were carried out, each as method, path within the organization, and body.
    pub(crate) fn writes(&self) -> Vec<(String, Value)> {
        let root =
            format!("/user-management/v1/organizations/{}", self.simulator.organization_id());
        let applied = self.simulator.writes().into_iter().filter(|write| write.applied);
        let told = applied.map(|write| {
            (format!("{} {}", write.method, write.path.replacen(&root, "", 1)), write.body)
        });
        told.collect()
    }

    /// Carries out the ends that are due.
    pub(crate) async fn expire(&self) -> Vec<Value> {
        let ledger = Ledger::new(self.store.clone(), "acme");
        let now = *self.now.lock().unwrap();
        let mut outcomes = Vec::new();
        for entry in ledger.due(now).await.unwrap() {
            let end = ledger.due_end(&entry, now).await.unwrap().expect("it is due");
            outcomes.push(self.deliver(&end.message()).await);
        }
        outcomes
    }

    /// An account as the vendor tells it, but for when it was last changed and what is its managers'.
    pub(crate) fn record(&self, id: &str) -> Value {
        let mut record = self.simulator.truth().user_record(id).unwrap();
        record.as_object_mut().unwrap().remove("updatedAt");
        for manager in ["approvalManager", "directHrManager"] {
            record[manager] = record[manager]["id"].take();
        }
        record
    }

    /// Every account, in the order of the list.
    pub(crate) fn records(&self) -> Vec<Value> {
        let ids = self.simulator.world().user_ids();
        ids.iter().map(|id| self.record(id)).collect()
    }

    /// An active learner who has two custom attributes at least.
    pub(crate) fn learner(&self) -> String {
        let is = |record: &&Value| {
            let attributes = record["customAttributes"].as_array().unwrap();
            let set = attributes.iter().filter(|attribute| !attribute["value"].is_null()).count();
            record["isActive"] == true && record["role"] == "LEARNER" && set >= 2
        };
        let records = self.records();
        records.iter().find(is).unwrap()["id"].as_str().unwrap().to_owned()
    }

    /// The user name of an account.
    pub(crate) fn name(&self, id: &str) -> String {
        self.record(id)["externalUserId"].as_str().unwrap().to_owned()
    }
}

struct Token(String);

#[async_trait]
impl Credentials for Token {
    async fn current(&self) -> Result<SecretString, CredentialError> {
        Ok(self.0.clone().into())
    }

    async fn reread(&self) -> Result<SecretString, CredentialError> {
        self.current().await
    }
}

/// A snapshot in which somebody has a role of the site's own.
struct OwnRole;

#[async_trait(?Send)]
impl LastSnapshot for OwnRole {
    async fn active_with(&self, _: &str) -> Result<Vec<String>, Trouble> {
        Ok(Vec::new())
    }

    async fn roles(&self) -> Result<BTreeSet<String>, Trouble> {
        Ok(["REGIONAL_TRAINING_ADMIN".to_owned()].into())
    }
}
