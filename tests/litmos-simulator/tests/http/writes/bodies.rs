//! Bodies: JSON, XML, neither, none.

use std::{
    io::{Read, Write as _},
    net::TcpStream,
};

use litmos_simulator::Options;
use serde_json::Value;

use super::{ada, submit, write};
use crate::client::{send, start};

const XML: Option<&str> = Some("application/xml; charset=utf-8");

#[test]
fn an_empty_answer_says_how_long_it_is() {
    let simulator = start(Options { members_per_team: Some(3), ..Options::default() });
    let row = simulator.truth().memberships()[0].clone();
    let path = format!("/teams/{}/leaders/{}", row.team_id, row.user_id);
    let answer = submit(&simulator, "PUT", &path, None, "").unwrap();
    assert_eq!((answer.status, answer.text()), (200, ""));
    assert_eq!(answer.headers["content-length"], "0");
    assert!(answer.headers.get("content-type").is_none());
}

#[test]
fn json_that_cannot_be_read_is_500_with_a_page() {
    let simulator = start(Options::default());
    for bad in ["{", "[]", r#"{"Active":"true"}"#, r#"{"UserName":5}"#, r#"{"Active":null}"#] {
        let answer = submit(&simulator, "POST", "/users", Some("application/json"), bad).unwrap();
        assert_eq!((answer.status, answer.content_type()), (500, "text/html"), "{bad}");
        assert!(answer.text().contains("Request Error") && answer.text().len() > 900);
        assert!(answer.reason.unwrap().starts_with("The server encountered an error"));
    }
    let list = r#"{"Users":[{"Id":"a"}]}"#;
    let team = simulator.world().team_ids()[0].clone();
    let path = format!("/teams/{team}/users");
    let answer = submit(&simulator, "POST", &path, Some("application/json"), list).unwrap();
    assert_eq!(answer.status, 500, "lists are bare");
}

#[test]
fn a_body_must_say_what_it_is_and_be_there() {
    let simulator = start(Options::default());
    let status =
        |kind, body: &str| submit(&simulator, "POST", "/users", kind, body).unwrap().status;
    let body = ada().to_string();
    assert_eq!(status(None, &body), 403);
    assert_eq!(status(Some("text/plain"), &body), 403);
    assert_eq!(write(&simulator, "POST", "/users", &Value::Null).status, 400);
    assert_eq!(status(Some("Application/JSON; charset=utf-8"), &body), 201);
}

#[test]
fn xml_is_read_in_order_and_what_is_out_of_order_is_not_read() {
    let simulator = start(Options::default());
    let create = |name: &str, tail: &str| {
        let body = format!(
            "<User xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\"><Id></Id>\
             <UserName>{name}</UserName><FirstName>A &amp; B</FirstName><LastName>L</LastName>\
             <Email>x@example.org</Email><AccessLevel>Learner</AccessLevel>{tail}</User>"
        );
        let answer = submit(&simulator, "POST", "/users", XML, &body).unwrap();
        assert_eq!(answer.status, 201);
        let id = answer.json()["Id"].as_str().unwrap().to_owned();
        simulator.truth().user_record(&id).unwrap()
    };
    let good = create("xml.one", "<Active>true</Active><Skype i:nil=\"true\"/><City>C</City>");
    assert_eq!((&good["FirstName"], &good["City"]), (&"A & B".into(), &"C".into()));
    assert_eq!((&good["Active"], &good["Skype"]), (&true.into(), &Value::Null));
    let late = create("xml.two", "<City>C</City><Active>true</Active>");
    assert_eq!((&late["Active"], &late["City"]), (&false.into(), &"C".into()));
}

#[test]
fn xml_lists_have_a_root_and_xml_that_cannot_be_read_is_500() {
    let simulator = start(Options::default());
    let (team, user) = {
        let world = simulator.world();
        (world.team_ids()[0].clone(), world.user_ids()[150].clone())
    };
    let path = format!("/teams/{team}/users");
    let status = |body: &str| submit(&simulator, "POST", &path, XML, body).unwrap().status;
    assert_eq!(status(&format!("<Users><User><Id>{user}</Id></User></Users>")), 201);
    let rows = simulator.truth().memberships();
    assert!(rows.iter().any(|row| row.team_id == team && row.user_id == user));
    assert_eq!(status("<Users/>"), 404, "empty");
    for bad in ["<Users>", "<Teams/>", "[]"] {
        assert_eq!(status(bad), 500, "{bad}");
    }
}

#[test]
fn a_refused_write_is_told_in_xml_to_who_wants_xml() {
    let simulator = start(Options::default());
    let path = "/v1.svc/teams/nobody?source=s";
    let answer = send(&simulator, "DELETE", path, Some(&simulator.api_key()), "");
    let detail = "No team with this nobody exists in your organization";
    assert_eq!(answer.text(), format!("<Error><Detail>{detail}</Detail></Error>"));
}

#[test]
fn a_post_or_put_without_a_length_is_411() {
    let simulator = start(Options::default());
    let host = simulator.base_url().trim_start_matches("http://").replace("/v1.svc", "");
    let status = |method: &str| {
        let mut stream = TcpStream::connect(&host).unwrap();
        let key = simulator.api_key();
        write!(
            stream,
            "{method} /v1.svc/teams/nobody/leaders/nobody?source=s HTTP/1.1\r\n\
             host: {host}\r\napikey: {key}\r\nconnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split(' ').nth(1).unwrap().to_owned()
    };
    assert_eq!([status("PUT"), status("POST"), status("DELETE")], ["411", "411", "404"]);
}
