//! One row of the learning-activity report as text: all values are texts, and what is not there is
//! not named.

use std::fmt::Write;

use jiff::Timestamp;

use crate::world::{
    World,
    activity::Seen,
    items::Item,
    kinds::{ASSESSMENT, COURSE, ItemKind},
    uuid::Uuid,
};

/// How rows are written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    /// As the vendor documents them instead of as they come.
    pub(crate) documented: bool,
    /// With UUIDs in capitals.
    pub(crate) capital_ids: bool,
    /// How many in a hundred have no `userUuid`.
    pub(crate) without_user_uuid_percent: u32,
}

/// Ends a row of fields, each of which ends in a comma.
pub(crate) fn close(out: &mut String) {
    out.pop();
    out.push('}');
}

/// Any text; nothing if it is empty.
fn text(out: &mut String, name: &str, value: &str) {
    if !value.is_empty() {
        let value = serde_json::Value::from(value);
        // writing into memory does not fail
        let _ = write!(out, "\"{name}\":{value},");
    }
}

fn instant(out: &mut String, name: &str, milliseconds: i64) {
    let at = Timestamp::from_millisecond(milliseconds).unwrap_or_default();
    let _ = write!(out, "\"{name}\":\"{at:.3}\",");
}

fn clock(out: &mut String, name: &str, seconds: u64) {
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    let _ = write!(out, "\"{name}\":\"{hours:02}h{minutes:02}m{:02}s\",", seconds % 60);
}

impl Style {
    fn number(self, out: &mut String, name: &str, value: u64) {
        let quote = if self.documented { "" } else { "\"" };
        let _ = write!(out, "\"{name}\":{quote}{value}{quote},");
    }

    fn id(self, out: &mut String, name: &str, id: Uuid) {
        let id = id.to_string();
        text(out, name, &if self.capital_ids { id.to_uppercase() } else { id });
    }

    /// Who a row is about.
    pub(super) fn names(self, world: &World, seen: &Seen, out: &mut String) {
        let external = world.account(seen.user).external_user_id;
        let dice = world.pair_dice(seen.user, seen.item);
        if dice.chance("no userUuid", f64::from(self.without_user_uuid_percent)) {
            text(out, "userId", &external.to_lowercase());
        } else {
            self.id(out, "userUuid", world.user_id(seen.user));
            text(out, "userId", &external);
        }
    }

    /// What is the same in all rows of a user.
    pub(super) fn user(self, world: &World, user: u32) -> Box<str> {
        let account = world.account(user);
        let mut out = String::new();
        text(&mut out, "firstName", account.first_name.as_deref().unwrap_or_default());
        text(&mut out, "lastName", account.last_name.as_deref().unwrap_or_default());
        text(&mut out, "emailAddress", account.email.as_deref().unwrap_or_default());
        text(&mut out, "userStatus", if account.active { "Active" } else { "Inactive" });
        text(&mut out, "audience", &world.audiences_of(user).join("; "));
        let set = world
            .labels
            .by_name()
            .filter_map(|(place, label)| Some((label, account.attributes.get(place)?.as_deref()?)));
        let mut attributes = String::new();
        set.for_each(|(label, value)| text(&mut attributes, &label.key, value));
        match self.documented {
            true if !attributes.is_empty() => {
                attributes.pop();
                let _ = write!(out, "\"customAttributes\":{{{attributes}}},");
            }
            _ => out.push_str(&attributes),
        }
        out.into()
    }

