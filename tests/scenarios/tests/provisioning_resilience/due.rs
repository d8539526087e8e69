//! Killed wherever it is, the look for due grants leads to one end of each.

use jiff::{SignedDuration, Timestamp};
use scenarios::{PLENTY, QueueRecord, Side, ending, grant, wait_until};
use serde_json::json;

use crate::{
    kinds::world,
    support::{behind, gate_before, is, somebody, verdict, written},
};

#[test]
fn each_grant_ends_once_however_often_the_look_for_it_is_killed() {
    let mut world = world();
    // There are no outcomes of before: from now on it only looks whether they are entered.
    world.expire_grants();
    let team = world.cast.north.clone();
    let people = [(); 3].map(|()| somebody(&world));
    let end = Timestamp::now() + SignedDuration::from_secs(4);
    let records: Vec<_> = people
        .iter()
        .map(|dee| ending(grant(dee, &format!("team:{team}:member")), end))
        .map(|body| QueueRecord::made_up(body.to_string()))
        .collect();
    assert_eq!(world.hand_over(&records), [] as [String; 0]);
    assert_eq!(world.take_outcomes().len(), people.len());
    world.vendor().reset_log();
    wait_until(end);
    let mut kills = 0;
    for (nth, side) in (1..).flat_map(|nth| [(nth, Side::Before), (nth, Side::After)]) {
        // Another gate each time: several calls are under way at once, and those of a process that was
        // killed are not to be counted with the next one's.
        let gate = gate_before(&world);
        world = behind(&gate, world);
        let process = world.expiry();
        gate.hold(nth, side);
        let answer = process.invoke_and_kill_when(&json!({}), PLENTY, || gate.holds());
        gate.lose();
        if let Some(answer) = answer {
            assert_eq!(answer.unwrap()["due"], people.len());
            break;
        }
        kills += 1;
    }
    let gate = gate_before(&world);
    let world = behind(&gate, world);
    // A list, how much is on the queue, of each grant its entry, what was not told, and what is entered of
    // outcomes of before: at least. What a killed one has noted need not be asked for again.
    assert!(kills >= 2 * (1 + 1 + people.len() + 1 + 1), "{kills}");
    let verdicts: Vec<_> = world.deliver_all().iter().map(verdict).collect();
    assert_eq!(verdicts, vec![is("succeeded", None); people.len()], "SQS swallows what it knows");
    let mut expected = people.map(|dee| format!("DELETE /teams/{team}/users/{}", dee.id));
    let mut lines = written(&world);
    expected.sort_unstable();
    lines.sort_unstable();
    assert_eq!(lines, expected);
    assert_eq!(world.expire_grants(), json!({ "due": 0, "sent": 0 }));
}
