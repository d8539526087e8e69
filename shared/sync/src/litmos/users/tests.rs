//! The list of users is read while accounts come and go, by a server that pages as it likes.

use std::collections::BTreeSet;

use proptest::{collection::vec, prelude::*, sample::Index};
use rollcall_roster::Table;
use rollcall_snapshot::{Findings, ListReading, Seam};
use rollcall_vendor_client::litmos::LIMIT;

use super::{
    UserTask,
    compare::{Verdict, judge},
    ranges::after_page,
    whole,
};
use crate::paging::{Look, READINGS, Trail};

/// An account that comes or goes somewhere in the list, before a request.
#[derive(Debug, Clone)]
enum Event {
    Gone(Index),
    New(Index),
}

fn event() -> impl Strategy<Value = Event> {
    let place = any::<Index>;
    prop_oneof![place().prop_map(Event::Gone), place().prop_map(Event::New)]
}

/// A vendor whose list changes between requests.
struct Vendor {
    list: Vec<u64>,
    next_id: u64,
    /// What happens before which request.
    events: Vec<(u64, Event)>,
    cap: u64,
    surplus: u64,
    count_error: u64,
    requests: u64,
    /// Who was there all the time.
    stayed: BTreeSet<u64>,
}

impl Vendor {
    fn of(users: u64) -> Self {
        Self {
            list: (0..users).collect(),
            next_id: users,
            events: Vec::new(),
            cap: LIMIT,
            surplus: 0,
            count_error: 0,
            requests: 0,
            stayed: (0..users).collect(),
        }
    }

    fn request(&mut self) {
        self.requests += 1;
        let now = self.requests;
        for (_, event) in self.events.extract_if(.., |(at, _)| *at <= now) {
            match event {
                Event::Gone(_) if self.list.is_empty() => {}
                Event::Gone(place) => {
                    self.stayed.remove(&self.list.remove(place.index(self.list.len())));
                }
                Event::New(place) => {
                    self.list.insert(place.index(self.list.len() + 1), self.next_id);
                    self.next_id += 1;
                }
            }
        }
    }

    fn count(&mut self) -> u64 {
        self.request();
        self.list.len() as u64 + self.count_error
    }

    fn page(&mut self, start: u64) -> Look {
        self.request();
        let surplus = if start.is_multiple_of(3) { self.surplus } else { 0 };
        let (first, rows) = (start.try_into().unwrap(), (self.cap + surplus).try_into().unwrap());
        let ids: Vec<_> = self.list.iter().skip(first).take(rows).map(u64::to_string).collect();
        Look { list: "users".into(), start, received: ids.len() as u64, ids }
    }
}

/// What a run has of the users in the end.
struct Read {
    rows: BTreeSet<u64>,
    found: Findings,
    readings: u8,
}

/// Reads the list as the walk and the engine do. Which of the ranges is next is up to `order`.
fn read(vendor: &mut Vendor, order: &[Index]) -> Read {
    let mut found = Findings::default();
    found.vendor_count.insert(Table::Users, vendor.count());
    let (mut rows, mut set_aside) = (BTreeSet::new(), BTreeSet::new());
    let mut order = order.iter().cycle();
    for readings in 1.. {
        let mut todo = vec![whole(readings - 1)];
        while !todo.is_empty() {
            let next = order.next().map_or(0, |index| index.index(todo.len().min(4)));
            let UserTask::Range { start, until, trail } = todo.remove(next) else { continue };
            let page = vendor.page(start);
            rows.extend(page.ids.iter().map(|id| id.parse::<u64>().unwrap()));
            let (follows, shown) = after_page(until, &trail, &page, &found);
            found.add(shown);
            todo.extend(follows);
            assert!(vendor.requests < 20_000, "it has no end");
        }
        found.rows_staged.insert(Table::Users, rows.len() as u64);
        let mut verdict = judge(&found, None);
        if verdict == Verdict::CountAgain {
            let count = vendor.count();
            verdict = judge(&found, Some(count));
            found.vendor_count.insert(Table::Users, count);
        }
        match verdict {
            Verdict::ReadAgain => {
                found.reading = found.reading.next(Some(rows.len() as u64));
                set_aside.append(&mut rows);
            }
            Verdict::KeepAll => {
                if found.reading.is_torn() {
                    found.moving_lists.insert("users".to_owned());
                }
                rows.append(&mut set_aside);
                return Read { rows, found, readings };
            }
            _ => return Read { rows, found, readings },
        }
    }
    unreachable!()
}

fn cap() -> impl Strategy<Value = u64> {
    prop_oneof![3 => Just(LIMIT), 1 => Just(100_u64), 2 => 1..1_200_u64]
}

