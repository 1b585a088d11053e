//! Attempts to do with one trip less or one more.
//!
//! A solution with a wrong number of trips is a deep local optimum: on the way to a better number,
//! costs first rise. So an attempt leaves a solution behind, removes a trip and forbids new ones
//! until everybody has a place again, or splits a trip; lets the search improve that around the
//! clients concerned for a while, and only then compares.

use crate::solver::tours::Tours;

/// How many iterations an attempt has for finding a place for everybody. Measured.
const REPAIR_ITERATIONS: u32 = 300;

/// How many iterations an attempt has for improving afterward. Measured.
const POLISH_ITERATIONS: u32 = 400;

/// Attempts per iteration at first. Measured.
const RATE_MAX: f64 = 0.001;

/// Attempts per iteration when they do not pay.
const RATE_MIN: f64 = 0.000_1;

/// How many attempts may fail in a row before they become rarer.
const FAILURES_MAX: u32 = 12;

/// What the search should do after an iteration of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Nothing yet.
    GoOn,
    /// Compare with the solution left behind.
    Compare,
    /// Go back: there are still clients without a place.
    GiveUp,
}

/// An attempt under way, or the wait for one.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    /// The solution left behind.
    pub(crate) left_behind: Tours,
    /// Attempts per iteration.
    pub(crate) rate: f64,
    /// Those who lost their place or their trip, around whom the attempt searches.
    pub(crate) focus: Vec<u32>,
    is_polishing: bool,
    iterations_left: u32,
    failures: u32,
}

impl Attempt {
    pub(crate) fn new(tours: &Tours) -> Self {
        Self {
            left_behind: tours.clone(),
            rate: RATE_MAX,
            focus: Vec::new(),
            is_polishing: false,
            iterations_left: 0,
            failures: 0,
        }
    }

    /// Whether an attempt is under way.
    pub(crate) fn is_under_way(&self) -> bool {
        self.iterations_left > 0
    }

    /// Leaves a complete solution behind; the caller removes a trip, or splits one.
    pub(crate) fn begin(&mut self, tours: &mut Tours, is_split: bool) {
        self.left_behind.copy_from(tours);
        tours.may_open = is_split;
        self.is_polishing = false;
        self.iterations_left = REPAIR_ITERATIONS;
    }

    /// Counts an iteration of an attempt.
    pub(crate) fn count(&mut self, tours: &mut Tours) -> Verdict {
        self.iterations_left -= 1;
        if tours.absent.is_empty() && !self.is_polishing {
            self.is_polishing = true;
            tours.may_open = true;
            self.iterations_left = POLISH_ITERATIONS;
        }
        match (self.iterations_left, tours.absent.is_empty()) {
            (0, true) => Verdict::Compare,
            (0, false) => Verdict::GiveUp,
            _ => Verdict::GoOn,
        }
    }

    /// Ends an attempt; attempts become rarer while they do not pay.
    pub(crate) fn end(&mut self, tours: &mut Tours, has_paid: bool) {
        tours.may_open = true;
        self.iterations_left = 0;
        if has_paid {
            self.failures = 0;
            self.rate = RATE_MAX;
            return;
        }
        self.failures += 1;
        if self.failures == FAILURES_MAX {
            self.failures = 0;
            self.rate = (self.rate / 2.0).max(RATE_MIN);
        }
    }
}
