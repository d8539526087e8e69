//! Accounts as records.

use jiff::Timestamp;
use simulator_kit::Dice;

use super::{
    World,
    ids::Kind,
    names::{CITIES, DEPARTMENTS, FIRST, JOBS, LAST, ZONES},
};
use crate::wire::cell::{Cell, Record, Text};

/// 2018-01-01T00:00:00Z, the first account's day.
const FIRST_DAY: i64 = 1_514_764_800;
/// Accounts are made one after another.
const SECONDS_APART: i64 = 397;

/// Changes that are no fields, because fields follow from them: the level an account has whatever
/// it leads (empty: none), and its manager's number.
pub(super) const OWN_LEVEL: &str = "own level";
pub(super) const MANAGER: &str = "manager";

/// The given and the family name an account begins with.
fn begins_named(dice: Dice) -> (&'static str, &'static str) {
    (dice.pick("first name", FIRST).0, dice.pick("last name", LAST).0)
}

impl World {
    /// When an account was made.
    pub(crate) fn created(&self, user: u32) -> Timestamp {
        if let Some(Cell::Iso(Some(at))) = self.users.changed(user, "CreatedDate") {
            return *at;
        }
        let jitter = self.plan.dice("user", user).below("created", SECONDS_APART as u64) as i64;
        seconds(FIRST_DAY + i64::from(user) * SECONDS_APART + jitter)
    }

    /// Whether an account is active.
    pub(crate) fn active(&self, user: u32) -> bool {
        match self.users.changed(user, "Active") {
            Some(cell) => *cell == Cell::Bool(true),
            None => self.plan.begins_active(user),
        }
    }

    /// What an account signs in with, as the records say it.
    pub(crate) fn user_name(&self, user: u32) -> String {
        match self.users.changed(user, "UserName") {
            Some(cell) => cell.text().unwrap_or_default().to_owned(),
            None => self.begun_user_name(user),
        }
    }

    fn begun_user_name(&self, user: u32) -> String {
        let dice = self.plan.dice("user", user);
        let (first, last) = (dice.pick("first name", FIRST).1, dice.pick("last name", LAST).1);
        match mailless(dice) {
            true => format!("{first}.nomail{user}"),
            false => format!("{first}.{last}.{user}@example.org"),
        }
    }

    /// The few fields that lists have.
    pub(crate) fn user_summary(&self, user: u32) -> Record {
        let dice = self.plan.dice("user", user);
        let (first, last) = begins_named(dice);
        let user_name = self.begun_user_name(user);
        let email = if mailless(dice) { String::new() } else { user_name.clone() };
        let mut record = vec![
            ("Id", Cell::Exact(self.users.id(user).into())),
            ("UserName", Cell::Free(user_name.into())),
            ("FirstName", Cell::Free(first.into())),
            ("LastName", Cell::Free(last.into())),
            ("Active", Cell::Bool(self.plan.begins_active(user))),
            ("Email", Cell::Free(email.into())),
            ("AccessLevel", Cell::Exact(self.level(user).into())),
            ("Brand", Cell::Free(dice.pick("brand", &["Default", "Default", "R&D brand"]).into())),
        ];
        self.users.apply(user, &mut record);
        record
    }

    /// Given and family name together, as the vendor computes it.
    fn full_name(&self, user: u32) -> String {
        let (first, last) = begins_named(self.plan.dice("user", user));
        let current = |field, begun| match self.users.changed(user, field) {
            Some(cell) => cell.text().unwrap_or_default().to_owned(),
            None => Text::Borrowed(begun).into_owned(),
        };
        format!("{} {}", current("FirstName", first), current("LastName", last)).trim().to_owned()
    }

    /// Leaders and team administrators read `Team_Leader`, unless their own level is higher.
    pub(super) fn level(&self, user: u32) -> String {
        let leads = self.leading.get(&user).is_some_and(|teams| *teams > 0);
        // That the last leadership's end brings `Learner` back is inferred: it is the counterpart
        // of what is known, that the first one brings `Team_Leader`.
        let led = if leads { "Team_Leader" } else { "Learner" };
        let own = match self.users.changed(user, OWN_LEVEL) {
            Some(cell) => cell.text(),
            None => self.plan.own_level(user),
        };
        own.unwrap_or(led).to_owned()
    }

    fn manager(&self, user: u32) -> Option<u32> {
        match self.users.changed(user, MANAGER) {
            Some(Cell::Int(number)) => {
                return u32::try_from(*number).ok().filter(|above| self.users.contains(*above));
            }
            Some(_) => return None,
            None => {}
        }
        let dice = self.plan.dice("user", user);
        let above = dice.below("manager", u64::from(user.max(1))) as u32;
        (user > 0 && dice.chance("managed", 70.0) && self.users.contains(above)).then_some(above)
    }

