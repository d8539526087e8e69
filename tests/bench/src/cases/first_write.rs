//! How long it takes from a message to the vendor's being told.

use std::time::Duration;

use jiff::Timestamp;
use litmos_simulator::Options;
use scenarios::{FunctionError, wait_until};
use serde_json::Value;

use crate::{
    Trouble,
    figures::{median, time},
    options::Arguments,
    provisioning::{PROVISION, Provisioning, grant, invoke},
    report::{Report, Row},
    sizes::medium,
};

const REPEATS: usize = 20;
const LATENCY_MS: u64 = 100;
/// The share of the vendor's allowance as it is deployed.
const USUAL_SHARE: u32 = 55;

/// What passed before the first write arrived at the vendor.
struct Delay {
    since_sent: Duration,
    since_handed_over: Duration,
}

pub(crate) fn measure(with: &Arguments, report: &mut Report) -> Result<(), Trouble> {
    let options = medium(with.quick);
    report.add(unpaced(with, options.clone(), "vendor answers at once")?);
    let slow = Options { latency_ms: LATENCY_MS, ..options.clone() };
    report.add(unpaced(with, slow, &format!("{LATENCY_MS} ms latency"))?);
    report.add(paced(with, options)?);
    Ok(())
}

fn unpaced(with: &Arguments, options: Options, vendor: &str) -> Result<Row, Trouble> {
    let at = Provisioning::new(with, options)?;
    let repeats = if with.quick { 3 } else { REPEATS };
    let process = at.scene.start(PROVISION);
    delay(&at, |event| invoke(&process, event))?;
    let warm = (0..repeats).map(|_| delay(&at, |event| invoke(&process, event)));
    let warm = usual(warm.collect::<Result<_, _>>()?);
    let cold = usual((0..repeats).map(|_| cold(&at)).collect::<Result<_, _>>()?);
    let row = Row {
        case: format!("a grant's message to its first write, {vendor}, median of {repeats}"),
        measured: format!(
            "cold **{}**, warm **{}** ({} and {} of it in the function, two reads included)",
            time(cold.since_sent),
            time(warm.since_sent),
            time(cold.since_handed_over),
            time(warm.since_handed_over)
        ),
        ..Row::default()
    };
    let seconds = |delay: Delay| delay.since_sent.as_secs_f64();
    Ok(row.figure("cold_s", seconds(cold)).figure("warm_s", seconds(warm)))
}

/// What the pace costs: each of the three requests waits for its slot.
fn paced(with: &Arguments, options: Options) -> Result<Row, Trouble> {
    let at = Provisioning::new(with, options)?.with(|env| env.requests_per_minute(USUAL_SHARE));
    let process = at.scene.start(PROVISION);
    let first = delay(&at, |event| invoke(&process, event))?.since_sent;
    wait_for_slot(&at)?;
    let warm = delay(&at, |event| invoke(&process, event))?.since_sent;
    wait_for_slot(&at)?;
    let cold = cold(&at)?.since_sent;
    let row = Row {
        case: format!("the same, answered at once, at the usual {USUAL_SHARE} requests a minute"),
        measured: format!(
            "cold **{}**, warm **{}**; {} where no pace was handed on (a new stack, a kill)",
            time(cold),
            time(warm),
            time(first)
        ),
        ..Row::default()
    };
    let row = row.figure("cold_s", cold.as_secs_f64()).figure("warm_s", warm.as_secs_f64());
    Ok(row.figure("first_s", first.as_secs_f64()))
}

/// A process that starts when there is a message for it.
fn cold(at: &Provisioning) -> Result<Delay, Trouble> {
    delay(at, |event| invoke(&at.scene.start(PROVISION), event))
}

/// Has somebody added to a team.
fn delay(
    at: &Provisioning,
    invoke: impl FnOnce(&Value) -> Result<Value, FunctionError>,
) -> Result<Delay, Trouble> {
    let simulator = &at.scene.simulator;
    let body = grant(&at.learner(), &at.membership(0));
    simulator.reset_log();
    let sent = Timestamp::now();
    at.send(&body);
    let mut handed_over = sent;
    at.deliver(|event| {
        handed_over = Timestamp::now();
        invoke(event)
    })?;
    at.expect_outcomes(1, "succeeded")?;
    let log = simulator.log();
    let write = log.entries().iter().find(|entry| entry.method != "GET");
    let written = write.ok_or("nothing was written")?.wall;
    let since = |instant| Duration::try_from(written.duration_since(instant));
    Ok(Delay { since_sent: since(sent)?, since_handed_over: since(handed_over)? })
}

fn usual(delays: Vec<Delay>) -> Delay {
    let of = |part: fn(&Delay) -> Duration| {
        median(&delays.iter().map(part).collect::<Vec<_>>()).unwrap_or_default()
    };
    let since_handed_over = of(|delay| delay.since_handed_over);
    Delay { since_sent: of(|delay| delay.since_sent), since_handed_over }
}

/// So that what is measured is not what is left of the request before.
fn wait_for_slot(at: &Provisioning) -> Result<(), Trouble> {
    let connection = &at.scene.connection;
    let lease = connection.bucket.get_json(&format!("{}/locks/provision.json", connection.name));
    let lease = lease.ok_or("nobody has held the lease")?;
    wait_until(lease["next_request_at"].as_str().ok_or("the pace was not handed on")?.parse()?);
    Ok(())
}
