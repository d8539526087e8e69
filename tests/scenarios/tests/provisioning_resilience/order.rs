//! Who waits for whom: about one account or team, what came first is done first; others go on.

use litmos_simulator::{Fault, Rule};
use scenarios::{Person, Provisioning, QueueRecord, Refusal, request};
use serde_json::{Value, json};

use crate::{
    kinds::world,
    pairs::{About, DO_NOT, WAIT, update},
    support::{behind, gate_before, id, is, somebody, verdict},
    vendor_writes::leaves,
};

/// What came of the two.
type Verdicts = Vec<(String, Option<String>)>;

fn records(pair: &[Value; 2]) -> Vec<QueueRecord> {
    pair.iter().map(|body| QueueRecord::made_up(body.to_string())).collect()
}

fn take_verdicts(world: &Provisioning, pair: &[Value; 2]) -> Verdicts {
    let outcomes = world.take_outcomes();
    let of = |body: &Value| outcomes.iter().find(|told| told["request_id"] == body["request_id"]);
    pair.iter().filter_map(of).map(verdict).collect()
}

/// What comes of the two without any trouble, and how many requests the first needs before it
/// writes.
fn undisturbed(world: &Provisioning, pair: &[Value; 2]) -> (Verdicts, u64) {
    world.vendor().reset_log();
    assert_eq!(world.hand_over(&records(pair)), [] as [String; 0]);
    let log = world.vendor().log();
    let reads = log.entries().iter().take_while(|entry| entry.method == "GET").count();
    (take_verdicts(world, pair), reads as u64)
}

/// Which of the two had to come again since the vendor refused this request of the first, and what
/// came of them then.
fn in_trouble(world: &Provisioning, pair: &[Value; 2], request: u64) -> (Vec<bool>, Verdicts) {
    // As often as a request is sent before its message has to come again.
    world.vendor().faults().add(Rule::new(Fault::RateLimited).skip(request).times(2));
    let mut records = records(pair);
    let again = world.hand_over(&records);
    world.vendor().faults().clear();
    let waits = |record: &QueueRecord| again.contains(&record.message_id);
    let waited = records.iter().map(waits).collect();
    records.retain(waits);
    assert_eq!(world.hand_over(&records), [] as [String; 0]);
    (waited, take_verdicts(world, pair))
}

#[test]
fn what_is_about_the_same_waits_and_nothing_else() {
    let world = world();
    let mut teams = leaves(&world).into_iter();
    let mut wrong = Vec::new();
    let all = WAIT.map(|pair| (true, pair)).into_iter().chain(DO_NOT.map(|pair| (false, pair)));
    for (waits, (name, pair)) in all {
        let mut about = || About {
            dee: somebody(&world),
            eve: somebody(&world),
            team: teams.next().unwrap(),
            course: world.cast.course.clone(),
        };
        let (expected, reads) = undisturbed(&world, &pair(&about()));
        for (at, request) in [("first request", 0), ("write", reads)] {
            let (waited, verdicts) = in_trouble(&world, &pair(&about()), request);
            if waited != [true, waits] || verdicts != expected {
                wrong.push(format!(
                    "{name}, at its {at}: {waited:?} {verdicts:?}, not {expected:?}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The store may be in trouble too, before anything is known of a request but what it says.
#[test]
fn what_is_about_the_same_waits_for_what_could_not_be_recorded() {
    let world = world();
    let gate = gate_before(&world);
    let world = behind(&gate, world);
    let dee = somebody(&world);
    let account = |name: &str| update(&dee, json!({ "first_name": name }));
    let pair = [account("Di"), account("Do")];
    let (bucket, name) = (world.scenario.connection.bucket.name(), &world.scenario.connection.name);
    let key = format!("/{bucket}/{name}/ledger/requests/{}/request.json", id(&pair[0]));
    let detail = "reduce your request rate".to_owned();
    gate.refuse([Refusal { of: format!("PUT {key}"), status: 503, detail }]);
    let records = records(&pair);
    let again = world.hand_over(&records);
    gate.refuse([]);
    assert_eq!(again.len(), 2, "the second overtakes the first");
    assert_eq!(world.hand_over(&records), [] as [String; 0]);
    assert_eq!(world.account(&dee.id)["FirstName"], "Do");
}

/// By the queue itself, with several rounds of trouble for one and none for another.
#[test]
fn the_vendor_is_told_in_the_order_of_arrival() {
    let world = world();
    let people = [(); 3].map(|()| somebody(&world));
    let course = &world.cast.course;
    let steps = |who: &Person, principals: [Value; 3]| {
        let [first, second, third] = principals;
        let what = format!("course:{course}:assigned");
        let account = json!({ "first_name": "Di" });
        [
            request("grant", json!({ "principal": first, "entitlement": what })),
            request("update_account", json!({ "principal": second, "account": account })),
            request("revoke", json!({ "principal": third, "entitlement": what })),
        ]
        .map(|body| (who.id.clone(), body))
    };
    let [dee, eve, fay] = &people;
    let requests = [
        steps(dee, [dee.by_id(), dee.by_name(), dee.by_id()]),
        steps(eve, [eve.by_name(), eve.by_id(), eve.by_name()]),
        steps(fay, [fay.by_name(), fay.by_name(), fay.by_id()]),
    ];
    // Everybody's in a group of their own.
    for (user_id, body) in (0..3).flat_map(|nth| requests.iter().map(move |of_one| &of_one[nth])) {
        world.requests.send(&body.to_string(), user_id);
    }
    let faults = world.vendor().faults();
    faults.add(Rule::new(Fault::Unavailable).on(format!("/users/{}?", dee.id)).times(4));
    let write = Rule::new(Fault::Reset).method("POST").on(format!("/users/{}/courses", eve.id));
    faults.add(write.times(2));
    let verdicts: Vec<_> = world.deliver_all().iter().map(verdict).collect();
    assert_eq!(verdicts, vec![is("succeeded", None); 9]);
    let applied = world.writes().into_iter().zip(world.vendor().writes());
    let applied: Vec<_> =
        applied.filter(|(_, write)| write.applied).map(|(line, _)| line.line).collect();
    for Person { id, .. } in &people {
        let of_one: Vec<_> = applied.iter().filter(|line| line.contains(&**id)).cloned().collect();
        let expected = [
            format!("POST /users/{id}/courses?sendmessage=false"),
            format!("PUT /users/{id}"),
            format!("DELETE /users/{id}/courses/{course}"),
        ];
        assert_eq!(of_one, expected);
    }
    assert!(applied[..3].iter().all(|line| line.contains(&fay.id)), "others go on: {applied:#?}");
}
