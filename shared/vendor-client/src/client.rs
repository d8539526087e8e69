//! A client, whichever vendor it talks to.

use std::fmt;
use std::sync::Arc;

use crate::conventions::Conventions;
use crate::transport::Transport;
use crate::{Credentials, Http, Pacer, Patience, Requests, Timeouts, Usage};

/// Which account of a vendor, and how to talk to it.
///
/// A vendor is its settings: what can be asked of it are the methods of a client with these.
pub trait VendorSettings: fmt::Debug + Clone + Send + Sync + 'static {
    #[doc(hidden)]
    const CONVENTIONS: Conventions;

    /// How long to wait for this vendor.
    const TIMEOUTS: Timeouts;
}

/// A client of one account of a vendor. Clones share pace, counters and credentials.
#[derive(Clone)]
pub struct Client<S> {
    pub(crate) settings: Arc<S>,
    pub(crate) transport: Arc<Transport>,
    pub(crate) patience: Patience,
}

impl<S: VendorSettings> Client<S> {
    /// A client; nothing is sent yet.
    #[must_use]
    pub fn new(settings: S, credentials: Arc<dyn Credentials>, pacer: Pacer, http: Http) -> Self {
        let transport = Transport::new(&S::CONVENTIONS, credentials, pacer, http);
        let patience = Patience::default();
        Self { settings: Arc::new(settings), transport: Arc::new(transport), patience }
    }

    /// The same client, trying as long as this; without it, as [`Patience::default`] says.
    #[must_use]
    pub fn with_patience(self, patience: Patience) -> Self {
        Self { patience, ..self }
    }

    /// How many requests this client and its clones have sent.
    #[must_use]
    pub fn requests(&self) -> Requests {
        self.transport.meter.requests()
    }

    /// What this client and its clones cost, for whoever does not care which vendor it is.
    #[must_use]
    pub fn usage(&self) -> Usage {
        Usage(Arc::clone(&self.transport))
    }

    /// The trouble that the latest request met, while it is not overcome: what to say when a time
    /// slice ends without progress.
    #[must_use]
    pub fn last_trouble(&self) -> Option<String> {
        self.transport.meter.trouble()
    }
}

impl<S: VendorSettings> fmt::Debug for Client<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("settings", &self.settings).finish_non_exhaustive()
    }
}
