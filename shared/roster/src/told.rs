//! What a list of changes tells of a row: pure.
//!
//! Two tellings of one row become one by [`Told::and`], in whatever order and however often they
//! come, so that windows may overlap and be read again.

use std::cmp::Ordering;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Row;

/// What lists of changes tell of one row. A plain row is one that is told whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Told<R> {
    /// The row; of a link only the ids and what the link tells.
    #[serde(flatten)]
    pub row: R,
    /// How much of the row it is.
    #[serde(default)]
    pub extent: Extent,
    /// When the row last changed, as the vendor says.
    #[serde(default)]
    pub at: Option<Timestamp>,
    /// Whether the row is there.
    #[serde(default)]
    pub there: There,
}

/// How much of a row is told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extent {
    /// That it is there or not, little else.
    Link,
    /// All columns, but of the attributes only those it names, which may be `null`.
    Columns,
    /// Everything.
    #[default]
    Whole,
}

/// Whether a row is there, by the latest word on that.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct There {
    /// When it came or went, as the vendor says.
    pub at: Option<Timestamp>,
    /// Whether it went.
    pub gone: bool,
}

impl<R: Row> Told<R> {
    /// A row that changed, or came or went, at an instant.
    pub fn new(row: R, extent: Extent, at: Option<Timestamp>, gone: bool) -> Self {
        Self { row, extent, at, there: There { at, gone } }
    }

    /// Both tellings in one: of the row the fuller, then the later one; of its being there the later
    /// word, and of two at one instant the one that it is there.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let there = self.there.or_later(other.there);
        let row = if self.outranks(&other) { self } else { other };
        Self { there, ..row }
    }

    fn outranks(&self, other: &Self) -> bool {
        let rank = (self.extent, self.at).cmp(&(other.extent, other.at));
        // Which of two that differ at one instant stands does not matter, but it is always the same.
        rank.then_with(|| text(&self.row).cmp(&text(&other.row))) == Ordering::Greater
    }

    /// The row as it is now, from what it was before the changes.
    #[must_use]
    pub fn onto(self, before: Option<R>) -> Option<R> {
        let Self { row, extent, there, .. } = self;
        match (before, extent) {
            _ if there.gone => None,
            (_, Extent::Whole) | (None, Extent::Link) => Some(row),
            (before, Extent::Columns) => Some(row.with_attributes_of(before.as_ref())),
            (Some(before), Extent::Link) => Some(before),
        }
    }
}

/// A telling has the key of its row, so that tellings are staged and merged as rows are.
impl<R: Row> Row for Told<R> {
    const TABLE: crate::Table = R::TABLE;

    fn key(&self) -> (&str, &str) {
        self.row.key()
    }
}

impl There {
    fn or_later(self, other: Self) -> Self {
        if (self.at, !self.gone) >= (other.at, !other.gone) { self } else { other }
    }
}

fn text<R: Row>(row: &R) -> String {
    serde_json::to_string(row).expect("a row is a plain struct")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Enrolment, Source, Team, User};

    fn at(second: i64) -> Option<Timestamp> {
        Timestamp::from_second(second).ok()
    }

    fn telling() -> impl Strategy<Value = Told<Team>> {
        let extent = prop_oneof![Just(Extent::Link), Just(Extent::Columns), Just(Extent::Whole)];
        (extent, prop::option::of(0..4_i64), any::<bool>(), 0..3_u8).prop_map(
            |(extent, second, gone, name)| {
                let name = Some(name.to_string()).filter(|_| extent > Extent::Link);
                let row = Team { team_id: "t".into(), name, ..Team::default() };
                Told::new(row, extent, second.and_then(at), gone)
            },
        )
    }

    proptest! {
        /// Neither order nor repetition matters.
        #[test]
        fn tellings_come_in_any_order_and_often(
            tellings in prop::collection::vec(telling(), 1..6),
            again in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
            order in any::<u64>(),
        ) {
            let all = |tellings: Vec<Told<Team>>| tellings.into_iter().reduce(Told::and);
            let mut others = tellings.clone();
            others.extend(again.iter().map(|index| index.get(&tellings).clone()));
            let length = others.len();
            for place in 0..length {
                let other = usize::try_from(order.rotate_left(place as u32) % length as u64);
                others.swap(place, other.unwrap());
            }
            // From the right too: how they are grouped does not matter either.
            let from_right = others.iter().rev().cloned().reduce(|later, told| told.and(later));
            prop_assert_eq!(all(tellings), all(others));
            prop_assert_eq!(from_right.clone(), all(from_right.into_iter().collect()));
        }
    }

    fn enrolment(source: Option<Source>) -> Enrolment {
        let (course_id, user_id) = ("c".to_owned(), "u".to_owned());
        Enrolment { course_id, user_id, source, ..Enrolment::default() }
    }

    #[test]
    fn the_later_word_says_whether_a_row_is_there() {
        let result = |second, gone| {
            Told::new(enrolment(Some(Source::Team)), Extent::Columns, at(second), gone)
        };
        let link = |second, gone| Told::new(enrolment(None), Extent::Link, at(second), gone);
        for (told, there) in [
            (result(1, false).and(link(2, true)), false),
            (result(2, false).and(link(1, true)), true),
            (result(2, false).and(link(2, true)), true),
            (result(1, true).and(link(2, false)), true),
            (link(1, false).and(link(2, true)), false),
        ] {
            assert_eq!(told.clone().onto(None).is_some(), there, "{told:?}");
            assert_eq!(told.clone().onto(Some(enrolment(None))).is_some(), there, "{told:?}");
        }
    }

    #[test]
    fn a_link_adds_what_is_not_there_and_changes_nothing_that_is() {
        let link = Told::new(enrolment(None), Extent::Link, at(1), false);
        let before = enrolment(Some(Source::Direct));
        assert_eq!(link.clone().onto(Some(before.clone())), Some(before));
        assert_eq!(link.clone().onto(None), Some(enrolment(None)));
        let result = Told::new(enrolment(Some(Source::Team)), Extent::Columns, at(0), false);
        assert_eq!(link.and(result).onto(None), Some(enrolment(Some(Source::Team))));
    }

    #[test]
    fn attributes_that_are_not_told_stay() {
        let user = |attributes: &str| User {
            user_id: "u".into(),
            attributes: Some(attributes.into()),
            ..User::default()
        };
        let before = user(r#"{"City":"Rome","Points":7,"Skype":"u"}"#);
        for (extent, wanted) in [
            (Extent::Columns, r#"{"City":"Oslo","Points":7}"#),
            (Extent::Whole, r#"{"City":"Oslo","Skype":null}"#),
        ] {
            let told = Told::new(user(r#"{"City":"Oslo","Skype":null}"#), extent, at(1), false);
            assert_eq!(told.onto(Some(before.clone())), Some(user(wanted)));
        }
        let told = user(r#"{"City":"Oslo","Skype":null}"#);
        let told = Told::new(told, Extent::Columns, at(1), false);
        assert_eq!(told.onto(None), Some(user(r#"{"City":"Oslo"}"#)));
    }

    #[test]
    fn a_plain_row_is_one_that_is_told_whole() {
        let row = enrolment(Some(Source::Team));
        let told: Told<Enrolment> = serde_json::from_str(&text(&row)).unwrap();
        assert_eq!(told, Told::new(row, Extent::Whole, None, false));
        let told = Told::new(enrolment(None), Extent::Link, at(7), true);
        assert_eq!(serde_json::from_str::<Told<Enrolment>>(&text(&told)).unwrap(), told);
    }
}
