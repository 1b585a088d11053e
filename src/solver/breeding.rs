//! Makes new solutions of those that were found: by choosing among their routes, by recombination.

use rand::Rng;
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

use crate::solver::construct::greedy::Greedy;
use crate::solver::cover::Cover;
use crate::solver::descent::Descent;
use crate::solver::draft::Draft;
use crate::solver::instance::Instance;
use crate::solver::penalties::Controller;
use crate::solver::penalties::Penalties;
use crate::solver::pool::Pool;
use crate::solver::recombine::recombine;
use crate::solver::search::RoutePlan;
use crate::solver::tours::Tours;
use crate::solver::trip::drop_empty;

/// How many solutions are kept.
const ELITES_MAX: usize = 12;

/// By what penalties are multiplied to repair a child that breaks promises.
const REPAIR_FACTOR: i64 = 10;

/// A solution that was worth keeping.
#[derive(Debug, Clone)]
struct Elite {
    cost: i64,
    routes: Vec<RoutePlan>,
}

/// Good solutions, the routes that were seen, and what is needed to make more of them.
#[derive(Debug)]
pub(crate) struct Breeder {
    pub(crate) pool: Pool,
    elites: Vec<Elite>,
    draft: Draft,
    descent: Descent,
    controller: Controller,
    greedy: Greedy,
    random: Pcg64Mcg,
}

impl Breeder {
    pub(crate) fn new(instance: &Instance, seed: u64) -> Self {
        Self {
            pool: Pool::default(),
            elites: Vec::new(),
            draft: Draft::new(instance),
            descent: Descent::new(instance),
            controller: Controller::new(instance),
            greedy: Greedy::new(instance, seed),
            random: Pcg64Mcg::seed_from_u64(seed),
        }
    }

    /// Keeps a complete solution, unless there is one of the same cost or only better ones.
    pub(crate) fn keep(&mut self, tours: &Tours) {
        if !tours.absent.is_empty() || self.elites.iter().any(|elite| elite.cost == tours.cost) {
            return;
        }
        let place = self.elites.partition_point(|elite| elite.cost < tours.cost);
        if place < ELITES_MAX {
            self.elites.insert(place, Elite { cost: tours.cost, routes: tours.routes() });
            self.elites.truncate(ELITES_MAX);
        }
    }

    /// A solution of routes that were seen which is better than `best`, if one is found.
    pub(crate) fn choose(
        &mut self,
        instance: &Instance,
        best: &Tours,
        cover: &dyn Cover,
        seconds_left: Option<&(dyn Fn() -> f64 + Sync)>,
    ) -> Option<Tours> {
        let chosen = self.pool.choose(instance, best, cover, seconds_left)?;
        let routes = without_repetition(instance, chosen);
        let found = self.complete(instance, &routes)?;
        (found.cost < best.cost).then_some(found)
    }

    /// A child of two elites, made a local optimum; kept if it is good.
    pub(crate) fn breed(
        &mut self,
        instance: &Instance,
        is_over: &dyn Fn() -> bool,
    ) -> Option<Tours> {
        let count = self.elites.len();
        if count < 2 {
            return None;
        }
        let one = self.random.random_range(0..count);
        let other = (one + self.random.random_range(1..count)) % count;
        let (one, other) = (&self.elites[one].routes, &self.elites[other].routes);
        let (child, touched) = recombine(instance, one, other, &mut self.random);
        self.draft.load_routes(instance, &child);
        let penalties = self.controller.penalties();
        self.descend(instance, penalties, &touched, is_over);
        self.controller.learn(self.draft.excess());
        if !self.draft.is_feasible() {
            let Penalties { load, warp, duration } = penalties;
            let dearer = Penalties {
                load: load.saturating_mul(REPAIR_FACTOR),
                warp: warp.saturating_mul(REPAIR_FACTOR),
                duration: duration.saturating_mul(REPAIR_FACTOR),
            };
            self.descend(instance, dearer, &touched, is_over);
        }
        if !self.draft.is_feasible() {
            return None;
        }
        let routes = self.draft.routes();
        let found = self.complete(instance, &routes)?;
        self.pool.collect(instance, &found, found.cost);
        self.keep(&found);
        Some(found)
    }

