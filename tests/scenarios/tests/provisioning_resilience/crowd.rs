//! A crowd behind accounts about which the vendor answers 500 each time, or nothing at all: nobody waits long
//! for strangers. The queue is a model, since real waits grow to minutes.

mod queue;

use std::{collections::BTreeSet, iter, thread, time::Duration};

use litmos_simulator::{Fault, Possession, Rule};
use scenarios::{Provisioning, text};

use self::queue::{BATCH, Message, Queue, REQUESTS, Vendor};
use crate::{
    kinds::{Case, revocation, world},
    support::{is, verdict},
};

const POISONED: usize = 10;
const SILENT: usize = 2;
/// How many times what they need alone the others may need.
const MORE: usize = 3;

/// Where those in trouble stand among the others, as they were sent. Behind them they are not met before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Troubled {
    First,
    Between,
}

impl Troubled {
    fn among(self, others: usize) -> Vec<Vendor> {
        let mut sent = vec![Vendor::Answers; others];
        let silent = iter::repeat_n(Vendor::IsSilent, SILENT);
        let troubled = silent.chain(iter::repeat_n(Vendor::Answers500, POISONED));
        let apart = others / (SILENT + POISONED) + 1;
        for (nth, vendor) in troubled.enumerate() {
            let place = match self {
                Self::First => nth,
                Self::Between => nth * apart,
            };
            sent.insert(place, vendor);
        }
        sent
    }
}

/// What it took until all others were settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Took {
    batches: usize,
    time: Duration,
}

impl Took {
    fn alone(others: usize) -> Self {
        let time = Vendor::Answers.takes(1) * u32::try_from(others).unwrap();
        Self { batches: others.div_ceil(BATCH), time }
    }
}

/// A revocation about somebody of their own for each.
fn messages(world: &Provisioning, sent: Vec<Vendor>) -> Vec<Message> {
    let mut users = BTreeSet::new();
    let revocations = iter::repeat_with(|| revocation(world)).map(|case| (user(&case), case));
    // Rules of faults take ids for one that differ in capitals.
    let apart = revocations.filter(|(user, _)| users.insert(user.to_lowercase()));
    let messages = apart.zip(sent).map(|((user, case), vendor)| {
        // Who is in no team any more is looked at once more.
        let other_team = &world.cast.south;
        assert!(world.vendor().world().possess(&user, Possession::Member, other_team, true));
        trouble(world, &user, vendor);
        Message::new(case, user, vendor)
    });
    messages.collect()
}

fn user(case: &Case) -> String {
    text(&case.body["principal"]["user_id"])
}

fn trouble(world: &Provisioning, user: &str, vendor: Vendor) {
    let about = |fault| Rule::new(fault).on(format!("/users/{user}"));
    let faults = world.vendor().faults();
    match vendor {
        Vendor::Answers => {}
        Vendor::Answers500 => faults.add(about(Fault::ServerError)),
        Vendor::IsSilent => {
            // Endured once; later only the queue's clock knows how long it takes.
            faults.add(about(Fault::Slow { ms: 60_000 }).times(1));
            faults.add(about(Fault::GatewayTimeout));
        }
    }
}

/// Carries batch after batch out until all others are settled.
fn carry_out(others: usize, troubled: Troubled) -> Took {
    let world = world();
    let mut queue = Queue::new(messages(&world, troubled.among(others)));
    let (mut batches, mut settled) = (0, Vec::new());
    let is_other = |message: &&Message| message.vendor == Vendor::Answers;
    while queue.messages.iter().any(|message| is_other(&message)) {
        let left = queue.messages.iter().filter(is_other).count();
        let enough = Took::alone(others).batches * MORE;
        assert!(batches < enough, "{troubled:?}: {left} are left after {batches} batches");
        batches += 1;
        settled.extend(queue.deliver(&world));
    }
    let outcomes = world.take_outcomes();
    let succeeded = outcomes.iter().filter(|told| verdict(told) == is("succeeded", None));
    assert_eq!(succeeded.count(), others, "{troubled:?}");
    let log = world.vendor().log();
    for message in settled.iter().filter(is_other) {
        assert!((message.case.is_so)(&world), "{troubled:?}");
        let about_it = log.entries().iter().filter(|entry| entry.path.contains(&message.user));
        assert_eq!(about_it.count(), REQUESTS as usize, "what the clock is told");
    }
    Took { batches, time: queue.now }
}

#[test]
fn sixty_are_settled_within_three_times_the_batches_that_they_need_alone() {
    thread::scope(|scope| {
        let orders = [Troubled::First, Troubled::Between];
        let runs = orders.map(|order| scope.spawn(move || carry_out(60, order)));
        runs.into_iter().for_each(|run| _ = run.join().expect("see above"));
    });
}

/// In the worst order.
#[test]
fn two_hundred_are_settled_within_twice_the_time_that_they_need_alone() {
    let (took, alone) = (carry_out(200, Troubled::First), Took::alone(200));
    assert!(took.time <= alone.time * 2, "{took:?}, not {alone:?}");
}
