//! The learning-activity report: requested, waited for outside of any slice, read in pieces.
//!
//! A report is one body of any size. Beyond so many rows, or when the slice winds down, it is left
//! where it is, and the rest is requested as a report of its own, up to the last access that was
//! read: rows come with the latest access first. That bounds what a kill repeats, and a body that
//! is slower than any slice is long still comes to its end.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use rollcall_roster::{Enrolment, EnrolmentStatus, Table};
use rollcall_snapshot::{Findings, RowsRead, Segment};
use rollcall_vendor_client::{
    VendorError,
    percipio::{ActivityStatus, ContentType, ReportRow, ReportRows, ReportUser, ReportWindow},
};
use serde::{Deserialize, Serialize};
use tokio::time::timeout_at;

use super::{RunUsers, Stash, lists::List, pile::Pile};
use crate::{Slice, SyncError, connection::faults_of};

/// As far back as a report has been seen to reach (reference 7.3).
const REACH: SignedDuration = SignedDuration::from_hours(10 * 365 * 24);
/// A window that ends in what is the future by the vendor's clock may be refused (reference 11).
const CLOCKS_DIFFER: SignedDuration = SignedDuration::from_mins(1);
/// Waits after the first, second, … question that comes too early.
pub(super) const WAITS: &[SignedDuration] = &[
    SignedDuration::from_secs(5),
    SignedDuration::from_secs(10),
    SignedDuration::from_secs(20),
    SignedDuration::from_secs(30),
    SignedDuration::from_secs(60),
];
/// A report that takes longer will not come.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(6);
/// How many empty answers in a row are a report. A vendor may answer with an empty list while it
/// builds one, and an account of which nobody has ever learnt anything is a rare one.
const EMPTY_ANSWERS: usize = 3;
/// The same for a report on what has changed, of which there may well be nothing, and which the next
/// run asks for again.
const EMPTY_CHANGES: usize = 1;
/// How often a report is asked for that breaks off.
const READINGS: u32 = 4;

/// What a report is about, as a checkpoint keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Window {
    pub(super) start: Timestamp,
    pub(super) end: Timestamp,
}

/// A report that was requested.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Requested {
    pub(super) report_id: String,
    /// What it is for.
    #[serde(default)]
    pub(super) list: List,
    pub(super) window: Window,
    /// How many reports of this window failed before.
    pub(super) failed: u32,
    requested_at: Timestamp,
    /// Questions that came too early.
    asked: usize,
    /// Readings that broke off.
    broken: u32,
    /// Readings that gave nothing.
    #[serde(default)]
    empty: usize,
    pub(super) not_before: Option<Timestamp>,
}

/// What was read of a report.
pub(super) struct Reading {
    pub(super) segments: Vec<Segment>,
    pub(super) findings: Findings,
    /// Rows of the report that were read, whatever they are about.
    pub(super) received: u64,
    /// What is left to be requested.
    pub(super) rest: Option<Window>,
}

impl Window {
    /// Everything from a time up to now, but for what is too fresh.
    pub(super) fn up_to(now: Timestamp, since: Option<Timestamp>) -> Self {
        let end = now - CLOCKS_DIFFER;
        let farthest = end - REACH;
        Self { start: since.map_or(farthest, |since| since.clamp(farthest, end)), end }
    }
}

impl From<Window> for ReportWindow {
    fn from(Window { start, end }: Window) -> Self {
        Self { start, end }
    }
}

impl Requested {
    pub(super) fn now(report_id: String, list: List, window: Window, failed: u32) -> Self {
        let (requested_at, not_before) = (Timestamp::now(), None);
        let (asked, broken, empty) = (0, 0, 0);
        Self { report_id, list, window, failed, requested_at, asked, broken, empty, not_before }
    }

    /// Whether an empty answer may not be the report's last word yet.
    pub(super) fn is_doubted(&self) -> bool {
        let enough = if self.list.is_of_changes() { EMPTY_CHANGES } else { EMPTY_ANSWERS };
        self.empty + 1 < enough
    }

    /// To be asked for once more after an empty answer.
    pub(super) fn doubted(self, now: Timestamp, waits: &[SignedDuration]) -> Self {
        let wait = waits.get(self.empty).or(waits.last()).copied().unwrap_or_default();
        Self { empty: self.empty + 1, not_before: Some(now + wait), ..self }
    }

    /// To be asked for later; nothing if it has taken too long.
    pub(super) fn later(self, now: Timestamp, waits: &[SignedDuration]) -> Option<Self> {
        let wait = *waits.get(self.asked).or(waits.last())?;
        let waited = now.duration_since(self.requested_at);
        let later = Self { asked: self.asked + 1, not_before: Some(now + wait), ..self };
        (waited < LONGEST_WAIT).then_some(later)
    }

    /// To be read again after a reading that broke off.
    pub(super) fn again(self, error: VendorError, later: Timestamp) -> Result<Self, VendorError> {
        let (broken, not_before) = (self.broken + 1, Some(later));
        if broken < READINGS { Ok(Self { broken, not_before, ..self }) } else { Err(error) }
    }
}

