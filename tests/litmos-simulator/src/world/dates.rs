//! When a row came and changed.

use jiff::Timestamp;

/// The dates of one row of the lists of changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dates {
    /// When it came; an assignment that is made again comes again.
    pub(crate) created: Timestamp,
    /// When it last changed, if it ever did.
    pub(crate) updated: Option<Timestamp>,
    /// When what it tells of was taken away, if it was; only links are.
    pub(crate) ended: Option<Timestamp>,
}

impl Dates {
    /// Of what has come and not changed.
    pub(crate) fn new(created: Timestamp) -> Self {
        Self { created, updated: None, ended: None }
    }

    /// The same, changed. What belongs to its coming is no change, and one that happened before
    /// another and was told of after it leaves the later date.
    pub(super) fn touch(&mut self, at: Timestamp) {
        if at != self.created {
            self.updated = self.updated.max(Some(at));
        }
    }

    /// When it changed last, be it that it came or ended.
    pub(crate) fn last(&self) -> Timestamp {
        self.touched().unwrap_or(self.created)
    }

    /// When it last changed after it had come.
    pub(crate) fn touched(&self) -> Option<Timestamp> {
        self.ended.max(self.updated)
    }
}

/// Now, as precisely as the vendor's dates are.
pub(crate) fn now() -> Timestamp {
    rounded(Timestamp::now())
}

/// An instant as precisely as the vendor's dates are.
pub(crate) fn rounded(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}
