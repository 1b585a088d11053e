//! Where an order fits only if somebody else is moved.
//!
//! Of the orders near the door that are delivered around the window, one after the other is taken
//! out: alone, with all that follow it on its trip (which splits the trip), or with its whole short
//! trip (which is merged into others). The new order is put into what is left of the route, and who
//! was taken out is put back wherever it costs least. It counts only if the plan that comes out is
//! proven as any other place is: nobody is later than promised, and nobody less sure of it than the
//! floor allows. Trips that are being loaded, or soon will be, stay as they are.
//!
//! # Source
//! Ejection chains of length one; Glover (1996), *Ejection chains, reference structures and
//! alternating path methods*, doi:10.1016/0166-218X(94)00037-E. That one ejection recovers a good
//! part of what insertion refuses: Campbell, Savelsbergh (2005), *Decision support for consumer
//! direct grocery initiatives*, doi:10.1287/trsc.1040.0105.

use std::ops::Range;

use crate::model::ids::StoreId;
use crate::offers::feasibility::{Change, Place, with_newcomer};
use crate::offers::trial::{Asked, ClientWay, Newcomer, Redrawn, Trial};
use crate::solver::insertion::{self, Insertion, each_insertion};
use crate::solver::problem::{Client, Legs};

/// So many attempts at most are made for one window. (Taste: half of what a quote may make.)
const ATTEMPTS_PER_WINDOW_MAX: u32 = 16;

/// So many orders near the door are looked at for one window. (Taste.)
const NEIGHBORS_MAX: usize = 8;

/// So many orders at most are moved at once. (Taste: who is moved must fit somewhere else.)
const MOVED_MAX: usize = 3;

/// An order is delivered around a window if it is there so long before or after it. (Taste: as long
/// as a trip takes.)
const AROUND: i32 = 45 * 60;

/// How much work may still be done, in attempts: the same on any machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Budget {
    attempts: u32,
}

impl Budget {
    /// For so many attempts.
    pub(crate) fn of(attempts: u32) -> Self {
        Self { attempts }
    }

    /// Whether there is something left; if so, it is one less.
    pub(crate) fn take(&mut self) -> bool {
        let is_left = self.attempts > 0;
        self.attempts = self.attempts.saturating_sub(1);
        is_left
    }
}

/// An order of the plan near the new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Neighbor {
    /// Seconds there and back.
    drive: i32,
    route: usize,
    trip: usize,
    position: usize,
}

/// Finds a place by moving somebody else, if it can be found within `budget`. `stores` are those
/// who can carry it.
pub(crate) fn repair(
    trial: &Trial<'_>,
    stores: &[StoreId],
    asked: Asked,
    budget: &mut Budget,
) -> Option<Place> {
    if budget.attempts == 0 {
        return None;
    }
    let mut attempts = Budget { attempts: ATTEMPTS_PER_WINDOW_MAX.min(budget.attempts) };
    let before = attempts.attempts;
    let found = first_that_is_kept(trial, stores, asked, &mut attempts);
    budget.attempts -= before - attempts.attempts;
    found
}

fn first_that_is_kept(
    trial: &Trial<'_>,
    stores: &[StoreId],
    asked: Asked,
    attempts: &mut Budget,
) -> Option<Place> {
    let neighbors = neighbors(trial, stores, asked);
    for moved in [Moved::Alone, Moved::WithFollowing, Moved::WithTrip] {
        for &neighbor in &neighbors {
            let trip = &trial.trips_of(neighbor.route)[neighbor.trip];
            let Some(range) = moved.range(trip.clients.len(), neighbor.position) else { continue };
            if !attempts.take() {
                return None;
            }
            if let Some(place) = attempt(trial, neighbor, range, asked) {
                return Some(place);
            }
        }
    }
    None
}

/// Who is taken out together.
#[derive(Debug, Clone, Copy)]
enum Moved {
    Alone,
    WithFollowing,
    WithTrip,
}

