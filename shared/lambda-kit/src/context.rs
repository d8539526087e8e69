//! What a function works with, built once an environment.

use std::{
    collections::BTreeSet,
    sync::{Arc, OnceLock},
    time::Duration,
};

use aws_config::{BehaviorVersion, SdkConfig, timeout::TimeoutConfig};
use jiff::Timestamp;
use rollcall_provisioning::ledger::Ledger;
use rollcall_snapshot::{
    Keys, RunSubject, Scope, Store,
    publish::{Catalogue, Publisher},
    store::S3Store,
};
use rollcall_sync::{Connection, Shares, Sync};
use rollcall_vendor_client::{Client, Http, Pacer, VendorSettings};

use crate::{
    Account, Config, Failure, Vendor,
    catalogue::GlueCatalogue,
    config::Variables,
    next_door::ProvisioningNextDoor,
    provisioning_config::{self, ProvisioningConfig},
    queues::SqsQueues,
    secret::SecretKey,
    vendor_config::VendorConfig,
};

/// How long AWS may stay silent before the call is given up and repeated. The SDK itself would wait
/// for ever; the largest object takes S3 a second or two.
const AWS_SILENCE: Duration = Duration::from_secs(5);

/// The functions that make a run, in their order.
const SYNC_FUNCTIONS: &[&str] = &["sync-users", "sync-teams", "sync-courses"];

/// What a function works with.
pub struct Context {
    /// The function's configuration.
    pub config: Config,
    /// Where snapshots lie.
    pub store: Arc<dyn Store>,
    /// The connection's keys.
    pub keys: Keys,
    calls: Option<VendorCalls>,
    aws: SdkConfig,
    provisioning: OnceLock<ProvisioningContext>,
}

/// What provisioning works with.
pub(crate) struct ProvisioningContext {
    pub(crate) config: ProvisioningConfig,
    pub(crate) queues: SqsQueues,
    pub(crate) ledger: Ledger,
}

/// What calls of the vendor are made with.
struct VendorCalls {
    config: VendorConfig,
    http: Http,
    key: Arc<SecretKey>,
}

/// Whether a function talks to the vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Talks {
    /// To AWS only.
    ToAws,
    /// To the vendor too.
    ToVendor,
}

impl Context {
    pub(crate) async fn from_environment(talks: Talks) -> Result<Self, Failure> {
        let look_up = |name: &str| std::env::var(name).ok();
        let variables = Variables(&look_up);
        let config = Config::read(&variables)?;
        let calls = match talks {
            Talks::ToAws => None,
            Talks::ToVendor => Some(VendorConfig::read(&variables, config.vendor)?),
        };
        let timeouts = TimeoutConfig::builder().read_timeout(AWS_SILENCE).build();
        let aws = aws_config::defaults(BehaviorVersion::latest()).timeout_config(timeouts);
        let aws = aws.load().await;
        let calls = calls.map(|calls| VendorCalls::new(&aws, config.vendor, calls)).transpose()?;
        let store = Arc::new(S3Store::new(s3(&aws), &config.bucket));
        let keys = Keys::new(&config.connection);
        Ok(Self { config, store, keys, calls, aws, provisioning: OnceLock::new() })
    }

    /// What provisioning works with besides.
    ///
    /// # Errors
    /// If a variable of provisioning is missing or wrong.
    pub(crate) fn provisioning(&self) -> Result<&ProvisioningContext, Failure> {
        if let Some(there) = self.provisioning.get() {
            return Ok(there);
        }
        let look_up = |name: &str| std::env::var(name).ok();
        let config = ProvisioningConfig::read(&Variables(&look_up))?;
        let queues = SqsQueues::new(&self.aws, &config, &self.config.connection);
        let ledger = Ledger::new(Arc::clone(&self.store), &self.config.connection);
        let made = ProvisioningContext { config, queues, ledger };
        Ok(self.provisioning.get_or_init(|| made))
    }

    /// The roles of `ROLLCALL_GRANTABLE_ROLES`, for whoever tells what is wrong with them.
    ///
    /// # Errors
    /// If the variable is wrong.
    pub fn grantable_roles(&self) -> Result<BTreeSet<String>, Failure> {
        let look_up = |name: &str| std::env::var(name).ok();
        Ok(provisioning_config::grantable_roles(&Variables(&look_up))?)
    }

