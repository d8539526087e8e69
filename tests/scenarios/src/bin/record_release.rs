//! Records what a release leaves behind in the middle of its work, for the tests of updates:
//! `ROLLCALL_BINARIES=<its binaries> record_release <its version>`.

use scenarios::{
    Recorded, Vendor,
    situations::{LITMOS, PERCIPIO, REQUESTS, Requests, Situation},
};

fn main() {
    let release = std::env::args().nth(1).expect("the version is told");
    LITMOS.iter().for_each(|situation| record(&release, situation));
    PERCIPIO.iter().for_each(|situation| record(&release, situation));
    let world = Requests::world();
    world.warm_up();
    Requests::of(&world).play(&world);
    Recorded::of(&release, REQUESTS).keep(&world.scenario.connection);
}

fn record<V: Vendor>(release: &str, situation: &Situation<V>) {
    let scenario = (situation.world)();
    (situation.play)(&scenario);
    Recorded::of(release, situation.name).keep(&scenario.connection);
}
