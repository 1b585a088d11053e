//! Makes room for an order where there is none: somebody near moves elsewhere.
//!
//! A neighbor of the door is taken off its trip, the newcomer gets the cheapest place on that route,
//! and the neighbor the cheapest of all routes, or a trip of its own. The whole is then done on a
//! copy, as any insertion. How often that is tried is bounded by a number of trials, not by a clock.
//!
//! # Source
//! Ejection chains (Glover 1996, doi:10.1016/0166-218X(94)00037-E) of length one.

use crate::model::ids::StoreId;
use crate::offers::feasibility::{Change, Place};
use crate::offers::ground::RowWay;
use crate::offers::trial::{Asked, Kept, Trial, put};
use crate::solver::insertion::{Insertion, Newcomer, Way, each_insertion};
use crate::solver::problem::{Leg, Legs};
use crate::solver::route::{Route, Trip};

/// For one window so many neighbors are moved on trial. (Taste: those who are nearest share the way.)
const NEIGHBORS_MAX: usize = 6;

/// So many of those near the door are known at all. (Taste: most have another window.)
const NEAR_MAX: usize = 64;

/// Somebody on a trip that may still be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Neighbor {
    /// Seconds to the newcomer's door and back.
    way: i32,
    client: u32,
    route: usize,
    trip: usize,
    position: usize,
}

/// Repairs for one newcomer.
pub(crate) struct Repair<'t, 'a> {
    pub(crate) trial: &'t mut Trial<'a>,
    stores: &'t [StoreId],
    trials_left: u32,
    /// The nearest first; found when they are first needed.
    near: Option<Vec<Neighbor>>,
}

/// The way between a known place and others.
struct KnownWay<'a, L> {
    legs: &'a L,
    location: u32,
}

impl<L: Legs> Way for KnownWay<'_, L> {
    fn to(&self, profile: u8, location: u32) -> Leg {
        self.legs.leg(profile, self.location, location)
    }

    fn from(&self, profile: u8, location: u32) -> Leg {
        self.legs.leg(profile, location, self.location)
    }
}

impl<'t, 'a> Repair<'t, 'a> {
    /// For a newcomer that these stores can send, with so many trials.
    pub(crate) fn new(trial: &'t mut Trial<'a>, stores: &'t [StoreId], trials: u32) -> Self {
        Self { trial, stores, trials_left: trials, near: None }
    }

    /// A place in a window after one neighbor has moved, if one is found.
    pub(crate) fn place(&mut self, asked: Asked) -> Option<Place> {
        if self.trials_left == 0 {
            return None;
        }
        if self.near.is_none() {
            self.near = Some(self.neighbors());
        }
        let (opens, closes) = asked.bounds;
        let clients = &self.trial.problem.clients;
        let is_then = |neighbor: &&Neighbor| {
            let client = &clients[neighbor.client as usize];
            client.opens <= closes && client.closes >= opens
        };
        let near = self.near.iter().flatten().filter(is_then).take(NEIGHBORS_MAX);
        let chosen: Vec<Neighbor> = near.copied().collect();
        for neighbor in chosen {
            if self.trials_left == 0 {
                return None;
            }
            self.trials_left -= 1;
            if let Some(place) = self.move_away(neighbor, asked) {
                return Some(place);
            }
        }
        None
    }

    /// Those near the door who could be moved, the nearest first.
    fn neighbors(&self) -> Vec<Neighbor> {
        let (ground, row) = (self.trial.ground, RowWay(self.trial.row));
        let mut near = Vec::new();
        for (route, planned) in ground.routes.iter().enumerate() {
            let profile = ground.problem.vehicles[planned.vehicle() as usize].profile;
            for trip in planned.first_open_trip()..planned.trips().len() {
                for (position, &client) in planned.trips()[trip].clients.iter().enumerate() {
                    let location = ground.problem.clients[client as usize].location;
                    let there = row.to(profile, location).drive_seconds;
                    let way = there.saturating_add(row.from(profile, location).drive_seconds);
                    near.push(Neighbor { way, client, route, trip, position });
                }
            }
        }
        if near.len() > NEAR_MAX {
            near.select_nth_unstable(NEAR_MAX);
            near.truncate(NEAR_MAX);
        }
        near.sort_unstable();
        near
    }

