//! Where the events of the callers and the answers of the function meet.

use std::{
    collections::HashMap,
    sync::{
        Mutex, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    time::{Duration, Instant, SystemTime},
};

use serde_json::Value;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::FunctionError;

/// What a function made of an event.
pub(super) type Answer = Result<Value, FunctionError>;

/// An event as the function gets it.
#[derive(Debug)]
pub(super) struct Delivery {
    pub(super) request_id: String,
    pub(super) deadline: SystemTime,
    pub(super) event: String,
}

/// An event that was submitted and is not answered yet.
#[derive(Debug)]
pub(crate) struct Pending {
    answer: mpsc::Receiver<Answer>,
}

impl Pending {
    /// The answer, if it comes within `patience`.
    pub(crate) fn wait(&self, patience: Duration) -> Option<Answer> {
        self.answer.recv_timeout(patience).ok()
    }
}

#[derive(Debug)]
pub(super) struct Exchange {
    pub(super) function: String,
    count: AtomicU64,
    deliver: UnboundedSender<Delivery>,
    deliveries: tokio::sync::Mutex<UnboundedReceiver<Delivery>>,
    callers: Mutex<HashMap<String, mpsc::Sender<Answer>>>,
    init_error: OnceLock<FunctionError>,
    first_request: OnceLock<Instant>,
}

impl Exchange {
    pub(super) fn new(function: &str) -> Self {
        let (deliver, deliveries) = unbounded_channel();
        Self {
            function: function.to_owned(),
            count: AtomicU64::new(1),
            deliver,
            deliveries: tokio::sync::Mutex::new(deliveries),
            callers: Mutex::default(),
            init_error: OnceLock::new(),
            first_request: OnceLock::new(),
        }
    }

    pub(super) fn submit(&self, event: &Value, deadline: Duration) -> Pending {
        let request_id =
            format!("00000000-0000-4000-8000-{:012x}", self.count.fetch_add(1, Ordering::Relaxed));
        let (caller, answer) = mpsc::channel();
        self.callers().insert(request_id.clone(), caller);
        if let Some(error) = self.init_error.get() {
            self.answer(&request_id, Err(error.clone()));
        } else {
            let deadline = SystemTime::now() + deadline;
            self.deliver
                .send(Delivery { request_id, deadline, event: event.to_string() })
                .expect("the other end lives as long as this one");
        }
        Pending { answer }
    }

    /// The next event; waits for one, as the real service does.
    pub(super) async fn next(&self) -> Delivery {
        self.first_request.get_or_init(Instant::now);
        let delivery = self.deliveries.lock().await.recv().await;
        delivery.expect("the sender lives as long as this")
    }

    /// Passes an answer on; false if nobody waits for it (any more).
    pub(super) fn answer(&self, request_id: &str, answer: Answer) -> bool {
        let caller = self.callers().remove(request_id);
        caller.is_some_and(|caller| caller.send(answer).is_ok())
    }

    /// A function that could not initialise fails every event, those that wait already too.
    pub(super) fn fail_init(&self, error: FunctionError) {
        let error = self.init_error.get_or_init(|| error).clone();
        for (_, caller) in self.callers().drain() {
            let _ = caller.send(Err(error.clone()));
        }
    }

    pub(super) fn first_request(&self) -> Option<Instant> {
        self.first_request.get().copied()
    }

    fn callers(&self) -> std::sync::MutexGuard<'_, HashMap<String, mpsc::Sender<Answer>>> {
        self.callers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
