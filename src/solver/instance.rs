//! A problem as the search sees it: compiled once, then only read.

use std::sync::Arc;

use crate::solver::matrices::Matrices;
use crate::solver::neighbors::Neighbors;
use crate::solver::problem::Client;
use crate::solver::problem::Depots;
use crate::solver::problem::Gap;
use crate::solver::problem::KindService;
use crate::solver::problem::Legs;
use crate::solver::problem::Problem;
use crate::solver::problem::Vehicle;
use crate::solver::route::may_load;
use crate::solver::schedule;
use crate::solver::segment::NEVER;
use crate::solver::table::Table;
use crate::solver::table::Tables;

/// A problem with everything the search looks up.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each spares the search a look at a rare rule")]
pub(crate) struct Instance {
    pub(crate) problem: Problem,
    pub(crate) tables: Arc<Tables>,
    /// The class of each vehicle, an index to the tables.
    pub(crate) class_of: Vec<u8>,
    /// Vehicles that are the same in everything, by group.
    pub(crate) groups: Vec<Vec<u32>>,
    /// The group of each vehicle.
    pub(crate) group_of: Vec<u32>,
    /// Where the vehicles of each group may load.
    pub(crate) depots_of: Vec<Vec<u16>>,
    /// For each client the one that stands for all its alternatives; mostly itself.
    pub(crate) leaders: Vec<u32>,
    /// For each leader all its alternatives, itself included; none where it has no other.
    pub(crate) alternatives: Vec<Vec<u32>>,
    /// Scaled prize of each leader, [`MUST`] where there is none.
    pub(crate) prizes: Vec<i64>,
    /// Whether routes of a vehicle need the exact walk.
    pub(crate) is_rich: Vec<bool>,
    /// Where some vehicle may not drive too far: all legs.
    pub(crate) matrices: Option<Arc<Matrices>>,
    /// Seconds of service for each group of vehicles, where that depends on the vehicle.
    services: Vec<Vec<i32>>,
    pub(crate) neighbors: Neighbors,
    /// What a trip to each client alone costs at least, scaled; nothing where that is not known.
    round_trips: Vec<i64>,
    /// Whether some vehicle may reload.
    pub(crate) is_multi_trip: bool,
    /// Whether some release can bind.
    pub(crate) has_releases: bool,
    /// Whether some client asks for a depot, a vehicle or for skills.
    pub(crate) has_wishes: bool,
    /// Whether some client may be left out.
    pub(crate) has_prizes: bool,
}

/// The prize of clients that must be visited: more than any detour costs.
pub(crate) const MUST: i64 = i64::MAX / 4;

impl Instance {
    /// Compiles a problem.
    pub(crate) fn new(problem: &Problem, matrices: &Matrices) -> Self {
        let tables = Arc::new(Tables::new(&problem.vehicles, matrices));
        let neighbors = match tables.classes.first() {
            Some(table) => Neighbors::new(&problem.clients, table),
            None => Neighbors::default(),
        };
        let class_of = tables.class_of.clone();
        let has_limit = problem.vehicles.iter().any(|vehicle| vehicle.distance_max < i64::MAX);
        let matrices = has_limit.then(|| Arc::new(matrices.clone()));
        Self::assemble(problem.clone(), tables, class_of, neighbors, matrices)
    }

    /// The part of the problem with only these clients and vehicles, renumbered in their order.
    pub(crate) fn part(&self, clients: &[u32], vehicles: &[u32]) -> Self {
        let problem = part(&self.problem, clients, vehicles);
        let class_of = vehicles.iter().map(|&id| self.class_of[id as usize]).collect();
        let neighbors = self.neighbors.restrict(clients);
        Self::assemble(
            problem,
            Arc::clone(&self.tables),
            class_of,
            neighbors,
            self.matrices.clone(),
        )
    }

