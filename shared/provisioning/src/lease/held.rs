//! What lies in the store of a lease, and what it tells of provisioning at work.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// What lies in the store.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Held {
    /// Who holds it; nobody once it is given back.
    pub(super) owner: Option<String>,
    /// Until when, if it is not given back before.
    pub(super) until: Timestamp,
    /// Told when it is given back: the pace goes on where this batch has stopped.
    pub(super) next_request_at: Option<Timestamp>,
    /// When it was taken last.
    #[serde(default)]
    taken_at: Option<Timestamp>,
    /// How long provisioning had been at work in all before that.
    #[serde(default)]
    busy_ms: u64,
}

/// How much provisioning is at work, seen from an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Work {
    /// How long it has been at work in all. Grows while it is.
    pub total: Duration,
    /// How long it has not been at work since; nothing while it is.
    pub quiet: Duration,
}

impl Work {
    /// None, ever.
    pub(super) const NONE: Self = Self { total: Duration::ZERO, quiet: Duration::MAX };
}

impl Held {
    /// The document of an owner who takes the lease from whoever had it.
    pub(super) fn taken(
        before: Option<&Self>,
        owner: String,
        now: Timestamp,
        until: Timestamp,
    ) -> Self {
        let total = before.map_or(Duration::ZERO, |before| before.work(now).total);
        let busy_ms = u64::try_from(total.as_millis()).unwrap_or(u64::MAX);
        Self { owner: Some(owner), until, next_request_at: None, taken_at: Some(now), busy_ms }
    }

    /// The document of nobody.
    pub(super) fn given_back(self, now: Timestamp, next_request_at: Timestamp) -> Self {
        Self { owner: None, until: now, next_request_at: Some(next_request_at), ..self }
    }

    /// What it tells at an instant.
    pub(super) fn work(&self, now: Timestamp) -> Work {
        let busy = Duration::from_millis(self.busy_ms);
        let Some(taken_at) = self.taken_at else { return Work { total: busy, ..Work::NONE } };
        let end = self.ends().min(now);
        Work {
            total: busy.saturating_add(between(taken_at, end)),
            quiet: between(end.max(taken_at), now),
        }
    }

    /// When the work is over. What was sent last takes its share until the next request may follow,
    /// also when the lease is given back at once: a request is an interval, however short the batch.
    fn ends(&self) -> Timestamp {
        match (&self.owner, self.next_request_at) {
            (None, Some(next)) => self.until.max(next),
            _ => self.until,
        }
    }
}

fn between(start: Timestamp, end: Timestamp) -> Duration {
    end.duration_since(start).max(SignedDuration::ZERO).unsigned_abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(second)
    }

    /// Total and quiet seconds.
    fn seconds(held: &Held, second: i64) -> (u64, u64) {
        let Work { total, quiet } = held.work(at(second));
        (total.as_secs(), quiet.as_secs())
    }

    fn taken(before: Option<&Held>, second: i64) -> Held {
        Held::taken(before, "one".to_owned(), at(second), at(second + 60))
    }

    #[test]
    fn work_is_the_time_it_was_held_and_grows_while_it_is() {
        let held = taken(None, 100);
        let told = [99, 100, 107].map(|second| seconds(&held, second));
        assert_eq!(told, [(0, 0), (0, 0), (7, 0)]);
        let free = held.given_back(at(110), at(90));
        assert_eq!([105, 110, 125].map(|at| seconds(&free, at)), [(5, 0), (10, 0), (10, 15)]);
        let again = taken(Some(&free), 200);
        assert_eq!([200, 203].map(|second| seconds(&again, second)), [(10, 0), (13, 0)]);
    }

    #[test]
    fn what_was_sent_last_counts_until_the_next_request_and_once() {
        let free = taken(None, 100).given_back(at(110), at(114));
        let told = [111, 114, 116].map(|second| seconds(&free, second));
        assert_eq!(told, [(11, 0), (14, 0), (14, 2)]);
        let soon = taken(Some(&free), 112);
        assert_eq!([112, 115].map(|second| seconds(&soon, second)), [(12, 0), (15, 0)]);
        let late = taken(Some(&free), 120);
        assert_eq!(seconds(&late, 121), (15, 0));
    }

    #[test]
    fn whoever_died_counts_until_its_time_is_up() {
        let died = taken(None, 100);
        assert_eq!([159, 160, 170].map(|at| seconds(&died, at)), [(59, 0), (60, 0), (60, 10)]);
        assert_eq!(seconds(&taken(Some(&died), 300), 301), (61, 0));
    }

    #[test]
    fn a_document_from_before_tells_of_no_work() {
        let old = r#"{"owner":"one","until":"1970-01-01T00:01:00Z","next_request_at":null}"#;
        let old: Held = serde_json::from_str(old).unwrap();
        assert_eq!(old.work(at(30)), Work::NONE);
        assert_eq!(seconds(&taken(Some(&old), 60), 62), (2, 0));
    }
}