proptest! {
    /// Whoever was there all the time is in the table, or readers are told that the list moved or
    /// that the vendor counts otherwise.
    #[test]
    fn nobody_slips_between_pages_unseen(
        users in prop_oneof![0..120_u64, 0..6_000_u64],
        cap in cap(),
        surplus in 0..4_u64,
        events in vec((1..40_u64, event()), 0..12),
        bursts in vec((1..30_u64, event(), 1..40_usize), 0..3),
        order in vec(any::<Index>(), 1..20),
    ) {
        let bursts = bursts.into_iter().flat_map(|(at, event, often)| vec![(at, event); often]);
        let events: Vec<_> = events.into_iter().chain(bursts).collect();
        // A cap that is just as long as the list is what the first page cannot show.
        prop_assume!(users.abs_diff(cap) > events.len() as u64 + 5 || cap >= LIMIT);
        let mut vendor = Vendor { events, cap: cap.min(LIMIT), surplus, ..Vendor::of(users) };
        let read = read(&mut vendor, &order);
        prop_assert!(read.readings <= READINGS);
        let is_told = !read.found.moving_lists.is_empty()
            || read.found.vendor_count[&Table::Users] != read.rows.len() as u64;
        let missing: Vec<_> = vendor.stayed.difference(&read.rows).collect();
        prop_assert!(missing.is_empty() || is_told, "{} missing: {missing:?}", missing.len());
    }

    /// A list that does not move is read once, for a request each 990 users.
    #[test]
    fn a_list_that_keeps_still_is_read_once(
        users in 0..9_000_u64,
        cap in cap(),
        surplus in 0..4_u64,
        order in vec(any::<Index>(), 1..20),
    ) {
        let mut vendor = Vendor { cap: cap.min(LIMIT), surplus, ..Vendor::of(users) };
        let read = read(&mut vendor, &order);
        prop_assert_eq!(read.readings, 1);
        prop_assert_eq!(&read.rows, &vendor.stayed);
        prop_assert!(read.found.moving_lists.is_empty());
        if cap >= LIMIT && surplus == 0 {
            prop_assert!(vendor.requests <= 2 + users.saturating_sub(10).div_ceil(990).max(1));
        }
    }
}

#[test]
fn ten_thousand_users_cost_twelve_requests() {
    let mut vendor = Vendor::of(10_000);
    let read = read(&mut vendor, &[]);
    assert_eq!((vendor.requests, read.rows.len()), (12, 10_000));
}

#[test]
fn the_rest_of_a_long_list_is_read_side_by_side() {
    let mut vendor = Vendor::of(3_000);
    let mut found = Findings::default();
    found.vendor_count.insert(Table::Users, vendor.count());
    let (follows, _) = after_page(None, &Trail::default(), &vendor.page(0), &found);
    let ranges: Vec<_> = follows
        .iter()
        .map(|task| match task {
            UserTask::Range { start, until, .. } => (*start, *until),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(ranges, [(990, Some(1_990)), (1_980, Some(2_980)), (2_970, None)]);
}

#[test]
fn a_reading_is_judged_by_its_rows_its_seams_and_the_count() {
    use Verdict::{CountAgain, KeepAll, ReadAgain, Whole};
    let torn = Seam { before: Some(vec!["a".into()]), after: Some(vec!["b".into()]) };
    for (rows, without_id, is_torn, number, rows_before, counted_after, verdict) in [
        (100, 0, false, 0, None, None, Whole),
        (99, 1, false, 0, None, None, Whole),
        (98, 1, false, 0, None, None, CountAgain),
        (101, 0, false, 0, None, None, CountAgain),
        (99, 0, false, 0, None, Some(99), Whole),
        (99, 0, false, 0, None, Some(98), ReadAgain),
        // As many as are counted, but somebody may be missing for whom another is new.
        (100, 0, true, 0, None, None, ReadAgain),
        (99, 0, true, 0, None, Some(99), ReadAgain),
        (99, 0, true, 1, Some(99), Some(98), ReadAgain),
        // The list has said the same before.
        (99, 0, false, 1, Some(99), Some(98), KeepAll),
        (99, 0, false, 1, Some(97), Some(98), ReadAgain),
        (99, 0, false, 2, Some(97), Some(98), KeepAll),
        (100, 0, true, 2, Some(97), None, KeepAll),
        (100, 0, false, 2, Some(97), None, Whole),
    ] {
        let seams = is_torn.then(|| (990, torn.clone())).into_iter().collect();
        let found = Findings {
            vendor_count: [(Table::Users, 100)].into(),
            rows_staged: [(Table::Users, rows)].into(),
            reading: ListReading { number, seams, without_id, rows_before },
            ..Findings::default()
        };
        let case = format!("{rows} {without_id} {is_torn} {number} {rows_before:?}");
        assert_eq!(judge(&found, counted_after), verdict, "{case} {counted_after:?}");
    }
}
