//! Several searches side by side. The only place of the solver that uses threads.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

use rayon::iter::IndexedParallelIterator;
use rayon::iter::IntoParallelRefMutIterator;
use rayon::iter::ParallelIterator;

use rand::Rng;
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

use crate::solver::acceptance::Annealing;
use crate::solver::decomposition;
use crate::solver::decomposition::Part;
use crate::solver::instance::Instance;
use crate::solver::island::Island;
use crate::solver::search::Budget;
use crate::solver::search::Progress;
use crate::solver::search::RoutePlan;
use crate::solver::search::SearchSettings;
use crate::solver::tours::Tours;

/// How often islands compare what they have.
const ROUNDS: u32 = 10;

/// From how many clients on parts are searched side by side. Measured.
const LARGE: u32 = 300;

/// How often the borders of parts are drawn.
const PART_ROUNDS: u32 = 50;

/// Clients per trip from which on the first temperature is more than the mean cost of a leg.
/// Measured.
const LENGTH_PER_TEMPERATURE: f64 = 15.0;

/// How many mean costs of a leg the first temperature is at most. Measured.
const FACTOR_MAX: f64 = 3.0;

/// Temperature at the end, as a part of the first.
const LAST_TEMPERATURE: f64 = 0.01;

/// How many iterations pass between two reports of one island.
const REPORT_EVERY: u64 = 4096;

/// What ends a run.
struct Limits<'a> {
    budget: Budget<'a>,
    stop: &'a (dyn Fn(Progress) -> bool + Sync),
    is_stopped: AtomicBool,
}

impl Limits<'_> {
    /// Which part of the budget an island has used.
    fn fraction(&self, iterations: u64) -> f64 {
        match self.budget {
            Budget::Iterations(0) => 1.0,
            #[expect(clippy::cast_precision_loss, reason = "a fraction needs not be exact")]
            Budget::Iterations(all) => iterations as f64 / all as f64,
            Budget::Elapsed(fraction) => fraction(),
        }
    }

    /// Which part an island has used, or `None` when it should not go on.
    fn go_on(&self, island: &Island, thread: usize, until: f64) -> Option<f64> {
        let fraction = self.fraction(island.iterations);
        if island.iterations.is_multiple_of(REPORT_EVERY) {
            let progress = Progress {
                thread,
                iterations: island.iterations,
                fraction,
                unassigned: island.best.absent.len(),
                cost: island.best.cost << island.instance.tables.shift,
            };
            if (self.stop)(progress) {
                self.is_stopped.store(true, Ordering::Relaxed);
            }
        }
        let is_over = fraction >= until || self.is_stopped.load(Ordering::Relaxed);
        (!is_over).then_some(fraction)
    }
}

/// Searches on all threads; gives routes and the number of iterations.
pub(crate) fn search(
    instance: Instance,
    start: &[RoutePlan],
    is_warm: bool,
    settings: &SearchSettings<'_>,
    stop: &(dyn Fn(Progress) -> bool + Sync),
) -> (Vec<RoutePlan>, u64) {
    let instance = Arc::new(instance);
    let mut tours = Tours::new(&instance);
    for (vehicle, trips) in start {
        tours.set_route(&instance, *vehicle, trips);
    }
    let limits = Limits { budget: settings.budget, stop, is_stopped: AtomicBool::new(false) };
    let mut islands: Vec<Island> = (0..settings.threads.max(1) as u64)
        .map(|i| {
            let seed = settings.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(i + 1);
            Island::new(Arc::clone(&instance), tours.clone(), is_warm, seed)
        })
        .collect();
    islands.par_iter_mut().for_each(|island| island.construct(is_warm));
    let annealing = annealing(&islands[0]);
    for island in &mut islands {
        island.annealing = annealing;
    }
    if instance.clients() >= LARGE && settings.threads > 1 && !instance.has_prizes {
        return search_parts(&instance, islands, settings, &limits);
    }
    for round in 1..=ROUNDS {
        let until = f64::from(round) / f64::from(ROUNDS);
        islands.par_iter_mut().enumerate().for_each(|(thread, island)| {
            island.run(&|island| limits.go_on(island, thread, until));
        });
        exchange(&mut islands);
    }
    let iterations = islands.iter().map(|island| island.iterations).sum();
    let best = &islands[0].best;
    let routes = (0..instance.vehicles())
        .map(|vehicle| (vehicle, best.route(vehicle)))
        .filter(|(_, trips)| !trips.is_empty())
        .collect();
    (routes, iterations)
}

/// Searches parts of the best of some islands.
fn search_parts(
    instance: &Arc<Instance>,
    mut islands: Vec<Island>,
    settings: &SearchSettings<'_>,
    limits: &Limits<'_>,
) -> (Vec<RoutePlan>, u64) {
    let annealing = islands[0].annealing;
    exchange(&mut islands);
    let mut now = islands[0].tours.clone();
    let mut best = now.clone();
    let mut random = Pcg64Mcg::seed_from_u64(settings.seed);
    let mut iterations = 0;
    for round in 1..=PART_ROUNDS {
        let until = f64::from(round) / f64::from(PART_ROUNDS);
        let parts = decomposition::split(instance, &now, settings.threads, &mut random);
        let mut parts: Vec<(Part, Island)> = parts
            .into_iter()
            .map(|part| {
                let own = Arc::new(instance.part(&part.clients, &part.vehicles));
                let mut tours = Tours::new(&own);
                for (vehicle, trips) in part.take(instance, &now) {
                    tours.set_route(&own, vehicle, &trips);
                }
                let mut island = Island::new(own, tours, true, random.random());
                island.annealing = annealing;
                island.iterations = iterations;
                (part, island)
            })
            .collect();
        parts.par_iter_mut().enumerate().for_each(|(thread, (_, island))| {
            island.run(&|island| limits.go_on(island, thread, until));
            island.settle();
        });
        iterations = parts.iter().map(|(_, island)| island.iterations).max().unwrap_or(iterations);
        now = Tours::new(instance);
        let mut found = Tours::new(instance);
        for (part, island) in &parts {
            part.give(instance, &island.tours, &mut now);
            part.give(instance, &island.best, &mut found);
        }
        if (found.absent.len(), found.cost) < (best.absent.len(), best.cost) {
            best = found;
        }
    }
    let routes = (0..instance.vehicles())
        .map(|vehicle| (vehicle, best.route(vehicle)))
        .filter(|(_, trips)| !trips.is_empty())
        .collect();
    (routes, iterations * settings.threads as u64)
}

/// Temperatures that suit a solution; longer trips have more ways to be bad, and need higher ones.
fn annealing(island: &Island) -> Annealing {
    let (clients, trips) = (island.instance.clients(), island.tours.trips_used.max(1));
    #[expect(clippy::cast_precision_loss, reason = "temperatures need not be exact")]
    let mean_cost = island.tours.cost as f64 / f64::from(clients + trips);
    let mean_length = f64::from(clients) / f64::from(trips);
    let factor = (mean_length / LENGTH_PER_TEMPERATURE).clamp(1.0, FACTOR_MAX);
    let first = (mean_cost * factor).max(f64::MIN_POSITIVE);
    Annealing::new(first, first * LAST_TEMPERATURE)
}

/// Sorts islands by their best, and lets the worst go on from the best.
fn exchange(islands: &mut [Island]) {
    islands.sort_by_key(|island| (island.best.absent.len(), island.best.cost));
    if let [best, .., worst] = islands {
        worst.move_to(&best.best);
    }
}