    /// Moves a neighbor away for the newcomer.
    fn move_away(&mut self, neighbor: Neighbor, asked: Asked) -> Option<Place> {
        let ground = self.trial.ground;
        let route = &ground.routes[neighbor.route];
        let mut trips = route.trips().to_vec();
        take(&mut trips, neighbor.client);
        let without = self.evaluate(neighbor.route, trips);
        if !without.is_feasible() {
            return None;
        }
        let (store, insertion) = self.cheapest_on(&without, asked)?;
        let mut trips = without.trips().to_vec();
        put(&mut trips, Insertion { route: 0, ..insertion }, self.trial.newcomer());
        let with = self.evaluate(neighbor.route, trips);
        let moved = self.cheapest_for(neighbor, &with)?;
        let mut changes = vec![(neighbor.route, with.trips().to_vec())];
        if moved.route != neighbor.route {
            changes.push((moved.route, ground.routes[moved.route].trips().to_vec()));
        }
        if let Some((_, trips)) = changes.last_mut() {
            put(trips, moved, neighbor.client);
        }
        let Kept { arrival, reached } = self.trial.prove(store, asked, &changes).ok()?;
        let cost = self.cost_of(&changes);
        let (insertion, moved) = split(changes, self.trial.newcomer())?;
        let insertion = Insertion { cost, arrival, ..insertion };
        Some(Place { insertion, moved, store, arrival, reached })
    }

    fn evaluate(&self, index: usize, trips: Vec<Trip>) -> Route {
        let (ground, trial) = (self.trial.ground, &self.trial);
        let route = &ground.routes[index];
        let changed = Route::evaluate(&trial.problem, &trial.legs, route.vehicle(), trips);
        changed.locked(route.first_open_trip())
    }

    /// The newcomer's cheapest place on a route.
    fn cheapest_on(&mut self, route: &Route, asked: Asked) -> Option<(StoreId, Insertion)> {
        let mut best: Option<(i64, StoreId, Insertion)> = None;
        for &store in self.stores {
            self.trial.settle(store, asked);
            let trial = &*self.trial;
            let loads_from = trial.loads_from(store, asked.bounds.0);
            let client = trial.problem.clients[trial.newcomer() as usize];
            let newcomer = Newcomer { client: &client, way: &RowWay(trial.row) };
            let routes = std::slice::from_ref(route);
            let windows = [asked.bounds];
            let mut keep = |_: usize, insertion: Insertion| {
                let is_cheaper = best.is_none_or(|(cost, ..)| insertion.cost < cost);
                if insertion.latest_loading >= loads_from && is_cheaper {
                    best = Some((insertion.cost, store, insertion));
                }
            };
            let legs = &trial.ground.legs;
            each_insertion(&trial.problem, legs, routes, &newcomer, &windows, &mut keep);
        }
        let (_, store, insertion) = best?;
        self.trial.settle(store, asked);
        Some((store, insertion))
    }

    /// The cheapest place for a neighbor on another route, or elsewhere on its own, which is `own`
    /// by now.
    fn cheapest_for(&self, neighbor: Neighbor, own: &Route) -> Option<Insertion> {
        let (ground, trial) = (self.trial.ground, &self.trial);
        let client = trial.problem.clients[neighbor.client as usize];
        let way = KnownWay { legs: &trial.legs, location: client.location };
        let newcomer = Newcomer { client: &client, way: &way };
        let windows = [(client.opens, client.closes)];
        let loads_from = ground.loads_from[neighbor.client as usize];
        let mut best: Option<Insertion> = None;
        let mut keep = |insertion: Insertion| {
            let is_cheaper = best.is_none_or(|best| insertion.cost < best.cost);
            if insertion.latest_loading >= loads_from && is_cheaper {
                best = Some(insertion);
            }
        };
        let routes = std::slice::from_ref(own);
        each_insertion(
            &trial.problem,
            &trial.legs,
            routes,
            &newcomer,
            &windows,
            &mut |_, found| {
                keep(Insertion { route: neighbor.route, ..found });
            },
        );
        let routes = &ground.routes;
        each_insertion(
            &trial.problem,
            &trial.legs,
            routes,
            &newcomer,
            &windows,
            &mut |_, found| {
                if found.route != neighbor.route {
                    keep(found);
                }
            },
        );
        best
    }

    /// What changed routes cost more than they do.
    fn cost_of(&self, changes: &[Change]) -> i64 {
        let more = |(index, trips): &Change| {
            self.evaluate(*index, trips.clone()).cost() - self.trial.ground.routes[*index].cost()
        };
        changes.iter().map(more).sum()
    }
}

/// Takes a client off its trip, and the trip away when it was the last.
fn take(trips: &mut Vec<Trip>, client: u32) {
    for trip in trips.iter_mut() {
        trip.clients.retain(|&other| other != client);
    }
    trips.retain(|trip| !trip.clients.is_empty());
}

/// Tells the newcomer's place from what the others do.
fn split(mut changes: Vec<Change>, newcomer: u32) -> Option<(Insertion, Vec<Change>)> {
    let mut found = None;
    for (route, trips) in &mut changes {
        for (trip, stops) in trips.iter().enumerate() {
            let Some(position) = stops.clients.iter().position(|&client| client == newcomer) else {
                continue;
            };
            let opens_trip = (stops.clients.len() == 1).then_some(stops.depot);
            let (route, cost, arrival, latest_loading) = (*route, 0, 0, 0);
            found = Some(Insertion {
                route,
                trip,
                position,
                opens_trip,
                cost,
                arrival,
                latest_loading,
            });
        }
        take(trips, newcomer);
    }
    Some((found?, changes))
}
