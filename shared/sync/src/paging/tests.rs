//! Lists of any length, cut by a server that pages as it likes, while they move.

use std::collections::BTreeSet;

use proptest::{collection::vec, prelude::*, sample::Index};
use rollcall_vendor_client::litmos::DEFAULT_LIMIT;

use super::*;

fn found(longest_page: u64, longest_of_kind: u64, page_cap: Option<u64>) -> Findings {
    let seen = PagesSeen { longest: longest_of_kind, ..PagesSeen::default() };
    let pages = [("members".to_owned(), seen)].into();
    Findings { pages, ..carried(page_cap, Some(longest_page)) }
}

#[test]
fn the_length_of_a_page_proves_what_it_proves() {
    use PageEnd::{Doubtful, Full, Short};
    for (received, longest_page, of_kind, cap, end) in [
        (0, 0, 0, None, Short),
        (1_000, 0, 0, None, Full),
        (1_003, 1_003, 1_003, None, Full),
        // Nothing has shown that the vendor gives more at once.
        (7, 0, 0, None, Doubtful),
        (60, 60, 0, None, Doubtful),
        (60, 65, 60, None, Doubtful),
        (60, 66, 60, None, Short),
        (999, 1_000, 0, None, Short),
        // What other lists show is no proof where a server gives its default.
        (100, 1_000, 0, None, Doubtful),
        (103, 1_000, 103, None, Doubtful),
        (100, 1_000, 106, None, Short),
        (99, 1_000, 0, None, Short),
        (106, 1_000, 0, None, Short),
        // A cap that is known.
        (37, 37, 37, Some(37), Full),
        (40, 40, 37, Some(37), Full),
        (31, 37, 37, Some(37), Short),
    ] {
        let found = found(longest_page, of_kind, cap);
        let case = format!("{received} {longest_page} {of_kind} {cap:?}");
        assert_eq!(end_of("members", received, &found), end, "{case}");
    }
}

#[test]
fn one_list_of_a_kind_is_asked_for_more() {
    let mut found = found(1_000, 100, None);
    let pages = found.pages.get_mut("members").unwrap();
    pages.doubtful = [("a".into(), 100), ("b".into(), 101), ("c".into(), 90)].into();
    assert_eq!(unsettled("members", &found), [("b", 101), ("a", 100)]);
    assert_eq!(unsettled("leaders", &found), []);
    let with = |seen: PagesSeen| {
        let pages = [("members".to_owned(), seen)].into();
        let mut found = found.clone();
        found.add(Findings { pages, ..Findings::default() });
        unsettled("members", &found).len()
    };
    assert_eq!(with(PagesSeen { probed: true, ..PagesSeen::default() }), 0);
    assert_eq!(with(PagesSeen { cap: Some(101), ..PagesSeen::default() }), 0);
    assert_eq!(with(PagesSeen { longest: 240, ..PagesSeen::default() }), 0);
}

/// A list, and what happens to it before each request.
struct Moving {
    list: Vec<u64>,
    next_id: u64,
    cap: u64,
    events: Vec<(usize, Index, bool)>,
    requests: usize,
    stayed: BTreeSet<u64>,
}

impl Moving {
    fn of(rows: u64, cap: u64) -> Self {
        let list: Vec<_> = (0..rows).collect();
        let stayed = list.iter().copied().collect();
        Self { list, next_id: rows, cap, events: Vec::new(), requests: 0, stayed }
    }

    fn page(&mut self, start: u64) -> Look {
        self.requests += 1;
        let now = self.requests;
        for (_, place, is_new) in self.events.extract_if(.., |(at, ..)| *at <= now) {
            if is_new {
                self.list.insert(place.index(self.list.len() + 1), self.next_id);
                self.next_id += 1;
            } else if !self.list.is_empty() {
                self.stayed.remove(&self.list.remove(place.index(self.list.len())));
            }
        }
        let (first, rows) = (start.try_into().unwrap(), self.cap.min(LIMIT).try_into().unwrap());
        let ids: Vec<_> = self.list.iter().skip(first).take(rows).map(u64::to_string).collect();
        Look { list: "teams".into(), start, received: ids.len() as u64, ids }
    }
}

