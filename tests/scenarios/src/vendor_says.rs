//! The vendor's own words, for tests that compare what was written or kept with them.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use litmos_simulator::Simulator;

/// What the vendor answers to a GET, as JSON: with all that must not be kept.
///
/// # Panics
/// If it refuses.
#[must_use]
pub fn vendor_says(simulator: &Simulator, path: &str) -> String {
    let url = simulator.base_url();
    let address = url.trim_start_matches("http://").trim_end_matches("/v1.svc");
    let mut stream = TcpStream::connect(address).expect("the simulator listens");
    let (key, mark) = (simulator.api_key(), if path.contains('?') { '&' } else { '?' });
    let target = format!("/v1.svc{path}{mark}source=test&format=json");
    let head = format!("GET {target} HTTP/1.1\r\nhost: {address}\r\napikey: {key}\r\n");
    stream.write_all(format!("{head}connection: close\r\n\r\n").as_bytes()).expect("it reads");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("it answers");
    let answer = String::from_utf8(answer).expect("the vendor sends UTF-8");
    assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
    answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default()
}
