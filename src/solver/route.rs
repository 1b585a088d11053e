//! What one vehicle does, evaluated so that a change anywhere can be priced in constant time.

use crate::solver::problem::LOADS;
use crate::solver::problem::Leg;
use crate::solver::problem::Legs;
use crate::solver::problem::Problem;
use crate::solver::problem::Vehicle;
use crate::solver::schedule;
use crate::solver::schedule::Call;
use crate::solver::schedule::Walk;
use crate::solver::segment::NEVER;
use crate::solver::segment::Segment;
pub use crate::solver::trip::Trip;

/// The location of an end that may be anywhere.
pub(crate) const NOWHERE: u32 = u32::MAX;

/// One place of a route: its start, a loading, a client, or its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stop {
    pub(crate) location: u32,
    /// Earliest start of service, after waiting.
    pub(crate) arrival: i32,
    /// Earliest end of service.
    pub(crate) departure: i32,
    /// Latest start of service that keeps everything downstream in time.
    pub(crate) latest: i32,
    /// Cost of the leg to the next stop.
    pub(crate) leg_cost: i64,
    /// From the loading of this stop's trip up to and including this stop.
    pub(crate) stretch: Segment,
}

/// The moments of one trip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TripTiming {
    /// Loading cannot start before, because of what came before, opening and release.
    pub earliest_loading: i32,
    /// Loading must start by then for everything downstream, later trips included, to be in time.
    ///
    /// It follows from windows and travel only, not from any release. Hence a route whose windows
    /// can be kept at all is feasible exactly when each trip's release is at most its
    /// `latest_loading`: these are the moments by which goods must be ready.
    pub latest_loading: i32,
    /// Loading this late, and no later, does not delay the end of the trip's last service.
    pub unhurried_loading: i32,
    /// From the start of loading, when not before `unhurried_loading`, to the end of the last service.
    pub duration: i32,
}

/// The trips of one vehicle with everything that pricing needs to know about them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    pub(crate) vehicle: u32,
    pub(crate) trips: Vec<Trip>,
    pub(crate) first_open_trip: usize,
    pub(crate) stops: Vec<Stop>,
    /// Index in `stops` of each trip's loading, and at last of the end.
    pub(crate) firsts: Vec<usize>,
    pub(crate) loads: Vec<[i32; LOADS]>,
    cost: i64,
    is_feasible: bool,
}

/// The way between two locations, or none where one of them may be anywhere.
pub(crate) fn leg(legs: &impl Legs, profile: u8, from: u32, to: u32) -> Leg {
    if to == NOWHERE { Leg::default() } else { legs.leg(profile, from, to) }
}

/// What a leg costs a vehicle.
pub(crate) fn leg_cost(vehicle: &Vehicle, leg: Leg) -> i64 {
    vehicle.cost_per_meter * i64::from(leg.distance_meters)
        + vehicle.cost_per_second * i64::from(leg.drive_seconds)
}

/// Whether a vehicle may load at a depot.
pub(crate) fn may_load(vehicle: &Vehicle, depot: u16) -> bool {
    vehicle.depots == u64::MAX || (depot < 64 && vehicle.depots >> depot & 1 == 1)
}

/// Whether two loads together stay within a capacity.
pub(crate) fn fits(a: [i32; LOADS], b: [i32; LOADS], capacity: [i32; LOADS]) -> bool {
    (0..LOADS).all(|i| a[i].saturating_add(b[i]) <= capacity[i])
}

fn client_visit(problem: &Problem, vehicle: &Vehicle, id: u32) -> Segment {
    let client = &problem.clients[id as usize];
    let (opens, closes) = (client.opens.max(-NEVER), client.closes.min(NEVER));
    Segment::visit(opens, closes, service(problem, vehicle, id), client.release)
}

