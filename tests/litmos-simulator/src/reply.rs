//! What the vendor's answers look like.

use bytes::Bytes;
use simulator_kit::Reply;

use crate::{
    faults::{Foreign, Form},
    wire::{content::Format, xml},
};

const JSON: &str = "application/json; charset=utf-8";
const RATE_LIMIT: &str = "Service Unavailable. The API rating limit has been exceeded.";
const XML: &str = "application/xml; charset=utf-8";

/// Why a request is refused: a status and the vendor's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) detail: String,
}

impl Refusal {
    pub(crate) fn new(status: u16, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into() }
    }

    pub(crate) fn malformed() -> Self {
        Self::new(400, "The URI is not well formed.")
    }

    /// For a write that does not say what its body is.
    pub(crate) fn unlabelled() -> Self {
        Self::new(403, "Please check the API key, the content type and the parameters.")
    }

    /// For a body that the server's own framework stumbles over; answered by a page of it.
    pub(crate) fn unreadable() -> Self {
        Self::new(500, "InternalServerError")
    }
}

/// 200 with a body in a format.
pub(crate) fn ok(format: Format, body: Bytes) -> Reply {
    written(200, format, body)
}

/// 201 with a body in a format, and no word of where the new thing is.
pub(crate) fn created(format: Format, body: Bytes) -> Reply {
    written(201, format, body)
}

fn written(status: u16, format: Format, body: Bytes) -> Reply {
    let content_type = match format {
        Format::Json => JSON,
        Format::Xml => XML,
    };
    Reply::text(status, content_type, body)
}

/// What the server says to a POST or PUT that does not say how long it is.
pub(crate) fn length_required() -> Reply {
    page(411, "<html><body><h2>Length Required</h2></body></html>")
}

/// An error whose detail is its reason phrase as well.
pub(crate) fn refusal(format: Format, refusal: &Refusal) -> Reply {
    described(refusal.status, format, &refusal.detail).with_reason(&refusal.detail)
}

/// The refusal of the rate limit: the reason phrase is the status' own.
pub(crate) fn rate_limited(format: Format) -> Reply {
    described(503, format, RATE_LIMIT)
}

/// The same in a form of somebody else's: what the vendor's own is like is not known.
pub(crate) fn rate_limited_as(form: Form) -> Reply {
    match form {
        Form::Html => page(503, format!("<html><body><h2>{RATE_LIMIT}</h2></body></html>")),
        Form::Text => Reply::text(503, "text/plain", RATE_LIMIT),
        Form::JsonText => Reply::text(503, JSON, format!("\"{RATE_LIMIT}\"")),
    }
}

fn described(status: u16, format: Format, detail: &str) -> Reply {
    match format {
        Format::Json => {
            let body = serde_json::json!({ "Detail": detail }).to_string();
            Reply::text(status, "application/json", body)
        }
        Format::Xml => Reply::text(status, XML, xml::error(detail)),
    }
}

/// The page that the server's own framework shows.
pub(crate) fn server_error() -> Reply {
    let sentence = "The server encountered an error processing the request. \
                    Please see the server logs for more details.";
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><html><head><title>Request Error</title>\
         </head><body><p>The server encountered an error, InternalServerError. {sentence}</p>\
         </body></html><!--{}-->",
        "x".repeat(700)
    );
    page(500, text).with_reason(sentence)
}

/// The page of the server in front; its reason phrase is the status' own.
pub(crate) fn not_let_through(status: u16) -> Reply {
    page(
        status,
        "<!DOCTYPE html><html><head><title>404 - File or directory not found.</title></head><body>\
         <h2>The page is not here.</h2></body></html>",
    )
}

/// A page for people where data belongs.
pub(crate) fn html() -> Reply {
    page(200, "<!DOCTYPE html><html><body><h1>Down for maintenance</h1></body></html>")
}

/// What is neither a list nor a record.
pub(crate) fn foreign(what: Foreign) -> Reply {
    match what {
        Foreign::SignIn => page(
            200,
            "<!DOCTYPE html><html><head><title>Sign in to your account</title></head><body></body></html>",
        ),
        Foreign::Xhtml => page(
            200,
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML \
             1.0 Transitional//EN\" \"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd\">\
             <html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title>Maintenance</title></head></html>",
        ),
        Foreign::Text => Reply::text(200, "text/plain", "Service temporarily unavailable"),
        Foreign::Errors => Reply::text(200, JSON, r#"{"Errors":[]}"#),
        Foreign::Null => Reply::text(200, JSON, "null"),
        Foreign::Empty => Reply::empty(200),
        Foreign::NoContent => Reply::empty(204),
    }
}

fn page(status: u16, text: impl Into<Bytes>) -> Reply {
    Reply::text(status, "text/html", text)
}
