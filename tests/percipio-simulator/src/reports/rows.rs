//! The rows of a report, latest access first, made one by one.

use std::{collections::HashMap, iter::Peekable, ops::Range, sync::Arc, vec};

use simulator_kit::Piece;

use super::{
    filter::Filter,
    row::{self, Style},
};
use crate::{
    faults::Fault,
    quirks::{IdsOf, Quirks},
    tamper,
    world::{
        World,
        activity::{LONGEST, Seen, Window},
    },
};

/// A body is made in parts of about so many bytes.
const PIECE: usize = 32 * 1024;

/// What is seen through a filter, latest access first.
#[derive(Debug)]
pub(crate) struct View {
    world: Arc<World>,
    filter: Filter,
    quirks: Quirks,
    /// Those whose last access of all is in the window.
    places: Range<u32>,
    /// The latest of these that is not given yet.
    ahead: Option<Seen>,
    /// Those whose last access is later, and those that changes made.
    others: Peekable<vec::IntoIter<Seen>>,
}

impl View {
    pub(crate) fn new(world: Arc<World>, filter: Filter, quirks: Quirks) -> Self {
        let Window { from, to } = filter.window;
        let begin = to.map_or(0, |to| world.places_after(to));
        let end = from.map_or(world.pairs.count(), |from| world.places_after(from - 1));
        let reaching = to.map_or(0, |to| world.places_after(to.saturating_add(LONGEST)));
        let later = (reaching..begin).filter_map(|place| world.activity(place));
        let changed = world.learnt.values().cloned();
        let seen = later.chain(changed).filter_map(|it| it.seen(&world, filter.window, &quirks));
        let mut others: Vec<Seen> = seen.filter(|seen| filter.passes(&world, seen)).collect();
        others.sort_by_key(|seen| std::cmp::Reverse(seen.last));
        let others = others.into_iter().peekable();
        Self { world, filter, quirks, places: begin..end.max(begin), ahead: None, others }
    }

    /// How many are left at most.
    fn left(&self) -> usize {
        self.places.len() + usize::from(self.ahead.is_some()) + self.others.len()
    }

    fn advance(&mut self) -> Option<Seen> {
        let Self { world, filter, quirks, places, .. } = self;
        let seen = |place| world.activity(place)?.seen(world, filter.window, quirks);
        places.by_ref().filter_map(seen).find(|seen| filter.passes(world, seen))
    }
}

impl Iterator for View {
    type Item = Seen;

    fn next(&mut self) -> Option<Seen> {
        if self.ahead.is_none() {
            self.ahead = self.advance();
        }
        match (&self.ahead, self.others.peek()) {
            (Some(ahead), Some(other)) if other.last > ahead.last => self.others.next(),
            (None, _) => self.others.next(),
            _ => self.ahead.take(),
        }
    }
}

impl World {
    /// How many activities have a last access later than this, which is the place of the first that
    /// has not.
    fn places_after(&self, instant: i64) -> u32 {
        let (mut low, mut high) = (0, self.pairs.count());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.last_access(middle) > instant { low = middle + 1 } else { high = middle }
        }
        low
    }
}

/// A report's body, made piece by piece.
#[derive(Debug)]
pub(crate) struct Rows {
    view: View,
    style: Style,
    /// The parts of rows that are the same for all rows of a user or an item.
    users: HashMap<u32, Box<str>>,
    items: HashMap<u32, Box<str>>,
    faults: Vec<Fault>,
    made: usize,
    total: usize,
    past_middle: bool,
    ended: bool,
}

impl Rows {
    pub(crate) fn new(view: View, faults: Vec<Fault>) -> Self {
        let quirks = &view.quirks;
        let style = Style {
            documented: quirks.rows_as_documented,
            capital_ids: quirks.capital_ids.contains(&IdsOf::Reports),
            without_user_uuid_percent: quirks.without_user_uuid_percent,
        };
        let total = view.left();
        let (users, items) = (HashMap::new(), HashMap::new());
        Self { view, style, users, items, faults, made: 0, total, past_middle: false, ended: false }
    }

