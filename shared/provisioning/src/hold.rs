//! Access that Rollcall gave and that still stands: what its end will take away. Pure.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{RequestId, plan::Added};

/// What Rollcall gave somebody of one entitlement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// The latest grant of it.
    pub request_id: String,
    /// What was added, by this grant and those before it.
    pub added: Added,
    /// When it ends; without, it stays.
    pub expires_at: Option<Timestamp>,
}

impl Hold {
    /// The hold after a grant. It takes over what earlier grants added, and its own end takes the
    /// place of theirs. There is none where Rollcall has added nothing.
    #[must_use]
    pub fn after_grant(
        before: Option<&Self>,
        request_id: &RequestId,
        added: Added,
        expires_at: Option<Timestamp>,
    ) -> Option<Self> {
        let added = match before {
            Some(before) => before.added.clone().and(added),
            None => added,
        };
        let request_id = request_id.as_str().to_owned();
        (added != Added::default()).then_some(Self { request_id, added, expires_at })
    }

    /// Whether the end that a grant has set is due, and still its own: not prolonged since.
    #[must_use]
    pub fn is_due(&self, request_id: &RequestId, now: Timestamp) -> bool {
        let own = self.request_id == request_id.as_str();
        own && self.expires_at.is_some_and(|end| end <= now)
    }
}

impl Added {
    /// What was added first and then. The role before the first change is the one to go back to.
    fn and(mut self, then: Self) -> Self {
        self.standing.extend(then.standing);
        self.assigned |= then.assigned;
        self.role_before = self.role_before.or(then.role_before);
        self
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::StandingPart;

    fn id(text: &str) -> RequestId {
        RequestId::parse(text).unwrap()
    }

    fn at(hour: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hour)
    }

    fn member() -> Added {
        Added { standing: [StandingPart::Member].into(), ..Added::default() }
    }

    #[test]
    fn what_was_there_before_is_not_held() {
        assert_eq!(Hold::after_grant(None, &id("a"), Added::default(), Some(at(1))), None);
    }

    #[test]
    fn the_last_grant_sets_the_end_and_takes_over_what_was_added() {
        let first = Hold::after_grant(None, &id("a"), member(), Some(at(1)));
        let longer = Hold::after_grant(first.as_ref(), &id("b"), Added::default(), Some(at(5)));
        let longer = longer.unwrap();
        assert_eq!(longer.added, member());
        for (by, hour, due) in [("a", 2, false), ("a", 9, false), ("b", 4, false), ("b", 5, true)] {
            assert_eq!(longer.is_due(&id(by), at(hour)), due, "{by} at {hour}");
        }
        let lasting = Hold::after_grant(Some(&longer), &id("c"), Added::default(), None).unwrap();
        assert!(!lasting.is_due(&id("c"), at(99)) && !lasting.is_due(&id("b"), at(99)));
    }

    #[test]
    fn a_role_goes_back_to_what_it_was_first() {
        let raised = |before: &str| Added { role_before: Some(before.into()), ..Added::default() };
        let first = Hold::after_grant(None, &id("a"), raised("Learner"), Some(at(1)));
        let second =
            Hold::after_grant(first.as_ref(), &id("b"), raised("Team_Leader"), Some(at(2)));
        assert_eq!(second.unwrap().added, raised("Learner"));
    }
}
