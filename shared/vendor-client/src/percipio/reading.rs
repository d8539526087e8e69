//! What is read by the page, and what tells whether the API may be used.

use jiff::Timestamp;

use super::calls::Service;
use super::list::rows;
use super::pages::{CatalogPage, SearchPage, UserPage};
use super::uuid::canonical_id;
use super::{MAX, Percipio, custom_attributes, headers};
use crate::VendorError;
use crate::answer::Answer;
use crate::rows::json;

/// A report that nobody has requested.
const NO_REPORT: &str = "7e9b8d1c-5b0f-4c3a-9d55-1f6a2c4e8b70";
/// Languages that a search can be made in besides English, its default: those that the vendor names
/// elsewhere (Percipio reference 4.8). It offers no search in all of them.
pub const OTHER_LANGUAGES: [&str; 6] = ["fr", "de", "es", "pt", "ja", "zh"];
/// The content that is taken.
const TYPES: &str = "COURSE,ASSESSMENT";

/// The second in which a time lies.
fn second(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Every call fails with a [`VendorError`]: no usable answer, no permission, or no sense.
///
/// `offset` is a row offset from 0. The next page begins [`received`](crate::Page::received) rows
/// further; an empty page ends a list.
impl Percipio {
    /// A page of accounts, inactive ones included; with `updated_since`, of those that changed in
    /// the second of that time or later. Accounts that change meanwhile can shift the pages.
    pub async fn users(
        &self,
        offset: u64,
        updated_since: Option<Timestamp>,
    ) -> Result<UserPage, VendorError> {
        let since = updated_since.map(second);
        let since = since.as_deref().map(|since| ("updatedSince", since));
        let (offset, max) = (offset.to_string(), MAX.to_string());
        let mut query = vec![("offset", offset.as_str()), ("max", &max)];
        query.extend(since);
        self.get(Service::Users, &["users"], &query, UserPage::read).await
    }

    /// How many accounts there are, inactive ones included, if the vendor tells; the cheapest call
    /// that needs the permission to read accounts.
    pub async fn count_users(&self) -> Result<Option<u64>, VendorError> {
        let query = [("offset", "0"), ("max", "1")];
        let count = |answer: &Answer| {
            rows(answer, "externalUserId")?;
            Ok(headers::total(&answer.headers))
        };
        self.get(Service::Users, &["users"], &query, count).await
    }

    /// Whether the list of accounts has a row at this offset.
    pub async fn has_user_at(&self, offset: u64) -> Result<bool, VendorError> {
        let offset = offset.to_string();
        let query = [("offset", offset.as_str()), ("max", "1")];
        let is_there = |answer: &Answer| Ok(!rows(answer, "externalUserId")?.is_empty());
        self.get(Service::Users, &["users"], &query, is_there).await
    }

    /// A page of the catalogue, or of what has changed in it since a time. Only the first call is
    /// without an id; every other one needs the id that came with an earlier page.
    pub async fn catalog(
        &self,
        offset: u64,
        paging_request_id: Option<&str>,
        updated_since: Option<Timestamp>,
    ) -> Result<CatalogPage, VendorError> {
        self.catalog_page(offset, MAX, paging_request_id, updated_since).await
    }

    /// The catalogue's first item, how many there are, and the id to read the pages with from
    /// offset 0 on, side by side; the cheapest call that needs the permission to read content.
    pub async fn open_catalog(
        &self,
        updated_since: Option<Timestamp>,
    ) -> Result<CatalogPage, VendorError> {
        self.catalog_page(0, 1, None, updated_since).await
    }

    async fn catalog_page(
        &self,
        offset: u64,
        max: u64,
        paging_request_id: Option<&str>,
        updated_since: Option<Timestamp>,
    ) -> Result<CatalogPage, VendorError> {
        let (offset, max) = (offset.to_string(), max.to_string());
        let mut query = vec![("offset", offset.as_str()), ("max", &max)];
        let since = updated_since.map(second);
        query.extend(since.as_deref().map(|since| ("updatedSince", since)));
        // An empty one broke the paging (Percipio reference 2.3).
        query.extend(
            paging_request_id.filter(|id| !id.is_empty()).map(|id| ("pagingRequestId", id)),
        );
        self.get(Service::Catalog, &["catalog-content"], &query, CatalogPage::read).await
    }

    /// A page of what a search for the id of a course or assessment finds; without a language, in
    /// content in English. Whether an item is on offer is null where the search does not tell.
    pub async fn search_content(
        &self,
        id: &str,
        language: Option<&str>,
        offset: u64,
    ) -> Result<SearchPage, VendorError> {
        let (id, offset, max) = (canonical_id(id), offset.to_string(), MAX.to_string());
        let mut query =
            vec![("q", id.as_str()), ("typeFilter", TYPES), ("offset", &offset), ("max", &max)];
        query.extend(language.map(|language| ("localeCode", language)));
        let decode = |answer: &_| SearchPage::read(answer, &id);
        self.get(Service::Search, &["search-content"], &query, decode).await
    }

    /// The names of the organization's custom attributes; a service of its own.
    pub async fn custom_attributes(&self) -> Result<Vec<String>, VendorError> {
        let names = custom_attributes::names;
        self.get_short(Service::Common, &["custom-attributes"], names).await
    }

    /// Whether the vendor takes the token, and it may read reports: without any effect, by asking
    /// for a report that there is not (Percipio reference 1.2).
    ///
    /// Any other server may say "not found" too: ask for something that is there as well.
    pub async fn probe_credentials(&self) -> Result<(), VendorError> {
        let segments = ["report-requests", NO_REPORT];
        match self
            .get(Service::Reports, &segments, &[], |answer| json(&answer.body).map(drop))
            .await
        {
            Err(VendorError::NotFound { .. } | VendorError::Foreign { status: 404, .. }) => Ok(()),
            other => other,
        }
    }
}
