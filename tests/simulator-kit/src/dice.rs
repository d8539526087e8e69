//! Chance without state: the same seed, topic and aspect always fall the same way, in any order.

/// One thing's dice.
#[derive(Debug, Clone, Copy)]
pub struct Dice(u64);

impl Dice {
    /// The dice of thing `number` among those of `topic`.
    #[must_use]
    pub fn new(seed: u64, topic: &str, number: u64) -> Self {
        Self(mix(mix(seed ^ fingerprint(topic)) ^ number))
    }

    /// Any number.
    #[must_use]
    pub fn roll(self, aspect: &str) -> u64 {
        mix(self.0 ^ fingerprint(aspect))
    }

    /// A number below `bound`, which must not be 0.
    #[must_use]
    pub fn below(self, aspect: &str, bound: u64) -> u64 {
        self.roll(aspect) % bound
    }

    /// True in `percent` of all cases.
    #[must_use]
    pub fn chance(self, aspect: &str, percent: f64) -> bool {
        (self.below(aspect, 1_000_000) as f64) < percent * 10_000.0
    }

    /// One of `choices`, which must not be empty.
    #[must_use]
    pub fn pick<T: Copy>(self, aspect: &str, choices: &[T]) -> T {
        choices[self.below(aspect, choices.len() as u64) as usize]
    }
}

/// The finaliser of splitmix64: own code because its results must never change with a library.
#[must_use]
pub fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// FNV-1a.
fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_question_has_the_same_answer_and_another_seed_another() {
        let roll = |seed| Dice::new(seed, "user", 7).roll("city");
        assert_eq!(roll(1), roll(1));
        assert_ne!(roll(1), roll(2));
    }

    #[test]
    fn a_chance_comes_about_as_often_as_it_says() {
        let hits = (0..10_000).filter(|n| Dice::new(1, "t", *n).chance("x", 10.0)).count();
        assert!((900..1100).contains(&hits), "{hits}");
    }
}
