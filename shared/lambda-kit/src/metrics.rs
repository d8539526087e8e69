//! Metrics in CloudWatch's embedded metric format: one JSON line on standard output.

use std::collections::BTreeMap;

use rollcall_vendor_client::Usage;
use serde_json::{Map, Value, json};

const NAMESPACE: &str = "Rollcall";

/// The unit of a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// A number of things.
    Count,
    /// Seconds.
    Seconds,
    /// Parts of a hundred.
    Percent,
    /// What has no unit of CloudWatch's.
    None,
}

/// The metrics of one invocation.
#[derive(Debug)]
pub struct Metrics {
    connection: String,
    function: &'static str,
    values: Vec<(String, Unit, f64)>,
    outcomes: BTreeMap<(String, &'static str), u64>,
    /// Of a function that shows them to the vendor: whether it refused them.
    credentials_refused: Option<bool>,
    /// What the line is about, to find it by.
    notes: Vec<(&'static str, String)>,
}

impl Metrics {
    pub(crate) fn new(connection: &str, function: &'static str) -> Self {
        let connection = connection.to_owned();
        let (values, outcomes, notes) = (Vec::new(), BTreeMap::new(), Vec::new());
        Self { connection, function, values, outcomes, credentials_refused: None, notes }
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

    /// Adds a share in percent.
    pub fn percent(&mut self, name: &str, value: f64) {
        self.values.push((name.to_owned(), Unit::Percent, value));
    }

    /// Adds what the vendor was asked.
    pub fn vendor(&mut self, usage: &Usage) {
        let requests = usage.requests();
        self.count("RequestsSent", requests.sent);
        self.count("RequestsRetried", requests.retried);
        self.count("RequestsRefused", usage.refused());
        let pace = usage.requests_per_minute();
        self.values.push(("RequestsPerMinute".to_owned(), Unit::None, pace));
        self.credentials_refused.get_or_insert(false);
    }

    /// The vendor has refused the key or token.
    pub fn refused_credentials(&mut self) {
        self.credentials_refused = Some(true);
    }

    /// Says what the line is about.
    pub fn note(&mut self, name: &'static str, value: &str) {
        self.notes.push((name, value.to_owned()));
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
            Unit::Percent => "Percent",
            Unit::None => "None",
        };
        let described: Vec<_> = self
            .values
            .iter()
            .map(|(name, of, _)| json!({"Name": name, "Unit": unit(*of)}))
            .collect();
        let mut line = Map::new();
        let mut directives = vec![json!({
            "Namespace": NAMESPACE,
            "Dimensions": [["connection", "function"]],
            "Metrics": described,
        })];
        if let Some(refused) = self.credentials_refused {
            // Whichever function finds out: one alarm watches them all.
            directives.push(json!({
                "Namespace": NAMESPACE,
                "Dimensions": [["connection"]],
                "Metrics": [{"Name": "CredentialsRefused", "Unit": "Count"}],
            }));
            line.insert("CredentialsRefused".to_owned(), json!(u64::from(refused)));
        }
        line.insert(
            "_aws".to_owned(),
            json!({"Timestamp": at_millis, "CloudWatchMetrics": directives}),
        );
        line.extend(self.notes.iter().map(|(name, value)| ((*name).to_owned(), json!(value))));
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
    fn a_key_that_is_refused_is_a_metric_of_the_whole_connection() {
        let mut metrics = Metrics::new("acme", "provision");
        let parsed =
            |metrics: &Metrics| -> Value { serde_json::from_str(&metrics.line(7)).unwrap() };
        assert!(parsed(&metrics)["CredentialsRefused"].is_null());
        metrics.refused_credentials();
        metrics.note("trace_id", "1-5759e988-bd862e3fe1be46a994272793");
        let line = parsed(&metrics);
        assert_eq!(line["CredentialsRefused"], 1);
        assert_eq!(line["trace_id"], "1-5759e988-bd862e3fe1be46a994272793");
        let wanted = json!({
            "Namespace": "Rollcall",
            "Dimensions": [["connection"]],
            "Metrics": [{"Name": "CredentialsRefused", "Unit": "Count"}],
        });
        assert_eq!(line["_aws"]["CloudWatchMetrics"][1], wanted);
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
