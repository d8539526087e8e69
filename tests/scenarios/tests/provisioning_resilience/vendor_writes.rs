//! Each write that the vendor offers, with a request that comes to nothing else.

use litmos_simulator::{Fault, Possession, Rule};
use scenarios::{Person, Provisioning, Refusal, grant, request, revoke};
use serde_json::{Value, json};

use crate::{
    kinds::{Case, Held},
    support::{id, somebody},
};

impl Case {
    /// The method and the path below the base URL of its one write.
    pub(crate) fn call(&self) -> (&str, &str) {
        let line = self.writes[0].split('?').next().unwrap();
        line.split_once(' ').unwrap()
    }

    /// Lets its write go wrong.
    pub(crate) fn fault(&self, fault: Fault) -> Rule {
        let (method, path) = self.call();
        // With the mark, so that longer paths are not meant.
        Rule::new(fault).method(method).on(format!("/v1.svc{path}?"))
    }

    /// Refuses its write.
    pub(crate) fn refusal(&self, status: u16, detail: &str) -> Refusal {
        let (method, path) = self.call();
        Refusal { of: format!("{method} /v1.svc{path}"), status, detail: detail.to_owned() }
    }

    /// Whether the vendor would do it twice if it were told twice.
    pub(crate) fn creates(&self) -> bool {
        text(&self.body["operation"]).starts_with("create_")
    }
}