    /// The account at the vendor.
    ///
    /// # Panics
    /// In a function that was not set up to talk to the vendor, as [`Self::connect`].
    #[must_use]
    pub fn account(&self) -> &Account {
        &self.calls().config.account
    }

    /// An account, at this function's pace and not to be asked before an instant.
    #[must_use]
    pub fn connect<S: VendorSettings>(
        &self,
        account: &S,
        not_before: Option<Timestamp>,
    ) -> Connection<S> {
        let pacer = Pacer::new(self.requests_per_minute(), not_before);
        Connection::new(self.client(account, &pacer), pacer)
    }

    /// The same, which also uses what provisioning leaves of its share, if that is configured.
    pub(crate) fn connect_borrowing<S: VendorSettings>(
        &self,
        account: &S,
        not_before: Option<Timestamp>,
    ) -> Connection<S> {
        let connection = self.connect(account, not_before);
        match self.calls().config.borrowed_requests_per_minute {
            0 => connection,
            borrowed => {
                let shares = Shares::new(self.requests_per_minute(), borrowed);
                let (store, name) = (Arc::clone(&self.store), self.config.connection.clone());
                connection.borrowing(shares, Arc::new(ProvisioningNextDoor { store, name }))
            }
        }
    }

    /// A client of an account that keeps a pace.
    pub(crate) fn client<S: VendorSettings>(&self, account: &S, pacer: &Pacer) -> Client<S> {
        let VendorCalls { key, http, .. } = self.calls();
        Client::new(account.clone(), key.clone(), pacer.clone(), http.clone())
    }

    /// Begins another invocation: what the secret says now counts. Else a wrong key would show only
    /// when an environment ends, hours after somebody put it there.
    pub(crate) async fn begin(&self) {
        if let Some(calls) = &self.calls {
            calls.key.forget().await;
        }
    }

    pub(crate) fn requests_per_minute(&self) -> u32 {
        self.calls().config.requests_per_minute
    }

    fn calls(&self) -> &VendorCalls {
        self.calls.as_ref().expect("the function was set up to talk to the vendor")
    }

    /// A sync function of this connection.
    #[must_use]
    pub fn sync(&self, function: &'static str) -> Sync {
        let first = SYNC_FUNCTIONS[0];
        // Litmos shows only in the list of users whether it caps its pages.
        let shows_paging = self.config.vendor == Vendor::Litmos && function != first;
        Sync {
            store: Arc::clone(&self.store),
            keys: self.keys.clone(),
            function,
            subject: RunSubject { scope: self.scope(), account: self.calls().config.run_account() },
            learns_from: shows_paging.then_some(first),
            delta: self.config.delta,
            unreadable: self.config.limits.unreadable.clone(),
        }
    }

    /// Publication of this connection's runs.
    #[must_use]
    pub fn publisher(&self) -> Publisher {
        Publisher {
            store: Arc::clone(&self.store),
            keys: self.keys.clone(),
            limits: self.config.limits.clone(),
            functions: SYNC_FUNCTIONS,
            catalogue: self.config.glue_database.as_deref().map(|database| -> Arc<dyn Catalogue> {
                Arc::new(GlueCatalogue::new(&self.aws, database, &self.config.bucket))
            }),
        }
    }

    fn scope(&self) -> Scope {
        Scope { limited_courses: self.config.limited_courses.clone() }
    }
}

impl VendorCalls {
    fn new(aws: &SdkConfig, vendor: Vendor, config: VendorConfig) -> Result<Self, Failure> {
        let http = Http::new(config.account.timeouts())
            .map_err(|error| Failure::new("InvalidConfiguration", &error.to_string()))?;
        let client = aws_sdk_secretsmanager::Client::new(aws);
        let key = Arc::new(SecretKey::new(client, &config.secret_id, vendor));
        Ok(Self { config, http, key })
    }
}

fn s3(aws: &SdkConfig) -> aws_sdk_s3::config::Builder {
    // An endpoint of one's own (a local S3) has no name of its own for each bucket.
    aws_sdk_s3::config::Builder::from(aws).force_path_style(aws.endpoint_url().is_some())
}
