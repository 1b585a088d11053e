//! What the background search has done, for everybody to read.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Counts of the background search. Written by it, read by anybody.
#[derive(Debug, Default)]
pub struct ImproverStats {
    iterations: AtomicU64,
    improvements: AtomicU64,
    searching_nanos: AtomicU64,
}

impl ImproverStats {
    /// Adds a stretch of search: so many iterations in so much time.
    pub fn searched(&self, iterations: u64, time: Duration) {
        self.iterations.fetch_add(iterations, Ordering::Relaxed);
        let nanos = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        self.searching_nanos.fetch_add(nanos, Ordering::Relaxed);
    }

    /// Adds a better plan that was taken over.
    pub fn improved(&self) {
        self.improvements.fetch_add(1, Ordering::Relaxed);
    }

    /// Iterations so far.
    pub fn iterations(&self) -> u64 {
        self.iterations.load(Ordering::Relaxed)
    }

    /// Better plans taken over so far.
    pub fn improvements(&self) -> u64 {
        self.improvements.load(Ordering::Relaxed)
    }

    /// Iterations per second of search; 0 before the first.
    #[expect(clippy::cast_precision_loss, reason = "a figure to look at")]
    pub fn iterations_per_second(&self) -> f64 {
        let nanos = self.searching_nanos.load(Ordering::Relaxed);
        if nanos == 0 { 0.0 } else { self.iterations() as f64 * 1e9 / nanos as f64 }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::runtime::stats::ImproverStats;

    #[test]
    fn the_pace_is_that_of_the_time_spent_searching() {
        let stats = ImproverStats::default();
        insta::assert_snapshot!(stats.iterations_per_second(), @"0");
        stats.searched(300, Duration::from_millis(100));
        stats.searched(100, Duration::from_millis(100));
        insta::assert_snapshot!(stats.iterations_per_second(), @"2000");
    }
}
