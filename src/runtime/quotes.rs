//! Computes quotes, and whatever else takes more than a moment, beside the threads that serve.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use rayon::{ThreadPool, ThreadPoolBuilder};
use tokio::sync::{Semaphore, oneshot};

use crate::model::travel_matrix::Travel;
use crate::offers::offer::{Effort, Quote};
use crate::offers::remedy::add_remedies;
use crate::offers::{Checkout, quote};
use crate::planner::view::View;
use crate::runtime::precedence::{self, step_back};
use crate::runtime::writer::WriterHandle;

/// How many computations may wait or run. At some milliseconds each that is less than a second's
/// work; a longer queue would only make everybody late.
const WAITING_MAX: usize = 256;

/// While more computations than this wait or run per thread, nobody is moved to make room. (Taste:
/// so many take some milliseconds, and answers are to be there within twenty.)
const HURRY_FROM: usize = 4;

/// While more than this do, only slots that open soon are looked at.
const RUSH_FROM: usize = 8;

/// Why there is no quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QuoteError {
    /// Too many computations wait already.
    #[error("too many requests are waiting")]
    Busy,
    /// The region is not set up yet.
    #[error("the region is not set up yet")]
    NotReady,
    /// The computation failed.
    #[error("the computation failed")]
    Failed,
}

/// Threads for computations, and a limit on how many wait for them.
#[derive(Debug)]
pub struct Workers {
    pool: ThreadPool,
    places: Arc<Semaphore>,
}

impl Workers {
    /// `threads` threads; 0 for one per processor.
    ///
    /// # Errors
    /// When the machine gives no threads.
    pub fn start(threads: usize) -> Result<Self, rayon::ThreadPoolBuildError> {
        Self::stepping_back(threads, "quotes", precedence::QUOTES)
    }

    /// One thread that steps back as far as searches do: a map may come a moment later.
    ///
    /// # Errors
    /// When the machine gives no thread.
    pub fn start_for_maps() -> Result<Self, rayon::ThreadPoolBuildError> {
        Self::stepping_back(1, "map", precedence::SEARCHES)
    }

    fn stepping_back(
        threads: usize,
        name: &'static str,
        steps: i32,
    ) -> Result<Self, rayon::ThreadPoolBuildError> {
        let name = move |index| format!("{name}-{index}");
        let pool = ThreadPoolBuilder::new().num_threads(threads).thread_name(name);
        let pool = pool.start_handler(move |_| step_back(steps)).build()?;
        Ok(Self { pool, places: Arc::new(Semaphore::new(WAITING_MAX)) })
    }

    /// Has something computed, off the threads that serve.
    ///
    /// # Errors
    /// [`QuoteError::Busy`] when too much waits already; [`QuoteError::Failed`] when it panicked.
    pub async fn run<T: Send + 'static>(
        &self,
        compute: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, QuoteError> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| QuoteError::Busy)?;
        let (answer, receiver) = oneshot::channel();
        self.pool.spawn(move || {
            let _place = place;
            // When whoever asked has gone, nobody needs the answer.
            if answer.is_closed() {
                return;
            }
            let computed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(compute));
            if let Ok(computed) = computed {
                drop(answer.send(computed));
            }
        });
        receiver.await.map_err(|_| QuoteError::Failed)
    }

    /// How much a quote should look at, so that those who wait do not wait for long.
    fn effort(&self) -> Effort {
        match self.waiting() / self.pool.current_num_threads().max(1) {
            ..HURRY_FROM => Effort::Full,
            HURRY_FROM..RUSH_FROM => Effort::Insertions,
            RUSH_FROM.. => Effort::NearSlots,
        }
    }

    /// How many computations wait or run.
    pub fn waiting(&self) -> usize {
        WAITING_MAX - self.places.available_permits()
    }
}

/// Answers checkouts of one region.
#[derive(Debug)]
pub struct Quotes {
    workers: Arc<Workers>,
    made: AtomicU64,
    refused: AtomicU64,
}

/// A quote, and the plan that it was made from.
#[derive(Debug, Clone)]
pub struct Quoted {
    /// What can be had and what not.
    pub quote: Quote,
    /// The plan.
    pub view: Arc<View>,
    /// Whether some leg, of the door or of the plan, is an estimate.
    pub is_estimate: bool,
}

impl Quotes {
    /// Quotes computed by these workers.
    pub fn new(workers: Arc<Workers>) -> Self {
        Self { workers, made: AtomicU64::default(), refused: AtomicU64::default() }
    }

    /// The workers, for other computations.
    pub fn workers(&self) -> &Workers {
        &self.workers
    }

    /// Answers what a customer can have, by the plan as it is when the computation begins, without
    /// what the checkout session itself holds.
    ///
    /// # Errors
    /// See [`QuoteError`].
    pub async fn quote(
        &self,
        writer: &WriterHandle,
        travel: &Arc<dyn Travel>,
        checkout: Checkout,
        session: Option<String>,
    ) -> Result<Quoted, QuoteError> {
        let began = Instant::now();
        let (writer, travel) = (writer.clone(), Arc::clone(travel));
        let workers = Arc::clone(&self.workers);
        let compute =
            move || compute(&writer, &*travel, &checkout, session.as_deref(), workers.effort());
        let computed = self.workers.run(compute).await;
        let quoted = computed?.ok_or(QuoteError::NotReady)?;
        metrics::histogram!("punctual_quote_seconds").record(began.elapsed().as_secs_f64());
        self.made.fetch_add(1, Ordering::Relaxed);
        if quoted.quote.offers.is_empty() {
            self.refused.fetch_add(1, Ordering::Relaxed);
        }
        Ok(quoted)
    }

    /// Quotes given since the start.
    pub fn made(&self) -> u64 {
        self.made.load(Ordering::Relaxed)
    }

    /// Of these, how many offered nothing.
    pub fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }
}

fn compute(
    writer: &WriterHandle,
    travel: &dyn Travel,
    checkout: &Checkout,
    session: Option<&str>,
    effort: Effort,
) -> Option<Quoted> {
    let view = writer.view();
    let live = view.live.as_ref()?;
    let profiles = live.region.profiles();
    let legs = &live.ground.legs.0;
    let row = legs.row(travel, &profiles, checkout.wish.place);
    let is_estimate = legs.has_estimates() || row.as_ref().is_some_and(|row| row.is_estimate);
    let without = session.and_then(|session| view.ground_without_hold(session));
    let ground = without.as_ref().unwrap_or(&live.ground);
    let mut quote = quote(ground, checkout, row.as_ref(), effort);
    if let Some(row) = row.filter(|_| effort == Effort::Full) {
        add_remedies(ground, checkout, &row, &mut quote);
    }
    Some(Quoted { quote, view, is_estimate })
}