/// How long service at a client takes a vehicle.
pub(crate) fn service(problem: &Problem, vehicle: &Vehicle, id: u32) -> i32 {
    let special = problem.services.iter().find(|one| one.client == id && one.kind == vehicle.kind);
    special.map_or(problem.clients[id as usize].service, |special| special.seconds)
}

/// The stops of a route for the exact walk.
fn calls(legs: &impl Legs, vehicle: &Vehicle, visits: &[Visit]) -> Vec<Call> {
    let call = |pair: &[Visit]| {
        let (from, to) = (&pair[0], &pair[1]);
        let leg = leg(legs, vehicle.profile, from.location, to.location);
        let own = to.own;
        let release = if to.is_loading { own.release } else { -NEVER };
        Call {
            drive: leg.drive_seconds,
            meters: leg.distance_meters,
            opens: own.earliest_start.max(release),
            closes: own.latest_start,
            service: own.duration,
            client: to.client,
        }
    };
    visits.windows(2).map(call).collect()
}

/// A stop before its times are known.
struct Visit {
    location: u32,
    /// The visit alone.
    own: Segment,
    client: Option<u32>,
    /// Whether a trip starts here.
    is_loading: bool,
}

impl Route {
    /// Times and prices what a vehicle is to do.
    ///
    /// Trips without clients are allowed: the vehicle drives there and loads. Costs time linear in
    /// the number of clients.
    ///
    /// # Panics
    /// When an index is not one of `problem`.
    pub fn evaluate(problem: &Problem, legs: &impl Legs, vehicle: u32, trips: Vec<Trip>) -> Self {
        let vehicle_data = &problem.vehicles[vehicle as usize];
        let (visits, firsts) = visits(problem, vehicle_data, &trips);
        let loads: Vec<_> = trips.iter().map(|trip| load(problem, trip)).collect();
        let mut route = Self {
            vehicle,
            first_open_trip: 0,
            stops: Vec::with_capacity(visits.len()),
            firsts,
            loads,
            cost: 0,
            is_feasible: suits(problem, vehicle, &trips),
            trips,
        };
        route.is_feasible &=
            route.loads.iter().all(|&load| fits(load, [0; LOADS], vehicle_data.capacity));
        route.walk(legs, vehicle_data, &visits);
        if !route.trips.is_empty()
            && (schedule::is_rich(vehicle_data) || schedule::has_rich_clients(problem))
        {
            let calls = calls(legs, vehicle_data, &visits);
            match Walk::default().cost(problem, vehicle_data, &calls) {
                Some(extra) => route.cost += extra,
                None => route.is_feasible = false,
            }
        }
        route
    }

    /// Walks forward for the earliest and backward for the latest times.
    fn walk(&mut self, legs: &impl Legs, vehicle: &Vehicle, visits: &[Visit]) {
        let is_used = !self.trips.is_empty();
        self.cost = if is_used { vehicle.cost_fixed } else { 0 };
        let mut reached = visits[0].own.earliest_start;
        let mut drives = Vec::with_capacity(visits.len());
        for (i, visit) in visits.iter().enumerate() {
            let to_next = match visits.get(i + 1) {
                Some(next) if is_used => leg(legs, vehicle.profile, visit.location, next.location),
                _ => Leg::default(),
            };
            let stretch = match self.stops.last() {
                Some(previous) if !visit.is_loading => {
                    previous.stretch.then(drives[i - 1], visit.own)
                }
                _ => visit.own,
            };
            let arrival = reached.max(visit.own.earliest_start).max(if visit.is_loading {
                visit.own.release
            } else {
                -NEVER
            });
            if is_used {
                self.is_feasible &= arrival <= visit.own.latest_start;
            }
            let departure = arrival + visit.own.duration;
            let leg_cost = leg_cost(vehicle, to_next);
            self.cost += leg_cost;
            self.stops.push(Stop {
                location: visit.location,
                arrival,
                departure,
                latest: visit.own.latest_start,
                leg_cost,
                stretch,
            });
            drives.push(to_next.drive_seconds);
            reached = departure + to_next.drive_seconds;
        }
        for i in (0..visits.len() - 1).rev() {
            let latest = self.stops[i + 1].latest - drives[i] - visits[i].own.duration;
            self.stops[i].latest = self.stops[i].latest.min(latest);
        }
    }

