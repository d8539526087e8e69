//! What a user has done with an item, as it is meant.

use std::borrow::Cow;

use simulator_kit::Dice;

use super::{World, kinds::ASSESSMENT};
use crate::quirks::{Quirks, WindowStatus};

const DAY: i64 = 86_400_000;
/// The longest time from a pair's first access to its last.
pub(crate) const LONGEST: i64 = 90 * DAY;
/// What is said of things that no list of what is done has.
const UNKNOWN: &[&str] = &["Abandoned", "Waived"];

/// Everything a user has done with an item. Instants are milliseconds since 1970.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Activity {
    pub(crate) user: u32,
    pub(crate) item: u32,
    pub(crate) first: i64,
    pub(crate) last: i64,
    /// At least one.
    pub(crate) accesses: u32,
    /// When it was completed; at one of the accesses.
    pub(crate) completed: Option<i64>,
    /// The status that a change gave it.
    pub(crate) said: Option<String>,
}

/// A stretch of time, both ends belonging to it; nothing for no end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Window {
    pub(crate) from: Option<i64>,
    pub(crate) to: Option<i64>,
}

/// An activity as a window shows it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Seen {
    pub(crate) user: u32,
    pub(crate) item: u32,
    pub(crate) first: i64,
    pub(crate) last: i64,
    pub(crate) accesses: u32,
    pub(crate) completed: Option<i64>,
    pub(crate) status: Cow<'static, str>,
}

impl Window {
    fn contains(self, instant: i64) -> bool {
        self.from.is_none_or(|from| from <= instant) && self.to.is_none_or(|to| instant <= to)
    }
}

impl Activity {
    /// The instants of the accesses, ascending.
    fn instants(&self) -> impl Iterator<Item = i64> + use<> {
        let (first, span) = (self.first, self.last - self.first);
        let steps = i64::from(self.accesses.max(2) - 1);
        (0..i64::from(self.accesses)).map(move |turn| first + span * turn / steps)
    }

    /// What a window shows of it; nothing if there was no access in it.
    pub(crate) fn seen(&self, world: &World, window: Window, quirks: &Quirks) -> Option<Seen> {
        let mut within = self.instants().filter(|instant| window.contains(*instant));
        let first = within.next()?;
        let (last, others) = within.fold((first, 0), |(_, count), instant| (instant, count + 1));
        let completed = self.completed.filter(|at| match quirks.window_status {
            WindowStatus::Current => true,
            WindowStatus::AtEnd => window.to.is_none_or(|to| *at <= to),
            WindowStatus::Within => window.contains(*at),
        });
        let whole = completed == self.completed;
        let status = match &self.said {
            Some(said) if whole => Cow::Owned(said.clone()),
            _ => Cow::Borrowed(world.status(self.user, self.item, completed.is_some(), quirks)),
        };
        let accesses = others + 1;
        Some(Seen { user: self.user, item: self.item, first, last, accesses, completed, status })
    }
}

impl World {
    /// The dice of a pair.
    pub(crate) fn pair_dice(&self, user: u32, item: u32) -> Dice {
        Dice::new(self.plan.seed, "pair", (u64::from(user) << 32) | u64::from(item))
    }

    /// The activity at a place, unless a change has put another in its stead.
    pub(crate) fn activity(&self, place: u32) -> Option<Activity> {
        let (user, item) = self.pairs.at(place);
        (!self.learnt.contains_key(&(user, item))).then(|| self.derived_activity(place))
    }

    /// The last access of the activity at a place; the higher the place, the earlier.
    pub(crate) fn last_access(&self, place: u32) -> i64 {
        let spacing = self.spacing();
        let dice = Dice::new(self.plan.seed, "activity", u64::from(place));
        let jitter = dice.below("last access", spacing as u64) as i64;
        self.plan.activity_until - (i64::from(place) + 1) * spacing + jitter
    }

