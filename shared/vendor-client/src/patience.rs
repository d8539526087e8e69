//! How long a client goes on trying.

/// How often a request is sent, repeats included, before it is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    attempts: u32,
}

impl Patience {
    /// For a caller whose work comes back later anyway: 2 attempts.
    pub const BRIEF: Self = Self::attempts(2);

    /// So many attempts; 0 counts as 1.
    #[must_use]
    pub const fn attempts(attempts: u32) -> Self {
        Self { attempts: if attempts == 0 { 1 } else { attempts } }
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
