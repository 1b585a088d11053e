//! A solution that may break its promises, in flat arrays, with everything that prices a change.
//!
//! A trip can be cut after any stop and joined to pieces of others in constant time: each stop
//! knows the stretch from its loading up to it and from it to the end of its trip, and each loading
//! everything before it and everything from it on.

pub(crate) mod absent;
pub(crate) mod apply;
pub(crate) mod refresh;

use crate::solver::draft::absent::Absent;
use crate::solver::instance::Instance;
use crate::solver::numbering::Numbering;
use crate::solver::penalties::Excess;
use crate::solver::penalties::Penalties;
use crate::solver::problem::LOADS;
use crate::solver::search::RoutePlan;
use crate::solver::segment::NEVER;
use crate::solver::segment::Segment;
use crate::solver::trip::Trip;

/// No stop, no trip, no vehicle.
pub(crate) const NONE: u32 = u32::MAX;

/// A start, loading, client or end and its place in its route. One cache line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(align(64))]
pub(crate) struct Stop {
    pub(crate) previous: u32,
    pub(crate) next: u32,
    /// The trip, of clients that have a place and of loadings.
    pub(crate) trip: u32,
    /// Whose route this is in; none for absent clients.
    pub(crate) vehicle: u32,
    /// How many stops of the route come before.
    pub(crate) position: u32,
    pub(crate) location: u32,
    /// Scaled cost of the leg to the next stop.
    pub(crate) cost: i32,
    /// Seconds to the next stop.
    pub(crate) drive: i32,
    /// What it takes of the trip's capacity.
    pub(crate) load: [i32; LOADS],
    /// What it and the clients before it in its trip take together.
    pub(crate) carried: [i32; LOADS],
    /// Scaled cost of the legs from the start to here.
    pub(crate) reached: i64,
}

/// The times of a stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Timing {
    /// The visit alone.
    pub(crate) own: Segment,
    /// From the loading of the trip up to here, both included.
    pub(crate) prefix: Segment,
    /// From here to the last client of the trip, both included.
    pub(crate) suffix: Segment,
}

/// What surrounds a loading or an end, releases folded in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Closed {
    /// Everything before it.
    pub(crate) head: Segment,
    /// Everything from it on.
    pub(crate) tail: Segment,
}

/// A trip, or a number free to become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Haul {
    pub(crate) depot: u16,
    /// Whether it must stay as it is.
    pub(crate) is_locked: bool,
    /// How many trips its vehicle makes before.
    pub(crate) index: u32,
    pub(crate) clients: u32,
    /// The last client or, where there is none, the loading.
    pub(crate) last: u32,
    pub(crate) load: [i32; LOADS],
}

/// What one vehicle does, in total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Tour {
    pub(crate) trips: u32,
    /// Scaled cost of the legs.
    pub(crate) legs: i64,
    /// Scaled cost of using the vehicle, and of how long it is used.
    pub(crate) usage: i64,
    /// The part of this that does not depend on how long.
    pub(crate) fixed: i64,
    pub(crate) excess: Excess,
}

/// A solution that may be infeasible, and what its parts cost.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) stops: Vec<Stop>,
    pub(crate) timings: Vec<Timing>,
    /// By number of the stop, not counting clients.
    pub(crate) closed: Vec<Closed>,
    pub(crate) hauls: Vec<Haul>,
    pub(crate) tours: Vec<Tour>,
    /// Clients without a place.
    pub(crate) absent: Absent,
    /// One unused vehicle of each group, or none.
    pub(crate) idle: Vec<u32>,
    free_trips: Vec<u32>,
    /// Stops of the routes being changed, while they are.
    sequences: [Vec<u32>; 2],
    pub(crate) ids: Numbering,
}

