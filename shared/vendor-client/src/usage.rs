//! What a client has cost, to be asked at any time.

use std::sync::Arc;

use crate::Requests;
use crate::transport::Transport;

/// What a client and its clones have cost so far, whichever vendor it is.
#[derive(Clone)]
pub struct Usage(pub(crate) Arc<Transport>);

impl Usage {
    /// The requests that were sent.
    #[must_use]
    pub fn requests(&self) -> Requests {
        self.0.meter.requests()
    }

    /// How many of them the vendor refused for the time being: 429 or 503.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.0.meter.refused()
    }

    /// The present pace, which refusals lower.
    #[must_use]
    pub fn requests_per_minute(&self) -> f64 {
        self.0.pacer.requests_per_minute_now()
    }
}