    fn assemble(
        problem: Problem,
        tables: Arc<Tables>,
        class_of: Vec<u8>,
        neighbors: Neighbors,
        matrices: Option<Arc<Matrices>>,
    ) -> Self {
        let groups = groups(&problem.vehicles);
        let mut group_of = vec![0; problem.vehicles.len()];
        for (group, id) in groups.iter().zip(0_u32..) {
            for &vehicle in group {
                group_of[vehicle as usize] = id;
            }
        }
        let earliest = problem.vehicles.iter().map(|vehicle| vehicle.available).min();
        let releases = problem.clients.iter().map(|client| client.release);
        let has_rich_clients = schedule::has_rich_clients(&problem);
        let (leaders, alternatives) = alternatives(&problem);
        let is_rich: Vec<bool> = problem
            .vehicles
            .iter()
            .map(|vehicle| has_rich_clients || schedule::is_rich(vehicle))
            .collect();
        let home = if is_rich.contains(&true) { None } else { home(&problem) };
        let prize = |client: &Client| client.prize.map_or(MUST, |prize| prize >> tables.shift);
        Self {
            is_multi_trip: problem.vehicles.iter().any(|vehicle| vehicle.trips_max > 1),
            has_releases: releases.max() > earliest,
            has_wishes: problem.clients.iter().any(|client| {
                client.depots != Depots::Any || client.skills != 0 || client.vehicle.is_some()
            }),
            has_prizes: problem.clients.iter().any(|client| client.prize.is_some()),
            depots_of: groups.iter().map(|group| depots_of(&problem, group[0])).collect(),
            services: services(&problem, &groups),
            is_rich,
            round_trips: home.map_or_else(Vec::new, |home| round_trips(&problem, &tables, home)),
            prizes: problem.clients.iter().map(prize).collect(),
            leaders,
            alternatives,
            groups,
            group_of,
            matrices,
            problem,
            tables,
            class_of,
            neighbors,
        }
    }

    /// How many clients there are.
    pub(crate) fn clients(&self) -> u32 {
        u32::try_from(self.problem.clients.len()).expect("fewer than 4 billion clients")
    }

    /// How many vehicles there are.
    pub(crate) fn vehicles(&self) -> u32 {
        u32::try_from(self.problem.vehicles.len()).expect("fewer than 4 billion vehicles")
    }

    /// A client.
    #[inline]
    pub(crate) fn client(&self, id: u32) -> &Client {
        &self.problem.clients[id as usize]
    }

    /// The legs of a vehicle.
    #[inline]
    pub(crate) fn table(&self, vehicle: u32) -> &Table {
        &self.tables.classes[self.class_of[vehicle as usize] as usize]
    }

    /// What using a vehicle costs, scaled.
    #[inline]
    pub(crate) fn fixed_cost(&self, vehicle: u32) -> i64 {
        self.problem.vehicles[vehicle as usize].cost_fixed >> self.tables.shift
    }

    /// The sum of all prizes, scaled.
    pub(crate) fn prizes_of_all(&self) -> i64 {
        let leads = |&(id, _): &(u32, &i64)| self.leaders[id as usize] == id;
        let prizes = (0_u32..).zip(&self.prizes).filter(leads).map(|(_, &prize)| prize);
        prizes.filter(|&prize| prize != MUST).sum()
    }

    /// What a trip to a client alone costs at least, if that is known.
    #[inline]
    pub(crate) fn round_trip(&self, client: u32) -> i64 {
        self.round_trips.get(client as usize).copied().unwrap_or(i64::MIN)
    }

    /// How long service at a client takes a vehicle.
    #[inline]
    pub(crate) fn service(&self, client: u32, vehicle: u32) -> i32 {
        if self.services.is_empty() {
            return self.client(client).service;
        }
        self.services[self.group_of[vehicle as usize] as usize][client as usize]
    }

    /// Meters of a leg, where some vehicle may not drive too far.
    pub(crate) fn meters(&self, vehicle: u32, from: u32, to: u32) -> i32 {
        match &self.matrices {
            Some(matrices) if to != self.nowhere() => {
                let profile = self.problem.vehicles[vehicle as usize].profile;
                matrices.leg(profile, from, to).distance_meters
            }
            _ => 0,
        }
    }

    /// The location of ends that may be anywhere.
    pub(crate) fn nowhere(&self) -> u32 {
        self.problem.locations
    }

    /// When loading at a depot may start, for a vehicle, releases aside.
    pub(crate) fn loading_window(&self, depot: u16, vehicle: u32) -> (i32, i32) {
        let depot = &self.problem.depots[depot as usize];
        let latest = self.problem.vehicles[vehicle as usize].latest_loading;
        (depot.opens.max(-NEVER), depot.closes.min(latest).min(NEVER))
    }
}

/// The location of all depots where also all vehicles start and end, if there is one.
fn home(problem: &Problem) -> Option<u32> {
    let home = problem.depots.first()?.location;
    let is_home = problem.depots.iter().all(|depot| depot.location == home)
        && problem
            .vehicles
            .iter()
            .all(|vehicle| vehicle.start_location == home && vehicle.end_location == Some(home));
    is_home.then_some(home)
}

