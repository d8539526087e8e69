//! Every entitlement: given, given again, taken, taken again.

use scenarios::{Person, Provisioning, VendorWrite, grant, request, revoke, vendor_says};
use serde_json::{Value, json};

use crate::support::{assert_outcome, changes, effect, facts, standing};

/// An entitlement and all that comes of giving and taking it.
struct Case {
    entitlement: String,
    given: Vec<Value>,
    gives: Vec<VendorWrite>,
    is: Vec<String>,
    added: Value,
    taken: Vec<Value>,
    takes: Vec<VendorWrite>,
    /// What is still different after it was taken, and of that what is held.
    stays: Vec<String>,
    still: Option<Value>,
}

fn member_write(team: &str, user: &str) -> VendorWrite {
    VendorWrite::new(format!("POST /teams/{team}/users?sendmessage=false"), json!([{ "Id": user }]))
}

/// What was added first, and for each level what it adds to the membership.
fn leader(team: &str, Person { id, .. }: &Person, level: &str) -> Case {
    let place = format!("/teams/{team}/{level}s/{id}");
    let role = ["- X AccessLevel = \"Learner\"", "+ X AccessLevel = \"Team_Leader\""];
    let [was, becomes] = role.map(|fact| fact.replace('X', id));
    Case {
        entitlement: format!("team:{team}:{level}"),
        given: vec![
            standing("add_team_member", team, id),
            standing(&format!("promote_team_{level}"), team, id),
        ],
        gives: vec![member_write(team, id), VendorWrite::bare(format!("PUT {place}"))],
        is: vec![was, format!("+ {team} {level} {id}"), format!("+ {team} member {id}"), becomes],
        added: json!(["member", level]),
        taken: vec![standing(&format!("demote_team_{level}"), team, id)],
        takes: vec![VendorWrite::bare(format!("DELETE {place}"))],
        stays: vec![format!("+ {team} member {id}")],
        still: Some(json!(["member"])),
    }
}

fn cases(world: &Provisioning) -> Vec<Case> {
    let cast = &world.cast;
    let Person { id, .. } = &cast.ana;
    let (north, course, path) = (&cast.north, &cast.course, &cast.path);
    let of_course = json!({ "course_id": course, "user_id": id });
    let of_path = json!({ "learning_path_id": path, "user_id": id });
    let xml = |list: &str, item: &str, id: &str| {
        format!("<{list}><{item}><Id>{id}</Id></{item}></{list}>")
    };
    let held = |world: &Provisioning| {
        world.vendor().world().possess(id, litmos_simulator::Possession::LearningPath, path, true);
        let courses = world.vendor().truth().courses_of(id).into_iter();
        let held = courses.map(|(course, _)| format!("+ {id} has course {course}"));
        let held: Vec<_> = held.chain([format!("+ {id} has path {path}")]).collect();
        world.vendor().world().possess(id, litmos_simulator::Possession::LearningPath, path, false);
        held
    };
    vec![
        Case {
            entitlement: format!("team:{north}:member"),
            given: vec![standing("add_team_member", north, id)],
            gives: vec![member_write(north, id)],
            is: vec![format!("+ {north} member {id}")],
            added: json!(["member"]),
            taken: vec![standing("remove_team_member", north, id)],
            takes: vec![VendorWrite::bare(format!("DELETE /teams/{north}/users/{id}"))],
            stays: vec![],
            still: None,
        },
        leader(north, &cast.ana, "leader"),
        leader(north, &cast.ana, "admin"),
        Case {
            entitlement: format!("course:{course}:assigned"),
            given: vec![effect("assign_course", of_course.clone())],
            gives: vec![VendorWrite::new(
                format!("POST /users/{id}/courses?sendmessage=false"),
                xml("Courses", "Course", course),
            )],
            is: vec![format!("+ {id} has course {course}")],
            added: json!(["assigned"]),
            taken: vec![effect("unassign_course", of_course)],
            takes: vec![VendorWrite::bare(format!("DELETE /users/{id}/courses/{course}"))],
            stays: vec![],
            still: None,
        },
        Case {
            entitlement: format!("learning_path:{path}:assigned"),
            given: vec![effect("assign_learning_path", of_path.clone())],
            gives: vec![VendorWrite::new(
                format!("POST /users/{id}/learningpaths?sendmessage=false"),
                xml("LearningPaths", "LearningPath", path),
            )],
            is: held(world),
            added: json!(["assigned"]),
            taken: vec![effect("unassign_learning_path", of_path)],
            takes: vec![VendorWrite::bare(format!("DELETE /users/{id}/learningpaths/{path}"))],
            stays: vec![],
            still: None,
        },
    ]
}

fn sorted(mut lines: Vec<String>) -> Vec<String> {
    lines.sort_unstable();
    lines
}

