//! A simulated Litmos with a ledger in memory.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use jiff::Timestamp;
use litmos_simulator::{Fault, Options, Quirks, Rule, Simulator};
use rollcall_provisioning::{
    Mode, Policy, Waiting,
    ledger::Ledger,
    litmos::LitmosVendor,
    process::{Handled, LastSnapshot, Message, Provisioning, Trouble},
};
use rollcall_snapshot::store::MemoryStore;
use rollcall_vendor_client::{
    CredentialError, Credentials, Http, Pacer, Patience, SecretString, Timeouts,
    litmos::{JsonDates, Litmos, Settings},
};
use serde_json::{Value, json};
use tokio::time::Instant;

/// A simulated Litmos with a ledger in memory.
pub(crate) struct Stage {
    pub(crate) simulator: Simulator,
    store: Arc<MemoryStore>,
    sent: AtomicU32,
}

impl Stage {
    pub(crate) fn new() -> Self {
        Self::with(Quirks::default())
    }

    /// Of a vendor that has these ways.
    pub(crate) fn with(quirks: Quirks) -> Self {
        let options = Options {
            users: 40,
            inactive_percent: 0,
            teams: 4,
            members_per_team: Some(4),
            leaders_percent: 0,
            quirks,
            ..Options::default()
        };
        let (store, sent) = (Arc::new(MemoryStore::new()), AtomicU32::new(0));
        Self { simulator: Simulator::start(options).unwrap(), store, sent }
    }

    /// What becomes of a request under a new id.
    pub(crate) async fn ask(&self, operation: &str, more: Value) -> Handled {
        let number = self.sent.fetch_add(1, Ordering::Relaxed);
        let mut body = json!({"request_id": format!("req-{number}"), "operation": operation,
            "reason": "a test"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.hand_over(&self.simulator.base_url(), &body).await
    }

    /// Status and code of the outcome, or why there is none yet.
    pub(crate) async fn told(&self, operation: &str, more: Value) -> (String, String) {
        match self.ask(operation, more).await {
            Handled::Settled(outcome) => {
                let outcome = serde_json::to_value(outcome).unwrap();
                let text = |name: &str| outcome[name].as_str().unwrap_or_default().to_owned();
                let code = if outcome["code"].is_null() { text("message") } else { text("code") };
                (text("status"), code)
            }
            Handled::Later(trouble) => ("later".to_owned(), trouble.reason),
        }
    }

    /// One delivery of a message, to a vendor at this address.
    pub(crate) async fn hand_over(&self, base_url: &str, body: &Value) -> Handled {
        let now = Timestamp::UNIX_EPOCH;
        let message = Message {
            message_id: "m".into(),
            group: None,
            body: body.to_string(),
            sender: None,
            sent_at: now,
            first_received_at: now,
            received: 1,
        };
        let settings = Settings {
            base_url: base_url.parse().unwrap(),
            source: "acme".to_owned(),
            json_dates: JsonDates::default(),
        };
        let key = Arc::new(Key(self.simulator.api_key()));
        let http = Http::new(Timeouts::default()).unwrap();
        let litmos = Litmos::new(settings, key, Pacer::new(60_000, None), http);
        let ledger = Ledger::new(self.store.clone(), "acme");
        let grantable_roles = ["Administrator".to_owned()].into();
        let policy = Policy { grantable_roles, ..Policy::default() };
        let provisioning = Provisioning {
            ledger: &ledger,
            policy: &policy,
            mode: Mode::On,
            snapshot: &NoSnapshot,
            clock: &|| now,
        };
        let mut vendor = LitmosVendor::new(litmos.with_patience(Patience::attempts(1)));
        let deadline = Instant::now() + Duration::from_secs(60);
        provisioning.handle(&message, &mut vendor, &mut Waiting::default(), deadline).await
    }

    /// From now on requests of this method, whose path has this in it, meet this.
    pub(crate) fn meets(&self, method: &str, on: &str, fault: Fault) {
        self.simulator.faults().clear();
        self.simulator.faults().add(Rule::new(fault).method(method).on(on));
    }

    /// How many requests came since the last time.
    pub(crate) fn requests(&self) -> usize {
        let count = self.simulator.log().count();
        self.simulator.reset_log();
        count
    }

    /// So many active learners who are in no team.
    pub(crate) fn outsiders(&self, count: usize) -> Vec<String> {
        let members: Vec<_> =
            self.simulator.truth().team_members().into_iter().map(|row| row.user_id).collect();
        let is_one = |user: &rollcall_roster::User| {
            user.role.as_deref() == Some("Learner") && !members.contains(&user.user_id)
        };
        let users = self.simulator.truth().users();
        users.into_iter().filter(is_one).map(|user| user.user_id).take(count).collect()
    }

    /// A team without teams below, and who is in it.
    pub(crate) fn team(&self) -> (String, Vec<String>) {
        let teams = self.simulator.truth().teams();
        let is_parent =
            |id: &str| teams.iter().any(|team| team.parent_team_id.as_deref() == Some(id));
        let mut ids = teams.iter().map(|team| team.team_id.clone());
        let team_id = ids.find(|id| !is_parent(id)).unwrap();
        let members = self.simulator.truth().team_members().into_iter();
        let of_team = members.filter(|row| row.team_id == team_id).map(|row| row.user_id);
        let of_team = of_team.collect();
        (team_id, of_team)
    }

    pub(crate) fn role(&self, user_id: &str) -> Option<String> {
        let users = self.simulator.truth().users();
        users.into_iter().find(|user| user.user_id == user_id)?.role
    }

    pub(crate) fn is_active(&self, user_id: &str) -> bool {
        let users = self.simulator.truth().users();
        users.iter().any(|user| user.user_id == user_id && user.active == Some(true))
    }
}

struct Key(String);

#[async_trait]
impl Credentials for Key {
    async fn current(&self) -> Result<SecretString, CredentialError> {
        Ok(self.0.clone().into())
    }

    async fn reread(&self) -> Result<SecretString, CredentialError> {
        self.current().await
    }
}

/// A connection without a published snapshot.
struct NoSnapshot;

#[async_trait(?Send)]
impl LastSnapshot for NoSnapshot {
    async fn active_with(&self, _: &str) -> Result<Vec<String>, Trouble> {
        Ok(Vec::new())
    }

    async fn roles(&self) -> Result<BTreeSet<String>, Trouble> {
        Ok(BTreeSet::new())
    }
}
