//! A store that fails as it is told: what tests put between their subject and the objects.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;

use super::{Entry, Object, PutMode, Store, StoreError, Version};

/// What goes wrong with one call. Whoever made it lives on, but for [`Killed`](Self::Killed).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreFault {
    /// It does not happen, and the store says so.
    Refused,
    /// It happens, and its answer is lost.
    Unanswered,
    /// It happens, and its answer takes this long.
    Late(Duration),
    /// It is given up as failed, and happens all the same when so many calls have followed it.
    Overtaken(u32),
    /// It happens, and its caller is dead: no later call happens.
    Killed,
}

impl StoreFault {
    /// Every kind after which the caller goes on.
    pub const EACH_THAT_IS_SURVIVED: [Self; 4] =
        [Self::Refused, Self::Unanswered, Self::Late(Duration::from_secs(20)), Self::Overtaken(3)];
}

/// Which call goes wrong, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultPlace {
    /// Of all calls.
    Call(u32),
    /// Of those that write or delete.
    Write(u32),
}

/// Passes everything on to another store, but for the calls that go wrong.
pub struct FailingStore {
    inner: Arc<dyn Store>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    faults: Vec<(FaultPlace, StoreFault)>,
    calls: u32,
    writes: u32,
    struck: usize,
    is_dead: bool,
    overtaken: Vec<(u32, Write)>,
}

/// A call that changes something.
#[derive(Debug, Clone)]
enum Write {
    Put(String, Bytes, PutMode),
    Delete(String, Version),
}

impl FailingStore {
    /// A store in which each of these calls goes wrong.
    pub fn new(
        inner: Arc<dyn Store>,
        faults: impl IntoIterator<Item = (FaultPlace, StoreFault)>,
    ) -> Self {
        let faults = faults.into_iter().collect();
        Self { inner, state: Mutex::new(State { faults, ..State::default() }) }
    }

    /// A store whose user dies with its `nth` write.
    pub fn killed_at_write(inner: Arc<dyn Store>, nth: u32) -> Self {
        Self::new(inner, [(FaultPlace::Write(nth), StoreFault::Killed)])
    }

    /// How many of the faults have struck.
    pub fn struck(&self) -> usize {
        self.state().struck
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a call; tells what goes wrong with it, after what it has overtaken has happened.
    async fn begin(
        &self,
        key: &str,
        write: Option<&Write>,
    ) -> Result<Option<StoreFault>, StoreError> {
        let (fault, due) = {
            let mut state = self.state();
            if state.is_dead {
                return Err(failed(key, "killed"));
            }
            state.calls += 1;
            state.writes += u32::from(write.is_some());
            let (calls, writes) = (state.calls, state.writes);
            let is_here = |place: &FaultPlace| match place {
                FaultPlace::Call(nth) => *nth == calls,
                FaultPlace::Write(nth) => *nth == writes && write.is_some(),
            };
            let fault =
                state.faults.iter().find(|(place, _)| is_here(place)).map(|(_, fault)| *fault);
            state.struck += usize::from(fault.is_some());
            state.is_dead = fault == Some(StoreFault::Killed);
            let overtaken = std::mem::take(&mut state.overtaken);
            let (due, waiting) = overtaken.into_iter().partition(|(at, _)| *at <= calls);
            state.overtaken = waiting;
            if let (Some(StoreFault::Overtaken(by)), Some(write)) = (fault, write) {
                state.overtaken.push((calls + by, write.clone()));
            }
            let due: Vec<(u32, Write)> = due;
            (fault, due)
        };
        for (_, write) in due {
            // Nobody waits for its answer any more.
            let _ = self.write(write).await;
        }
        Ok(fault)
    }

    async fn write(&self, write: Write) -> Result<Option<Version>, StoreError> {
        match write {
            Write::Put(key, bytes, mode) => self.inner.put(&key, bytes, mode).await.map(Some),
            Write::Delete(key, version) => self.inner.delete(&key, &version).await.map(|()| None),
        }
    }

    async fn write_or_fail(&self, key: &str, write: Write) -> Result<Option<Version>, StoreError> {
        match self.begin(key, Some(&write)).await? {
            None => self.write(write).await,
            Some(StoreFault::Refused | StoreFault::Overtaken(_)) => Err(failed(key, "refused")),
            Some(StoreFault::Unanswered | StoreFault::Killed) => {
                self.write(write).await?;
                Err(failed(key, "no answer"))
            }
            Some(StoreFault::Late(wait)) => {
                let written = self.write(write).await;
                tokio::time::sleep(wait).await;
                written
            }
        }
    }

    async fn begin_read(&self, key: &str) -> Result<(), StoreError> {
        match self.begin(key, None).await? {
            None => Ok(()),
            Some(StoreFault::Late(wait)) => {
                tokio::time::sleep(wait).await;
                Ok(())
            }
            Some(_) => Err(failed(key, "no answer")),
        }
    }
}

fn failed(key: &str, reason: &str) -> StoreError {
    let (place, reason) = (key.to_owned(), reason.to_owned());
    StoreError::Unavailable { action: "reach", place, reason, source: None }
}

#[async_trait]
impl Store for FailingStore {
    async fn get(&self, key: &str) -> Result<Option<Object>, StoreError> {
        self.begin_read(key).await?;
        self.inner.get(key).await
    }

