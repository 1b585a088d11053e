//! A problem with rules left out, so that every solution of it is a set of single trips.

use crate::linear::network::Network;
use crate::solver::cover::Column;
use crate::solver::matrices::Matrices;
use crate::solver::problem::Client;
use crate::solver::problem::Problem;
use crate::solver::problem::Vehicle;

/// More arcs than this, of 32 bytes each, are not held.
const ARCS_MAX: usize = 4_000_000;

/// What has to be covered, by which trips.
///
/// Every solution of the problem is a choice of trips from the networks that covers every row once
/// or pays its prize, takes at most so many trips of a group as the group may make, and costs at
/// most what the solution costs.
#[derive(Debug)]
pub(crate) struct Relaxation {
    /// What leaving out a row costs, or `None` where it must be covered.
    pub(crate) prizes: Vec<Option<i64>>,
    /// How many trips each group of like vehicles may make.
    pub(crate) trips_max: Vec<u32>,
    /// Trips of each group from each of its depots.
    pub(crate) networks: Vec<Network>,
    /// The group of each vehicle.
    pub(crate) group_of: Vec<u32>,
    /// The row of each client.
    pub(crate) row_of: Vec<usize>,
}

impl Relaxation {
    /// Leaves rules out, or gives nothing when that would not be enough: with trips that are
    /// locked, with costs, ways or loads below zero, with a client whom nobody can visit, and where
    /// there is too much of everything.
    pub(crate) fn new(problem: &Problem, matrices: &Matrices) -> Option<Self> {
        let is_usual = problem.vehicles.iter().all(is_usual_vehicle)
            && problem.clients.iter().all(is_usual_client)
            && (0..matrices.profiles()).all(|profile| is_usual_profile(matrices, profile));
        if !is_usual || !are_costs_small(problem, matrices) {
            return None;
        }
        let (row_of, prizes) = rows(problem);
        let mut leaders: Vec<u32> = Vec::new();
        let mut counts: Vec<u32> = Vec::new();
        let mut group_of = Vec::with_capacity(problem.vehicles.len());
        for (id, vehicle) in (0_u32..).zip(&problem.vehicles) {
            let is_same = |leader: &u32| is_same_to_clients(problem, *leader, id);
            let group = leaders.iter().position(is_same).unwrap_or_else(|| {
                leaders.push(id);
                counts.push(0);
                leaders.len() - 1
            });
            let trips =
                u32::from(vehicle.trips_max).min(u32::try_from(problem.clients.len()).ok()?);
            counts[group] = counts[group].saturating_add(trips);
            group_of.push(u32::try_from(group).ok()?);
        }
        let mut networks = Vec::new();
        let mut arcs = 0;
        for (&leader, group) in leaders.iter().zip(0..) {
            for depot in 0..u16::try_from(problem.depots.len()).ok()? {
                let network = Network::new(problem, matrices, (leader, group), depot, &row_of);
                arcs +=
                    network.iter().flat_map(|network| &network.arcs).map(Vec::len).sum::<usize>();
                if ARCS_MAX < arcs {
                    return None;
                }
                networks.extend(network);
            }
        }
        let can_be_covered = (0..prizes.len()).all(|row| {
            prizes[row].is_some()
                || networks.iter().flat_map(|network| &network.nodes).any(|node| node.row == row)
        });
        can_be_covered.then_some(Self { prizes, trips_max: counts, networks, group_of, row_of })
    }

    /// A trip as a column; rows that it covers twice are in it twice.
    pub(crate) fn column(&self, group: u32, cost: i64, clients: &[u32]) -> Option<Column> {
        let row = |&client: &u32| u32::try_from(self.row_of[client as usize]).ok();
        Some(Column { cost, group, clients: clients.iter().map(row).collect::<Option<_>>()? })
    }
}

/// The row of each client, and the prizes of the rows: clients of one group share one.
fn rows(problem: &Problem) -> (Vec<usize>, Vec<Option<i64>>) {
    let mut row_of = vec![usize::MAX; problem.clients.len()];
    let mut prizes = Vec::new();
    for group in &problem.groups {
        for &client in group {
            row_of[client as usize] = prizes.len();
        }
        prizes.extend(group.first().map(|&first| problem.clients[first as usize].prize));
    }
    for (client, row) in problem.clients.iter().zip(&mut row_of) {
        if *row == usize::MAX {
            *row = prizes.len();
            prizes.push(client.prize);
        }
    }
    (row_of, prizes)
}

/// Whether two vehicles are the same, and no client wants only one of them.
fn is_same_to_clients(problem: &Problem, one: u32, other: u32) -> bool {
    let is_wanted = |id: u32| problem.clients.iter().any(|client| client.vehicle == Some(id));
    problem.vehicles[one as usize] == problem.vehicles[other as usize]
        && !is_wanted(one)
        && !is_wanted(other)
}

fn is_usual_vehicle(vehicle: &Vehicle) -> bool {
    let costs = [
        vehicle.cost_fixed,
        vehicle.cost_per_meter,
        vehicle.cost_per_second,
        vehicle.cost_per_duration_second,
        vehicle.cost_per_overtime_second,
    ];
    vehicle.locked.is_empty() && costs.iter().all(|&cost| (0..=1 << 30).contains(&cost))
}

/// Whether no leg costs so much that sums of some, scaled, could overflow.
fn are_costs_small(problem: &Problem, matrices: &Matrices) -> bool {
    problem.vehicles.iter().all(|vehicle| {
        let most = |legs: &[i32]| i64::from(legs.iter().copied().max().unwrap_or(0));
        let meters = vehicle.cost_per_meter * most(matrices.meters(vehicle.profile)) / 2;
        let seconds = vehicle.cost_per_second * most(matrices.seconds(vehicle.profile)) / 2;
        meters + seconds < 1 << 38
    })
}

fn is_usual_client(client: &Client) -> bool {
    0 <= client.service
        && 0 <= client.cost_per_late_second
        && client.load.iter().all(|&load| 0 <= load)
        && client.prize.is_none_or(|prize| (0..1 << 40).contains(&prize))
}

fn is_usual_profile(matrices: &Matrices, profile: usize) -> bool {
    let Ok(profile) = u8::try_from(profile) else { return false };
    let legs = matrices.seconds(profile).iter().chain(matrices.meters(profile));
    legs.min().is_none_or(|&least| 0 <= least)
}
