//! What a courier is going to do on a route: planned moments, and the steps that may take longer.

use crate::model::policy::Policy;
use crate::offers::ground::{Ground, duration};
use crate::offers::probability::{Followed, Step, follow};
use crate::solver::problem::{Legs, Problem};
use crate::solver::route::Route;

/// A trip with its planned moments, in seconds from the plan's now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlannedTrip {
    /// Where the courier comes from.
    pub(crate) from: u32,
    /// Seconds from there to the store.
    pub(crate) approach: i32,
    /// Loading begins.
    pub(crate) loading: i32,
    /// The courier leaves the store.
    pub(crate) departs: i32,
    /// When service begins at each door, and when the courier leaves it.
    pub(crate) doors: Vec<(i32, i32)>,
}

/// Says when everything on a route will happen.
///
/// Couriers wait at the store, up to the policy's limit and as long as every promise keeps its
/// safety margin, so that more orders can join the trip; and they do not leave so early that they
/// would only wait at a door. `is_waiting` says that no trip is under way.
pub(crate) fn planned_trips(
    policy: &Policy,
    problem: &Problem,
    legs: &impl Legs,
    route: &Route,
    is_waiting: bool,
) -> Vec<PlannedTrip> {
    let vehicle = &problem.vehicles[route.vehicle() as usize];
    let leg = |from, to| legs.leg(vehicle.profile, from, to).drive_seconds;
    let (mut location, mut time) = (vehicle.start_location, vehicle.available);
    let mut trips = Vec::with_capacity(route.trips().len());
    for (number, trip) in route.trips().iter().enumerate() {
        let timing = route.timing(number);
        let depot = problem.depots[usize::from(trip.depot)];
        let approach = leg(location, depot.location);
        let release = trip.clients.iter().map(|&c| problem.clients[c as usize].release).max();
        let ready = (time + approach).max(release.unwrap_or_default());
        // A courier who waits has waited since then, not since now.
        let anchor = if number == 0 && is_waiting { ready } else { ready.max(0) };
        let earliest = ready.max(depot.opens);
        let wanted = timing.unhurried_loading.max(anchor.saturating_add(duration(policy.wait)));
        let latest = timing.latest_loading.saturating_sub(duration(policy.safety));
        let loading = earliest.max(wanted.min(latest));
        let departs = loading + depot.loading;
        let (mut place, mut left) = (depot.location, departs);
        let mut doors = Vec::with_capacity(trip.clients.len());
        for &client in &trip.clients {
            let door = &problem.clients[client as usize];
            let arrives = (left + leg(place, door.location)).max(door.opens);
            (place, left) = (door.location, arrives + door.service);
            doors.push((arrives, left));
        }
        trips.push(PlannedTrip { from: location, approach, loading, departs, doors });
        (location, time) = (place, left);
    }
    trips
}

/// When an order can be loaded, and how long the picking takes that is still to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ready {
    /// Picked and handed over.
    pub(crate) at: i32,
    /// Seconds of picking; zero when it is done.
    pub(crate) picking: i32,
}

/// How a route of the plan is going to be driven.
pub(crate) fn followed(ground: &Ground, index: usize) -> Followed {
    let policy = &ground.region.policy;
    let (problem, legs, route) = (&ground.problem, &ground.legs, &ground.routes[index]);
    let planned = planned_trips(policy, problem, legs, route, ground.is_waiting[index]);
    let ready = |client: u32| ground.ready(client);
    let by = |client: u32| ground.promised[client as usize];
    let steps = steps(problem, legs, route, &planned, ready, by);
    let followed = follow(ground.start(index), steps, &policy.variation, None, |_, _| true);
    followed.unwrap_or_default()
}

/// The steps of a route, with a [`Step::Reach`] for each door in the order of the trips.
pub(crate) fn steps(
    problem: &Problem,
    legs: &impl Legs,
    route: &Route,
    planned: &[PlannedTrip],
    ready: impl Fn(u32) -> Ready,
    by: impl Fn(u32) -> i32,
) -> Vec<Step> {
    let vehicle = &problem.vehicles[route.vehicle() as usize];
    let mut steps = Vec::new();
    for (trip, planned) in route.trips().iter().zip(planned) {
        let depot = problem.depots[usize::from(trip.depot)];
        steps.extend([Step::Drive(planned.approach), Step::NotBefore(planned.loading)]);
        steps.extend(trip.clients.iter().map(|&client| {
            let Ready { at, picking } = ready(client);
            Step::Ready { at, picking }
        }));
        steps.push(Step::Load(depot.loading));
        let mut place = depot.location;
        for &client in &trip.clients {
            let door = &problem.clients[client as usize];
            let drive = legs.leg(vehicle.profile, place, door.location).drive_seconds;
            steps.extend([
                Step::Drive(drive),
                Step::NotBefore(door.opens),
                Step::Reach { by: by(client) },
                Step::Serve(door.service),
            ]);
            place = door.location;
        }
    }
    steps
}