#[test]
fn an_entitlement_is_given_once_and_taken_once() {
    let world = Provisioning::new();
    let ana = &world.cast.ana;
    for case in cases(&world) {
        let (before, what) = (facts(&world), &*case.entitlement);
        let done = |effects: &[Value]| json!({ "status": "succeeded", "principal": ana.found(), "effects": effects });
        let nothing = json!({ "status": "already_done", "principal": ana.found() });

        world.vendor().reset_log();
        let given = request("grant", json!({ "principal": ana.by_name(), "entitlement": what }));
        assert_outcome(&world.ask(&given), &given, done(&case.given));
        assert_eq!(world.writes(), case.gives, "{what}");
        let is = sorted(changes(&before, &world));
        assert_eq!(is, sorted(case.is), "{what}");
        let hold = world.hold(&ana.id, what).expect("Rollcall holds what it gave");
        assert_eq!((&hold["added"], &hold["before"]), (&case.added, &Value::Null), "{what}");
        assert_eq!(
            (&hold["request_id"], &hold["expires_at"]),
            (&given["request_id"], &Value::Null)
        );

        world.vendor().reset_log();
        let again = grant(ana, what);
        assert_outcome(&world.ask(&again), &again, nothing.clone());

        assert_eq!(world.writes(), [], "{what}");
        let taken = revoke(ana, what);
        assert_outcome(&world.ask(&taken), &taken, done(&case.taken));
        assert_eq!(world.writes(), case.takes, "{what}");
        assert_eq!(changes(&before, &world), case.stays, "{what}");
        let held = world.hold(&ana.id, what).map(|hold| hold["added"].clone());
        assert_eq!(held, case.still, "{what}");

        let again = revoke(ana, what);
        assert_outcome(&world.ask(&again), &again, nothing);
        assert_eq!(world.writes(), case.takes, "{what}");
        let member = revoke(ana, &format!("team:{}:member", world.cast.north));
        world.ask(&member);
        assert_eq!(changes(&before, &world), [] as [String; 0], "{what}");
        assert_eq!(world.hold(&ana.id, what), None, "{what}");
    }
    assert_eq!(world.expiring(), [] as [String; 0], "none of them ends");
}

/// The role, whose write is the whole record.
#[test]
fn a_role_is_given_once_and_taken_once() {
    let world = Provisioning::new().set("ROLLCALL_GRANTABLE_ROLES", "Learner,Administrator");
    let (ana, before) = (&world.cast.ana, facts(&world));
    let done = |from: &str, to: &str| {
        let detail = json!({ "user_id": ana.id, "from": from, "to": to });
        let effects = [effect("set_role", detail)];
        json!({ "status": "succeeded", "principal": ana.found(), "effects": effects })
    };
    let nothing = json!({ "status": "already_done", "principal": ana.found() });
    let put = format!("PUT /users/{}", ana.id);
    let written = |role: &str| {
        let mut record: Value =
            serde_json::from_str(&vendor_says(world.vendor(), &format!("/users/{}", ana.id)))
                .unwrap();
        record["LoginKey"] = "".into();
        record.as_object_mut().unwrap().remove("Password");
        record["AccessLevel"] = role.into();
        VendorWrite::new(&*put, record)
    };

    let expected = written("Administrator");
    let given = grant(ana, "role:Administrator");
    assert_outcome(&world.ask(&given), &given, done("Learner", "Administrator"));
    assert_eq!(world.writes(), [expected]);
    let [learner, administrator] =
        ["Learner", "Administrator"].map(|role| format!("{} AccessLevel = \"{role}\"", ana.id));
    assert_eq!(changes(&before, &world), [format!("- {learner}"), format!("+ {administrator}")]);
    let hold = world.hold(&ana.id, "role:Administrator").unwrap();
    assert_eq!((&hold["added"], &hold["before"]), (&json!(["role"]), &json!("Learner")));

    let again = grant(ana, "role:Administrator");
    assert_outcome(&world.ask(&again), &again, nothing.clone());
    assert_eq!(world.writes().len(), 1);

    world.vendor().reset_log();
    let expected = written("Learner");
    let taken = revoke(ana, "role:Administrator");
    assert_outcome(&world.ask(&taken), &taken, done("Administrator", "Learner"));
    assert_eq!(world.writes(), [expected]);
    assert_eq!(changes(&before, &world), [] as [String; 0]);
    assert_eq!(world.hold(&ana.id, "role:Administrator"), None);

    let again = revoke(ana, "role:Administrator");
    assert_outcome(&world.ask(&again), &again, nothing);
    assert_eq!(world.writes().len(), 1);
}

#[test]
fn who_is_no_longer_a_member_leads_no_more() {
    let world = Provisioning::new();
    let (before, ana, north) = (facts(&world), &world.cast.ana, &world.cast.north);
    for level in ["leader", "admin"] {
        world.ask(&grant(ana, &format!("team:{north}:{level}")));
    }
    let taken = revoke(ana, &format!("team:{north}:member"));
    let effects = [standing("remove_team_member", north, &ana.id)];
    let expected = json!({ "status": "succeeded", "principal": ana.found(), "effects": effects });
    assert_outcome(&world.ask(&taken), &taken, expected);
    assert_eq!(changes(&before, &world), [] as [String; 0]);
}

#[test]
fn what_somebody_else_gave_can_be_revoked_and_is_not_held() {
    let world = Provisioning::new();
    let (ana, north) = (&world.cast.ana, &world.cast.north);
    let member = litmos_simulator::Possession::Member;
    assert!(world.vendor().world().possess(&ana.id, member, north, true));
    let what = format!("team:{north}:member");
    let again = grant(ana, &what);
    let nothing = json!({ "status": "already_done", "principal": ana.found() });
    assert_outcome(&world.ask(&again), &again, nothing);
    assert_eq!(world.hold(&ana.id, &what), None);
    assert_eq!(world.ask(&revoke(ana, &what))["status"], "succeeded");
    assert_eq!(world.membership(north, &ana.id), None);
}