    /// Declares that trips before `first_open_trip` may not be changed any more.
    #[must_use]
    pub fn locked(mut self, first_open_trip: usize) -> Self {
        self.first_open_trip = first_open_trip;
        self
    }

    /// The first trip that may still be changed.
    pub fn first_open_trip(&self) -> usize {
        self.first_open_trip
    }

    /// Whose route this is.
    pub fn vehicle(&self) -> u32 {
        self.vehicle
    }

    /// What it consists of.
    pub fn trips(&self) -> &[Trip] {
        &self.trips
    }

    /// Driving and, when there is a trip, the fixed cost of the vehicle.
    pub fn cost(&self) -> i64 {
        self.cost
    }

    /// Whether everything is in time, fits and is allowed.
    pub fn is_feasible(&self) -> bool {
        self.is_feasible
    }

    /// When the vehicle is done, everything as early as possible.
    pub fn end(&self) -> i32 {
        self.stops[self.stops.len() - 1].arrival
    }

    /// The moments of a trip.
    ///
    /// # Panics
    /// When there is no such trip.
    pub fn timing(&self, trip: usize) -> TripTiming {
        let loading = &self.stops[self.firsts[trip]];
        let whole = self.stops[self.firsts[trip + 1] - 1].stretch;
        TripTiming {
            earliest_loading: loading.arrival,
            latest_loading: loading.latest,
            unhurried_loading: loading.arrival.max(whole.earliest_start),
            duration: whole.duration,
        }
    }

    /// Earliest start of service at a client, seconds.
    ///
    /// # Panics
    /// When there is no such client.
    pub fn arrival(&self, trip: usize, position: usize) -> i32 {
        self.client_stop(trip, position).arrival
    }

    /// Latest start of service at a client that keeps everything downstream in time, seconds.
    ///
    /// # Panics
    /// When there is no such client.
    pub fn latest(&self, trip: usize, position: usize) -> i32 {
        self.client_stop(trip, position).latest
    }

    fn client_stop(&self, trip: usize, position: usize) -> &Stop {
        assert!(position < self.trips[trip].clients.len(), "no client at this position");
        &self.stops[self.firsts[trip] + 1 + position]
    }
}

fn load(problem: &Problem, trip: &Trip) -> [i32; LOADS] {
    let mut sum = [0_i32; LOADS];
    for &client in &trip.clients {
        for (sum, load) in sum.iter_mut().zip(problem.clients[client as usize].load) {
            *sum = sum.saturating_add(load);
        }
    }
    sum
}

/// Whether the vehicle is allowed to do this, times and loads aside.
fn suits(problem: &Problem, id: u32, trips: &[Trip]) -> bool {
    let vehicle = &problem.vehicles[id as usize];
    trips.len() <= vehicle.trips_max as usize
        && trips.iter().all(|trip| {
            may_load(vehicle, trip.depot)
                && trip.clients.iter().map(|&id| &problem.clients[id as usize]).all(|client| {
                    client.depots.allow(trip.depot)
                        && client.vehicle.is_none_or(|wanted| wanted == id)
                        && client.skills & !vehicle.skills == 0
                })
        })
}

