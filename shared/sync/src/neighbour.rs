//! Looks at who else sends requests, and what that means for a pace.

use std::sync::Arc;

use async_trait::async_trait;
use rollcall_snapshot::StoreError;
use rollcall_vendor_client::Pacer;
use tokio::{
    task::JoinHandle,
    time::{Instant, MissedTickBehavior, interval, timeout},
};

use crate::{Shares, shares::Work};

/// Whoever has a share of its own that others may use while it does not need it.
#[async_trait]
pub trait Neighbour: Send + Sync + 'static {
    /// How much it is at work, as of the moment of the call.
    async fn work(&self) -> Result<Work, StoreError>;
}

/// Looks at a neighbour in the background, and has a pacer keep the pace that follows. Ends when
/// this is dropped.
pub(crate) struct Lookout(JoinHandle<()>);

impl Lookout {
    pub(crate) fn of(pacer: Pacer, shares: Shares, neighbour: Arc<dyn Neighbour>) -> Self {
        Self(tokio::spawn(look_out(pacer, shares, neighbour)))
    }
}

impl Drop for Lookout {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn look_out(pacer: Pacer, mut shares: Shares, neighbour: Arc<dyn Neighbour>) {
    let origin = Instant::now();
    let mut looks = interval(shares.look_every());
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut could_see = true;
    loop {
        looks.tick().await;
        let begun = origin.elapsed();
        // The pace holds meanwhile, so a look must not take long.
        let trouble = match timeout(shares.look_every(), neighbour.work()).await {
            Ok(Ok(work)) => {
                shares.look(begun, work);
                None
            }
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => Some("no answer in time".to_owned()),
        };
        if let Some(reason) = &trouble {
            shares.miss(origin.elapsed());
            if could_see {
                tracing::warn!(reason, "cannot see whether provisioning is at work");
            }
        }
        could_see = trouble.is_none();
        pacer.set_requests_per_minute(shares.requests_per_minute());
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicUsize, Ordering},
        time::Duration,
    };

    use super::*;

    /// What the looks find, one after the other: so many milliseconds of work, an error, or silence.
    struct Told {
        looks: Vec<Option<Result<u64, ()>>>,
        count: AtomicUsize,
    }

    #[async_trait]
    impl Neighbour for Told {
        async fn work(&self) -> Result<Work, StoreError> {
            let count = self.count.fetch_add(1, Ordering::Relaxed);
            match self.looks[count.min(self.looks.len() - 1)] {
                Some(Ok(total)) => {
                    let total = Duration::from_millis(total);
                    let quiet = if count == 0 { Duration::MAX } else { Duration::ZERO };
                    Ok(Work { total, quiet })
                }
                Some(Err(())) => Err(StoreError::Conflict { key: "lock".to_owned() }),
                None => std::future::pending().await,
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_pace_follows_what_is_seen_until_the_lookout_is_dropped() {
        // Shares of a round hundred: a look each 2.4 seconds.
        let pacer = Pacer::new(25, None);
        let looks = vec![Some(Ok(0)), Some(Ok(2_400)), Some(Ok(2_400)), Some(Err(())), None];
        let told = Arc::new(Told { looks, count: AtomicUsize::new(0) });
        let lookout = Lookout::of(pacer.clone(), Shares::new(25, 75), told.clone());
        let mut paces = Vec::new();
        for _ in 0..6 {
            paces.push(pacer.requests_per_minute_now().round());
            tokio::time::sleep(Duration::from_millis(1)).await;
            paces.push(pacer.requests_per_minute_now().round());
            tokio::time::sleep(Duration::from_millis(2_399)).await;
        }
        let expected = [25, 100, 100, 25, 25, 100, 100, 25, 25, 25, 25, 25];
        assert_eq!(paces, expected.map(f64::from));
        drop(lookout);
        let count = told.count.load(Ordering::Relaxed);
        assert!(count >= 5, "{count} looks");
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert_eq!(told.count.load(Ordering::Relaxed), count, "nobody looks any more");
    }
}
