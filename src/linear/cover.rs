//! Chooses among routes by set covering.

use good_lp::Solution;
use good_lp::SolverModel;
use good_lp::Variable;
use good_lp::WithInitialSolution;
use good_lp::WithTimeLimit;
#[cfg(feature = "highs")]
use good_lp::highs as branch_and_bound;
#[cfg(not(feature = "highs"))]
use good_lp::microlp as branch_and_bound;

use crate::linear::master::Rows;
use crate::linear::master::Terms;
use crate::linear::pool;
use crate::linear::pool::Priced;
use crate::solver::cover::Choice;
use crate::solver::cover::Column;
use crate::solver::cover::Cover;

/// How many of the first columns are looked at, one attempt after the other. Measured: the first
/// thousand of pools of 20,000 hold most of what can be gained, and are done with in 0.2 s.
const POOLS: [usize; 3] = [1_000, 4_000, 16_000];

/// How many of these go to branch and bound. Measured: with 250 it takes 0.1 to 1.4 s, with 1,000
/// often more than ten.
const SIZES: [usize; 2] = [250, 1_000];

/// The same without a clock that would end an attempt.
const POOLS_UNTIMED: [usize; 2] = [1_000, 4_000];
const SIZES_UNTIMED: [usize; 1] = [150];

/// Which part of the time left finding prices, or one attempt, may use. It is well below one as
/// branch and bound looks at the clock only now and then.
const PART_OF_TIME: f64 = 0.5;

/// Attempts are not begun with fewer seconds.
const SECONDS_MIN: f64 = 0.05;

/// Set covering over columns that can still be in a better choice.
///
/// The relaxation gives each column a reduced cost. One that is more than what lies between the
/// relaxation and the incumbent is in no better choice, so its column is left out; nothing is lost.
/// The most promising of the others go to branch and bound: first few, then more while there is
/// time.
///
/// # Source
/// Rochat, Taillard (1995), Probabilistic diversification and intensification in local search for
/// vehicle routing, doi:10.1007/BF02430370 (choosing among routes that were seen); Kelly, Xu (1999),
/// A set-partitioning-based heuristic for the vehicle routing problem, doi:10.1287/ijoc.11.2.161.
#[derive(Debug, Clone, Copy, Default)]
pub struct SetCover;

impl Cover for SetCover {
    fn choose(
        &self,
        choice: &Choice<'_>,
        seconds_left: Option<&(dyn Fn() -> f64 + Sync)>,
    ) -> Option<Vec<u32>> {
        let (pools, sizes) = match seconds_left {
            Some(_) => (&POOLS[..], &SIZES[..]),
            None => (&POOLS_UNTIMED[..], &SIZES_UNTIMED[..]),
        };
        let seconds = || seconds_left.map(|seconds_left| seconds_left());
        let known =
            Known { columns: choice.incumbent.to_vec(), cost: choice.cost(choice.incumbent) };
        let mut best = known.clone();
        for (index, &pool) in pools.iter().enumerate() {
            let is_new = index == 0 || pools[index - 1] < choice.columns.len();
            if is_new && seconds().is_none_or(|seconds| SECONDS_MIN < seconds) {
                best = from_first(choice, pool, sizes, &best, &seconds);
            }
        }
        (best.cost != known.cost).then_some(best.columns)
    }
}

/// A choice that is known.
#[derive(Debug, Clone)]
struct Known {
    columns: Vec<u32>,
    /// Nothing when it is not complete.
    cost: Option<i64>,
}

/// The best that is found among the first columns of a pool and those that are known.
fn from_first(
    choice: &Choice<'_>,
    pool: usize,
    sizes: &[usize],
    known: &Known,
    seconds: &dyn Fn() -> Option<f64>,
) -> Known {
    let first = 0_u32..;
    let first = first.take(pool.min(choice.columns.len()));
    let others = known.columns.iter().copied().filter(|&index| pool <= index as usize);
    let original: Vec<u32> = first.chain(others).collect();
    let place = |index: &u32| original.iter().position(|other| other == index);
    let number = |place: usize| u32::try_from(place).expect("columns were numbered in 32 bits");
    let incumbent: Vec<u32> = known.columns.iter().filter_map(place).map(number).collect();
    let columns: Vec<Column> =
        original.iter().map(|&index| choice.columns[index as usize].clone()).collect();
    let part = Choice { columns: &columns, incumbent: &incumbent, ..*choice };
    let best =
        attempts(&part, Known { columns: incumbent.clone(), cost: known.cost }, sizes, seconds);
    let columns = best.columns.iter().map(|&index| original[index as usize]).collect();
    Known { columns, ..best }
}

