//! The end of a role brings back the one that was there before, if nobody has changed it since.

use litmos_simulator::Possession;
use scenarios::{Provisioning, grant, request, soon};
use serde_json::json;

use crate::{
    ends::{assert_settled, give, verdicts_at},
    support::{changes, facts, is, verdict},
};

fn world() -> Provisioning {
    let roles = "Learner,Administrator,Account_Owner";
    let world = Provisioning::new().set("ROLLCALL_GRANTABLE_ROLES", roles);
    world.warm_up();
    world
}

#[test]
fn a_role_that_was_there_before_comes_back() {
    let world = world();
    let (cast, before) = (&world.cast, facts(&world));
    let end = soon();
    // One was a learner, the other more than that.
    give(&world, grant(&cast.ana, "role:Administrator"), end, "succeeded");
    give(&world, grant(&cast.admin, "role:Account_Owner"), end, "succeeded");
    assert_eq!(world.role(&cast.admin.id), "Account_Owner");
    assert_eq!(verdicts_at(&world, end), [is("succeeded", None), is("succeeded", None)]);
    assert_eq!(world.role(&cast.admin.id), "Administrator");
    assert_eq!(changes(&before, &world), [] as [String; 0]);
    assert_settled(&world);
}

/// `Team_Leader` cannot be written: it is what a learner reads as who leads a team.
#[test]
fn a_team_leader_is_one_again() {
    let world = world();
    let ana = &world.cast.ana;
    let at_vendor = world.vendor().world();
    assert!(at_vendor.possess(&ana.id, Possession::Leader, &world.cast.north, true));
    let (before, end) = (facts(&world), soon());
    give(&world, grant(ana, "role:Administrator"), end, "succeeded");
    assert_eq!(verdicts_at(&world, end), [is("succeeded", None)]);
    assert_eq!(world.role(&ana.id), "Team_Leader");
    assert_eq!(changes(&before, &world), [] as [String; 0]);
    assert_settled(&world);
}

/// Two roles one above the other, in both orders of ending: nothing of either is left.
#[test]
fn of_two_roles_neither_is_left() {
    for higher_first in [false, true] {
        let world = world();
        let (ana, before) = (&world.cast.ana, facts(&world));
        let [early, late] = [soon(), soon() + jiff::SignedDuration::from_millis(1_500)];
        let (low, high) = if higher_first { (late, early) } else { (early, late) };
        give(&world, grant(ana, "role:Administrator"), low, "succeeded");
        give(&world, grant(ana, "role:Account_Owner"), high, "succeeded");
        verdicts_at(&world, early);
        let left = if higher_first { "Administrator" } else { "Account_Owner" };
        assert_eq!(world.role(&ana.id), left);
        verdicts_at(&world, late);
        assert_eq!(changes(&before, &world), [] as [String; 0], "higher first: {higher_first}");
        assert_settled(&world);
    }
}

/// A role that somebody gave meanwhile, be it more or less, is not Rollcall's to take.
#[test]
fn a_role_that_was_changed_since_stays() {
    for (role, by_request) in [("Account_Owner", false), ("Learner", false), ("Learner", true)] {
        let world = world();
        let (ana, end) = (&world.cast.ana, soon());
        give(&world, grant(ana, "role:Administrator"), end, "succeeded");
        if by_request {
            let members = json!({ "principal": ana.by_id(), "account": { "role": role } });
            let outcome = world.ask(&request("update_account", members));
            assert_eq!(verdict(&outcome), is("succeeded", None));
        } else {
            assert!(world.vendor().world().set_level(&ana.id, role));
        }
        world.vendor().reset_log();
        for (status, _) in verdicts_at(&world, end) {
            assert_eq!(status, "already_done");
        }
        assert_eq!((world.role(&ana.id).as_str(), world.writes()), (role, vec![]));
        assert_settled(&world);
    }
}
