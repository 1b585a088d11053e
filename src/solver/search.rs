//! The entry to the search: improves a solution, or makes one, within a budget.

use std::borrow::Borrow;

use crate::solver::cover::Cover;
use crate::solver::instance::Instance;
use crate::solver::matrices::Matrices;
use crate::solver::portfolio;
use crate::solver::problem::Problem;
use crate::solver::route::Route;
use crate::solver::trip::Trip;

/// A vehicle and its trips.
pub type RoutePlan = (u32, Vec<Trip>);

/// How long to search. The search itself reads no clock.
#[derive(Clone, Copy)]
pub enum Budget<'a> {
    /// So many iterations per thread. The result depends on nothing but the seed and the number
    /// of threads asked for.
    Iterations(u64),
    /// Until this answers 1: it says which part, 0 to 1, of the caller's budget is used.
    Elapsed(&'a (dyn Fn() -> f64 + Sync)),
}

/// How to search.
#[derive(Clone, Copy)]
pub struct SearchSettings<'a> {
    /// Seed of all randomness.
    pub seed: u64,
    /// How many searches run side by side, on the current rayon pool.
    pub threads: usize,
    /// When to stop.
    pub budget: Budget<'a>,
    /// How long [`Budget::Elapsed`] is in all, where known. Only then `cover` is asked in time.
    pub seconds: Option<f64>,
    /// Who chooses among the routes that were seen, if anybody.
    pub cover: Option<&'a dyn Cover>,
}

/// Where a running search is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// Which of the parallel searches reports.
    pub thread: usize,
    /// How many iterations it has done.
    pub iterations: u64,
    /// Which part of the budget is used.
    pub fraction: f64,
    /// How many clients have no place in the best complete solution.
    pub unassigned: usize,
    /// Cost of the best complete solution.
    pub cost: i64,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Vehicles that are used and their trips, by vehicle.
    pub routes: Vec<RoutePlan>,
    /// What these cost together, with the prizes of all who are left out.
    pub cost: i64,
    /// Iterations of all threads together.
    pub iterations: u64,
    /// Clients without a place who must have one, in ascending order; of a group its first.
    pub unassigned: Vec<u32>,
}

/// Improves `start`, or a solution made from nothing.
///
/// Every returned route is feasible, except those of `start` that were not: these are returned as
/// they were, and vehicles and clients of theirs take no part. Clients with a place in `start` have
/// one in the result; it has no more unassigned clients than `start` and, with as many, does not
/// cost more. `stop` is told about progress now and then by every thread and ends the search by
/// answering true.
///
/// # Panics
/// When `start` names vehicles or clients that do not exist, or any of them twice, or when
/// `matrices` is not for the locations and profiles of `problem`.
pub fn improve(
    problem: &Problem,
    matrices: &Matrices,
    start: Option<Vec<RoutePlan>>,
    settings: &SearchSettings<'_>,
    stop: &(dyn Fn(Progress) -> bool + Sync),
) -> Outcome {
    assert_eq!(matrices.size(), problem.locations as usize, "matrices cover all locations");
    let is_warm = start.is_some();
    let start: Vec<Route> = with_locked_trips(problem, start.unwrap_or_default())
        .into_iter()
        .map(|(vehicle, trips)| Route::evaluate(problem, matrices, vehicle, trips))
        .filter(|route| !route.trips().is_empty())
        .collect();
    let (good, bad): (Vec<&Route>, Vec<&Route>) =
        start.iter().partition(|route| route.is_feasible());

    let (clients, vehicles) = movable(problem, &bad);
    let whole = Instance::new(problem, matrices);
    let instance = if bad.is_empty() { whole } else { whole.part(&clients, &vehicles) };
    let routes = renumbered(&good, &clients, &vehicles);
    let (found, iterations) = portfolio::search(instance, &routes, is_warm, settings, stop);

    let mut routes: Vec<Route> = found
        .into_iter()
        .map(|(vehicle, trips)| (vehicles[vehicle as usize], original(trips, &clients)))
        .map(|(vehicle, trips)| Route::evaluate(problem, matrices, vehicle, trips))
        .collect();
    debug_assert!(routes.iter().all(Route::is_feasible), "only feasible routes are found");
    if is_warm && is_worse(&standing(problem, &routes), &standing(problem, &good)) {
        routes = good.into_iter().cloned().collect();
    }
    routes.extend(bad.into_iter().cloned());
    outcome(problem, routes, iterations)
}

