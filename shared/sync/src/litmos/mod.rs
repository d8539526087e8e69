//! The walks over Litmos' lists that a full run makes.

mod courses;
mod teams;
mod users;

use rollcall_roster::Table;
use rollcall_snapshot::{Findings, RequestCounts};
use rollcall_vendor_client::{Pacer, Page, VendorError, litmos::Litmos};

pub use courses::{CourseTask, CoursesWalk};
pub use teams::{PlainLearners, TeamTask, TeamsWalk};
pub use users::{UserTask, UsersWalk};

use crate::{Meter, paging};

/// A client with the pace that it keeps.
#[derive(Clone)]
pub struct Connection {
    /// The client.
    pub litmos: Litmos,
    /// Its pacer.
    pub pacer: Pacer,
}

impl Connection {
    fn meter(&self) -> Meter {
        let requests = self.litmos.requests();
        Meter {
            requests: RequestCounts { sent: requests.sent, retried: requests.retried },
            next_request_at: Some(self.pacer.next_request_at()),
            requests_per_minute: self.pacer.requests_per_minute_now(),
            trouble: self.litmos.last_trouble(),
        }
    }
}

/// What a page tells besides its rows.
fn findings_of<T>(list: &str, page: &Page<T>) -> Findings {
    let described = page.faults.iter().map(|fault| {
        let id = fault.id.as_deref().unwrap_or("without id");
        format!("{list} row {} ({id}): {}", fault.index, fault.problem)
    });
    Findings {
        faulty_rows: page.fault_count,
        faults: described.collect(),
        ..paging::shown(page.received)
    }
}

/// `None` where the vendor says that there is no such thing.
fn if_there<T>(answer: Result<T, VendorError>) -> Result<Option<T>, VendorError> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(VendorError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What it means that something was listed, but what belongs to it is not found: gone, if it is not
/// found itself any more.
fn missing<T>(table: Table, id: String, itself: Option<T>) -> Findings {
    let mut findings = Findings::default();
    let list = match itself {
        None => &mut findings.vanished,
        Some(_) => &mut findings.unreadable,
    };
    list.entry(table).or_default().insert(id);
    findings
}