    /// What is the same in all rows of an item.
    pub(super) fn item(self, world: &World, number: u32) -> Box<str> {
        let item = world.item(number);
        let dice = world.plan.dice("item", number);
        let mut out = String::new();
        self.id(&mut out, "contentUuid", world.item_id(number));
        text(&mut out, "contentId", &world.content_id(number, &item));
        text(&mut out, "contentTitle", &item.title);
        text(&mut out, "contentType", world.content_type(number, item.kind));
        text(&mut out, "languageCode", world.language(number, &item));
        if item.kind.percipio_type == "LINKED_CONTENT" {
            text(&mut out, "category", dice.pick("category", &["Document", "Link", "ILT"]));
            text(&mut out, "source", dice.pick("source", &["", "Partner \"X\""]));
        }
        if item.kind == &COURSE && dice.chance("technology", 30.0) {
            text(&mut out, "technologyTitle", "Python");
            text(&mut out, "technologyVersion", "3.x");
        }
        let estimated = world.estimated_seconds(number);
        if item.kind.percipio_type != "CHANNEL" {
            self.number(&mut out, "estimatedDuration", estimated);
        }
        clock(&mut out, "estimatedDurationHms", estimated);
        out.into()
    }

    /// What is this pair's own.
    pub(super) fn activity(self, world: &World, seen: &Seen, out: &mut String) {
        let dice = world.pair_dice(seen.user, seen.item);
        let kind = world.item(seen.item).kind;
        text(out, "status", &seen.status);
        if let Some(at) = seen.completed {
            instant(out, "completedDate", at - at.rem_euclid(86_400_000));
        }
        if world.tells_accesses(seen.user, seen.item) {
            instant(out, "firstAccess", seen.first);
            instant(out, "lastAccess", seen.last);
            let counted = !dice.chance("not counted", 0.5);
            self.number(out, "totalAccesses", if counted { u64::from(seen.accesses) } else { 0 });
        }
        let each = 30 + dice.below("seconds", 1200);
        let seconds = if dice.chance("no time", 3.0) { 0 } else { each * u64::from(seen.accesses) };
        if seconds > 0 {
            self.number(out, "duration", seconds);
        }
        clock(out, "durationHms", seconds);
        let scored = kind == &ASSESSMENT || (kind == &COURSE && dice.chance("assessed", 40.0));
        if scored {
            let first = 20 + dice.below("first score", 50);
            let last = first + dice.below("last score", 30);
            self.number(out, "firstScore", first);
            self.number(out, "highScore", last);
            self.number(out, "lastScore", last);
            self.number(out, "assessmentAttempts", 1 + dice.below("attempts", 3));
        }
        if matches!(kind.percipio_type, "VIDEO" | "BOOK" | "AUDIOBOOK") && dice.chance("part", 70.0)
        {
            let percent = if seen.completed.is_some() { 100 } else { dice.below("percent", 100) };
            let name = if self.documented { "% ofVideoOrBook" } else { "%OfVideoOrBook" };
            text(out, name, &format!("{percent}%"));
        }
    }
}

impl World {
    /// The type of an item as reports name it.
    pub(crate) fn content_type(&self, item: u32, kind: &'static ItemKind) -> &'static str {
        self.plan.dice("item", item).pick("label", kind.in_reports)
    }

    /// How long an item takes.
    pub(crate) fn estimated_seconds(&self, item: u32) -> u64 {
        60 + self.plan.dice("item", item).below("duration", 7200)
    }

    /// Whether a pair's accesses are told: nearly always.
    pub(crate) fn tells_accesses(&self, user: u32, item: u32) -> bool {
        !self.pair_dice(user, item).chance("accesses untold", 0.3)
    }

    /// The id that reports name: a course's code, a video's place in its course, a number; nothing
    /// for some kinds.
    fn content_id(&self, number: u32, item: &Item) -> String {
        match (self.item_code(number, item), item.kind.percipio_type) {
            (Some(code), _) => code,
            (None, "VIDEO") => match self.parent(number) {
                Some(course) => {
                    let code = self.item_code(course, &self.item(course)).unwrap_or_default();
                    format!("{code}_{:02}", 1 + number % 40)
                }
                None => String::new(),
            },
            _ if item.kind.content_id => format!("{}", 40_000 + number),
            _ => String::new(),
        }
    }
}
