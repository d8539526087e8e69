//! The verdict over a finished run: pure.

use std::collections::BTreeSet;

use rollcall_roster::Table;

use super::evidence::{Dangling, Evidence, TableEvidence, percent};
use crate::{AccountChange, ListRead, Mode, TeamOrCourse, Unreadable, Verdict};

/// What the operator allows.
#[derive(Debug, Clone)]
pub struct Limits {
    /// How much of a table may be lost against the base, in percent.
    pub max_shrink_percent: f64,
    /// How many rows of a table may dangle, in percent.
    pub max_dangling_percent: f64,
    /// Teams and courses that the vendor can no longer give: they quarantine nothing.
    pub unreadable: BTreeSet<TeamOrCourse>,
}

/// A table of fewer base rows is only guarded against becoming empty.
const SMALL_TABLE: u64 = 10;
/// So many rows are chance, unless they are most of a table.
const FEW_ROWS: u64 = 10;
/// So many rows are chance, also if they are all of a table.
const FEWEST_ROWS: u64 = 2;
/// Most of a table.
const MOST_PERCENT: f64 = 50.0;
/// So much of a table that dangles is a fault, whatever the operator allows: with no vendor do
/// memberships or enrolments belong to nobody.
const AS_GOOD_AS_ALL_PERCENT: f64 = 99.0;
/// How many rows of a table may be faulty.
const FAULTY_PERCENT: f64 = 1.0;
/// How far the users may be from the vendor's own count, which moves while a run walks.
const COUNT_TOLERANCE_PERCENT: f64 = 1.0;
/// The same for a delta run, in rows at least: what was deleted outright stays until the next full run.
const UNSEEN_DELETIONS: f64 = 10.0;
/// How many ids of what there may be thousands of are named in a reason.
const IDS_LISTED: usize = 10;

/// Judges a run. The reasons are `code: detail`, those that quarantine it first.
#[must_use]
pub(super) fn judge(evidence: &Evidence, limits: &Limits) -> (Verdict, Vec<String>) {
    let mut reasons = Reasons::default();
    for (table, counted) in &evidence.tables {
        integrity(*table, counted, &mut reasons);
        shrinkage(*table, counted, limits, &mut reasons);
        dangling(*table, counted, evidence.mode, limits, &mut reasons);
    }
    account(&evidence.account_change, &mut reasons);
    completeness(evidence, &mut reasons);
    unreadable(evidence, limits, &mut reasons);
    faulty(evidence, &mut reasons);
    notes(evidence, &mut reasons);
    let verdict =
        if reasons.blocking.is_empty() { Verdict::Published } else { Verdict::Quarantined };
    (verdict, [reasons.blocking, reasons.notes].concat())
}

#[derive(Default)]
struct Reasons {
    blocking: Vec<String>,
    notes: Vec<String>,
}

fn integrity(table: Table, counted: &TableEvidence, reasons: &mut Reasons) {
    if counted.misplaced > 0 {
        let count = counted.misplaced;
        reasons.blocking.push(format!("not_unique: {table} has {count} rows repeated or unsorted"));
    }
}

fn shrinkage(table: Table, counted: &TableEvidence, limits: &Limits, reasons: &mut Reasons) {
    let (Some(before), Some(lost)) = (counted.base_rows, counted.lost_percent()) else { return };
    let emptied = before > 0 && counted.rows == 0;
    if emptied || (before >= SMALL_TABLE && lost > limits.max_shrink_percent) {
        let (now, allowed) = (counted.rows, limits.max_shrink_percent);
        reasons.blocking.push(format!(
            "shrunk: {table} has {now} rows, {before} before: {lost:.1} % lost, {allowed} % allowed"
        ));
    }
}

fn dangling(
    table: Table,
    counted: &TableEvidence,
    mode: Mode,
    limits: &Limits,
    reasons: &mut Reasons,
) {
    let rows = counted.dangling.rows;
    if rows == 0 {
        return;
    }
    let (share, allowed) = (percent(rows, counted.rows), limits.max_dangling_percent);
    // Where all is allowed, as good as all is not.
    let shown = allowed.min(AS_GOOD_AS_ALL_PERCENT);
    let detail = format!(
        "{rows} of {} rows in {table} point at nobody or nothing: {share:.1} %, {shown} % allowed",
        counted.rows
    );
    // Of a delta run what is old hides what is new.
    let fresh = (mode == Mode::Delta && dangles_afresh(counted, allowed)).then(|| {
        let (dangling, fresh) = (counted.fresh_dangling.rows, counted.fresh);
        format!("; of those that are new {dangling} of {fresh}, {} % allowed", of_fresh(allowed))
    });
    if fresh.is_some() || dangles_too_much(&counted.dangling, counted.rows, allowed) {
        let fresh = fresh.unwrap_or_default();
        reasons.blocking.push(format!("too_many_dangling: {detail}{fresh}"));
    } else {
        reasons.notes.push(format!("dangling: {detail}"));
    }
}

