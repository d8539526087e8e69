//! `set_team_members`: the difference and nothing else.

use litmos_simulator::{Options, Possession};
use scenarios::{Provisioning, VendorWrite, request, small_world, text};
use serde_json::{Value, json};

use crate::support::{assert_outcome, assert_rejects, changes, facts, is, standing, verdict};

fn wanting(team: &str, members: &[Value]) -> Value {
    request("set_team_members", json!({ "team": { "team_id": team }, "members": members }))
}

fn by_id(id: impl AsRef<str>) -> Value {
    json!({ "user_id": id.as_ref() })
}

/// The active members, sorted: what the vendor lists.
fn listed(world: &Provisioning, team: &str) -> Vec<String> {
    let all = world.vendor().truth().memberships().into_iter();
    let listed = all.filter(|member| member.team_id == team && member.active);
    listed.map(|member| member.user_id).collect()
}

#[test]
fn a_team_gets_the_members_that_are_wanted() {
    let world = Provisioning::new();
    let (cast, before) = (&world.cast, facts(&world));
    let north = &cast.north;
    let there = listed(&world, north);
    let [kept, left @ ..] = &*there else { panic!("{north} is empty") };
    let new = {
        let mut new = [cast.ana.id.clone(), cast.bo.id.clone()];
        new.sort_unstable();
        new
    };
    // One of them twice: by name and by id.
    let wanted = [by_id(kept), cast.ana.by_name(), by_id(&cast.bo.id), by_id(&cast.ana.id)];
    let asked = wanting(north, &wanted);
    let outcome = world.ask(&asked);
    let added = new.iter().map(|id| standing("add_team_member", north, id));
    let removed = left.iter().map(|id| standing("remove_team_member", north, id));
    let expected = json!({
        "status": "succeeded", "effects": added.chain(removed).collect::<Vec<_>>(),
        "result": outcome["result"],
    });
    assert_outcome(&outcome, &asked, expected);

    let list: Value = new.iter().map(|id| json!({ "Id": id })).collect();
    let added = VendorWrite::new(format!("POST /teams/{north}/users?sendmessage=false"), list);
    let removed =
        left.iter().map(|id| VendorWrite::bare(format!("DELETE /teams/{north}/users/{id}")));
    assert_eq!(world.writes(), [added].into_iter().chain(removed).collect::<Vec<_>>());
    let gone = left.iter().map(|id| format!("- {north} member {id}"));
    let come = new.iter().map(|id| format!("+ {north} member {id}"));
    let (mut expected, mut found): (Vec<_>, _) =
        (gone.chain(come).collect(), changes(&before, &world));
    expected.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, expected);

    let again = wanting(north, &wanted[..3]);
    let outcome = world.ask(&again);
    let nothing = json!({ "status": "already_done", "result": outcome["result"] });
    assert_outcome(&outcome, &again, nothing);
    assert_eq!(world.writes().len(), 1 + left.len());
}

#[test]
fn one_who_is_not_found_rejects_the_whole() {
    let world = Provisioning::new();
    let (cast, before) = (&world.cast, facts(&world));
    for (member, about) in [
        (by_id("NoSuchUser1"), "NoSuchUser1"),
        (json!({ "user_name": "nobody@example.org" }), "nobody@example.org"),
    ] {
        let asked = wanting(&cast.north, &[by_id(&cast.ana.id), member, by_id(&cast.bo.id)]);
        assert_rejects(&world, &asked, "principal_not_found", about);
    }
    assert_eq!(changes(&before, &world), [] as [String; 0]);
}

#[test]
fn an_empty_list_must_be_meant() {
    let world = Provisioning::new();
    let north = &world.cast.north;
    assert_rejects(&world, &wanting(north, &[]), "invalid_request", "members");
    let mut meant = wanting(north, &[]);
    meant["allow_empty"] = true.into();
    assert_eq!(verdict(&world.ask(&meant)), is("succeeded", None));
    assert_eq!(listed(&world, north), [] as [String; 0]);
}

