//! Random histories against what must be true of any of them: nobody keeps what should have ended,
//! nobody loses what Rollcall did not give. What is checked follows from the history alone, not from
//! how holds work.
//!
//! Decisions that the checks leave room for: what somebody outside gives on top of what Rollcall gave
//! cannot be told apart from it and may end with it; a membership that Rollcall added ends although
//! somebody outside made the member a leader.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use proptest::prelude::*;
use serde_json::json;

use super::tests::support::{Kill, Stack};
use crate::{
    End, Entitlement, StandingPart, TeamLevel, litmos, outcome::Status, percipio,
    rules::VendorRules,
};

const USERS: [&str; 2] = ["ana", "bo"];
/// The first one more often, so that things meet.
const TEAMS: [&str; 4] = ["t", "t", "t", "s"];
const LEVELS: [&str; 3] = ["member", "leader", "admin"];

/// A vendor's rules, and three of its roles, the least one first.
#[derive(Clone, Copy)]
struct VendorOf {
    rules: &'static VendorRules,
    roles: [&'static str; 3],
}

const LITMOS: VendorOf =
    VendorOf { rules: &litmos::RULES, roles: ["Learner", "Administrator", "Account_Owner"] };
const PERCIPIO: VendorOf =
    VendorOf { rules: &percipio::RULES, roles: ["LEARNER", "LEARNING_ADMIN", "ADMIN"] };

/// One thing that somebody can have.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Unit {
    Part(String, StandingPart),
    Assigned(Entitlement),
    Role,
}

