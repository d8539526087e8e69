//! A request of each kind, and what must come of it.

use jiff::{SignedDuration, Timestamp};
use litmos_simulator::{Options, Possession};
use scenarios::{
    Provisioning, QueueRecord, ending, grant, request, revoke, small_world, text, wait_until,
};
use serde_json::{Value, json};

use crate::support::{id, somebody};

/// What Rollcall is to hold.
pub(crate) struct Held {
    pub(crate) user_id: String,
    pub(crate) entitlement: String,
    /// The parts that the grant adds.
    pub(crate) added: Value,
    /// The role before.
    pub(crate) before: Value,
}

/// A request with what must come of it.
pub(crate) struct Case {
    /// The request; if it is a grant, without its end.
    pub(crate) body: Value,
    /// What is written at the vendor, in this order, each once.
    pub(crate) writes: Vec<String>,
    /// Of a grant.
    pub(crate) held: Option<Held>,
    /// Whose hold on what must be gone.
    pub(crate) let_go: Option<(String, String)>,
    /// Whether it is so at the vendor.
    pub(crate) is_so: Box<dyn Fn(&Provisioning) -> bool>,
}

/// Makes cases of one kind, as many as wanted, each about somebody or something else.
pub(crate) type Make = fn(&Provisioning, usize) -> Vec<Case>;

/// The kinds by their names.
pub(crate) const KINDS: [(&str, Make); 9] = [
    ("grant of leadership", |world, count| each(count, |_| leader(world))),
    ("grant of a role", |world, count| each(count, |_| role(world))),
    ("grant of a course", |world, count| each(count, |_| course(world))),
    ("revocation", |world, count| each(count, |_| revocation(world))),
    ("update of an account", |world, count| each(count, |_| update(world))),
    ("new account", |world, count| each(count, |_| new_account(world))),
    ("new team", |world, count| each(count, |_| new_team(world))),
    ("members of a team", members),
    ("end of a grant", ends),
];

/// An organisation with more teams than a kind has instants.
pub(crate) fn world() -> Provisioning {
    let options = Options { teams: 160, ..small_world() };
    Provisioning::in_world(options).set("ROLLCALL_GRANTABLE_ROLES", "Learner,Administrator")
}

fn each(count: usize, case: impl FnMut(usize) -> Case) -> Vec<Case> {
    (0..count).map(case).collect()
}

impl Case {
    pub(crate) fn new(
        body: Value,
        writes: impl IntoIterator<Item = String>,
        is_so: impl Fn(&Provisioning) -> bool + 'static,
    ) -> Self {
        let (writes, is_so) = (writes.into_iter().collect(), Box::new(is_so));
        Self { body, writes, held: None, let_go: None, is_so }
    }
}

fn leader(world: &Provisioning) -> Case {
    let (dee, team) = (somebody(world), world.cast.north.clone());
    let entitlement = format!("team:{team}:leader");
    let principal = dee.by_name();
    let body = request("grant", json!({ "principal": principal, "entitlement": entitlement }));
    let writes = [
        format!("POST /teams/{team}/users?sendmessage=false"),
        format!("PUT /teams/{team}/leaders/{}", dee.id),
    ];
    let added = json!(["member", "leader"]);
    let held = Held { user_id: dee.id.clone(), entitlement, added, before: Value::Null };
    let is_so =
        move |world: &Provisioning| world.membership(&team, &dee.id).is_some_and(|is| is.leader);
    Case { held: Some(held), ..Case::new(body, writes, is_so) }
}

fn role(world: &Provisioning) -> Case {
    let dee = somebody(world);
    let entitlement = "role:Administrator".to_owned();
    let (body, writes) = (grant(&dee, &entitlement), [format!("PUT /users/{}", dee.id)]);
    let (added, before) = (json!(["role"]), json!("Learner"));
    let held = Held { user_id: dee.id.clone(), entitlement, added, before };
    let is_so = move |world: &Provisioning| world.role(&dee.id) == "Administrator";
    Case { held: Some(held), ..Case::new(body, writes, is_so) }
}

/// With mail, which must not come twice.
fn course(world: &Provisioning) -> Case {
    let (dee, course) = (somebody(world), world.cast.course.clone());
    let entitlement = format!("course:{course}:assigned");
    let mut body = grant(&dee, &entitlement);
    body["notify"] = true.into();
    let writes = [format!("POST /users/{}/courses?sendmessage=true", dee.id)];
    let added = json!(["assigned"]);
    let held = Held { user_id: dee.id.clone(), entitlement, added, before: Value::Null };
    let is_so = move |world: &Provisioning| world.has_course(&course, &dee.id);
    Case { held: Some(held), ..Case::new(body, writes, is_so) }
}

pub(crate) fn revocation(world: &Provisioning) -> Case {
    let (dee, team) = (somebody(world), world.cast.north.clone());
    assert!(world.vendor().world().possess(&dee.id, Possession::Member, &team, true));
    let body = revoke(&dee, &format!("team:{team}:member"));
    let writes = [format!("DELETE /teams/{team}/users/{}", dee.id)];
    let is_so = move |world: &Provisioning| world.membership(&team, &dee.id).is_none();
    Case::new(body, writes, is_so)
}