    fn write(&mut self, seen: &Seen, out: &mut String) {
        let (world, style) = (&self.view.world, self.style);
        let user = self.users.entry(seen.user).or_insert_with(|| style.user(world, seen.user));
        let item = self.items.entry(seen.item).or_insert_with(|| style.item(world, seen.item));
        let begin = out.len();
        out.push('{');
        style.names(world, seen, out);
        out.push_str(user);
        out.push_str(item);
        style.activity(world, seen, out);
        row::close(out);
        if let Some(tampered) = tamper::report_row(&out[begin..], self.made, &self.faults) {
            out.truncate(begin);
            out.push_str(&tampered);
        }
        self.made += 1;
    }
}

impl Iterator for Rows {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        if self.ended {
            return None;
        }
        let mut out = String::with_capacity(PIECE + 2048);
        if self.made == 0 {
            out.push('[');
        }
        while out.len() < PIECE {
            let Some(seen) = self.view.next() else {
                self.ended = true;
                out.push(']');
                break;
            };
            if self.made > 0 {
                out.push(',');
            }
            self.write(&seen, &mut out);
        }
        let middle = !self.past_middle && self.view.left() * 2 <= self.total;
        self.past_middle |= middle;
        Some(Piece { bytes: out.into(), middle })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::options::Options;

    fn view(options: &Options, from: Option<i64>, to: Option<i64>) -> View {
        let window = Window { from, to };
        let filter = Filter { window, ..Filter::default() };
        View::new(Arc::new(World::new(options)), filter, Quirks::default())
    }

    #[test]
    fn a_window_shows_every_pair_with_an_access_in_it_latest_first() {
        let options = Options { activities: 2000, ..Options::default() };
        let world = World::new(&options);
        let until = options.activity_until.as_millisecond();
        let day = 86_400_000;
        for (from, to) in [
            (None, None),
            (Some(until - 200 * day), Some(until - 150 * day)),
            (Some(until - 400 * day), None),
            (None, Some(until - 1300 * day)),
            (Some(until), Some(until + day)),
        ] {
            let window = Window { from, to };
            let quirks = Quirks::default();
            let all = (0..2000).filter_map(|place| world.activity(place));
            let mut expected: Vec<_> =
                all.filter_map(|it| it.seen(&world, window, &quirks)).collect();
            expected.sort_by_key(|seen| std::cmp::Reverse(seen.last));
            assert_eq!(view(&options, from, to).collect::<Vec<_>>(), expected);
            assert_eq!(expected.is_empty(), from == Some(until));
        }
    }

    #[test]
    fn the_first_rows_of_a_million_are_there_without_the_others() {
        let options =
            Options { users: 20_000, items: 12_000, activities: 1_000_000, ..Options::default() };
        let mut rows = Rows::new(view(&options, None, None), Vec::new());
        assert_eq!(rows.total, 1_000_000);
        let piece = rows.next().unwrap();
        assert!((PIECE..PIECE + 2048).contains(&piece.bytes.len()));
        assert!(rows.view.left() > 999_000 && rows.users.len() < 100);
    }

    #[test]
    fn pieces_make_one_list_and_one_of_them_is_the_middle() {
        for activities in [0, 1, 3, 2000] {
            let options = Options { activities, ..Options::default() };
            let pieces: Vec<_> = Rows::new(view(&options, None, None), Vec::new()).collect();
            assert_eq!(pieces.iter().filter(|piece| piece.middle).count(), 1);
            let body: Vec<u8> = pieces.iter().flat_map(|piece| piece.bytes.to_vec()).collect();
            let rows: Vec<Value> = serde_json::from_slice(&body).unwrap();
            assert_eq!(rows.len(), activities as usize);
        }
    }
}