#[derive(Debug, Clone)]
enum Step {
    /// Whom, what, and after how many minutes it ends.
    Grant(&'static str, Entitlement, Option<i64>),
    Revoke(&'static str, Entitlement),
    SetMembers(&'static str, BTreeSet<&'static str>),
    UpdateRole(&'static str, &'static str),
    OutsideGives(&'static str, Unit),
    OutsideTakes(&'static str, Unit),
    OutsideRole(&'static str, &'static str),
    /// Lets somebody in, or no more.
    OutsideActive(&'static str, bool),
    Minutes(i64),
}

fn entitlement(vendor: VendorOf) -> impl Strategy<Value = Entitlement> {
    let texts = prop_oneof![
        (prop::sample::select(TEAMS.to_vec()), prop::sample::select(LEVELS.to_vec()))
            .prop_map(|(team, level)| format!("team:{team}:{level}")),
        Just("course:c:assigned".to_owned()),
        Just("learning_path:l:assigned".to_owned()),
        prop::sample::select(vendor.roles[1..].to_vec()).prop_map(|role| format!("role:{role}")),
    ];
    texts.prop_map(|text| text.try_into().unwrap())
}

fn unit() -> impl Strategy<Value = Unit> {
    let part =
        prop::sample::select(vec![StandingPart::Member, StandingPart::Leader, StandingPart::Admin]);
    prop_oneof![
        (prop::sample::select(TEAMS.to_vec()), part)
            .prop_map(|(team, part)| Unit::Part(team.to_owned(), part)),
        Just(Unit::Assigned("course:c:assigned".to_owned().try_into().unwrap())),
    ]
}

fn step(vendor: VendorOf) -> impl Strategy<Value = Step> {
    let user = || prop::sample::select(USERS.to_vec());
    let role = || prop::sample::select(vendor.roles.to_vec());
    prop_oneof![
        6 => (user(), entitlement(vendor), prop::option::weighted(0.8, 1..60_i64))
            .prop_map(|(user, what, ends)| Step::Grant(user, what, ends)),
        1 => (user(), entitlement(vendor)).prop_map(|(user, what)| Step::Revoke(user, what)),
        3 => (prop::sample::select(TEAMS.to_vec()), prop::collection::btree_set(user(), 1..3))
            .prop_map(|(team, users)| Step::SetMembers(team, users)),
        1 => (user(), role()).prop_map(|(user, role)| Step::UpdateRole(user, role)),
        1 => (user(), unit()).prop_map(|(user, unit)| Step::OutsideGives(user, unit)),
        2 => (user(), unit()).prop_map(|(user, unit)| Step::OutsideTakes(user, unit)),
        1 => (user(), role()).prop_map(|(user, role)| Step::OutsideRole(user, role)),
        2 => (user(), any::<bool>()).prop_map(|(user, may)| Step::OutsideActive(user, may)),
        3 => (1..40_i64).prop_map(Step::Minutes),
    ]
}

fn kill() -> impl Strategy<Value = Kill> {
    prop_oneof![
        4 => Just(Kill::Never),
        2 => (1..8_u32).prop_map(Kill::AtStoreWrite),
        1 => (1..3_u32, any::<bool>()).prop_map(|(nth, after)| Kill::AtVendorWrite(nth, after)),
    ]
}

/// What of a stack a history is about.
struct Stage {
    stack: Stack,
    requests: u32,
}

impl Stage {
    /// Ends what is due.
    async fn expire(&self, kill: Kill) {
        let before = self.stack.due().await;
        for outcome in self.stack.expire(kill).await {
            let settled = matches!(outcome.status, Status::Succeeded | Status::AlreadyDone);
            assert!(settled, "{outcome:?}");
        }
        // The time that a second look took may have made others due.
        let left = self.stack.due().await;
        let is_left = |end: &End| left.iter().any(|other| other.request_id == end.request_id);
        assert!(!before.iter().any(is_left), "settled ends are cleared");
    }

    fn has(&self, user: &str, unit: &Unit) -> bool {
        let world = self.stack.vendor.world();
        match unit {
            Unit::Part(team, part) => world.is(team, user).contains(part),
            Unit::Assigned(what) => world.assigned.contains(&(what.clone(), user.to_owned())),
            Unit::Role => true,
        }
    }

    fn role(&self, user: &str) -> String {
        self.stack.vendor.world().accounts[user].role.clone().unwrap()
    }

    fn outside(&self, user: &str, unit: &Unit, gives: bool) {
        let mut world = self.stack.vendor.world();
        match unit {
            Unit::Part(team, part) => {
                let parts = world.standings.entry((team.clone(), user.to_owned())).or_default();
                match (gives, part) {
                    (true, StandingPart::Member) => drop(parts.insert(*part)),
                    (true, _) if parts.contains(&StandingPart::Member) => drop(parts.insert(*part)),
                    (true, _) => {}
                    (false, StandingPart::Member) => parts.clear(),
                    (false, _) => drop(parts.remove(part)),
                }
            }
            Unit::Assigned(what) => {
                let pair = (what.clone(), user.to_owned());
                let _ =
                    if gives { world.assigned.insert(pair) } else { world.assigned.remove(&pair) };
            }
            Unit::Role => {}
        }
    }
}

fn units(what: &Entitlement) -> Vec<Unit> {
    match what {
        Entitlement::Team { team_id, level } => {
            level.parts().into_iter().map(|part| Unit::Part(team_id.clone(), part)).collect()
        }
        Entitlement::Role { .. } => vec![Unit::Role],
        other => vec![Unit::Assigned(other.clone())],
    }
}

fn every_unit() -> Vec<Unit> {
    let teams = ["t", "s"].into_iter().flat_map(|team| {
        let level = |level| Entitlement::Team { team_id: team.to_owned(), level };
        units(&level(TeamLevel::Leader)).into_iter().chain(units(&level(TeamLevel::Admin)))
    });
    let assigned = ["course:c:assigned", "learning_path:l:assigned"]
        .map(|text| Unit::Assigned(text.to_owned().try_into().unwrap()));
    teams.chain(assigned).collect::<BTreeSet<_>>().into_iter().collect()
}

/// What a history says of a user and a unit, since it was last taken away.
#[derive(Debug, Default)]
struct Verdict {
    /// Somebody gave it for good: outside, by a list, or by a grant without an end.
    for_good: bool,
    /// Who has promised that it stays.
    promises: BTreeSet<Promise>,
    /// Somebody took it away, or something that it needs.
    taken: bool,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Promise {
    Grant(Entitlement),
    List,
}

impl Verdict {
    fn take(&mut self) {
        *self = Self { taken: true, ..Self::default() };
    }
}

/// A step, and what was so when it was taken.
#[derive(Debug)]
struct Happened {
    step: Step,
    done: bool,
    /// Who was added by a list.
    added: BTreeSet<&'static str>,
    /// Whose accounts could not be used: the vendor does not list them.
    unlisted: BTreeSet<&'static str>,
}

fn verdict(history: &[Happened], user: &str, unit: &Unit) -> Verdict {
    let mut verdict = Verdict::default();
    let touches = |what: &Entitlement| units(what).contains(unit);
    let in_team = |team: &str| matches!(unit, Unit::Part(of, _) if of == team);
    let ends_with = |what: &Entitlement| match what {
        Entitlement::Team { team_id, level: TeamLevel::Member } => in_team(team_id),
        Entitlement::Team { team_id, level } => *unit == Unit::Part(team_id.clone(), level.part()),
        what => touches(what),
    };
    for Happened { step, done, added, unlisted } in history {
        match step {
            Step::Grant(who, what, ends) if *who == user && touches(what) && *done => {
                let promise = Promise::Grant(what.clone());
                // The same again with an end takes the place of one without; another one's end
                // leaves it alone.
                match ends {
                    None => drop(verdict.promises.insert(promise)),
                    Some(_) => drop(verdict.promises.remove(&promise)),
                }
                verdict.for_good |= ends.is_none();
            }
            Step::Revoke(who, what) if *who == user && ends_with(what) => verdict.take(),
            // What came with a leadership that is revoked may stay until that one's end.
            Step::Revoke(who, what) if *who == user => {
                verdict.promises.remove(&Promise::Grant(what.clone()));
            }
            // Who is not listed stays.
            Step::SetMembers(team, users)
                if in_team(team) && !users.contains(user) && !unlisted.contains(user) =>
            {
                verdict.take();
            }
            Step::SetMembers(team, _)
                if added.contains(user)
                    && *unit == Unit::Part((*team).to_owned(), StandingPart::Member) =>
            {
                verdict.for_good = true;
                verdict.promises.insert(Promise::List);
            }
            Step::OutsideGives(who, given) if *who == user && given == unit => {
                verdict.for_good = true;
            }
            Step::OutsideTakes(who, gone) if *who == user => {
                let with_it =
                    matches!(gone, Unit::Part(team, StandingPart::Member) if in_team(team));
                if gone == unit || with_it {
                    verdict.take();
                }
            }
            _ => {}
        }
    }
    verdict
}

/// Somebody other than a grant that ends has touched the role.
fn role_touched(history: &[Happened], user: &str) -> bool {
    history.iter().any(|happened| match &happened.step {
        Step::Grant(who, Entitlement::Role { .. }, None) => *who == user,
        Step::Revoke(who, Entitlement::Role { .. }) => *who == user,
        Step::UpdateRole(who, _) | Step::OutsideRole(who, _) => *who == user,
        _ => false,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, ..ProptestConfig::default() })]

    #[test]
    fn nobody_keeps_what_should_have_ended_and_nobody_loses_anything_else(
        before in prop::collection::vec((prop::sample::select(USERS.to_vec()), unit()), 0..4),
        steps in prop::collection::vec((step(LITMOS), kill()), 1..25),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(check(LITMOS, before, steps))?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    /// Where one role is rarely known to be more than another.
    #[test]
    fn other_roles_make_no_difference_to_that(
        steps in prop::collection::vec((step(PERCIPIO), kill()), 1..25),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(check(PERCIPIO, Vec::new(), steps))?;
    }
}

async fn check(
    vendor: VendorOf,
    before: Vec<(&'static str, Unit)>,
    steps: Vec<(Step, Kill)>,
) -> Result<(), TestCaseError> {
    let mut stack = Stage { stack: Stack::with_rules(vendor.rules), requests: 0 };
    {
        let mut world = stack.stack.vendor.world();
        USERS.iter().for_each(|user| world.account(user, vendor.roles[0]));
        ["t", "s"].iter().for_each(|team| world.team(team));
    }
    before.iter().for_each(|(user, unit)| stack.outside(user, unit, true));
    let had: BTreeSet<_> = USERS
        .iter()
        .flat_map(|user| every_unit().into_iter().map(move |unit| (*user, unit)))
        .filter(|(user, unit)| stack.has(user, unit))
        .collect();
    let mut history = Vec::new();
    for (step, kill) in steps {
        let (added, unlisted) = (stack.missing_in(&step), stack.unlisted());
        let done = stack.take(&step, kill).await;
        history.push(Happened { step, done, added, unlisted });
        stack.expire(kill).await;
    }
    stack.stack.pass(SignedDuration::from_mins(10_000));
    stack.expire(Kill::Never).await;
    for user in USERS {
        for unit in every_unit() {
            let Verdict { for_good, promises, taken } = verdict(&history, user, &unit);
            let had = had.contains(&(user, unit.clone()));
            let has = stack.has(user, &unit);
            let told = format!("{user} and {unit:?} after {history:?}");
            prop_assert!(has || promises.is_empty(), "lost, though promised: {told}");
            prop_assert!(has || !had || taken, "lost: {told}");
            prop_assert!(!has || (had && !taken) || for_good, "kept: {told}");
        }
        if !role_touched(&history, user) {
            prop_assert_eq!(stack.role(user), vendor.roles[0], "{}'s role: {:?}", user, history);
        }
    }
    Ok(())
}

impl Stage {
    /// Whom a list will add.
    fn missing_in(&self, step: &Step) -> BTreeSet<&'static str> {
        let Step::SetMembers(team, users) = step else { return BTreeSet::new() };
        let membership = Unit::Part((*team).to_owned(), StandingPart::Member);
        users.iter().copied().filter(|user| !self.has(user, &membership)).collect()
    }

    fn unlisted(&self) -> BTreeSet<&'static str> {
        let world = self.stack.vendor.world();
        USERS.into_iter().filter(|user| !world.is_active(user)).collect()
    }

    /// What a request says of an entitlement: every other one spells roles its own way.
    fn spelled(&self, what: &Entitlement) -> String {
        match what {
            Entitlement::Role { name } if self.requests % 2 == 1 => {
                format!("role:{}", name.to_lowercase())
            }
            _ => what.to_string(),
        }
    }

    /// Does a step; tells whether a request succeeded.
    async fn take(&mut self, step: &Step, kill: Kill) -> bool {
        let person = |user: &str| json!({"user_id": user});
        let request = match step {
            Step::Grant(user, what, ends) => {
                let ends =
                    ends.map(|minutes| self.stack.now() + SignedDuration::from_mins(minutes));
                let what = self.spelled(what);
                json!({"operation": "grant", "principal": person(user), "entitlement": what, "expires_at": ends})
            }
            Step::Revoke(user, what) => {
                let what = self.spelled(what);
                json!({"operation": "revoke", "principal": person(user), "entitlement": what})
            }
            Step::SetMembers(team, users) => {
                let members: Vec<_> = users.iter().map(|user| person(user)).collect();
                json!({"operation": "set_team_members", "team": {"team_id": team}, "members": members})
            }
            Step::UpdateRole(user, role) => {
                json!({"operation": "update_account", "principal": person(user), "account": {"role": role}})
            }
            Step::OutsideGives(user, unit) => {
                self.outside(user, unit, true);
                return true;
            }
            Step::OutsideTakes(user, unit) => {
                self.outside(user, unit, false);
                return true;
            }
            Step::OutsideRole(user, role) => {
                let mut world = self.stack.vendor.world();
                world.accounts.get_mut(*user).unwrap().role = Some((*role).to_owned());
                return true;
            }
            Step::OutsideActive(user, may) => {
                let mut world = self.stack.vendor.world();
                world.accounts.get_mut(*user).unwrap().active = Some(*may);
                return true;
            }
            Step::Minutes(minutes) => {
                self.stack.pass(SignedDuration::from_mins(*minutes));
                return true;
            }
        };
        self.requests += 1;
        let mut body = request.as_object().unwrap().clone();
        body.extend([
            ("request_id".to_owned(), json!(format!("req-{}", self.requests))),
            ("reason".to_owned(), json!("a test")),
        ]);
        let outcome = self.stack.deliver(&body.into(), kill).await;
        matches!(outcome.status, Status::Succeeded | Status::AlreadyDone)
    }
}
