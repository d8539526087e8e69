//! Skillsoft Percipio: four services, JSON, one token per service account and organization.

mod calls;
mod content_type;
mod custom_attributes;
mod dialect;
mod fields;
mod headers;
mod items;
mod list;
mod lookup;
mod pages;
mod reading;
mod report;
mod user_record;
mod users;
mod uuid;
mod word;
mod writing;

use std::time::Duration;

use url::Url;

pub use content_type::ContentType;
pub use fields::UserFields;
pub use list::PageEnds;
pub use lookup::{UserLookup, UserRef};
pub use pages::{CatalogPage, SearchPage, UserPage};
pub use reading::OTHER_LANGUAGES;
pub use report::{ActivityStatus, Report, ReportRow, ReportRows, ReportUser, ReportWindow};
pub use user_record::UserRecord;
pub use uuid::{canonical_id, is_uuid};

use crate::conventions::{Conventions, KeyHeader};
use crate::{Client, Timeouts, VendorSettings};

/// Rows asked for per page: the most the vendor allows.
pub const MAX: u64 = 1000;

/// Which Percipio.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Scheme and host; the services lie below.
    pub base_url: Url,
    /// The organization's UUID, as the vendor hands it out with the token.
    pub organization_id: String,
}

impl VendorSettings for Settings {
    const CONVENTIONS: Conventions = Conventions {
        key: KeyHeader::Bearer,
        accept: "application/json",
        // What contradicts is told by 422; there is no 409 (3.2).
        conflicts: &[409, 422],
        is_own_word: word::is_own,
        unauthorized_hint: "the API token in the secret, that its service account is active and \
                            not expired, and that the organization id is the token's own",
    };
    /// Pages of the catalogue are slow (Percipio reference 3.4); short answers are not waited for as
    /// long.
    const TIMEOUTS: Timeouts = Timeouts { request: Duration::from_secs(180), ..Timeouts::USUAL };
}

/// A Percipio data centre.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Region {
    /// `api.percipio.com`
    Us,
    /// `dew1-api.percipio.com`
    Eu,
}

impl Region {
    /// The base URL.
    ///
    /// # Panics
    /// Never: the addresses are constants.
    #[must_use]
    pub fn base_url(self) -> Url {
        let url = match self {
            Self::Us => "https://api.percipio.com",
            Self::Eu => "https://dew1-api.percipio.com",
        };
        Url::parse(url).expect("a constant")
    }
}

/// A client of one Percipio organization.
pub type Percipio = Client<Settings>;
