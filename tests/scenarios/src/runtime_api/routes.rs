//! The four endpoints a runtime calls.

use std::{sync::Arc, time::UNIX_EPOCH};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, State},
    http::{HeaderMap, StatusCode},
    response::IntoResponse,
    routing::{get, post},
};
use serde_json::Value;

use super::{FunctionError, exchange::Exchange};

/// What Lambda takes as an answer to a synchronous invocation.
const ANSWER_BYTES: usize = 6 * 1024 * 1024;

pub(super) fn router(exchange: Arc<Exchange>) -> Router {
    Router::new()
        .route("/2018-06-01/runtime/invocation/next", get(next))
        .route("/2018-06-01/runtime/invocation/{id}/response", post(response))
        .route("/2018-06-01/runtime/invocation/{id}/error", post(error))
        .route("/2018-06-01/runtime/init/error", post(init_error))
        .layer(DefaultBodyLimit::max(ANSWER_BYTES))
        .with_state(exchange)
}

async fn next(State(exchange): State<Arc<Exchange>>) -> impl IntoResponse {
    let delivery = exchange.next().await;
    let deadline = delivery.deadline.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let arn = format!("arn:aws:lambda:us-east-1:000000000000:function:{}", exchange.function);
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("lambda-runtime-aws-request-id", delivery.request_id),
        ("lambda-runtime-deadline-ms", deadline.to_string()),
        ("lambda-runtime-invoked-function-arn", arn),
        (
            "lambda-runtime-trace-id",
            "Root=1-00000000-000000000000000000000000;Sampled=0".to_owned(),
        ),
    ];
    (headers, delivery.event)
}

async fn response(
    State(exchange): State<Arc<Exchange>>,
    Path(id): Path<String>,
    body: Bytes,
) -> StatusCode {
    let answer = serde_json::from_slice(&body).map_err(|error| FunctionError {
        error_type: "Runtime.InvalidResponse".to_owned(),
        error_message: format!("the answer is not JSON: {error}"),
    });
    accepted(exchange.answer(&id, answer))
}

async fn error(
    State(exchange): State<Arc<Exchange>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    accepted(exchange.answer(&id, Err(function_error(&headers, &body))))
}

async fn init_error(
    State(exchange): State<Arc<Exchange>>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    exchange.fail_init(function_error(&headers, &body));
    StatusCode::ACCEPTED
}

/// The body names the error; the header is what a runtime without a body would say.
fn function_error(headers: &HeaderMap, body: &[u8]) -> FunctionError {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |field: &str| body[field].as_str().map(str::to_owned);
    let header = || {
        let header = headers.get("lambda-runtime-function-error-type")?;
        header.to_str().ok().map(str::to_owned)
    };
    FunctionError {
        error_type: text("errorType").or_else(header).unwrap_or_default(),
        error_message: text("errorMessage").unwrap_or_default(),
    }
}

/// The service refuses an answer to an invocation it does not know.
fn accepted(known: bool) -> StatusCode {
    if known { StatusCode::ACCEPTED } else { StatusCode::BAD_REQUEST }
}
