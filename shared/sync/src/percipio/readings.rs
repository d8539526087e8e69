//! Readings of a list: one, unless its rows moved or some are missing; then others, of which the last
//! one that is whole counts.

use rollcall_snapshot::{DataSet, Findings, ListRead};
use rollcall_vendor_client::VendorError;
use serde::{Deserialize, Serialize};

use super::{lists::List, odd, ranges::Range};

/// How often a list is read that does not come out whole.
pub(super) const READINGS: u8 = 3;
/// Pages that do not fit together. So many do not come of accounts that come and go.
const MISFITS: u64 = 100;

/// A part of a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Part {
    /// Which reading; the first is 0.
    #[serde(default)]
    pub(super) reading: u8,
    /// The part.
    #[serde(flatten)]
    pub(super) range: Range,
}

/// What is to be done about a part of a reading, when its turn comes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// It is to be read.
    Page,
    /// There is a later reading.
    Nothing,
    /// The reading before was whole, or the last one that there is: what it found of the list.
    End(Box<Findings>),
}

impl Part {
    /// The whole list for the first time.
    pub(super) const FIRST: Self = Self { reading: 0, range: Range::WHOLE };

    /// What is to be done when everything of the reading is read. It costs nothing if that is whole.
    pub(super) const fn after_all(self) -> Self {
        Self { reading: self.reading + 1, range: Range::WHOLE }
    }

    /// What is to be done, given what was found so far of the list that this `call` reads.
    pub(super) fn due(self, list: List, call: &str, found: &Findings) -> Due {
        let known = list.set(found).as_ref();
        let begins = self.range.start == 0;
        match known {
            Some(set) if set.reading > self.reading => Due::Nothing,
            // Begun already, by another part that saw the need.
            Some(set) if begins && set.reading == self.reading && !set.pages.is_empty() => {
                Due::Nothing
            }
            Some(set) if begins && self.reading > set.reading => self.ended(list, call, set),
            _ => Due::Page,
        }
    }

    /// Whether a reading was whole, or is the last one.
    fn ended(self, list: List, call: &str, set: &DataSet) -> Due {
        let (read, told) = (set.pages.read(), set.pages.told());
        // There are always accounts and content, but not always changes.
        let is_whole = set.pages.is_whole() && (read > 0 || list.is_of_changes());
        if !is_whole && self.reading < READINGS {
            tracing::info!(call, read, told, "the list moved or is not whole: read once more");
            return Due::Page;
        }
        let mut findings = Findings::default();
        if !is_whole {
            let name =
                if list.is_of_changes() { format!("{call} (changes)") } else { call.to_owned() };
            findings.unsettled.insert(name, ListRead { told, read });
        }
        Due::End(Box::new(findings))
    }
}

/// What cannot be of a list: its first row on a later page, or pages that never fit together.
pub(super) fn check(
    call: &str,
    part: Part,
    (first, total): (Option<&String>, Option<u64>),
    known: Option<&DataSet>,
) -> Result<(), VendorError> {
    part.range.check(total).map_err(|detail| odd(call, detail))?;
    let Some(known) = known.filter(|_| part.range.start > 0) else { return Ok(()) };
    if first.is_some() && first == known.first.as_ref() {
        return Err(odd(call, "a later page of the list is the first one again"));
    }
    if known.pages.misfits() > MISFITS {
        return Err(odd(call, "its pages do not fit together: does the vendor heed the offset?"));
    }
    Ok(())
}
