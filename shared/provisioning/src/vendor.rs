//! What provisioning needs of a vendor.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use rollcall_vendor_client::VendorError;
use serde_json::Value;

use crate::{
    Effect, Entitlement, Principal, StandingPart, account::ObservedAccount, observed::ObservedTeam,
    outcome::ResultIds, rules::VendorRules,
};

/// A vendor, for the time of one request: what it has read it may use for its writes.
#[async_trait]
pub trait Vendor: Send {
    /// Whether the vendor has such a thing at all: an [operation](crate::Operation::NAMES) by its name, of an
    /// entitlement if it could be read.
    fn supports(&self, operation: &str, entitlement: Option<&Entitlement>) -> bool;

    /// Whether a text can be its id of an account.
    fn is_user_id(&self, text: &str) -> bool;

    /// What is its own in what is planned and judged.
    fn rules(&self) -> &'static VendorRules;

    /// Asks for something cheap that is about nobody: whether the vendor answers at all.
    async fn answers(&mut self) -> Result<(), VendorError>;

    /// The attributes that a new account may have, blank.
    async fn blank_attributes(&mut self) -> Result<BTreeMap<String, Value>, VendorError>;

    /// One account, as it stands.
    async fn account(&mut self, principal: &Principal) -> Result<AccountLookup, VendorError>;

    /// The ids of many principals, in their order, each with its user name. The first that cannot be
    /// resolved is the last: why.
    async fn resolve(
        &mut self,
        principals: &[Principal],
        known: &BTreeMap<String, String>,
    ) -> Result<Vec<Resolved>, VendorError>;

    /// Which of these somebody is in a team; nothing if there is no such team. What is told by a list that
    /// is empty is asked for twice, here and in [`is_assigned`](Self::is_assigned): it may be so in error.
    async fn standing(
        &mut self,
        team_id: &str,
        user_id: &str,
        parts: &BTreeSet<StandingPart>,
    ) -> Result<BTreeSet<StandingPart>, VendorError>;

    /// Whether somebody has a course or learning path.
    async fn is_assigned(
        &mut self,
        user_id: &str,
        entitlement: &Entitlement,
    ) -> Result<bool, VendorError>;

    /// Whether there is what an entitlement is about.
    async fn exists(&mut self, entitlement: &Entitlement) -> Result<bool, VendorError>;

    /// One team.
    async fn team(&mut self, team_id: &str) -> Result<Option<ObservedTeam>, VendorError>;

    /// The team of a name.
    async fn team_named(&mut self, name: &str) -> Result<Option<ObservedTeam>, VendorError>;

    /// Whether there are teams below one.
    async fn has_subteams(&mut self, team_id: &str) -> Result<bool, VendorError>;

    /// The members of a team that can be seen, with their user names.
    async fn members(&mut self, team_id: &str) -> Result<BTreeMap<String, String>, VendorError>;

    /// Looks whether what these effects take away is gone. They were carried out, and the vendor may
    /// show that late: what it still shows is [`StillThere`](ExecuteError::StillThere).
    async fn see_taken(&mut self, done: &[Effect]) -> Result<(), ExecuteError>;

    /// Carries out effects that [join](Effect::joins) in one write, of members at most 500. Taking what is gone already is
    /// success. `notify`: the vendor may mail the person.
    async fn execute(&mut self, step: &[Effect], notify: bool) -> Result<ResultIds, ExecuteError>;
}

/// What looking for an account gave.
#[derive(Debug, Clone, PartialEq)]
pub enum AccountLookup {
    /// The account.
    Found(ObservedAccount),
    /// There is none.
    Missing,
    /// The vendor answers with another account, and cannot be asked more precisely.
    Ambiguous {
        /// Whose it is.
        user_id: String,
    },
}

/// What became of one principal of many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolved {
    /// The account.
    Found {
        /// Its id.
        user_id: String,
        /// What the person signs in with.
        user_name: String,
        /// Whether it may be used; null where that was not seen.
        active: Option<bool>,
    },
    /// There is none.
    Missing,
    /// It cannot be told apart from another account.
    Ambiguous,
    /// So many are not known yet that they cannot be looked up in time.
    TooMany {
        /// How many can be.
        most: usize,
    },
}

/// Why effects were not carried out.
#[derive(Debug, thiserror::Error)]
pub enum ExecuteError {
    /// The vendor refused, or could not be reached.
    #[error(transparent)]
    Vendor(#[from] VendorError),
    /// The vendor said yes, and could not be asked whether it is so.
    #[error("the vendor took the request, but does not tell whether it did it: {0}")]
    Unseen(VendorError),
    /// The vendor said yes, but it is not so.
    #[error("the vendor took the request, but did not do it: {0}")]
    NotApplied(String),
    /// The vendor said yes, and still shows what was to be taken away: for now, or because it did not do
    /// it.
    #[error("the vendor took the request, but still shows what it was to take away: {0}")]
    StillThere(String),
    /// These of the members that one write was to add are not in the team; the others are.
    #[error("the vendor took the request, but did not do it: not in the team: {}", .0.join(", "))]
    NotAdded(Vec<String>),
    /// There is an account of the new one's user name: somebody else, or an attempt before this one,
    /// has made it since it was looked for.
    #[error("there is an account of this user name already")]
    AlreadyThere {
        /// Whose it is.
        user_id: String,
    },
}
