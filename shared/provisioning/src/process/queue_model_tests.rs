//! Random histories of a whole stack: requests in any order of their groups, ends, and faults of the store,
//! the vendor, the queues and the clock. What must be true of each follows from the history alone.

mod queue;
mod stage;
mod verdict;

use proptest::prelude::*;

use stage::Stage;

pub(super) const USERS: [&str; 3] = ["ana", "bo", "cy"];

/// What a request wants.
#[derive(Debug, Clone)]
pub(super) enum Wish {
    /// Whom, what, and after how many minutes it ends.
    Grant(&'static str, &'static str, Option<i64>),
    Revoke(&'static str, &'static str),
    /// Lets somebody in, or no more.
    Active(&'static str, bool),
    /// Who is to be in the team.
    Members(Vec<&'static str>),
}

/// What happens.
#[derive(Debug, Clone)]
pub(super) enum Event {
    /// A request, in the group of its subject or in one that all share.
    Sent(Wish, bool),
    /// About somebody the vendor does not answer for so many minutes.
    Poisoned(&'static str, i64),
    /// The vendor is away for so many minutes.
    Away(i64),
    /// What the next but so many write at the vendor meets.
    VendorWrite(u32, VendorWrite),
    /// The vendor shows nothing where something is, after so many looks; once in a history.
    Blind(u32),
    /// What goes wrong with a call of the next batch to the store.
    StoreOfBatch(u32, StoreWrong),
    /// What goes wrong with a call of the next tick to the store.
    StoreOfTick(u32, StoreWrong),
    /// Nobody takes outcomes for so many minutes.
    Deaf(i64),
    /// The next end is refused by the queue, or taken without an answer.
    Ask(bool),
    /// The clock of the ticks is ahead by so many seconds.
    Ahead(i64),
    /// An administrator gives the course.
    ByHand(&'static str),
}

#[derive(Debug, Clone, Copy)]
pub(super) enum VendorWrite {
    LostBefore,
    LostAfter,
    Forbidden,
    SeenLater,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum StoreWrong {
    Refused,
    Unanswered,
    Overtaken,
    Killed,
}

fn wish() -> impl Strategy<Value = Wish> {
    let user = || prop::sample::select(USERS.to_vec());
    let what = || prop::sample::select(vec!["team:t:member", "team:t:leader", "course:c:assigned"]);
    let ends = prop::option::weighted(0.8, 1..90_i64);
    prop_oneof![
        6 => (user(), what(), ends).prop_map(|(user, what, ends)| Wish::Grant(user, what, ends)),
        1 => (user(), what()).prop_map(|(user, what)| Wish::Revoke(user, what)),
        1 => (user(), any::<bool>()).prop_map(|(user, may)| Wish::Active(user, may)),
        1 => prop::sample::subsequence(USERS.to_vec(), 1..=3).prop_map(Wish::Members),
    ]
}

fn event() -> impl Strategy<Value = Event> {
    let user = || prop::sample::select(USERS.to_vec());
    let vendor_write = prop::sample::select(vec![
        VendorWrite::LostBefore,
        VendorWrite::LostAfter,
        VendorWrite::Forbidden,
        VendorWrite::SeenLater,
    ]);
    let store = || {
        let kinds = [
            StoreWrong::Refused,
            StoreWrong::Unanswered,
            StoreWrong::Overtaken,
            StoreWrong::Killed,
        ];
        (1..25_u32, prop::sample::select(kinds.to_vec()))
    };
    prop_oneof![
        12 => (wish(), prop::bool::weighted(0.15)).prop_map(|(wish, shared)| Event::Sent(wish, shared)),
        2 => (user(), 1..100_i64).prop_map(|(user, minutes)| Event::Poisoned(user, minutes)),
        1 => prop_oneof![9 => 1..120_i64, 1 => Just(26 * 60)].prop_map(Event::Away),
        2 => (1..4_u32, vendor_write).prop_map(|(nth, kind)| Event::VendorWrite(nth, kind)),
        2 => (0..4_u32).prop_map(Event::Blind),
        3 => store().prop_map(|(nth, kind)| Event::StoreOfBatch(nth, kind)),
        1 => store().prop_map(|(nth, kind)| Event::StoreOfTick(nth, kind)),
        1 => (1..60_i64).prop_map(Event::Deaf),
        1 => any::<bool>().prop_map(Event::Ask),
        1 => (0..240_i64).prop_map(Event::Ahead),
        1 => user().prop_map(Event::ByHand),
    ]
}

/// How many histories are tried.
fn histories() -> u32 {
    std::env::var("ROLLCALL_HISTORIES").ok().and_then(|n| n.parse().ok()).unwrap_or(2_000)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: histories(), ..ProptestConfig::default() })]

    #[test]
    fn nobody_waits_for_a_stranger_and_everything_given_ends(
        members in prop::sample::subsequence(USERS.to_vec(), 0..=3),
        events in prop::collection::vec((0..20_i64, event()), 1..14),
        order in any::<u64>(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let stage = Stage::new(&members, order);
        runtime.block_on(stage.play(&events));
        runtime.block_on(stage.judge(&members, &events))?;
    }
}
