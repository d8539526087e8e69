//! The simulated vendors, as far as scenarios treat them alike.

use std::fmt;

use percipio_simulator as percipio;
use rollcall_roster::Row;
use serde_json::Value;
use simulator_kit::Log;

use crate::{Cast, Connection, Environment, LocalAws, PercipioCast};

/// A simulated vendor that a scenario can have.
pub trait Vendor: Sized {
    /// Who and what is known there.
    type Cast: fmt::Debug;

    /// Finds or adds these.
    fn cast(&self) -> Self::Cast;

    /// A connection to it.
    fn connect(&self, aws: &LocalAws) -> Connection;

    /// What the functions of that connection are started with.
    fn environment(&self, connection: &Connection) -> Environment;

    /// The requests that it has seen.
    fn log(&self) -> Log;

    /// Forgets these.
    fn reset_log(&self);

    /// The rows that a table must have.
    fn truth(&self, table: &str) -> Vec<Value>;

    /// A row that was read, as far as the truth tells it.
    #[must_use]
    fn comparable(&self, table: &str, row: Value) -> Value {
        let _ = (self, table);
        row
    }
}

impl Vendor for litmos_simulator::Simulator {
    type Cast = Cast;

    fn cast(&self) -> Cast {
        Cast::of(self)
    }

    fn connect(&self, aws: &LocalAws) -> Connection {
        Connection::litmos(aws, &self.api_key())
    }

    fn environment(&self, connection: &Connection) -> Environment {
        Environment::litmos(connection, &self.base_url())
    }

    fn log(&self) -> Log {
        self.log()
    }

    fn reset_log(&self) {
        self.reset_log();
    }

    fn truth(&self, table: &str) -> Vec<Value> {
        let truth = self.truth();
        match table {
            "courses" => values(truth.courses()),
            "enrolments" => values(truth.enrolments()),
            "team_members" => values(truth.team_members()),
            "teams" => values(truth.teams()),
            _ => values(truth.users()),
        }
    }
}

impl Vendor for percipio::Simulator {
    type Cast = PercipioCast;

    fn cast(&self) -> PercipioCast {
        PercipioCast::of(self)
    }

    fn connect(&self, aws: &LocalAws) -> Connection {
        Connection::percipio(aws, &self.api_token())
    }

    fn environment(&self, connection: &Connection) -> Environment {
        Environment::percipio(connection, &self.base_url(), self.organization_id())
    }

    fn log(&self) -> Log {
        self.log()
    }

    fn reset_log(&self) {
        self.reset_log();
    }

    fn truth(&self, table: &str) -> Vec<Value> {
        let truth = self.truth();
        match table {
            "courses" => values(truth.courses()),
            "enrolments" => values(truth.enrolments()),
            "users" => values(truth.users()).into_iter().map(with_manager_id).collect(),
            _ => Vec::new(),
        }
    }

    /// What goes into a course's attributes is a choice.
    fn comparable(&self, table: &str, mut row: Value) -> Value {
        if table == "courses" {
            row["attributes"] = Value::Null;
        }
        row
    }
}

/// Of the second manager the id is kept, as of the first.
fn with_manager_id(mut user: Value) -> Value {
    let attributes = user["attributes"].as_str().unwrap_or("{}");
    let mut attributes: Value = serde_json::from_str(attributes).expect("JSON");
    if let Some(manager) = attributes.get_mut("directHrManager") {
        *manager = manager["id"].take();
    }
    user["attributes"] = attributes.to_string().into();
    user
}

fn values<R: Row>(rows: Vec<R>) -> Vec<Value> {
    rows.iter().map(|row| serde_json::to_value(row).expect("a plain struct")).collect()
}
