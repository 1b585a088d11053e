//! Scenarios as jobs: a bounded queue, days in parallel on threads of their own, progress, and a stop
//! that keeps what is done.
//!
//! Batches have their own pool, one thread smaller than the machine, so that quotes do not wait for
//! them.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use uuid::Uuid;

use crate::model::travel_matrix::Travel;
use crate::runtime::precedence::{self, step_back};
use crate::simulation::batch::{BatchResult, play_all};
use crate::simulation::report::{PointReport, summarize};
use crate::simulation::scenario::{Base, Scenario};

/// So many scenarios may wait.
const WAITING_MAX: usize = 8;
/// So many are kept once they are over; the oldest are forgotten.
const KEPT_MAX: usize = 64;

/// What is to be simulated.
#[derive(Clone)]
pub struct Job {
    /// The day to start from.
    pub base: Base,
    /// What differs.
    pub scenario: Scenario,
    /// Knows the ways.
    pub travel: Arc<dyn Travel>,
}

/// How far a scenario is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BatchState {
    /// Others come first.
    Queued,
    /// Days are being played.
    Running,
    /// All days were played.
    Done,
    /// It was stopped; what was done is kept.
    Cancelled,
    /// No day could be played to its end.
    Failed,
}

/// A scenario as it is.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchStatus {
    /// Its name.
    pub id: Uuid,
    /// How far it is.
    pub state: BatchState,
    /// Days that were played.
    pub done: usize,
    /// Days in all.
    pub total: usize,
    /// How long the rest will take, at the pace so far; known while days are played.
    pub seconds_left: Option<u64>,
    /// The results of what is over.
    pub points: Vec<PointReport>,
    /// Why days could not be played.
    pub failures: Vec<String>,
}

/// Too many scenarios wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{WAITING_MAX} scenarios wait already")]
pub struct QueueFull;

/// All scenarios of this process. Dropping it stops them.
#[derive(Debug)]
pub struct Batches {
    shared: Arc<Shared>,
    worker: Option<JoinHandle<()>>,
}

struct Shared {
    board: Mutex<Board>,
    changed: Condvar,
}

#[derive(Default)]
struct Board {
    /// By number, the oldest first.
    entries: BTreeMap<u64, Entry>,
    waiting: VecDeque<u64>,
    next: u64,
    is_closed: bool,
}

struct Entry {
    id: Uuid,
    job: Arc<Job>,
    stop: Arc<AtomicBool>,
    done: Arc<AtomicUsize>,
    total: usize,
    state: BatchState,
    begun: Option<Instant>,
    points: Vec<PointReport>,
    failures: Vec<String>,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Batches").finish_non_exhaustive()
    }
}

impl Batches {
    /// Starts the thread that takes scenarios one after the other.
    ///
    /// # Panics
    /// When the system has no threads left.
    pub fn start() -> Self {
        let shared = Arc::new(Shared { board: Mutex::default(), changed: Condvar::new() });
        let for_worker = Arc::clone(&shared);
        let worker = thread::Builder::new().name("batches".to_owned());
        let worker = worker.spawn(move || work(&for_worker)).expect("the system has threads");
        Self { shared, worker: Some(worker) }
    }

    /// Puts a scenario in the queue.
    ///
    /// # Errors
    /// [`QueueFull`] when too many wait.
    pub fn submit(&self, job: Job) -> Result<BatchStatus, QueueFull> {
        let mut board = self.shared.board();
        if board.waiting.len() >= WAITING_MAX {
            return Err(QueueFull);
        }
        let number = board.next;
        board.next += 1;
        let entry = Entry {
            id: Uuid::now_v7(),
            stop: Arc::default(),
            done: Arc::default(),
            total: job.scenario.days().len(),
            job: Arc::new(job),
            state: BatchState::Queued,
            begun: None,
            points: Vec::new(),
            failures: Vec::new(),
        };
        let status = entry.status();
        board.entries.insert(number, entry);
        board.waiting.push_back(number);
        board.forget_old();
        self.shared.changed.notify_all();
        Ok(status)
    }

    /// How far a scenario is; `None` when there is none of this name, or not any more.
    pub fn status(&self, id: Uuid) -> Option<BatchStatus> {
        let board = self.shared.board();
        board.entries.values().find(|entry| entry.id == id).map(Entry::status)
    }

    /// Stops a scenario. Days under way are played to their end, and what is done is kept.
    pub fn cancel(&self, id: Uuid) -> Option<BatchStatus> {
        let mut board = self.shared.board();
        let number = board.entries.iter().find(|(_, entry)| entry.id == id).map(|(&n, _)| n)?;
        board.waiting.retain(|&waiting| waiting != number);
        let entry = board.entries.get_mut(&number)?;
        entry.stop.store(true, Ordering::Relaxed);
        if entry.state == BatchState::Queued {
            entry.state = BatchState::Cancelled;
        }
        Some(entry.status())
    }
}

impl Drop for Batches {
    fn drop(&mut self) {
        {
            let mut board = self.shared.board();
            board.is_closed = true;
            for entry in board.entries.values() {
                entry.stop.store(true, Ordering::Relaxed);
            }
        }
        self.shared.changed.notify_all();
        if let Some(worker) = self.worker.take() {
            // A panic there was told already; here is nobody to tell.
            drop(worker.join());
        }
    }
}

