//! Whether all rules are kept.

use crate::solver::check::timetable::Late;
use crate::solver::check::timetable::Plan;
use crate::solver::check::timetable::Task;
use crate::solver::check::violation::Violation;
use crate::solver::problem::Depots;
use crate::solver::problem::Legs;
use crate::solver::problem::Problem;
use crate::solver::problem::Vehicle;
use crate::solver::segment::NEVER;
use crate::solver::trip::Trip;

/// Which clients must be visited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Required<'a> {
    /// Every client without a prize, and one of every group whose first has none.
    All,
    /// No client: whoever is missing is missing on purpose.
    None,
    /// These clients, by index, or somebody of their group.
    These(&'a [u32]),
}

/// Everything that is wrong with `routes` (vehicle and trips), in the order of the routes.
pub fn check(
    problem: &Problem,
    legs: &impl Legs,
    routes: &[(u32, Vec<Trip>)],
    required: Required<'_>,
) -> Vec<Violation> {
    let mut rules =
        Rules { problem, legs, visits: vec![0; problem.clients.len()], violations: Vec::new() };
    let mut has_route = vec![false; problem.vehicles.len()];
    for (vehicle, trips) in routes {
        match has_route.get_mut(*vehicle as usize) {
            None => rules.violations.push(Violation::UnknownVehicle { vehicle: *vehicle }),
            Some(true) => rules.violations.push(Violation::VehicleTwice { vehicle: *vehicle }),
            Some(has_route) => {
                *has_route = true;
                rules.locked(*vehicle, trips);
                rules.route(*vehicle, trips);
            }
        }
    }
    for (vehicle, _) in (0_u32..).zip(&has_route).filter(|(_, has_route)| !**has_route) {
        rules.locked(vehicle, &[]);
    }
    rules.count_visits(required);
    rules.count_groups(required);
    rules.violations
}

struct Rules<'a, L> {
    problem: &'a Problem,
    legs: &'a L,
    visits: Vec<u32>,
    violations: Vec<Violation>,
}

impl<L: Legs> Rules<'_, L> {
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
        for (index, trip) in trips.iter().enumerate() {
            self.permissions(id, vehicle, trip);
            self.loads(id, vehicle, index, trip);
            for &client in &trip.clients {
                self.visits[client as usize] += 1;
            }
        }
        let plan = Plan::new(problem, self.legs, vehicle, trips);
        self.times(id, vehicle, &plan);
        if plan.meters > vehicle.distance_max {
            let (meters, distance_max) = (plan.meters, vehicle.distance_max);
            self.violations.push(Violation::TooFar { vehicle: id, meters, distance_max });
        }
    }

    fn times(&mut self, id: u32, vehicle: &Vehicle, plan: &Plan<'_>) {
        let timetable = plan.run();
        for &Late { task, start, latest } in &timetable.late {
            // Every latest moment of a problem has 32 bits.
            let latest = i32::try_from(latest).unwrap_or(i32::MAX);
            self.violations.push(match task {
                Task::Load(trip) => Violation::LateLoading { vehicle: id, trip, start, latest },
                Task::Serve(client) => Violation::LateClient { vehicle: id, client, start, latest },
                Task::End => Violation::LateEnd { vehicle: id, end: start, latest },
            });
        }
        if let Some(rest) = timetable.missed {
            let (end, closes) = (timetable.end, vehicle.breaks[rest].closes);
            self.violations.push(Violation::BreakMissing { vehicle: id, rest, end, closes });
        }
        let is_kept = timetable.late.is_empty() && timetable.missed.is_none();
        if is_kept && vehicle.duration_max < NEVER {
            let (duration, duration_max) = (plan.duration(), vehicle.duration_max);
            if duration > i64::from(duration_max) {
                self.violations.push(Violation::TooLong { vehicle: id, duration, duration_max });
            }
        }
    }

    /// Reports the first locked trip that is not there or not as it was.
    fn locked(&mut self, vehicle: u32, trips: &[Trip]) {
        let locked = &self.problem.vehicles[vehicle as usize].locked;
        let differs = |(index, trip): &(usize, &Trip)| trips.get(*index) != Some(*trip);
        if let Some((trip, _)) = locked.iter().enumerate().find(differs) {
            self.violations.push(Violation::LockedChanged { vehicle, trip });
        }
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
            let is_wrong = match wants.depots {
                Depots::Any => false,
                Depots::One(own) => own != depot,
                Depots::Of(bits) => depot >= 64 || bits & (1 << depot) == 0,
            };
            if is_wrong {
                self.violations.push(Violation::WrongDepot { client, depot });
            }
            if let Some(expected) = wants.vehicle.filter(|&expected| expected != id) {
                self.violations.push(Violation::WrongVehicle { client, vehicle: id, expected });
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
            let group = self.problem.groups.iter().find(|group| group.contains(&client));
            let must = match required {
                Required::All => {
                    group.is_none() && self.problem.clients[client as usize].prize.is_none()
                }
                Required::None => false,
                Required::These(clients) => {
                    let mut others = group.into_iter().flatten();
                    clients.contains(&client)
                        && others.all(|&other| self.visits[other as usize] == 0)
                }
            };
            if visits == 0 && must {
                self.violations.push(Violation::ClientMissing { client });
            }
        }
    }

    fn count_groups(&mut self, required: Required<'_>) {
        for (group, members) in self.problem.groups.iter().enumerate() {
            let is_visited = |member: &&u32| self.visits[**member as usize] > 0;
            let is_optional = members
                .first()
                .is_none_or(|&first| self.problem.clients[first as usize].prize.is_some());
            match members.iter().filter(is_visited).count() {
                0 if required == Required::All && !is_optional => {
                    self.violations.push(Violation::GroupMissing { group });
                }
                0 | 1 => {}
                _ => self.violations.push(Violation::GroupTwice { group }),
            }
        }
    }
}
