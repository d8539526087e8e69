//! Litmos: `/v1.svc`, JSON, one key per account owner.

mod answers;
mod assignments;
mod attributes;
mod calls;
mod courses;
mod custom_fields;
mod dates;
mod endpoints;
mod granting;
mod ids;
mod list;
mod lookup;
mod new_user;
mod observing;
mod raw;
mod record;
mod team_record;
mod teams;
mod text;
mod user_record;
mod users;
mod writing;

use std::fmt;
use std::sync::Arc;

use reqwest::header::HeaderName;
use url::Url;

pub use assignments::{LearningPath, UserCourse, UserLearningPath};
pub use attributes::AttributeError;
pub use dates::JsonDates;
pub use lookup::{UserLookup, UserRef};
pub use new_user::NewUser;
pub use team_record::TeamRecord;
pub use teams::Member;
pub use user_record::UserRecord;

use crate::keys::KeyRing;
use crate::meter::Meter;
use crate::transport::Transport;
use crate::{Credentials, Http, Pacer, Patience, Requests};

/// Rows asked for per page: the most the vendor allows.
pub const LIMIT: u64 = 1000;
/// Rows per page when the vendor does not heed `limit`.
pub const DEFAULT_LIMIT: u64 = 100;

/// Which Litmos, and how to read it.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Up to and including `/v1.svc`.
    pub base_url: Url,
    /// Names the calling application in each request: the account or company name, at most 50
    /// characters.
    pub source: String,
    /// How `/Date(…)/` is meant.
    pub json_dates: JsonDates,
}

/// A Litmos data centre.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Region {
    /// `api.litmos.com`
    Us,
    /// `api.litmoseu.com`
    Eu,
    /// `api.litmos.com.au`
    Au,
}

impl Region {
    /// The base URL, up to and including `/v1.svc`.
    ///
    /// # Panics
    /// Never: the addresses are constants.
    #[must_use]
    pub fn base_url(self) -> Url {
        let url = match self {
            Self::Us => "https://api.litmos.com/v1.svc",
            Self::Eu => "https://api.litmoseu.com/v1.svc",
            Self::Au => "https://api.litmos.com.au/v1.svc",
        };
        Url::parse(url).expect("a constant")
    }
}

/// A client of one Litmos account. Clones share pace, counters and credentials.
#[derive(Clone)]
pub struct Litmos {
    settings: Arc<Settings>,
    transport: Arc<Transport>,
    patience: Patience,
}

impl Litmos {
    /// A client; nothing is sent yet.
    #[must_use]
    pub fn new(
        settings: Settings,
        credentials: Arc<dyn Credentials>,
        pacer: Pacer,
        http: Http,
    ) -> Self {
        let transport = Transport {
            http,
            keys: KeyRing::new(credentials),
            pacer,
            meter: Meter::default(),
            key_header: HeaderName::from_static("apikey"),
            unauthorized_hint: "the API key in the secret, the `source` name, that the API is \
                                enabled for the account, and that the key's user is still an \
                                Account Owner",
        };
        let patience = Patience::default();
        Self { settings: Arc::new(settings), transport: Arc::new(transport), patience }
    }

    /// The same client, trying as long as this; without it, as [`Patience::default`] says.
    #[must_use]
    pub fn with_patience(self, patience: Patience) -> Self {
        Self { patience, ..self }
    }

    /// How many requests this client and its clones have sent.
    #[must_use]
    pub fn requests(&self) -> Requests {
        self.transport.meter.requests()
    }

    /// The trouble that the latest request met, while it is not overcome: what to say when a time
    /// slice ends without progress.
    #[must_use]
    pub fn last_trouble(&self) -> Option<String> {
        self.transport.meter.trouble()
    }
}

impl fmt::Debug for Litmos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Litmos").field("settings", &self.settings).finish_non_exhaustive()
    }
}
