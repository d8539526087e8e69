//! Whether a page is the last one of its list: what its length proves.

use rollcall_snapshot::Findings;
use rollcall_vendor_client::litmos::{DEFAULT_LIMIT, LIMIT};

/// So many rows more than it should a page may hold: clients of Litmos have seen "slightly more"
/// (Litmos reference 2).
const SURPLUS: u64 = 5;

/// What the length of a page says about the end of its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PageEnd {
    /// It holds as many rows as the vendor gives at once.
    Full,
    /// It holds fewer than the vendor gives at once.
    Short,
    /// It may be either.
    Doubtful,
}

/// What a page that is not empty says about the end of its list. It is doubtful where
/// * nothing has shown that the vendor gives longer pages of any list, or
/// * it has as many rows as a server gives that does not heed `limit`, and no list of its kind has
///   shown a longer page: that other lists have is no proof for this kind.
pub(crate) fn end_of(kind: &str, received: u64, found: &Findings) -> PageEnd {
    let pages = found.pages.get(kind);
    let caps = [found.page_cap, pages.and_then(|pages| pages.cap)];
    let longest = pages.map_or(0, |pages| pages.longest);
    let is_default = (DEFAULT_LIMIT..=DEFAULT_LIMIT + SURPLUS).contains(&received);
    match received {
        0 => PageEnd::Short,
        _ if received >= LIMIT => PageEnd::Full,
        _ if caps.into_iter().flatten().any(|cap| received.abs_diff(cap) <= SURPLUS) => {
            PageEnd::Full
        }
        _ if !is_longer(found.longest_page.unwrap_or(0), received) => PageEnd::Doubtful,
        _ if is_default && !is_longer(longest, received) => PageEnd::Doubtful,
        _ => PageEnd::Short,
    }
}

/// Whether a page of one length shows that one of another was not cut off.
fn is_longer(longest: u64, received: u64) -> bool {
    longest >= LIMIT || longest > received + SURPLUS
}

/// A list of a kind of which it is still doubtful whether it was cut off, the longest first: its id,
/// its rows, and all that are as doubtful. Once one of them was asked for more and had none, the
/// others are believed: one request for a kind, not for each list.
pub(crate) fn unsettled<'a>(kind: &str, found: &'a Findings) -> Vec<(&'a str, u64)> {
    let Some(pages) = found.pages.get(kind).filter(|pages| !pages.probed) else {
        return Vec::new();
    };
    let lists = pages.doubtful.iter().map(|(id, rows)| (id.as_str(), *rows));
    let is_doubtful = |rows| end_of(kind, rows, found) == PageEnd::Doubtful;
    let mut lists: Vec<_> = lists.filter(|(_, rows)| is_doubtful(*rows)).collect();
    lists.sort_by_key(|(_, rows)| std::cmp::Reverse(*rows));
    lists
}
