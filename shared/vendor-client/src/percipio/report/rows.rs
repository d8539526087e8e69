//! The rows of a finished report, while they arrive.

use std::mem;

use super::elements::Elements;
use super::row::{NoRow, ReportRow};
use crate::answer::{Incoming, Undecodable, Unread};
use crate::rows::mostly_bad;
use crate::{Page, RowFault, VendorError};

/// Rows that are given at once.
const ROWS: u64 = 1000;

/// The rows of a report: one body, however large, of which only some rows are kept at a time.
///
/// A row is given when it is there, so an error can come after some: then **none** of them count,
/// and the report is to be fetched again from its beginning.
pub struct ReportRows {
    call: String,
    incoming: Incoming,
    elements: Elements,
    page: Page<ReportRow>,
    given: Tally,
    first_bad: &'static str,
}

/// How many rows there were, and how many of them were bad.
#[derive(Debug, Default, Clone, Copy)]
struct Tally {
    received: u64,
    bad: u64,
}

impl ReportRows {
    pub(super) fn new(call: String, incoming: Incoming, start: &[u8]) -> Self {
        let mut elements = Elements::default();
        elements.push(start);
        let (page, given) = (Page::empty(), Tally::default());
        Self { call, incoming, elements, page, given, first_bad: "" }
    }

    /// The next rows, 1,000 or what is left; nothing after the last ones. The page's faults are what
    /// was no row; each row has its own beside it. Dropping the future loses nothing.
    ///
    /// # Errors
    /// [`Unavailable`](VendorError::Unavailable) if the report breaks off or is not JSON, and from
    /// then on; [`Unexpected`](VendorError::Unexpected) if most rows are bad.
    pub async fn next(&mut self) -> Result<Option<Page<ReportRow>>, VendorError> {
        let next = self.read().await;
        next.map_err(|unread| {
            self.incoming.stop();
            // An array that has not begun: whoever asks again is told that it broke off.
            self.elements = Elements::default();
            self.error(unread)
        })
    }

    async fn read(&mut self) -> Result<Option<Page<ReportRow>>, Unread> {
        loop {
            self.take_elements()?;
            if self.page.received == ROWS {
                return self.give().map(Some);
            }
            match self.incoming.piece().await? {
                Some(piece) => self.elements.push(&piece),
                None if !self.elements.is_complete() => {
                    return Err(Unread::Broken { text: "cut off", source: None });
                }
                None if self.page.received == 0 => return Ok(None),
                None => return self.give().map(Some),
            }
        }
    }

    /// Rows until there are enough, or no more in what has arrived.
    fn take_elements(&mut self) -> Result<(), Unread> {
        let garbled = || Undecodable::Garbled("the report is not JSON".to_owned());
        while self.page.received < ROWS {
            let Some(element) = self.elements.next().map_err(|_| garbled())? else { break };
            let index = self.page.received;
            match ReportRow::read(element) {
                Ok(row) => self.page.rows.push(row),
                Err(NoRow::Bad { problem, names }) => {
                    let fault = RowFault { index, id: names, problem: problem.to_owned() };
                    self.page.add_fault(fault);
                    self.page.faulty_rows += 1;
                    self.first_bad = problem;
                }
                Err(NoRow::NotJson) => return Err(garbled().into()),
            }
            self.page.received += 1;
        }
        Ok(())
    }

    /// The rows at hand, unless most are bad. Too few to be judged alone are judged with the rest.
    fn give(&mut self) -> Result<Page<ReportRow>, Unread> {
        let page = mem::replace(&mut self.page, Page::empty());
        let bad = page.received - page.rows.len() as u64;
        let Tally { received: earlier, bad: bad_earlier } = self.given;
        self.given = Tally { received: earlier + page.received, bad: bad_earlier + bad };
        let alone = Tally { received: page.received, bad };
        let judged = if page.received == ROWS { alone } else { self.given };
        if judged.bad * 2 > judged.received {
            return Err(mostly_bad(judged.bad, judged.received, self.first_bad).into());
        }
        Ok(page)
    }

    fn error(&self, unread: Unread) -> VendorError {
        let (call, status) = (self.call.clone(), self.incoming.status.as_u16());
        let (trouble, source) = match unread {
            Unread::Broken { text, source } => (format!("the report was {text}"), source),
            Unread::Undecodable(Undecodable::Garbled(text)) => (text, None),
            Unread::Undecodable(Undecodable::Unexpected(detail)) => {
                return VendorError::Unexpected { call, status, detail };
            }
        };
        let trouble = format!("{status} {trouble}");
        let source = source.map(reqwest::Error::without_url);
        VendorError::Unavailable { call, attempts: 1, status: Some(status), trouble, source }
    }
}
