//! Prices every place where one more client could go.

use crate::solver::problem::Client;
use crate::solver::problem::Leg;
use crate::solver::problem::Legs;
use crate::solver::problem::Problem;
use crate::solver::problem::Vehicle;
use crate::solver::route::NOWHERE;
use crate::solver::route::Route;
use crate::solver::route::Stop;
use crate::solver::route::fits;
use crate::solver::route::leg;
use crate::solver::route::leg_cost;
use crate::solver::route::may_load;
use crate::solver::segment::NEVER;

/// Legs from and to a client that has no location in the problem yet.
pub trait Way {
    /// The way from the client to a location.
    fn to(&self, profile: u8, location: u32) -> Leg;

    /// The way from a location to the client.
    fn from(&self, profile: u8, location: u32) -> Leg;
}

/// A client that looks for a place.
#[derive(Debug, Clone, Copy)]
pub struct Newcomer<'a, W> {
    /// What it needs; location and window are not looked at.
    pub client: &'a Client,
    /// How to get there and away.
    pub way: &'a W,
}

/// A place where the newcomer fits, everybody else staying in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Insertion {
    /// Index of the route in the slice that was given.
    pub route: usize,
    /// The trip that carries the newcomer; where `opens_trip`, the index the new trip will have.
    pub trip: usize,
    /// Index that the newcomer will have in the trip.
    pub position: usize,
    /// The depot of the trip to be made for the newcomer alone, or `None` where it joins one.
    pub opens_trip: Option<u16>,
    /// What the route costs more.
    pub cost: i64,
    /// Earliest start of the newcomer's service.
    pub arrival: i32,
    /// Latest start of loading of its trip, after insertion.
    pub latest_loading: i32,
}

/// The part of the question that is the same for all routes.
struct Search<'a, W, L> {
    problem: &'a Problem,
    legs: &'a L,
    newcomer: &'a Newcomer<'a, W>,
    windows: Vec<Window>,
    opens_min: i32,
    closes_max: i32,
}

/// One of the windows, which are kept in the order in which they close.
struct Window {
    opens: i32,
    closes: i32,
    /// No window from this one on opens earlier.
    rest_opens: i32,
    /// Which it was when they were given.
    index: usize,
}

/// Puts windows in the order in which they close.
fn by_closing(windows: &[(i32, i32)]) -> Vec<Window> {
    let window = |(index, &(opens, closes))| Window { opens, closes, rest_opens: opens, index };
    let mut windows: Vec<Window> = windows.iter().enumerate().map(window).collect();
    windows.sort_unstable_by_key(|window| (window.closes, window.index));
    let mut rest_opens = i32::MAX;
    for window in windows.iter_mut().rev() {
        rest_opens = rest_opens.min(window.opens);
        window.rest_opens = rest_opens;
    }
    windows
}

/// Where the newcomer would stand and what is known before looking at windows.
struct Place<'a> {
    /// Filled in except for cost, arrival and latest loading.
    insertion: Insertion,
    vehicle: &'a Vehicle,
    /// Service may start at the newcomer at this time, if its window is open.
    reached: i32,
    /// Seconds from the start of loading to the newcomer when nothing is waited for.
    since_loading: i32,
    /// Latest start of loading for what lies before the newcomer.
    loading_closes: i32,
    /// Cost of the legs that lead to the newcomer, minus what is saved.
    cost_before: i64,
    next: &'a Stop,
}

/// Visits every feasible place of `newcomer` for each of several `windows` (first and last moment
/// at which service may start) in one pass.
///
/// Places are all positions of all trips and new trips before, between and after them, for each
/// depot allowed, also on vehicles without a trip (give an empty route for those). Trips before a
/// route's `first_open_trip` are left alone. Routes that are infeasible as they are get nothing.
/// Each place costs constant time, and constant time more for each window that it can meet; trips
/// that are over before all windows, or begin after them, are not looked at. Pruning is exact: no
/// triangle inequality is assumed.
pub fn each_insertion<W: Way, L: Legs>(
    problem: &Problem,
    legs: &L,
    routes: &[Route],
    newcomer: &Newcomer<'_, W>,
    windows: &[(i32, i32)],
    visit: &mut impl FnMut(usize, Insertion),
) {
    let Some(opens_min) = windows.iter().map(|window| window.0).min() else { return };
    let Some(closes_max) = windows.iter().map(|window| window.1).max() else { return };
    let windows = by_closing(windows);
    let search = Search { problem, legs, newcomer, windows, opens_min, closes_max };
    for (index, route) in routes.iter().enumerate() {
        let vehicle = &problem.vehicles[route.vehicle as usize];
        let is_able = newcomer.client.skills & !vehicle.skills == 0
            && fits(newcomer.client.load, [0, 0], vehicle.capacity);
        if route.is_feasible() && is_able {
            search.join_trips(index, route, vehicle, visit);
            search.open_trips(index, route, vehicle, visit);
        }
    }
}