/// By the name that it does not have any more afterwards.
fn update(world: &Provisioning) -> Case {
    let dee = somebody(world);
    let name = format!("new.{}", dee.name);
    let account = json!({ "user_name": name, "attributes": { "CustomField3": "R&D" } });
    let body = request("update_account", json!({ "principal": dee.by_name(), "account": account }));
    let writes = [format!("PUT /users/{}", dee.id)];
    let is_so = move |world: &Provisioning| {
        let account = world.account(&dee.id);
        (&account["UserName"], &account["CustomField3"]) == (&json!(name), &json!("R&D"))
    };
    Case::new(body, writes, is_so)
}

/// With mail, which must not come twice.
fn new_account(world: &Provisioning) -> Case {
    let mut body = request("create_account", json!({ "notify": true }));
    let name = format!("{}@example.org", id(&body));
    let manager = &world.cast.owner.name;
    body["account"] =
        json!({ "user_name": name, "last_name": "Ek", "email": name, "manager": manager });
    let is_so = move |world: &Provisioning| {
        let all = world.vendor().truth().users().into_iter();
        all.filter(|user| user.user_name.as_ref() == Some(&name)).count() == 1
    };
    Case::new(body, ["POST /users?sendmessage=true".to_owned()], is_so)
}

fn new_team(world: &Provisioning) -> Case {
    let mut body = request("create_team", json!({}));
    let (name, above) = (format!("Team of {}", id(&body)), world.cast.upper.clone());
    body["team"] = json!({ "name": name, "parent_team_id": above });
    let writes = [format!("POST /teams/{above}/teams")];
    let is_so = move |world: &Provisioning| {
        let all = world.vendor().truth().teams().into_iter();
        let of_it = all.filter(|team| team.name.as_ref() == Some(&name));
        of_it.map(|team| team.parent_team_id).collect::<Vec<_>>() == [Some(above.clone())]
    };
    Case::new(body, writes, is_so)
}

/// Two come, two go; one of these is somebody whom Rollcall has let in for a time.
fn members(world: &Provisioning, count: usize) -> Vec<Case> {
    let teams = world.vendor().world().team_ids();
    let used = world.ledger("requests/").values().filter(|it| it["team"].is_object()).count();
    let let_in: Vec<_> =
        teams.into_iter().skip(used).take(count).map(|team| (somebody(world), team)).collect();
    let member = |team: &str| format!("team:{team}:member");
    let never = "2099-01-01T00:00:00Z".parse().unwrap();
    let grants = let_in.iter().map(|(dee, team)| ending(grant(dee, &member(team)), never));
    carry_out(world, grants);
    let case = |(dee, team): (scenarios::Person, String)| {
        let listed = world.vendor().truth().team_members().into_iter();
        let listed = listed.filter(|member| member.team_id == team).map(|member| member.user_id);
        let mut stay: Vec<_> = listed.filter(|user| *user != dee.id).collect();
        let mut go = [dee.id.clone(), stay.pop().expect("a team has members")];
        go.sort_unstable();
        let come = [somebody(world), somebody(world)].map(|person| person.id);
        stay.extend(come.clone());
        let wanted: Value = stay.iter().map(|user| json!({ "user_id": user })).collect();
        let said = json!({ "team": { "team_id": team }, "members": wanted });
        let writes = [
            format!("POST /teams/{team}/users?sendmessage=false"),
            format!("DELETE /teams/{team}/users/{}", go[0]),
            format!("DELETE /teams/{team}/users/{}", go[1]),
        ];
        let let_go = Some((dee.id, member(&team)));
        let is_so = move |world: &Provisioning| {
            let there = world.members(&team);
            come.iter().all(|user| there.contains(user))
                && !go.iter().any(|user| there.contains(user))
        };
        Case { let_go, ..Case::new(request("set_team_members", said), writes, is_so) }
    };
    let_in.into_iter().map(case).collect()
}

/// Grants of leadership whose ends are due.
fn ends(world: &Provisioning, count: usize) -> Vec<Case> {
    let team = &world.cast.north;
    let entitlement = format!("team:{team}:leader");
    let people: Vec<_> = (0..count).map(|_| somebody(world)).collect();
    // Time enough to give all of it.
    let end = Timestamp::now() + SignedDuration::from_millis(4_000 + 500 * count as i64);
    carry_out(world, people.iter().map(|dee| ending(grant(dee, &entitlement), end)));
    wait_until(end);
    world.expire_grants();
    let bodies: Vec<Value> = std::iter::repeat_with(|| world.requests.take_all())
        .take_while(|bodies| !bodies.is_empty())
        .flatten()
        .map(|body| serde_json::from_str(&body).unwrap())
        .collect();
    assert_eq!(bodies.len(), count, "of each an end");
    let case = |body: Value| {
        let (user, team) = (text(&body["principal"]["user_id"]), team.clone());
        let let_go = Some((user.clone(), entitlement.clone()));
        let writes = [format!("DELETE /teams/{team}/users/{user}")];
        let is_so = move |world: &Provisioning| world.membership(&team, &user).is_none();
        Case { let_go, ..Case::new(body, writes, is_so) }
    };
    bodies.into_iter().map(case).collect()
}

/// Has requests carried out that are not what a test is about.
fn carry_out(world: &Provisioning, requests: impl Iterator<Item = Value>) {
    let records: Vec<_> = requests.map(|body| QueueRecord::made_up(body.to_string())).collect();
    assert_eq!(world.hand_over(&records), [] as [String; 0], "{}", world.logs());
    let outcomes = world.take_outcomes();
    assert!(outcomes.iter().all(|outcome| outcome["status"] == "succeeded"), "{outcomes:#?}");
}