impl Shared {
    /// What is on the board stays whole even if somebody panicked while looking at it: each change is
    /// a single assignment.
    fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Board {
    fn forget_old(&mut self) {
        let over = |entry: &Entry| !matches!(entry.state, BatchState::Queued | BatchState::Running);
        let mut old = self.entries.values().filter(|entry| over(entry)).count();
        self.entries.retain(|_, entry| {
            let is_kept = old <= KEPT_MAX || !over(entry);
            old -= usize::from(!is_kept);
            is_kept
        });
    }
}

impl Entry {
    fn status(&self) -> BatchStatus {
        let done = self.done.load(Ordering::Relaxed).min(self.total);
        let begun = self.begun.filter(|_| self.state == BatchState::Running && done > 0);
        let left = u64::try_from(self.total - done).unwrap_or_default();
        let seconds_left =
            begun.map(|begun| begun.elapsed().as_secs() * left / u64::try_from(done).unwrap_or(1));
        BatchStatus {
            id: self.id,
            state: self.state,
            done,
            total: self.total,
            seconds_left,
            points: self.points.clone(),
            failures: self.failures.clone(),
        }
    }
}

fn work(shared: &Shared) {
    let threads = thread::available_parallelism().map_or(1, |cores| (cores.get() - 1).max(1));
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
    let pool = pool.start_handler(|_| step_back(precedence::SEARCHES));
    let pool = match pool.thread_name(|n| format!("batch-{n}")).build() {
        Ok(pool) => pool,
        Err(error) => {
            tracing::error!(%error, "scenarios cannot be played");
            return;
        }
    };
    while let Some((number, job, stop, done)) = next(shared) {
        let played = || {
            done.fetch_add(1, Ordering::Relaxed);
        };
        let play = || play_all(&job.base, &job.scenario, &*job.travel, &stop, &played);
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| pool.install(play)));
        let result = caught.unwrap_or_else(|_| BatchResult {
            failed: vec!["the simulation failed; see the log".to_owned()],
            ..BatchResult::default()
        });
        tracing::info!(days = result.days.len(), failed = result.failed.len(), "scenario is over");
        let mut board = shared.board();
        if let Some(entry) = board.entries.get_mut(&number) {
            entry.state = match (result.days.is_empty(), result.failed.is_empty()) {
                (true, false) => BatchState::Failed,
                _ if result.skipped > 0 => BatchState::Cancelled,
                _ => BatchState::Done,
            };
            entry.points = summarize(&result.days);
            entry.failures = result.failed;
        }
    }
}

type Taken = (u64, Arc<Job>, Arc<AtomicBool>, Arc<AtomicUsize>);

/// Waits for the next scenario; `None` when there will be none.
fn next(shared: &Shared) -> Option<Taken> {
    let mut board = shared.board();
    loop {
        if board.is_closed {
            return None;
        }
        if let Some(number) = board.waiting.pop_front()
            && let Some(entry) = board.entries.get_mut(&number)
        {
            entry.state = BatchState::Running;
            entry.begun = Some(Instant::now());
            let taken = (Arc::clone(&entry.job), Arc::clone(&entry.stop), Arc::clone(&entry.done));
            return Some((number, taken.0, taken.1, taken.2));
        }
        board = shared.changed.wait(board).unwrap_or_else(PoisonError::into_inner);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::simulation::invented::{RightAngles, base};
    use crate::simulation::scenario::DaySettings;

    use super::*;

    fn job(seeds: u64, orders: u32) -> Job {
        let scenario = Scenario {
            couriers: vec![Some(2), Some(3)],
            seeds: (0..seeds).collect(),
            shared: DaySettings::plain(0),
        };
        Job { base: base(1, 3, 1, orders), scenario, travel: Arc::new(RightAngles) }
    }

    /// Waits until the scenario is over, for some minutes at most.
    fn finished(batches: &Batches, id: Uuid) -> BatchStatus {
        for _ in 0..60_000 {
            let status = batches.status(id).expect("it is kept");
            if !matches!(status.state, BatchState::Queued | BatchState::Running) {
                return status;
            }
            thread::sleep(Duration::from_millis(5));
        }
        panic!("the scenario does not end");
    }

    #[test]
    fn a_scenario_is_played_to_its_end() {
        let batches = Batches::start();
        let accepted = batches.submit(job(2, 10)).unwrap();
        assert_eq!((accepted.state, accepted.total), (BatchState::Queued, 4));
        let status = finished(&batches, accepted.id);
        assert_eq!((status.state, status.done), (BatchState::Done, 4));
        let points: Vec<_> = status.points.iter().map(|p| (p.couriers, p.days)).collect();
        assert_eq!(points, [(2, 2), (3, 2)]);
    }

    #[test]
    fn a_cancelled_scenario_keeps_what_is_done() {
        let batches = Batches::start();
        let first = batches.submit(job(200, 10)).unwrap();
        let second = batches.submit(job(1, 10)).unwrap();
        let gone = batches.cancel(second.id).unwrap();
        assert_eq!((gone.state, gone.done), (BatchState::Cancelled, 0));
        while batches.status(first.id).unwrap().done == 0 {
            thread::sleep(Duration::from_millis(1));
        }
        batches.cancel(first.id);
        let status = finished(&batches, first.id);
        assert_eq!(status.state, BatchState::Cancelled);
        assert!(status.done > 0 && status.done < 400, "{status:?}");
        assert_eq!(status.points.iter().map(|point| point.days).sum::<usize>(), status.done);
    }

    #[test]
    fn a_full_queue_is_told_and_unknown_names_are_not_found() {
        let batches = Batches::start();
        let refused = (0..=WAITING_MAX + 1).find_map(|_| batches.submit(job(50, 10)).err());
        assert_eq!(refused, Some(QueueFull));
        assert_eq!(batches.status(Uuid::nil()), None);
        assert_eq!(batches.cancel(Uuid::nil()), None);
    }
}
