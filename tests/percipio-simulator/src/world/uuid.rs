//! Ids that are derived from a number and can be led back to it, so that no index is needed.

use simulator_kit::{Dice, mix};

use std::fmt;

/// What an id belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    User,
    Item,
    Attribute,
    Audience,
    Pool,
    Report,
    DataSet,
}

impl Kind {
    /// The dice topic.
    pub(crate) const fn topic(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Item => "item",
            Self::Attribute => "attribute",
            Self::Audience => "audience",
            Self::Pool => "pool",
            Self::Report => "report",
            Self::DataSet => "data set",
        }
    }
}

/// A random-looking UUID of version 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Uuid(u128);

impl Uuid {
    /// The id of thing `number`.
    pub(crate) fn of(seed: u64, kind: Kind, number: u32) -> Self {
        let dice = Dice::new(seed, kind.topic(), u64::from(number));
        let high = (dice.roll("id") & !0xf000) | 0x4000;
        let middle = (dice.roll("id's middle") as u32 & 0x3fff_ffff) | 0x8000_0000;
        let low = number ^ mask(seed, high);
        Self((u128::from(high) << 64) | (u128::from(middle) << 32) | u128::from(low))
    }

    /// The number of the thing whose id this is.
    pub(crate) fn number(self, seed: u64, kind: Kind) -> Option<u32> {
        let number = self.0 as u32 ^ mask(seed, (self.0 >> 64) as u64);
        (Self::of(seed, kind, number) == self).then_some(number)
    }

    /// Reads the usual form, in any case.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let hyphens = [8, 13, 18, 23];
        let in_place = text.bytes().enumerate().all(|(at, byte)| match hyphens.contains(&at) {
            true => byte == b'-',
            false => byte.is_ascii_hexdigit(),
        });
        if text.len() != 36 || !in_place {
            return None;
        }
        u128::from_str_radix(&text.replace('-', ""), 16).ok().map(Self)
    }
}

/// What hides a number in an id: a function of the id's other half.
fn mask(seed: u64, high: u64) -> u32 {
    mix(mix(seed) ^ high) as u32
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (high, low) = ((self.0 >> 64) as u64, self.0 as u64);
        write!(
            f,
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xffff,
            low >> 48,
            low & 0xffff_ffff_ffff,
        )
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn an_id_leads_back_to_its_thing_and_to_no_other() {
        let ids: Vec<_> = (0..5000).map(|number| Uuid::of(1, Kind::User, number)).collect();
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
        for (number, id) in ids.iter().enumerate() {
            let text = id.to_string();
            assert_eq!(Uuid::parse(&text.to_uppercase()), Some(*id));
            assert_eq!((&text[14..15], text.len()), ("4", 36));
            assert!("89ab".contains(&text[19..20]));
            assert_eq!(id.number(1, Kind::User), Some(number as u32));
            assert_eq!((id.number(2, Kind::User), id.number(1, Kind::Item)), (None, None));
        }
    }

    #[test]
    fn what_is_no_uuid_is_none() {
        for text in ["", "users", "6f0c1f4e6d0b4f0e9d7a2b1f6f1f0a01", "g".repeat(36).as_str()] {
            assert_eq!(Uuid::parse(text), None, "{text}");
        }
    }
}
