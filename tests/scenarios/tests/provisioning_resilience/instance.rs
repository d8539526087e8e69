//! Two instances of `provision` at once.

use std::time::Duration;

use scenarios::{Function, PLENTY, Provisioning};
use serde_json::{Value, json};

use crate::support::again;

/// Enough to carry a batch out, and too little to wait for another one before.
pub(crate) const TOO_SHORT_TO_WAIT: Duration = Duration::from_secs(30);

/// One of two instances of `provision`.
///
/// In Lambda no two invocations have the same id, and by that they know whose the lease is. Here
/// each process counts from 1, so one of the two uses the odd numbers only, and the other the even
/// ones: the rest goes to events that are none.
pub(crate) struct Instance {
    pub(crate) process: Function,
}

impl Instance {
    pub(crate) fn pair(world: &Provisioning) -> [Self; 2] {
        let [odd, even] = [(); 2].map(|()| Self { process: world.provision() });
        even.pass_over();
        [odd, even]
    }

    /// Carries a batch out, and waits for another one before; the messages that have to come again.
    #[track_caller]
    pub(crate) fn invoke(&self, event: &Value) -> Vec<String> {
        self.invoke_within(event, PLENTY)
    }

    /// The same within this time.
    #[track_caller]
    pub(crate) fn invoke_within(&self, event: &Value, time: Duration) -> Vec<String> {
        let again = again(self.process.invoke(event, time));
        self.pass_over();
        again
    }

    fn pass_over(&self) {
        assert!(self.process.invoke(&json!({}), PLENTY).is_err(), "that is no batch");
    }
}
