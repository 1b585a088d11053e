//! The region's clock. The only place that reads the machine's.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::model::time::Timestamp;
use crate::model::units::Seconds;

/// How a region's time passes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pace {
    /// With the machine's clock.
    Real,
    /// From an instant on, so many times as fast as real time; 0 stands still.
    Scaled {
        /// The time of a region that has lived through nothing yet.
        origin: Timestamp,
        /// Region seconds per real second.
        speed: f64,
    },
}

/// Tells the time of a region. It never goes backward.
#[derive(Debug)]
pub struct Clock {
    pace: Pace,
    started: Instant,
    /// How many seconds were leapt over.
    leapt: AtomicI64,
    /// The latest answer, below which none may fall: the machine's clock may be set back.
    latest: AtomicI64,
}

impl Clock {
    /// A clock for a region whose last event was at `last`, before which it never goes.
    ///
    /// A scaled clock goes on from `last`, so that a day that was interrupted continues.
    pub fn start(pace: Pace, last: Option<Timestamp>) -> Self {
        let pace = match (pace, last) {
            (Pace::Scaled { speed, .. }, Some(origin)) => Pace::Scaled { origin, speed },
            (pace, _) => pace,
        };
        let latest = AtomicI64::new(last.map_or(i64::MIN, |last| last.0));
        Self { pace, started: Instant::now(), leapt: AtomicI64::new(0), latest }
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        let now = match self.pace {
            Pace::Real => machine_seconds(),
            Pace::Scaled { origin, speed } => {
                let passed = whole(self.started.elapsed().as_secs_f64() * speed);
                origin.0.saturating_add(passed).saturating_add(self.leapt.load(Ordering::Acquire))
            }
        };
        Timestamp(self.latest.fetch_max(now, Ordering::AcqRel).max(now))
    }

    /// Lets time pass at once, so that a test of a clock that stands still need not wait.
    pub fn advance(&self, by: Seconds) {
        self.leap_to(self.now() + by);
    }

    /// Leaps forward to an instant, if it lies ahead. The real time cannot be leapt over.
    pub fn leap_to(&self, at: Timestamp) {
        let ahead = at - self.now();
        if matches!(self.pace, Pace::Scaled { .. }) && ahead.0 > 0 {
            self.leapt.fetch_add(ahead.0, Ordering::AcqRel);
        }
    }

    /// Region seconds per real second.
    pub fn speed(&self) -> f64 {
        match self.pace {
            Pace::Real => 1.0,
            Pace::Scaled { speed, .. } => speed,
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
fn machine_seconds() -> i64 {
    // A machine whose clock is before 1970 is taken to be there.
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

#[expect(clippy::cast_possible_truncation, reason = "a float beyond the range becomes its end")]
fn whole(seconds: f64) -> i64 {
    seconds as i64
}

#[cfg(test)]
mod tests {
    use crate::model::time::Timestamp;
    use crate::model::units::Seconds;
    use crate::runtime::wall_clock::{Clock, Pace};

    const NOON: Timestamp = Timestamp(1_795_000_000);

    #[test]
    fn a_new_region_begins_at_its_origin() {
        let clock = Clock::start(Pace::Scaled { origin: NOON, speed: 0.0 }, None);
        assert_eq!(clock.now(), NOON);
    }

    #[test]
    fn time_that_is_let_pass_stays_passed() {
        let clock = Clock::start(Pace::Scaled { origin: NOON, speed: 0.0 }, None);
        clock.advance(Seconds::minutes(2));
        assert_eq!(clock.now(), NOON + Seconds(120));
    }

    #[test]
    fn an_interrupted_day_continues_where_it_stopped() {
        let pace = Pace::Scaled { origin: NOON, speed: 0.0 };
        for last in [Timestamp(NOON.0 - 5_000), Timestamp(NOON.0 + 5_000)] {
            assert_eq!(Clock::start(pace, Some(last)).now(), last);
        }
    }

    #[test]
    fn real_time_never_falls_behind_the_last_event() {
        let far = Timestamp(Timestamp::FAR.0 - 1);
        assert_eq!(Clock::start(Pace::Real, Some(far)).now(), far);
        let clock = Clock::start(Pace::Real, Some(NOON));
        assert!(NOON <= clock.now());
    }

    #[test]
    fn a_leap_goes_forward_only_and_real_time_has_none() {
        let clock = Clock::start(Pace::Scaled { origin: NOON, speed: 0.0 }, None);
        clock.leap_to(Timestamp(NOON.0 + 3_600));
        assert_eq!(clock.now(), Timestamp(NOON.0 + 3_600));
        clock.leap_to(NOON);
        assert_eq!(clock.now(), Timestamp(NOON.0 + 3_600));
        let real = Clock::start(Pace::Real, None);
        real.leap_to(Timestamp::FAR);
        assert!(real.now() < Timestamp::FAR);
    }

    #[test]
    fn a_fast_clock_passes_more_time_and_never_goes_back() {
        let clock = Clock::start(Pace::Scaled { origin: NOON, speed: 1e9 }, None);
        let mut last = clock.now();
        while last < Timestamp(NOON.0 + 1_000_000) {
            let now = clock.now();
            assert!(last <= now);
            last = now;
        }
    }
}
