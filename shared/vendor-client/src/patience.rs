//! How long a client goes on trying.

use std::time::Duration;

/// How often a request is sent, repeats included, before it is given up, and how long its answers
/// are waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    attempts: u32,
    /// How many of them may end in trouble; the others in refusals that there were too many requests.
    troubles: u32,
    answer: Duration,
}

/// No answer is waited for that is given less time than this.
const SHORTEST: Duration = Duration::from_secs(1);

impl Patience {
    /// For a caller whose work comes back later anyway, and with other work behind it: 2 attempts, and
    /// 18 s for the answers to both, so that one record about which the vendor stays silent does not
    /// take the time of others.
    pub const BRIEF: Self = Self::attempts(2).answered_within(Duration::from_secs(18));

    /// The same for what has failed before: trouble is not met twice in a row, which would take the time of
    /// others; a refusal that there were too many requests is nobody's own, and is repeated.
    pub const BRIEF_AGAIN: Self = Self { troubles: 1, ..Self::BRIEF };

    /// So many attempts; 0 counts as 1. Each waits as long as the vendor's timeouts say.
    #[must_use]
    pub const fn attempts(attempts: u32) -> Self {
        let attempts = if attempts == 0 { 1 } else { attempts };
        Self { attempts, troubles: attempts, answer: Duration::MAX }
    }

    /// The same, waiting no longer than this for the answers to all attempts together.
    #[must_use]
    pub const fn answered_within(self, answer: Duration) -> Self {
        Self { answer, ..self }
    }

    /// How long an answer is waited for at most.
    pub(crate) const fn answer(self) -> Duration {
        self.answer
    }

    /// What is left of it after an attempt that took so long.
    pub(crate) fn after(self, took: Duration) -> Self {
        let answer = self.answer.saturating_sub(took);
        let left = if answer < SHORTEST { 0 } else { self.attempts - 1 };
        Self { attempts: left, answer, ..self }
    }

    /// The same after one that ended in trouble.
    pub(crate) fn after_trouble(self, took: Duration) -> Self {
        let left = self.after(took);
        let troubles = self.troubles - 1;
        Self { troubles, attempts: if troubles == 0 { 0 } else { left.attempts }, ..left }
    }

    pub(crate) const fn is_spent(self) -> bool {
        self.attempts == 0
    }
}

impl Default for Patience {
    /// 8 attempts: a run of an hour should not fail for a minute's trouble.
    fn default() -> Self {
        Self::attempts(8)
    }
}
