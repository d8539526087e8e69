//! What a stack may be in the middle of when it is updated.

use std::{fmt, time::Duration};

use litmos_simulator::{Fault, Options, Quirks, Rule, Simulator};
use percipio_simulator as percipio;
use serde_json::{Value, json};

use crate::{
    Connection, Person, Provisioning, SYNC_FUNCTIONS, Scenario, Vendor, ending, grant, soon,
};

/// The run that was published before.
pub const FIRST: &str = "20261121T020000Z";
/// The run that is under way.
pub const SECOND: &str = "20261122T020000Z";
/// Long enough for a few requests, so that a slice ends while one is not answered.
const SHORT: Duration = Duration::from_secs(3);

/// A situation of a run.
pub struct Situation<V> {
    /// Its name, and that of the folder it is recorded in.
    pub name: &'static str,
    /// The vendor that it is about: the same each time.
    pub world: fn() -> Scenario<V>,
    /// How it comes about.
    pub play: fn(&Scenario<V>),
}

impl<V> fmt::Debug for Situation<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Runs at Litmos.
pub const LITMOS: [Situation<Simulator>; 5] = [
    Situation { name: "litmos-users", world: litmos, play: |run| stopped(run, 0, "/users") },
    Situation { name: "litmos-teams", world: litmos, play: |run| stopped(run, 1, "/teams/") },
    Situation { name: "litmos-courses", world: litmos, play: |run| stopped(run, 2, "/courses/") },
    Situation { name: "litmos-complete", world: litmos, play: complete },
    Situation { name: "litmos-quarantined", world: litmos, play: quarantined },
];

/// Runs at Percipio.
pub const PERCIPIO: [Situation<percipio::Simulator>; 2] = [
    Situation { name: "percipio-report", world: percipio, play: report_under_way },
    Situation { name: "percipio-complete", world: percipio, play: complete },
];

fn litmos() -> Scenario {
    let quirks = Quirks { page_cap: Some(10), ..Quirks::default() };
    Scenario::new(Options { users: 40, teams: 6, courses: 8, quirks, ..Options::default() })
}

fn percipio() -> Scenario<percipio::Simulator> {
    Scenario::percipio(percipio::Options { users: 40, items: 20, ..percipio::Options::default() })
}

/// A run was published so long ago that its working state is removed.
fn publish<V: Vendor>(scenario: &Scenario<V>) {
    scenario.run(FIRST).expect("a whole run");
    let Connection { bucket, name, .. } = &scenario.connection;
    bucket.keys(&format!("{name}/runs/{FIRST}/")).iter().for_each(|key| bucket.delete(key));
}

/// A function is in the middle of its walk: one request is not answered in time.
fn stopped(scenario: &Scenario, function: usize, path: &str) {
    publish(scenario);
    for function in &SYNC_FUNCTIONS[..function] {
        scenario.finish(function, SECOND).expect("it finishes");
    }
    let forever = Rule::new(Fault::Slow { ms: 600_000 });
    scenario.simulator.faults().add(forever.on(path).skip(2));
    let event = json!({ "run_id": SECOND });
    let answer = scenario.call_within(SYNC_FUNCTIONS[function], &event, SHORT);
    assert_eq!(answer.expect("a slice")["status"], "continue");
}

/// Nothing is missing but the verdict.
fn complete<V: Vendor>(scenario: &Scenario<V>) {
    publish(scenario);
    for function in SYNC_FUNCTIONS {
        scenario.finish(function, SECOND).expect("it finishes");
    }
}

/// Somebody has to accept it.
fn quarantined(scenario: &Scenario) {
    publish(scenario);
    scenario.simulator.world().shrink_users(20);
    assert_eq!(scenario.run(SECOND).expect("a whole run")["verdict"], "quarantined");
}

/// The report was asked for, and is not there yet.
fn report_under_way(scenario: &Scenario<percipio::Simulator>) {
    publish(scenario);
    scenario.simulator.set_report_time(percipio::ReportTime { ms: 600_000, ..Default::default() });
    for function in &SYNC_FUNCTIONS[..2] {
        scenario.finish(function, SECOND).expect("it finishes");
    }
    let answer = scenario.call("sync-courses", &json!({ "run_id": SECOND }));
    assert_eq!(answer.expect("a slice")["status"], "continue");
}

/// Requests of a stack: under each name its body.
#[derive(Debug)]
pub struct Requests {
    /// A membership for good.
    pub settled: Value,
    /// A role whose end is over by now.
    pub due: Value,
    /// A course for long.
    pub lasting: Value,
    /// A leadership of which only the membership was given when the function ended.
    pub interrupted: Value,
}

/// The name of the situation in which those are.
pub const REQUESTS: &str = "litmos-requests";

impl Requests {
    /// The requests, under ids of their own.
    #[must_use]
    pub fn of(world: &Provisioning) -> Self {
        let cast = &world.cast;
        let asked = |id: &str, to: &Person, entitlement: &str| {
            let mut body = grant(to, entitlement);
            body["request_id"] = id.into();
            body
        };
        let long = "2099-01-01T00:00:00Z".parse().expect("an instant");
        Self {
            settled: asked("settled", &cast.ana, &format!("team:{}:member", cast.north)),
            due: ending(asked("due", &cast.bo, "role:Administrator"), soon()),
            lasting: ending(
                asked("lasting", &cast.cy, &format!("course:{}:assigned", cast.course)),
                long,
            ),
            interrupted: asked("interrupted", &cast.ana, &format!("team:{}:leader", cast.south)),
        }
    }

    /// A connection where they may be carried out.
    #[must_use]
    pub fn world() -> Provisioning {
        Provisioning::new().set("ROLLCALL_GRANTABLE_ROLES", "Learner,Administrator")
    }

    /// Has them carried out, the last one in part.
    ///
    /// # Panics
    /// If one has another outcome.
    pub fn play(&self, world: &Provisioning) {
        for body in [&self.settled, &self.due, &self.lasting] {
            assert_eq!(world.ask(body)["status"], "succeeded", "{body}");
        }
        world.kill_at_write(&self.interrupted, 1);
    }
}
