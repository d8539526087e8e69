//! The catalogue: pages of one data set, which the vendor freezes at the first request and names by
//! an id (reference 2.3).
//!
//! How long an id is good for is not known, and a run may rest for long. What the vendor makes of the
//! catalogue then is another data set, of which the pages that were read are no part, however alike
//! the two begin: the catalogue is read from the beginning.

use jiff::Timestamp;
use rollcall_roster::Table;
use rollcall_snapshot::{DataSet, Findings, PagesRead};
use rollcall_vendor_client::{
    VendorError,
    percipio::{CatalogPage, MAX, Percipio},
};

use super::{
    lists::List,
    odd,
    readings::{Due, Part, READINGS, check},
};
use crate::{Step, connection::faults_of};

const CALL: &str = "GET /catalog-content";

/// Reads a page, and says which parts of the catalogue are to be read next.
pub(super) async fn page<T>(
    client: &Percipio,
    (list, since): (List, Option<Timestamp>),
    part: Part,
    found: &Findings,
    task: impl Fn(Part) -> T,
) -> Result<Step<T>, VendorError> {
    match part.due(list, CALL, found) {
        Due::Page => {}
        Due::Nothing => return Ok(Step::default()),
        Due::End(findings) => return Ok(Step { findings: *findings, ..Step::default() }),
    }
    let Part { reading, range } = part;
    let since = since.filter(|_| list.is_of_changes());
    let known = list.set(found).as_ref().filter(|set| range.start > 0 && set.reading == reading);
    let id = known.and_then(|set| set.id.as_deref());
    let answer = match client.catalog(range.start, id, since).await {
        Err(
            VendorError::NotFound { .. }
            | VendorError::Foreign { .. }
            | VendorError::Unexpected { status: 400..=499, .. },
        ) if range.start > 0 => {
            return read_anew(list, part, task);
        }
        answer => answer?,
    };
    check(CALL, part, (answer.ends.first.as_ref(), answer.total), known)?;
    let mut step = Step { findings: findings(&answer), ..Step::default() };
    list.put(&mut step, &answer.page.rows, |_| None);
    let received = answer.page.received;
    // Where only a link tells how long the list is, it is for dividing it, and no proof of its end.
    let divides = range.start == 0 && received >= MAX;
    let linked = answer.last_offset.filter(|_| divides).map(|last| last.saturating_add(1));
    let total = answer.total.or(known.and_then(|set| set.total));
    let parts = range.after(received, total.or(linked));
    let id = if range.start == 0 { answer.paging_request_id } else { None };
    if range.start == 0 && id.is_none() && !parts.is_empty() {
        return Err(odd(
            CALL,
            "the first page has no x-paging-request-id, and there are more pages",
        ));
    }
    let ends = (answer.ends.first, answer.ends.last);
    let pages = PagesRead::page(range.start, received, ends.clone(), answer.total);
    let (total, first) = if range.start == 0 { (answer.total, ends.0) } else { (None, None) };
    *list.set_mut(&mut step.findings) = Some(DataSet { reading, id, total, first, pages });
    let parts = parts.into_iter().map(|range| Part { reading, range }).chain([part.after_all()]);
    step.next = parts.map(task).collect();
    Ok(step)
}

/// The catalogue from its beginning, after the vendor has forgotten the data set.
fn read_anew<T>(list: List, part: Part, task: impl Fn(Part) -> T) -> Result<Step<T>, VendorError> {
    let again = part.after_all();
    if again.reading == READINGS {
        let detail = "the vendor forgot the data set of each reading; start a new run";
        return Err(odd(CALL, detail));
    }
    let mut step = Step { next: vec![task(again)], ..Step::default() };
    // Parts of the data set that is gone are not asked for any more.
    let reading = again.reading;
    *list.set_mut(&mut step.findings) = Some(DataSet { reading, ..DataSet::default() });
    Ok(step)
}

/// What a page tells of its rows; what is passed by is no row of a table.
fn findings(answer: &CatalogPage) -> Findings {
    let mut findings = faults_of(Table::Courses, "courses", &answer.page);
    let unknown: u64 = answer.unknown_types.values().sum();
    findings.rows_read.entry(Table::Courses).or_default().read -= answer.passed_by + unknown;
    findings.unknown_types.clone_from(&answer.unknown_types);
    findings
}
