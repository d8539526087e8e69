//! Secrets stay secret, whatever goes wrong.

use std::error::Error;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use rollcall_vendor_client::Patience;
use rollcall_vendor_client::litmos::{NewUser, UserRef};
use tracing::Level;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::MakeWriter;

use crate::server::{KEY, Keys, Reply, Server, Setup, ok, reply};

const LOGIN_KEY: &str = "11111111-2222-3333-4444-555555555555";

/// What is logged while its guard lives.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Log {
    pub(crate) fn start() -> (Self, DefaultGuard) {
        Self::at(Level::TRACE)
    }

    fn at(level: Level) -> (Self, DefaultGuard) {
        let log = Self::default();
        let subscriber = tracing_subscriber::fmt().json().with_max_level(level);
        let subscriber = subscriber.with_writer(log.clone()).finish();
        (log, tracing::subscriber::set_default(subscriber))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().expect("no panic")).into_owned()
    }
}

/// An error and its causes, for people and for developers.
pub(crate) fn all(error: &(dyn Error + 'static)) -> String {
    let mut text = format!("{error} {error:?}\n");
    let mut cause = error.source();
    while let Some(error) = cause {
        text += &format!("{error} {error:?}\n");
        cause = error.source();
    }
    text
}

pub(crate) fn assert_hidden(shown: &str, secrets: &[&str]) {
    for secret in secrets {
        let place = shown.find(secret).map(|place| &shown[place.saturating_sub(200)..]);
        assert_eq!(place, None);
    }
}

#[tokio::test]
async fn neither_errors_nor_logs_nor_debug_output_show_a_key() {
    let (log, _guard) = Log::start();
    let mut shown = String::new();
    // An echoed key at any place, also where a message is cut.
    let echo = format!(r#"{{"Detail":"{KEY} {} {KEY}"}}"#, "x".repeat(273));
    let page = format!("<html>apikey: {KEY}</html>");
    for status in ["401 No", "403 No", "404 No", "409 No", "503 No", "500 No", "200 OK", "302 No"] {
        for body in [&echo, &page] {
            let client = Server::start([reply(status, body)]).await.client();
            shown += &all(&client.teams(0).await.unwrap_err());
            shown += &format!("{client:?} {:?}", client.last_trouble());
        }
    }
    let client = Server::start([Reply::Reset]).await.client();
    shown += &all(&client.teams(0).await.unwrap_err());
    let keys = Keys::rotating(vec![KEY, "5ecre7-other"]);
    let server = Server::start([reply("401 No", ""), ok("[]")]).await;
    server.client_with(Setup { keys, ..Setup::default() }).teams(0).await.unwrap();
    let user = format!(
        r#"[{{"Id":"u","LoginKey":"{LOGIN_KEY}","LastLogin":"{LOGIN_KEY}","password":"{LOGIN_KEY}"}}]"#
    );
    let client = Server::start([ok(&user)]).await.client();
    shown += &format!("{:?}", client.users(0).await.unwrap());
    shown += &log.text();
    assert!(shown.contains("[key]") && shown.contains("repeating a request"));
    assert_hidden(&shown, &["5ecre7", LOGIN_KEY]);
}

#[tokio::test]
async fn bodies_of_writes_and_their_answers_are_never_shown() {
    let (log, _guard) = Log::start();
    let mut new = NewUser::new("sent-1@example.org", "Learner");
    new.set_attribute("CustomField1", &"sent-1".into()).unwrap();
    let user =
        format!(r#"{{"Id":"u","LoginKey":"{LOGIN_KEY}","Password":"{LOGIN_KEY}","A":"got-1"}}"#);
    let mut shown = String::new();
    for status in ["201 Created", "409 No", "503 No", "500 No", "403 No", "404 No"] {
        let client = Server::start([reply(status, &user)]).await.client();
        let client = client.with_patience(Patience::BRIEF);
        match client.create_user(&new, false).await {
            Ok(record) => {
                let put = Server::start([Reply::Reset]).await.client();
                let put = put.with_patience(Patience::BRIEF);
                shown += &all(&put.put_user(&record).await.unwrap_err());
                shown += &format!("{record:?}");
            }
            Err(error) => shown += &all(&error),
        }
        shown += &format!("{client:?} {:?}", client.last_trouble());
        let members = client.add_team_members("t", &["sent-1"], false).await;
        shown += &format!("{members:?}");
    }
    shown += &log.text();
    assert!(shown.contains("PUT /users/u") && shown.contains("repeating a request"));
    assert_hidden(&shown, &["5ecre7", LOGIN_KEY, "sent-1", "got-1"]);
}

/// Who a request is about is told by ids only.
#[tokio::test]
async fn neither_errors_nor_logs_show_who_somebody_is() {
    let (log, _guard) = Log::at(Level::WARN);
    let mut shown = String::new();
    for name in ["ada@example.org", "ada.lovelace"] {
        for status in ["500 X", "403 No", "200 OK"] {
            let said = format!("Nothing at /users/{}, {name}", name.replace('@', "%40"));
            let client = Server::start([reply(status, &said)]).await.client();
            let client = client.with_patience(Patience::BRIEF);
            let user = UserRef::Name(name.to_owned());
            shown += &all(&client.user(&user).await.unwrap_err());
            shown += &client.last_trouble().unwrap_or_default();
        }
    }
    shown += &log.text();
    assert!(
        shown.contains("GET /users/{name}") && shown.contains("repeating a request"),
        "{shown}"
    );
    assert_hidden(&shown, &["example.org", "lovelace"]);
}

#[tokio::test]
async fn a_repeat_is_logged_once_with_its_circumstances() {
    let (log, _guard) = Log::at(Level::WARN);
    let replies = [reply("503 Busy", ""), Reply::Reset, ok("[]")];
    let server = Server::start(replies).await;
    server.client().teams(0).await.unwrap();
    let text = log.text();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    for part in [
        r#""method":"GET""#,
        r#""path":"/teams""#,
        r#""status":503"#,
        r#""attempt":1"#,
        r#""wait_ms":"#,
    ] {
        assert!(lines[0].contains(part), "{part} {text}");
    }
    assert!(lines[1].contains(r#""attempt":2"#) && !lines[1].contains("status"), "{text}");
    assert!(!text.contains("source="), "{text}");
}
