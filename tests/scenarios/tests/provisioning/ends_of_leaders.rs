//! The ends of team leaders and admins: a membership lasts as long as anything that needs it.

use jiff::{SignedDuration, Timestamp};
use litmos_simulator::Possession;
use scenarios::{Person, Provisioning, grant, revoke, soon};

use crate::{
    ends::{assert_settled, give, verdicts_at},
    support::{changes, facts, is, verdict},
};

/// What somebody is in the north: member, leader, admin.
fn standing_of(world: &Provisioning, person: &Person) -> [bool; 3] {
    let membership = world.membership(&world.cast.north, &person.id);
    membership.map_or([false; 3], |member| [true, member.leader, member.admin])
}

fn of_north(world: &Provisioning, level: &str) -> String {
    format!("team:{}:{level}", world.cast.north)
}

#[test]
fn a_membership_that_was_there_before_stays() {
    let world = Provisioning::new();
    let ana = &world.cast.ana;
    let at_vendor = world.vendor().world();
    assert!(at_vendor.possess(&ana.id, Possession::Member, &world.cast.north, true));
    let before = facts(&world);
    world.warm_up();
    let end = soon();
    give(&world, grant(ana, &of_north(&world, "leader")), end, "succeeded");
    assert_eq!(verdicts_at(&world, end), [is("succeeded", None)]);
    assert_eq!(changes(&before, &world), [] as [String; 0]);
    assert_settled(&world);
}

/// Two grants of one team to one person: which came first, and which ends first.
struct Pair {
    person: Person,
    levels: [&'static str; 2],
    later_first: bool,
}

/// Every pair of levels in both orders of asking and of ending, each with a person of its own.
fn pairs(world: &Provisioning) -> Vec<Pair> {
    let levels = ["member", "leader", "admin"];
    let pairs = levels.map(|first| levels.map(|second| [first, second])).concat();
    let pairs = pairs.into_iter().filter(|[first, second]| first != second);
    let pairs = pairs.flat_map(|levels| [false, true].map(|later_first| (levels, later_first)));
    let pair = |(levels, later_first)| {
        let id = world.vendor().world().add_user("One", "More");
        Pair { person: Person::at(world.vendor(), &id), levels, later_first }
    };
    pairs.map(pair).collect()
}

#[test]
fn the_membership_lasts_until_the_later_of_two() {
    let world = Provisioning::new();
    let pairs = pairs(&world);
    let before = facts(&world);
    world.warm_up();
    let early = soon() + SignedDuration::from_secs(5);
    let late = early + SignedDuration::from_secs(3);
    for Pair { person, levels, later_first } in &pairs {
        let ends = if *later_first { [late, early] } else { [early, late] };
        for (level, end) in levels.iter().zip(ends) {
            let comes_along = *level == "member" && levels[0] != "member";
            let status = if comes_along { "already_done" } else { "succeeded" };
            give(&world, grant(person, &of_north(&world, level)), end, status);
        }
    }
    assert!(Timestamp::now() < early, "too slow to tell");
    verdicts_at(&world, early);
    assert!(Timestamp::now() < late, "too slow to tell");
    for Pair { person, levels, later_first } in &pairs {
        let lasting = levels[usize::from(!later_first)];
        let expected = [true, lasting == "leader", lasting == "admin"];
        assert_eq!(standing_of(&world, person), expected, "{levels:?}, later first: {later_first}");
    }
    verdicts_at(&world, late);
    assert_eq!(changes(&before, &world), [] as [String; 0]);
    assert_eq!(world.ledger("holds/"), [].into());
    assert_settled(&world);
}

/// A membership that is to stay is not taken by the end of what came first.
#[test]
fn a_membership_without_an_end_outlasts_leadership() {
    let world = Provisioning::new();
    let ana = &world.cast.ana;
    world.warm_up();
    let end = soon();
    give(&world, grant(ana, &of_north(&world, "leader")), end, "succeeded");
    let stays = grant(ana, &of_north(&world, "member"));
    assert_eq!(verdict(&world.ask(&stays)), is("already_done", None));
    assert_eq!(verdicts_at(&world, end), [is("succeeded", None)]);
    assert_eq!(standing_of(&world, ana), [true, false, false]);
    assert_settled(&world);
}

/// Leadership that was revoked early leaves the membership that came with it, until its end.
#[test]
fn a_membership_that_came_with_leadership_ends_with_it() {
    let world = Provisioning::new();
    let (ana, before) = (&world.cast.ana, facts(&world));
    world.warm_up();
    let end = soon();
    give(&world, grant(ana, &of_north(&world, "leader")), end, "succeeded");
    let taken = revoke(ana, &of_north(&world, "leader"));
    assert_eq!(verdict(&world.ask(&taken)), is("succeeded", None));
    assert_eq!(standing_of(&world, ana), [true, false, false]);
    assert_eq!(verdicts_at(&world, end), [is("succeeded", None)]);
    assert_eq!(changes(&before, &world), [] as [String; 0]);
    assert_settled(&world);
}

/// Who was made a leader by somebody else meanwhile was not made one by Rollcall. The membership
/// was, and nobody keeps what should have ended.
#[test]
fn a_membership_ends_with_what_others_hung_on_it() {
    let world = Provisioning::new();
    let (ana, before) = (&world.cast.ana, facts(&world));
    world.warm_up();
    let end = soon();
    give(&world, grant(ana, &of_north(&world, "member")), end, "succeeded");
    let at_vendor = world.vendor().world();
    assert!(at_vendor.possess(&ana.id, Possession::Leader, &world.cast.north, true));
    assert_eq!(verdicts_at(&world, end), [is("succeeded", None)]);
    assert_eq!(changes(&before, &world), [] as [String; 0]);
    assert_settled(&world);
}

/// The vendor does not list a leader whose account may not be used; the leadership ends all the same.
#[test]
fn the_leadership_of_a_disabled_account_ends() {
    let world = Provisioning::new();
    let (ana, north) = (&world.cast.ana, &world.cast.north);
    let at_vendor = world.vendor().world();
    assert!(at_vendor.possess(&ana.id, Possession::Member, north, true));
    world.warm_up();
    let end = soon();
    give(&world, grant(ana, &of_north(&world, "leader")), end, "succeeded");
    assert!(at_vendor.set_active(&ana.id, false));
    let anew = grant(ana, &of_north(&world, "leader"));
    assert_eq!(verdict(&world.ask(&anew)), is("rejected", Some("account_inactive")));
    assert_eq!(verdicts_at(&world, end), [is("succeeded", None)]);
    assert!(at_vendor.set_active(&ana.id, true));
    assert_eq!(standing_of(&world, ana), [true, false, false]);
    assert_settled(&world);
}
