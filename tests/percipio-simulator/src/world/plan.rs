//! The sizes of a world as it was made, and what follows from them alone.

use simulator_kit::Dice;

use crate::options::Options;

/// The sizes and the seed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) users: u32,
    pub(crate) inactive_percent: u32,
    pub(crate) erased: u32,
    pub(crate) attributes: u32,
    pub(crate) audiences: u32,
    pub(crate) items: u32,
    pub(crate) course_percent: u32,
    pub(crate) inactive_items_percent: u32,
    pub(crate) hidden: u32,
    pub(crate) activities: u32,
    pub(crate) course_activity_percent: u32,
    /// Milliseconds since 1970.
    pub(crate) activity_until: i64,
    pub(crate) activity_days: u32,
}

impl From<&Options> for Plan {
    fn from(options: &Options) -> Self {
        Self {
            seed: options.seed,
            users: options.users,
            inactive_percent: options.inactive_percent,
            erased: options.erased_users,
            attributes: options.custom_attributes,
            audiences: options.audiences,
            items: options.items,
            course_percent: options.course_percent.min(100),
            inactive_items_percent: options.inactive_items_percent,
            hidden: options.hidden_items,
            activities: options.activities,
            course_activity_percent: options.course_activity_percent.min(100),
            activity_until: options.activity_until.as_millisecond(),
            activity_days: options.activity_days.max(1),
        }
    }
}

impl Plan {
    /// The dice of thing `number` of a topic.
    pub(crate) fn dice(&self, topic: &str, number: u32) -> Dice {
        Dice::new(self.seed, topic, u64::from(number))
    }

    /// Whether an item begins as a course or an assessment: evenly spread, so that the share is
    /// exact.
    pub(crate) fn begins_as_course(&self, item: u32) -> bool {
        evenly(item, self.course_percent)
    }

    /// Accounts with activity, erased ones too.
    pub(crate) fn people(&self) -> u32 {
        self.users + self.erased
    }

    /// Items with activity, hidden ones too.
    pub(crate) fn things(&self) -> u32 {
        self.items + self.hidden
    }
}

/// Whether `number` is one of so many in a hundred.
pub(crate) fn evenly(number: u32, percent: u32) -> bool {
    (u64::from(number) * u64::from(percent)) % 100 < u64::from(percent)
}

/// How many of the first so many numbers are.
pub(crate) fn evenly_before(number: u32, percent: u32) -> u32 {
    match number.checked_sub(1) {
        Some(last) if percent > 0 => (u64::from(last) * u64::from(percent) / 100) as u32 + 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_exact_and_counted_without_counting() {
        for percent in [0, 1, 33, 40, 99, 100] {
            let mut seen = 0;
            for number in 0..1000 {
                assert_eq!(evenly_before(number, percent), seen, "{number} {percent}");
                seen += u32::from(evenly(number, percent));
            }
            assert_eq!(seen, 10 * percent);
        }
    }
}
