//! What must be true at the end of a history, whatever has happened in it.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use rollcall_snapshot::Store;

use super::{
    Event, USERS, Wish,
    stage::{Sent, Stage},
};
use crate::{
    Entitlement, StandingPart,
    outcome::{Outcome, Status},
};

/// How long a request about somebody whom nothing is wrong with takes, among so few.
const BOUND: SignedDuration = SignedDuration::from_mins(15);
/// How long a single fault keeps a message waiting at most: until a killed instance's batch is visible
/// again.
const A_FAULT: SignedDuration = SignedDuration::from_mins(15);

/// One thing that somebody can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Member,
    Leader,
    Course,
}

const UNITS: [Unit; 3] = [Unit::Member, Unit::Leader, Unit::Course];

impl Unit {
    fn is_given_by(self, what: &str) -> bool {
        match self {
            Self::Member => what.starts_with("team:"),
            Self::Leader => what == "team:t:leader",
            Self::Course => what.starts_with("course:"),
        }
    }

    fn is_taken_by(self, what: &str) -> bool {
        match self {
            Self::Member => what == "team:t:member",
            Self::Leader => what.starts_with("team:"),
            Self::Course => what.starts_with("course:"),
        }
    }
}

impl Wish {
    /// Whether it gives somebody something for good.
    fn gives_for_good(&self, user: &str, unit: Unit) -> bool {
        match self {
            Self::Grant(who, what, None) => *who == user && unit.is_given_by(what),
            Self::Members(users) => unit == Unit::Member && users.contains(&user),
            _ => false,
        }
    }

    /// Whether it may take something from somebody.
    fn may_take(&self, user: &str, unit: Unit) -> bool {
        match self {
            Self::Revoke(who, what) => *who == user && unit.is_taken_by(what),
            Self::Members(users) => unit != Unit::Course && !users.contains(&user),
            _ => false,
        }
    }

    fn ends(&self, user: &str, unit: Unit) -> bool {
        matches!(self, Self::Grant(who, what, Some(_)) if *who == user && unit.is_given_by(what))
    }
}

impl Stage {
    pub(super) async fn judge(
        &self,
        members: &[&'static str],
        events: &[(i64, Event)],
    ) -> Result<(), TestCaseError> {
        let outcomes = self.one_outcome_each()?;
        self.nothing_is_left().await?;
        for user in USERS {
            for unit in UNITS {
                let had = unit == Unit::Member && members.contains(&user);
                self.judge_access(user, unit, had, &outcomes)?;
            }
        }
        self.judge_waits(events)?;
        let doubled = self.queue.doubled.borrow();
        prop_assert!(doubled.is_empty(), "on the queue twice: {doubled:?}");
        Ok(())
    }

    fn one_outcome_each(&self) -> Result<BTreeMap<String, Outcome>, TestCaseError> {
        let mut outcomes: BTreeMap<String, Outcome> = BTreeMap::new();
        for told in self.queue.told.borrow().iter() {
            let id = told.request_id.clone().unwrap();
            let before = outcomes.insert(id, told.clone());
            prop_assert!(before.is_none_or(|before| before == *told), "two outcomes: {told:?}");
        }
        for one in self.sent.borrow().iter() {
            prop_assert!(outcomes.contains_key(&one.id), "nobody heard of {one:?}");
        }
        Ok(outcomes)
    }

    async fn nothing_is_left(&self) -> Result<(), TestCaseError> {
        for folder in ["expiring", "unsent"] {
            let left = self.stack.store.list(&format!("acme/ledger/{folder}/")).await.unwrap();
            prop_assert!(left.is_empty(), "left: {left:?}");
        }
        for user in USERS {
            let held = self.ledger().held_by(user).await.unwrap();
            let ends = held.holds.values().find(|hold| hold.expires_at.is_some());
            prop_assert!(ends.is_none(), "an end that nobody knows of: {ends:?}");
        }
        Ok(())
    }

    fn has(&self, user: &str, unit: Unit) -> bool {
        let world = self.stack.vendor.world();
        let course: Entitlement = "course:c:assigned".to_owned().try_into().unwrap();
        match unit {
            Unit::Member => world.is("t", user).contains(&StandingPart::Member),
            Unit::Leader => world.is("t", user).contains(&StandingPart::Leader),
            Unit::Course => world.assigned.contains(&(course, user.to_owned())),
        }
    }

    fn judge_access(
        &self,
        user: &'static str,
        unit: Unit,
        had: bool,
        outcomes: &BTreeMap<String, Outcome>,
    ) -> Result<(), TestCaseError> {
        let sent = self.sent.borrow();
        let done = |one: &&Sent| {
            matches!(outcomes[&one.id].status, Status::Succeeded | Status::AlreadyDone)
        };
        // A list that has failed may have added some, and a grant may be refused when a part of it is given:
        // its outcome tells.
        let in_part = |one: &Sent| {
            matches!(one.wish, Wish::Members(_)) || !outcomes[&one.id].effects.is_empty()
        };
        let mut for_good = sent.iter().filter(|one| one.wish.gives_for_good(user, unit));
        let by_hand = unit == Unit::Course && self.given_by_hand.borrow().contains(user);
        let may_take = sent.iter().any(|one| one.wish.may_take(user, unit));
        let ends = sent.iter().any(|one| one.wish.ends(user, unit));
        // What a grant for good gave before it failed ends, also where a list found it there.
        let in_vain = for_good.clone().any(|one| !done(&one) && in_part(one));
        let promised = for_good.clone().any(|one| done(&one)) && !may_take && !ends && !in_vain;
        let allowed = had || by_hand || for_good.any(|one| done(&one) || in_part(one));
        let has = self.has(user, unit);
        prop_assert!(!has || allowed, "{user} keeps {unit:?}");
        prop_assert!(has || !had || may_take, "{user} lost {unit:?} that others gave");
        prop_assert!(has || !promised, "{user} lost {unit:?} that was given for good");
        let is_safe = unit == Unit::Course && self.by_hand.borrow().contains(user);
        prop_assert!(has || !is_safe || may_take, "{user} lost the course that was given by hand");
        Ok(())
    }

    /// Nobody waits longer than a fault of its own, or one of everybody's, explains.
    fn judge_waits(&self, events: &[(i64, Event)]) -> Result<(), TestCaseError> {
        let single = events.iter().filter(|(_, event)| {
            !matches!(
                event,
                Event::Sent(..) | Event::Poisoned(..) | Event::Away(_) | Event::Ahead(_)
            )
        });
        let single = i32::try_from(single.count()).unwrap();
        let settled = self.settled.borrow();
        for one in self.sent.borrow().iter() {
            let (Wish::Grant(user, ..) | Wish::Revoke(user, _) | Wish::Active(user, _)) = one.wish
            else {
                continue;
            };
            let until = settled[&one.id];
            let own = self.troubles.borrow().iter().any(|(whose, since, ends)| {
                whose.is_none_or(|whose| whose == user) && *since < until && *ends > one.at
            });
            if own || !one.alone {
                continue;
            }
            let waited = until.duration_since(one.at);
            prop_assert!(waited <= BOUND + A_FAULT * single, "{one:?} waited {waited:?}");
        }
        Ok(())
    }
}
