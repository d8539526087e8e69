//! The rows of a finished report, while they arrive.

use std::mem;

use super::elements::Elements;
use super::row::{NoRow, ReportRow};
use crate::answer::{Incoming, Undecodable, Unread};
use crate::json_text::readable_json;
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
}

impl ReportRows {
    pub(super) fn new(call: String, incoming: Incoming, start: &[u8]) -> Self {
        let mut elements = Elements::default();
        elements.push(start);
        Self { call, incoming, elements, page: Page::empty() }
    }

    /// The next rows, 1,000 or what is left; nothing after the last ones. The page's faults are what
    /// was no row; each row has its own beside it. Dropping the future loses nothing.
    ///
    /// # Errors
    /// [`Unavailable`](VendorError::Unavailable) if the report breaks off or is not JSON, and from
    /// then on.
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
                return Ok(Some(self.give()));
            }
            match self.incoming.piece().await? {
                Some(piece) => self.elements.push(&piece),
                None if !self.elements.is_complete() => {
                    return Err(Unread::Broken { text: "cut off", source: None });
                }
                None if self.page.received == 0 => return Ok(None),
                None => return Ok(Some(self.give())),
            }
        }
    }

    /// Rows until there are enough, or no more in what has arrived.
    fn take_elements(&mut self) -> Result<(), Unread> {
        let garbled = || Undecodable::Garbled("the report is not JSON".to_owned());
        while self.page.received < ROWS {
            let Some(element) = self.elements.next().map_err(|_| garbled())? else { break };
            let index = self.page.received;
            match ReportRow::read(readable_json(element).as_bytes()) {
                Ok(row) => self.page.rows.push(row),
                Err(NoRow::Bad { problem, names }) => {
                    let fault = RowFault { index, id: names, problem: problem.to_owned() };
                    self.page.add_fault(fault);
                    self.page.faulty_rows += 1;
                }
                Err(NoRow::NotJson) => return Err(garbled().into()),
            }
            self.page.received += 1;
        }
        Ok(())
    }

    /// The rows at hand.
    fn give(&mut self) -> Page<ReportRow> {
        mem::replace(&mut self.page, Page::empty())
    }

    fn error(&self, unread: Unread) -> VendorError {
        let (call, status) = (self.call.clone(), self.incoming.status.as_u16());
        let (trouble, source) = match unread {
            Unread::Broken { text, source } => (format!("the report was {text}"), source),
            Unread::Undecodable(Undecodable::Garbled(text) | Undecodable::TooMany(text)) => {
                (text, None)
            }
            Unread::Undecodable(Undecodable::Foreign(detail) | Undecodable::Unexpected(detail)) => {
                return VendorError::Unexpected { call, status, detail };
            }
        };
        let trouble = format!("{status} {trouble}");
        let source = source.map(reqwest::Error::without_url);
        VendorError::Unavailable { call, attempts: 1, status: Some(status), trouble, source }
    }
}
