//! Looks for a better plan behind the traffic.

use std::collections::BTreeMap;

use crate::model::ids::{OrderId, StoreId};
use crate::model::plan;
use crate::offers::ground::{Ground, duration};
use crate::planner::event::{RouteChange, Sequence};
use crate::planner::view::{Live, View};
use crate::solver::matrices::Matrices;
use crate::solver::problem::{Depot, Leg, Legs, Problem, Vehicle};
use crate::solver::route::{Route, Trip};
use crate::solver::search::{Budget, Progress, RoutePlan, SearchSettings, improve};

/// One search looks at so many orders at most. More are searched part by part: what lies far apart
/// hardly matters to each other. (Legs are kept in a table of this size squared.)
const ORDERS_MAX: usize = 250;

/// One search looks at so many couriers without orders at most: one is like another.
const IDLE_MAX: usize = 12;

/// The part of an express window, in fifths, into which the search may move an order. (Taste: of two
/// hours, 72 minutes; the rest is for what may go wrong, and for orders still to come.)
const PATIENCE_FIFTHS: i32 = 3;

/// How long and how to search.
#[derive(Clone, Copy)]
pub struct ImproveSettings<'a> {
    /// Seed of all randomness; also decides which part of a large plan is searched.
    pub seed: u64,
    /// How many searches run side by side.
    pub threads: usize,
    /// When to stop.
    pub budget: Budget<'a>,
}

/// A plan that the search likes better.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The plan it was made from.
    pub base: Sequence,
    /// The routes that would change; empty when nothing better was found.
    pub changes: Vec<RouteChange>,
    /// How many iterations the search took.
    pub iterations: u64,
}

/// Searches for a better plan than the one in `view`.
///
/// Only trips that may still be changed take part. Windows and releases are those of the ground, so
/// that what is found keeps every promise as far as the present plan does; whether pickers can
/// follow is for `decide` to say. `None` when there is nothing to improve.
pub fn propose(
    view: &View,
    settings: &ImproveSettings<'_>,
    stop: &(dyn Fn(Progress) -> bool + Sync),
) -> Option<Proposal> {
    let live = view.live.as_ref()?;
    let part = Part::choose(view, live, settings.seed)?;
    let matrices = Matrices::collect(&part, part.profiles(), part.problem.locations);
    let cost = |routes: &[RoutePlan]| -> i64 {
        let cost = |(vehicle, trips): &RoutePlan| {
            Route::evaluate(&part.problem, &matrices, *vehicle, trips.clone()).cost()
        };
        routes.iter().map(cost).sum()
    };
    let before = cost(&part.start);
    let search = SearchSettings {
        seed: settings.seed,
        threads: settings.threads,
        budget: settings.budget,
        seconds: None,
        cover: None,
    };
    let found = improve(&part.problem, &matrices, Some(part.start.clone()), &search, stop);
    let changes = if found.cost < before { part.changes(view, &found.routes) } else { vec![] };
    Some(Proposal { base: view.sequence, changes, iterations: found.iterations })
}

/// The part of a plan that one search looks at, with locations numbered anew.
struct Part<'a> {
    ground: &'a Ground,
    problem: Problem,
    /// Which of the ground's locations each location is.
    locations: Vec<u32>,
    /// Which of the ground's routes each vehicle drives.
    routes: Vec<usize>,
    /// Which order each client is.
    clients: Vec<OrderId>,
    start: Vec<RoutePlan>,
}

impl Legs for Part<'_> {
    fn leg(&self, profile: u8, from: u32, to: u32) -> Leg {
        // Only couriers of the region's profiles ask, and their legs are known.
        let known = self.problem.vehicles.iter().any(|vehicle| vehicle.profile == profile);
        let (from, to) = (self.locations[from as usize], self.locations[to as usize]);
        if known { self.ground.legs.leg(profile, from, to) } else { Leg::default() }
    }
}

