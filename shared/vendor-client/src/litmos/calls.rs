//! What the calls have in common.

use reqwest::Method;

use super::record::Record;
use super::{LIMIT, Litmos, list};
use crate::answer::Undecodable;
use crate::call::Call;
use crate::{Page, VendorError};

impl Litmos {
    pub(super) async fn page<T>(
        &self,
        segments: &[&str],
        start: u64,
        row: impl Fn(&mut Record) -> T,
    ) -> Result<Page<T>, VendorError> {
        self.page_of(segments, &[], start, row).await
    }

    /// A page of a list with a query of its own.
    pub(super) async fn page_of<T>(
        &self,
        segments: &[&str],
        query: &[(&str, &str)],
        start: u64,
        row: impl Fn(&mut Record) -> T,
    ) -> Result<Page<T>, VendorError> {
        let (limit, start) = (LIMIT.to_string(), start.to_string());
        let query = [query, &[("limit", &limit), ("start", &start)]].concat();
        let call = self.call(Method::GET, segments, &query)?;
        let dates = self.settings.json_dates;
        self.run(&call, |body| list::page(body, dates, &row)).await
    }

    pub(super) async fn one<T>(
        &self,
        segments: &[&str],
        row: impl Fn(&mut Record) -> T,
    ) -> Result<T, VendorError> {
        let call = self.call(Method::GET, segments, &[])?;
        let dates = self.settings.json_dates;
        self.run(&call, |body| list::one(body, dates, &row)).await
    }

    /// `format=json` is about the answer; a body says itself what it is.
    pub(super) fn call(
        &self,
        method: Method,
        segments: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Call, VendorError> {
        let named = || format!("{method} /{}", segments.join("/"));
        let mut all = vec![("source", self.settings.source.as_str()), ("format", "json")];
        all.extend(query);
        Call::new(method.clone(), &self.settings.base_url, segments, &all)
            .ok_or_else(|| VendorError::NotFound { call: named(), detail: "not an id".to_owned() })
    }

    pub(super) async fn run<T>(
        &self,
        call: &Call,
        decode: impl Fn(&[u8]) -> Result<T, Undecodable>,
    ) -> Result<T, VendorError> {
        self.transport.run(call, self.patience, |answer| decode(&answer.body)).await
    }
}
