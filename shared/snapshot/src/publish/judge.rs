//! The verdict over a finished run: pure.

use std::collections::BTreeMap;

use rollcall_roster::Table;

use crate::{Findings, Mode, Verdict};

/// What was counted in one table.
#[derive(Debug, Clone, Default)]
pub(super) struct TableEvidence {
    /// Its rows.
    pub(super) rows: u64,
    /// The rows of the base run's table, if the two can be compared.
    pub(super) base_rows: Option<u64>,
    /// Rows whose key does not come after the one before.
    pub(super) misplaced: u64,
    /// Rows that point at a user, team or course that is not in the run.
    pub(super) dangling: u64,
}

/// What is known about a run when it is judged.
#[derive(Debug, Clone, Default)]
pub(super) struct Evidence {
    /// By table.
    pub(super) tables: BTreeMap<Table, TableEvidence>,
    /// What the walks found.
    pub(super) findings: Findings,
    /// Whether the base run had another scope of courses.
    pub(super) scope_changed: bool,
    /// Whether everything was read.
    pub(super) mode: Mode,
    /// Why it is not the delta run that was asked for.
    pub(super) fell_back: Option<String>,
    /// Objects in the run's folders, that of `changes` too, that the run did not write.
    pub(super) strays: Vec<String>,
}

/// How near a run came to being quarantined.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// The most that a table lost against the base run.
    pub shrink_percent: f64,
    /// Rows of all tables that point at nobody or nothing.
    pub dangling: u64,
}

impl Evidence {
    /// The numbers, for whoever watches them grow.
    pub(super) fn measured(&self) -> Measured {
        let lost = self.tables.values().filter_map(TableEvidence::lost_percent);
        Measured {
            shrink_percent: lost.fold(0.0, f64::max),
            dangling: self.tables.values().map(|counted| counted.dangling).sum(),
        }
    }
}

impl TableEvidence {
    fn lost_percent(&self) -> Option<f64> {
        self.base_rows.map(|before| percent(before.saturating_sub(self.rows), before))
    }
}

/// What the operator allows.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How much of a table may be lost against the base, in percent.
    pub max_shrink_percent: f64,
    /// How many rows of a table may dangle, in percent.
    pub max_dangling_percent: f64,
}

/// A table of fewer base rows is only guarded against becoming empty.
const SMALL_TABLE: u64 = 10;
/// How far the users may be from the vendor's own count, which moves while a run walks.
const COUNT_TOLERANCE_PERCENT: f64 = 1.0;
/// The same for a delta run, in rows at least: what was deleted outright stays until the next full run.
const UNSEEN_DELETIONS: f64 = 10.0;

/// Judges a run. The reasons are `code: detail`, those that quarantine it first.
#[must_use]
pub(super) fn judge(evidence: &Evidence, limits: &Limits) -> (Verdict, Vec<String>) {
    let mut reasons = Reasons::default();
    for (table, counted) in &evidence.tables {
        integrity(*table, counted, &mut reasons);
        shrinkage(*table, counted, limits, &mut reasons);
        dangling(*table, counted, limits, &mut reasons);
    }
    completeness(evidence, &mut reasons);
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

fn dangling(table: Table, counted: &TableEvidence, limits: &Limits, reasons: &mut Reasons) {
    if counted.dangling == 0 {
        return;
    }
    let (share, allowed) = (percent(counted.dangling, counted.rows), limits.max_dangling_percent);
    let detail = format!(
        "{} of {} rows in {table} point at nobody or nothing: {share:.1} %, {allowed} % allowed",
        counted.dangling, counted.rows
    );
    if share > allowed {
        reasons.blocking.push(format!("too_many_dangling: {detail}"));
    } else {
        reasons.notes.push(format!("dangling: {detail}"));
    }
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
    if evidence.tables.get(&Table::Users).is_some_and(|users| users.rows == 0) {
        reasons.blocking.push("no_users: an account always has at least its owner".to_owned());
    }
    for (table, ids) in &evidence.findings.unreadable {
        reasons.blocking.push(format!(
            "unreadable: the vendor has these {table} but not what belongs to them: {}",
            listed(ids)
        ));
    }
}

/// Compares a table with the vendor's own count.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn count(table: Table, rows: u64, told: u64, mode: Mode, reasons: &mut Reasons) {
    let least = if mode == Mode::Delta { UNSEEN_DELETIONS } else { 1.0 };
    let tolerance = (told as f64 * COUNT_TOLERANCE_PERCENT / 100.0).max(least);
    let detail = format!("{table} has {rows} rows, the vendor counts {told}");
    if told.abs_diff(rows) as f64 > tolerance {
        reasons.blocking.push(format!("count_differs: {detail}"));
    } else if mode == Mode::Delta && rows > told {
        let why = "what was deleted stays until the next full run";
        reasons.notes.push(format!("deletions_unseen: {detail}: {why}"));
    }
}

