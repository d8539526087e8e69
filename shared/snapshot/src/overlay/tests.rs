//! One pass over sorted streams gives what maps give.

use std::{collections::BTreeMap, sync::Arc};

use proptest::prelude::*;
use rollcall_roster::{Extent, Team, TeamMember, Timestamp};

use super::*;
use crate::{
    Part, PartsWriter, PutMode, Segment, StagedRow, Store, encode_segment, encode_tellings,
    store::MemoryStore,
};

type Names = BTreeMap<u8, u8>;

fn team(id: u8, name: u8) -> Team {
    let (team_id, name) = (format!("{id:03}"), Some(name.to_string()));
    Team { team_id, name, ..Team::default() }
}

fn teams(names: &Names) -> Vec<Team> {
    names.iter().map(|(id, name)| team(*id, *name)).collect()
}

async fn table<R: Row>(store: &MemoryStore, rows: &[R]) -> Vec<Part> {
    let mut writer = PartsWriter::new(R::TABLE.columns());
    for row in rows {
        writer.push(row.clone()).unwrap();
    }
    vec![writer.store(store, "base".into()).await.unwrap()]
}

async fn staged(
    store: &MemoryStore,
    key: &str,
    encoded: Option<crate::EncodedSegment>,
) -> Vec<Segment> {
    let Some(encoded) = encoded else { return Vec::new() };
    store.put(key, encoded.bytes.clone(), PutMode::Create).await.unwrap();
    vec![encoded.stored_as(key.to_owned())]
}

fn dynamic(store: &Arc<MemoryStore>) -> Arc<dyn Store> {
    store.clone()
}

fn later<R>(_: R, later: R) -> R {
    later
}

async fn all<R: Row>(mut rows: impl Rows<Row = R>) -> Vec<R> {
    let mut read = Vec::new();
    while let Some(row) = rows.next().await.unwrap() {
        read.push(row);
    }
    read
}

/// A change at an instant: a name, or that the team is gone.
fn telling((id, second, name): (u8, i64, Option<u8>)) -> Told<Team> {
    let at = Timestamp::from_second(second).ok();
    Told::new(team(id, name.unwrap_or(0)), Extent::Columns, at, name.is_none())
}

/// The overlay of a table and of changes that lie in segments of three.
async fn overlay(store: &Arc<MemoryStore>, base: &Names, told: &[Told<Team>]) -> Overlay<Team> {
    let base = table(store, &teams(base)).await;
    let mut segments = Vec::new();
    for (index, some) in told.chunks(3).enumerate() {
        let encoded = encode_tellings(&some.iter().map(StagedRow::of).collect::<Vec<_>>());
        segments.extend(staged(store, &format!("told {index}"), encoded).await);
    }
    Overlay::new(&dynamic(store), base, &segments, None)
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

proptest! {
    /// Whatever order changes come in, the latest of each row stands.
    #[test]
    fn an_overlay_is_a_map_with_changes(
        base in prop::collection::btree_map(0..12_u8, any::<u8>(), 0..10),
        changes in prop::collection::vec((0..12_u8, 0..1_000_i64, prop::option::of(any::<u8>())), 0..20),
    ) {
        let mut wanted = base.clone();
        let mut latest = BTreeMap::new();
        for (id, second, name) in &changes {
            // Of two at one instant it is not said which is the later one.
            prop_assume!(latest.insert((*id, *second), *name).is_none_or(|other| other == *name));
        }
        for ((id, _), name) in latest {
            match name {
                Some(name) => drop(wanted.insert(id, name)),
                None => drop(wanted.remove(&id)),
            }
        }
        let store = Arc::new(MemoryStore::new());
        let told: Vec<_> = changes.into_iter().map(telling).collect();
        let rows = block_on(async { all(overlay(&store, &base, &told).await).await });
        prop_assert_eq!(rows, teams(&wanted));
    }
}

#[tokio::test]
async fn what_is_not_simply_replaced_is_folded() {
    let store = Arc::new(MemoryStore::new());
    let both = |before: Team, told: Team| Team { code: before.name, ..told };
    let base = table(&store, &[team(1, 7)]).await;
    let mut segments = Vec::new();
    // Plain rows, and two of one of them.
    for (key, rows) in [("a", vec![team(1, 8), team(2, 9)]), ("b", vec![team(2, 3)])] {
        let encoded = encode_segment(&rows.iter().map(StagedRow::of).collect::<Vec<_>>());
        segments.extend(staged(&store, key, encoded).await);
    }
    let rows = all(Overlay::new(&dynamic(&store), base, &segments, Some(both))).await;
    let coded = |code: &str, team| Team { code: Some(code.into()), ..team };
    assert_eq!(rows, [coded("7", team(1, 8)), coded("9", team(2, 3))]);
}

fn member(team: &str, user: &str, is_leader: bool) -> TeamMember {
    TeamMember {
        team_id: team.into(),
        user_id: user.into(),
        is_leader: Some(is_leader),
        is_admin: None,
    }
}

fn ids(ids: &[&str]) -> HashSet<Box<str>> {
    ids.iter().map(|&id| id.into()).collect()
}

/// What a walk has found, with what was before of what it could not see.
async fn carried(before: &[TeamMember], found: &[TeamMember], unseen: Unseen) -> Vec<TeamMember> {
    let store = Arc::new(MemoryStore::new());
    let base = table(&store, before).await;
    let encoded = encode_segment(&found.iter().map(StagedRow::of).collect::<Vec<_>>());
    let segments = staged(&store, "found", encoded).await;
    let found = Merge::<TeamMember>::new(store.clone(), &segments, None, later);
    let before = Overlay::new(&dynamic(&store), base, &[], None);
    all(Carried::new(found, before, Vec::new(), unseen)).await
}

#[tokio::test]
async fn a_walk_keeps_what_it_cannot_see_and_nothing_else() {
    let before = [
        member("deleted", "asleep", false),
        member("team", "asleep", true),
        member("team", "left", false),
        member("team", "there", false),
    ];
    let found = [member("team", "new", false), member("team", "there", true)];
    let unseen = Unseen { first: ids(&["team"]), second: ids(&["asleep"]), ..Unseen::default() };
    let wanted = [
        member("team", "asleep", true),
        member("team", "new", false),
        member("team", "there", true),
    ];
    assert_eq!(carried(&before, &found, unseen).await, wanted);
}

#[tokio::test]
async fn what_was_read_in_part_counts_for_nothing_and_what_was_before_stands() {
    let before = [member("bad", "left", false), member("bad", "there", false)];
    let found = [
        member("bad", "new", false),
        member("bad", "there", true),
        member("good", "there", false),
        member("new and bad", "there", false),
    ];
    let unseen = Unseen { unread: ids(&["bad", "new and bad"]), ..Unseen::default() };
    let wanted = [before[0].clone(), before[1].clone(), found[2].clone()];
    assert_eq!(carried(&before, &found, unseen).await, wanted);
}
