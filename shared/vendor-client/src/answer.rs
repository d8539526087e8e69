//! An answer of success, before and after its body is read.

use std::borrow::Cow;
use std::time::Duration;

use hyper::body::Bytes;
use reqwest::header::HeaderMap;
use reqwest::{Response, StatusCode};
use tokio::time::timeout;

use crate::call::Texts;
use crate::json_text::{json_as_written, readable_json};
use crate::keys::Key;

/// Largest body that is read at once, decompressed: far above a page of 1,000 rows, far below what
/// a function has in memory.
const LARGEST_BODY: usize = 64 << 20;

/// An answer of success whose body is still to be read.
pub(crate) struct Incoming {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// `None` when there is no more to come.
    response: Option<Response>,
    key: Key,
    longest_pause: Duration,
}

/// An answer of success.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// Why a body is of no use.
#[derive(Debug)]
pub(crate) enum Unread {
    /// It did not come to its end.
    Broken { text: &'static str, source: Option<reqwest::Error> },
    /// It came, and makes no sense.
    Undecodable(Undecodable),
}

/// Why a body could not be decoded.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Undecodable {
    /// Not what the vendor meant to send: cut off, or nothing at all. Worth repeating.
    Garbled(String),
    /// Whole, and not what was asked for: another server's page. Worth repeating a few times, not for
    /// hours.
    Foreign(String),
    /// The rate limit, with a status of success.
    TooMany(String),
    /// Meant so, and not understood.
    Unexpected(String),
}

impl From<Undecodable> for Unread {
    fn from(undecodable: Undecodable) -> Self {
        Self::Undecodable(undecodable)
    }
}

impl Incoming {
    /// Of a response. `longest_pause` is how long to wait for each piece of the body.
    pub(crate) fn new(mut response: Response, key: Key, longest_pause: Duration) -> Self {
        let headers = std::mem::take(response.headers_mut());
        Self { status: response.status(), headers, response: Some(response), key, longest_pause }
    }

    /// What there is to say about something that is gone already: nothing.
    pub(crate) fn nothing(key: Key) -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            headers: HeaderMap::new(),
            response: None,
            key,
            longest_pause: Duration::ZERO,
        }
    }

    /// The next piece of the body; `None` after the last one, and after an error. Dropping the
    /// future loses nothing.
    pub(crate) async fn piece(&mut self) -> Result<Option<Bytes>, Unread> {
        let Some(response) = &mut self.response else { return Ok(None) };
        let broken = match timeout(self.longest_pause, response.chunk()).await {
            Ok(Ok(Some(piece))) => return Ok(Some(piece)),
            Ok(Ok(None)) => None,
            Ok(Err(error)) if error.is_timeout() => Some(("timed out", Some(error))),
            Ok(Err(error)) => Some(("cut off", Some(error))),
            Err(_) => Some(("timed out", None)),
        };
        self.stop();
        match broken {
            None => Ok(None),
            Some((text, source)) => Err(Unread::Broken { text, source }),
        }
    }

    /// The answer with its whole body, as JSON.
    pub(crate) async fn whole(mut self, texts: Texts) -> Result<Answer, Unread> {
        let body = self.rest(Vec::new()).await?;
        // A body is large: it is copied only if something is mended.
        let text = match texts {
            Texts::Readable => readable_json(&body),
            Texts::AsWritten => json_as_written(&body),
        };
        let mended = match text {
            Cow::Borrowed(same) if same.len() == body.len() => None,
            other => Some(other.into_owned()),
        };
        let body = mended.map_or(body, String::into_bytes);
        Ok(Answer { status: self.status, headers: self.headers, body })
    }

    /// The body to its end, given what was read of it.
    pub(crate) async fn rest(&mut self, mut body: Vec<u8>) -> Result<Vec<u8>, Unread> {
        while let Some(piece) = self.piece().await? {
            if body.len() + piece.len() > LARGEST_BODY {
                return Err(Undecodable::Unexpected("larger than 64 MiB".to_owned()).into());
            }
            body.extend_from_slice(&piece);
        }
        Ok(body)
    }

    /// Reads no more of it.
    pub(crate) fn stop(&mut self) {
        self.response = None;
    }

    /// The beginning of what the vendor says, as it may be told.
    pub(crate) fn shown(&self, text: &str) -> String {
        self.key.shown(text)
    }
}
