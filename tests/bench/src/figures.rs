//! Numbers and how they are written.

use std::time::Duration;

const MIB: f64 = 1024.0 * 1024.0;

/// What the released baton-litmos needs for the same organisation, requests answered at once.
pub(crate) mod baton {
    /// Requests of one full sync, leaders and admins left out.
    pub(crate) const REQUESTS: f64 = 724.0;
    /// Its best wall.
    pub(crate) const WALL_S: f64 = 15.0;
    /// Its least peak memory.
    pub(crate) const MEMORY_MIB: f64 = 474.0;
    /// Its wall against 100 requests a minute, with 82 of them refused.
    pub(crate) const LIMITED_WALL_S: f64 = 436.0;
    /// The rows of a page that it asks for.
    const PAGE: usize = 100;

    /// The requests that a list of so many rows takes: a page that is not full ends it.
    pub(crate) fn pages(rows: usize) -> usize {
        rows / PAGE + 1
    }
}

/// Bytes in the unit that Lambda calls MB.
pub(crate) fn mib(bytes: u64) -> f64 {
    bytes as f64 / MIB
}

/// A time as text.
pub(crate) fn time(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    match seconds {
        _ if seconds < 1.0 => format!("{:.1} ms", seconds * 1e3),
        _ if seconds < 100.0 => format!("{seconds:.2} s"),
        _ => format!("{seconds:.0} s"),
    }
}

/// A time as minutes and seconds.
pub(crate) fn minutes(duration: Duration) -> String {
    let seconds = duration.as_secs();
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// How the released connector compares: its figure, and how many times ours it is.
pub(crate) fn against(text: &str, theirs: f64, ours: f64) -> String {
    format!("{text} ({:.1}×)", theirs / ours)
}

/// The middle one; the lower of two.
pub(crate) fn median<T: Copy + PartialOrd>(values: &[T]) -> Option<T> {
    let mut sorted = values.to_vec();
    sorted.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    sorted.get(sorted.len().saturating_sub(1) / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median::<u32>(&[]), None);
        assert_eq!(median(&[3, 1, 2]), Some(2));
        assert_eq!(median(&[4.0, 1.0, 3.0, 2.0]), Some(2.0));
    }

    #[test]
    fn a_list_ends_with_a_page_that_is_not_full() {
        assert_eq!([0, 99, 100, 101, 200].map(baton::pages), [1, 1, 2, 2, 3]);
    }

    #[test]
    fn times_are_written_with_the_unit_that_suits_them() {
        let texts = [0.0123, 2.5, 436.0].map(|seconds| time(Duration::from_secs_f64(seconds)));
        assert_eq!(texts, ["12.3 ms", "2.50 s", "436 s"]);
        assert_eq!([59, 60, 605].map(Duration::from_secs).map(minutes), ["0:59", "1:00", "10:05"]);
    }
}
