//! Litmos: `/v1.svc`, JSON, one key per account owner.

mod assignments;
mod attributes;
mod calls;
mod changes;
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
mod word;
mod writing;

use url::Url;

pub use assignments::{LearningPath, UserCourse, UserLearningPath};
pub use changes::ChangeWindow;
pub use dates::JsonDates;
pub use lookup::{UserLookup, UserRef};
pub use new_user::NewUser;
pub use team_record::TeamRecord;
pub use teams::Member;
pub use user_record::UserRecord;

pub use crate::AttributeError;
use crate::conventions::{Conventions, KeyHeader};
use crate::{Client, Timeouts, VendorSettings};

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

impl VendorSettings for Settings {
    const CONVENTIONS: Conventions = Conventions {
        key: KeyHeader::Named("apikey"),
        accept: "*/*",
        conflicts: &[409],
        is_own_word: word::is_own,
        unauthorized_hint: "the API key in the secret, the `source` name, that the API is enabled \
                            for the account, and that the key's user is still an Account Owner",
    };
    const TIMEOUTS: Timeouts = Timeouts::USUAL;
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

/// A client of one Litmos account.
pub type Litmos = Client<Settings>;
