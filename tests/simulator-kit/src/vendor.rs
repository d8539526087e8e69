//! What a simulator brings of its own.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use hyper::{Method, Uri};
use serde::Serialize;

use crate::{
    ControlError, answer::Outcome, faults::Fault, reply::Reply, service::Arrived, shared::Shared,
};

/// A long text, part by part.
pub type Pieces = Box<dyn Iterator<Item = String> + Send>;

/// The state of a simulated vendor.
pub trait Vendor: Send + Sync + 'static {
    /// What can go wrong.
    type Fault: Fault;
    /// What is kept of a request that would change something.
    type Write: Serialize + Send;

    /// The window of the log's maxima, if none is asked for.
    const WINDOW: Duration;

    /// What it shares with all simulators.
    fn shared(&self) -> &Shared<Self::Fault, Self::Write>;

    /// A request's query without secrets.
    fn query(uri: &Uri) -> Option<String>;

    /// Answers a request and keeps it among the writes if it is one; all at one moment.
    fn answer(&self, request: &Arrived) -> Outcome;

    /// What is true, as JSON lines; nothing if nothing is called so.
    fn truth(self: Arc<Self>, name: &str) -> Option<Pieces>;

    /// Does what a control of its own says; the answer is JSON.
    ///
    /// # Errors
    /// There is no such control, or its body is not as it must be.
    fn control(&self, method: &Method, action: &str, body: &Bytes) -> Result<String, ControlError>;

    /// A control's answer as it is sent.
    fn control_reply(answer: Result<String, ControlError>) -> Reply;
}
