//! What a walk found that the rows do not show.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

use rollcall_roster::Table;
use serde::{Deserialize, Serialize};

use crate::{ListReading, PagesRead, PagesSeen, TeamOrCourse};

/// What a walk found that the rows do not show.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Findings {
    /// How many rows of a table the vendor says it has.
    pub vendor_count: BTreeMap<Table, u64>,
    /// Listed, and gone when they were to be read: rows of no table.
    pub vanished: BTreeMap<Table, BTreeSet<String>>,
    /// Still there, but what belongs to them could not be read.
    pub unreadable: BTreeMap<Table, BTreeSet<String>>,
    /// Calls about one team or course that failed while the vendor answered others.
    pub failed_calls: BTreeMap<TeamOrCourse, FailedCalls>,
    /// Ids of the configured scope that the vendor does not know.
    pub unknown_courses: BTreeSet<String>,
    /// How many rows of a table were read, and how many of them had a fault.
    pub rows_read: BTreeMap<Table, RowsRead>,
    /// Rows or fields that made no sense and were passed by.
    pub faulty_rows: u64,
    /// The first few of them, described.
    pub faults: Vec<String>,
    /// Words for kinds of content that nobody knows, and how often each came: what bears one may be
    /// a course, and is in no table of courses.
    pub unknown_types: BTreeMap<String, u64>,
    /// Lists that never came out whole, however often they were read, by their calls.
    pub unsettled: BTreeMap<String, ListRead>,
    /// The page length at which the vendor caps lists, if it was seen to do so.
    pub page_cap: Option<u64>,
    /// Rows of the longest page of any list.
    pub longest_page: Option<u64>,
    /// What pages have shown, by kind of list.
    pub pages: BTreeMap<String, PagesSeen>,
    /// How far the reading of the list has come that is compared with the vendor's count.
    pub reading: ListReading,
    /// How many rows of a table are staged, each once, as counted before they were compared.
    pub rows_staged: BTreeMap<Table, u64>,
    /// Lists that moved in each of several readings: rows of theirs may be missing.
    pub moving_lists: BTreeSet<String>,
    /// What the pages of a catalogue are cut from.
    pub data_set: Option<DataSet>,
    /// The same of what has changed in it.
    pub changed_set: Option<DataSet>,
}

/// What became of the calls about one team or course.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedCalls {
    /// How many failed in a row, each with all the repeats that it is worth.
    pub count: u32,
    /// What the last of them said.
    pub last: String,
}

/// How many rows of one table the vendor's answers held: a row that was read twice counts twice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowsRead {
    /// All of them.
    pub read: u64,
    /// Those that were passed by, or of which a value was.
    pub faulty: u64,
}

/// How much of a list the last reading gave.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListRead {
    /// Rows that it has, as the vendor says.
    pub told: Option<u64>,
    /// Rows that were read.
    pub read: u64,
}

/// A list, and what shows that its pages belong together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DataSet {
    /// Which reading of the list it is; the first is 0.
    pub reading: u8,
    /// What names it, if the vendor has frozen it.
    pub id: Option<String>,
    /// How many rows it has, if the vendor tells.
    pub total: Option<u64>,
    /// The id of its first row.
    pub first: Option<String>,
    /// Its pages so far.
    pub pages: PagesRead,
}

impl DataSet {
    /// This and what a later page tells: of the same reading both, else the later reading.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match self.reading.cmp(&other.reading) {
            Ordering::Less => other,
            Ordering::Greater => self,
            Ordering::Equal => Self {
                reading: self.reading,
                id: self.id.or(other.id),
                total: self.total.or(other.total),
                first: self.first.or(other.first),
                pages: self.pages.and(other.pages),
            },
        }
    }
}

impl Findings {
    /// How many faulty rows are described.
    const FAULTS_SHOWN: usize = 10;
    /// How many words that nobody knows are kept: a field that holds anything must not fill the
    /// memory.
    const WORDS_KEPT: usize = 20;

    /// Adds what another piece of work found.
    pub fn add(&mut self, other: Self) {
        self.vendor_count.extend(other.vendor_count);
        for (table, ids) in other.vanished {
            self.vanished.entry(table).or_default().extend(ids);
        }
        for (table, ids) in other.unreadable {
            self.unreadable.entry(table).or_default().extend(ids);
        }
        self.failed_calls.extend(other.failed_calls);
        self.unknown_courses.extend(other.unknown_courses);
        for (table, rows) in other.rows_read {
            let sum = self.rows_read.entry(table).or_default();
            sum.read += rows.read;
            sum.faulty += rows.faulty;
        }
        self.faulty_rows += other.faulty_rows;
        let room = Self::FAULTS_SHOWN.saturating_sub(self.faults.len());
        self.faults.extend(other.faults.into_iter().take(room));
        for (word, count) in other.unknown_types {
            if self.unknown_types.len() < Self::WORDS_KEPT || self.unknown_types.contains_key(&word)
            {
                *self.unknown_types.entry(word).or_default() += count;
            }
        }
        self.unsettled.extend(other.unsettled);
        self.page_cap = self.page_cap.max(other.page_cap);
        self.longest_page = self.longest_page.max(other.longest_page);
        for (kind, pages) in other.pages {
            self.pages.entry(kind).or_default().add(pages);
        }
        self.reading.add(other.reading);
        self.rows_staged.extend(other.rows_staged);
        self.moving_lists.extend(other.moving_lists);
        self.data_set = both(self.data_set.take(), other.data_set);
        self.changed_set = both(self.changed_set.take(), other.changed_set);
    }

    /// The teams and courses that could not be read.
    pub fn unreadable(&self) -> impl Iterator<Item = TeamOrCourse> + '_ {
        named(&self.unreadable)
    }

    /// What was listed, but not there or not readable when its turn came, as far as is known so far.
    #[must_use]
    pub fn missing(&self) -> BTreeSet<TeamOrCourse> {
        let failed = self.failed_calls.keys().cloned();
        named(&self.vanished).chain(self.unreadable()).chain(failed).collect()
    }
}

fn named(ids: &BTreeMap<Table, BTreeSet<String>>) -> impl Iterator<Item = TeamOrCourse> + '_ {
    let of_table = |table: Table| move |id: &String| TeamOrCourse::of(table, id);
    ids.iter().flat_map(move |(table, ids)| ids.iter().filter_map(of_table(*table)))
}

fn both(one: Option<DataSet>, other: Option<DataSet>) -> Option<DataSet> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.and(other)),
        (one, other) => one.or(other),
    }
}
