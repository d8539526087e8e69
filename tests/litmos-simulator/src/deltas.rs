//! How the lists of what has changed are, where the vendor does not say.

use serde::{Deserialize, Serialize};

/// What had to be inferred of the lists under `/org`; each default is the likelier reading.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Deltas {
    /// A change at the very instant of `since` or `to` is not listed.
    pub bounds_exclusive: bool,
    /// `since` and `to` are read in a zone that is so many hours ahead of UTC.
    pub offset_hours: i8,
    /// A removed membership or assignment has no row; else its row says `Active` false.
    pub removals_unlisted: bool,
    /// The list of assignments has those by way of a learning path or a team too.
    pub derived_assignments_listed: bool,
    /// A result nothing has been learnt for has no row.
    pub unbegun_results_unlisted: bool,
    /// The result of an enrolment that ended stays as it was; else its row says `Active` false.
    pub ended_results_untouched: bool,
    /// The dates of users are ISO 8601, as in the other lists of users.
    pub iso_dates_of_users: bool,
}
