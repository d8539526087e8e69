//! A server that answers by script, and a client of it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use rollcall_vendor_client::litmos::{JsonDates, Litmos, Settings};
use rollcall_vendor_client::percipio::{self, Percipio};
use rollcall_vendor_client::{
    CredentialError, Credentials, Http, Pacer, Patience, SecretString, Timeouts,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub(crate) const KEY: &str = "5ecre7-key-0001";
pub(crate) const ORGANIZATION: &str = "0b3f7a52-1f0e-4c55-8a6e-3d1f5c9e7a10";

/// What the server does with one request.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// These bytes, then the end of the connection.
    Bytes(Vec<u8>),
    /// The connection is closed without a word.
    Reset,
    /// These bytes, and then nothing for ever.
    Stall(&'static str),
    /// These bytes with a pause before each, then the end of the connection.
    Slow(&'static [&'static str], Duration),
}

/// An answer of this status line and body.
pub(crate) fn reply(status: &str, body: &str) -> Reply {
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    Reply::Bytes([head.as_bytes(), body.as_bytes()].concat())
}

pub(crate) fn ok(body: &str) -> Reply {
    reply("200 OK", body)
}

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Request {
    /// Method, path below the base URL and query.
    pub(crate) fn line(&self) -> String {
        let line = self.head.lines().next().expect("a line");
        line.replace("/v1.svc", "").replace(" HTTP/1.1", "")
    }

    /// All values of a header.
    pub(crate) fn header(&self, name: &str) -> Vec<&str> {
        let headers = self.head.lines().filter_map(|line| line.split_once(": "));
        headers
            .filter(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
            .collect()
    }
}

pub(crate) struct Server {
    origin: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// Gives these replies in turn, the last one for ever.
    pub(crate) async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let mut replies: Vec<_> = replies.into_iter().collect();
        let seen = requests.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let reply = if replies.len() > 1 { replies.remove(0) } else { replies[0].clone() };
                tokio::spawn(serve(stream, reply, seen.clone()));
            }
        });
        Self { origin, requests }
    }

    /// The requests so far.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().expect("no panic").clone()
    }

    /// The heads of the requests so far.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.requests().into_iter().map(|request| request.head).collect()
    }

    pub(crate) fn client(&self) -> Litmos {
        self.client_with(Setup::default())
    }

    pub(crate) fn client_with(&self, setup: Setup) -> Litmos {
        let settings = Settings {
            base_url: format!("{}/v1.svc", self.origin).parse().expect("a URL"),
            source: "Acme & Co".to_owned(),
            json_dates: setup.json_dates,
        };
        let http = Http::new(setup.timeouts).expect("a client");
        Litmos::new(settings, setup.keys, setup.pacer, http).with_patience(setup.patience)
    }

    pub(crate) fn percipio(&self) -> Percipio {
        self.percipio_with(Setup::default())
    }

    pub(crate) fn percipio_with(&self, setup: Setup) -> Percipio {
        let settings = percipio::Settings {
            base_url: self.origin.parse().expect("a URL"),
            organization_id: ORGANIZATION.to_owned(),
        };
        let http = Http::new(setup.timeouts).expect("a client");
        Percipio::new(settings, setup.keys, setup.pacer, http).with_patience(setup.patience)
    }
}

/// What may differ between clients.
pub(crate) struct Setup {
    pub(crate) keys: Arc<Keys>,
    pub(crate) pacer: Pacer,
    pub(crate) timeouts: Timeouts,
    pub(crate) json_dates: JsonDates,
    pub(crate) patience: Patience,
}

impl Default for Setup {
    fn default() -> Self {
        let (timeouts, json_dates) = (Timeouts::default(), JsonDates::default());
        let pacer = Pacer::new(1_000_000, None);
        let (keys, patience) = (Keys::always(KEY), Patience::default());
        Self { keys, pacer, timeouts, json_dates, patience }
    }
}

async fn serve(mut stream: TcpStream, reply: Reply, requests: Arc<Mutex<Vec<Request>>>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let mut request = Request { head, body: String::new() };
    let length =
        request.header("content-length").first().map_or(0, |text| text.parse().expect("a length"));
    let mut body = vec![0; length];
    if stream.read_exact(&mut body).await.is_err() {
        return;
    }
    request.body = String::from_utf8(body).expect("text");
    requests.lock().expect("no panic").push(request);
    match reply {
        Reply::Bytes(bytes) => drop(stream.write_all(&bytes).await),
        Reply::Reset => drop(stream),
        Reply::Stall(bytes) => {
            drop(stream.write_all(bytes.as_bytes()).await);
            std::future::pending().await
        }
        Reply::Slow(pieces, pause) => {
            for piece in pieces {
                tokio::time::sleep(pause).await;
                drop(stream.write_all(piece.as_bytes()).await);
            }
        }
    }
}

/// Keys in the order in which they are read.
pub(crate) struct Keys {
    keys: Vec<&'static str>,
    rereads: AtomicU64,
}

impl Keys {
    pub(crate) fn always(key: &'static str) -> Arc<Self> {
        Self::rotating(vec![key])
    }

    pub(crate) fn rotating(keys: Vec<&'static str>) -> Arc<Self> {
        Arc::new(Self { keys, rereads: AtomicU64::new(0) })
    }

    pub(crate) fn rereads(&self) -> u64 {
        self.rereads.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Credentials for Keys {
    async fn current(&self) -> Result<SecretString, CredentialError> {
        let place = usize::try_from(self.rereads()).expect("few").min(self.keys.len() - 1);
        Ok(self.keys[place].into())
    }

    async fn reread(&self) -> Result<SecretString, CredentialError> {
        // Long enough for others to come along.
        tokio::time::sleep(Duration::from_millis(20)).await;
        self.rereads.fetch_add(1, Ordering::SeqCst);
        self.current().await
    }
}
