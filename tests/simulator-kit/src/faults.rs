//! What faults of any vendor do to an answer on its way.

use std::time::Duration;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::delivery::Cut;

/// Something that can go wrong at a vendor.
pub trait Fault: Copy + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The one that answers 503.
    const UNAVAILABLE: Self;
    /// The one that answers 504.
    const GATEWAY_TIMEOUT: Self;

    /// The name in logs.
    fn name(self) -> &'static str;

    /// Whether it only changes an answer, so that others can come with it.
    fn mixes(self) -> bool;

    /// What it does to the answer's way; nothing if it is about what the answer says.
    fn effect(self) -> Option<Effect>;
}

/// What a fault does to an answer's way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The connection is reset: a read's in the middle of the body, a write's before anything was
    /// done.
    Reset,
    /// A request is carried out and the answer does not say so.
    AnswerLost(Loss),
    /// The body is the beginning, ended in an orderly way.
    CutOff(Cut),
    /// The answer comes so much later.
    Slow(Duration),
    /// The body stops for so long in the middle.
    Stall(Duration),
}

/// What comes in place of a lost answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Loss {
    /// The connection is reset without a byte.
    Reset,
    /// 503.
    Unavailable,
    /// 504.
    GatewayTimeout,
}
