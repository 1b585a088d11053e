//! The solution the search works on: linked stops with earliest and latest times, always feasible.

pub(crate) mod edit;
pub(crate) mod log;
pub(crate) mod place;
pub(crate) mod rich;
pub(crate) mod times;

use crate::solver::instance::Instance;
use crate::solver::instance::MUST;
use crate::solver::numbering::Numbering;
use crate::solver::problem::LOADS;
use crate::solver::search::RoutePlan;
use crate::solver::segment::NEVER;
use crate::solver::tours::log::Log;
use crate::solver::tours::rich::Rich;
use crate::solver::trip::Trip;

/// No stop or no trip.
pub(crate) const NONE: u32 = u32::MAX;

/// The stretch from the loading of a trip up to and including a stop, without time warp.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) duration: i32,
    pub(crate) earliest_start: i32,
    pub(crate) latest_start: i32,
}

/// A start, loading, client or end and its place in its route. One cache line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stop {
    pub(crate) previous: u32,
    pub(crate) next: u32,
    /// The trip, of clients and loadings that are in the solution.
    pub(crate) trip: u32,
    pub(crate) location: u32,
    /// Where the next stop is.
    pub(crate) next_location: u32,
    pub(crate) opens: i32,
    pub(crate) closes: i32,
    pub(crate) service: i32,
    /// Earliest start of service.
    pub(crate) start: i32,
    /// Latest start of service that keeps everything downstream in time.
    pub(crate) latest: i32,
    /// Seconds to the next stop.
    pub(crate) drive: i32,
    /// Cost of the leg to the next stop.
    pub(crate) cost: i32,
    /// Kept only where releases matter.
    pub(crate) stretch: Stretch,
}

/// A trip in the solution, or free to become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cargo {
    pub(crate) vehicle: u32,
    pub(crate) depot: u16,
    pub(crate) class: u8,
    pub(crate) clients: u32,
    pub(crate) load: [i32; LOADS],
    pub(crate) capacity: [i32; LOADS],
    pub(crate) release: i32,
    /// Whether it may not be changed.
    pub(crate) is_locked: bool,
}

/// A solution, what it costs, and how to undo what was done since the last commit.
#[derive(Debug, Clone)]
pub(crate) struct Tours {
    pub(crate) stops: Vec<Stop>,
    pub(crate) trips: Vec<Cargo>,
    /// How many trips each vehicle makes.
    pub(crate) trip_counts: Vec<u16>,
    /// How many trips there are.
    pub(crate) trips_used: u32,
    /// Trips from this one on are free.
    pub(crate) trips_end: u32,
    /// In each group of vehicles, those before this position are used.
    pub(crate) group_hints: Vec<u32>,
    /// Scaled cost, with the prizes of all clients without a place that have one.
    pub(crate) cost: i64,
    /// Leaders without a place who must have one, and in the midst of an iteration also those
    /// with a prize who look for one.
    pub(crate) absent: Vec<u32>,
    /// Whether new trips may be made.
    pub(crate) may_open: bool,
    /// What the routes of rich vehicles cost beyond their legs, scaled.
    extras: Vec<i64>,
    /// Stops that became too late by a removal since the last commit; see [`Tours::is_sound`].
    suspects: Vec<u32>,
    /// Rich vehicles whose route breaks a rule since a removal.
    broken: Vec<u32>,
    rich: Rich,
    pub(crate) ids: Numbering,
    log: Log,
}

impl Tours {
    /// No trips at all; everybody who must have a place is absent.
    pub(crate) fn new(instance: &Instance) -> Self {
        let (clients, vehicles) = (instance.clients(), instance.vehicles());
        let trips_max = if instance.is_multi_trip { clients } else { vehicles.min(clients) };
        let mut stops = Vec::with_capacity((clients + 2 * vehicles + trips_max) as usize);
        for client in &instance.problem.clients {
            let (opens, closes) = (client.opens.max(-NEVER), client.closes.min(NEVER));
            stops.push(Stop { service: client.service, ..stop(client.location, opens, closes) });
        }
        for (vehicle, id) in instance.problem.vehicles.iter().zip(0..) {
            let start = stop(vehicle.start_location, vehicle.available, NEVER);
            let location = vehicle.end_location.unwrap_or(instance.nowhere());
            stops.push(Stop { next: clients + 2 * id + 1, next_location: location, ..start });
            let end = stop(location, -NEVER, vehicle.latest_end.min(NEVER));
            stops.push(Stop { previous: clients + 2 * id, ..end });
        }
        stops.resize((clients + 2 * vehicles + trips_max) as usize, stop(0, -NEVER, NEVER));
        let free = Cargo {
            vehicle: NONE,
            depot: 0,
            class: 0,
            clients: 0,
            load: [0; LOADS],
            capacity: [0; LOADS],
            release: -NEVER,
            is_locked: false,
        };
        Self {
            log: Log::new(stops.len(), trips_max as usize),
            stops,
            trips: vec![free; trips_max as usize],
            trip_counts: vec![0; vehicles as usize],
            trips_used: 0,
            trips_end: 0,
            group_hints: vec![0; instance.groups.len()],
            cost: instance.prizes_of_all(),
            absent: (0..clients)
                .filter(|&id| instance.leaders[id as usize] == id)
                .filter(|&id| instance.prizes[id as usize] == MUST)
                .collect(),
            may_open: true,
            extras: vec![0; vehicles as usize],
            suspects: Vec::new(),
            broken: Vec::new(),
            rich: Rich::default(),
            ids: Numbering { clients, vehicles },
        }
    }