/// Litmos does not list inactive members: they stay, and the outcome says that it cannot know.
#[test]
fn what_could_not_be_seen_is_told() {
    let world = Provisioning::new();
    let (cast, north) = (&world.cast, &world.cast.north);
    let hidden = listed(&world, north)[0].clone();
    assert!(world.vendor().world().set_active(&hidden, false));
    let outcome = world.ask(&wanting(north, &[by_id(&cast.ana.id)]));
    assert_eq!(verdict(&outcome), is("succeeded", None));
    assert!(text(&outcome["message"]).contains("could not be seen"), "{outcome:#}");
    assert_eq!(listed(&world, north), [&*cast.ana.id]);
    assert!(world.membership(north, &hidden).is_some(), "nobody was taken for absent");
}

/// The outcome of a long list is larger than a message of the queue: its effects are in the ledger.
#[test]
fn the_outcome_of_a_long_list_is_told() {
    let world = Provisioning::in_world(Options { users: 4_000, ..small_world() });
    let north = &world.cast.north;
    let everybody: Vec<_> = world.vendor().world().user_ids().iter().map(by_id).collect();
    let mut asked = wanting(north, &everybody);
    asked["dry_run"] = true.into();
    world.send(&asked);
    let told = world.deliver_all().remove(0);
    assert_eq!((verdict(&told), &told["effects"]), (is("planned", None), &json!([])), "{told:#}");
    let folder = format!("ledger/requests/{}/", text(&asked["request_id"]));
    let message = text(&told["message"]);
    assert!(message.contains(&folder), "{message}");
    let recorded = world.scenario.document(&format!("{folder}outcome.json")).unwrap();
    let effects = recorded["effects"].as_array().unwrap().len();
    assert!(effects > 3_900 && message.contains(&format!("{effects} effects")), "{message}");
}

/// Each look is a request, and there is no end to them if each attempt begins with all of them.
#[test]
fn many_inactive_members_are_not_asked_for_one_by_one() {
    let world = Provisioning::new();
    let (south, organisation) = (&world.cast.south, world.vendor().world());
    let inactive: Vec<_> = (0..30)
        .map(|number| {
            let id = organisation.add_user("Dee", "Hill");
            assert!(organisation.set_active(&id, false));
            assert!(number % 2 == 0 || organisation.possess(&id, Possession::Member, south, true));
            id
        })
        .collect();
    let asked = wanting(south, &inactive.iter().map(by_id).collect::<Vec<_>>());
    assert_eq!(verdict(&world.ask(&asked)), is("succeeded", None));
    let members = world.members(south);
    assert!(inactive.iter().all(|id| members.contains(id)), "{members:?}");
    assert_eq!(listed(&world, south), [] as [String; 0]);
    let requests = world.vendor().log().count();
    assert!(requests < 40, "{requests}");
    // A few are, so that a list that changes nothing says so.
    let few: Vec<_> = inactive[..10].iter().map(by_id).collect();
    assert_eq!(verdict(&world.ask(&wanting(south, &few))), is("already_done", None));
}

/// A list that could not be looked up within the function's time is refused, and not tried for a day.
#[test]
fn more_new_members_than_can_be_looked_up_are_refused() {
    let world = Provisioning::in_world(Options { users: 40_100, ..small_world() });
    let (north, everybody) = (&world.cast.north, world.vendor().world().user_ids());
    let first = |count: usize| {
        let new = everybody.iter().rev().take(count).map(by_id).collect::<Vec<_>>();
        let mut asked = wanting(north, &new);
        asked["dry_run"] = true.into();
        asked
    };
    assert_rejects(&world, &first(41), "too_many_members", "40");
    let requests = world.vendor().log().count();
    assert!(requests <= 5, "{requests}");
    assert_eq!(verdict(&world.ask(&first(40))), is("planned", None));
}
