//! Waiting for an answer while the function may end: by itself, by its deadline, by the test.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::{Function, FunctionError};

/// How often it is looked whether the process still lives. An answer is not delayed by it.
const POLL: Duration = Duration::from_millis(5);
/// How often a test that kills is asked; short, so that a kill hits the instant it aims at.
const AIM: Duration = Duration::from_micros(200);

type Answer = Result<Value, FunctionError>;

pub(crate) fn invoke(function: &Function, event: &Value, deadline: Duration) -> Answer {
    watch(function, event, deadline, POLL, || false)
        .expect("only a function that is to be killed ends without an answer")
}

pub(crate) fn invoke_and_kill_when(
    function: &Function,
    event: &Value,
    deadline: Duration,
    now: impl FnMut() -> bool,
) -> Option<Answer> {
    watch(function, event, deadline, AIM, now)
}

fn watch(
    function: &Function,
    event: &Value,
    deadline: Duration,
    poll: Duration,
    mut kill: impl FnMut() -> bool,
) -> Option<Answer> {
    let pending = function.api.submit(event, deadline);
    let start = Instant::now();
    loop {
        // Before the answer is looked for: a process that has ended may have given it just then.
        let ended = function.exit_status();
        if let Some(answer) = pending.wait(poll) {
            function.note_memory();
            return Some(answer);
        }
        if let Some(status) = ended {
            return Some(Err(lambda_error("Runtime.ExitError", format!("exited: {status}"))));
        }
        if kill() {
            function.kill();
            return None;
        }
        if start.elapsed() >= deadline {
            function.kill();
            let message = format!("timed out after {} ms", deadline.as_millis());
            return Some(Err(lambda_error("Sandbox.Timedout", message)));
        }
    }
}

fn lambda_error(error_type: &str, error_message: String) -> FunctionError {
    FunctionError { error_type: error_type.to_owned(), error_message }
}
