//! The record of somebody whose manager is gone. Whether the vendor keeps the id of one is not known;
//! that it takes no record with one is documented.

use std::sync::{Arc, Mutex};

use rollcall_provisioning::process::Handled;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::stage::Stage;

const NO_MANAGER: &str = "The manager Id in the xml/json is not valid.";

/// A vendor with one account, whose manager it may not know, and the records that were sent.
struct OneAccount {
    record: Value,
    knows_manager: bool,
    /// It takes no record at all.
    refuses: bool,
    sent: Vec<Value>,
}

async fn outcome(account: OneAccount) -> (Value, Vec<Value>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}/v1.svc", listener.local_addr().unwrap());
    let account = Arc::new(Mutex::new(account));
    let answering = Arc::clone(&account);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            serve(stream, &answering).await;
        }
    });
    let body = json!({"request_id": "r", "operation": "disable_account", "reason": "left",
        "principal": {"user_id": "Us1"}});
    let Handled::Settled(outcome) = Stage::new().hand_over(&base_url, &body).await else {
        panic!("it is settled")
    };
    let sent = account.lock().unwrap().sent.clone();
    (serde_json::to_value(outcome).unwrap(), sent)
}

async fn serve(mut stream: TcpStream, account: &Mutex<OneAccount>) {
    let mut text = Vec::new();
    let (line, body) = loop {
        let mut piece = [0; 4096];
        let length = stream.read(&mut piece).await.unwrap();
        text.extend_from_slice(&piece[..length]);
        let whole = String::from_utf8_lossy(&text).into_owned();
        let Some((head, body)) = whole.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| {
            line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse::<usize>().ok()
        });
        if length.unwrap_or(0) == body.len() {
            break (head.lines().next().unwrap().to_owned(), body.to_owned());
        }
    };
    let (status, answer) = account.lock().unwrap().answer(&line, &body);
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{answer}",
        answer.len()
    );
    stream.write_all(answer.as_bytes()).await.unwrap();
}

impl OneAccount {
    fn answer(&mut self, line: &str, body: &str) -> (String, String) {
        let not_found =
            |detail: &str| (format!("404 {detail}"), json!({"Detail": detail}).to_string());
        let ok = |body: String| ("200 OK".to_owned(), body);
        match line.split(['?', ' ']).take(2).collect::<Vec<_>>()[..] {
            ["GET", "/v1.svc/users/Us1"] => ok(self.record.to_string()),
            ["GET", "/v1.svc/users/Us2"] if self.knows_manager => {
                ok(json!({"Id": "Us2", "UserName": "bo@example.org", "Active": true}).to_string())
            }
            ["PUT", "/v1.svc/users/Us1"] => {
                let sent: Value = serde_json::from_str(body).unwrap();
                self.sent.push(sent.clone());
                if self.refuses || (sent["ManagerId"] == "Us2" && !self.knows_manager) {
                    return not_found(NO_MANAGER);
                }
                self.record = sent;
                ok(String::new())
            }
            _ => not_found("User - Us2 was not found"),
        }
    }
}

fn ada(manager: &str) -> Value {
    json!({"Id": "Us1", "UserName": "ada@example.org", "FirstName": "Ada", "LastName": "L",
        "Email": "ada@example.org", "AccessLevel": "Learner", "Active": true, "ManagerId": manager})
}

#[tokio::test]
async fn a_leaver_goes_although_the_manager_went_first() {
    let account =
        OneAccount { record: ada("Us2"), knows_manager: false, refuses: false, sent: Vec::new() };
    let (outcome, sent) = outcome(account).await;
    assert_eq!(outcome["status"], "succeeded", "{outcome:#}");
    let managers: Vec<_> = sent.iter().map(|record| record["ManagerId"].clone()).collect();
    assert_eq!(managers, ["Us2", "0"]);
    assert_eq!(sent[1]["Active"], false);
}

/// A manager who is there stays, and a 404 for a record that was read just now is no missing account.
#[tokio::test]
async fn a_record_that_is_not_taken_is_refused_and_not_missing() {
    for (manager, knows_manager) in [("Us2", true), ("0", false)] {
        let record = ada(manager);
        let account = OneAccount { record, knows_manager, refuses: true, sent: Vec::new() };
        let (outcome, sent) = outcome(account).await;
        let told = (&outcome["status"], &outcome["code"]);
        assert_eq!(told, (&json!("failed"), &json!("vendor_refused")), "{outcome:#}");
        assert_eq!(sent.len(), 1);
    }
}
