//! The program: one line when it is ready, and an end.

use std::{
    io::{BufRead, BufReader},
    net::TcpStream,
    process::{Command, Stdio},
};

use serde_json::Value;

#[test]
fn the_program_says_where_it_is_and_ends_with_its_input() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_percipio-simulator"))
        .args(["--users", "5", "--api-token", "t", "--organization-id", "o", "--exit-with-stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(program.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let ready: Value = serde_json::from_str(&line).unwrap();
    assert_eq!((&ready["api_token"], &ready["organization_id"]), (&"t".into(), &"o".into()));
    let host = ready["base_url"].as_str().unwrap().strip_prefix("http://").unwrap();
    assert!(host.starts_with("127.0.0.1:"));
    TcpStream::connect(host).unwrap();
    drop(program.stdin.take());
    assert!(program.wait().unwrap().success());
}
