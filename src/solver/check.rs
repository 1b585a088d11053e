//! Says what is wrong with routes, in words.
//!
//! It walks every route once, forward, in the plainest way, and uses nothing of what prices moves:
//! an error there must not hide itself here.

use std::fmt;

use crate::solver::problem::Client;
use crate::solver::problem::Depot;
use crate::solver::problem::Legs;
use crate::solver::problem::Problem;
use crate::solver::problem::Vehicle;
use crate::solver::trip::Trip;

/// Which clients must be visited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Required<'a> {
    /// Every client.
    All,
    /// No client: whoever is missing is missing on purpose.
    None,
    /// These clients, by index.
    These(&'a [u32]),
}

/// One rule that is broken. Times and loads are those of the problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Violation {
    /// A route names a vehicle that does not exist.
    UnknownVehicle {
        /// What it names.
        vehicle: u32,
    },
    /// A trip names a depot that does not exist.
    UnknownDepot {
        /// Whose trip.
        vehicle: u32,
        /// What it names.
        depot: u16,
    },
    /// A trip names a client that does not exist.
    UnknownClient {
        /// Whose trip.
        vehicle: u32,
        /// What it names.
        client: u32,
    },
    /// Two routes are for the same vehicle.
    VehicleTwice {
        /// Which one.
        vehicle: u32,
    },
    /// A client is visited more than once.
    ClientTwice {
        /// Which one.
        client: u32,
    },
    /// A client that must be visited is not.
    ClientMissing {
        /// Which one.
        client: u32,
    },
    /// A vehicle makes more trips than it may.
    TooManyTrips {
        /// Which one.
        vehicle: u32,
        /// How many it makes.
        trips: usize,
        /// How many it may make.
        trips_max: u16,
    },
    /// A vehicle loads where it may not.
    ForeignDepot {
        /// Which one.
        vehicle: u32,
        /// Where it loads.
        depot: u16,
    },
    /// A client is carried from a depot other than its own.
    WrongDepot {
        /// Which client.
        client: u32,
        /// Where the trip loads.
        depot: u16,
        /// Where it should.
        expected: u16,
    },
    /// A vehicle lacks a skill that a client asks for.
    SkillMissing {
        /// Which vehicle.
        vehicle: u32,
        /// Which client.
        client: u32,
    },
    /// A trip carries more than fits.
    Overloaded {
        /// Whose trip.
        vehicle: u32,
        /// Index of the trip.
        trip: usize,
        /// Which dimension of the load.
        dimension: usize,
        /// How much it carries.
        load: i64,
        /// How much fits.
        capacity: i32,
    },
    /// Loading starts too late.
    LateLoading {
        /// Whose trip.
        vehicle: u32,
        /// Index of the trip.
        trip: usize,
        /// When loading starts at the earliest.
        start: i64,
        /// When it must start at the latest.
        latest: i32,
    },
    /// Service at a client starts too late.
    LateClient {
        /// Who comes late.
        vehicle: u32,
        /// Who waits.
        client: u32,
        /// When service starts at the earliest.
        start: i64,
        /// When it must start at the latest.
        latest: i32,
    },
    /// A vehicle is done too late.
    LateEnd {
        /// Which one.
        vehicle: u32,
        /// When it is done at the earliest.
        end: i64,
        /// When it must be done at the latest.
        latest: i32,
    },
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownVehicle { vehicle } => write!(f, "there is no vehicle {vehicle}"),
            Self::UnknownDepot { vehicle, depot } => {
                write!(f, "vehicle {vehicle} loads at depot {depot}, which does not exist")
            }
            Self::UnknownClient { vehicle, client } => {
                write!(f, "vehicle {vehicle} visits client {client}, which does not exist")
            }
            Self::VehicleTwice { vehicle } => write!(f, "vehicle {vehicle} has two routes"),
            Self::ClientTwice { client } => write!(f, "client {client} is visited more than once"),
            Self::ClientMissing { client } => write!(f, "client {client} is not visited"),
            Self::TooManyTrips { vehicle, trips, trips_max } => {
                write!(f, "vehicle {vehicle} makes {trips} trips, at most {trips_max} are allowed")
            }
            Self::ForeignDepot { vehicle, depot } => {
                write!(f, "vehicle {vehicle} loads at depot {depot}, where it may not")
            }
            Self::WrongDepot { client, depot, expected } => write!(
                f,
                "client {client} is carried from depot {depot} instead of depot {expected}"
            ),
            Self::SkillMissing { vehicle, client } => {
                write!(f, "vehicle {vehicle} lacks a skill that client {client} asks for")
            }
            Self::Overloaded { vehicle, trip, dimension, load, capacity } => write!(
                f,
                "trip {trip} of vehicle {vehicle} carries {load} of load {dimension}, {capacity} fit"
            ),
            Self::LateLoading { vehicle, trip, start, latest } => write!(
                f,
                "trip {trip} of vehicle {vehicle} starts loading at {start}, after {latest}"
            ),
            Self::LateClient { vehicle, client, start, latest } => write!(
                f,
                "service at client {client} by vehicle {vehicle} starts at {start}, after {latest}"
            ),
            Self::LateEnd { vehicle, end, latest } => {
                write!(f, "vehicle {vehicle} is done at {end}, after {latest}")
            }
        }
    }
}

