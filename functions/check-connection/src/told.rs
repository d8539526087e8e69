//! What the vendors' answers tell.

use std::{collections::BTreeSet, error::Error};

use rollcall_vendor_client::VendorError;
use serde_json::{Map, Value};

use crate::report::Check;

/// A check that reads something.
pub(crate) fn outcome(name: &'static str, read: Result<String, VendorError>) -> Check {
    match read {
        Ok(message) => Check::passed(name, message),
        Err(error) => Check::failed(name, told(&error)),
    }
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
