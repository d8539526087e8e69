//! The local AWS: both emulators, and reading tables back.

use scenarios::{Connection, Emulator, Environment, LocalAws, Secret};
use serde_json::json;

const EMULATORS: [Emulator; 2] = [Emulator::MiniStack, Emulator::Moto];

#[test]
fn create_only_writes_are_refused_the_second_time() {
    for emulator in EMULATORS {
        let bucket = Connection::litmos(LocalAws::shared(emulator), "key").bucket;
        assert!(bucket.put_new("a/b.json", r#"{"n": 1}"#));
        assert!(!bucket.put_new("a/b.json", r#"{"n": 2}"#));
        assert_eq!(bucket.get_json("a/b.json"), Some(json!({ "n": 1 })));
    }
}

#[test]
fn objects_come_and_go() {
    for emulator in EMULATORS {
        let bucket = Connection::litmos(LocalAws::shared(emulator), "key").bucket;
        assert_eq!(bucket.get("a/2"), None);
        bucket.put("a/2", "two");
        bucket.put("a/1", "one");
        bucket.put("b/1", "other");
        assert_eq!(bucket.keys("a/"), ["a/1", "a/2"]);
        assert_eq!(bucket.get("a/2"), Some(b"two".to_vec()));
        bucket.delete("a/2");
        assert_eq!(bucket.keys(""), ["a/1", "b/1"]);
    }
}

#[test]
fn secrets_change_and_end() {
    for emulator in EMULATORS {
        let aws = LocalAws::shared(emulator);
        let secret = Connection::litmos(aws, "key").secret;
        secret.update(r#"{"api_key": "next"}"#);
        secret.delete();
        Secret::create(aws, "not-json", "not json").delete();
    }
}

#[test]
fn one_of_its_own_ends_when_it_is_dropped() {
    let aws = LocalAws::start_with(Emulator::MiniStack, &[("AUTH", "true")]);
    let address = aws.endpoint().trim_start_matches("http://").to_owned();
    assert!(std::net::TcpStream::connect(&address).is_ok());
    drop(aws);
    assert!(std::net::TcpStream::connect(&address).is_err());
}

#[test]
fn connections_share_nothing() {
    let aws = LocalAws::shared(Emulator::MiniStack);
    let (one, other) = (Connection::litmos(aws, "key"), Connection::litmos(aws, "key"));
    assert_ne!(one.name, other.name);
    assert_ne!(one.bucket.name(), other.bucket.name());
    assert_ne!(one.secret.id(), other.secret.id());
}

#[test]
fn the_environment_is_what_the_contract_says() {
    let connection = Connection::litmos(LocalAws::shared(Emulator::MiniStack), "key");
    let environment = Environment::litmos(&connection, "http://127.0.0.1:1/v1.svc")
        .requests_per_minute(60)
        .slice_seconds(5)
        .without("ROLLCALL_LITMOS_SOURCE");
    let value = |name: &str| {
        (&environment).into_iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str())
    };
    assert_eq!(value("ROLLCALL_BUCKET"), Some(connection.bucket.name()));
    assert_eq!(value("ROLLCALL_REQUESTS_PER_MINUTE"), Some("60"));
    assert_eq!(value("ROLLCALL_SLICE_SECONDS"), Some("5"));
    assert_eq!(value("ROLLCALL_LITMOS_SOURCE"), None);
}
