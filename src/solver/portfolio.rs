//! Several searches side by side. The only place of the solver that uses threads.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

use rayon::iter::IndexedParallelIterator;
use rayon::iter::IntoParallelRefMutIterator;
use rayon::iter::ParallelIterator;

use crate::solver::acceptance::Annealing;
use crate::solver::breeding::Breeder;
use crate::solver::cover::Cover;
use crate::solver::instance::Instance;
use crate::solver::island::Island;
use crate::solver::island::Standing;
use crate::solver::parts;
use crate::solver::search::Budget;
use crate::solver::search::Progress;
use crate::solver::search::RoutePlan;
use crate::solver::search::SearchSettings;
use crate::solver::tours::Tours;

/// How often islands compare what they have, in a cycle.
const ROUNDS: u32 = 10;

/// After how many rounds of a cycle they go on with what is best, where there are several cycles.
const ROUNDS_APART: u32 = 8;

/// How much annealing once should have: with more it is done again, and what comes out each time is
/// recombined. Measured with 200 to 540 clients.
const CYCLE_SECONDS: f64 = 20.0;

/// The same where iterations are counted.
const CYCLE_ITERATIONS: u64 = 1_250_000;

/// How many times annealing is done at most.
const CYCLES_MAX: u32 = 6;

/// From how many clients on parts are searched side by side. Measured.
const LARGE: u32 = 600;

/// Clients per trip from which on the first temperature is more than the mean cost of a leg.
/// Measured.
const LENGTH_PER_TEMPERATURE: f64 = 15.0;

/// How many mean costs of a leg the first temperature is at most. Measured.
const FACTOR_MAX: f64 = 3.0;

/// Temperature at the end, as a part of the first.
const LAST_TEMPERATURE: f64 = 0.01;

/// How many iterations pass between two reports of one island.
const REPORT_EVERY: u64 = 4096;

/// Which part of a round the last island spends on breeding, at most. Taste.
const BREEDING_SHARE: f64 = 0.2;

/// After how many rounds routes are chosen anew among all that were seen.
const CHOICE_EVERY: u32 = 3;

/// Which part of the budget that may take, each time.
const CHOICE_BUDGET: f64 = 0.04;

/// Where that is fewer seconds than this, nothing is chosen: looking at the routes takes longer.
const CHOICE_SECONDS_MIN: f64 = 0.03;

/// How many iterations take as long as breeding a child, by client. Measured at 100 clients.
const CHILD_ITERATIONS: f64 = 4.0;

/// How many children are bred in a round at most.
const CHILDREN_MAX: u32 = 2_000;

/// What ends a run.
pub(crate) struct Limits<'a> {
    budget: Budget<'a>,
    seconds: Option<f64>,
    stop: &'a (dyn Fn(Progress) -> bool + Sync),
    is_stopped: AtomicBool,
}