/// Readers of a connection must not find another account's people without a word.
fn account(change: &AccountChange, reasons: &mut Reasons) {
    match change {
        AccountChange::Same => {}
        AccountChange::OtherAddress(told) => reasons.notes.push(format!("other_address: {told}")),
        AccountChange::OtherAccount(told) => reasons.blocking.push(format!(
            "another_account: the base run read another account: {told}; nothing is compared"
        )),
    }
}

/// Whether so many rows of a table dangle that it is no chance.
fn dangles_too_much(dangling: &Dangling, of: u64, allowed: f64) -> bool {
    let share = percent(dangling.rows, of);
    let as_good_as_all = share >= AS_GOOD_AS_ALL_PERCENT && dangling.rows > FEW_ROWS;
    as_good_as_all || (share > allowed && !dangling.have_few_ids() && are_many(dangling.rows, of))
}

/// Whether most of what a delta run has brought dangles.
fn dangles_afresh(counted: &TableEvidence, allowed: f64) -> bool {
    let (dangling, share) =
        (&counted.fresh_dangling, percent(counted.fresh_dangling.rows, counted.fresh));
    share > of_fresh(allowed) && dangling.rows > FEW_ROWS && !dangling.have_few_ids()
}

/// How many of the rows that a delta run has brought may dangle, in percent.
const fn of_fresh(allowed: f64) -> f64 {
    allowed.clamp(MOST_PERCENT, AS_GOOD_AS_ALL_PERCENT)
}

/// Whether so many of a table's rows are more than chance makes.
fn are_many(rows: u64, of: u64) -> bool {
    rows > FEW_ROWS || (rows > FEWEST_ROWS && percent(rows, of) > MOST_PERCENT)
}

fn completeness(evidence: &Evidence, reasons: &mut Reasons) {
    if !evidence.strays.is_empty() {
        let strays = evidence.strays.join(", ");
        reasons.blocking.push(format!("stray_objects: not written by the run: {strays}"));
    }
    for (table, told) in &evidence.findings.vendor_count {
        let rows = evidence.tables.get(table).map_or(0, |counted| counted.rows);
        count(*table, rows, *told, evidence.mode, reasons);
    }
    for (list, counted) in &evidence.findings.unsettled {
        unsettled(list, *counted, reasons);
    }
    if evidence.tables.get(&Table::Users).is_some_and(|users| users.rows == 0) {
        reasons.blocking.push("no_users: an account always has at least its owner".to_owned());
    }
}

/// Whether what was read is further from what the vendor counts than moves while a run walks, and than
/// so many rows.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn differs(told: u64, read: u64, least: f64) -> bool {
    let tolerance = told as f64 * COUNT_TOLERANCE_PERCENT / 100.0;
    told.abs_diff(read) as f64 > tolerance.max(least)
}

/// Compares a table with the vendor's own count.
fn count(table: Table, rows: u64, told: u64, mode: Mode, reasons: &mut Reasons) {
    let least = if mode == Mode::Delta { UNSEEN_DELETIONS } else { 1.0 };
    let detail = format!("{table} has {rows} rows, the vendor counts {told}");
    if differs(told, rows, least) {
        reasons.blocking.push(format!("count_differs: {detail}"));
    } else if mode == Mode::Delta && rows > told {
        let why = "what was deleted stays until the next full run";
        reasons.notes.push(format!("deletions_unseen: {detail}: {why}"));
    } else if rows != told {
        reasons.notes.push(format!("count_differs_slightly: {detail}"));
    }
}

