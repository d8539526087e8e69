//! Each flaw of a run, and what comes of it.

use std::collections::BTreeMap;

use super::*;
use crate::{FailedCalls, Findings, RowsRead, RunId};

/// Limits of a vendor of which so much may dangle.
fn limits(max_dangling_percent: f64) -> Limits {
    let unreadable = BTreeSet::from([TeamOrCourse::Team("named".into())]);
    Limits { max_shrink_percent: 20.0, max_dangling_percent, unreadable }
}

/// A run in order: a thousand rows everywhere, as before.
fn good() -> Evidence {
    let counted = TableEvidence { rows: 1_000, base_rows: Some(1_000), ..TableEvidence::default() };
    let findings =
        Findings { vendor_count: BTreeMap::from([(Table::Users, 1_000)]), ..Findings::default() };
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

fn unreadable(evidence: &mut Evidence, team: &str) {
    let since = Unreadable { since: RunId::at(jiff::Timestamp::UNIX_EPOCH), rows_of: None };
    evidence.unreadable.insert(TeamOrCourse::Team(team.into()), since);
}

fn unsettled_list(evidence: &mut Evidence, told: Option<u64>, read: u64) {
    let list = "GET /catalog-content".to_owned();
    evidence.findings.unsettled.insert(list, ListRead { told, read });
}

fn verdict_of(flaw: Flaw) -> (Verdict, Vec<String>) {
    let mut evidence = good();
    flaw(&mut evidence);
    let (verdict, reasons) = judge(&evidence, &limits(1.0));
    let code = |reason: &String| reason.split(':').next().unwrap().to_owned();
    (verdict, reasons.iter().map(code).collect())
}

#[test]
fn of_thousands_of_accounts_a_few_are_named() {
    let mut evidence = good();
    evidence.memberships_unsure = (0..5_000).map(|id| format!("u{id:04}")).collect();
    let (_, reasons) = judge(&evidence, &limits(1.0));
    let told =
        reasons.iter().find(|reason| reason.starts_with("memberships_unsure: 5000 ")).unwrap();
    assert!(told.ends_with("u0008, u0009 and 4990 more"), "{told}");
}

#[test]
fn each_flaw_has_its_verdict_and_code() {
    use Verdict::{Published, Quarantined};
    let cases: &[(Verdict, &[&str], Flaw)] = &[
        (Published, &["unknown_types"], |e| {
            e.findings.unknown_types.insert("MICRO_LESSON".into(), 2);
        }),
        (Published, &["list_moved"], |e| e.findings.moving_lists = ids("users")),
        (Published, &["list_moved"], |e| unsettled_list(e, None, 500)),
        (Published, &["list_moved"], |e| unsettled_list(e, Some(500), 500)),
        (Published, &["list_moved"], |e| unsettled_list(e, Some(500), 495)),
        (Quarantined, &["list_incomplete"], |e| unsettled_list(e, Some(500), 494)),
        (Quarantined, &["another_account"], |e| {
            e.account_change = AccountChange::OtherAccount("region eu instead of us".into());
        }),
        (Published, &["other_address"], |e| {
            e.account_change = AccountChange::OtherAddress("base URL".into());
        }),
        (Published, &["memberships_unsure"], |e| {
            e.memberships_unsure.insert("u".into());
        }),
        (Published, &[], |_| ()),
        (Published, &[], |e| teams(e).rows = 800),
        (Quarantined, &["shrunk"], |e| teams(e).rows = 799),
        (Published, &[], |e| teams(e).base_rows = None),
        (Published, &[], |e| (teams(e).base_rows, teams(e).rows) = (Some(9), 1)),
        (Quarantined, &["shrunk"], |e| (teams(e).base_rows, teams(e).rows) = (Some(9), 0)),
        (Quarantined, &["shrunk"], |e| (teams(e).base_rows, teams(e).rows) = (Some(10), 7)),
        (Published, &[], |e| (teams(e).base_rows, teams(e).rows) = (Some(0), 0)),
        (Quarantined, &["not_unique"], |e| teams(e).misplaced = 1),
        (Quarantined, &["stray_objects"], |e| e.strays = vec!["x".into()]),
        (Published, &["count_differs_slightly"], |e| users(e).rows = 999),
        (Published, &["count_differs_slightly"], |e| users(e).rows = 1_010),
        (Quarantined, &["count_differs"], |e| users(e).rows = 989),
        (Quarantined, &["count_differs"], |e| users(e).rows = 1_011),
        (Quarantined, &["no_users"], |e| {
            *users(e) = TableEvidence::default();
            e.findings.vendor_count.clear();
        }),
        (Quarantined, &["unreadable"], |e| unreadable(e, "other")),
        (Published, &["known_unreadable"], |e| unreadable(e, "named")),
        (Quarantined, &["unreadable", "known_unreadable"], |e| {
            unreadable(e, "named");
            unreadable(e, "other");
        }),
        (Published, &["known_unreadable"], |e| {
            e.mode = Mode::Delta;
            unreadable(e, "other");
        }),
        (Published, &["vanished"], |e| {
            e.findings.vanished.insert(Table::Teams, ids("t"));
        }),
        (Published, &["unknown_courses"], |e| e.findings.unknown_courses = ids("c")),
        (Published, &["faulty_rows"], |e| e.findings.faulty_rows = 1),
        (Published, &["deletions_unseen"], |e| of_deltas(e, 1_010)),
        (Published, &["deletions_unseen"], |e| of_deltas(e, 1_001)),
        (Published, &["count_differs_slightly"], |e| of_deltas(e, 990)),
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

/// So many rows that point at so many ids.
fn pointing(rows: u64, ids: u64) -> Dangling {
    let mut dangling = Dangling::default();
    (0..rows).for_each(|row| dangling.add(&(row % ids.max(1)).to_string()));
    dangling
}

#[test]
fn rows_that_dangle_quarantine_if_they_are_no_chance() {
    for (allowed, rows, dangling, ids, is_too_much) in [
        (1.0, 1_000, 10, 10, false),
        (1.0, 1_000, 11, 11, true),
        // An account or two that are new, in however many courses; a third is one too many.
        (1.0, 30, 1, 1, false),
        (1.0, 100, 40, 2, false),
        (1.0, 100, 40, 3, true),
        // Few rows, unless they are most of the table.
        (1.0, 19, 10, 10, true),
        (1.0, 20, 10, 10, false),
        (1.0, 3, 3, 3, true),
        (1.0, 2, 2, 2, false),
        (50.0, 3, 3, 3, true),
        (50.0, 1_000, 500, 500, false),
        // As good as all, whatever is allowed and whatever they point at.
        (100.0, 12, 12, 12, true),
        (100.0, 12, 12, 1, true),
        (100.0, 10, 10, 10, false),
        (100.0, 1_000, 990, 990, true),
        (100.0, 1_000, 989, 989, false),
    ] {
        let mut evidence = good();
        *teams(&mut evidence) =
            TableEvidence { rows, dangling: pointing(dangling, ids), ..TableEvidence::default() };
        let (_, reasons) = judge(&evidence, &limits(allowed));
        let code = if is_too_much { "too_many_dangling: " } else { "dangling: " };
        let case = format!("{dangling} of {rows}, {ids} ids, {allowed} %");
        assert!(reasons.len() == 1 && reasons[0].starts_with(code), "{case}: {reasons:?}");
    }
}

#[test]
fn of_a_delta_run_what_is_new_is_judged_too() {
    for (mode, allowed, fresh, dangling, ids, is_too_much) in [
        (Mode::Delta, 1.0, 20, 11, 3, true),
        (Mode::Delta, 1.0, 22, 11, 3, false),
        (Mode::Delta, 1.0, 20, 11, 2, false),
        (Mode::Delta, 1.0, 10, 10, 10, false),
        (Mode::Delta, 100.0, 11, 11, 3, true),
        (Mode::Delta, 100.0, 100, 99, 99, false),
        // A run that reads everything sees the fault in everything.
        (Mode::Full, 1.0, 20, 11, 3, false),
    ] {
        let mut evidence = Evidence { mode, ..good() };
        let counted = teams(&mut evidence);
        counted.rows = 100_000;
        counted.dangling = pointing(dangling, ids);
        (counted.fresh, counted.fresh_dangling) = (fresh, pointing(dangling, ids));
        let (_, reasons) = judge(&evidence, &limits(allowed));
        let code = if is_too_much { "too_many_dangling: " } else { "dangling: " };
        let case = format!("{dangling} of {fresh}, {ids} ids, {allowed} %");
        assert!(reasons.len() == 1 && reasons[0].starts_with(code), "{case}: {reasons:?}");
    }
}

#[test]
fn rows_that_make_no_sense_quarantine_if_they_are_no_chance() {
    for (read, faulty, is_too_much) in [
        (1_000, 10, false),
        (1_000, 11, true),
        (2_000, 20, false),
        (2_000, 21, true),
        (20, 10, false),
        (12, 12, true),
        (5, 3, true),
        // Alone on its page, and alone in its table.
        (1, 1, false),
        (2, 2, false),
    ] {
        let mut evidence = good();
        evidence.findings.faulty_rows = faulty;
        evidence.findings.rows_read.insert(Table::Enrolments, RowsRead { read, faulty });
        evidence.findings.rows_read.insert(Table::Users, RowsRead { read: 1_000_000, faulty: 0 });
        let (verdict, reasons) = judge(&evidence, &limits(1.0));
        let blocked = verdict == Verdict::Quarantined;
        assert_eq!(blocked, is_too_much, "{faulty} of {read}: {reasons:?}");
        let told = blocked.then_some("too_many_faulty_rows: ").into_iter().chain(["faulty_rows: "]);
        assert!(told.zip(&reasons).all(|(code, reason)| reason.starts_with(code)), "{reasons:?}");
    }
}

#[test]
fn a_reason_says_since_when_something_is_unreadable_whose_rows_stand_and_what_was_told() {
    let run =
        |hour| RunId::at(jiff::Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_hours(hour));
    let mut evidence = good();
    let course = TeamOrCourse::Course("c".into());
    let rows_of = Some(run(1));
    evidence.unreadable.insert(course.clone(), Unreadable { since: run(2), rows_of });
    let last = "GET /courses/c/users: 500".to_owned();
    evidence.findings.failed_calls.insert(course, FailedCalls { count: 3, last });
    unreadable(&mut evidence, "t");
    let (_, reasons) = judge(&evidence, &limits(1.0));
    assert_eq!(
        reasons,
        ["unreadable: the vendor has but does not give \
          course:c (since run 19700101T020000Z, its rows are those of run 19700101T010000Z; \
          GET /courses/c/users: 500), \
          team:t (since run 19700101T000000Z, no run has read it yet: it has no rows)"]
    );
}