impl Moved {
    /// The positions that are taken out, if that is something of its own.
    fn range(self, doors: usize, position: usize) -> Option<Range<usize>> {
        let range = match self {
            Self::Alone => position..position + 1,
            Self::WithFollowing => position..doors,
            Self::WithTrip => 0..doors,
        };
        let is_own = match self {
            Self::Alone => true,
            Self::WithFollowing => range.len() > 1 && position > 0,
            // The trip is the same for all its orders.
            Self::WithTrip => range.len() > 1 && position == 0,
        };
        (is_own && range.len() <= MOVED_MAX).then_some(range)
    }
}

/// The orders near the door that may be moved, nearest first.
fn neighbors(trial: &Trial<'_>, stores: &[StoreId], asked: Asked) -> Vec<Neighbor> {
    let ground = trial.ground;
    let (opens, closes) = asked.bounds;
    let door = trial.legs.location();
    let mut nearest: Vec<Neighbor> = Vec::new();
    for (index, route) in ground.routes.iter().enumerate() {
        let profile = ground.problem.vehicles[index].profile;
        for (number, trip) in route.trips().iter().enumerate().skip(route.first_open_trip()) {
            let timing = route.timing(number);
            if timing.earliest_loading > closes.saturating_add(AROUND) {
                break;
            }
            if !stores.contains(&StoreId(trip.depot)) {
                continue;
            }
            for (position, &client) in trip.clients.iter().enumerate() {
                let is_around = route.arrival(number, position) <= closes.saturating_add(AROUND)
                    && route.latest(number, position) >= opens.saturating_sub(AROUND);
                if !is_around {
                    continue;
                }
                let place = ground.problem.clients[client as usize].location;
                let there = trial.legs.leg(profile, door, place).drive_seconds;
                let back = trial.legs.leg(profile, place, door).drive_seconds;
                let drive = there.saturating_add(back);
                let neighbor = Neighbor { drive, route: index, trip: number, position };
                if nearest.len() < NEIGHBORS_MAX || neighbor < nearest[NEIGHBORS_MAX - 1] {
                    nearest.insert(nearest.partition_point(|other| *other < neighbor), neighbor);
                    nearest.truncate(NEIGHBORS_MAX);
                }
            }
        }
    }
    nearest
}

/// Takes somebody out, puts the new order in, and puts back who was taken out.
fn attempt(
    trial: &Trial<'_>,
    neighbor: Neighbor,
    range: Range<usize>,
    asked: Asked,
) -> Option<Place> {
    let mut trips = trial.trips_of(neighbor.route).to_vec();
    let store = StoreId(trips[neighbor.trip].depot);
    let newcomers = [trial.newcomer(store, asked)];
    let moved: Vec<u32> = trips[neighbor.trip].clients.drain(range).collect();
    if trips[neighbor.trip].clients.is_empty() {
        trips.remove(neighbor.trip);
    }
    let mut copy = Copy { trial, newcomers: &newcomers, redrawn: Vec::new() };
    copy.redrawn.push(trial.redraw(neighbor.route, &trips, &newcomers));
    let newcomer = &newcomers[0];
    let own = copy.best_in(0, &newcomer.client)?;
    copy.put(0, trial.first_newcomer(), own);
    for id in moved {
        copy.put_back(id)?;
    }
    let proven = trial.prove(copy.redrawn.clone(), &newcomers).ok()?;
    let proven = proven.first()?;
    let insertion = copy.place_of_newcomer()?;
    let moved = copy.moved();
    let (arrival, reached) = (proven.arrival, proven.reached);
    Some(Place { insertion, store, arrival, reached, moved })
}

/// The plan as it would be: the ground but for some routes.
pub(crate) struct Copy<'a> {
    pub(crate) trial: &'a Trial<'a>,
    pub(crate) newcomers: &'a [Newcomer],
    pub(crate) redrawn: Vec<Redrawn>,
}

