//! Whom no vehicle can visit, so that an instance contradicts itself.

use crate::solver::matrices::Matrices;
use crate::solver::problem::Client;
use crate::solver::problem::Legs;
use crate::solver::problem::Problem;
use crate::solver::problem::Vehicle;

/// The first client that must be visited and cannot be, even by a vehicle that visits nobody else,
/// and why. Members of groups are left out: others may stand in for them.
///
/// It looks at one vehicle of each kind: loads, skills, and the way out and back.
pub(crate) fn unservable(problem: &Problem, matrices: &Matrices) -> Option<(u32, String)> {
    let mut kinds: Vec<&Vehicle> = problem.vehicles.iter().collect();
    kinds.sort_by_key(|vehicle| vehicle.kind);
    kinds.dedup_by_key(|vehicle| vehicle.kind);
    let mut must = vec![true; problem.clients.len()];
    for client in problem.groups.iter().flatten() {
        must[*client as usize] = false;
    }
    let required = (0_u32..).zip(&problem.clients).zip(must);
    let mut required = required.filter(|((_, client), must)| *must && client.prize.is_none());
    required.find_map(|((id, client), _)| {
        let allowed = |vehicle: &&Vehicle| client.skills & vehicle.skills == client.skills;
        let carries = |vehicle: &Vehicle| {
            client.load.iter().zip(&vehicle.capacity).all(|(load, capacity)| load <= capacity)
        };
        let allowed: Vec<&Vehicle> = kinds.iter().copied().filter(allowed).collect();
        if allowed.is_empty() {
            return Some((id, "no vehicle may visit it".to_owned()));
        }
        let strong: Vec<&Vehicle> = allowed.into_iter().filter(|it| carries(it)).collect();
        if strong.is_empty() {
            let reason = format!(
                "its load {} is more than any vehicle that may visit it carries",
                client.load.map(|load| load.to_string()).join(" and ")
            );
            return Some((id, reason));
        }
        let reaches = strong.iter().any(|vehicle| reaches(problem, matrices, vehicle, client));
        (!reaches).then(|| {
            let window = format!("{} to {}", client.opens, client.closes);
            (id, format!("no vehicle can be there in its window {window} and back in time"))
        })
    })
}

/// Whether a vehicle can visit this client alone, from some depot.
fn reaches(problem: &Problem, matrices: &Matrices, vehicle: &Vehicle, client: &Client) -> bool {
    let drive = |from, to| i64::from(matrices.leg(vehicle.profile, from, to).drive_seconds);
    (0..).zip(&problem.depots).any(|(index, depot)| {
        let may_load = match index {
            0..64 => vehicle.depots & (1_u64 << index) != 0,
            _ => vehicle.depots == u64::MAX,
        };
        let there = i64::from(vehicle.available) + drive(vehicle.start_location, depot.location);
        let loads = there.max(i64::from(depot.opens)).max(i64::from(client.release));
        let leaves = loads + i64::from(depot.loading);
        let serves = (leaves + drive(depot.location, client.location)).max(i64::from(client.opens));
        let done = serves + i64::from(client.service);
        let end = done + vehicle.end_location.map_or(0, |end| drive(client.location, end));
        may_load
            && loads <= i64::from(depot.closes.min(vehicle.latest_loading))
            && serves <= i64::from(client.closes)
            && end <= i64::from(vehicle.latest_end)
    })
}