fn visits(problem: &Problem, vehicle: &Vehicle, trips: &[Trip]) -> (Vec<Visit>, Vec<usize>) {
    let mut firsts = Vec::with_capacity(trips.len() + 1);
    let mut visits = vec![Visit {
        location: vehicle.start_location,
        own: Segment::visit(vehicle.available, NEVER, 0, -NEVER),
        client: None,
        is_loading: false,
    }];
    for trip in trips {
        let depot = &problem.depots[trip.depot as usize];
        let clients = || trip.clients.iter().map(|&id| &problem.clients[id as usize]);
        let release = clients().map(|client| client.release).max().unwrap_or(-NEVER);
        let closes = depot.closes.min(vehicle.latest_loading).min(NEVER);
        firsts.push(visits.len());
        visits.push(Visit {
            location: depot.location,
            own: Segment::visit(depot.opens.max(-NEVER), closes, depot.loading, release),
            client: None,
            is_loading: true,
        });
        visits.extend(trip.clients.iter().map(|&id| Visit {
            location: problem.clients[id as usize].location,
            own: client_visit(problem, vehicle, id),
            client: Some(id),
            is_loading: false,
        }));
    }
    firsts.push(visits.len());
    visits.push(Visit {
        location: vehicle.end_location.unwrap_or(NOWHERE),
        own: Segment::visit(-NEVER, vehicle.latest_end.min(NEVER), 0, -NEVER),
        client: None,
        is_loading: false,
    });
    (visits, firsts)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::solver::check::Required;
    use crate::solver::check::check;
    use crate::solver::invented;
    use crate::solver::route::Route;

    proptest! {
        #![proptest_config(ProptestConfig {
        cases: 2000,
        max_global_rejects: 100_000,
        ..ProptestConfig::default()
    })]
        #[test]
        fn a_route_is_feasible_exactly_when_the_check_finds_nothing(
            seed in any::<u64>(),
            clients in 0..7_u32,
        ) {
            let (problem, legs) = invented::problem(seed, clients);
            let trips = invented::trips(seed, clients);
            let violations = check(&problem, &legs, &[(0, trips.clone())], Required::None);
            let route = Route::evaluate(&problem, &legs, 0, trips);
            prop_assert_eq!(route.is_feasible(), violations.is_empty(), "{:?}", violations);
        }

        #[test]
        fn a_route_is_feasible_exactly_when_releases_meet_latest_loadings(
            seed in any::<u64>(),
            clients in 1..7_u32,
        ) {
            let (mut problem, legs) = invented::problem(seed, clients);
            let trips = invented::trips(seed, clients);
            let with_releases = Route::evaluate(&problem, &legs, 0, trips.clone());
            let releases: Vec<i32> = problem.clients.iter().map(|client| client.release).collect();
            problem.clients.iter_mut().for_each(|client| client.release = 0);
            let without = Route::evaluate(&problem, &legs, 0, trips);
            let are_ready = without.trips().iter().enumerate().all(|(i, trip)| {
                let due = without.timing(i).latest_loading;
                trip.clients.iter().all(|&client| releases[client as usize] <= due)
            });
            prop_assert_eq!(with_releases.is_feasible(), without.is_feasible() && are_ready);
        }

        #[test]
        fn loading_unhurriedly_ends_the_trip_no_later(seed in any::<u64>(), clients in 1..7_u32) {
            let (mut problem, legs) = invented::problem(seed, clients);
            let mut trips = invented::trips(seed, clients);
            trips.retain(|trip| !trip.clients.is_empty());
            let hurried = Route::evaluate(&problem, &legs, 0, trips.clone());
            prop_assume!(hurried.is_feasible() && !trips.is_empty());
            let end = |route: &Route| route.stops[route.firsts[1] - 1].departure;
            let timing = hurried.timing(0);
            prop_assert!(timing.unhurried_loading <= timing.latest_loading);
            let first = trips[0].clients[0] as usize;
            problem.clients[first].release = timing.unhurried_loading;
            let unhurried = Route::evaluate(&problem, &legs, 0, trips.clone());
            prop_assert_eq!(end(&hurried), end(&unhurried));
            prop_assert_eq!(timing.unhurried_loading + timing.duration, end(&unhurried));
            problem.clients[first].release = timing.unhurried_loading + 1;
            let tardy = Route::evaluate(&problem, &legs, 0, trips);
            prop_assert!(end(&hurried) < end(&tardy) || !tardy.is_feasible());
        }
    }
}
