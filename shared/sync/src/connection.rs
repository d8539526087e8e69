//! A client at work, and what its answers tell besides their rows.

use std::{collections::BTreeMap, sync::Arc};

use rollcall_roster::Table;
use rollcall_snapshot::{Findings, RequestCounts, RowsRead};
use rollcall_vendor_client::{Client, Pacer, Page, VendorError, VendorSettings};

use crate::{
    Meter, Shares,
    neighbour::{Lookout, Neighbour},
};

/// A client with the pace that it keeps.
#[derive(Clone)]
pub struct Connection<S> {
    /// The client.
    pub client: Client<S>,
    /// Its pacer.
    pub pacer: Pacer,
    /// Changes the pace as long as there is a clone of this.
    _lookout: Option<Arc<Lookout>>,
}

impl<S: VendorSettings> Connection<S> {
    /// A client that keeps the pace of this pacer.
    #[must_use]
    pub const fn new(client: Client<S>, pacer: Pacer) -> Self {
        Self { client, pacer, _lookout: None }
    }

    /// The same, which from now on also uses what a neighbour leaves of its share.
    #[must_use]
    pub fn borrowing(self, shares: Shares, from: Arc<dyn Neighbour>) -> Self {
        let lookout = Lookout::of(self.pacer.clone(), shares, from);
        Self { _lookout: Some(Arc::new(lookout)), ..self }
    }

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

/// What a page of a list about a table tells of rows or fields that make no sense.
pub(crate) fn faults_of<T>(table: Table, list: &str, page: &Page<T>) -> Findings {
    let described = page.faults.iter().map(|fault| {
        let id = fault.id.as_deref().unwrap_or("without id");
        format!("{list} row {} ({id}): {}", fault.index, fault.problem)
    });
    let rows = RowsRead { read: page.received, faulty: page.faulty_rows };
    Findings {
        rows_read: BTreeMap::from([(table, rows)]),
        faulty_rows: page.fault_count,
        faults: described.collect(),
        ..Findings::default()
    }
}

/// `None` where the vendor says that there is no such thing.
pub(crate) fn if_there<T>(answer: Result<T, VendorError>) -> Result<Option<T>, VendorError> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(VendorError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}
