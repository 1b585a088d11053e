//! The time of the region, as a client can know it: from what the service says, carried on by the
//! client's own stop watch.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::model::time::Timestamp;

/// Nobody sleeps longer at once, so that a leap of the region's clock is soon noticed.
const NAP_MAX: Duration = Duration::from_millis(250);

/// A clock that follows the region's.
///
/// What the service says is never ahead of its clock, so of all it said the reading that leads to
/// the latest time is the best. The answer therefore never goes backward.
#[derive(Debug)]
pub(crate) struct RegionTime {
    speed: f64,
    best: Mutex<Reading>,
}

#[derive(Debug, Clone, Copy)]
struct Reading {
    said: f64,
    heard: Instant,
}

impl RegionTime {
    /// A clock that runs `speed` times as fast as real time from `now` on.
    pub(crate) fn start(now: Timestamp, speed: f64) -> Self {
        let best = Reading { said: seconds(now), heard: Instant::now() };
        Self { speed, best: Mutex::new(best) }
    }

    /// Takes over what the service said just now.
    pub(crate) fn hear(&self, now: Timestamp) {
        let heard = Instant::now();
        let mut best = self.best.lock().unwrap_or_else(PoisonError::into_inner);
        if self.at(*best, heard) < seconds(now) {
            *best = Reading { said: seconds(now), heard };
        }
    }

    /// The time, in seconds since 1970 with fractions.
    pub(crate) fn precisely(&self) -> f64 {
        let best = *self.best.lock().unwrap_or_else(PoisonError::into_inner);
        self.at(best, Instant::now())
    }

    /// The time.
    #[expect(clippy::cast_possible_truncation, reason = "seconds since 1970 fit")]
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp(self.precisely() as i64)
    }

    /// Waits until `at`, in seconds since 1970.
    pub(crate) async fn sleep_until(&self, at: f64) {
        loop {
            let left = at - self.precisely();
            if left <= 0.0 {
                return;
            }
            tokio::time::sleep(self.real(left).min(NAP_MAX)).await;
        }
    }

    /// Waits so many region seconds.
    pub(crate) async fn sleep(&self, region_seconds: f64) {
        self.sleep_until(self.precisely() + region_seconds).await;
    }

    /// How long so many region seconds really take: at least a millisecond, at most an hour.
    pub(crate) fn real(&self, region_seconds: f64) -> Duration {
        let real = region_seconds / self.speed.max(1e-6);
        Duration::from_secs_f64(real.clamp(1e-3, 3600.0))
    }

    fn at(&self, reading: Reading, when: Instant) -> f64 {
        reading.said + when.saturating_duration_since(reading.heard).as_secs_f64() * self.speed
    }
}

#[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are exact in an f64")]
pub(crate) fn seconds(at: Timestamp) -> f64 {
    at.0 as f64
}

#[cfg(test)]
mod tests {
    use crate::cli::demo::region_time::RegionTime;
    use crate::model::time::Timestamp;

    #[tokio::test]
    async fn time_follows_the_service_forward_but_never_back() {
        let time = RegionTime::start(Timestamp(1_000), 0.0);
        assert_eq!(time.now(), Timestamp(1_000));
        time.hear(Timestamp(1_500));
        assert_eq!(time.now(), Timestamp(1_500));
        time.hear(Timestamp(1_400));
        assert_eq!(time.now(), Timestamp(1_500));
    }
}