    /// A local optimum below a solution, if single moves improve it.
    pub(crate) fn polish(
        &mut self,
        instance: &Instance,
        tours: &Tours,
        is_over: &dyn Fn() -> bool,
    ) -> Option<Tours> {
        self.draft.load_routes(instance, &tours.routes());
        let penalties = self.controller.penalties();
        self.descent.improve(
            instance,
            &mut self.draft,
            penalties,
            None,
            (&mut self.random, is_over),
        );
        if !self.draft.is_feasible() {
            return None;
        }
        let routes = self.draft.routes();
        let found = self.complete(instance, &routes)?;
        (found.cost < tours.cost).then_some(found)
    }

    fn descend(
        &mut self,
        instance: &Instance,
        penalties: Penalties,
        touched: &[u32],
        is_over: &dyn Fn() -> bool,
    ) {
        let random = &mut self.random;
        self.descent.improve(
            instance,
            &mut self.draft,
            penalties,
            Some(touched),
            (random, is_over),
        );
    }

    /// A complete solution of these routes, if they hold and everybody else finds a place.
    fn complete(&mut self, instance: &Instance, routes: &[RoutePlan]) -> Option<Tours> {
        let mut tours = Tours::new(instance);
        for (vehicle, trips) in routes {
            tours.set_route(instance, *vehicle, trips);
            if !tours.holds(*vehicle) {
                return None;
            }
        }
        tours.commit();
        self.greedy.insert(instance, &mut tours, 0.0, &mut self.random);
        let is_complete = tours.absent.is_empty() && tours.is_sound();
        tours.commit();
        is_complete.then_some(tours)
    }
}

/// Leaves whoever is visited more than once where a detour is shortest.
fn without_repetition(instance: &Instance, mut routes: Vec<RoutePlan>) -> Vec<RoutePlan> {
    let mut visits: Vec<(u32, i64, u32, usize, usize)> = Vec::new();
    for (route, (vehicle, trips)) in (0_u32..).zip(&routes) {
        for (index, trip) in trips.iter().enumerate() {
            for (position, &client) in trip.clients.iter().enumerate() {
                let leader = instance.leaders[client as usize];
                let detour = detour(instance, *vehicle, trip.depot, &trip.clients, position);
                visits.push((leader, detour, route, index, position));
            }
        }
    }
    visits.sort_unstable();
    let repeated: Vec<(u32, usize, u32)> = visits
        .windows(2)
        .filter(|pair| pair[0].0 == pair[1].0)
        .map(|pair| {
            let (_, _, route, index, position) = pair[1];
            (route, index, routes[route as usize].1[index].clients[position])
        })
        .collect();
    for (route, index, client) in repeated {
        routes[route as usize].1[index].clients.retain(|&other| other != client);
    }
    for (vehicle, trips) in &mut routes {
        let locked = instance.problem.vehicles[*vehicle as usize].locked.len();
        drop_empty(trips, locked);
    }
    routes.retain(|(_, trips)| !trips.is_empty());
    routes
}

/// What the way by a client costs more than the way past it.
fn detour(instance: &Instance, vehicle: u32, depot: u16, clients: &[u32], position: usize) -> i64 {
    let table = instance.table(vehicle);
    let depot = instance.problem.depots[depot as usize].location;
    let location = |client: Option<&u32>| client.map_or(depot, |&id| instance.client(id).location);
    let before = location(position.checked_sub(1).and_then(|position| clients.get(position)));
    let here = location(clients.get(position));
    let next = location(clients.get(position + 1));
    let cost = |from, to| i64::from(table.hop(from, to).cost);
    cost(before, here) + cost(here, next) - cost(before, next)
}
