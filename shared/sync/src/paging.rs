//! When a list walked by offset is at its end: pure.

use rollcall_snapshot::Findings;
use rollcall_vendor_client::litmos::{DEFAULT_LIMIT, LIMIT};

/// Where to go on after a page, if anywhere.
///
/// An empty page always ends a list. A short one ends it once the server has shown in this run that
/// it honours `limit`, by a page longer than its default; until then a page of that default's length
/// may be a cap and gets one more request. Where the server is known to cap pages, a page of the
/// cap's length is a full one.
pub(crate) fn after(start: u64, received: u64, found: &Findings) -> Option<u64> {
    let next = Some(start + received);
    let full = found.page_cap.unwrap_or(LIMIT).min(LIMIT);
    match received {
        0 => None,
        _ if received >= full => next,
        _ if found.honours_limit || received > DEFAULT_LIMIT => None,
        _ if received >= DEFAULT_LIMIT => next,
        _ => None,
    }
}

/// What a page shows about the server's page size.
pub(crate) fn shown(received: u64) -> Findings {
    Findings { honours_limit: received > DEFAULT_LIMIT, ..Findings::default() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(honours_limit: bool, page_cap: Option<u64>) -> Findings {
        Findings { honours_limit, page_cap, ..Findings::default() }
    }

    #[test]
    fn a_short_page_ends_a_list_only_where_it_is_proof() {
        for (received, honours, cap, goes_on) in [
            (0, false, None, false),
            (0, true, Some(100), false),
            (7, false, None, false),
            (100, false, None, true),
            (100, true, None, false),
            (101, false, None, false),
            (1_000, true, None, true),
            (1_003, true, None, true),
            (200, true, Some(200), true),
            (199, true, Some(200), false),
            (50, false, Some(50), true),
        ] {
            let next = after(3_000, received, &found(honours, cap));
            assert_eq!(next, goes_on.then_some(3_000 + received), "{received} {honours} {cap:?}");
        }
    }

    proptest! {
        /// A server that caps its pages at its default, or at a cap that is known, loses no row.
        #[test]
        fn a_cap_loses_nothing(rows in 0..5_000_u64, cap in 1..1_200_u64, known in any::<bool>()) {
            let cap = if known { cap } else { DEFAULT_LIMIT };
            let mut seen = found(false, known.then_some(cap));
            let mut at = Some(0);
            let mut read = 0;
            while let Some(start) = at {
                let received = (rows - start).min(cap).min(LIMIT);
                read += received;
                seen.add(shown(received));
                at = after(start, received, &seen);
            }
            prop_assert_eq!(read, rows);
        }
    }
}