/// Reads a report to its end, or to where the rest is to be requested anew.
pub(super) async fn read(
    mut rows: ReportRows,
    window: Window,
    limited: Option<&BTreeSet<String>>,
    (stash, users): (&Stash, &RunUsers),
    rows_at_once: u64,
    slice: Slice,
) -> Result<Reading, SyncError> {
    let (mut pile, mut findings) = (Pile::new(stash), Findings::default());
    let (mut received, mut order) = (0, Order::default());
    let rest = loop {
        let rest = order.rest(window);
        if rest.is_some() && (received >= rows_at_once || slice.winds_down()) {
            break rest;
        }
        let page = match rest {
            None => rows.next().await?,
            Some(rest) => match timeout_at(slice.wind_down, rows.next()).await {
                Ok(page) => page?,
                Err(_) => break Some(rest),
            },
        };
        let Some(page) = page else { break None };
        received += page.received;
        findings.add(faults_of(Table::Enrolments, "report", &page));
        let mut unwanted = 0;
        for row in page.rows {
            order.see(row.last_access_at);
            if is_wanted(&row, limited) {
                findings.add(faults(&row));
                let user_id = user_id(&row.user, users).await?;
                pile.add(enrolment(row, user_id)).await?;
            } else {
                unwanted += 1;
            }
        }
        findings.rows_read.entry(Table::Enrolments).or_default().read -= unwanted;
    };
    let segments = pile.finish().await?;
    Ok(Reading { segments, findings, received, rest })
}

/// Whether rows come with the latest access first, and how far they have come.
#[derive(Default)]
pub(super) struct Order {
    last: Option<Timestamp>,
    is_broken: bool,
}

impl Order {
    pub(super) fn see(&mut self, access: Option<Timestamp>) {
        let Some(access) = access else { return };
        self.is_broken |= self.last.is_some_and(|last| access > last);
        self.last = Some(access);
    }

    /// What is left of a window. Whether its end belongs to it is not known, so a second is read
    /// twice. Nothing where rows are in no order, or all of one instant: then there is no telling.
    pub(super) fn rest(&self, window: Window) -> Option<Window> {
        let end = self.last.filter(|_| !self.is_broken)? + SignedDuration::from_secs(1);
        (window.start < end && end < window.end).then_some(Window { end, ..window })
    }
}

/// A report is about more than courses, unless the vendor heeds what was asked for. What is of a type
/// that nobody knows may be what was asked for.
fn is_wanted(row: &ReportRow, limited: Option<&BTreeSet<String>>) -> bool {
    let in_scope = limited.is_none_or(|ids| ids.contains(&row.content_id));
    row.content_type != Some(ContentType::Other) && in_scope
}

/// Whose row it is. Who is not among the run's users stays what the report says.
async fn user_id(user: &ReportUser, users: &RunUsers) -> Result<String, SyncError> {
    Ok(match user {
        ReportUser::Id(id) => id.clone(),
        ReportUser::ExternalId(id) => users.id_of(id).await?.unwrap_or(id).to_owned(),
    })
}

fn faults(row: &ReportRow) -> Findings {
    let unreadable = row.unreadable.iter().map(|name| format!("{name} cannot be read"));
    let unknown = match &row.status {
        Some(ActivityStatus::Unknown(status)) => Some(format!("unknown status {status:?}")),
        _ => None,
    };
    let of_row =
        |fault| format!("report row ({}, contentUuid {}): {fault}", row.user, row.content_id);
    let faults: Vec<_> = unreadable.chain(unknown).map(of_row).collect();
    // The row itself was counted with its page.
    let rows = RowsRead { read: 0, faulty: u64::from(!faults.is_empty()) };
    let rows_read = BTreeMap::from([(Table::Enrolments, rows)]);
    let unknown_types = match &row.content_type {
        Some(ContentType::Unknown(word)) => BTreeMap::from([(word.clone(), 1)]),
        _ => BTreeMap::new(),
    };
    let faulty_rows = faults.len() as u64;
    Findings { rows_read, faulty_rows, faults, unknown_types, ..Findings::default() }
}

fn enrolment(row: ReportRow, user_id: String) -> Enrolment {
    Enrolment {
        course_id: row.content_id,
        user_id,
        status: row.status.and_then(|status| match status {
            ActivityStatus::InProgress => Some(EnrolmentStatus::InProgress),
            ActivityStatus::Completed => Some(EnrolmentStatus::Completed),
            // Never an invented one.
            ActivityStatus::Unknown(_) => None,
        }),
        started_at: row.first_access_at,
        completed_at: row.completed_at,
        ..Enrolment::default()
    }
}

/// One enrolment of two readings of a pair: what is done stays done, whatever a later or an earlier
/// window says, and it began when it first began.
pub(super) fn further(one: Enrolment, other: Enrolment) -> Enrolment {
    let first = |one: Option<Timestamp>, other| one.into_iter().chain(other).min();
    let is_done = |row: &Enrolment| row.status == Some(EnrolmentStatus::Completed);
    let status = if is_done(&other) || one.status.is_none() { other.status } else { one.status };
    Enrolment {
        status,
        started_at: first(one.started_at, other.started_at),
        completed_at: first(one.completed_at, other.completed_at),
        ..one
    }
}
