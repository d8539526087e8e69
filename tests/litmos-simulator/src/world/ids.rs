//! The opaque ids: 12, 22 or 23 characters, some led by `-` or `_`, some alike but for their case.

use simulator_kit::{Dice, mix};

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// What an id belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An account.
    User,
    /// A team.
    Team,
    /// A course.
    Course,
    /// A learning path.
    Path,
}

impl Kind {
    /// The dice topic.
    pub(crate) fn topic(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Team => "team",
            Self::Course => "course",
            Self::Path => "path",
        }
    }

    /// The database's integer id of thing `number`; lists are in this order.
    pub(crate) fn original_id(self, number: u32) -> i64 {
        let first = match self {
            Self::User => 700_000,
            Self::Team => 405_000,
            Self::Course => 590_000,
            Self::Path => 120_000,
        };
        first + i64::from(number)
    }
}

/// The opaque id of thing `number`.
pub(crate) fn opaque_id(seed: u64, kind: Kind, number: u32) -> String {
    if number % 32 == 9 {
        return twin(&opaque_id(seed, kind, number - 1));
    }
    let dice = Dice::new(seed, kind.topic(), u64::from(number));
    let length = dice.pick("id length", &[12, 12, 12, 22, 23]);
    let mut state = dice.roll("id");
    let mut id = String::with_capacity(length);
    for place in 0..length {
        state = mix(state);
        id.push(match (place, number % 16) {
            (0, 3) => '-',
            (0, 4) => '_',
            // always a letter, so that there is a case to differ by
            (1, _) => char::from(ALPHABET[(state % 52) as usize]),
            _ if place + 1 == length => char::from(b'1' + (state % 2) as u8),
            _ => char::from(ALPHABET[(state % 64) as usize]),
        });
    }
    id
}

/// Another id that differs only by the case of its second character.
fn twin(id: &str) -> String {
    let flip = |letter: char| match letter.is_ascii_lowercase() {
        true => letter.to_ascii_uppercase(),
        false => letter.to_ascii_lowercase(),
    };
    id.chars().enumerate().map(|(at, letter)| if at == 1 { flip(letter) } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn ids(count: u32) -> Vec<String> {
        (0..count).map(|number| opaque_id(1, Kind::User, number)).collect()
    }

    #[test]
    fn ids_are_unique_opaque_and_of_the_known_lengths() {
        let ids = ids(20_000);
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
        let lengths: HashSet<_> = ids.iter().map(String::len).collect();
        assert_eq!(lengths, HashSet::from([12, 22, 23]));
        assert!(ids.iter().all(|id| id.bytes().all(|byte| ALPHABET.contains(&byte))));
    }

    #[test]
    fn some_ids_begin_oddly_and_some_differ_only_by_case() {
        let ids = ids(64);
        assert!(ids.iter().any(|id| id.starts_with('-')));
        assert!(ids.iter().any(|id| id.starts_with('_')));
        let lower: HashSet<_> = ids.iter().map(|id| id.to_ascii_lowercase()).collect();
        assert!(lower.len() < ids.len());
    }
}
