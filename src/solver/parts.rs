//! Searches parts of one large solution side by side.

use std::sync::Arc;

use rand::Rng;
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

use crate::solver::breeding::Breeder;
use crate::solver::decomposition;
use crate::solver::decomposition::Part;
use crate::solver::instance::Instance;
use crate::solver::island::Island;
use crate::solver::island::Standing;
use crate::solver::portfolio::Limits;
use crate::solver::portfolio::side_by_side;
use crate::solver::search::RoutePlan;
use crate::solver::search::SearchSettings;
use crate::solver::tours::Tours;

/// How often the borders of parts are drawn.
const ROUNDS: u32 = 50;

/// After which rounds routes are chosen anew among all that were seen.
const CHOICE_ROUNDS: [u32; 3] = [24, 40, 48];

/// Which part of the budget that may take, each time.
const CHOICE_BUDGET: f64 = 0.03;

/// Searches parts of the best of some islands; gives routes and the number of iterations.
pub(crate) fn search(
    instance: &Arc<Instance>,
    mut islands: Vec<Island>,
    mut breeder: Breeder,
    settings: &SearchSettings<'_>,
    limits: &Limits<'_>,
) -> (Vec<RoutePlan>, u64) {
    islands.sort_by_key(Island::standing);
    let annealing = islands[0].annealing;
    let mut now = islands[0].tours.clone();
    let mut best = now.clone();
    let mut random = Pcg64Mcg::seed_from_u64(settings.seed);
    let mut iterations = 0;
    let mut merging: f64 = 0.0;
    for round in 1..=ROUNDS {
        if limits.is_spent(iterations) {
            break;
        }
        // Giving back what was found takes about as long as merging.
        let until = (f64::from(round) / f64::from(ROUNDS)).min(1.0 - 2.0 * merging);
        let parts = decomposition::split(instance, &now, settings.threads, &mut random);
        let mut parts: Vec<(Part, Island)> = parts
            .into_iter()
            .map(|part| {
                let mut island = island(instance, &now, &part, random.random());
                (island.annealing, island.iterations) = (annealing, iterations);
                (part, island)
            })
            .collect();
        side_by_side(&mut parts, |thread, (_, island)| {
            island.run(&|island| limits.go_on(island, thread, until));
            island.settle();
        });
        iterations = parts.iter().map(|(_, island)| island.iterations).max().unwrap_or(iterations);
        let searched = limits.fraction(iterations);
        now = Tours::new(instance);
        let mut found = Tours::new(instance);
        for (part, island) in &parts {
            part.give(instance, &island.tours, &mut now);
            part.give(instance, &island.best, &mut found);
        }
        if Standing::of(&found) < Standing::of(&best) {
            best = found;
        }
        merging = merging.max(limits.fraction(iterations) - searched);
        if limits.is_spent(iterations) {
            break;
        }
        for (part, island) in &parts {
            breeder.pool.absorb(instance, part, &island.pool);
        }
        if CHOICE_ROUNDS.contains(&round) {
            let until = limits.fraction(iterations) + CHOICE_BUDGET;
            let chosen = settings.cover.and_then(|cover| {
                limits.choose(instance, &best, &mut breeder, cover, (iterations, until))
            });
            best = chosen.unwrap_or(best);
            let is_over = || limits.is_timed() && limits.fraction(iterations) >= until;
            best = breeder.polish(instance, &best, &is_over).unwrap_or(best);
            if Standing::of(&best) < Standing::of(&now) {
                now.copy_from(&best);
            }
        }
    }
    (best.routes(), iterations * settings.threads as u64)
}

/// The search of a part.
fn island(instance: &Instance, tours: &Tours, part: &Part, seed: u64) -> Island {
    let own = Arc::new(instance.part(&part.clients, &part.vehicles));
    let mut part_tours = Tours::new(&own);
    for (vehicle, trips) in part.take(instance, tours) {
        part_tours.set_route(&own, vehicle, &trips);
    }
    let elsewhere = Standing::of(tours).minus(Standing::of(&part_tours));
    let mut island = Island::new(own, part_tours, true, seed);
    island.elsewhere = elsewhere;
    island
}
