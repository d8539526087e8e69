//! Teams: made, renamed, removed.

use scenarios::{Provisioning, VendorWrite, request, text};
use serde_json::{Value, json};

use crate::support::{
    assert_outcome, assert_rejected, assert_rejects, changes, effect, facts, is, verdict,
};

/// A team's record, as meant.
fn team(world: &Provisioning, id: &str) -> Option<(String, Option<String>)> {
    let teams = world.vendor().truth().teams().into_iter();
    teams
        .filter(|team| team.team_id == id)
        .map(|team| (team.name.unwrap(), team.parent_team_id))
        .next()
}

fn made_of(outcome: &Value) -> Value {
    json!({ "user_id": null, "team_id": outcome["result"]["team_id"] })
}

#[test]
fn a_team_is_made_once_at_the_top_or_below_another() {
    let world = Provisioning::new();
    let north = &world.cast.north;
    for (name, above, line) in [
        ("Bremen & Co", None, "POST /teams".to_owned()),
        ("Łódź \"West\"", Some(north), format!("POST /teams/{north}/teams")),
    ] {
        world.vendor().reset_log();
        let before = facts(&world);
        let members = json!({ "team": { "name": name, "parent_team_id": above } });
        let asked = request("create_team", members.clone());
        let outcome = world.ask(&asked);
        let id = text(&outcome["result"]["team_id"]);
        let detail = json!({ "name": name, "parent_team_id": above });
        let expected = json!({
            "status": "succeeded", "effects": [effect("create_team", detail)],
            "result": { "user_id": null, "team_id": id },
        });
        assert_outcome(&outcome, &asked, expected);
        let written = json!({ "Id": "", "Name": name, "Description": "" });
        assert_eq!(world.writes(), [VendorWrite::new(line, written)]);
        let made = format!("+ team {id} {name} below {:?}", above.cloned().unwrap_or_default());
        assert_eq!(changes(&before, &world), [made]);

        let again = request("create_team", members);
        let outcome = world.ask(&again);
        let expected =
            json!({ "status": "already_done", "result": { "user_id": null, "team_id": id } });
        assert_outcome(&outcome, &again, expected);
        assert_eq!(world.writes().len(), 1);
    }
    for dry_run in [true, false] {
        let team = json!({ "name": "x", "parent_team_id": "gone" });
        let nowhere = request("create_team", json!({ "team": team, "dry_run": dry_run }));
        assert_rejected(&world.ask(&nowhere), &nowhere, "team_not_found", "gone");
    }
}

#[test]
fn a_team_is_renamed_and_keeps_the_rest() {
    let world = Provisioning::new();
    let (north, before) = (&world.cast.north, facts(&world));
    let said = scenarios::vendor_says(world.vendor(), &format!("/teams/{north}"));
    let mut record: Value = serde_json::from_str(&said).unwrap();
    record["Name"] = "Far North".into();
    let (name, above) = team(&world, north).unwrap();
    let members = json!({ "team": { "team_id": north, "name": "Far North" } });
    let asked = request("update_team", members.clone());
    let detail = json!({ "team_id": north, "field": "name", "from": name, "to": "Far North" });
    let outcome = world.ask(&asked);
    let expected = json!({
        "status": "succeeded", "effects": [effect("set_team_field", detail)],
        "result": { "user_id": null, "team_id": north },
    });
    assert_outcome(&outcome, &asked, expected);
    assert_eq!(world.writes(), [VendorWrite::new(format!("PUT /teams/{north}"), record)]);
    let below = above.unwrap_or_default();
    let line = |name: &str| format!("team {north} {name} below {below:?}");
    assert_eq!(
        changes(&before, &world),
        [format!("- {}", line(&name)), format!("+ {}", line("Far North"))]
    );

    let again = request("update_team", members);
    let outcome = world.ask(&again);
    assert_outcome(
        &outcome,
        &again,
        json!({ "status": "already_done", "result": made_of(&outcome) }),
    );
    assert_eq!(world.writes().len(), 1);
}

#[test]
fn a_team_is_removed_once_and_never_with_teams_below() {
    let world = Provisioning::new();
    let (cast, before) = (&world.cast, facts(&world));
    let above = request("delete_team", json!({ "team": { "team_id": cast.upper } }));
    assert_rejects(&world, &above, "team_has_subteams", "below");
    assert_eq!(changes(&before, &world), [] as [String; 0]);

    let (name, _) = team(&world, &cast.north).unwrap();
    let asked = request("delete_team", json!({ "team": { "team_id": cast.north } }));
    let detail = json!({ "team_id": cast.north, "name": name });
    let outcome = world.ask(&asked);
    let expected = json!({
        "status": "succeeded", "effects": [effect("delete_team", detail)],
        "result": made_of(&outcome),
    });
    assert_outcome(&outcome, &asked, expected);
    let line = format!("DELETE /teams/{}", cast.north);
    assert_eq!(world.writes(), [VendorWrite::bare(line)]);
    assert_eq!(team(&world, &cast.north), None);
    let others = changes(&before, &world).into_iter().filter(|line| !line.contains(&cast.north));
    assert_eq!(others.collect::<Vec<_>>(), [] as [String; 0], "nobody loses an account");

    let again = request("delete_team", json!({ "team": { "team_id": cast.north } }));
    assert_eq!(verdict(&world.ask(&again)), is("already_done", None));
    assert_eq!(world.writes().len(), 1);
}

#[test]
fn an_unknown_team_is_named() {
    let world = Provisioning::new();
    let renamed = json!({ "team": { "team_id": "NoSuchTeam1", "name": "x" } });
    assert_rejects(&world, &request("update_team", renamed), "team_not_found", "NoSuchTeam1");
    let filled =
        json!({ "team": { "team_id": "NoSuchTeam1" }, "members": [world.cast.ana.by_id()] });
    assert_rejects(&world, &request("set_team_members", filled), "team_not_found", "NoSuchTeam1");
}

/// A name that is taken is the vendor's refusal; that it does not move teams is its silence.
#[test]
fn what_the_vendor_does_not_do_is_told() {
    let world = Provisioning::new();
    let (cast, before) = (&world.cast, facts(&world));
    let (taken, _) = team(&world, &cast.south).unwrap();
    let renamed = json!({ "team": { "team_id": cast.north, "name": taken } });
    let outcome = world.ask(&request("update_team", renamed));
    assert_eq!(verdict(&outcome), is("failed", Some("vendor_conflict")), "{outcome:#}");
    assert!(text(&outcome["message"]).contains("Team name already exists"), "{outcome:#}");

    let moved = json!({ "team": { "team_id": cast.north, "parent_team_id": cast.south } });
    let outcome = world.ask(&request("update_team", moved));
    assert_eq!(verdict(&outcome), is("failed", Some("not_applied")), "{outcome:#}");

    let itself = json!({ "team": { "team_id": cast.north, "parent_team_id": cast.north } });
    let itself = request("update_team", itself);
    assert_rejects(&world, &itself, "invalid_request", "team.parent_team_id");
    assert_eq!(changes(&before, &world), [] as [String; 0]);
}