    async fn put(&self, key: &str, bytes: Bytes, mode: PutMode) -> Result<Version, StoreError> {
        let write = Write::Put(key.to_owned(), bytes, mode);
        let version = self.write_or_fail(key, write).await?;
        version.ok_or_else(|| failed(key, "no version"))
    }

    async fn list(&self, prefix: &str) -> Result<Vec<Entry>, StoreError> {
        self.begin_read(prefix).await?;
        self.inner.list(prefix).await
    }

    async fn list_after(&self, prefix: &str, after: &str) -> Result<Vec<Entry>, StoreError> {
        self.begin_read(prefix).await?;
        self.inner.list_after(prefix, after).await
    }

    async fn delete(&self, key: &str, version: &Version) -> Result<(), StoreError> {
        let write = Write::Delete(key.to_owned(), version.clone());
        self.write_or_fail(key, write).await.map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::MemoryStore;

    /// What two creations answer, and what is there after a call that follows them.
    async fn two_creations(fault: StoreFault) -> (Vec<bool>, Vec<bool>) {
        let inner = Arc::new(MemoryStore::new());
        let store = FailingStore::new(inner.clone(), [(FaultPlace::Write(1), fault)]);
        let (mut answered, mut there) = (Vec::new(), Vec::new());
        for key in ["a", "b"] {
            answered.push(store.put(key, "x".into(), PutMode::Create).await.is_ok());
        }
        answered.push(store.list("").await.is_ok());
        for key in ["a", "b"] {
            there.push(inner.get(key).await.unwrap().is_some());
        }
        assert_eq!(store.struck(), 1);
        (answered, there)
    }

    #[tokio::test(start_paused = true)]
    async fn each_fault_is_what_it_says() {
        use StoreFault::*;
        for (fault, answered, there) in [
            (Refused, [false, true, true], [false, true]),
            (Unanswered, [false, true, true], [true, true]),
            (Late(Duration::from_secs(9)), [true, true, true], [true, true]),
            (Overtaken(2), [false, true, true], [true, true]),
            (Overtaken(3), [false, true, true], [false, true]),
            (Killed, [false, false, false], [true, false]),
        ] {
            let wanted = (answered.to_vec(), there.to_vec());
            assert_eq!(two_creations(fault).await, wanted, "{fault:?}");
        }
    }

    #[tokio::test]
    async fn a_place_is_counted_among_all_calls_or_among_writes() {
        for (place, fails) in [(FaultPlace::Call(2), "get"), (FaultPlace::Write(2), "put")] {
            let store =
                FailingStore::new(Arc::new(MemoryStore::new()), [(place, StoreFault::Refused)]);
            store.put("a", "x".into(), PutMode::Overwrite).await.unwrap();
            assert_eq!(store.get("a").await.is_err(), fails == "get", "{place:?}");
            let put = store.put("a", "y".into(), PutMode::Overwrite).await;
            assert_eq!(put.is_err(), fails == "put", "{place:?}");
        }
    }
}
