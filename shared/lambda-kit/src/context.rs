//! What a function works with, built once an environment.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use aws_config::{BehaviorVersion, SdkConfig, timeout::TimeoutConfig};
use jiff::Timestamp;
use rollcall_provisioning::ledger::Ledger;
use rollcall_snapshot::{Keys, Scope, Store, publish::Publisher, store::S3Store};
use rollcall_sync::{Sync, litmos::Connection};
use rollcall_vendor_client::{Http, Pacer, Timeouts, litmos::Litmos};

use crate::{
    Config, Failure,
    config::{Variables, VendorConfig},
    provisioning_config::ProvisioningConfig,
    queues::SqsQueues,
    secret::SecretKey,
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
    vendor: Option<Vendor>,
    aws: SdkConfig,
    provisioning: OnceLock<ProvisioningContext>,
}

/// What provisioning works with.
pub(crate) struct ProvisioningContext {
    pub(crate) config: ProvisioningConfig,
    pub(crate) queues: SqsQueues,
    pub(crate) ledger: Ledger,
}

struct Vendor {
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
        let vendor = match talks {
            Talks::ToAws => None,
            Talks::ToVendor => Some(VendorConfig::read(&variables)?),
        };
        let timeouts = TimeoutConfig::builder().read_timeout(AWS_SILENCE).build();
        let aws = aws_config::defaults(BehaviorVersion::latest()).timeout_config(timeouts);
        let aws = aws.load().await;
        let vendor = vendor.map(|config| Vendor::new(&aws, config)).transpose()?;
        let store = Arc::new(S3Store::new(s3(&aws), &config.bucket));
        let keys = Keys::new(&config.connection);
        Ok(Self { config, store, keys, vendor, aws, provisioning: OnceLock::new() })
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

    /// The vendor, not to be asked before an instant.
    ///
    /// # Panics
    /// In a function that was not set up to talk to the vendor.
    #[must_use]
    pub fn vendor(&self, not_before: Option<Timestamp>) -> Connection {
        self.vendor_at(Pacer::new(self.requests_per_minute(), not_before))
    }

    /// The vendor at a pace.
    pub(crate) fn vendor_at(&self, pacer: Pacer) -> Connection {
        let vendor = self.for_vendor();
        let settings = vendor.config.litmos.clone();
        let litmos = Litmos::new(settings, vendor.key.clone(), pacer.clone(), vendor.http.clone());
        Connection { litmos, pacer }
    }

    pub(crate) fn requests_per_minute(&self) -> u32 {
        self.for_vendor().config.requests_per_minute
    }

    fn for_vendor(&self) -> &Vendor {
        self.vendor.as_ref().expect("the function was set up to talk to the vendor")
    }

    /// A sync function of this connection.
    #[must_use]
    pub fn sync(&self, function: &'static str) -> Sync {
        let first = SYNC_FUNCTIONS[0];
        Sync {
            store: Arc::clone(&self.store),
            keys: self.keys.clone(),
            function,
            vendor: "litmos",
            scope: self.scope(),
            learns_from: (function != first).then_some(first),
        }
    }

    /// Publication of this connection's runs.
    #[must_use]
    pub fn publisher(&self) -> Publisher {
        Publisher {
            store: Arc::clone(&self.store),
            keys: self.keys.clone(),
            limits: self.config.limits,
            functions: SYNC_FUNCTIONS,
        }
    }

    fn scope(&self) -> Scope {
        Scope { limited_courses: self.config.limited_courses.clone() }
    }
}

impl Vendor {
    fn new(aws: &SdkConfig, config: VendorConfig) -> Result<Self, Failure> {
        let http = Http::new(Timeouts::default())
            .map_err(|error| Failure::new("InvalidConfiguration", &error.to_string()))?;
        let client = aws_sdk_secretsmanager::Client::new(aws);
        let key = Arc::new(SecretKey::new(client, &config.secret_id));
        Ok(Self { config, http, key })
    }
}

fn s3(aws: &SdkConfig) -> aws_sdk_s3::Client {
    // An endpoint of one's own (a local S3) has no name of its own for each bucket.
    let config = aws_sdk_s3::config::Builder::from(aws)
        .force_path_style(aws.endpoint_url().is_some())
        .build();
    aws_sdk_s3::Client::from_conf(config)
}