/// What routes cost: fixed costs, legs, and the prizes of whom they leave out.
///
/// Routes, trips and clients that do not exist cost nothing.
pub fn cost(problem: &Problem, legs: &impl Legs, routes: &[(u32, Vec<Trip>)]) -> i64 {
    let mut sum = 0;
    let mut is_visited = vec![false; problem.clients.len()];
    for (vehicle, trips) in routes.iter().filter(|(_, trips)| !trips.is_empty()) {
        let Some(vehicle) = problem.vehicles.get(*vehicle as usize) else { continue };
        let mut places = vec![vehicle.start_location];
        for trip in trips {
            places.extend(problem.depots.get(usize::from(trip.depot)).map(|depot| depot.location));
            for &client in &trip.clients {
                let Some(visited) = is_visited.get_mut(client as usize) else { continue };
                *visited = true;
                places.push(problem.clients[client as usize].location);
            }
        }
        places.extend(vehicle.end_location);
        sum += vehicle.cost_fixed;
        for leg in places.windows(2) {
            let leg = legs.leg(vehicle.profile, leg[0], leg[1]);
            sum += vehicle.cost_per_meter * i64::from(leg.distance_meters);
            sum += vehicle.cost_per_second * i64::from(leg.drive_seconds);
        }
    }
    let left_out = problem.clients.iter().zip(is_visited).filter(|(_, visited)| !visited);
    sum + left_out.filter_map(|(client, _)| client.prize).sum::<i64>()
}

/// Everything that is wrong with `routes` (vehicle and trips), in the order of the routes.
pub fn check(
    problem: &Problem,
    legs: &impl Legs,
    routes: &[(u32, Vec<Trip>)],
    required: Required<'_>,
) -> Vec<Violation> {
    let mut walk =
        Walk { problem, legs, visits: vec![0; problem.clients.len()], violations: Vec::new() };
    let mut has_route = vec![false; problem.vehicles.len()];
    for (vehicle, trips) in routes {
        match has_route.get_mut(*vehicle as usize) {
            None => walk.violations.push(Violation::UnknownVehicle { vehicle: *vehicle }),
            Some(true) => walk.violations.push(Violation::VehicleTwice { vehicle: *vehicle }),
            Some(has_route) => {
                *has_route = true;
                walk.route(*vehicle, trips);
            }
        }
    }
    walk.count_visits(required);
    walk.violations
}

struct Walk<'a, L> {
    problem: &'a Problem,
    legs: &'a L,
    visits: Vec<u32>,
    violations: Vec<Violation>,
}