fn notes(evidence: &Evidence, reasons: &mut Reasons) {
    let findings = &evidence.findings;
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
    if findings.faulty_rows > 0 {
        let (count, shown) = (findings.faulty_rows, findings.faults.join("; "));
        reasons.notes.push(format!("faulty_rows: {count} rows or fields passed by: {shown}"));
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

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn percent(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const LIMITS: Limits = Limits { max_shrink_percent: 20.0, max_dangling_percent: 1.0 };

    /// A run in order: a thousand rows everywhere, as before.
    fn good() -> Evidence {
        let counted =
            TableEvidence { rows: 1_000, base_rows: Some(1_000), ..TableEvidence::default() };
        let findings = Findings {
            vendor_count: BTreeMap::from([(Table::Users, 1_000)]),
            ..Findings::default()
        };
        let tables = Table::ALL.into_iter().map(|table| (table, counted.clone())).collect();
        Evidence { tables, findings, ..Evidence::default() }
    }

    fn ids(id: &str) -> BTreeSet<String> {
        BTreeSet::from([id.to_owned()])
    }

    /// One thing that is not as it should be.
    type Flaw = fn(&mut Evidence);

    fn teams(evidence: &mut Evidence) -> &mut TableEvidence {
        evidence.tables.get_mut(&Table::Teams).unwrap()
    }

    fn users(evidence: &mut Evidence) -> &mut TableEvidence {
        evidence.tables.get_mut(&Table::Users).unwrap()
    }

    /// A delta run that comes out with so many users.
    fn of_deltas(evidence: &mut Evidence, rows: u64) {
        evidence.mode = Mode::Delta;
        users(evidence).rows = rows;
    }

    fn verdict_of(flaw: Flaw) -> (Verdict, Vec<String>) {
        let mut evidence = good();
        flaw(&mut evidence);
        let (verdict, reasons) = judge(&evidence, &LIMITS);
        let code = |reason: &String| reason.split(':').next().unwrap().to_owned();
        (verdict, reasons.iter().map(code).collect())
    }

    #[test]
    fn each_flaw_has_its_verdict_and_code() {
        use Verdict::{Published, Quarantined};
        let cases: &[(Verdict, &[&str], Flaw)] = &[
            (Published, &[], |_| ()),
            (Published, &[], |e| teams(e).rows = 800),
            (Quarantined, &["shrunk"], |e| teams(e).rows = 799),
            (Published, &[], |e| teams(e).base_rows = None),
            (Published, &[], |e| (teams(e).base_rows, teams(e).rows) = (Some(9), 1)),
            (Quarantined, &["shrunk"], |e| (teams(e).base_rows, teams(e).rows) = (Some(9), 0)),
            (Quarantined, &["shrunk"], |e| (teams(e).base_rows, teams(e).rows) = (Some(10), 7)),
            (Published, &[], |e| (teams(e).base_rows, teams(e).rows) = (Some(0), 0)),
            (Published, &["dangling"], |e| teams(e).dangling = 10),
            (Quarantined, &["too_many_dangling"], |e| teams(e).dangling = 11),
            (Quarantined, &["not_unique"], |e| teams(e).misplaced = 1),
            (Quarantined, &["stray_objects"], |e| e.strays = vec!["x".into()]),
            (Published, &[], |e| users(e).rows = 990),
            (Quarantined, &["count_differs"], |e| users(e).rows = 989),
            (Quarantined, &["count_differs"], |e| users(e).rows = 1_011),
            (Quarantined, &["no_users"], |e| {
                *users(e) = TableEvidence::default();
                e.findings.vendor_count.clear();
            }),
            (Quarantined, &["unreadable"], |e| {
                e.findings.unreadable.insert(Table::Teams, ids("t"));
            }),
            (Published, &["vanished"], |e| {
                e.findings.vanished.insert(Table::Teams, ids("t"));
            }),
            (Published, &["unknown_courses"], |e| e.findings.unknown_courses = ids("c")),
            (Published, &["list_moved"], |e| e.findings.moving_lists = ids("users")),
            (Published, &["faulty_rows"], |e| e.findings.faulty_rows = 1),
            (Published, &["deletions_unseen"], |e| of_deltas(e, 1_010)),
            (Published, &["deletions_unseen"], |e| of_deltas(e, 1_001)),
            (Published, &[], |e| of_deltas(e, 990)),
            (Quarantined, &["count_differs"], |e| of_deltas(e, 1_011)),
            (Quarantined, &["count_differs"], |e| of_deltas(e, 989)),
            (Published, &["fell_back"], |e| e.fell_back = Some("there is no run yet".into())),
            (Published, &["scope_changed"], |e| e.scope_changed = true),
            (Quarantined, &["shrunk", "scope_changed"], |e| {
                e.scope_changed = true;
                teams(e).rows = 1;
            }),
        ];
        for (index, (verdict, codes, flaw)) in cases.iter().enumerate() {
            let wanted: Vec<_> = codes.iter().map(|&code| code.to_owned()).collect();
            assert_eq!(verdict_of(*flaw), (*verdict, wanted), "case {index}");
        }
    }
}
