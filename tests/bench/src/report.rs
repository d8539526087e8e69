//! The table.

use std::{collections::BTreeMap, error::Error};

use serde::Serialize;

use crate::machine::Machine;

/// Everything that was measured.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    machine: Machine,
    quick: bool,
    whole: bool,
    rows: Vec<Row>,
}

/// One line of the table.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Row {
    pub(crate) case: String,
    pub(crate) measured: String,
    pub(crate) target: String,
    /// Nothing where there is no target, only a figure to report.
    pub(crate) met: Option<bool>,
    /// The same of baton-litmos as released, and the ratio.
    pub(crate) baton: String,
    /// The figures behind the text.
    pub(crate) figures: BTreeMap<String, f64>,
}

impl Report {
    pub(crate) fn new(machine: Machine, quick: bool) -> Self {
        Self { machine, quick, whole: true, rows: Vec::new() }
    }

    /// Adds a line; it is also shown at once, since a whole table takes its time.
    pub(crate) fn add(&mut self, row: Row) {
        eprintln!("  {}", row.markdown());
        self.rows.push(row);
    }

    /// Notes a case that could not be measured.
    pub(crate) fn failed(&mut self, case: &str, trouble: &dyn Error) {
        self.whole = false;
        let measured = format!("failed: {trouble}").replace('\n', " ");
        self.add(Row { case: case.to_owned(), measured, met: Some(false), ..Row::default() });
    }

    /// Whether every case was measured.
    pub(crate) fn is_whole(&self) -> bool {
        self.whole
    }

    pub(crate) fn markdown(&self) -> String {
        let quick = if self.quick { " Small sizes: not comparable." } else { "" };
        let mut text = format!("Measured on {}.{quick}\n\n", self.machine.line());
        text += "| case | measured | target | met? | baton-litmos as released |\n";
        text += "| --- | --- | --- | --- | --- |\n";
        for row in &self.rows {
            text += &row.markdown();
            text.push('\n');
        }
        text
    }
}

impl Row {
    fn markdown(&self) -> String {
        let met = match self.met {
            Some(true) => "yes",
            Some(false) => "**no**",
            None => "–",
        };
        let or_dash = |text: &str| if text.is_empty() { "–".to_owned() } else { text.to_owned() };
        let (target, baton) = (or_dash(&self.target), or_dash(&self.baton));
        format!("| {} | {} | {target} | {met} | {baton} |", self.case, self.measured)
    }

    /// Keeps a figure for the JSON file.
    #[must_use]
    pub(crate) fn figure(mut self, name: &str, value: f64) -> Self {
        self.figures.insert(name.to_owned(), value);
        self
    }
}
