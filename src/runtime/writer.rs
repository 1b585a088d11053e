//! The one writer of a region: it decides, makes durable, applies and answers, in this order.
//!
//! Requests that wait while the disk syncs share the next sync. Nothing is answered or shown to
//! readers that is not durable: a group whose append fails is answered as failed, and what was
//! decided in it is thrown away.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, TrySendError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use tokio::sync::{broadcast, oneshot};

use crate::journal::Journal;
use crate::model::travel_matrix::Travel;
use crate::planner::Planner;
use crate::planner::command::{Outcome, Refusal, Request};
use crate::planner::event::{Record, RequestKey, Sequence};
use crate::planner::view::View;
use crate::runtime::group::{Asked, Committer, Verdict};
use crate::runtime::wall_clock::Clock;

/// How many requests may wait. At some thousands a second that is less than a second's work.
const QUEUE_MAX: usize = 1024;
/// How many requests share one sync of the disk. More gains little: the disk is no longer what
/// takes the time.
const GROUP_MAX: usize = 64;
/// How often time is let pass when nothing is asked: readers see holds lapse and times move on.
const TICK: Duration = Duration::from_millis(250);
/// How many publications a slow reader may lag behind before it misses some.
const PUBLISHED_MAX: usize = 64;

/// Says, word for word, what the client of a request with a key is told, so that it can be recorded
/// together with what was done. `None` when there is nothing to be said.
pub type Teller = Box<dyn Fn(&Arc<View>, Outcome) -> Option<String> + Send>;

/// What became of a request.
#[derive(Debug, Clone)]
pub struct Answer {
    /// What it led to.
    pub outcome: Outcome,
    /// Whether the same request was answered before.
    pub replayed: bool,
    /// The plan in which it is done.
    pub view: Arc<View>,
    /// What the client is told, now and whenever it asks again with the same key; `None` when that
    /// was not recorded.
    pub told: Option<Arc<str>>,
}

/// Why a request was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// The plan says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Too many requests wait, or another process writes at the same time. Try again.
    #[error("too many requests are waiting")]
    Busy,
    /// A request with the same key is being done.
    #[error("a request with the key {0:?} is being done right now")]
    InFlight(String),
    /// It could not be made durable, and so was not done.
    #[error("the journal cannot be written")]
    StorageFailed,
    /// The planner failed on it or on one beside it; nothing was done.
    #[error("the planner failed")]
    PlannerFailed,
    /// The service is stopping.
    #[error("the service is stopping")]
    Stopped,
}

/// Durable events, and the plan with them.
#[derive(Debug, Clone)]
pub struct Published {
    /// The last event the view knows.
    pub sequence: Sequence,
    /// What happened.
    pub records: Arc<[(Sequence, Record)]>,
    /// The plan after it.
    pub view: Arc<View>,
}

/// What readers see.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) view: ArcSwap<View>,
    pub(crate) published: broadcast::Sender<Published>,
    pub(crate) is_ready: AtomicBool,
    /// The keys of requests that wait or are being done.
    in_flight: Mutex<BTreeSet<String>>,
}

impl Shared {
    pub(crate) fn new(view: Arc<View>) -> Self {
        Self {
            view: ArcSwap::new(view),
            published: broadcast::channel(PUBLISHED_MAX).0,
            is_ready: AtomicBool::new(true),
            in_flight: Mutex::default(),
        }
    }
}

/// The right to use a key while its request waits or is being done.
struct Claim {
    shared: Arc<Shared>,
    key: String,
}

