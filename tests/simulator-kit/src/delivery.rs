//! How a body is sent: whole, bit by bit, cut off or broken off.

use std::time::Duration;

use bytes::Bytes;
use futures::{Stream, StreamExt, stream};
use http_body_util::{BodyExt, StreamBody, combinators::UnsyncBoxBody};
use hyper::body::Frame;

/// What ends a body before its time.
#[derive(Debug, thiserror::Error)]
#[error("the connection is reset on purpose")]
pub(crate) struct ResetOnPurpose;

/// The body of every answer.
pub(crate) type Body = UnsyncBoxBody<Bytes, ResetOnPurpose>;

/// What is to be sent.
pub(crate) enum Payload {
    Whole(Bytes),
    Pieces(Box<dyn Iterator<Item = Piece> + Send>),
}

/// How it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Delivery {
    /// Where it ends too early.
    pub(crate) cut: Option<Cut>,
    /// Whether the connection is reset there.
    pub(crate) reset: bool,
    /// How long it stops in the middle.
    pub(crate) stall: Duration,
}

/// Where a body ends too early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// After about half of it.
    Half,
    /// After so many bytes.
    After(u64),
}

/// A part of a body.
#[derive(Debug)]
pub struct Piece {
    /// What is sent.
    pub bytes: Bytes,
    /// Whether the body's middle lies in it.
    pub middle: bool,
}

impl Delivery {
    /// The body, and its length if it is announced.
    pub(crate) fn deliver(self, payload: Payload) -> (Option<u64>, Body) {
        match payload {
            Payload::Whole(bytes) => {
                let length = bytes.len() as u64;
                let half = bytes.len() / 2;
                let kept = match self.cut {
                    Some(Cut::Half) => half,
                    Some(Cut::After(most)) => bytes.len().min(most as usize),
                    None => bytes.len(),
                };
                // what is cut off in an orderly way has the length that fits
                let announced = if self.reset { length } else { kept as u64 };
                let second = bytes.slice(half.min(kept)..kept);
                let first = Piece { bytes: bytes.slice(..half.min(kept)), middle: false };
                let pieces = [first, Piece { bytes: second, middle: true }];
                let body = Self { cut: None, ..self }.send(pieces.into_iter());
                (Some(announced), body)
            }
            Payload::Pieces(pieces) => (None, self.send(pieces)),
        }
    }

    fn send(self, pieces: impl Iterator<Item = Piece> + Send + 'static) -> Body {
        StreamBody::new(self.frames(pieces)).boxed_unsync()
    }

    fn frames(
        self,
        pieces: impl Iterator<Item = Piece> + Send + 'static,
    ) -> impl Stream<Item = Result<Frame<Bytes>, ResetOnPurpose>> + Send + 'static {
        let sending =
            stream::unfold((pieces, 0, false), move |(mut pieces, sent, ended)| async move {
                if ended {
                    return None;
                }
                let Piece { mut bytes, middle } = pieces.next()?;
                if middle && !self.stall.is_zero() {
                    tokio::time::sleep(self.stall).await;
                }
                let most = match self.cut {
                    Some(Cut::Half) if middle => bytes.len() / 2,
                    Some(Cut::After(most)) => (most - sent).min(bytes.len() as u64) as usize,
                    _ => bytes.len(),
                };
                bytes.truncate(most);
                let sent = sent + most as u64;
                let ended = match self.cut {
                    Some(Cut::Half) => middle,
                    Some(Cut::After(most)) => sent == most,
                    None => false,
                };
                Some((Ok(Frame::data(bytes)), (pieces, sent, ended)))
            });
        let breaking = stream::iter(self.reset.then_some(())).then(|()| async {
            // what was sent is to arrive before the reset does
            tokio::time::sleep(Duration::from_millis(20)).await;
            Err(ResetOnPurpose)
        });
        sending.chain(breaking)
    }
}
