//! The catalogue: pages of one data set, which the vendor freezes at the first request and names by
//! an id (reference 2.3).

use jiff::Timestamp;
use rollcall_roster::Table;
use rollcall_snapshot::{DataSet, Findings};
use rollcall_vendor_client::{
    VendorError,
    percipio::{CatalogPage, Percipio},
};

use super::{lists::List, ranges::Range};
use crate::{Step, connection::faults_of};

/// Reads a page, and says which parts of the catalogue are to be read next.
pub(super) async fn page<T>(
    client: &Percipio,
    (list, since): (List, Option<Timestamp>),
    range: Range,
    found: &Findings,
    task: impl Fn(Range) -> T,
) -> Result<Step<T>, VendorError> {
    let since = since.filter(|_| list.is_of_changes());
    let (set, answer) = match list.set(found) {
        None => open(client, since).await?,
        Some(set) => go_on(client, range, set, since).await?,
    };
    // Where only a link tells how long it is, that is where the last page begins.
    let last = answer.last_offset.filter(|_| range.start == 0);
    let total = set.total.or(last.map(|last| last.saturating_add(1)));
    check(range, &set, &answer, total)?;
    let received = answer.page.received;
    let mut step =
        Step { findings: faults_of(Table::Courses, "courses", &answer.page), ..Step::default() };
    list.put(&mut step, &answer.page.rows, |_| None);
    step.next = range.after(received, total).into_iter().map(task).collect();
    if set.id.is_none() && !step.next.is_empty() {
        return Err(odd("the first page has no x-paging-request-id, and there are more pages"));
    }
    *list.set_mut(&mut step.findings) = Some(set);
    Ok(step)
}

async fn open(
    client: &Percipio,
    since: Option<Timestamp>,
) -> Result<(DataSet, CatalogPage), VendorError> {
    let first = client.catalog(0, None, since).await?;
    let set = DataSet {
        id: first.paging_request_id.clone(),
        total: first.total,
        first: first.first_id.clone(),
    };
    Ok((set, first))
}

/// How long an id is good for is not known, and a run may rest for long: one that the vendor knows no
/// more is replaced, if the catalogue is still as long as it was and begins as it did.
async fn go_on(
    client: &Percipio,
    range: Range,
    set: &DataSet,
    since: Option<Timestamp>,
) -> Result<(DataSet, CatalogPage), VendorError> {
    match client.catalog(range.start, set.id.as_deref(), since).await {
        Err(VendorError::NotFound { .. } | VendorError::Unexpected { status: 400..=499, .. }) => {
            let opened = client.open_catalog(since).await?;
            if opened.total != set.total || opened.first_id != set.first {
                return Err(odd("the catalogue has changed while it was read; start a new run"));
            }
            let set = DataSet { id: opened.paging_request_id, ..set.clone() };
            let page = client.catalog(range.start, set.id.as_deref(), since).await?;
            Ok((set, page))
        }
        page => Ok((set.clone(), page?)),
    }
}

/// A frozen data set has neither holes nor repeats.
fn check(
    range: Range,
    set: &DataSet,
    answer: &CatalogPage,
    total: Option<u64>,
) -> Result<(), VendorError> {
    range.check(total).map_err(odd)?;
    let ends_early = set.total.is_some_and(|total| range.start < total);
    if answer.page.received == 0 && ends_early {
        return Err(odd("the catalogue ends before its x-total-count"));
    }
    if range.start > 0 && answer.first_id.is_some() && answer.first_id == set.first {
        return Err(odd("a later page of the catalogue is the first one again"));
    }
    Ok(())
}

fn odd(detail: &str) -> VendorError {
    super::odd("GET /catalog-content", detail)
}
