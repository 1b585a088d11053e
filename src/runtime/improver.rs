//! Searches for better plans behind the traffic, and hands them to the writer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use crate::planner::command::Command;
use crate::planner::event::Sequence;
use crate::planner::improve::{ImproveSettings, propose};
use crate::runtime::precedence::{self, step_back};
use crate::runtime::quotes::Workers;
use crate::runtime::stats::ImproverStats;
use crate::runtime::writer::WriterHandle;
use crate::solver::search::Budget;

/// One round of search takes this long; then the plan is looked at anew. (Taste: long enough to find
/// something, short enough that few bookings come in between.)
const ROUND: Duration = Duration::from_millis(250);

/// Between rounds the processor is left to the checkout.
const PAUSE: Duration = Duration::from_millis(100);

/// While so many computations wait or run, it is left to them for longer.
const BUSY_FROM: usize = 4;

/// For so long at most: a plan that is never improved has less and less to sell.
const PAUSE_MAX: Duration = Duration::from_secs(2);

/// After this many rounds without success on one and the same plan the search rests.
const FRUITLESS_MAX: u32 = 4;

/// How long it rests, unless something happens; and how often it looks.
const REST: Duration = Duration::from_millis(50);

/// The running search.
#[derive(Debug)]
pub struct ImproverThread {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl ImproverThread {
    /// Stops the search, and returns when it has ended. Blocks for a round at most.
    pub fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        // It has nothing to tell: whatever it found is with the writer or lost.
        self.thread.join().unwrap_or_default();
    }
}

/// Starts the search with one thread of its own.
///
/// # Errors
/// When the machine gives no thread.
pub fn start(
    writer: WriterHandle,
    workers: Arc<Workers>,
    seed: u64,
    stats: Arc<ImproverStats>,
) -> std::io::Result<ImproverThread> {
    let stop = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&stop);
    let thread = Builder::new().name("improver".to_owned()).spawn(move || {
        step_back(precedence::SEARCHES);
        search(&writer, &workers, seed, &stats, &told);
    })?;
    Ok(ImproverThread { stop, thread })
}

fn search(
    writer: &WriterHandle,
    workers: &Workers,
    seed: u64,
    stats: &ImproverStats,
    stop: &AtomicBool,
) {
    let mut fruitless: (Option<Sequence>, u32) = (None, 0);
    let mut round = seed;
    while !stop.load(Ordering::Relaxed) {
        let view = writer.view();
        if fruitless == (Some(view.sequence), FRUITLESS_MAX) {
            std::thread::sleep(REST);
            continue;
        }
        if fruitless.0 != Some(view.sequence) {
            fruitless = (Some(view.sequence), 0);
        }
        fruitless.1 += 1;
        round = round.wrapping_add(1);
        let begun = Instant::now();
        let used = || begun.elapsed().as_secs_f64() / ROUND.as_secs_f64();
        let settings = ImproveSettings { seed: round, threads: 1, budget: Budget::Elapsed(&used) };
        let stopped = |_| stop.load(Ordering::Relaxed);
        let Some(proposal) = propose(&view, &settings, &stopped) else {
            std::thread::sleep(REST);
            continue;
        };
        stats.searched(proposal.iterations, begun.elapsed());
        if !proposal.changes.is_empty() {
            let (base, changes) = (proposal.base, proposal.changes);
            // What came too late is refused, and the next round sees why.
            if writer.execute_blocking(Command::Adopt { base, changes }).is_ok() {
                stats.improved();
            }
        }
        let rests = Instant::now();
        std::thread::sleep(PAUSE);
        while workers.waiting() >= BUSY_FROM && rests.elapsed() < PAUSE_MAX {
            std::thread::sleep(REST);
        }
    }
}