impl Draft {
    /// Only what is locked; everybody else is absent.
    pub(crate) fn new(instance: &Instance) -> Self {
        let (clients, vehicles) = (instance.clients(), instance.vehicles());
        let locked: usize = instance.problem.vehicles.iter().map(|data| data.locked.len()).sum();
        // Each open trip has a client; two more may be made before those they replace are gone.
        let trips = clients as usize + locked + 2;
        let none = Segment::visit(-NEVER, NEVER, 0, -NEVER);
        let mut draft = Self {
            stops: Vec::with_capacity((clients + 2 * vehicles) as usize + trips),
            timings: Vec::new(),
            closed: vec![Closed { head: none, tail: none }; 2 * vehicles as usize + trips],
            hauls: vec![FREE; trips],
            tours: vec![Tour::default(); vehicles as usize],
            absent: Absent::new(instance),
            idle: vec![NONE; instance.groups.len()],
            free_trips: Vec::with_capacity(trips),
            sequences: [Vec::new(), Vec::new()],
            ids: Numbering { clients, vehicles },
        };
        draft.number_stops(instance, trips);
        draft.load_routes(instance, &[]);
        draft
    }

    fn number_stops(&mut self, instance: &Instance, trips: usize) {
        for client in &instance.problem.clients {
            let (opens, closes) = (client.opens.max(-NEVER), client.closes.min(NEVER));
            let own = Segment::visit(opens, closes, client.service, client.release);
            self.push_stop(Stop { load: client.load, ..stop(client.location) }, own);
        }
        for vehicle in &instance.problem.vehicles {
            let own = Segment::visit(vehicle.available, NEVER, 0, -NEVER);
            self.push_stop(stop(vehicle.start_location), own);
            let own = Segment::visit(-NEVER, vehicle.latest_end.min(NEVER), 0, -NEVER);
            self.push_stop(stop(vehicle.end_location.unwrap_or(instance.nowhere())), own);
        }
        for _ in 0..trips {
            self.push_stop(stop(0), Segment::visit(-NEVER, NEVER, 0, -NEVER));
        }
        for vehicle in 0..self.ids.vehicles {
            let (start, end) =
                (self.ids.start_of(vehicle) as usize, self.ids.end_of(vehicle) as usize);
            self.stops[start].vehicle = vehicle;
            self.stops[end].vehicle = vehicle;
        }
    }

    fn push_stop(&mut self, stop: Stop, own: Segment) {
        self.stops.push(stop);
        self.timings.push(Timing { own, prefix: own, suffix: own });
    }

    /// Takes over these routes; whoever is in none of them is absent.
    ///
    /// Routes include what is locked; vehicles without one do what is locked and nothing else.
    /// Trips without clients are left out unless they are locked.
    pub(crate) fn load_routes(&mut self, instance: &Instance, routes: &[RoutePlan]) {
        let free = u32::try_from(self.hauls.len()).expect("fewer than 4 billion trips");
        self.free_trips.clear();
        self.free_trips.extend((0..free).rev());
        self.hauls.fill(FREE);
        for client in 0..self.ids.clients as usize {
            self.stops[client].trip = NONE;
            self.stops[client].vehicle = NONE;
        }
        for vehicle in 0..self.ids.vehicles {
            let (start, end) = (self.ids.start_of(vehicle), self.ids.end_of(vehicle));
            self.link(start, end);
        }
        for (vehicle, trips) in routes {
            let locked = instance.problem.vehicles[*vehicle as usize].locked.len();
            self.append_trips(*vehicle, trips, locked);
        }
        for (data, vehicle) in instance.problem.vehicles.iter().zip(0..) {
            if self.stop(self.ids.start_of(vehicle)).next == self.ids.end_of(vehicle) {
                self.append_trips(vehicle, &data.locked, data.locked.len());
            }
            self.refresh(instance, vehicle);
        }
        let stops = &self.stops;
        self.absent.reset(|client| stops[client as usize].trip == NONE);
        self.find_idle(instance);
    }

