//! How long a client goes on trying.

use std::time::Duration;

/// How often a request is sent, repeats included, before it is given up, and how long each answer
/// is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    attempts: u32,
    answer: Duration,
}

impl Patience {
    /// For a caller whose work comes back later anyway, and with other work behind it: 2 attempts, and
    /// 25 s for the answer to each, so that a vendor that stays silent does not take all the time.
    pub const BRIEF: Self = Self::attempts(2).answered_within(Duration::from_secs(25));

    /// So many attempts; 0 counts as 1. Each waits as long as the vendor's timeouts say.
    #[must_use]
    pub const fn attempts(attempts: u32) -> Self {
        Self { attempts: if attempts == 0 { 1 } else { attempts }, answer: Duration::MAX }
    }

    /// The same, waiting no longer than this for an answer.
    #[must_use]
    pub const fn answered_within(self, answer: Duration) -> Self {
        Self { answer, ..self }
    }

    /// How long an answer is waited for at most.
    pub(crate) const fn answer(self) -> Duration {
        self.answer
    }

    pub(crate) const fn is_spent_after(self, attempt: u32) -> bool {
        attempt >= self.attempts
    }
}

impl Default for Patience {
    /// 8 attempts: a run of an hour should not fail for a minute's trouble.
    fn default() -> Self {
        Self::attempts(8)
    }
}
