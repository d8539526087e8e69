//! The program: one line when it is ready, and an end.

use std::{
    io::{BufRead, BufReader},
    net::TcpStream,
    process::{Command, Stdio},
};

use serde_json::Value;

#[test]
fn the_program_says_where_it_is_and_ends_with_its_input() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_litmos-simulator"))
        .args(["--users", "5", "--api-key", "k", "--source", "s", "--exit-with-stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(program.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let ready: Value = serde_json::from_str(&line).unwrap();
    assert_eq!((&ready["api_key"], &ready["source"]), (&"k".into(), &"s".into()));
    let url = ready["base_url"].as_str().unwrap();
    let host = url.strip_prefix("http://").and_then(|url| url.strip_suffix("/v1.svc")).unwrap();
    assert!(host.starts_with("127.0.0.1:"));
    TcpStream::connect(host).unwrap();
    drop(program.stdin.take());
    assert!(program.wait().unwrap().success());
}
