//! The learning-activity report: requested, waited for, read (reference 7).

mod columns;
mod elements;
mod row;
mod rows;

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::Method;
use serde_json::json;

pub use row::{ActivityStatus, ReportRow, ReportUser};
pub use rows::ReportRows;

use super::Percipio;
use super::calls::Service;
use super::dialect::Dialect;
use crate::VendorError;
use crate::answer::{Answer, Incoming, Undecodable, Unread};
use crate::body::Body;
use crate::json_text::readable_json;
use crate::problem::said;
use crate::record::{id_text, text};
use crate::rows::{not_json, only_value};

/// The content that the report is about, in the report's own spelling. Videos and channels would be
/// most of its rows (Percipio reference 9).
const CONTENT_TYPES: &str = "Course,Assessment";
/// The longest that a report may take to arrive: no function lives longer.
const LONGEST_DOWNLOAD: Duration = Duration::from_secs(15 * 60);

/// The time that a report is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportWindow {
    /// Its beginning.
    pub start: Timestamp,
    /// Its end.
    pub end: Timestamp,
}

/// How a report stands.
#[derive(Debug)]
pub enum Report {
    /// Ask again later; with what the vendor says about it, if anything.
    NotReady(Option<String>),
    /// It will never be ready; with what the vendor says about it. Request another one.
    Failed(String),
    /// Here it is.
    Ready(Box<ReportRows>),
}

impl Percipio {
    /// Requests a report on courses and assessments, the latest access first, and gives its id. May
    /// be repeated, and is: a report that nobody fetches has no effect.
    pub async fn request_report(&self, window: ReportWindow) -> Result<String, VendorError> {
        let segments = ["report-requests", "learning-activity"];
        // What is not used must be left out: empty members are refused (Percipio reference 7.3).
        let body = json!({
            "start": window.start.to_string(),
            "end": window.end.to_string(),
            "contentType": CONTENT_TYPES,
            "sort": { "field": "lastAccessDate", "order": "desc" },
            "formatType": "JSON",
            "isFileRequiredInSftp": false,
        });
        let call = self.call(Method::POST, Service::Reports, &segments, &[])?;
        self.run(&call.with_body(Body::Json(body.to_string())), id).await
    }

    /// How a report stands, and its rows if they are there. Where nothing but an error says that
    /// the report will not come, it has to be given up by the caller.
    pub async fn report(&self, id: &str) -> Result<Report, VendorError> {
        let call = self.call(Method::GET, Service::Reports, &["report-requests", id], &[])?;
        let call = call.within(LONGEST_DOWNLOAD);
        let take = |incoming| take(call.to_string(), incoming);
        self.transport.take(&call, self.patience, take).await
    }
}

/// The id of a new report: `id` when it is made, `reportId` when it is asked about (reference 7.2).
fn id(Answer { body, .. }: &Answer) -> Result<String, Undecodable> {
    let value = only_value(body)?;
    let id = ["id", "reportId"].iter().find_map(|name| value.get(name).and_then(id_text));
    id.ok_or_else(|| no_report(body))
}

/// What has arrived is told by its first character: the rows, a state, or nothing yet.
async fn take(call: String, mut incoming: Incoming) -> Result<Report, Unread> {
    let mut begun = Vec::new();
    while let Some(piece) = incoming.piece().await? {
        begun.extend_from_slice(&piece);
        let start = without_mark(&begun).trim_ascii_start();
        match start.first() {
            None => {}
            // A byte order mark, of which there may be more to come.
            Some(0xef) if start.len() < 3 => {}
            Some(b'[') => {
                let rows = ReportRows::new(call, incoming, start);
                return Ok(Report::Ready(Box::new(rows)));
            }
            Some(b'{') => {
                let body = incoming.rest(start.to_vec()).await?;
                let body = readable_json(&body);
                if columns::is_row(body.as_bytes()) {
                    // A list of one, as gateways write it that make JSON of XML.
                    let list = [b"[", body.as_bytes(), b"]"].concat();
                    return Ok(Report::Ready(Box::new(ReportRows::new(call, incoming, &list))));
                }
                return Ok(state(body.as_bytes(), |text| incoming.shown(text))?);
            }
            Some(_) => {
                let body = incoming.rest(start.to_vec()).await?;
                let (status, headers) = (incoming.status, incoming.headers);
                let answer = Answer { status, headers, body };
                return Err(not_json().seen_in(&answer).into());
            }
        }
    }
    Ok(Report::NotReady(None))
}

fn without_mark(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text)
}

/// A report that is not there, or not yet: the vendor has no word for "done" that comes without the
/// rows (reference 7.2), and what nobody knows is no reason to give up.
fn state(body: &[u8], shown: impl Fn(&str) -> String) -> Result<Report, Undecodable> {
    let value = only_value(body)?;
    let status = value.get("status").and_then(|status| text(status, Dialect).ok()?);
    let status = status.ok_or_else(|| no_report(body))?;
    if status.eq_ignore_ascii_case("FAILED") {
        return Ok(Report::Failed(shown(&said(body).unwrap_or(status))));
    }
    Ok(Report::NotReady(Some(shown(&status))))
}

fn no_report(body: &[u8]) -> Undecodable {
    match said(body) {
        Some(said) => Undecodable::Unexpected(format!("an error instead of a report: {said}")),
        None => Undecodable::Garbled("not a report".to_owned()),
    }
}

impl fmt::Debug for ReportRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReportRows").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::super::list::tests::answer;
    use super::*;

    #[test]
    fn a_new_report_has_an_id() {
        for (body, expected) in [
            (r#"{"id":"3b0a","status":"PENDING"}"#, "3b0a"),
            (r#"{"reportId":" 3b0a "}"#, "3b0a"),
            (r#"{"id":null,"reportId":7}"#, "7"),
        ] {
            assert_eq!(id(&answer(202, body)).as_deref(), Ok(expected));
        }
        for body in ["", "<html>", "[]", "{}", r#"{"id":""}"#] {
            assert!(matches!(id(&answer(200, body)), Err(Undecodable::Garbled(_))), "{body}");
        }
        let error = id(&answer(200, r#"{"error":"No"}"#));
        assert!(matches!(error, Err(Undecodable::Unexpected(_))), "{error:?}");
    }

    #[test]
    fn a_state_is_failed_or_not_ready() {
        let state = |body: &str| match state(body.as_bytes(), str::to_uppercase).unwrap() {
            Report::NotReady(status) => format!("not ready: {}", status.unwrap()),
            Report::Failed(said) => format!("failed: {said}"),
            Report::Ready(_) => panic!("{body}"),
        };
        for status in ["PENDING", "In_Progress", "PROCESSED", "completed", "SOMETHING_NEW"] {
            let body = format!(r#"{{"reportId":"3b0a","status":"{status}"}}"#);
            assert_eq!(state(&body), format!("not ready: {}", status.to_uppercase()));
        }
        assert_eq!(state(r#"{"status":"FAILED"}"#), "failed: FAILED");
        assert_eq!(state(r#"{"status":"failed","error":"too big"}"#), "failed: TOO BIG");
    }

    #[test]
    fn what_is_no_state_is_none() {
        let state = |body: &str| state(body.as_bytes(), str::to_owned).err();
        for body in [r#"{"status":"PEND"#, "{}", r#"{"status":null}"#, r#"{"id":"3b0a"}"#] {
            assert!(matches!(state(body), Some(Undecodable::Garbled(_))), "{body}");
        }
        let error = state(r#"{"error":"No"}"#);
        assert!(matches!(error, Some(Undecodable::Unexpected(_))), "{error:?}");
    }
}