    /// A stop.
    #[inline]
    pub(crate) fn stop(&self, id: u32) -> &Stop {
        &self.stops[id as usize]
    }

    /// A trip.
    #[inline]
    pub(crate) fn trip(&self, id: u32) -> &Cargo {
        &self.trips[id as usize]
    }

    /// Whether a client has a place.
    #[inline]
    pub(crate) fn is_present(&self, client: u32) -> bool {
        self.stops[client as usize].trip != NONE
    }

    /// Whether a leader or one of its alternatives has a place.
    pub(crate) fn is_served(&self, instance: &Instance, leader: u32) -> bool {
        let others = &instance.alternatives[leader as usize];
        self.is_present(leader) || others.iter().any(|&other| self.is_present(other))
    }

    /// Whether a client has a place that it may lose.
    #[inline]
    pub(crate) fn is_movable(&self, client: u32) -> bool {
        let trip = self.stops[client as usize].trip;
        trip != NONE && !self.trips[trip as usize].is_locked
    }

    /// Whether everything is in time.
    ///
    /// Insertions keep it so. Removals do too, unless the way past the removed client is longer
    /// than the way by it, as happens with rounded distances and real roads.
    pub(crate) fn is_sound(&self) -> bool {
        self.suspects.iter().all(|&id| self.stop(id).start <= self.stop(id).latest)
            && self.broken.is_empty()
    }

    /// The clients of a vehicle, in order.
    pub(crate) fn clients_of(&self, vehicle: u32) -> impl Iterator<Item = u32> + '_ {
        let end = self.ids.end_of(vehicle);
        let first = self.stop(self.ids.start_of(vehicle)).next;
        std::iter::successors(Some(first), |&at| Some(self.stop(at).next))
            .take_while(move |&at| at != end)
            .filter(|&at| self.ids.is_client(at))
    }

    /// Scaled cost of a used vehicle with everything that it does.
    pub(crate) fn cost_of(&self, instance: &Instance, vehicle: u32) -> i64 {
        let end = self.ids.end_of(vehicle);
        let first = self.ids.start_of(vehicle);
        let legs: i64 = std::iter::successors(Some(first), |&at| Some(self.stop(at).next))
            .take_while(|&at| at != end)
            .map(|at| i64::from(self.stop(at).cost))
            .sum();
        legs + instance.fixed_cost(vehicle) + self.extras[vehicle as usize]
    }

    /// Whether everything that a vehicle does is in time, fits, and keeps all rules.
    pub(crate) fn holds(&self, vehicle: u32) -> bool {
        let end = self.ids.end_of(vehicle);
        let mut at = self.ids.start_of(vehicle);
        while at != end {
            at = self.stop(at).next;
            let stop = self.stop(at);
            let trip = stop.trip;
            let fits = trip == NONE || {
                let trip = self.trip(trip);
                (0..LOADS).all(|i| trip.load[i] <= trip.capacity[i])
            };
            if stop.start > stop.latest || !fits {
                return false;
            }
        }
        !self.broken.contains(&vehicle)
    }

    /// What every used vehicle does, locked trips included.
    pub(crate) fn routes(&self) -> Vec<RoutePlan> {
        let is_used = |vehicle: &u32| self.trip_counts[*vehicle as usize] > 0;
        let used = (0..self.ids.vehicles).filter(is_used);
        used.map(|vehicle| (vehicle, self.route(vehicle))).collect()
    }

    /// The trips of a vehicle.
    pub(crate) fn route(&self, vehicle: u32) -> Vec<Trip> {
        let next = |at| self.stop(at).next;
        self.ids.trips(vehicle, next, |at| self.trip(self.stop(at).trip).depot)
    }
}

fn stop(location: u32, opens: i32, closes: i32) -> Stop {
    Stop {
        previous: NONE,
        next: NONE,
        trip: NONE,
        location,
        next_location: location,
        opens,
        closes,
        service: 0,
        start: opens,
        latest: closes,
        drive: 0,
        cost: 0,
        stretch: Stretch::default(),
    }
}

#[cfg(test)]
mod tests;
