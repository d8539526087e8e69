//! The batches that SQS hands to a function.

use jiff::Timestamp;
use rollcall_provisioning::{batch::Delivery, process::Message};
use serde::Deserialize;
use serde_json::Value;

use crate::Failure;

#[derive(Deserialize)]
struct Event {
    #[serde(rename = "Records")]
    records: Vec<Record>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    message_id: String,
    #[serde(default)]
    receipt_handle: String,
    body: String,
    #[serde(default)]
    attributes: Attributes,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct Attributes {
    message_group_id: Option<String>,
    sender_id: Option<String>,
    sent_timestamp: Option<String>,
    approximate_first_receive_timestamp: Option<String>,
    approximate_receive_count: Option<String>,
}

/// Reads a batch. What the event does not tell is as of a message that has just come.
pub(crate) fn read(event: Value, now: Timestamp) -> Result<Vec<Delivery>, Failure> {
    let event: Event = serde_json::from_value(event).map_err(|error| {
        let form = "the event must be a batch of SQS messages: {\"Records\": [{\"messageId\": …, \
                    \"receiptHandle\": …, \"body\": …, \"attributes\": {…}}]}";
        Failure::new("InvalidEvent", &format!("{form}: {error}"))
    })?;
    Ok(event.records.into_iter().map(|record| delivery(record, now)).collect())
}

fn delivery(record: Record, now: Timestamp) -> Delivery {
    let Record { message_id, receipt_handle, body, attributes } = record;
    let instant = |millis: Option<String>| {
        let millis = millis?.parse().ok()?;
        Timestamp::from_millisecond(millis).ok()
    };
    let count = attributes.approximate_receive_count.and_then(|count| count.parse().ok());
    let message = Message {
        message_id,
        group: attributes.message_group_id,
        body,
        sender: attributes.sender_id.filter(|sender| !sender.is_empty()),
        sent_at: instant(attributes.sent_timestamp).unwrap_or(now),
        first_received_at: instant(attributes.approximate_first_receive_timestamp).unwrap_or(now),
        received: count.unwrap_or(1),
    };
    Delivery { message, receipt_handle }
}

#[cfg(test)]
mod tests {
    use rollcall_provisioning::{Request, message_group};
    use serde_json::json;

    use super::*;

    #[test]
    fn a_batch_is_read_as_sqs_sends_it() {
        let event = json!({"Records": [
            {"messageId": "m1", "receiptHandle": "h", "body": "{}", "md5OfBody": "x",
             "attributes": {"ApproximateReceiveCount": "3", "SentTimestamp": "1000",
                            "SenderId": "AROAEXAMPLE:lee",
                            "ApproximateFirstReceiveTimestamp": "2000", "MessageGroupId": "acme"},
             "eventSource": "aws:sqs"},
            {"messageId": "m2", "body": ""},
        ]});
        let now = Timestamp::from_second(9).unwrap();
        let at = |second| Timestamp::from_second(second).unwrap();
        let delivery =
            |id: &str, known: Option<(&str, &str)>, body: &str, sent, first, received| {
                let message = Message {
                    message_id: id.into(),
                    group: known.map(|(group, _)| group.to_owned()),
                    body: body.into(),
                    sender: known.map(|(_, sender)| sender.to_owned()),
                    sent_at: at(sent),
                    first_received_at: at(first),
                    received,
                };
                Delivery { message, receipt_handle: known.map(|_| "h").unwrap_or_default().into() }
            };
        let known = Some(("acme", "AROAEXAMPLE:lee"));
        let expected = [delivery("m1", known, "{}", 1, 2, 3), delivery("m2", None, "", 9, 9, 1)];
        assert_eq!(read(event, now).unwrap(), expected);
    }

    #[test]
    fn every_sample_is_a_batch_with_a_request_in_its_group() {
        let folder = format!("{}/../../events", env!("CARGO_MANIFEST_DIR"));
        let mut operations = std::collections::BTreeSet::new();
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if !path.file_name().unwrap().to_string_lossy().starts_with("provision-") {
                continue;
            }
            let event: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            let records = event["Records"].as_array().unwrap().clone();
            let deliveries = read(event, Timestamp::UNIX_EPOCH).unwrap();
            for (delivery, record) in deliveries.iter().zip(records) {
                assert!(delivery.message.sender.is_some(), "{}", path.display());
                let group = &record["attributes"]["MessageGroupId"];
                let body = serde_json::from_str(&delivery.message.body).unwrap();
                let request = Request::parse(body).unwrap();
                assert_eq!(message_group(&request.operation), *group, "{path:?}");
                operations.insert(request.operation.name());
            }
        }
        assert_eq!(operations.len(), 10, "{operations:?}");
    }

    #[test]
    fn another_event_is_refused_with_the_form() {
        for event in [json!({}), json!({"Records": [{"body": "{}"}]}), json!([])] {
            let failure = read(event, Timestamp::UNIX_EPOCH).unwrap_err();
            assert_eq!(failure.error_type(), "InvalidEvent");
        }
    }
}
