//! What routes cost.

use crate::solver::check::timetable::Plan;
use crate::solver::problem::Legs;
use crate::solver::problem::Problem;
use crate::solver::problem::Vehicle;
use crate::solver::trip::Trip;

/// What routes (vehicle and trips) cost together: fixed costs, legs, lateness, overtime, duration,
/// and the prizes of whom they leave out.
///
/// Routes for what does not exist cost nothing, and visit nobody.
pub fn cost(problem: &Problem, legs: &impl Legs, routes: &[(u32, Vec<Trip>)]) -> i64 {
    let mut sum = 0;
    let mut is_visited = vec![false; problem.clients.len()];
    for (vehicle, trips) in routes.iter().filter(|(_, trips)| !trips.is_empty()) {
        let depots = trips.iter().all(|trip| usize::from(trip.depot) < problem.depots.len());
        let mut clients = trips.iter().flat_map(|trip| &trip.clients);
        let exists = depots && clients.all(|&id| (id as usize) < problem.clients.len());
        let Some(vehicle) = problem.vehicles.get(*vehicle as usize).filter(|_| exists) else {
            continue;
        };
        for &id in trips.iter().flat_map(|trip| &trip.clients) {
            is_visited[id as usize] = true;
        }
        sum += route_cost(problem, legs, vehicle, trips);
    }
    sum + left_out(problem, &is_visited)
}

fn route_cost(problem: &Problem, legs: &impl Legs, vehicle: &Vehicle, trips: &[Trip]) -> i64 {
    let plan = Plan::new(problem, legs, vehicle, trips);
    let timetable = plan.run();
    let overtime = (timetable.end - i64::from(vehicle.overtime_from)).max(0);
    let duration = match vehicle.cost_per_duration_second {
        0 => 0,
        per_second => plan.duration() * per_second,
    };
    vehicle.cost_fixed
        + plan.meters * vehicle.cost_per_meter
        + plan.seconds * vehicle.cost_per_second
        + timetable.lateness
        + overtime * vehicle.cost_per_overtime_second
        + duration
}

/// Prizes of clients, and of groups as a whole, that are not visited.
fn left_out(problem: &Problem, is_visited: &[bool]) -> i64 {
    let mut sum = 0;
    for (id, client) in (0_u32..).zip(&problem.clients) {
        let in_group = problem.groups.iter().any(|group| group.contains(&id));
        if !is_visited[id as usize] && !in_group {
            sum += client.prize.unwrap_or(0);
        }
    }
    for group in &problem.groups {
        let is_left_out = group.iter().all(|&member| !is_visited[member as usize]);
        if let Some(first) = group.first().filter(|_| is_left_out) {
            sum += problem.clients[*first as usize].prize.unwrap_or(0);
        }
    }
    sum
}
