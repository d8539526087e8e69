//! An account as it is meant.

use jiff::Timestamp;
use simulator_kit::Dice;

use super::{
    names::{ATTRIBUTES, FIRST, JOB_ROLES, JOBS, LAST},
    plan::Plan,
    uuid::{Kind, Uuid},
};

/// The names of an account's six switches.
pub(crate) const FLAGS: [&str; 6] = [
    "isInstructor",
    "hasEnterpriseCoachingDashboard",
    "hasCoaching",
    "hasEnterpriseCoaching",
    "isLXDCreator",
    "isLXDPublisher",
];

/// The roles there are everywhere.
pub(crate) const ROLES: [&str; 6] =
    ["LEARNER", "ADMIN", "LEARNING_ADMIN", "MANAGER", "CONTENT_CURATOR", "CONTENT_COORDINATOR"];

/// 2022-01-01T00:00:00Z in seconds: nothing was updated before, and everything in three years.
const FIRST_DAY: i64 = 1_640_995_200;
const YEARS: u64 = 3 * 365 * 86_400;

/// An account.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Account {
    pub(crate) external_user_id: String,
    pub(crate) login_name: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) active: bool,
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
    pub(crate) role: String,
    pub(crate) job_title: Option<String>,
    pub(crate) job_role: Option<String>,
    /// One for each custom attribute of the organisation.
    pub(crate) attributes: Vec<Option<String>>,
    pub(crate) approval_manager: Option<u32>,
    pub(crate) hr_manager: Option<u32>,
    /// In the order of [`FLAGS`].
    pub(crate) flags: [bool; 6],
    pub(crate) updated_at: Timestamp,
    pub(crate) erased: bool,
}

impl Account {
    /// An account that nobody has said anything of.
    pub(crate) fn blank(external_user_id: String, plan: &Plan, now: Timestamp) -> Self {
        Self {
            external_user_id,
            login_name: None,
            email: None,
            active: true,
            first_name: None,
            last_name: None,
            role: ROLES[0].to_owned(),
            job_title: None,
            job_role: None,
            attributes: vec![None; plan.attributes as usize],
            approval_manager: None,
            hr_manager: None,
            flags: [false; 6],
            updated_at: now,
            erased: false,
        }
    }

    /// Account `number` as it begins.
    pub(crate) fn derived(plan: &Plan, custom_roles: &[String], number: u32) -> Self {
        let dice = plan.dice("user", number);
        let updated_at = updated(dice);
        let external_user_id = external_user_id(plan, number);
        let blank = Self::blank(external_user_id, plan, updated_at);
        if number >= plan.users {
            return blank.erased(Uuid::of(plan.seed, Kind::User, number));
        }
        let mail = mail(plan, number);
        let (first, last) = (dice.pick("first name", FIRST).0, dice.pick("last name", LAST).0);
        let rarely = |aspect: &str, percent: f64| dice.chance(aspect, percent);
        let text = |aspect: &str, choices: &[&str]| {
            (!rarely(aspect, 30.0)).then(|| dice.pick(aspect, choices).to_owned())
        };
        let above = |aspect: &str, percent: f64| {
            let above = dice.below(aspect, u64::from(number.max(1))) as u32;
            (number > 0 && rarely(aspect, percent)).then_some(above)
        };
        Self {
            login_name: (!rarely("no login name", 10.0)).then(|| login_name(plan, number)),
            email: (!rarely("no mail", 4.0)).then_some(mail),
            active: !rarely("inactive", f64::from(plan.inactive_percent)),
            first_name: Some(first.to_owned()),
            last_name: (!rarely("one name", 1.0)).then(|| last.to_owned()),
            role: role(dice, custom_roles, number),
            job_title: text("job title", JOBS),
            job_role: text("job role", JOB_ROLES),
            attributes: (0..plan.attributes).map(|place| value(dice, place)).collect(),
            approval_manager: above("manager", 60.0),
            hr_manager: above("other manager", 15.0),
            flags: [rarely("instructs", 3.0), false, rarely("coached", 5.0), false, false, false],
            ..blank
        }
    }

    /// The same without anything of the person.
    pub(crate) fn erased(self, id: Uuid) -> Self {
        let id = id.to_string();
        let hidden = || Some(format!("Obfuscated-{}", &id[..8]));
        Self {
            external_user_id: format!("obfuscated_{id}"),
            email: Some(format!("obfuscated_{}@example.invalid", &id[..8])),
            login_name: None,
            active: false,
            first_name: hidden(),
            last_name: hidden(),
            role: ROLES[0].to_owned(),
            job_title: None,
            job_role: None,
            attributes: vec![None; self.attributes.len()],
            approval_manager: None,
            hr_manager: None,
            flags: [false; 6],
            erased: true,
            ..self
        }
    }
}