    fn append_trips(&mut self, vehicle: u32, trips: &[Trip], locked: usize) {
        let mut at = self.ids.start_of(vehicle);
        for (index, trip) in trips.iter().enumerate() {
            let is_locked = index < locked;
            if trip.clients.is_empty() && !is_locked {
                continue;
            }
            let id = self.take_trip(trip.depot);
            self.hauls[id as usize].is_locked = is_locked;
            let loading = self.ids.loading_of(id);
            self.link(at, loading);
            at = loading;
            for &client in &trip.clients {
                self.link(at, client);
                self.stops[client as usize].trip = id;
                at = client;
            }
        }
        self.link(at, self.ids.end_of(vehicle));
    }

    /// What every used vehicle does, locked trips included.
    pub(crate) fn routes(&self) -> Vec<RoutePlan> {
        let is_used = |vehicle: &u32| self.tours[*vehicle as usize].trips > 0;
        let used = (0..self.ids.vehicles).filter(is_used);
        used.map(|vehicle| (vehicle, self.route(vehicle))).collect()
    }

    fn route(&self, vehicle: u32) -> Vec<Trip> {
        let next = |at| self.stop(at).next;
        self.ids.trips(vehicle, next, |at| self.haul(self.stop(at).trip).depot)
    }

    /// Scaled cost: legs, vehicles, absence, and penalties for what is exceeded.
    ///
    /// Whoever must be visited and is not costs more than any solution without penalties.
    pub(crate) fn cost(&self, penalties: &Penalties) -> i64 {
        let tour = |tour: &Tour| tour.legs + tour.usage + penalties.of(tour.excess);
        self.tours.iter().map(tour).sum::<i64>() + self.absent.cost()
    }

    /// What is exceeded, in total.
    pub(crate) fn excess(&self) -> Excess {
        self.tours.iter().fold(Excess::default(), |sum, tour| sum.plus(tour.excess))
    }

    /// Whether nothing is exceeded. Clients may be absent.
    pub(crate) fn is_feasible(&self) -> bool {
        self.tours.iter().all(|tour| tour.excess == Excess::default())
    }

    /// A stop.
    #[inline]
    pub(crate) fn stop(&self, id: u32) -> &Stop {
        &self.stops[id as usize]
    }

    /// The times of a stop.
    #[inline]
    pub(crate) fn timing(&self, id: u32) -> &Timing {
        &self.timings[id as usize]
    }

    /// What surrounds a loading or an end.
    #[inline]
    pub(crate) fn closed(&self, id: u32) -> &Closed {
        &self.closed[(id - self.ids.clients) as usize]
    }

    /// A trip.
    #[inline]
    pub(crate) fn haul(&self, id: u32) -> &Haul {
        &self.hauls[id as usize]
    }

    /// What a vehicle does, in total.
    #[inline]
    pub(crate) fn tour(&self, vehicle: u32) -> &Tour {
        &self.tours[vehicle as usize]
    }

    /// What clients from one to another of a trip take together.
    #[inline]
    pub(crate) fn load_of(&self, (first, last): (u32, u32)) -> [i32; LOADS] {
        let (from, to) = (self.stop(first), self.stop(last));
        if first == last {
            return from.load;
        }
        let mut load = to.carried;
        for (i, sum) in load.iter_mut().enumerate() {
            *sum += from.load[i] - from.carried[i];
        }
        load
    }

    /// Whether a client has a place.
    #[inline]
    pub(crate) fn is_present(&self, client: u32) -> bool {
        self.stops[client as usize].trip != NONE
    }

    /// Whether a client has a place that it may leave, beside others.
    #[inline]
    pub(crate) fn is_movable(&self, client: u32) -> bool {
        let trip = self.stops[client as usize].trip;
        trip != NONE && !self.hauls[trip as usize].is_locked
    }
}

const FREE: Haul =
    Haul { depot: 0, is_locked: false, index: 0, clients: 0, last: NONE, load: [0; LOADS] };

fn stop(location: u32) -> Stop {
    Stop {
        previous: NONE,
        next: NONE,
        trip: NONE,
        vehicle: NONE,
        position: 0,
        location,
        cost: 0,
        drive: 0,
        load: [0; LOADS],
        carried: [0; LOADS],
        reached: 0,
    }
}

#[cfg(test)]
pub(crate) mod tests;