/// What could not be read quarantines a run, unless somebody knows of it.
fn unreadable(evidence: &Evidence, limits: &Limits, reasons: &mut Reasons) {
    let described = |(of, unreadable): (&TeamOrCourse, &Unreadable)| {
        let failed = evidence.findings.failed_calls.get(of);
        let told = failed.map(|calls| format!("; {}", calls.last)).unwrap_or_default();
        format!("{of} ({unreadable}{told})")
    };
    // A delta run reads none of it, and somebody has accepted the run that it builds on.
    let is_known =
        |of: &TeamOrCourse| evidence.mode == Mode::Delta || limits.unreadable.contains(of);
    let (known, unknown): (Vec<_>, Vec<_>) =
        evidence.unreadable.iter().partition(|(of, _)| is_known(of));
    if !unknown.is_empty() {
        let list = unknown.into_iter().map(described).collect::<Vec<_>>().join(", ");
        reasons.blocking.push(format!("unreadable: the vendor has but does not give {list}"));
    }
    if !known.is_empty() {
        let list = known.into_iter().map(described).collect::<Vec<_>>().join(", ");
        reasons.notes.push(format!("known_unreadable: the vendor does not give {list}"));
    }
}

fn faulty(evidence: &Evidence, reasons: &mut Reasons) {
    let findings = &evidence.findings;
    for (table, rows) in &findings.rows_read {
        let share = percent(rows.faulty, rows.read);
        if share > FAULTY_PERCENT && are_many(rows.faulty, rows.read) {
            let (faulty, read) = (rows.faulty, rows.read);
            reasons.blocking.push(format!(
                "too_many_faulty_rows: {faulty} of {read} rows that were read of {table} make no \
                 sense: {share:.1} %, {FAULTY_PERCENT} % allowed"
            ));
        }
    }
    if findings.faulty_rows > 0 {
        let (count, shown) = (findings.faulty_rows, findings.faults.join("; "));
        reasons.notes.push(format!("faulty_rows: {count} rows or fields passed by: {shown}"));
    }
}

/// A list that never came out whole: of what was told a part is missing, or it moved each time.
fn unsettled(list: &str, ListRead { told, read }: ListRead, reasons: &mut Reasons) {
    let counted = told.map_or_else(String::new, |told| format!(", the vendor counts {told}"));
    let detail = format!("{list} gave {read} rows{counted}; it was read again and again");
    if told.is_some_and(|told| differs(told, read, 0.0)) {
        reasons.blocking.push(format!("list_incomplete: {detail}"));
    } else {
        reasons.notes.push(format!("list_moved: {detail}"));
    }
}

fn notes(evidence: &Evidence, reasons: &mut Reasons) {
    let findings = &evidence.findings;
    if !findings.unknown_types.is_empty() {
        let words = findings.unknown_types.iter().map(|(word, count)| format!("{word} ({count})"));
        let words = words.collect::<Vec<_>>().join(", ");
        reasons.notes.push(format!("unknown_types: kinds of content that nobody knows: {words}"));
    }
    for (table, ids) in &findings.vanished {
        let ids = listed(ids);
        reasons.notes.push(format!("vanished: {table} deleted while the run read them: {ids}"));
    }
    if !findings.moving_lists.is_empty() {
        let lists = listed(&findings.moving_lists);
        let why = "each reading found that rows had moved meanwhile, and some may be missing";
        reasons.notes.push(format!("list_moved: {lists}: {why}"));
    }
    if !findings.unknown_courses.is_empty() {
        let ids = listed(&findings.unknown_courses);
        reasons.notes.push(format!("unknown_courses: the vendor does not know these ids: {ids}"));
    }
    if !evidence.memberships_unsure.is_empty() {
        let count = evidence.memberships_unsure.len();
        let ids = first_listed(&evidence.memberships_unsure);
        reasons.notes.push(format!(
            "memberships_unsure: {count} accounts became active after the last full run, and the next \
             one reads which teams they are in: {ids}"
        ));
    }
    if let Some(why) = &evidence.fell_back {
        reasons.notes.push(format!("fell_back: everything was read instead of changes: {why}"));
    }
    if evidence.scope_changed {
        let detail = "the base run had other limited_courses: courses and enrolments not compared";
        reasons.notes.push(format!("scope_changed: {detail}"));
    }
}

fn listed<'a>(ids: impl IntoIterator<Item = &'a String>) -> String {
    ids.into_iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// The same of ids of which there may be thousands: reasons stand in answers of functions, too. The
/// manifest has them all.
fn first_listed(ids: &BTreeSet<String>) -> String {
    let more = ids.len().saturating_sub(IDS_LISTED);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    listed(ids.iter().take(IDS_LISTED)) + &rest
}

#[cfg(test)]
mod tests;
