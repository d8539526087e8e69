//! A sync, provisioning and a check side by side stay within the vendor's limit, however often they
//! are killed; and where others use it up, everything is carried out all the same.

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use litmos_simulator::{Options, RateLimit, Simulator};
use scenarios::{
    Binaries, Environment, Function, PLENTY, Provisioning, QueueRecord, SYNC_FUNCTIONS, grant,
    small_world,
};
use serde_json::{Value, json};

use crate::support::{again, batch, id, let_lease_run_out, somebody, written};

/// The vendor's limit, of which every share is a part.
const LIMIT: u32 = 100;
const PATIENCE: Duration = Duration::from_secs(60);

/// A world whose minute is so long, with enough to read for a sync that goes on all the time.
fn world(minute: Duration) -> Provisioning {
    let window_ms = minute.as_millis() as u64;
    let limit = RateLimit { requests: LIMIT, window_ms, sliding: true, count_refused: false };
    Provisioning::in_world(Options {
        rate_limit: Some(limit),
        teams: 150,
        courses: 60,
        ..small_world()
    })
}

/// What a function is started with to use a share of the limit.
fn with_share(world: &Provisioning, minute: Duration, share: u32) -> Environment {
    let faster = Duration::from_secs(60).as_millis() / minute.as_millis();
    world.scenario.environment.clone().requests_per_minute(share * faster as u32)
}

fn start(function: &str, environment: &Environment) -> Function {
    Function::start(&Binaries::built().path(function), environment)
}

/// Tells the others to stop when the main part of a test is over, also if it has failed.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Grants of a course, each to somebody new.
fn grants(world: &Provisioning, count: usize) -> Vec<(String, Value)> {
    let what = format!("course:{}:assigned", world.cast.course);
    let grant = |dee: scenarios::Person| (dee.id.clone(), grant(&dee, &what));
    (0..count).map(|_| grant(somebody(world))).collect()
}

/// Asserts that each grant was carried out, once.
#[track_caller]
fn assert_each_once(world: &Provisioning, grants: &[(String, Value)]) {
    let mut lines = written(world);
    let applied = world.vendor().writes();
    let mut applied = applied.iter().map(|write| write.applied);
    lines.retain(|_| applied.next().unwrap_or_default());
    lines.sort_unstable();
    let mut expected: Vec<_> = grants
        .iter()
        .map(|(user, _)| format!("POST /users/{user}/courses?sendmessage=false"))
        .collect();
    expected.sort_unstable();
    assert_eq!(lines, expected);
    for (user, body) in grants {
        assert!(world.has_course(&world.cast.course, user));
        let outcome = world.entry(&format!("requests/{}/outcome.json", id(body))).unwrap();
        assert_eq!(outcome["status"], "succeeded", "{outcome:#}");
    }
}

/// Reads, run after run, until it is told to stop; each function is killed once in each run.
fn sync(environment: &Environment, stop: &AtomicBool) {
    'run: for function in SYNC_FUNCTIONS.iter().cycle() {
        let event = json!({ "run_id": "20261121T220000Z" });
        for lasts in [1_300, u64::MAX] {
            let (process, begun) = (start(function, environment), Instant::now());
            let lasts = Duration::from_millis(lasts);
            let over = || begun.elapsed() >= lasts || stop.load(Ordering::Relaxed);
            let _ = process.invoke_and_kill_when(&event, PLENTY, over);
            if stop.load(Ordering::Relaxed) {
                break 'run;
            }
        }
    }
}

/// Checks the connection again and again; every second time it is killed.
fn check(environment: &Environment, stop: &AtomicBool) {
    for lasts in [2_000, u64::MAX].into_iter().cycle() {
        let (process, begun) = (start("check-connection", environment), Instant::now());
        let lasts = Duration::from_millis(lasts);
        let over = || begun.elapsed() >= lasts || stop.load(Ordering::Relaxed);
        let answer = process.invoke_and_kill_when(&json!({}), PLENTY, over);
        if let Some(answer) = answer {
            assert_eq!(answer.unwrap()["ok"], true);
        }
        if stop.load(Ordering::Relaxed) {
            return;
        }
    }
}

