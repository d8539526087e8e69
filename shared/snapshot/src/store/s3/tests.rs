//! What S3 answers in bad weather, from a stand-in on this machine.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region};

use super::*;

const REFUSED: &str = "HTTP/1.1 412 Precondition Failed";
const CONCURRENT: &str = "HTTP/1.1 409 Conflict";
const SLOW_DOWN: &str = "HTTP/1.1 503 Slow Down";
const INTERNAL: &str = "HTTP/1.1 500 Internal Server Error";
const DONE: &str = "HTTP/1.1 200 OK";
/// The connection ends instead of an answer.
const RESET: &str = "";
/// The connection ends in the middle of one.
const CUT_OFF: &str = "HTTP/1.1 206 Cut Off";

/// Answers the requests with these, and whatever follows with the last one.
struct StandIn {
    address: String,
    requests: Arc<AtomicUsize>,
}

impl StandIn {
    fn start(answers: &'static [&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let nth = count.fetch_add(1, Ordering::SeqCst);
                answer(stream.unwrap(), answers[nth.min(answers.len() - 1)]);
            }
        });
        Self { address, requests }
    }

    fn store(&self) -> S3Store {
        let config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::new("test", "test", None, None, "tests"))
            .endpoint_url(&self.address)
            .force_path_style(true);
        S3Store::new(config, "bucket")
    }
}

/// One request, one answer, one connection.
fn answer(mut stream: TcpStream, status: &str) {
    let mut read = Vec::new();
    let mut buffer = [0; 4096];
    while !read.ends_with(b"body") && !read.starts_with(b"GET ") {
        match stream.read(&mut buffer) {
            Ok(received) if received > 0 => read.extend_from_slice(&buffer[..received]),
            _ => return,
        }
    }
    let code = match status {
        REFUSED => "PreconditionFailed",
        CONCURRENT => "ConditionalRequestConflict",
        SLOW_DOWN => "SlowDown",
        _ => "InternalError",
    };
    let body = match status {
        RESET => return,
        DONE => "whole".to_owned(),
        CUT_OFF => "wh".to_owned(),
        _ => format!("<Error><Code>{code}</Code><Message>said</Message></Error>"),
    };
    let length = body.len().max(if status == CUT_OFF { 5 } else { 0 });
    let head = format!("{status}\r\nETag: \"e\"\r\nContent-Length: {length}\r\nConnection: close");
    let _ = stream.write_all(format!("{head}\r\n\r\n{body}").as_bytes());
}

async fn put(answers: &'static [&'static str]) -> (Result<Version, StoreError>, usize) {
    let s3 = StandIn::start(answers);
    let put = s3.store().put("k", "body".into(), PutMode::Create).await;
    (put, s3.requests.load(Ordering::SeqCst))
}

#[tokio::test]
async fn what_passes_is_asked_for_again() {
    for trouble in [CONCURRENT, SLOW_DOWN, INTERNAL, RESET] {
        let answers: &'static [_] = vec![trouble, trouble, DONE].leak();
        let (put, requests) = put(answers).await;
        assert!(put.is_ok(), "{trouble:?}: {put:?}");
        assert_eq!(requests, 3, "{trouble:?}");
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_is_asked_for_again() {
    let s3 = StandIn::start(&[CUT_OFF, CUT_OFF, DONE]);
    let object = s3.store().get("k").await.unwrap().unwrap();
    assert_eq!(object.bytes, "whole");
    assert_eq!(s3.requests.load(Ordering::SeqCst), 3);

    let s3 = StandIn::start(&[CUT_OFF]);
    let broken = s3.store().get("k").await;
    assert!(matches!(broken, Err(StoreError::Unavailable { .. })), "{broken:?}");
    assert_eq!(s3.requests.load(Ordering::SeqCst), ATTEMPTS as usize);
}

/// Never "it is there", whatever was meant to be created.
#[tokio::test]
async fn what_does_not_pass_is_told_as_trouble_of_the_store() {
    let (put, requests) = put(&[CONCURRENT]).await;
    let Err(StoreError::Unavailable { place, reason, .. }) = put else { panic!("{put:?}") };
    assert_eq!((&*place, &*reason), ("s3://bucket/k", "ConditionalRequestConflict: said"));
    assert_eq!(requests, ATTEMPTS as usize);
}

#[tokio::test]
async fn a_condition_that_does_not_hold_is_asked_once() {
    let (put, requests) = put(&[REFUSED]).await;
    assert!(matches!(put, Err(StoreError::Conflict { .. })), "{put:?}");
    assert_eq!(requests, 1);
}
