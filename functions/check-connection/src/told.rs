//! What the vendors' answers tell.

use std::{collections::BTreeSet, error::Error};

use rollcall_vendor_client::{Page, VendorError};
use serde_json::{Map, Value};

use crate::report::Check;

/// A check that reads something.
pub(crate) fn outcome(name: &'static str, read: Result<String, VendorError>) -> Check {
    match read {
        Ok(message) => Check::passed(name, message),
        Err(error) => Check::failed(name, told(&error)),
    }
}

/// What was read of a page of a list: it is no answer if no row makes sense.
pub(crate) fn rows_read<T>(list: &str, page: &Page<T>) -> Result<String, VendorError> {
    let (read, faulty) = (page.rows.len(), page.faulty_rows);
    let first = page.faults.first().map_or("", |fault| &fault.problem);
    if read == 0 && page.received > 0 {
        let detail = format!("none of {} rows makes sense, the first: {first}", page.received);
        return Err(VendorError::Unexpected { call: format!("GET {list}"), status: 200, detail });
    }
    Ok(match faulty {
        0 => format!("{read} {list} read"),
        _ => format!("{read} {list} read, {faulty} of them with a fault, the first: {first}"),
    })
}

/// The names of attributes.
pub(crate) fn names(attributes: Option<&str>) -> BTreeSet<String> {
    let read = attributes.and_then(|text| serde_json::from_str::<Map<String, Value>>(text).ok());
    read.unwrap_or_default().into_iter().map(|(name, _)| name).collect()
}

/// An error and its cause.
pub(crate) fn told(error: &VendorError) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}
