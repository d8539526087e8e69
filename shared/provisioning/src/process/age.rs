//! How long a message is tried.

use jiff::SignedDuration;

use super::{
    Message, Provisioning,
    case::Case,
    halt::{Halt, Trouble, TroubleKind},
};
use crate::vendor::Vendor;

/// How long a message is tried while the vendor may be away.
const OUTAGE: SignedDuration = SignedDuration::from_hours(24);
/// How long a record is tried that fails while the vendor answers about others.
const OWN_TROUBLE: SignedDuration = SignedDuration::from_hours(1);
/// Just before the queue's own limit of 1,000, which is as high as SQS allows.
const LAST_RECEIPT: u32 = 990;

impl Case<'_> {
    /// Whether the trouble is the record's own: the vendor has just answered about something else.
    pub(super) fn fails_alone(&self, trouble: &Trouble) -> bool {
        self.vendor_answers && trouble.kind == TroubleKind::Vendor
    }
}

impl Provisioning<'_> {
    /// Finds out, for a message that has been tried for an hour, whether the vendor answers at all: if
    /// it does and the record fails again, that is the record's own trouble.
    pub(super) async fn look_whether_vendor_answers(
        &self,
        case: &mut Case<'_>,
        vendor: &mut dyn Vendor,
    ) -> Result<(), Halt> {
        if self.tried_for(case.message) >= OWN_TROUBLE {
            vendor.answers().await?;
            case.vendor_answers = true;
        }
        Ok(())
    }

    /// How long a message was tried in vain, if that was long enough.
    pub(super) fn tried_long_enough(
        &self,
        case: &Case<'_>,
        trouble: &Trouble,
    ) -> Option<&'static str> {
        // A message that is taken up too often goes to the dead letters, where nobody learns what came
        // of it.
        if self.tried_for(case.message) >= OUTAGE || case.message.received >= LAST_RECEIPT {
            return Some("24 hours");
        }
        case.fails_alone(trouble).then_some("an hour in which the vendor answered about others")
    }

    /// Not since it was sent: behind a long queue it may have lain for days.
    fn tried_for(&self, message: &Message) -> SignedDuration {
        (self.clock)().duration_since(message.first_received_at)
    }
}
