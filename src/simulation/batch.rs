//! Many days at once.

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::model::travel_matrix::Travel;
use crate::simulation::day::{DayError, play};
use crate::simulation::report::DayResult;
use crate::simulation::scenario::{Base, Scenario};

/// What became of a batch.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BatchResult {
    /// The days that were played, in the scenario's order, whatever order they ended in.
    pub days: Vec<DayResult>,
    /// The days that could not be played, and why.
    pub failed: Vec<String>,
    /// How many were not begun because the batch was stopped.
    pub skipped: usize,
}

/// Plays all days of a scenario on the present rayon pool.
///
/// Days that begun when `stop` is set are played to their end. `played` is told after each, on
/// whatever thread played it. The result does not depend on the number of threads.
pub fn play_all(
    base: &Base,
    scenario: &Scenario,
    travel: &dyn Travel,
    stop: &AtomicBool,
    played: &(dyn Fn() + Sync),
) -> BatchResult {
    let days = scenario.days();
    let outcomes: Vec<Option<Result<DayResult, DayError>>> = days
        .par_iter()
        .map(|settings| {
            if stop.load(Ordering::Relaxed) {
                return None;
            }
            let outcome = play(base, settings, travel);
            played();
            Some(outcome)
        })
        .collect();
    let mut result = BatchResult::default();
    for outcome in outcomes {
        match outcome {
            Some(Ok(day)) => result.days.push(day),
            Some(Err(error)) => result.failed.push(error.to_string()),
            None => result.skipped += 1,
        }
    }
    result
}