/// What the way to each client and back costs with the cheapest class of vehicles. That is what a
/// new trip costs before, between and after other trips, as ways from home to home cost nothing.
fn round_trips(problem: &Problem, tables: &Tables, home: u32) -> Vec<i64> {
    if tables.classes.iter().any(|table| table.hop(home, home).cost != 0) {
        return Vec::new();
    }
    let there_and_back = |table: &Table, client: &Client| {
        let there = table.hop(home, client.location);
        i64::from(there.cost) + i64::from(table.hop(client.location, home).cost)
    };
    let cheapest = |client: &Client| {
        tables.classes.iter().map(|table| there_and_back(table, client)).min().unwrap_or(0)
    };
    problem.clients.iter().map(cheapest).collect()
}

fn groups(vehicles: &[Vehicle]) -> Vec<Vec<u32>> {
    let mut groups: Vec<Vec<u32>> = Vec::new();
    for (vehicle, id) in vehicles.iter().zip(0_u32..) {
        let same = |group: &&mut Vec<u32>| vehicles[group[0] as usize] == *vehicle;
        match groups.iter_mut().find(same) {
            Some(group) => group.push(id),
            None => groups.push(vec![id]),
        }
    }
    groups
}

fn depots_of(problem: &Problem, vehicle: u32) -> Vec<u16> {
    let vehicle = &problem.vehicles[vehicle as usize];
    (0_u16..).zip(&problem.depots).map(|(id, _)| id).filter(|&id| may_load(vehicle, id)).collect()
}

fn alternatives(problem: &Problem) -> (Vec<u32>, Vec<Vec<u32>>) {
    let mut leaders: Vec<u32> = (0_u32..).zip(&problem.clients).map(|(id, _)| id).collect();
    let mut alternatives = vec![Vec::new(); problem.clients.len()];
    for group in problem.groups.iter().filter(|group| group.len() > 1) {
        for &member in group {
            leaders[member as usize] = group[0];
        }
        alternatives[group[0] as usize].clone_from(group);
    }
    (leaders, alternatives)
}

fn services(problem: &Problem, groups: &[Vec<u32>]) -> Vec<Vec<i32>> {
    if problem.services.is_empty() {
        return Vec::new();
    }
    let of_group = |group: &Vec<u32>| {
        let kind = problem.vehicles[group[0] as usize].kind;
        let mut services: Vec<i32> = problem.clients.iter().map(|client| client.service).collect();
        for special in problem.services.iter().filter(|special| special.kind == kind) {
            services[special.client as usize] = special.seconds;
        }
        services
    };
    groups.iter().map(of_group).collect()
}

/// The problem of these clients and vehicles alone, renumbered in their order.
fn part(problem: &Problem, clients: &[u32], vehicles: &[u32]) -> Problem {
    let new_client = new_numbers(problem.clients.len(), clients);
    let new_vehicle = new_numbers(problem.vehicles.len(), vehicles);
    let client = |&id: &u32| {
        let client = problem.clients[id as usize];
        Client { vehicle: client.vehicle.map(|id| new_vehicle[id as usize]), ..client }
    };
    let vehicle = |&id: &u32| {
        let mut vehicle = problem.vehicles[id as usize].clone();
        for client in vehicle.locked.iter_mut().flat_map(|trip| &mut trip.clients) {
            *client = new_client[*client as usize];
        }
        vehicle
    };
    let renumbered = |client: u32| Some(new_client[client as usize]).filter(|&id| id != GONE);
    let group = |group: &Vec<u32>| -> Vec<u32> {
        group.iter().filter_map(|&client| renumbered(client)).collect()
    };
    Problem {
        locations: problem.locations,
        depots: problem.depots.clone(),
        vehicles: vehicles.iter().map(vehicle).collect(),
        clients: clients.iter().map(client).collect(),
        groups: problem.groups.iter().map(group).filter(|group| !group.is_empty()).collect(),
        gaps: problem
            .gaps
            .iter()
            .filter_map(|gap| Some(Gap { client: renumbered(gap.client)?, ..*gap }))
            .collect(),
        services: problem
            .services
            .iter()
            .filter_map(|service| {
                Some(KindService { client: renumbered(service.client)?, ..*service })
            })
            .collect(),
    }
}

/// What [`part`] puts for who is not in the part; no client and no vehicle has this number.
const GONE: u32 = u32::MAX;

fn new_numbers(all: usize, kept: &[u32]) -> Vec<u32> {
    let mut numbers = vec![GONE; all];
    for (new, &old) in (0_u32..).zip(kept) {
        numbers[old as usize] = new;
    }
    numbers
}