impl<'a> Part<'a> {
    fn choose(view: &View, live: &'a Live, seed: u64) -> Option<Self> {
        let ground = &*live.ground;
        let open_orders = |route: &Route| -> usize {
            route.trips().iter().skip(route.first_open_trip()).map(|trip| trip.clients.len()).sum()
        };
        let busy: Vec<usize> =
            (0..ground.routes.len()).filter(|&r| open_orders(&ground.routes[r]) > 0).collect();
        // Any route will do to begin with; over many seeds each gets its turn.
        let turn = usize::try_from(seed / 2).unwrap_or_default();
        let first = *busy.get(turn % busy.len().max(1))?;
        let mut near: Vec<usize> = busy.clone();
        near.sort_by_key(|&route| (distance(ground, first, route), route));
        let (mut chosen, mut orders) = (Vec::new(), 0);
        for route in near {
            orders += open_orders(&ground.routes[route]);
            if orders > ORDERS_MAX && !chosen.is_empty() {
                break;
            }
            chosen.push(route);
        }
        // A courier who is gone takes no more trips than were left behind.
        let takes_trips = |route: &Route| {
            let trips_max = ground.problem.vehicles[route.vehicle() as usize].trips_max;
            route.trips().len() < usize::from(trips_max)
        };
        let idle =
            |&r: &usize| open_orders(&ground.routes[r]) == 0 && takes_trips(&ground.routes[r]);
        let mut idle: Vec<usize> = (0..ground.routes.len()).filter(idle).collect();
        idle.sort_by_key(|&route| (distance(ground, first, route), route));
        chosen.extend(idle.into_iter().take(IDLE_MAX));
        chosen.sort_unstable();
        let mut part = Self::of(live, chosen);
        if seed % 2 == 1 {
            part.open_stores(view, live);
        }
        Some(part)
    }

    /// Lets orders be delivered from other stores. Whether pickers there have time is not known to
    /// the search, and left to `decide`: so it is tried every other time only.
    fn open_stores(&mut self, view: &View, live: &Live) {
        for (client, order) in self.problem.clients.iter_mut().zip(&self.clients) {
            if let Some(order) = view.state.orders.get(order) {
                client.depots = view.state.depots_for(&live.region, view.now, order);
            }
        }
    }

    fn of(live: &'a Live, routes: Vec<usize>) -> Self {
        let ground = &*live.ground;
        let mut part = Self {
            ground,
            problem: Problem::default(),
            locations: Vec::new(),
            routes,
            clients: Vec::new(),
            start: Vec::new(),
        };
        let mut numbers = BTreeMap::new();
        for depot in &ground.problem.depots {
            let location = part.number(&mut numbers, depot.location);
            part.problem.depots.push(Depot { location, ..*depot });
        }
        for (vehicle, route) in (0..).zip(part.routes.clone()) {
            let free = part.after_locked_trips(live, route);
            let start_location = part.number(&mut numbers, free.start_location);
            let end_location = free.end_location.map(|end| part.number(&mut numbers, end));
            part.problem.vehicles.push(Vehicle { start_location, end_location, ..free });
            let route = &ground.routes[route];
            let mut trips = Vec::new();
            for trip in route.trips().iter().skip(route.first_open_trip()) {
                let clients =
                    trip.clients.iter().map(|&c| part.add(live, &mut numbers, c)).collect();
                trips.push(Trip { depot: trip.depot, clients });
            }
            part.start.push((vehicle, trips));
        }
        part.problem.locations = u32::try_from(part.locations.len()).unwrap_or(u32::MAX);
        part
    }

    fn number(&mut self, numbers: &mut BTreeMap<u32, u32>, location: u32) -> u32 {
        *numbers.entry(location).or_insert_with(|| {
            self.locations.push(location);
            u32::try_from(self.locations.len() - 1).unwrap_or(u32::MAX)
        })
    }

