//! A client at work, and what its answers tell besides their rows.

use rollcall_snapshot::{Findings, RequestCounts};
use rollcall_vendor_client::{Client, Pacer, Page, VendorError, VendorSettings};

use crate::Meter;

/// A client with the pace that it keeps.
#[derive(Clone)]
pub struct Connection<S> {
    /// The client.
    pub client: Client<S>,
    /// Its pacer.
    pub pacer: Pacer,
}

impl<S: VendorSettings> Connection<S> {
    pub(crate) fn meter(&self) -> Meter {
        let requests = self.client.requests();
        Meter {
            requests: RequestCounts { sent: requests.sent, retried: requests.retried },
            next_request_at: Some(self.pacer.next_request_at()),
            requests_per_minute: self.pacer.requests_per_minute_now(),
            trouble: self.client.last_trouble(),
        }
    }
}

/// What a page tells of rows or fields that make no sense.
pub(crate) fn faults_of<T>(list: &str, page: &Page<T>) -> Findings {
    let described = page.faults.iter().map(|fault| {
        let id = fault.id.as_deref().unwrap_or("without id");
        format!("{list} row {} ({id}): {}", fault.index, fault.problem)
    });
    let faulty_rows = page.fault_count;
    Findings { faulty_rows, faults: described.collect(), ..Findings::default() }
}

/// `None` where the vendor says that there is no such thing.
pub(crate) fn if_there<T>(answer: Result<T, VendorError>) -> Result<Option<T>, VendorError> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(VendorError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}
