//! Functions as processes, tried with one that does what it is told.

use std::{
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use scenarios::{Binaries, Function};
use serde_json::{Value, json};

const LONG: Duration = Duration::from_secs(20);
const NOTHING: [(&str, &str); 0] = [];

fn echo() -> Function {
    Function::start(Path::new(env!("CARGO_BIN_EXE_echo_function")), NOTHING)
}

#[track_caller]
fn assert_fails(function: &Function, event: &Value, deadline: Duration, error_type: &str) {
    let answer = function.invoke(event, deadline);
    assert_eq!(answer.map_err(|error| error.error_type), Err(error_type.to_owned()));
}

#[test]
fn answers_come_back() {
    let function = echo();
    for number in 0..3 {
        let answer = function.invoke(&json!({ "number": number }), LONG).unwrap();
        assert_eq!(answer["event"]["number"], number);
    }
}

#[test]
fn errors_keep_type_and_message() {
    let function = echo();
    let error = function.invoke(&json!({ "fail": "RunConflict" }), LONG).unwrap_err();
    assert_eq!(error.to_string(), "RunConflict: told to fail");
    assert!(function.invoke(&json!({}), LONG).is_ok());
}

#[test]
fn the_deadline_is_told() {
    let function = echo();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64;
    let answer = function.invoke(&json!({}), Duration::from_secs(900)).unwrap();
    let given = answer["deadline_ms"].as_u64().unwrap() - now;
    assert!((900_000..910_000).contains(&given), "{given}");
}

#[test]
fn the_deadline_ends_the_function() {
    let function = echo();
    let event = json!({ "sleep_millis": 20_000 });
    assert_fails(&function, &event, Duration::from_millis(300), "Sandbox.Timedout");
    assert_fails(&function, &json!({}), LONG, "Runtime.ExitError");
}

#[test]
fn a_function_that_ends_is_an_error() {
    let function = echo();
    let error = function.invoke(&json!({ "exit": true }), LONG).unwrap_err();
    assert_eq!(error.error_type, "Runtime.ExitError");
    assert!(error.error_message.contains("exit status: 3"), "{error}");
}

#[test]
fn a_function_that_never_starts_is_an_error() {
    let binary = Path::new(env!("CARGO_BIN_EXE_echo_function"));
    let function = Function::start(binary, [("ECHO_STOP", "1")]);
    assert_fails(&function, &json!({}), LONG, "Runtime.ExitError");
    assert!(function.log().text().contains("told to stop"));
}

#[test]
fn killed_while_it_works() {
    let seen = AtomicUsize::new(0);
    let function = echo();
    let start = Instant::now();
    let answer = function.invoke_and_kill_when(&json!({ "sleep_millis": 20_000 }), LONG, || {
        seen.fetch_add(1, Ordering::Relaxed) >= 3
    });
    assert_eq!(answer, None);
    assert!(start.elapsed() < Duration::from_secs(10));

    let function = echo();
    let event = json!({ "sleep_millis": 20_000 });
    assert_eq!(function.invoke_and_kill_after(&event, LONG, Duration::from_millis(50)), None);

    let function = echo();
    let answer = function.invoke_and_kill_after(&json!({}), LONG, LONG);
    assert!(answer.unwrap().is_ok());
}

#[test]
fn frozen_until_thawed() {
    let function = echo();
    function.start_time();
    function.freeze();
    thread::scope(|scope| {
        let call = scope.spawn(|| function.invoke(&json!({}), LONG));
        thread::sleep(Duration::from_millis(50));
        assert!(!call.is_finished());
        function.thaw();
        assert!(call.join().unwrap().is_ok());
    });
}

#[test]
fn memory_and_start_are_measured() {
    let function = echo();
    assert!(function.start_time() < Duration::from_secs(10));
    let before = function.peak_memory();
    assert!((1..100 << 20).contains(&before), "{before}");
    function.invoke(&json!({ "allocate": 100 << 20 }), LONG).unwrap();
    function.kill();
    assert!(function.peak_memory() >= before + (95 << 20));
}

#[test]
fn output_is_there_with_the_answer() {
    let function = echo();
    for number in 0..20 {
        let event = json!({ "print": json!({ "number": number }).to_string() });
        function.invoke(&event, LONG).unwrap();
        assert_eq!(function.log().records().last().unwrap()["number"], number);
    }
    assert_eq!(function.log().lines().len(), 20);
}

#[test]
fn nothing_of_our_environment_gets_through() {
    let function = echo();
    let answer = function.invoke(&json!({}), LONG).unwrap();
    let mut names: Vec<_> =
        answer["environment"].as_array().unwrap().iter().filter_map(|name| name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
            "AWS_LAMBDA_FUNCTION_NAME",
            "AWS_LAMBDA_FUNCTION_VERSION",
            "AWS_LAMBDA_RUNTIME_API",
            "RUST_BACKTRACE",
            // The runtime itself sets it for each event.
            "_X_AMZN_TRACE_ID",
        ]
    );
}

#[test]
#[should_panic(expected = "cargo build --workspace --bins")]
fn a_missing_binary_says_what_to_run() {
    Binaries::built().path("no-such-function");
}

#[test]
fn built_binaries_are_found() {
    assert_eq!(
        Binaries::built().path("echo_function").canonicalize().unwrap(),
        Path::new(env!("CARGO_BIN_EXE_echo_function")).canonicalize().unwrap()
    );
}