impl Limits<'_> {
    /// Which part of the budget an island has used.
    pub(crate) fn fraction(&self, iterations: u64) -> f64 {
        match self.budget {
            Budget::Iterations(0) => 1.0,
            #[expect(clippy::cast_precision_loss, reason = "a fraction needs not be exact")]
            Budget::Iterations(all) => iterations as f64 / all as f64,
            Budget::Elapsed(fraction) => fraction(),
        }
    }

    /// Whether nothing more should be begun.
    pub(crate) fn is_spent(&self, iterations: u64) -> bool {
        self.is_stopped.load(Ordering::Relaxed) || self.fraction(iterations) >= 1.0
    }

    /// Whether a clock ends the run.
    pub(crate) fn is_timed(&self) -> bool {
        matches!(self.budget, Budget::Elapsed(_))
    }

    /// How many times annealing is done.
    fn cycles(&self) -> u32 {
        #[expect(clippy::cast_precision_loss, reason = "a number of cycles needs not be exact")]
        let cycles = match self.budget {
            Budget::Iterations(all) => all as f64 / CYCLE_ITERATIONS as f64,
            Budget::Elapsed(_) => self.seconds.unwrap_or_default() / CYCLE_SECONDS,
        };
        (2..=CYCLES_MAX).rev().find(|&count| f64::from(count) <= cycles).unwrap_or(1)
    }

    /// How many children are bred in a round at most: where no clock says when to stop, as many as
    /// take their share of the iterations.
    fn children(&self, clients: u32, (round, rounds): (u32, u32)) -> u32 {
        let Budget::Iterations(all) = self.budget else { return CHILDREN_MAX };
        #[expect(clippy::cast_precision_loss, reason = "a share needs not be exact")]
        let share = BREEDING_SHARE * all as f64 / f64::from(rounds);
        let each = f64::from(clients.max(1)) * CHILD_ITERATIONS;
        let bred_by = |round: u32| (f64::from(round) * share / each).floor();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded")]
        let children = (bred_by(round + 1) - bred_by(round)).clamp(0.0, CHILDREN_MAX.into()) as u32;
        children
    }

    /// Tells the caller where a thread is and asks whether to stop.
    fn is_stopped_at(
        &self,
        best: Standing,
        shift: u32,
        (thread, iterations): (usize, u64),
    ) -> bool {
        let progress = Progress {
            thread,
            iterations,
            fraction: self.fraction(iterations),
            unassigned: best.absent,
            cost: best.cost << shift,
        };
        if (self.stop)(progress) {
            self.is_stopped.store(true, Ordering::Relaxed);
        }
        self.is_stopped.load(Ordering::Relaxed)
    }

    /// A better solution of routes that were seen, if one is found before a part of the budget is
    /// used.
    pub(crate) fn choose(
        &self,
        instance: &Instance,
        best: &Tours,
        breeder: &mut Breeder,
        cover: &dyn Cover,
        (iterations, until): (u64, f64),
    ) -> Option<Tours> {
        if !self.is_timed() {
            return breeder.choose(instance, best, cover, None);
        }
        let seconds = self.seconds?;
        if (until - self.fraction(iterations)) * seconds < CHOICE_SECONDS_MIN {
            return None;
        }
        let seconds_left = || (until - self.fraction(iterations)) * seconds;
        breeder.choose(instance, best, cover, Some(&seconds_left))
    }

    /// Which part an island has used, or `None` when it should not go on.
    pub(crate) fn go_on(&self, island: &Island, thread: usize, until: f64) -> Option<f64> {
        let fraction = self.fraction(island.iterations);
        if island.iterations.is_multiple_of(REPORT_EVERY) {
            let shift = island.instance.tables.shift;
            self.is_stopped_at(island.standing(), shift, (thread, island.iterations));
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
    let limits = Limits {
        budget: settings.budget,
        seconds: settings.seconds,
        stop,
        is_stopped: false.into(),
    };
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
    let breeder = Breeder::new(&instance, settings.seed);
    if instance.clients() >= LARGE && settings.threads > 1 && !instance.has_prizes {
        return parts::search(&instance, islands, breeder, settings, &limits);
    }
    search_islands(&instance, islands, breeder, settings, &limits)
}

/// Works on all items at once, on the threads of the current rayon pool.
pub(crate) fn side_by_side<T: Send>(items: &mut [T], work: impl Fn(usize, &mut T) + Sync) {
    items.par_iter_mut().enumerate().for_each(|(thread, item)| work(thread, item));
}

/// Lets islands search side by side, in one or more cycles of annealing; between rounds the last of
/// them looks for better solutions among what was seen.
fn search_islands(
    instance: &Instance,
    mut islands: Vec<Island>,
    mut breeder: Breeder,
    settings: &SearchSettings<'_>,
    limits: &Limits<'_>,
) -> (Vec<RoutePlan>, u64) {
    let cycles = limits.cycles();
    let rounds = ROUNDS * cycles;
    let part = |round: u32| f64::from(round) / f64::from(rounds);
    let last = islands.len() - 1;
    let mut best = islands[0].best.clone();
    for round in 0..rounds {
        if limits.is_spent(islands[0].iterations) {
            break;
        }
        let in_cycle = round % ROUNDS;
        let is_apart = cycles > 1 && in_cycle < ROUNDS_APART;
        if in_cycle == 0 {
            for island in &mut islands {
                let annealing = island.annealing.within(part(round), part(round + ROUNDS));
                island.begin_cycle(annealing);
            }
        }
        let until = part(round + 1);
        let cover = settings.cover.filter(|_| (round + 1) % CHOICE_EVERY == 0);
        let share = part(1) * BREEDING_SHARE;
        let mut tasks: Vec<_> = islands.iter_mut().map(|island| (island, None)).collect();
        tasks[last].1 = (round > 0).then_some((&mut breeder, &mut best));
        side_by_side(&mut tasks, |thread, (island, breeding)| {
            if let Some((breeder, best)) = breeding {
                let at = (thread, island.iterations, share);
                let children = limits.children(instance.clients(), (round, rounds));
                let bred = breed(instance, best, breeder, (cover, children), limits, at);
                let is_better = bred.is_some();
                if let Some(bred) = bred {
                    **best = bred;
                }
                if !is_apart && (is_better || last > 0) {
                    island.move_to(best);
                }
            }
            island.run(&|island| limits.go_on(island, thread, until));
        });
        islands.sort_by_key(Island::standing);
        for island in &mut islands {
            if island.standing() < Standing::of(&best) {
                best.copy_from(&island.best);
            }
            breeder.keep(&island.best);
            breeder.pool.merge(&mut island.pool);
        }
    }
    let iterations = islands.iter().map(|island| island.iterations).sum();
    (best.routes(), iterations)
}

/// The best solution that can be made of what was seen, if it is better than `best`.
fn breed(
    instance: &Instance,
    best: &Tours,
    breeder: &mut Breeder,
    (cover, children): (Option<&dyn Cover>, u32),
    limits: &Limits<'_>,
    (thread, iterations, share): (usize, u64, f64),
) -> Option<Tours> {
    let mut found: Option<Tours> = None;
    if let Some(cover) = cover {
        let until = limits.fraction(iterations) + CHOICE_BUDGET;
        found = limits.choose(instance, best, breeder, cover, (iterations, until));
    }
    let until = limits.fraction(iterations) + share;
    let is_over = || limits.is_timed() && limits.fraction(iterations) >= until;
    for _ in 0..children {
        let standing = Standing::of(found.as_ref().unwrap_or(best));
        let at = (thread, iterations);
        if is_over() || limits.is_stopped_at(standing, instance.tables.shift, at) {
            break;
        }
        let Some(child) = breeder.breed(instance, &is_over) else { continue };
        let known = found.as_ref().unwrap_or(best);
        if child.absent.len() <= known.absent.len() && child.cost < known.cost {
            found = Some(child);
        }
    }
    found
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

#[cfg(test)]
mod tests {
    use super::*;

    fn cycles(budget: Budget<'_>, seconds: Option<f64>) -> u32 {
        Limits { budget, seconds, stop: &|_| false, is_stopped: false.into() }.cycles()
    }

    #[test]
    fn children_take_their_share_of_the_iterations() {
        let bred = |iterations: u64, clients: u32| -> Vec<u32> {
            let budget = Budget::Iterations(iterations);
            let limits =
                Limits { budget, seconds: None, stop: &|_| false, is_stopped: false.into() };
            (0..10).map(|round| limits.children(clients, (round, 10))).collect()
        };
        assert_eq!(bred(200, 100), [0; 10]);
        assert_eq!(bred(10_000, 100), [0, 1, 0, 1, 0, 1, 0, 1, 0, 1]);
        assert_eq!(bred(1_000_000, 100), [50; 10]);
    }

    #[test]
    fn a_long_search_anneals_several_times() {
        let clock = || 0.0;
        let timed = |seconds| cycles(Budget::Elapsed(&clock), Some(seconds));
        assert_eq!([1.0, 39.0, 60.0, 3_600.0].map(timed), [1, 1, 3, CYCLES_MAX]);
        assert_eq!(cycles(Budget::Elapsed(&clock), None), 1);
        assert_eq!(cycles(Budget::Iterations(1_000), None), 1);
        assert_eq!(cycles(Budget::Iterations(4_000_000), None), 3);
    }
}
