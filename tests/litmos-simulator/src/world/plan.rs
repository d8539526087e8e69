//! The sizes of a world as it was made, and what follows from them alone.

use simulator_kit::Dice;

use crate::options::Options;

/// The sizes and the seed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) users: u32,
    pub(crate) inactive_percent: u32,
    pub(crate) teams: u32,
    pub(crate) members_per_team: Option<u32>,
    pub(crate) leaders_percent: u32,
    pub(crate) courses: u32,
    pub(crate) learners_per_course: Option<u32>,
    pub(crate) paths: u32,
}

impl From<&Options> for Plan {
    fn from(options: &Options) -> Self {
        Self {
            seed: options.seed,
            users: options.users,
            inactive_percent: options.inactive_percent,
            teams: options.teams,
            members_per_team: options.members_per_team,
            leaders_percent: options.leaders_percent,
            courses: options.courses,
            learners_per_course: options.learners_per_course,
            paths: options.learning_paths,
        }
    }
}

impl Plan {
    /// The dice of thing `number` of a topic.
    pub(crate) fn dice(&self, topic: &str, number: u32) -> Dice {
        Dice::new(self.seed, topic, u64::from(number))
    }

    /// The level of an account that has one of its own; such accounts begin active.
    pub(crate) fn own_level(&self, user: u32) -> Option<&'static str> {
        match user {
            0 => Some("Account_Owner"),
            _ if user % 500 == 499 => Some("Account_Owner"),
            _ if user % 50 == 7 => Some("Administrator"),
            _ => None,
        }
    }

    /// Whether an account begins active.
    pub(crate) fn begins_active(&self, user: u32) -> bool {
        self.own_level(user).is_some()
            || !self.dice("user", user).chance("inactive", f64::from(self.inactive_percent))
    }

    /// Every user once, in an order of the group's own.
    fn shuffled(&self, topic: &str, group: u32) -> impl Iterator<Item = u32> + use<> {
        let (start, stride, modulus) = self.order(topic, group);
        (0..u64::from(self.users)).map(move |step| ((start + step * stride) % modulus) as u32)
    }

    /// A group's order: where it starts, by how much it steps, where it wraps.
    fn order(&self, topic: &str, group: u32) -> (u64, u64, u64) {
        let dice = self.dice(topic, group);
        let modulus = u64::from(self.users).max(1);
        let start = dice.below("start", modulus);
        let first = 1 + dice.below("stride", modulus);
        let coprime = |stride: &u64| gcd(*stride, modulus) == 1;
        (start, (first..).find(coprime).unwrap_or(1), modulus)
    }

    /// The members a team begins with, active and not; leaders are chosen from the front.
    pub(crate) fn first_members(&self, team: u32) -> Vec<u32> {
        let usual = || self.dice("team", team).below("members", 40).saturating_sub(4) as u32;
        let wanted = self.members_per_team.unwrap_or_else(usual);
        // Now and then an administrator's account leads: its level does not say so.
        let chosen = (self.leads(team) && team.is_multiple_of(20) && self.users > 7).then_some(7);
        let others = self.shuffled("team", team).filter(|user| Some(*user) != chosen);
        let mut members = Vec::new();
        let mut active = 0;
        for user in chosen.into_iter().chain(others) {
            if active == wanted {
                break;
            }
            if self.leaders_percent == 0 && self.own_level(user).is_some() {
                continue;
            }
            active += u32::from(self.begins_active(user));
            members.push(user);
        }
        members
    }

    /// The leaders and the administrators of a team.
    pub(crate) fn first_leaders(&self, team: u32) -> (Vec<u32>, Vec<u32>) {
        if !self.leads(team) {
            return Default::default();
        }
        let members = self.first_members(team);
        let active: Vec<u32> =
            members.into_iter().filter(|user| self.begins_active(*user)).take(3).collect();
        match active.as_slice() {
            [first, second, both] => (vec![*first, *both], vec![*second, *both]),
            [first, rest @ ..] => (vec![*first], rest.to_vec()),
            [] => Default::default(),
        }
    }

    /// The learners a course begins with.
    pub(crate) fn first_learners(&self, course: u32) -> Vec<u32> {
        self.shuffled("course", course).take(self.class_size(course) as usize).collect()
    }

    /// Whether a user is among them, without listing them: there may be millions in all.
    pub(crate) fn begins_learning(&self, course: u32, user: u32) -> bool {
        if user >= self.users || course >= self.courses {
            return false;
        }
        let (start, stride, modulus) = self.order("course", course);
        let from_start = u64::from(user) + modulus - start;
        let step = from_start % modulus * inverse(stride % modulus, modulus) % modulus;
        step < u64::from(self.class_size(course))
    }

    /// How many learners a course begins with.
    pub(super) fn begun_class(&self, course: u32) -> u32 {
        if course < self.courses { self.class_size(course).min(self.users) } else { 0 }
    }

    /// One of the learners a course begins with, which must have some.
    pub(super) fn begun_learner(&self, course: u32, roll: u64) -> u32 {
        let (start, stride, modulus) = self.order("course", course);
        let step = roll % u64::from(self.begun_class(course));
        ((start + step * stride) % modulus) as u32
    }

    fn class_size(&self, course: u32) -> u32 {
        let usual = || self.dice("course", course).below("learners", 60).saturating_sub(6) as u32;
        self.learners_per_course.unwrap_or_else(usual)
    }

    /// Whether a team has leaders: evenly spread, so that the share is exact.
    fn leads(&self, team: u32) -> bool {
        (u64::from(team) * u64::from(self.leaders_percent)) % 100 < u64::from(self.leaders_percent)
    }
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// What undoes a multiplication by `value`, both being below 2^32 and coprime.
fn inverse(value: u64, modulus: u64) -> u64 {
    let modulus = modulus as i64;
    let (mut old, mut rest) = (modulus, value as i64);
    let (mut before, mut factor) = (0, 1);
    while rest != 0 {
        let times = old / rest;
        (old, rest) = (rest, old - times * rest);
        (before, factor) = (factor, before - times * factor);
    }
    i64::rem_euclid(before, modulus) as u64
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn plan(options: Options) -> Plan {
        Plan::from(&options)
    }

    #[test]
    fn a_team_has_exactly_so_many_active_members_and_each_once() {
        let plan = plan(Options { members_per_team: Some(30), ..Options::default() });
        for team in 0..10 {
            let members = plan.first_members(team);
            assert_eq!(members.iter().collect::<HashSet<_>>().len(), members.len());
            assert_eq!(members.iter().filter(|user| plan.begins_active(**user)).count(), 30);
        }
        assert!((0..10).any(|team| plan.first_members(team).len() > 30), "some are inactive");
    }

    #[test]
    fn a_course_has_exactly_so_many_learners_and_sizes_differ_otherwise() {
        let exact = plan(Options { learners_per_course: Some(25), ..Options::default() });
        assert!((0..20).all(|course| exact.first_learners(course).len() == 25));
        let usual = plan(Options { courses: 60, ..Options::default() });
        let sizes: HashSet<_> = (0..60).map(|course| usual.first_learners(course).len()).collect();
        assert!(sizes.contains(&0) && sizes.len() > 5);
    }

    #[test]
    fn a_single_learner_is_found_without_the_list() {
        for users in [1, 2, 199, 200] {
            let plan = plan(Options { users, ..Options::default() });
            for course in 0..20 {
                let listed: HashSet<u32> = plan.first_learners(course).into_iter().collect();
                let found = (0..users).filter(|user| plan.begins_learning(course, *user));
                assert_eq!(found.collect::<HashSet<_>>(), listed);
            }
        }
    }

    #[test]
    fn the_share_of_teams_with_leaders_is_exact() {
        let leading = |percent| {
            let plan = plan(Options {
                leaders_percent: percent,
                members_per_team: Some(5),
                ..Options::default()
            });
            (0..100).filter(|team| !plan.first_leaders(*team).0.is_empty()).count()
        };
        assert_eq!([0, 10, 25, 100].map(leading), [0, 10, 25, 100]);
    }

    #[test]
    fn without_leaders_every_member_is_a_plain_account_and_else_some_are_not() {
        let levels = |percent| {
            let plan = plan(Options {
                leaders_percent: percent,
                members_per_team: Some(150),
                ..Options::default()
            });
            plan.first_members(0).iter().filter(|user| plan.own_level(**user).is_some()).count()
        };
        assert_eq!(levels(0), 0);
        assert!(levels(10) > 0);
    }

    #[test]
    fn nobody_is_no_member_and_no_learner() {
        let plan = plan(Options { users: 0, members_per_team: Some(3), ..Options::default() });
        assert!(plan.first_members(0).is_empty() && plan.first_learners(0).is_empty());
    }
}