fn rows<'a>(choice: &Choice<'a>) -> Rows<'a> {
    let costs = choice.columns.iter().map(|column| column.cost);
    let dearest = costs.clone().max().unwrap_or(0).max(1);
    let mean = costs.sum::<i64>() as f64 / choice.columns.len() as f64;
    Rows {
        prizes: choice.prizes,
        missing: dearest.saturating_mul(4),
        vehicles: choice.vehicles,
        scale: mean.max(1.0),
    }
}

/// Tries with more and more columns of a pool, and gives the best of what is found and `known`.
fn attempts(
    choice: &Choice<'_>,
    known: Known,
    sizes: &[usize],
    seconds: &dyn Fn() -> Option<f64>,
) -> Known {
    let mut best = known;
    if choice.columns.is_empty() {
        return best;
    }
    let rows = rows(choice);
    let reserve = seconds().map_or(0.0, |seconds| seconds * PART_OF_TIME);
    let for_prices = || seconds().map(|seconds| seconds - reserve);
    let Some(priced) = pool::price(choice, rows, &for_prices) else { return best };
    for &size in sizes {
        let seconds = seconds().map(|seconds| seconds * PART_OF_TIME);
        if seconds.is_some_and(|seconds| seconds < SECONDS_MIN) {
            break;
        }
        let promising = promising(choice, &priced, best.cost);
        let (first, _) = promising.split_at(size.min(promising.len()));
        let others = best.columns.iter().filter(|index| !first.contains(index));
        let columns: Vec<u32> = first.iter().chain(others).copied().collect();
        let Some(found) = solve(choice, rows, &columns, &best, seconds) else { break };
        let cost = choice.cost(&found.columns);
        if cost.is_some() && (best.cost.is_none() || cost < best.cost) {
            best = Known { columns: found.columns, cost };
        }
        if promising.len() <= size || !found.is_optimal {
            break;
        }
    }
    best
}

/// Columns that can be in a choice that costs less than `cost`, the most promising first.
fn promising(choice: &Choice<'_>, priced: &Priced, cost: Option<i64>) -> Vec<u32> {
    let room = cost.map_or(f64::INFINITY, |cost| cost as f64 - 0.5 - priced.bound);
    let reduced_cost = |index: u32| priced.reduced_costs[index as usize];
    let mut promising: Vec<u32> = (0_u32..).zip(choice.columns).map(|(index, _)| index).collect();
    promising.retain(|&index| reduced_cost(index) <= room);
    promising.sort_by(|&a, &b| reduced_cost(a).total_cmp(&reduced_cost(b)));
    promising
}

/// What branch and bound answers.
struct Found {
    columns: Vec<u32>,
    is_optimal: bool,
}

/// The best choice among `columns`, or the best that is found in time.
fn solve(
    choice: &Choice<'_>,
    rows: Rows<'_>,
    columns: &[u32],
    known: &Known,
    seconds: Option<f64>,
) -> Option<Found> {
    let members: Vec<&Column> =
        columns.iter().map(|&index| &choice.columns[index as usize]).collect();
    let terms = Terms::whole(rows, &members);
    let (take, leave) = (terms.take.clone(), terms.leave.clone());
    let (mut model, _, _) = terms.using(branch_and_bound);
    if known.cost.is_some() {
        let start = start(choice, columns, &known.columns, &take, &leave);
        model = model.with_initial_solution(start);
    }
    if let Some(seconds) = seconds {
        model = model.with_time_limit(seconds.max(SECONDS_MIN));
    }
    let solution = model.solve().ok()?;
    let is_taken = |take: &Variable| solution.value(*take) > 0.5;
    let taken = columns.iter().zip(&take).filter(|(_, take)| is_taken(take));
    Some(Found {
        columns: taken.map(|(&index, _)| index).collect(),
        is_optimal: matches!(solution.status(), good_lp::solvers::SolutionStatus::Optimal),
    })
}

/// The values of a known choice.
fn start(
    choice: &Choice<'_>,
    columns: &[u32],
    known: &[u32],
    take: &[Variable],
    leave: &[Variable],
) -> Vec<(Variable, f64)> {
    let mut left = vec![1.0; leave.len()];
    for client in known.iter().flat_map(|&index| &choice.columns[index as usize].clients) {
        left[*client as usize] = 0.0;
    }
    let taken = columns.iter().map(|index| if known.contains(index) { 1.0 } else { 0.0 });
    take.iter().copied().zip(taken).chain(leave.iter().copied().zip(left)).collect()
}

#[cfg(test)]
#[path = "cover_tests.rs"]
mod tests;
