//! A batch of provisioning requests: in from SQS, out as what has to come again.

use std::{collections::BTreeSet, time::Duration};

use jiff::{SignedDuration, Timestamp};
use rollcall_provisioning::{
    Lease, PublishedSnapshot,
    batch::{self, Summary},
    litmos::LitmosVendor,
    outcome::Status,
    percipio::PercipioVendor,
    process::Provisioning,
    vendor::Vendor,
};
use rollcall_vendor_client::{Client, Pacer, Patience, Usage, VendorSettings};
use serde::Serialize;
use tokio::time::Instant;

use crate::{Account, Context, Failure, Invocation, Metrics, sqs_event};

/// What is kept of the time to put things in order: holds, the outcome, the lease.
const RESERVE: Duration = Duration::from_secs(10);

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
    let time = invocation.remaining;
    let deadline = Instant::now() + time.saturating_sub(RESERVE);
    let context = invocation.context;
    let parts = context.provisioning()?;
    let now = Timestamp::now();
    let deliveries = sqs_event::read(std::mem::take(&mut invocation.event), now)?;
    let oldest = deliveries.iter().map(|delivery| now.duration_since(delivery.message.sent_at));
    let oldest = oldest.max().unwrap_or_default().as_secs_f64().max(0.0);
    invocation.metrics.seconds("QueueWaitSeconds", oldest);

    let lasts = SignedDuration::try_from(time).unwrap_or(SignedDuration::from_mins(15));
    let connection = &context.config.connection;
    let snapshot = PublishedSnapshot { store: context.store.clone(), keys: context.keys.clone() };
    let provisioning = Provisioning {
        ledger: &parts.ledger,
        policy: &parts.config.policy,
        mode: parts.config.mode,
        snapshot: &snapshot,
        clock: &Timestamp::now,
    };
    let lease = Lease::take(&*context.store, connection, invocation.request_id, now, lasts).await;
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

/// How the vendor is provisioned, and what that costs.
struct VendorAtWork {
    vendor: Box<dyn Fn() -> Box<dyn Vendor> + Send + Sync>,
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
    let client = client.with_patience(Patience::BRIEF);
    let usage = client.usage();
    VendorAtWork { vendor: Box::new(move || vendor(client.clone())), usage }
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
