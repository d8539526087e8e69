//! Which user and which item an activity is about: every pair at most once, found from either side
//! without a list of them.

use super::plan::{Plan, evenly, evenly_before};

/// The pairs with activity, in the order of their last access, latest first.
#[derive(Debug)]
pub(crate) struct Pairs {
    count: u32,
    course_percent: u32,
    courses: Space,
    others: Space,
}

/// All pairs of the users with some of the items, in a shuffled order.
#[derive(Debug)]
struct Space {
    /// Ascending.
    items: Vec<u32>,
    size: u64,
    start: u64,
    stride: u64,
}

impl Pairs {
    pub(crate) fn new(plan: &Plan) -> Self {
        let (courses, others): (Vec<u32>, Vec<u32>) =
            (0..plan.things()).partition(|item| plan.begins_as_course(*item));
        let course_percent = match (courses.is_empty(), others.is_empty()) {
            (true, _) => 0,
            (_, true) => 100,
            _ => plan.course_activity_percent,
        };
        let courses = Space::new(plan, "course pairs", courses);
        let others = Space::new(plan, "other pairs", others);
        let fits = |count: u32| {
            let about_courses = evenly_before(count, course_percent);
            u64::from(about_courses) <= courses.size
                && u64::from(count - about_courses) <= others.size
        };
        let count = last_that(plan.activities, fits);
        Self { count, course_percent, courses, others }
    }

    /// How many there are.
    pub(crate) fn count(&self) -> u32 {
        self.count
    }

    /// The user and the item of a pair.
    pub(crate) fn at(&self, place: u32) -> (u32, u32) {
        let about_courses = evenly_before(place, self.course_percent);
        match evenly(place, self.course_percent) {
            true => self.courses.pair(about_courses),
            false => self.others.pair(place - about_courses),
        }
    }

    /// The place of a pair, if it has activity.
    pub(crate) fn find(&self, user: u32, item: u32) -> Option<u32> {
        let about_course = self.courses.items.binary_search(&item).is_ok();
        let space = if about_course { &self.courses } else { &self.others };
        let turn = space.turn(user, item)?;
        // the first place before which so many of its kind are, and one more
        let before = |place: u32| {
            let about_courses = evenly_before(place, self.course_percent);
            if about_course { about_courses } else { place - about_courses }
        };
        let place = last_that(self.count, |place| u64::from(before(place)) <= turn);
        (place < self.count && self.at(place) == (user, item)).then_some(place)
    }
}

impl Space {
    fn new(plan: &Plan, topic: &str, items: Vec<u32>) -> Self {
        let size = u64::from(plan.people()) * items.len() as u64;
        let dice = plan.dice(topic, 0);
        let modulus = size.max(1);
        let start = dice.below("start", modulus);
        let first = 1 + dice.below("stride", modulus);
        let stride = (first..).find(|stride| gcd(*stride, modulus) == 1).unwrap_or(1) % modulus;
        Self { items, size, start, stride }
    }

    fn pair(&self, turn: u32) -> (u32, u32) {
        let step = u128::from(turn) * u128::from(self.stride) + u128::from(self.start);
        let place = (step % u128::from(self.size)) as u64;
        let items = self.items.len() as u64;
        ((place / items) as u32, self.items[(place % items) as usize])
    }

    fn turn(&self, user: u32, item: u32) -> Option<u64> {
        let item = self.items.binary_search(&item).ok()? as u64;
        let place = u64::from(user) * self.items.len() as u64 + item;
        if place >= self.size {
            return None;
        }
        let from_start = (place + self.size - self.start) % self.size;
        let undone = u128::from(from_start) * u128::from(inverse(self.stride, self.size));
        Some((undone % u128::from(self.size)) as u64)
    }
}

/// The highest number up to `most` for which something holds that holds for 0 and, once it does
/// not, for no higher one.
fn last_that(most: u32, holds: impl Fn(u32) -> bool) -> u32 {
    let (mut low, mut high) = (0, most);
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if holds(middle) { low = middle } else { high = middle - 1 }
    }
    low
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// What undoes a multiplication by `value`, the two being coprime.
fn inverse(value: u64, modulus: u64) -> u64 {
    let modulus = i128::from(modulus);
    let (mut old, mut rest) = (modulus, i128::from(value));
    let (mut before, mut factor) = (0, 1);
    while rest != 0 {
        let times = old / rest;
        (old, rest) = (rest, old - times * rest);
        (before, factor) = (factor, before - times * factor);
    }
    i128::rem_euclid(before, modulus) as u64
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::options::Options;

    fn pairs(options: &Options) -> Pairs {
        Pairs::new(&Plan::from(options))
    }

    #[test]
    fn every_pair_comes_once_and_is_found_again() {
        for (course_percent, course_activity_percent) in [(40, 50), (0, 50), (100, 7), (10, 90)] {
            let options = Options {
                users: 37,
                items: 50,
                activities: 700,
                course_percent,
                course_activity_percent,
                ..Options::default()
            };
            let pairs = pairs(&options);
            let listed: Vec<_> = (0..pairs.count()).map(|place| pairs.at(place)).collect();
            let known: HashSet<_> = listed.iter().collect();
            assert_eq!(known.len(), listed.len());
            for user in 0..45 {
                for item in 0..60 {
                    let place = pairs.find(user, item);
                    assert_eq!(
                        place.map(|place| listed[place as usize]).is_some(),
                        known.contains(&(user, item))
                    );
                    assert!(place.is_none_or(|place| listed[place as usize] == (user, item)));
                }
            }
        }
    }

    #[test]
    fn there_are_no_more_than_pairs_and_else_exactly_so_many() {
        let few =
            Options { users: 4, items: 10, erased_users: 0, hidden_items: 0, ..Options::default() };
        assert!(pairs(&few).count() <= 40);
        let many = Options { users: 20_000, items: 12_000, activities: 1_000_000, ..few };
        assert_eq!(pairs(&many).count(), 1_000_000);
        let none = Options { users: 0, ..many };
        assert_eq!(pairs(&none).count(), 0);
    }

    #[test]
    fn the_share_of_activity_about_courses_is_exact() {
        let options =
            Options { course_activity_percent: 25, activities: 400, ..Options::default() };
        let (plan, pairs) = (Plan::from(&options), pairs(&options));
        let about = (0..400).filter(|place| plan.begins_as_course(pairs.at(*place).1));
        assert_eq!(about.count(), 100);
    }
}
