//! Whether a reading of the users is whole, and what is to be done if it is not: pure.

use rollcall_roster::Table;
use rollcall_snapshot::Findings;

use crate::paging::READINGS;

/// What follows from a reading that has come to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nobody is missing: it stands alone.
    Whole,
    /// It does not have as many users as were counted before: they are counted again.
    CountAgain,
    /// The list is read once more.
    ReadAgain,
    /// It has been read often enough, or always with the same result: what any reading has counts.
    KeepAll,
}

/// Judges a reading by the count from before it, and by one `counted_after` it if there is one. Rows
/// without an id are counted by the vendor, and may have been read twice.
///
/// As many users as are counted are not enough: where pages did not fit together, who slipped between
/// them may have been made up for by somebody who is new.
pub(super) fn judge(found: &Findings, counted_after: Option<u64>) -> Verdict {
    let reading = &found.reading;
    let rows = found.rows_staged.get(&Table::Users).copied();
    let most = rows.unwrap_or(0) + reading.without_id;
    let count = counted_after.or_else(|| found.vendor_count.get(&Table::Users).copied());
    let agrees = count.is_none_or(|count| (rows.unwrap_or(0)..=most).contains(&count));
    match (agrees, reading.is_torn()) {
        (true, false) => Verdict::Whole,
        (false, _) if counted_after.is_none() => Verdict::CountAgain,
        // The count is of other users than the list, which does not move.
        (false, false) if rows == reading.rows_before => Verdict::KeepAll,
        _ if reading.number + 1 < READINGS => Verdict::ReadAgain,
        _ => Verdict::KeepAll,
    }
}
