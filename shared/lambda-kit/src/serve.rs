//! The adapter: Lambda's invocations to a handler, its result to Lambda's answer.

use std::{
    io::Write,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use lambda_runtime::{Diagnostic, Error, LambdaEvent, service_fn};
use rollcall_snapshot::RunId;
use serde::Serialize;
use serde_json::Value;
use tokio::sync::OnceCell;
use tracing::{Instrument, Span, field};
use tracing_subscriber::EnvFilter;

use crate::{Context, Failure, Metrics, context::Talks};

/// One invocation.
pub struct Invocation<'a> {
    /// The function's name.
    pub function: &'static str,
    /// What the function works with.
    pub context: &'a Context,
    /// The event as it came.
    pub event: Value,
    /// Lambda's id of it.
    pub request_id: &'a str,
    /// How long it may take.
    pub remaining: Duration,
    /// What it wants to be measured by.
    pub metrics: &'a mut Metrics,
}

impl Invocation<'_> {
    /// Names the run that it is for: in its metrics, and from now on in each line of its log.
    pub fn belongs_to(&mut self, run_id: &RunId) {
        self.metrics.note("run_id", run_id.as_str());
        Span::current().record("run_id", run_id.as_str());
    }
}

/// Serves a function's invocations until the environment ends.
///
/// # Errors
/// If Lambda's runtime cannot be reached.
pub async fn serve<A: Serialize>(
    function: &'static str,
    talks: Talks,
    handle: impl AsyncFn(&mut Invocation<'_>) -> Result<A, Failure>,
) -> Result<(), Error> {
    log_as_json();
    let context = OnceCell::new();
    let (context, handle) = (&context, &handle);
    let service = service_fn(move |event: LambdaEvent<Value>| {
        let request_id = event.context.request_id.clone();
        let trace_id = event.context.xray_trace_id.as_deref().and_then(trace_root);
        let run_id = field::Empty;
        let span = tracing::info_span!("invocation", function, request_id, trace_id, run_id);
        let handled = async move {
            let result = invoke(function, talks, context, handle, event).await;
            if let Err(failure) = &result {
                let (error_type, reason) = (failure.error_type(), failure.message());
                tracing::error!(error_type, reason, "failed");
            }
            result.map_err(Diagnostic::from)
        };
        handled.instrument(span)
    });
    lambda_runtime::run(service).await
}

async fn invoke<A: Serialize>(
    function: &'static str,
    talks: Talks,
    context: &OnceCell<Context>,
    handle: &impl AsyncFn(&mut Invocation<'_>) -> Result<A, Failure>,
    event: LambdaEvent<Value>,
) -> Result<A, Failure> {
    let began = Instant::now();
    // Not at start: a wrong configuration shall be an answer, not an environment that dies.
    let context = context.get_or_try_init(|| Context::from_environment(talks)).await?;
    context.begin().await;
    let mut metrics = Metrics::new(&context.config.connection, function);
    metrics.note("request_id", &event.context.request_id);
    if let Some(trace_id) = event.context.xray_trace_id.as_deref().and_then(trace_root) {
        metrics.note("trace_id", trace_id);
    }
    let mut invocation = Invocation {
        function,
        context,
        event: event.payload,
        request_id: &event.context.request_id,
        remaining: remaining(event.context.deadline, SystemTime::now()),
        metrics: &mut metrics,
    };
    let result = handle(&mut invocation).await;
    if result.as_ref().is_err_and(|failure| failure.error_type() == "VendorUnauthorized") {
        metrics.refused_credentials();
    }
    metrics.count("Failures", u64::from(result.is_err()));
    metrics.seconds("InvocationSeconds", began.elapsed().as_secs_f64());
    let now = jiff::Timestamp::now().as_millisecond();
    for line in metrics.lines(now) {
        // Best effort: a measurement that cannot be written is no reason to fail.
        let _ = writeln!(std::io::stdout(), "{line}");
    }
    result
}

/// The trace's id in Lambda's header, `Root=1-…;Parent=…;Sampled=1`.
fn trace_root(header: &str) -> Option<&str> {
    header.split(';').find_map(|part| part.trim().strip_prefix("Root="))
}

/// The time until a deadline in milliseconds since 1970; none if it has passed, as after a slow start.
fn remaining(deadline: u64, now: SystemTime) -> Duration {
    // cargo-lambda sends a constant that lies in 1970 instead of a deadline.
    const YEAR_1971: u64 = 365 * 86_400 * 1000;
    const WITHOUT_DEADLINE: Duration = Duration::from_secs(600);
    if deadline < YEAR_1971 {
        return WITHOUT_DEADLINE;
    }
    let deadline = UNIX_EPOCH + Duration::from_millis(deadline);
    deadline.duration_since(now).unwrap_or_default()
}

fn log_as_json() {
    let filter = EnvFilter::try_from_env("RUST_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    // At trace it logs whole events, and a request may hold a password by mistake.
    let no_events = "lambda_runtime=info".parse().expect("a constant");
    // There it logs each failure once more; a panic is on standard error anyway.
    let told_once = "lambda_runtime::layers::panic=off".parse().expect("a constant");
    let filter = filter.add_directive(no_events).add_directive(told_once);
    let layer = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(true)
        .with_target(false)
        .with_env_filter(filter);
    // A second call in one process (tests) keeps the first.
    let _ = layer.try_init();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_is_named_by_its_root() {
        let root = "1-5759e988-bd862e3fe1be46a994272793";
        let header = format!("Self=1-67891234-12456789abcdef012345678;Root={root};Sampled=1");
        assert_eq!(trace_root(&header), Some(root));
        assert_eq!(trace_root("Sampled=0"), None);
    }

    #[test]
    fn a_deadline_that_has_passed_leaves_no_time_and_one_of_1970_is_none() {
        let now = UNIX_EPOCH + Duration::from_secs(2_000_000_000);
        for (deadline, left) in
            [(2_000_000_000_900, 900), (1_999_999_999_000, 0), (600_000, 600_000), (0, 600_000)]
        {
            assert_eq!(remaining(deadline, now), Duration::from_millis(left));
        }
    }
}