/// Routes with those added of vehicles that have locked trips and are not among them.
///
/// # Panics
/// When a route does not begin with the locked trips of its vehicle.
fn with_locked_trips(problem: &Problem, mut routes: Vec<RoutePlan>) -> Vec<RoutePlan> {
    for (vehicle, trips) in &routes {
        let locked = &problem.vehicles[*vehicle as usize].locked;
        assert!(trips.starts_with(locked), "the route of vehicle {vehicle} keeps its locked trips");
    }
    for (id, vehicle) in (0_u32..).zip(&problem.vehicles) {
        if !vehicle.locked.is_empty() && routes.iter().all(|(vehicle, _)| *vehicle != id) {
            routes.push((id, vehicle.locked.clone()));
        }
    }
    routes
}

fn is_worse(new: &(Vec<u32>, i64), old: &(Vec<u32>, i64)) -> bool {
    (new.0.len(), new.1) > (old.0.len(), old.1)
}

/// Clients without a place who must have one, and what everything costs.
fn standing<R: Borrow<Route>>(problem: &Problem, routes: &[R]) -> (Vec<u32>, i64) {
    let mut is_served = vec![false; problem.clients.len()];
    let mut cost = 0;
    for route in routes {
        let route: &Route = route.borrow();
        cost += route.cost();
        for client in route.trips().iter().flat_map(|trip| &trip.clients) {
            is_served[*client as usize] = true;
        }
    }
    for group in &problem.groups {
        let is_group_served = group.iter().any(|&member| is_served[member as usize]);
        for &member in group.iter().skip(1) {
            is_served[member as usize] = true;
        }
        is_served[group[0] as usize] = is_group_served;
    }
    let mut unassigned = Vec::new();
    for (id, client) in (0_u32..).zip(&problem.clients) {
        match client.prize {
            _ if is_served[id as usize] => {}
            Some(prize) => cost += prize,
            None => unassigned.push(id),
        }
    }
    (unassigned, cost)
}

/// Clients and vehicles that are not on a bad route.
fn movable(problem: &Problem, bad: &[&Route]) -> (Vec<u32>, Vec<u32>) {
    let is_fixed_vehicle = |id: &u32| bad.iter().any(|route| route.vehicle() == *id);
    let mut is_fixed = vec![false; problem.clients.len()];
    for client in bad.iter().flat_map(|route| route.trips()).flat_map(|trip| &trip.clients) {
        is_fixed[*client as usize] = true;
    }
    for group in &problem.groups {
        if group.iter().any(|&member| is_fixed[member as usize]) {
            for &member in group {
                is_fixed[member as usize] = true;
            }
        }
    }
    let clients = (0_u32..).zip(&is_fixed).filter(|(_, fixed)| !**fixed).map(|(id, _)| id);
    let vehicles = (0_u32..).zip(&problem.vehicles).map(|(id, _)| id);
    (clients.collect(), vehicles.filter(|id| !is_fixed_vehicle(id)).collect())
}

/// Routes in the numbers of a part of the problem.
fn renumbered(routes: &[&Route], clients: &[u32], vehicles: &[u32]) -> Vec<RoutePlan> {
    let position = |ids: &[u32], id: u32| {
        let index = ids.binary_search(&id).expect("the part has all of its clients and vehicles");
        u32::try_from(index).expect("positions are no larger than ids")
    };
    let renumber = |trip: &Trip| Trip {
        depot: trip.depot,
        clients: trip.clients.iter().map(|&client| position(clients, client)).collect(),
    };
    let plan = |route: &&Route| {
        (position(vehicles, route.vehicle()), route.trips().iter().map(renumber).collect())
    };
    routes.iter().map(plan).collect()
}

fn original(mut trips: Vec<Trip>, clients: &[u32]) -> Vec<Trip> {
    for client in trips.iter_mut().flat_map(|trip| &mut trip.clients) {
        *client = clients[*client as usize];
    }
    trips
}

fn outcome(problem: &Problem, mut routes: Vec<Route>, iterations: u64) -> Outcome {
    routes.sort_by_key(Route::vehicle);
    let (unassigned, cost) = standing(problem, &routes);
    let routes = routes.into_iter().map(|route| (route.vehicle(), route.trips().to_vec()));
    Outcome { routes: routes.collect(), cost, iterations, unassigned }
}

#[cfg(test)]
#[path = "search_tests.rs"]
mod tests;