/// Has every message carried out, ten at a time; the function is killed in each batch, some of
/// them twice.
fn provision(world: &Provisioning, environment: &Environment, grants: &[(String, Value)]) {
    for (number, ten) in grants.chunks(10).enumerate() {
        let records = ten.iter().map(|(_, body)| QueueRecord::made_up(body.to_string()));
        let event = batch(world, &records.collect::<Vec<_>>());
        for kill in 0..=number % 2 {
            let process = start("provision", environment);
            let lasts = Duration::from_millis(700 + 900 * kill as u64);
            let answer = process.invoke_and_kill_after(&event, PLENTY, lasts);
            assert!(answer.is_none(), "there was nothing to kill");
            let_lease_run_out(world);
        }
        let process = start("provision", environment);
        assert_eq!(again(process.invoke(&event, PLENTY)), [] as [String; 0]);
    }
}

#[test]
fn all_together_stay_within_the_limit_however_often_they_are_killed() {
    /// Ten times as fast as the real one.
    const MINUTE: Duration = Duration::from_secs(6);
    let world = world(MINUTE);
    let grants = grants(&world, 20);
    let [of_sync, of_provision, of_check] =
        [60, 30, 5].map(|share| with_share(&world, MINUTE, share));
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let _over = Over(&stop);
        scope.spawn(|| sync(&of_sync, &stop));
        scope.spawn(|| check(&of_check, &stop));
        provision(&world, &of_provision, &grants);
    });
    let log = world.vendor().log();
    assert_eq!(log.refused(), 0);
    let fullest = log.max_in_window(MINUTE);
    assert!(fullest <= LIMIT as usize, "{fullest} in one minute");
    assert!(fullest >= 80, "only {fullest} in the fullest minute: that shows little");
    assert_each_once(&world, &grants);
}

/// Software of somebody else that asks so often at the beginning of each minute.
fn other_software(vendor: &Simulator, times: u32, minute: Duration, stop: &AtomicBool) {
    let (address, key) = (vendor.base_url(), vendor.api_key());
    let host = address.trim_start_matches("http://").trim_end_matches("/v1.svc");
    let head = format!("GET /v1.svc/teams?source=other&limit=1 HTTP/1.1\r\nhost: {host}\r\n");
    let request = format!("{head}apikey: {key}\r\nconnection: close\r\n\r\n");
    while !stop.load(Ordering::Relaxed) {
        let begun = Instant::now();
        for _ in 0..times {
            let mut stream = TcpStream::connect(host).unwrap();
            stream.write_all(request.as_bytes()).unwrap();
            // Whether it is refused is its own affair.
            stream.read_to_end(&mut Vec::new()).unwrap();
        }
        thread::sleep(minute.saturating_sub(begun.elapsed()));
    }
}

#[test]
fn everything_is_carried_out_although_others_use_the_allowance_up() {
    /// Forty times as fast as the real one.
    const MINUTE: Duration = Duration::from_millis(1_500);
    const OTHERS: u32 = 85;
    let world = world(MINUTE);
    let grants = grants(&world, 20);
    let share = with_share(&world, MINUTE, 30);
    let stop = AtomicBool::new(false);
    let left = thread::scope(|scope| {
        let _over = Over(&stop);
        let (vendor, stop) = (world.vendor(), &stop);
        scope.spawn(move || other_software(vendor, OTHERS, MINUTE, stop));
        let records = grants.iter().map(|(_, body)| QueueRecord::made_up(body.to_string()));
        let mut left: Vec<_> = records.collect();
        let (process, begun) = (start("provision", &share), Instant::now());
        while !left.is_empty() && begun.elapsed() < PATIENCE {
            let back = again(process.invoke(&batch(&world, &left), PLENTY));
            left.retain(|record| back.contains(&record.message_id));
        }
        left
    });
    assert_eq!(left, [], "not carried out");
    assert!(world.vendor().log().refused() > 0, "the limit was never met");
    assert_each_once(&world, &grants);
}