    /// Every field, in the order of the wire.
    pub(crate) fn user_record(&self, user: u32) -> Record {
        let dice = self.plan.dice("user", user);
        let mut summary: Vec<Cell> =
            self.user_summary(user).into_iter().map(|(_, cell)| cell).collect();
        let mut listed = |at: usize| std::mem::replace(&mut summary[at], Cell::Null);
        let rarely = |aspect: &'static str, percent: f64, value: String| {
            if dice.chance(aspect, percent) { Text::from(value) } else { Text::from("") }
        };
        let number = |aspect: &'static str, bound: u64| dice.below(aspect, bound);
        let (city, country) = dice.pick("city", CITIES);
        let created = self.created(user);
        let login = (!dice.chance("never logged in", 20.0))
            .then(|| seconds(created.as_second() + number("login", 40_000_000) as i64));
        let manager = self.manager(user);
        let manager_id = manager.map(|manager| self.users.id(manager)).unwrap_or_default();
        let manager_name = manager.map(|manager| self.full_name(manager)).unwrap_or_default();
        let expires = if dice.chance("expires", 3.0) { "2031-12-31T00:00:00Z" } else { "" };
        let free = |text: &'static str| Cell::Free(text.into());
        let word = |text: Text| Cell::Word(text);
        let mut record = vec![
            ("Id", listed(0)),
            ("UserName", listed(1)),
            ("FirstName", listed(2)),
            ("LastName", listed(3)),
            ("FullName", Cell::Free(self.full_name(user).into())),
            ("Email", listed(5)),
            ("AccessLevel", listed(6)),
            ("DisableMessages", Cell::Bool(dice.chance("muted", 10.0))),
            ("Active", listed(4)),
            ("Skype", word(rarely("skype", 5.0, format!("live:{user}")))),
            (
                "PhoneWork",
                word(rarely("phone", 30.0, format!("+64 9 {:07}", number("tel", 9_999_999)))),
            ),
            (
                "PhoneMobile",
                word(rarely("mobile", 30.0, format!("+1555{:07}", number("mob", 9_999_999)))),
            ),
            ("LastLogin", Cell::Iso(login)),
            ("LoginKey", Cell::Exact(login_key(dice).into())),
            ("IsCustomUsername", Cell::Bool(mailless(dice))),
            ("Password", Cell::Exact("".into())),
            ("SkipFirstLogin", Cell::Bool(dice.chance("skip", 50.0))),
            ("TimeZone", word(dice.pick("zone", ZONES).into())),
            ("SalesforceId", word("".into())),
            ("OriginalId", Cell::Int(Kind::User.original_id(user))),
            ("Street1", word(rarely("street", 20.0, format!("{} Main St.", number("house", 300))))),
            ("Street2", word("".into())),
            ("City", free(city)),
            ("State", word("".into())),
            ("PostalCode", word(rarely("postcode", 20.0, format!("{:05}", number("zip", 99_999))))),
            ("Country", free(country)),
            ("CompanyName", free(dice.pick("company", &["", "Acme \"Learning\" Ltd.", "B & Co"]))),
            ("JobTitle", free(dice.pick("job", JOBS))),
            ("CustomField1", free(dice.pick("department", DEPARTMENTS))),
            (
                "CustomField2",
                word(rarely("centre", 80.0, format!("CC-{}", number("centre no", 40)))),
            ),
            ("CustomField3", free("")),
            ("Culture", word("en-US".into())),
            ("CustomField4", free("")),
            ("CustomField5", free("")),
            ("CustomField6", free("")),
            ("CustomField7", word(rarely("contractor", 15.0, "Yes".to_owned()))),
            ("CustomField8", free("")),
            ("CustomField9", free("")),
            ("CustomField10", free("")),
            ("SalesforceContactId", word("".into())),
            ("SalesforceAccountId", word("".into())),
            ("CreatedDate", Cell::Iso(Some(created))),
            ("Points", Cell::Int(number("points", 500) as i64)),
            ("Brand", listed(7)),
            ("ManagerId", Cell::Exact(manager_id.into())),
            ("ManagerName", Cell::Free(manager_name.into())),
            ("EnableTextNotification", Cell::Bool(false)),
            ("Website", word(rarely("site", 5.0, format!("https://example.org/~{user}")))),
            ("Twitter", word("".into())),
            ("ExpirationDate", Cell::Exact(expires.into())),
            ("JobRole", free("")),
            ("ExternalEmployeeId", word(rarely("employee", 60.0, format!("E{user:06}")))),
            ("ProfileType", word(dice.pick("profile", &["", "Internal", "External"]).into())),
        ];
        self.users.apply(user, &mut record);
        record
    }
}

/// Whether an account has a user name of its own and no mail address.
fn mailless(dice: Dice) -> bool {
    dice.chance("no mail", 5.0)
}

/// A link that signs its bearer in, or would; the older ones have a slash too many.
fn login_key(dice: Dice) -> String {
    let (high, low) = (dice.roll("key"), dice.roll("key's end"));
    let slashes = dice.pick("key slashes", &["/", "//"]);
    let (third, fourth) = (high & 0xffff, low >> 48);
    let guid = format!(
        "{:08x}-{:04x}-{third:04x}-{fourth:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        low & 0xffff_ffff_ffff,
    );
    format!("https://acme.litmos.com{slashes}login.aspx?loginkey={guid}")
}

/// An instant in the years of the world.
pub(super) fn seconds(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).expect("the world's years are within a timestamp's range")
}
