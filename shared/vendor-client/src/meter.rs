//! Counts requests and remembers the last trouble.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

/// How many requests were sent.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requests {
    /// Every HTTP request, repeats included.
    pub sent: u64,
    /// How many of them were repeats.
    pub retried: u64,
}

/// Counters that clones of a client share.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    sent: AtomicU64,
    retried: AtomicU64,
    refused: AtomicU64,
    trouble: Mutex<Option<String>>,
}

impl Meter {
    pub(crate) fn sending(&self, repeat: bool) {
        self.sent.fetch_add(1, Ordering::Relaxed);
        self.retried.fetch_add(u64::from(repeat), Ordering::Relaxed);
    }

    pub(crate) fn refused_one(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    pub(crate) fn requests(&self) -> Requests {
        Requests {
            sent: self.sent.load(Ordering::Relaxed),
            retried: self.retried.load(Ordering::Relaxed),
        }
    }

    pub(crate) fn set_trouble(&self, trouble: Option<String>) {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
    }

    pub(crate) fn trouble(&self) -> Option<String> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