impl<L: Legs> Walk<'_, L> {
    fn route(&mut self, id: u32, trips: &[Trip]) {
        if !self.exists(id, trips) || trips.is_empty() {
            return;
        }
        let problem = self.problem;
        let vehicle = &problem.vehicles[id as usize];
        if trips.len() > usize::from(vehicle.trips_max) {
            let (trips, trips_max) = (trips.len(), vehicle.trips_max);
            self.violations.push(Violation::TooManyTrips { vehicle: id, trips, trips_max });
        }
        let mut place = vehicle.start_location;
        let mut now = i64::from(vehicle.available);
        for (index, trip) in trips.iter().enumerate() {
            let depot = &problem.depots[usize::from(trip.depot)];
            self.permissions(id, vehicle, trip);
            self.loads(id, vehicle, index, trip);
            now += self.drive(vehicle, place, depot.location);
            let latest = depot.closes.min(vehicle.latest_loading);
            now = self.load_at(depot, trip, now);
            if now > i64::from(latest) {
                let (vehicle, trip, start) = (id, index, now);
                self.violations.push(Violation::LateLoading { vehicle, trip, start, latest });
            }
            now += i64::from(depot.loading);
            place = depot.location;
            for &client_id in &trip.clients {
                let client = &problem.clients[client_id as usize];
                now += self.drive(vehicle, place, client.location);
                now = self.serve(id, client_id, client, now);
                place = client.location;
            }
        }
        if let Some(end) = vehicle.end_location {
            now += self.drive(vehicle, place, end);
        }
        if now > i64::from(vehicle.latest_end) {
            let latest = vehicle.latest_end;
            self.violations.push(Violation::LateEnd { vehicle: id, end: now, latest });
        }
    }

    fn drive(&self, vehicle: &Vehicle, from: u32, to: u32) -> i64 {
        i64::from(self.legs.leg(vehicle.profile, from, to).drive_seconds)
    }

    /// When loading starts.
    fn load_at(&self, depot: &Depot, trip: &Trip, reached: i64) -> i64 {
        let mut start = reached.max(i64::from(depot.opens));
        for &client in &trip.clients {
            start = start.max(i64::from(self.problem.clients[client as usize].release));
        }
        start
    }

    /// When service at a client ends.
    fn serve(&mut self, vehicle: u32, id: u32, client: &Client, reached: i64) -> i64 {
        self.visits[id as usize] += 1;
        let start = reached.max(i64::from(client.opens));
        if start > i64::from(client.closes) {
            let latest = client.closes;
            self.violations.push(Violation::LateClient { vehicle, client: id, start, latest });
        }
        start + i64::from(client.service)
    }

    /// Reports what does not exist; such a route cannot be walked.
    fn exists(&mut self, vehicle: u32, trips: &[Trip]) -> bool {
        let before = self.violations.len();
        for trip in trips {
            let depot = trip.depot;
            if usize::from(depot) >= self.problem.depots.len() {
                self.violations.push(Violation::UnknownDepot { vehicle, depot });
            }
            for &client in &trip.clients {
                if client as usize >= self.problem.clients.len() {
                    self.violations.push(Violation::UnknownClient { vehicle, client });
                }
            }
        }
        self.violations.len() == before
    }

    fn permissions(&mut self, id: u32, vehicle: &Vehicle, trip: &Trip) {
        let depot = trip.depot;
        let allowed = match depot {
            0..64 => vehicle.depots & (1 << depot) != 0,
            _ => vehicle.depots == u64::MAX,
        };
        if !allowed {
            self.violations.push(Violation::ForeignDepot { vehicle: id, depot });
        }
        for &client in &trip.clients {
            let wants = &self.problem.clients[client as usize];
            if let Some(expected) = wants.depot.filter(|&expected| expected != depot) {
                self.violations.push(Violation::WrongDepot { client, depot, expected });
            }
            if wants.skills & vehicle.skills != wants.skills {
                self.violations.push(Violation::SkillMissing { vehicle: id, client });
            }
        }
    }

    fn loads(&mut self, id: u32, vehicle: &Vehicle, index: usize, trip: &Trip) {
        for (dimension, &capacity) in vehicle.capacity.iter().enumerate() {
            let mut load = 0_i64;
            for &client in &trip.clients {
                load += i64::from(self.problem.clients[client as usize].load[dimension]);
            }
            if load > i64::from(capacity) {
                let (vehicle, trip) = (id, index);
                let violation = Violation::Overloaded { vehicle, trip, dimension, load, capacity };
                self.violations.push(violation);
            }
        }
    }

    fn count_visits(&mut self, required: Required<'_>) {
        for (client, &visits) in (0_u32..).zip(&self.visits) {
            if visits > 1 {
                self.violations.push(Violation::ClientTwice { client });
            }
            let must = match required {
                Required::All => {
                    let in_group = self.problem.groups.iter().any(|group| group.contains(&client));
                    self.problem.clients[client as usize].prize.is_none() && !in_group
                }
                Required::None => false,
                Required::These(clients) => clients.contains(&client),
            };
            if visits == 0 && must {
                self.violations.push(Violation::ClientMissing { client });
            }
        }
    }
}