    /// Adds a client. One with a wide window is not moved into its last part, unless it is there
    /// already: the search counts meters, and would let everybody wait for the fullest trip.
    fn add(&mut self, live: &Live, numbers: &mut BTreeMap<u32, u32>, client: u32) -> u32 {
        let mut added = self.ground.problem.clients[client as usize];
        added.location = self.number(numbers, added.location);
        let width = added.closes.saturating_sub(added.opens);
        if width > duration(live.region.policy.window) {
            let order = self.ground.clients[client as usize];
            let expected = live.outlook.arrivals.get(&order);
            let expected = expected.map_or(added.closes, |&at| self.ground.seconds(at));
            let patience = added.opens.saturating_add(width / 5 * PATIENCE_FIFTHS);
            added.closes = added.closes.min(patience.max(expected));
        }
        self.problem.clients.push(added);
        self.clients.push(self.ground.clients[client as usize]);
        u32::try_from(self.clients.len() - 1).unwrap_or(u32::MAX)
    }

    /// The vehicle of a route as it is once the trips that cannot be changed are done.
    fn after_locked_trips(&self, live: &Live, route: usize) -> Vehicle {
        let ground = self.ground;
        let mut vehicle = ground.problem.vehicles[route].clone();
        let locked = ground.routes[route].first_open_trip();
        let planned = live.outlook.planned.get(&ground.route_ids[route]);
        let last_locked = planned.and_then(|trips| trips.get(locked.checked_sub(1)?));
        let last_door = last_locked.and_then(|trip| trip.stops.last());
        if let Some(door) = last_door {
            let trip = &ground.routes[route].trips()[locked - 1];
            let client = trip.clients.last().map(|&c| ground.problem.clients[c as usize].location);
            vehicle.start_location = client.unwrap_or(vehicle.start_location);
            vehicle.available = ground.seconds(door.leaves_at);
        }
        vehicle
    }

    fn profiles(&self) -> u8 {
        self.problem.vehicles.iter().map(|vehicle| vehicle.profile + 1).max().unwrap_or_default()
    }

    /// The planned trips of each route that differs from what is planned now.
    fn changes(&self, view: &View, found: &[RoutePlan]) -> Vec<RouteChange> {
        let mut changes = Vec::new();
        for (vehicle, &route) in self.routes.iter().enumerate() {
            let id = self.ground.route_ids[route];
            let Some(planned) = view.state.routes.get(&id) else { continue };
            let locked = self.ground.routes[route].first_open_trip().min(planned.trips.len());
            let mut trips = planned.trips[..locked].to_vec();
            let open = found.iter().find(|(other, _)| *other as usize == vehicle);
            for trip in open.map_or(&[][..], |(_, trips)| trips) {
                let orders = trip.clients.iter().map(|&client| self.clients[client as usize]);
                trips.push(plan::Trip { store: StoreId(trip.depot), orders: orders.collect() });
            }
            if trips != planned.trips {
                changes.push(RouteChange { route: id, trips });
            }
        }
        changes
    }
}

/// How far apart two routes are: the drive between their first open doors, and the time between
/// their shifts. Routes that never work at the same time have little to exchange.
fn distance(ground: &Ground, from: usize, to: usize) -> i64 {
    let place = |route: usize| {
        let trips = &ground.routes[route];
        let first =
            trips.trips().get(trips.first_open_trip()).and_then(|trip| trip.clients.first());
        let door = first.map(|&client| ground.problem.clients[client as usize].location);
        door.unwrap_or(ground.problem.vehicles[route].start_location)
    };
    let (a, b) = (&ground.problem.vehicles[from], &ground.problem.vehicles[to]);
    let gap = a.available.max(b.available) - a.latest_loading.min(b.latest_loading);
    let drive = ground.legs.leg(a.profile, place(from), place(to)).drive_seconds;
    i64::from(drive) + i64::from(gap.max(0))
}
