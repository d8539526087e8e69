//! A function that does what its event says, for the tests of the harness.

use std::time::Duration;

use lambda_runtime::{Diagnostic, Error, LambdaEvent, service_fn};
use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    if std::env::var_os("ECHO_STOP").is_some() {
        return Err("told to stop".into());
    }
    lambda_runtime::run(service_fn(echo)).await
}

async fn echo(event: LambdaEvent<Value>) -> Result<Value, Diagnostic> {
    let (event, context) = event.into_parts();
    if let Some(line) = event["print"].as_str() {
        eprintln!("{line}");
    }
    if let Some(bytes) = event["allocate"].as_u64() {
        // Filled with something else than zeros: those would take no memory before they are read.
        std::hint::black_box(vec![1_u8; usize::try_from(bytes).unwrap_or_default()]);
    }
    if let Some(millis) = event["sleep_millis"].as_u64() {
        tokio::time::sleep(Duration::from_millis(millis)).await;
    }
    if let Some(error_type) = event["fail"].as_str() {
        let error_message = "told to fail".to_owned();
        return Err(Diagnostic { error_type: error_type.to_owned(), error_message });
    }
    if event["exit"].as_bool() == Some(true) {
        std::process::exit(3);
    }
    let environment: Vec<String> = std::env::vars().map(|(name, _)| name).collect();
    Ok(json!({ "event": event, "deadline_ms": context.deadline, "environment": environment }))
}
