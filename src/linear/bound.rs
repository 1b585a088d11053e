//! What no solution can cost less than.

use crate::linear::labels::Bargain;
use crate::linear::labels::Dominance;
use crate::linear::labels::PARTS;
use crate::linear::labels::cheapest;
use crate::linear::master::Relaxed;
use crate::linear::master::Rows;
use crate::linear::master::relax;
use crate::linear::relaxation::Relaxation;
use crate::solver::cover::Column;
use crate::solver::matrices::Matrices;
use crate::solver::problem::Problem;
use crate::solver::search::RoutePlan;

/// How much prices keep of those before. Less makes them jump, more makes them crawl. Measured.
const SMOOTHING: f64 = 0.6;

/// How many trips a network may add per round.
const ENTRIES_MAX: usize = 150;

/// With fewer new trips than this, pricing gets rough again.
const ENTRIES_FEW: usize = 50;

/// More columns than this per row are thinned out.
const COLUMNS_PER_ROW: usize = 12;

/// The search for a bound ends when it is, as a part of the cost, this close to the best possible.
const PRECISION: f64 = 1e-5;

/// A cost that no solution of the problem is below, or `None` when none was proven.
///
/// It is the value of the best choice of single trips, trips taken in part, that covers every client
/// or pays its prize, found by column generation. Left out are: that trips of one vehicle follow each
/// other, the longest duration and distance, breaks, gaps in windows, lateness and overtime, and all
/// other costs that are not of legs, vehicles and prizes. A trip may visit a client twice if many
/// others are between.
///
/// `known` are routes to begin with; they need not be complete. `is_over` is asked now and then and
/// ends the search by answering true; what was proven until then is given. A bound is proven for
/// certain prices by integer arithmetic, however badly the prices were found.
///
/// # Panics
/// When an index in `problem` is out of range, or `matrices` is not for its locations and profiles.
///
/// # Source
/// Desrochers, Desrosiers, Solomon (1992), A new optimization algorithm for the vehicle routing
/// problem with time windows, doi:10.1287/opre.40.2.342; the bound at any time is that of Farley
/// (1990), doi:10.1287/opre.38.5.922, with one multiplier per group of vehicles.
pub fn lower_bound(
    problem: &Problem,
    matrices: &Matrices,
    known: &[RoutePlan],
    is_over: &(dyn Fn() -> bool + Sync),
) -> Option<i64> {
    let relaxation = Relaxation::new(problem, matrices)?;
    if relaxation.prizes.is_empty() {
        return Some(0);
    }
    let mut generation = Generation::new(&relaxation, known);
    while !is_over() && generation.round(is_over).is_some() {}
    // No cost is below nothing: that alone says nothing.
    let bound = generation.best.filter(|&bound| 0 <= bound)?;
    Some(bound.div_euclid(PARTS) + i64::from(bound.rem_euclid(PARTS) > 0))
}

/// Prices are cut off here; costs of single legs are below.
const PRICE_MAX: i64 = 1 << 48;

/// Prices in parts.
struct Prices {
    rows: Vec<i64>,
    groups: Vec<i64>,
}

/// A column generation under way.
struct Generation<'a> {
    relaxation: &'a Relaxation,
    columns: Vec<Column>,
    /// What covering each row is said to be worth, and a trip of each group to cost; smoothed.
    prices: Option<(Vec<f64>, Vec<f64>)>,
    /// Whether the next prices are those of the master alone.
    is_plain: bool,
    dominance: Dominance,
    /// The best bound, in parts.
    best: Option<i64>,
}

impl<'a> Generation<'a> {
    fn new(relaxation: &'a Relaxation, known: &[RoutePlan]) -> Self {
        let mut columns = Vec::new();
        for (vehicle, trips) in known {
            let group = relaxation.group_of.get(*vehicle as usize);
            for trip in trips {
                let of_group = relaxation
                    .networks
                    .iter()
                    .filter(|network| Some(&network.group) == group && network.depot == trip.depot);
                columns.extend(of_group.filter_map(|network| {
                    relaxation.column(network.group, network.cost(&trip.clients)?, &trip.clients)
                }));
            }
        }
        for network in &relaxation.networks {
            columns.extend(network.nodes.iter().filter_map(|node| {
                let client = [node.client];
                relaxation.column(network.group, network.cost(&client)?, &client)
            }));
        }
        Self {
            relaxation,
            columns,
            prices: None,
            is_plain: true,
            dominance: Dominance::Rough,
            best: None,
        }
    }

    /// Prices the rows, finds trips that help and adds them. Gives nothing when there are none, or
    /// they would hardly help.
    fn round(&mut self, is_over: &dyn Fn() -> bool) -> Option<()> {
        let rows = self.rows();
        let relaxed = relax(rows, &self.columns.iter().collect::<Vec<_>>(), None)?;
        let value = self.value(&relaxed);
        loop {
            self.smooth(&relaxed);
            let known = self.columns.len();
            let prices = self.whole_prices(&relaxed);
            let is_new = self.price(&prices, &relaxed, is_over)?;
            if let Some(bound) = self.best
                && (value - bound as f64 / PARTS as f64) < PRECISION * value.abs() + 0.5
            {
                return None;
            }
            match (is_new, self.is_plain, self.dominance) {
                (true, _, _) => {
                    self.is_plain = false;
                    if self.columns.len() < known + ENTRIES_FEW {
                        self.dominance = Dominance::Rough;
                    }
                    self.thin_out(&relaxed);
                    return Some(());
                }
                (false, false, _) => self.is_plain = true,
                (false, true, Dominance::Rough) => self.dominance = Dominance::Resources,
                (false, true, Dominance::Resources) => self.dominance = Dominance::Exact,
                (false, true, Dominance::Exact) => return None,
            }
        }
    }