/// Reads a list of which there is one only, to its end.
fn read(list: &mut Moving, found: &mut Findings) -> BTreeSet<u64> {
    let mut rows = BTreeSet::new();
    let (mut start, mut trail) = (0, Trail::default());
    loop {
        let page = list.page(start);
        rows.extend(page.ids.iter().map(|id| id.parse::<u64>().unwrap()));
        let (next, shown) = follow("teams", &trail, &page, found);
        found.add(shown);
        let next = if next == Next::Doubtful { trail.on(&page) } else { next };
        let Some(place) = next.place() else { return rows };
        (start, trail) = place;
        assert!(list.requests < 20_000, "it has no end");
    }
}

proptest! {
    /// Of a list that moves nobody is missing who was there all the time, or it is told; one that
    /// keeps still is read as it is, and nothing told of it, unless its pages are too short to prove
    /// it. The vendor may cut all lists alike, or this kind at its default.
    #[test]
    fn a_list_is_read_to_its_end(
        rows in prop_oneof![0..150_u64, 0..4_000_u64],
        cap in prop_oneof![1..1_200_u64, Just(DEFAULT_LIMIT), Just(LIMIT)],
        events in vec((1..30_usize, any::<Index>(), any::<bool>()), 0..12),
        elsewhere in 0..2_000_u64,
    ) {
        let of_others = if cap == DEFAULT_LIMIT { LIMIT } else { cap };
        let mut found = carried(None, Some(elsewhere.min(of_others)));
        let keeps_still = events.is_empty();
        let mut list = Moving { events, ..Moving::of(rows, cap) };
        let read = read(&mut list, &mut found);
        let missing: Vec<_> = list.stayed.difference(&read).collect();
        let is_told = !found.moving_lists.is_empty();
        prop_assert!(missing.is_empty() || is_told, "{missing:?}");
        prop_assert!(!keeps_still || read == list.stayed);
        prop_assert!(!keeps_still || is_told == (cap == 1 && rows > 1));
    }
}

#[test]
fn rows_without_an_id_do_not_make_a_list_move() {
    let page = |start: u64, received, ids: &[u64]| {
        let ids = ids.iter().map(u64::to_string).collect();
        Look { list: "teams".into(), start, received, ids }
    };
    let found = carried(Some(6), None);
    let (next, _) = follow("teams", &Trail::default(), &page(0, 6, &[1, 2, 3, 4]), &found);
    let Next::On(start, trail) = next else { panic!("{next:?}") };
    // Whichever two of the six they are: row 4 is among the last three.
    assert_eq!(start, 3);
    let (next, shown) = follow("teams", &trail, &page(3, 4, &[4, 7]), &found);
    assert!(matches!(next, Next::On(..)) && shown.moving_lists.is_empty(), "{next:?}");
}

#[test]
fn what_moves_in_each_reading_is_told() {
    let (mut trail, mut found) = (Trail::default(), carried(Some(3), None));
    for reading in 1..=READINGS {
        let look = |start: u64, id: &str| {
            let ids = (0..3).map(|row| format!("{id}{row}")).collect();
            Look { list: "teams".into(), start, received: 3, ids }
        };
        let (next, _) = follow("teams", &trail, &look(0, "a"), &found);
        let Next::On(start, after) = next else { panic!("{next:?}") };
        let (next, shown) = follow("teams", &after, &look(start, "b"), &found);
        found.add(shown);
        match next {
            Next::Again(again) => trail = again,
            next => assert!(reading == READINGS && matches!(next, Next::On(..)), "{next:?}"),
        }
    }
    assert_eq!(found.moving_lists, BTreeSet::from(["teams".to_owned()]));
}