/// A case of each write.
pub(crate) fn one_of_each(world: &Provisioning) -> Vec<Case> {
    let mut cases = vec![
        create_account(),
        update_account(world),
        create_team(None),
        create_team(Some(&world.cast.upper)),
    ];
    cases.extend(changed_teams(world));
    cases.extend(memberships(world));
    cases.extend(assignments(world));
    cases
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn create_account() -> Case {
    let mut body = request("create_account", json!({}));
    let name = format!("{}@example.org", id(&body));
    body["account"] = json!({ "user_name": name, "last_name": "Ek", "email": name });
    let is_so = move |world: &Provisioning| {
        let all = world.vendor().truth().users().into_iter();
        all.filter(|user| user.user_name.as_ref() == Some(&name)).count() == 1
    };
    Case::new(body, ["POST /users?sendmessage=false".to_owned()], is_so)
}

fn update_account(world: &Provisioning) -> Case {
    let dee = somebody(world);
    let account = json!({ "attributes": { "CustomField3": "R&D" } });
    let body = request("update_account", json!({ "principal": dee.by_id(), "account": account }));
    let writes = [format!("PUT /users/{}", dee.id)];
    Case::new(body, writes, move |world| world.account(&dee.id)["CustomField3"] == "R&D")
}

fn create_team(above: Option<&str>) -> Case {
    let mut body = request("create_team", json!({}));
    let name = format!("Team of {}", id(&body));
    body["team"] = json!({ "name": name });
    let below = above.map(|above| format!("/{above}/teams")).unwrap_or_default();
    if let Some(above) = above {
        body["team"]["parent_team_id"] = above.into();
    }
    let is_so = move |world: &Provisioning| teams_named(world, &name) == 1;
    Case::new(body, [format!("POST /teams{below}")], is_so)
}

fn teams_named(world: &Provisioning, name: &str) -> usize {
    let teams = world.vendor().truth().teams().into_iter();
    teams.filter(|team| team.name.as_deref() == Some(name)).count()
}

/// A team gets another name, and another one is deleted.
fn changed_teams(world: &Provisioning) -> [Case; 2] {
    let mut leaves = leaves(world).into_iter();
    let (changed, gone) = (leaves.next().unwrap(), leaves.next().unwrap());
    let name = format!("Team {changed} anew");
    let team = json!({ "team_id": changed, "name": name });
    let rename = Case::new(
        request("update_team", json!({ "team": team })),
        [format!("PUT /teams/{changed}")],
        move |world| teams_named(world, &name) == 1,
    );
    let body = request("delete_team", json!({ "team": { "team_id": gone } }));
    let writes = [format!("DELETE /teams/{gone}")];
    let is_so = move |world: &Provisioning| !world.vendor().world().team_ids().contains(&gone);
    [rename, Case::new(body, writes, is_so)]
}

/// Teams without teams below that nobody else names.
pub(crate) fn leaves(world: &Provisioning) -> Vec<String> {
    let teams = world.vendor().truth().teams();
    let is_above = |id: &String| teams.iter().any(|team| team.parent_team_id.as_ref() == Some(id));
    let named = [&world.cast.north, &world.cast.south];
    let ids = teams.iter().map(|team| &team.team_id);
    ids.filter(|id| !is_above(id) && !named.contains(id)).cloned().collect()
}

fn memberships(world: &Provisioning) -> Vec<Case> {
    let team = &world.cast.north;
    let parts = [
        ("member", "users", Possession::Member),
        ("leader", "leaders", Possession::Leader),
        ("admin", "admins", Possession::Admin),
    ];
    let cases = parts.into_iter().flat_map(|(level, folder, part)| {
        let entitlement = format!("team:{team}:{level}");
        let (dee, eve) = (somebody(world), somebody(world));
        if part != Possession::Member {
            assert!(world.vendor().world().possess(&dee.id, Possession::Member, team, true));
        }
        assert!(world.vendor().world().possess(&eve.id, part, team, true));
        let give = match part {
            Possession::Member => format!("POST /teams/{team}/users?sendmessage=false"),
            _ => format!("PUT /teams/{team}/{folder}/{}", dee.id),
        };
        let take = format!("DELETE /teams/{team}/{folder}/{}", eve.id);
        let has = move |team: String, who: Person| {
            move |world: &Provisioning| {
                world.membership(&team, &who.id).is_some_and(|is| match part {
                    Possession::Leader => is.leader,
                    Possession::Admin => is.admin,
                    _ => true,
                })
            }
        };
        let (gets, loses) = (has(team.clone(), dee.clone()), has(team.clone(), eve.clone()));
        [
            given(&dee, &entitlement, json!([level]), give, gets),
            Case::new(revoke(&eve, &entitlement), [take], move |world| !loses(world)),
        ]
    });
    cases.collect()
}

fn assignments(world: &Provisioning) -> Vec<Case> {
    let cast = &world.cast;
    let things = [
        ("course", "courses", Possession::Course, &cast.course),
        ("learning_path", "learningpaths", Possession::LearningPath, &cast.path),
    ];
    let cases = things.into_iter().flat_map(|(kind, folder, what, thing)| {
        let entitlement = format!("{kind}:{thing}:assigned");
        let (dee, eve) = (somebody(world), somebody(world));
        assert!(world.vendor().world().possess(&eve.id, what, thing, true));
        let give = format!("POST /users/{}/{folder}?sendmessage=false", dee.id);
        let take = format!("DELETE /users/{}/{folder}/{thing}", eve.id);
        let has = move |thing: String, who: Person| {
            move |world: &Provisioning| match what {
                Possession::Course => world.has_course(&thing, &who.id),
                _ => world.has_path(&thing, &who.id),
            }
        };
        let (gets, loses) = (has(thing.clone(), dee.clone()), has(thing.clone(), eve.clone()));
        [
            given(&dee, &entitlement, json!(["assigned"]), give, gets),
            Case::new(revoke(&eve, &entitlement), [take], move |world| !loses(world)),
        ]
    });
    cases.collect()
}

fn given(
    dee: &Person,
    entitlement: &str,
    added: Value,
    write: String,
    is_so: impl Fn(&Provisioning) -> bool + 'static,
) -> Case {
    let (user_id, before) = (dee.id.clone(), Value::Null);
    let held = Held { user_id, entitlement: entitlement.to_owned(), added, before };
    Case { held: Some(held), ..Case::new(grant(dee, entitlement), [write], is_so) }
}