    fn rows(&self) -> Rows<'a> {
        let costs = self.columns.iter().map(|column| column.cost);
        let dearest = costs.clone().max().unwrap_or(0).max(1);
        let mean = costs.sum::<i64>() as f64 / self.columns.len().max(1) as f64;
        Rows {
            prizes: &self.relaxation.prizes,
            missing: 4 * dearest,
            vehicles: &self.relaxation.trips_max,
            scale: mean.max(1.0),
        }
    }

    /// What the master costs.
    fn value(&self, relaxed: &Relaxed) -> f64 {
        let trips = self.relaxation.trips_max.iter().map(|&trips| f64::from(trips));
        let trips: f64 = relaxed.groups.iter().zip(trips).map(|(price, trips)| price * trips).sum();
        relaxed.rows.iter().sum::<f64>() - trips
    }

    fn smooth(&mut self, relaxed: &Relaxed) {
        let mix = |old: &[f64], new: &[f64]| -> Vec<f64> {
            let part = |(old, new): (&f64, &f64)| SMOOTHING * old + (1.0 - SMOOTHING) * new;
            old.iter().zip(new).map(part).collect()
        };
        self.prices = Some(match &self.prices {
            Some((rows, groups)) if !self.is_plain => {
                (mix(rows, &relaxed.rows), mix(groups, &relaxed.groups))
            }
            _ => (relaxed.rows.clone(), relaxed.groups.clone()),
        });
    }

    /// Prices in parts, none above the row's prize.
    fn whole_prices(&self, relaxed: &Relaxed) -> Prices {
        #[expect(clippy::cast_possible_truncation, reason = "casts saturate; any price will do")]
        let whole = |price: f64| ((price * PARTS as f64) as i64).clamp(0, PRICE_MAX);
        let (rows, groups) = match &self.prices {
            Some((rows, groups)) => (rows, groups),
            None => (&relaxed.rows, &relaxed.groups),
        };
        let most = self
            .relaxation
            .prizes
            .iter()
            .map(|prize| prize.map_or(i64::MAX, |prize| prize * PARTS));
        Prices {
            rows: rows.iter().zip(most).map(|(&price, most)| whole(price).min(most)).collect(),
            groups: groups.iter().map(|&price| whole(price)).collect(),
        }
    }

    /// Adds trips that would help the master; says whether there were any. Exact prices prove a
    /// bound.
    fn price(
        &mut self,
        prices: &Prices,
        relaxed: &Relaxed,
        is_over: &dyn Fn() -> bool,
    ) -> Option<bool> {
        let relaxation = self.relaxation;
        let mut least = vec![0; relaxation.trips_max.len()];
        let before = self.columns.len();
        for network in &relaxation.networks {
            let group_price = prices.groups[network.group as usize];
            let bargains = cheapest(network, (&prices.rows, group_price), self.dominance, is_over)?;
            if let Some(first) = bargains.first() {
                let least = &mut least[network.group as usize];
                *least = first.reduced_cost.min(*least);
            }
            let columns = bargains.iter().filter_map(|Bargain { reduced_cost, clients }| {
                let worth = |&client: &u32| prices.rows[relaxation.row_of[client as usize]];
                let worth: i64 = clients.iter().map(worth).sum();
                let cost = (reduced_cost - group_price + worth) / PARTS;
                relaxation.column(network.group, cost, clients)
            });
            let tolerance = PRECISION * self.value(relaxed) / prices.rows.len() as f64;
            let helps = |column: &Column| relaxed.reduced_cost(column) < -tolerance;
            self.columns.extend(columns.filter(helps).take(ENTRIES_MAX));
        }
        if self.dominance == Dominance::Exact {
            let trips = relaxation.trips_max.iter().map(|&trips| i64::from(trips));
            let of_groups = least.iter().zip(&prices.groups).zip(trips);
            let gained: i64 =
                of_groups.map(|((least, price), trips)| trips.saturating_mul(least - price)).sum();
            let bound = prices.rows.iter().sum::<i64>() + gained;
            self.best = self.best.max(Some(bound));
        }
        Some(before < self.columns.len())
    }

    /// Drops columns that are far from being taken.
    fn thin_out(&mut self, relaxed: &Relaxed) {
        let most = COLUMNS_PER_ROW * self.relaxation.prizes.len() + 1_000;
        if most < self.columns.len() {
            self.columns
                .sort_by(|a, b| relaxed.reduced_cost(a).total_cmp(&relaxed.reduced_cost(b)));
            self.columns.truncate(most / 2);
        }
    }
}

#[cfg(test)]
#[path = "bound_tests.rs"]
mod tests;
