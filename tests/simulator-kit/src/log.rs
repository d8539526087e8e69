//! What was asked for, when, and what became of it.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;
use serde::{Serialize, Serializer};

/// One request.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    /// When it arrived, since the simulator started.
    #[serde(rename = "at_ms", serialize_with = "milliseconds")]
    pub at: Duration,
    /// When it arrived, by the clock.
    pub wall: Timestamp,
    /// The method.
    pub method: String,
    /// The path as it was sent.
    pub path: String,
    /// The query without secrets.
    pub query: String,
    /// The answer's status; none while there is no answer (or the caller did not wait for it).
    pub status: Option<u16>,
    /// Whether the rate limit refused it.
    pub refused: bool,
    /// The faults that were injected.
    pub faults: Vec<&'static str>,
}

fn milliseconds<S: Serializer>(at: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(at.as_secs_f64() * 1000.0)
}

/// The requests since the start or the last reset.
#[derive(Debug, Clone, Default)]
pub struct Log {
    entries: Vec<Entry>,
    /// How many were forgotten by resets.
    forgotten: usize,
}

impl Log {
    /// Every request, in the order of arrival.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// How many requests there were.
    #[must_use]
    pub fn count(&self) -> usize {
        self.entries.len()
    }

    /// How many the rate limit refused.
    #[must_use]
    pub fn refused(&self) -> usize {
        self.entries.iter().filter(|entry| entry.refused).count()
    }

    /// How many requests there were for each path.
    #[must_use]
    pub fn per_path(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for entry in &self.entries {
            *counts.entry(entry.path.clone()).or_default() += 1;
        }
        counts
    }

    /// The most requests in any window of this length, wherever it begins.
    #[must_use]
    pub fn max_in_window(&self, window: Duration) -> usize {
        max_in_window(self.entries.iter().map(|entry| entry.at), window)
    }

    /// The same without those the rate limit refused.
    #[must_use]
    pub fn max_accepted_in_window(&self, window: Duration) -> usize {
        let accepted = self.entries.iter().filter(|entry| !entry.refused);
        max_in_window(accepted.map(|entry| entry.at), window)
    }

    /// Opens an entry and gives its number.
    pub(crate) fn open(&mut self, entry: Entry) -> usize {
        self.entries.push(entry);
        self.forgotten + self.entries.len() - 1
    }

    /// The entry of that number, if no reset has forgotten it.
    pub(crate) fn entry_mut(&mut self, number: usize) -> Option<&mut Entry> {
        self.entries.get_mut(number.checked_sub(self.forgotten)?)
    }

    pub(crate) fn reset(&mut self) {
        self.forgotten += self.entries.len();
        self.entries.clear();
    }
}

/// `instants` must ascend. The window's end does not belong to it.
fn max_in_window(instants: impl Iterator<Item = Duration>, window: Duration) -> usize {
    let instants: Vec<_> = instants.collect();
    let mut first = 0;
    let counts = instants.iter().enumerate().map(|(last, instant)| {
        while *instant - instants[first] >= window {
            first += 1;
        }
        last + 1 - first
    });
    counts.max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(instants: &[(u64, bool)]) -> Log {
        let mut log = Log::default();
        for (ms, refused) in instants {
            log.open(Entry {
                at: Duration::from_millis(*ms),
                wall: Timestamp::UNIX_EPOCH,
                method: "GET".to_owned(),
                path: format!("/{}", ms % 2),
                query: String::new(),
                status: None,
                refused: *refused,
                faults: Vec::new(),
            });
        }
        log
    }

    #[test]
    fn the_fullest_window_is_found_wherever_it_begins() {
        let log = log(&[(0, false), (900, false), (1100, true), (1899, false), (1900, false)]);
        let window = Duration::from_secs(1);
        assert_eq!(log.max_in_window(window), 3);
        assert_eq!(log.max_accepted_in_window(window), 2);
        assert_eq!((log.count(), log.refused()), (5, 1));
        assert_eq!(log.per_path()["/0"], 4);
    }

    #[test]
    fn an_answer_finds_its_entry_unless_it_was_forgotten() {
        let mut log = log(&[(0, false), (1, false)]);
        log.reset();
        assert!(log.entry_mut(1).is_none());
        assert_eq!((log.count(), log.max_in_window(Duration::MAX)), (0, 0));
    }
}