impl<W: Way, L: Legs> Search<'_, W, L> {
    fn join_trips(
        &self,
        index: usize,
        route: &Route,
        vehicle: &Vehicle,
        visit: &mut impl FnMut(usize, Insertion),
    ) {
        let client = self.newcomer.client;
        for trip in self.first_trip_to_meet(route)..route.trips.len() {
            if route.stops[route.firsts[trip]].departure > self.closes_max {
                break;
            }
            let depot = route.trips[trip].depot;
            if !client.depots.allow(depot)
                || !fits(route.loads[trip], client.load, vehicle.capacity)
            {
                continue;
            }
            let (first, end) = (route.firsts[trip], route.firsts[trip + 1]);
            let loading = route.stops[first].arrival.max(client.release);
            // Both times only grow along the route.
            let skip = route.stops[first + 1..=end]
                .partition_point(|next| next.latest < self.opens_min + client.service);
            for before in first + skip..end {
                let (previous, next) = (&route.stops[before], &route.stops[before + 1]);
                let stretch = previous.stretch;
                if previous.departure > self.closes_max || loading > stretch.latest_start {
                    break;
                }
                let there = self.newcomer.way.from(vehicle.profile, previous.location);
                let place = Place {
                    insertion: blank(index, trip, before - first, None),
                    vehicle,
                    reached: stretch.completion(loading) + there.drive_seconds,
                    since_loading: stretch.duration + there.drive_seconds,
                    loading_closes: stretch.latest_start,
                    cost_before: leg_cost(vehicle, there) - previous.leg_cost,
                    next,
                };
                self.price(&place, visit);
            }
        }
    }

    /// The first trip that may be changed and is not over before all windows open.
    fn first_trip_to_meet(&self, route: &Route) -> usize {
        // What follows a trip may begin no earlier than what follows the trip before.
        let is_over = |&after: &usize| {
            route.stops[after].latest < self.opens_min.saturating_add(self.newcomer.client.service)
        };
        let over = route.firsts.get(1..).unwrap_or_default().partition_point(is_over);
        over.max(route.first_open_trip).min(route.trips.len())
    }

    fn open_trips(
        &self,
        index: usize,
        route: &Route,
        vehicle: &Vehicle,
        visit: &mut impl FnMut(usize, Insertion),
    ) {
        if route.trips.len() >= vehicle.trips_max as usize {
            return;
        }
        let client = self.newcomer.client;
        let fixed = if route.trips.is_empty() { vehicle.cost_fixed } else { 0 };
        for (depot, id) in self.problem.depots.iter().zip(0_u16..) {
            if !client.depots.allow(id) || !may_load(vehicle, id) {
                continue;
            }
            let loading_closes = depot.closes.min(vehicle.latest_loading).min(NEVER);
            let there = self.newcomer.way.from(vehicle.profile, depot.location);
            for trip in self.first_trip_to_meet(route)..=route.trips.len() {
                let before = route.firsts[trip] - 1;
                let (previous, next) = (&route.stops[before], &route.stops[before + 1]);
                if previous.departure > self.closes_max {
                    break;
                }
                // Without the way to the depot, so as not to look that up for every gap.
                let loading = previous.departure.max(depot.opens).max(client.release);
                let left = loading.saturating_add(depot.loading + there.drive_seconds);
                if left.saturating_add(client.service) > next.latest {
                    continue;
                }
                let reload = leg(self.legs, vehicle.profile, previous.location, depot.location);
                let loading = (previous.departure + reload.drive_seconds)
                    .max(depot.opens)
                    .max(client.release);
                if loading > loading_closes {
                    continue;
                }
                let since_loading = depot.loading + there.drive_seconds;
                let place = Place {
                    insertion: blank(index, trip, 0, Some(id)),
                    vehicle,
                    reached: loading + since_loading,
                    since_loading,
                    loading_closes,
                    cost_before: leg_cost(vehicle, reload) + leg_cost(vehicle, there) + fixed
                        - previous.leg_cost,
                    next,
                };
                self.price(&place, visit);
            }
        }
    }

    /// Visits a place for each window in which it is feasible.
    fn price(&self, place: &Place<'_>, visit: &mut impl FnMut(usize, Insertion)) {
        if place.reached > self.closes_max {
            return;
        }
        let onward = match place.next.location {
            NOWHERE => Leg::default(),
            location => self.newcomer.way.to(place.vehicle.profile, location),
        };
        let due = place.next.latest - onward.drive_seconds - self.newcomer.client.service;
        let cost = place.cost_before + leg_cost(place.vehicle, onward);
        let first = self.windows.partition_point(|window| window.closes < place.reached);
        for window in &self.windows[first..] {
            if window.rest_opens > due {
                break;
            }
            let arrival = place.reached.max(window.opens);
            let latest = window.closes.min(due);
            if arrival <= latest {
                let latest_loading = place.loading_closes.min(latest - place.since_loading);
                let found = Insertion { cost, arrival, latest_loading, ..place.insertion };
                visit(window.index, found);
            }
        }
    }
}

fn blank(route: usize, trip: usize, position: usize, opens_trip: Option<u16>) -> Insertion {
    Insertion { route, trip, position, opens_trip, cost: 0, arrival: 0, latest_loading: 0 }
}

#[cfg(test)]
#[path = "insertion_tests.rs"]
mod tests;
