//! A batch of provisioning requests: in from SQS, out as what has to come again.

use std::{collections::BTreeSet, time::Duration};

use jiff::Timestamp;
use rollcall_provisioning::{
    BatchTime, Lease, PublishedSnapshot,
    batch::{self, Delivery, Summary},
    litmos::LitmosVendor,
    outcome::Status,
    percipio::PercipioVendor,
    process::{Message, Provisioning},
    vendor::Vendor,
};
use rollcall_vendor_client::{Client, Pacer, Patience, Usage, VendorSettings};
use serde::Serialize;
use tokio::time::Instant;

use crate::{Account, Context, Failure, Invocation, Metrics, sqs_event};

/// What is kept of the time to put things in order: holds, the outcome, the lease.
const RESERVE: Duration = Duration::from_secs(10);

/// Less time than this is not worth waiting for: a record may take 20 s of it.
const LEAST_WORK: Duration = Duration::from_secs(30);

/// The answer: what has to come again.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchAnswer {
    batch_item_failures: Vec<ItemFailure>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ItemFailure {
    item_identifier: String,
}

/// Carries out a batch of requests.
///
/// # Errors
/// If the function is not configured, or the event is no batch. Everything else is in the answer.
pub async fn provision(invocation: &mut Invocation<'_>) -> Result<BatchAnswer, Failure> {
    // Before anything that may take a while: the lease, for one, is waited for in the same time.
    let ends = Instant::now() + invocation.remaining;
    let deadline = ends.checked_sub(RESERVE).unwrap_or(ends);
    let context = invocation.context;
    let parts = context.provisioning()?;
    let now = Timestamp::now();
    let deliveries = sqs_event::read(std::mem::take(&mut invocation.event), now)?;
    invocation.metrics.seconds("QueueWaitSeconds", oldest_wait(&deliveries, now));

    let connection = &context.config.connection;
    let snapshot = PublishedSnapshot { store: context.store.clone(), keys: context.keys.clone() };
    let provisioning = Provisioning {
        ledger: &parts.ledger,
        policy: &parts.config.policy,
        mode: parts.config.mode,
        snapshot: &snapshot,
        clock: &Timestamp::now,
    };
    let wait_until = deadline.checked_sub(LEAST_WORK).unwrap_or(deadline);
    let time = BatchTime { clock: &Timestamp::now, wait_until, ends };
    let lease = Lease::wait_for(&*context.store, connection, invocation.request_id, time).await;
    let lease = match lease {
        Ok(lease) => lease,
        Err(error) => {
            let reason = error.to_string();
            let put_off = batch::put_off(&provisioning, &deliveries, &reason, &parts.queues);
            let summary = put_off.await;
            return Ok(answer(summary, invocation.metrics));
        }
    };
    let requests_per_minute = context.requests_per_minute();
    let pacer = match lease.next_request_at {
        Some(next) => Pacer::resuming(requests_per_minute, next),
        None => Pacer::new(requests_per_minute, None),
    };
    let VendorAtWork { vendor, usage } = vendor_at_work(context, &pacer);
    let summary = batch::handle(&provisioning, &deliveries, vendor, &parts.queues, deadline).await;
    invocation.metrics.vendor(&usage);
    let given_back =
        lease.give_back(&*context.store, Timestamp::now(), pacer.next_request_at()).await;
    if let Err(error) = given_back {
        // It ends by itself; until then messages wait.
        tracing::warn!(reason = %error, "the lease could not be given back");
    }
    Ok(answer(summary, invocation.metrics))
}

/// How many seconds ago the oldest message of a batch was sent, however often it was taken up since.
/// SQS's own metric leaves a message out that was taken up three times.
fn oldest_wait(deliveries: &[Delivery], now: Timestamp) -> f64 {
    let waits = deliveries.iter().map(|delivery| now.duration_since(delivery.message.sent_at));
    waits.max().unwrap_or_default().as_secs_f64().max(0.0)
}

/// The vendor, for the time of one message.
type VendorFor = dyn Fn(&Message) -> Box<dyn Vendor> + Send + Sync;

/// How the vendor is provisioned, and what that costs.
struct VendorAtWork {
    vendor: Box<VendorFor>,
    usage: Usage,
}

fn vendor_at_work(context: &Context, pacer: &Pacer) -> VendorAtWork {
    match context.account() {
        Account::Litmos(account) => {
            at_work(context.client(account, pacer), |litmos| Box::new(LitmosVendor::new(litmos)))
        }
        Account::Percipio(account) => at_work(context.client(account, pacer), |percipio| {
            Box::new(PercipioVendor::new(percipio))
        }),
    }
}

fn at_work<S: VendorSettings>(
    client: Client<S>,
    vendor: fn(Client<S>) -> Box<dyn Vendor>,
) -> VendorAtWork {
    let usage = client.usage();
    let patience = |message: &Message| match message.received {
        ..=1 => Patience::BRIEF,
        _ => Patience::BRIEF_AGAIN,
    };
    let vendor = move |message: &Message| vendor(client.clone().with_patience(patience(message)));
    VendorAtWork { vendor: Box::new(vendor), usage }
}

fn answer(summary: Summary, metrics: &mut Metrics) -> BatchAnswer {
    metrics.count("OutcomesFailed", summary.with_status(Status::Failed));
    metrics.count("ExpiriesFailed", summary.failed_ends);
    metrics.count("Transient", summary.again.len().try_into().unwrap_or(u64::MAX));
    if summary.credentials_refused {
        metrics.refused_credentials();
    }
    metrics.outcomes(summary.outcomes);
    // A message that stands twice in a batch is named once.
    let again: BTreeSet<_> = summary.again.into_iter().collect();
    let failures = again.into_iter().map(|item_identifier| ItemFailure { item_identifier });
    BatchAnswer { batch_item_failures: failures.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_that_comes_again_and_again_has_waited_since_it_was_sent() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let delivery = |sent, received| Delivery {
            message: Message {
                group: None,
                sender: None,
                message_id: "m".into(),
                body: "{}".into(),
                sent_at: at(sent),
                first_received_at: at(9_000),
                received,
            },
            receipt_handle: String::new(),
        };
        let (fresh, blocked) = (delivery(9_990, 1), delivery(1_000, 120));
        for (batch, seconds) in [
            (vec![fresh.clone(), blocked.clone()], 9_000.0),
            (vec![blocked, fresh.clone()], 9_000.0),
            (vec![fresh], 10.0),
            // The queue's clock is not the function's.
            (vec![delivery(10_001, 1)], 0.0),
            (vec![], 0.0),
        ] {
            assert!((oldest_wait(&batch, at(10_000)) - seconds).abs() < 1e-9, "{batch:?}");
        }
    }
}
