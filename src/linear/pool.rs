//! Prices for a large pool of columns: the relaxation of a choice, without all of its columns.

use crate::linear::master::Relaxed;
use crate::linear::master::Rows;
use crate::linear::master::relax;
use crate::solver::cover::Choice;
use crate::solver::cover::Column;

/// How many of the cheapest columns by client every row has at the beginning. Taste.
const COLUMNS_PER_ROW: u32 = 5;

/// How many columns may come in per round, per row and at least. Measured: rounds and their sizes
/// balance.
const ENTRIES_PER_ROW: usize = 1;
const ENTRIES_MIN: usize = 300;

/// More rounds than this are not tried; pools of 20,000 columns took up to 19.
const ROUNDS_MAX: u32 = 60;

/// A reduced cost this small, as a part of a usual column's cost, is none.
const TOLERANCE: f64 = 1e-7;

/// The columns of a pool, judged by the prices of its relaxation.
#[derive(Debug, Clone)]
pub(crate) struct Priced {
    /// No choice from the pool costs less, rounding of the last digits aside.
    pub(crate) bound: f64,
    /// Every choice that takes a column costs at least this more than `bound`.
    pub(crate) reduced_costs: Vec<f64>,
}

/// Solves the relaxation over all columns by solving it over some, pricing the others, and adding
/// those that would help, until none would.
///
/// Whatever the solver answers, and also when there was no time for more rounds, the bound holds: it
/// is Lagrange's, for the prices that were got. Gives nothing when there was no time for one round.
pub(crate) fn price(
    choice: &Choice<'_>,
    rows: Rows<'_>,
    seconds_left: &dyn Fn() -> Option<f64>,
) -> Option<Priced> {
    let columns = choice.columns;
    let is_kept = kept(choice);
    let mut is_member = cheapest(choice);
    let mut lowest = f64::INFINITY;
    let mut last = None;
    for _ in 0..ROUNDS_MAX {
        let seconds = seconds_left();
        if seconds.is_some_and(|seconds| seconds <= 0.0) {
            return last;
        }
        let members: Vec<usize> = (0..columns.len()).filter(|&index| is_member[index]).collect();
        let chosen: Vec<&Column> = members.iter().map(|&index| &columns[index]).collect();
        let Some(relaxed) = relax(rows, &chosen, seconds) else { return last };
        let priced = judge(choice, &relaxed);
        let value = dual_value(choice, &relaxed);
        let costs = &priced.reduced_costs;
        let helps = |index: &usize| !is_member[*index] && costs[*index] < -TOLERANCE * rows.scale;
        let mut entries: Vec<usize> = (0..columns.len()).filter(helps).collect();
        if entries.is_empty() {
            return Some(priced);
        }
        // Whoever is far from being taken goes, but only while the value falls: no circles.
        let is_large = members.len() > 2 * rows.prizes.len();
        if is_large && value < lowest - TOLERANCE * rows.scale {
            lowest = value;
            for &index in members.iter().filter(|&&index| !is_kept[index]) {
                is_member[index] = costs[index] < rows.scale / 20.0;
            }
        }
        let room = ENTRIES_MIN.max(ENTRIES_PER_ROW * rows.prizes.len());
        entries.sort_by(|&a, &b| costs[a].total_cmp(&costs[b]));
        for index in entries.into_iter().take(room) {
            is_member[index] = true;
        }
        last = Some(priced);
    }
    last
}

/// The columns of the incumbent.
fn kept(choice: &Choice<'_>) -> Vec<bool> {
    let mut is_kept = vec![false; choice.columns.len()];
    for &index in choice.incumbent {
        is_kept[index as usize] = true;
    }
    is_kept
}

/// The incumbent, and for each row some columns that are cheap for how many clients they have.
fn cheapest(choice: &Choice<'_>) -> Vec<bool> {
    let columns = choice.columns;
    let cost = |index: usize| columns[index].cost as f64 / columns[index].clients.len() as f64;
    let mut order: Vec<usize> = (0..columns.len()).collect();
    order.sort_by(|&a, &b| cost(a).total_cmp(&cost(b)));
    let mut is_member = kept(choice);
    let mut counts = vec![0; choice.prizes.len()];
    for index in order {
        let clients = &columns[index].clients;
        if clients.iter().any(|&client| counts[client as usize] < COLUMNS_PER_ROW) {
            is_member[index] = true;
            for &client in clients {
                counts[client as usize] += 1;
            }
        }
    }
    is_member
}

/// What the prices say the choice costs, if no column has a reduced cost below zero.
fn dual_value(choice: &Choice<'_>, relaxed: &Relaxed) -> f64 {
    let vehicles = choice.vehicles.iter().map(|&vehicles| f64::from(vehicles));
    let vehicles: f64 = relaxed.groups.iter().zip(vehicles).map(|(price, many)| price * many).sum();
    relaxed.rows.iter().sum::<f64>() - vehicles
}

/// Reduced costs and Lagrange's bound, in which each column is taken at most once.
fn judge(choice: &Choice<'_>, relaxed: &Relaxed) -> Priced {
    let reduced_costs: Vec<f64> =
        choice.columns.iter().map(|column| relaxed.reduced_cost(column)).collect();
    let gained: f64 = reduced_costs.iter().map(|cost| cost.min(0.0)).sum();
    Priced { bound: dual_value(choice, relaxed) + gained, reduced_costs }
}