impl Copy<'_> {
    /// The cheapest place for a client in a changed route.
    pub(crate) fn best_in(&self, part: usize, client: &Client) -> Option<Insertion> {
        let Redrawn { problem, route, .. } = &self.redrawn[part];
        let legs = &self.trial.legs;
        let way = ClientWay { legs, location: client.location };
        let newcomer = insertion::Newcomer { client, way: &way };
        let mut best: Option<Insertion> = None;
        let bounds = [(client.opens, client.closes)];
        let mut keep = |_: usize, found: Insertion| {
            if best.is_none_or(|best| found.cost < best.cost) {
                best = Some(found);
            }
        };
        each_insertion(problem, legs, std::slice::from_ref(route), &newcomer, &bounds, &mut keep);
        best
    }

    /// The cheapest place for a client in the routes that stay as they are.
    fn best_elsewhere(&self, client: &Client) -> Option<Insertion> {
        let ground = self.trial.ground;
        let legs = &self.trial.legs;
        let way = ClientWay { legs, location: client.location };
        let newcomer = insertion::Newcomer { client, way: &way };
        let mut best: Option<Insertion> = None;
        let bounds = [(client.opens, client.closes)];
        let mut keep = |_: usize, found: Insertion| {
            let is_changed = || self.redrawn.iter().any(|part| part.index == found.route);
            let is_better = best.is_none_or(|best| found.cost < best.cost);
            if is_better && !is_changed() {
                best = Some(found);
            }
        };
        each_insertion(&ground.problem, legs, &ground.routes, &newcomer, &bounds, &mut keep);
        best
    }

    /// Puts somebody into a changed route.
    pub(crate) fn put(&mut self, part: usize, id: u32, insertion: Insertion) {
        let index = self.redrawn[part].index;
        let trips = with_newcomer(&self.redrawn[part].trips(), id, insertion);
        self.redrawn[part] = self.trial.redraw(index, &trips, self.newcomers);
    }

    /// Puts an order back, or a newcomer in, wherever it costs least.
    pub(crate) fn put_back(&mut self, id: u32) -> Option<()> {
        let client = self.trial.client(id, self.newcomers);
        let parts = 0..self.redrawn.len();
        let here = parts.filter_map(|part| Some((part, self.best_in(part, &client)?)));
        let here = here.min_by_key(|(_, insertion)| insertion.cost);
        let elsewhere = self.best_elsewhere(&client);
        match (here, elsewhere) {
            (here, Some(other)) if here.is_none_or(|(_, here)| other.cost < here.cost) => {
                let trips = with_newcomer(self.trial.trips_of(other.route), id, other);
                let redrawn = self.trial.redraw(other.route, &trips, self.newcomers);
                self.redrawn.push(redrawn);
            }
            (Some((part, here)), _) => self.put(part, id, here),
            (None, _) => return None,
        }
        Some(())
    }

    /// Where the new order is, and what it costs altogether.
    fn place_of_newcomer(&self) -> Option<Insertion> {
        let id = self.trial.first_newcomer();
        let is_known = |part: &&Redrawn| part.index < self.trial.ground.routes.len();
        let before = self.redrawn.iter().filter(is_known);
        let before: i64 = before.map(|part| self.trial.ground.routes[part.index].cost()).sum();
        let after: i64 = self.redrawn.iter().map(|part| part.route.cost()).sum();
        self.redrawn.iter().find_map(|part| {
            let trips = part.trips();
            let trip = trips.iter().position(|trip| trip.clients.contains(&id))?;
            let position = trips[trip].clients.iter().position(|&client| client == id)?;
            let alone = trips[trip].clients.len() == 1;
            Some(Insertion {
                route: part.index,
                trip,
                position,
                opens_trip: alone.then_some(trips[trip].depot),
                cost: after - before,
                arrival: part.route.arrival(trip, position),
                latest_loading: part.route.timing(trip).latest_loading,
            })
        })
    }

    /// The changed routes without the new order.
    fn moved(&self) -> Vec<Change> {
        let id = self.trial.first_newcomer();
        let without = |part: &Redrawn| {
            let mut trips = part.trips();
            for trip in &mut trips {
                trip.clients.retain(|&client| client != id);
            }
            trips.retain(|trip| !trip.clients.is_empty());
            (part.index, trips)
        };
        self.redrawn.iter().map(without).collect()
    }
}
