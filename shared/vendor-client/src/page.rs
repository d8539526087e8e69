//! A page of decoded rows, and what was wrong with some of them.

/// How many faults of one page are kept with their description.
const DESCRIBED: usize = 20;

/// One page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// The rows that could be read.
    pub rows: Vec<T>,
    /// Rows in the answer, unreadable ones included: the offset of the next page is further by this.
    pub received: u64,
    /// The first 20 faults of the page.
    pub faults: Vec<RowFault>,
    /// All faults of the page.
    pub fault_count: u64,
    /// Rows that have a fault, each counted once.
    pub faulty_rows: u64,
}

/// A row that was passed by, or a value in it that was left null.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFault {
    /// Place of the row in its page, from 0.
    pub index: u64,
    /// The row's id, if it has one.
    pub id: Option<String>,
    /// What is wrong; never the value itself.
    pub problem: String,
}

impl<T> Page<T> {
    pub(crate) fn empty() -> Self {
        Self { rows: Vec::new(), received: 0, faults: Vec::new(), fault_count: 0, faulty_rows: 0 }
    }

    pub(crate) fn add_fault(&mut self, fault: RowFault) {
        self.fault_count += 1;
        if self.faults.len() < DESCRIBED {
            self.faults.push(fault);
        }
    }
}
