//! The doors that stand around the engine: each has ids of its own, which nobody else may use. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::RequestId;

/// Where requests come from that have ids of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Door {
    /// `ConductorOne`'s service.
    C1,
    /// SCIM, of an identity provider.
    Scim,
    /// Access reviews.
    Review,
}

/// Who may use the ids of which door: nobody, unless told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DoorSenders(BTreeMap<Door, BTreeSet<String>>);

impl Door {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::C1, Self::Scim, Self::Review];

    /// Its name in configuration.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::C1 => "c1",
            Self::Scim => "scim",
            Self::Review => "review",
        }
    }

    /// What its ids begin with.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::C1 => "c1.",
            Self::Scim => "scim.",
            Self::Review => "review.",
        }
    }

    /// Whose id this is; nothing, if it is nobody's.
    #[must_use]
    pub fn of(id: &RequestId) -> Option<Self> {
        Self::ALL.into_iter().find(|door| id.as_str().starts_with(door.prefix()))
    }
}

impl DoorSenders {
    /// Lets somebody use the ids of a door: a user or a role of IAM by its unique id, or `local`, who
    /// are the users of the machine that a directory is on.
    pub fn admit(&mut self, door: Door, sender: &str) {
        self.0.entry(door).or_default().insert(sender.to_owned());
    }

    /// Whether a sender may use an id. Of a role that was assumed the session is told too, after a
    /// colon; whoever assumes a role names it.
    #[must_use]
    pub fn may_use(&self, id: &RequestId, sender: Option<&str>) -> bool {
        let Some(door) = Door::of(id) else { return true };
        let (Some(sender), Some(admitted)) = (sender, self.0.get(&door)) else { return false };
        admitted.contains(sender.split(':').next().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doors_ids_are_its_own_senders() {
        let mut senders = DoorSenders::default();
        senders.admit(Door::Scim, "AROASCIM");
        senders.admit(Door::Review, "AROAREVIEW");
        senders.admit(Door::Review, "AIDALEE");
        for (id, sender, may) in [
            ("scim.x", Some("AROASCIM:session"), true),
            ("scim.x", Some("AROASCIM"), true),
            ("scim.x", Some("AROAREVIEW:session"), false),
            ("scim.x", Some("AIDALEE:AROASCIM"), false),
            ("scim.x", Some("AROASCIM2:session"), false),
            ("scim.x", Some(""), false),
            ("scim.x", None, false),
            ("review.c.1", Some("AIDALEE"), true),
            ("review.c.1", Some("AROAREVIEW:session"), true),
            ("c1.x", Some("AROASCIM:session"), false),
            ("req-1", None, true),
            ("scimx", None, true),
            ("SCIM.x", None, true),
            ("x.scim.y", None, true),
        ] {
            let id = RequestId::parse(id).unwrap();
            assert_eq!(senders.may_use(&id, sender), may, "{id:?} {sender:?}");
        }
    }
}
