//! A problem as the search sees it: compiled once, then only read.

use std::sync::Arc;

use crate::solver::matrices::Matrices;
use crate::solver::neighbors::Neighbors;
use crate::solver::problem::Client;
use crate::solver::problem::Gap;
use crate::solver::problem::KindService;
use crate::solver::problem::Problem;
use crate::solver::segment::NEVER;
use crate::solver::table::Table;
use crate::solver::table::Tables;

/// A problem with everything the search looks up.
#[derive(Debug)]
pub(crate) struct Instance {
    pub(crate) problem: Problem,
    pub(crate) tables: Arc<Tables>,
    /// The class of each vehicle, an index to the tables.
    pub(crate) class_of: Vec<u8>,
    /// Vehicles that are the same in everything, by group.
    pub(crate) groups: Vec<Vec<u32>>,
    pub(crate) neighbors: Neighbors,
    /// Whether some vehicle may reload.
    pub(crate) is_multi_trip: bool,
    /// Whether some release can bind.
    pub(crate) has_releases: bool,
    /// Whether some client asks for a depot or for skills.
    pub(crate) has_wishes: bool,
}

impl Instance {
    /// Compiles a problem.
    pub(crate) fn new(problem: &Problem, matrices: &Matrices) -> Self {
        let tables = Arc::new(Tables::new(&problem.vehicles, matrices));
        let neighbors = match tables.classes.first() {
            Some(table) => Neighbors::new(&problem.clients, table),
            None => Neighbors::default(),
        };
        let class_of = tables.class_of.clone();
        Self::assemble(problem.clone(), tables, class_of, neighbors)
    }

    /// The part of the problem with only these clients and vehicles, renumbered in their order.
    pub(crate) fn part(&self, clients: &[u32], vehicles: &[u32]) -> Self {
        let problem = part(&self.problem, clients, vehicles);
        let class_of = vehicles.iter().map(|&id| self.class_of[id as usize]).collect();
        let neighbors = self.neighbors.restrict(clients);
        Self::assemble(problem, Arc::clone(&self.tables), class_of, neighbors)
    }

    fn assemble(
        problem: Problem,
        tables: Arc<Tables>,
        class_of: Vec<u8>,
        neighbors: Neighbors,
    ) -> Self {
        let mut groups: Vec<Vec<u32>> = Vec::new();
        for (vehicle, id) in problem.vehicles.iter().zip(0_u32..) {
            let same = |group: &&mut Vec<u32>| problem.vehicles[group[0] as usize] == *vehicle;
            match groups.iter_mut().find(same) {
                Some(group) => group.push(id),
                None => groups.push(vec![id]),
            }
        }
        let earliest = problem.vehicles.iter().map(|vehicle| vehicle.available).min();
        let releases = problem.clients.iter().map(|client| client.release);
        Self {
            is_multi_trip: problem.vehicles.iter().any(|vehicle| vehicle.trips_max > 1),
            has_releases: releases.max() > earliest,
            has_wishes: problem
                .clients
                .iter()
                .any(|client| client.depot.is_some() || client.skills != 0),
            problem,
            tables,
            class_of,
            groups,
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