    fn spacing(&self) -> i64 {
        let whole = i64::from(self.plan.activity_days) * DAY;
        (whole / i64::from(self.pairs.count().max(1))).max(1)
    }

    pub(super) fn derived_activity(&self, place: u32) -> Activity {
        let (user, item) = self.pairs.at(place);
        let dice = self.pair_dice(user, item);
        let last = self.last_access(place);
        let once = dice.chance("once", 40.0);
        let span = if once { 0 } else { dice.below("span", LONGEST as u64) as i64 };
        let accesses = if once { 1 } else { 2 + dice.below("accesses", 7) as u32 };
        let activity = Activity {
            user,
            item,
            first: last - span,
            last,
            accesses,
            completed: None,
            said: None,
        };
        let done = dice.chance("done", 35.0) && self.item(item).kind.done.is_some();
        let turn = dice.below("done at", u64::from(accesses)) as usize;
        let completed = activity.instants().nth(turn).filter(|_| done);
        Activity { completed, ..activity }
    }

    fn status(&self, user: u32, item: u32, completed: bool, quirks: &Quirks) -> &'static str {
        let dice = self.pair_dice(user, item);
        if dice.chance("unknown status", f64::from(quirks.unknown_status_percent)) {
            return dice.pick("which status", UNKNOWN);
        }
        let kind = self.item(item).kind;
        let rarer = quirks.documented_statuses && dice.chance("rarer status", 25.0);
        match (completed, kind.done) {
            (true, Some(word)) if rarer => word,
            (true, _) => "Completed",
            (false, _) if rarer && kind != &ASSESSMENT => "Active",
            (false, _) => "Started",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Options;

    #[test]
    fn last_accesses_descend_and_first_ones_are_within_reach() {
        let options = Options { activities: 3000, ..Options::default() };
        let world = World::new(&options);
        let all: Vec<_> = (0..world.pairs.count()).map(|n| world.activity(n).unwrap()).collect();
        assert_eq!(all.len(), 3000);
        assert!(all.is_sorted_by(|a, b| a.last > b.last));
        let until = options.activity_until.as_millisecond();
        for activity in &all {
            let instants: Vec<_> = activity.instants().collect();
            assert_eq!(instants.len(), activity.accesses as usize);
            assert_eq!((instants[0], instants.last()), (activity.first, Some(&activity.last)));
            assert!(activity.last < until && activity.last - activity.first <= LONGEST);
            assert!(activity.completed.is_none_or(|at| instants.contains(&at)));
        }
    }

    #[test]
    fn a_window_shows_its_own_accesses_and_a_status_as_the_switch_says() {
        let world = World::new(&Options::default());
        let activity = Activity {
            user: 1,
            item: 2,
            first: 0,
            last: 300,
            accesses: 4,
            completed: Some(100),
            said: Some("Completed".to_owned()),
        };
        let seen = |from, to, window_status| {
            let window = Window { from: Some(from), to: Some(to) };
            let quirks = Quirks { window_status, documented_statuses: false, ..Quirks::default() };
            let seen = activity.seen(&world, window, &quirks)?;
            let status = seen.status.into_owned();
            Some((seen.first, seen.last, seen.accesses, status, seen.completed))
        };
        let (done, started) = ("Completed".to_owned(), "Started".to_owned());
        assert_eq!(seen(301, 400, WindowStatus::Current), None);
        assert_eq!(seen(1, 99, WindowStatus::Current), None);
        for (status, early, late) in [
            (WindowStatus::Current, (&done, Some(100)), (&done, Some(100))),
            (WindowStatus::AtEnd, (&started, None), (&done, Some(100))),
            (WindowStatus::Within, (&started, None), (&started, None)),
        ] {
            assert_eq!(seen(0, 99, status), Some((0, 0, 1, early.0.clone(), early.1)));
            assert_eq!(seen(150, 300, status), Some((200, 300, 2, late.0.clone(), late.1)));
        }
    }
}
