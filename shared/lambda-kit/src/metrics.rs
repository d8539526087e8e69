//! Metrics in CloudWatch's embedded metric format: one JSON line on standard output.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

const NAMESPACE: &str = "Rollcall";

/// The unit of a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// A number of things.
    Count,
    /// Seconds.
    Seconds,
}

/// The metrics of one invocation.
#[derive(Debug)]
pub struct Metrics {
    connection: String,
    function: &'static str,
    values: Vec<(String, Unit, f64)>,
    outcomes: BTreeMap<(String, &'static str), u64>,
}

impl Metrics {
    pub(crate) fn new(connection: &str, function: &'static str) -> Self {
        let (values, outcomes) = (Vec::new(), BTreeMap::new());
        Self { connection: connection.to_owned(), function, values, outcomes }
    }

    /// Adds a value.
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub fn count(&mut self, name: &str, value: u64) {
        self.values.push((name.to_owned(), Unit::Count, value as f64));
    }

    /// Adds a time.
    pub fn seconds(&mut self, name: &str, value: f64) {
        self.values.push((name.to_owned(), Unit::Seconds, value));
    }

    /// Counts what became of requests, by operation and status.
    pub(crate) fn outcomes(&mut self, outcomes: BTreeMap<(String, &'static str), u64>) {
        self.outcomes = outcomes;
    }

    /// The log lines: one of the invocation, and one for each operation and status.
    pub(crate) fn lines(&self, at_millis: i64) -> Vec<String> {
        let outcomes = self.outcomes.iter().map(|((operation, status), count)| {
            json!({
                "_aws": {
                    "Timestamp": at_millis,
                    "CloudWatchMetrics": [{
                        "Namespace": NAMESPACE,
                        "Dimensions": [["connection", "function", "operation", "status"]],
                        "Metrics": [{"Name": "Outcomes", "Unit": "Count"}],
                    }],
                },
                "connection": self.connection,
                "function": self.function,
                "operation": operation,
                "status": status,
                "Outcomes": count,
            })
            .to_string()
        });
        std::iter::once(self.line(at_millis)).chain(outcomes).collect()
    }

    fn line(&self, at_millis: i64) -> String {
        let unit = |unit: Unit| match unit {
            Unit::Count => "Count",
            Unit::Seconds => "Seconds",
        };
        let described: Vec<_> = self
            .values
            .iter()
            .map(|(name, of, _)| json!({"Name": name, "Unit": unit(*of)}))
            .collect();
        let mut line = Map::new();
        line.insert(
            "_aws".to_owned(),
            json!({
                "Timestamp": at_millis,
                "CloudWatchMetrics": [{
                    "Namespace": NAMESPACE,
                    "Dimensions": [["connection", "function"]],
                    "Metrics": described,
                }],
            }),
        );
        line.insert("connection".to_owned(), json!(self.connection));
        line.insert("function".to_owned(), json!(self.function));
        line.extend(self.values.iter().map(|(name, _, value)| (name.clone(), json!(value))));
        Value::Object(line).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_names_each_metric_and_its_value() {
        let mut metrics = Metrics::new("acme", "sync-users");
        metrics.count("RequestsSent", 12);
        metrics.seconds("SliceSeconds", 1.5);
        let line: Value = serde_json::from_str(&metrics.line(7)).unwrap();
        let wanted = json!({
            "_aws": {"Timestamp": 7, "CloudWatchMetrics": [{
                "Namespace": "Rollcall",
                "Dimensions": [["connection", "function"]],
                "Metrics": [
                    {"Name": "RequestsSent", "Unit": "Count"},
                    {"Name": "SliceSeconds", "Unit": "Seconds"},
                ],
            }]},
            "connection": "acme", "function": "sync-users",
            "RequestsSent": 12.0, "SliceSeconds": 1.5,
        });
        assert_eq!(line, wanted);
    }

    #[test]
    fn outcomes_are_counted_by_operation_and_status() {
        let mut metrics = Metrics::new("acme", "provision");
        metrics.outcomes([(("grant".to_owned(), "succeeded"), 3)].into());
        let lines = metrics.lines(7);
        let line: Value = serde_json::from_str(&lines[1]).unwrap();
        let wanted = json!({
            "_aws": {"Timestamp": 7, "CloudWatchMetrics": [{
                "Namespace": "Rollcall",
                "Dimensions": [["connection", "function", "operation", "status"]],
                "Metrics": [{"Name": "Outcomes", "Unit": "Count"}],
            }]},
            "connection": "acme", "function": "provision",
            "operation": "grant", "status": "succeeded", "Outcomes": 3,
        });
        assert_eq!((lines.len(), line), (2, wanted));
    }
}