impl Claim {
    /// Claims a key, if nobody has it.
    fn of(shared: &Arc<Shared>, key: &str) -> Option<Self> {
        let mut keys = shared.in_flight.lock().unwrap_or_else(PoisonError::into_inner);
        let is_free = keys.insert(key.to_owned());
        is_free.then(|| Self { shared: Arc::clone(shared), key: key.to_owned() })
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.shared.in_flight.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

/// Something asked of the writer.
enum Message {
    Execute(Box<Waiting>),
    Stop,
}

/// A request and who waits for its answer.
struct Waiting {
    asked: Asked,
    claim: Option<Claim>,
    answer: oneshot::Sender<Result<Answer, CommandError>>,
}

/// Asks the writer of a region, and reads what it published. Cheap to clone.
#[derive(Debug, Clone)]
pub struct WriterHandle {
    queue: SyncSender<Message>,
    shared: Arc<Shared>,
}

impl WriterHandle {
    /// Has a request done, and returns once what it led to is durable.
    ///
    /// Not to be cancelled: a request whose caller went away is done all the same.
    ///
    /// # Errors
    /// See [`CommandError`].
    pub async fn execute(&self, request: impl Into<Request>) -> Result<Answer, CommandError> {
        self.enqueue(request.into())?.await.unwrap_or(Err(CommandError::Stopped))
    }

    /// The same for a request with a key: what `teller` says of it is recorded, too, and said again
    /// whenever the request comes again.
    ///
    /// # Errors
    /// See [`CommandError`].
    pub async fn execute_told(
        &self,
        request: Request,
        teller: Teller,
    ) -> Result<Answer, CommandError> {
        let asked = Asked { request, teller: Some(teller) };
        self.enqueue(asked)?.await.unwrap_or(Err(CommandError::Stopped))
    }

    /// The same for callers that are not asynchronous.
    ///
    /// # Errors
    /// See [`CommandError`].
    ///
    /// # Panics
    /// When called from asynchronous code.
    pub fn execute_blocking(&self, request: impl Into<Request>) -> Result<Answer, CommandError> {
        self.enqueue(request.into())?.blocking_recv().unwrap_or(Err(CommandError::Stopped))
    }

    fn enqueue(
        &self,
        asked: impl Into<Asked>,
    ) -> Result<oneshot::Receiver<Result<Answer, CommandError>>, CommandError> {
        let asked = asked.into();
        let (answer, receiver) = oneshot::channel();
        let claim = match &asked.request.key {
            Some(RequestKey { key, .. }) => {
                let claim = Claim::of(&self.shared, key);
                Some(claim.ok_or_else(|| CommandError::InFlight(key.clone()))?)
            }
            None => None,
        };
        let waiting = Box::new(Waiting { asked, claim, answer });
        let sent = self.queue.try_send(Message::Execute(waiting));
        sent.map_err(|error| match error {
            TrySendError::Full(_) => CommandError::Busy,
            TrySendError::Disconnected(_) => CommandError::Stopped,
        })?;
        Ok(receiver)
    }

    /// The plan as it was last published.
    pub fn view(&self) -> Arc<View> {
        self.shared.view.load_full()
    }

    /// Everything that is published from now on. A receiver that lags too far misses some.
    pub fn subscribe(&self) -> broadcast::Receiver<Published> {
        self.shared.published.subscribe()
    }

    /// Whether requests are being done: the journal could be written last time it was tried.
    pub fn is_ready(&self) -> bool {
        self.shared.is_ready.load(Ordering::Acquire)
    }
}

/// The running writer.
#[derive(Debug)]
pub struct WriterThread {
    queue: SyncSender<Message>,
    thread: JoinHandle<()>,
}

impl WriterThread {
    /// Stops the writer after all requests that wait, and returns when it has ended. Blocks.
    pub fn stop(self) {
        // Either it takes the message, or it has ended already.
        drop(self.queue.send(Message::Stop));
        if self.thread.join().is_err() {
            tracing::error!("the writer ended by a panic");
        }
    }
}

/// Starts the writer of a region.
///
/// `planner` must be what `journal` adds up to, legs included.
///
/// # Errors
/// When the machine gives no thread.
pub fn start(
    planner: Planner,
    journal: Box<dyn Journal>,
    travel: Arc<dyn Travel>,
    clock: Arc<Clock>,
) -> std::io::Result<(WriterHandle, WriterThread)> {
    let shared = Arc::new(Shared::new(planner.view(clock.now())));
    let (queue, requests) = sync_channel(QUEUE_MAX);
    let committer = Committer::new(planner, journal, travel, clock, Arc::clone(&shared));
    let writer = Writer { requests, committer, next_tick: Instant::now() + TICK };
    let ends = NotReadyAtTheEnd(Arc::clone(&shared));
    let thread = thread::Builder::new().name("writer".to_owned()).spawn(move || {
        let _ends = ends;
        writer.run();
    })?;
    Ok((WriterHandle { queue: queue.clone(), shared }, WriterThread { queue, thread }))
}

/// However the writer ends, nobody is told that it is ready.
struct NotReadyAtTheEnd(Arc<Shared>);

impl Drop for NotReadyAtTheEnd {
    fn drop(&mut self) {
        self.0.is_ready.store(false, Ordering::Release);
    }
}

/// Takes what waits, a group at a time.
struct Writer {
    requests: Receiver<Message>,
    committer: Committer,
    next_tick: Instant,
}

impl Writer {
    fn run(mut self) {
        let mut goes_on = true;
        while goes_on {
            let mut group = Vec::new();
            goes_on = self.collect(&mut group);
            let ticks = self.next_tick <= Instant::now();
            if ticks {
                self.next_tick = Instant::now() + TICK;
            }
            if ticks || !group.is_empty() {
                self.serve(group, ticks);
            }
        }
    }

    /// Waits for a request or the next tick, then takes whatever else waits. `false` to end.
    fn collect(&self, group: &mut Vec<Waiting>) -> bool {
        let wait = self.next_tick.saturating_duration_since(Instant::now());
        match self.requests.recv_timeout(wait) {
            Ok(Message::Execute(waiting)) => group.push(*waiting),
            Err(RecvTimeoutError::Timeout) => return true,
            Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => return false,
        }
        while group.len() < GROUP_MAX {
            match self.requests.try_recv() {
                Ok(Message::Execute(waiting)) => group.push(*waiting),
                Err(TryRecvError::Empty) => return true,
                Ok(Message::Stop) | Err(TryRecvError::Disconnected) => return false,
            }
        }
        true
    }

    fn serve(&mut self, group: Vec<Waiting>, ticks: bool) {
        let (mut requests, answers): (Vec<_>, Vec<_>) =
            group.into_iter().map(|w| (w.asked, (w.claim, w.answer))).unzip();
        let committer = &mut self.committer;
        // One request on which the planner fails must not end the region's service. What was
        // decided in the group is thrown away, like after a failed append.
        let done = catch_unwind(AssertUnwindSafe(|| committer.commit(&mut requests, ticks)));
        let done = done.unwrap_or_else(|_| {
            committer.distrust();
            Err(CommandError::PlannerFailed)
        });
        let verdicts: Vec<Result<Verdict, CommandError>> = match done {
            Ok(verdicts) => verdicts.into_iter().map(|v| v.map_err(CommandError::from)).collect(),
            Err(error) => vec![Err(error); answers.len()],
        };
        let view = self.committer.view();
        for (verdict, (claim, answer)) in verdicts.into_iter().zip(answers) {
            let told = verdict.map(|Verdict { outcome, replayed, told }| Answer {
                outcome,
                replayed,
                view: Arc::clone(&view),
                told,
            });
            // Who hears the answer may ask again at once.
            drop(claim);
            // Whoever asked may have gone away; it is done all the same.
            drop(answer.send(told));
        }
        self.committer.forget_dead_places();
        self.committer.replace_estimates();
    }
}

#[cfg(test)]
#[path = "writer_tests.rs"]
mod tests;