/// The customer's key. All of them end in the account's number, or have it before the `@`.
fn external_user_id(plan: &Plan, number: u32) -> String {
    match number % 32 {
        5 => mail(plan, number),
        11 => format!("HR/EU+{number}"),
        19 => format!("{:08}", 90_000_000 + u64::from(number)),
        _ => format!("E{}", 100_000 + u64::from(number)),
    }
}

fn login_name(plan: &Plan, number: u32) -> String {
    let dice = plan.dice("user", number);
    let (first, last) = (dice.pick("first name", FIRST).1, dice.pick("last name", LAST).1);
    format!("{first}.{last}.{number}")
}

fn mail(plan: &Plan, number: u32) -> String {
    format!("{}@example.com", login_name(plan, number))
}

/// The numbers that a key can end in for an account: what [`external_user_id`], [`login_name`] and
/// [`mail`] add is taken off again.
pub(super) fn numbers_in(key: &str) -> impl Iterator<Item = u32> + use<> {
    let name = key.split('@').next().unwrap_or_default();
    let digits = name.len() - name.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let number = name[name.len() - digits..].parse::<u64>().unwrap_or(u64::MAX);
    let candidates = [0, 100_000, 90_000_000].map(|added| number.checked_sub(added));
    candidates.into_iter().flatten().filter_map(|number| u32::try_from(number).ok())
}

fn role(dice: Dice, custom_roles: &[String], number: u32) -> String {
    match number {
        0 => ROLES[1].to_owned(),
        _ if number % 40 == 7 => dice.pick("role", &ROLES[1..]).to_owned(),
        _ if number % 60 == 13 && !custom_roles.is_empty() => {
            let which = dice.below("custom role", custom_roles.len() as u64);
            custom_roles[which as usize].clone()
        }
        _ => ROLES[0].to_owned(),
    }
}

fn value(dice: Dice, place: u32) -> Option<String> {
    let dice = Dice::new(dice.roll("attributes"), "attribute", u64::from(place));
    let values = ATTRIBUTES.get(place as usize).map_or(&["one", "two"][..], |(_, values)| values);
    dice.chance("set", 60.0).then(|| dice.pick("value", values).to_owned())
}

fn updated(dice: Dice) -> Timestamp {
    let seconds = FIRST_DAY + dice.below("updated", YEARS) as i64;
    let micros = dice.below("updated within", 1_000_000) as i32;
    Timestamp::constant(seconds, micros * 1000)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::options::Options;

    #[test]
    fn keys_are_unique_without_regard_to_case_and_lead_to_their_numbers() {
        let options = Options { users: 3000, ..Options::default() };
        let plan = Plan::from(&options);
        let mut seen = HashSet::new();
        for number in 0..3000 {
            let account = Account::derived(&plan, &options.custom_roles, number);
            let id = &account.external_user_id;
            assert!(seen.insert(id.to_lowercase()));
            for key in [Some(id), account.login_name.as_ref(), account.email.as_ref()] {
                assert!(key.is_none_or(|key| numbers_in(key).any(|found| found == number)));
            }
        }
        assert!(seen.iter().any(|id| id.contains('/')) && seen.iter().any(|id| id.contains('@')));
    }

    #[test]
    fn roles_are_mostly_the_least_and_some_are_nobodys_business() {
        let options = Options::default();
        let plan = Plan::from(&options);
        let role = |number| Account::derived(&plan, &options.custom_roles, number).role;
        let roles: Vec<_> = (0..200).map(role).collect();
        assert!(roles.iter().filter(|role| *role == "LEARNER").count() > 150);
        assert!(roles.contains(&"REGIONAL_TRAINING_ADMIN".to_owned()));
        assert_eq!(roles[0], "ADMIN");
    }

    #[test]
    fn nothing_of_a_person_is_left_after_an_erasure() {
        let options = Options::default();
        let plan = Plan::from(&options);
        let account = Account::derived(&plan, &[], 3).erased(Uuid::of(1, Kind::User, 3));
        assert!(account.external_user_id.starts_with("obfuscated_") && !account.active);
        assert!(account.attributes.iter().all(Option::is_none));
        assert!(Account::derived(&plan, &[], 200).erased);
    }
}
