//! Splits a solution into parts that can be improved side by side.
//!
//! Ruin and recreate changes a few neighboring trips at a time, so where there are many, searches of
//! parts that share no trip find as much as one search of the whole, in a fraction of the time.
//! Where the borders run is drawn anew each time.
//!
//! # Source
//! Santini, Schneider, Vidal, Vigo (2023), Decomposition strategies for vehicle routing heuristics,
//! doi:10.1287/ijoc.2023.1288 (route barycentres); distances to two poles stand in for coordinates,
//! which the solver does not know.

use rand::Rng;
use rand_pcg::Pcg64Mcg;

use crate::solver::instance::Instance;
use crate::solver::search::RoutePlan;
use crate::solver::tours::NONE;
use crate::solver::tours::Tours;
use crate::solver::trip::Trip;

/// Clients and vehicles that are searched by themselves; both in ascending order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) clients: Vec<u32>,
    pub(crate) vehicles: Vec<u32>,
}

/// Splits routes, and whoever has none, into `count` parts with about as many clients each. Whoever
/// is an alternative of somebody goes along.
pub(crate) fn split(
    instance: &Instance,
    tours: &Tours,
    count: usize,
    random: &mut Pcg64Mcg,
) -> Vec<Part> {
    let poles = Poles::draw(instance, random);
    let mut bundles: Vec<(i64, Option<u32>, Vec<u32>)> = Vec::new();
    for vehicle in 0..instance.vehicles() {
        let clients: Vec<u32> =
            tours.route(vehicle).into_iter().flat_map(|trip| trip.clients).collect();
        if !clients.is_empty() {
            bundles.push((poles.mean_side(instance, &clients), Some(vehicle), clients));
        }
    }
    for client in 0..instance.clients() {
        if instance.leaders[client as usize] == client && !tours.is_served(instance, client) {
            bundles.push((poles.mean_side(instance, &[client]), None, vec![client]));
        }
    }
    bundles.sort_unstable();
    let all: usize = bundles.iter().map(|bundle| bundle.2.len()).sum();
    let mut parts = vec![Part::default(); count];
    let mut seen = 0;
    for (_, vehicle, clients) in bundles {
        let part = &mut parts[(seen * count / all.max(1)).min(count - 1)];
        seen += clients.len();
        part.vehicles.extend(vehicle);
        for client in clients {
            match &instance.alternatives[instance.leaders[client as usize] as usize][..] {
                [] => part.clients.push(client),
                alternatives => part.clients.extend(alternatives),
            }
        }
    }
    deal_unused(instance, tours, &mut parts);
    for part in &mut parts {
        part.clients.sort_unstable();
        part.vehicles.sort_unstable();
    }
    parts
}

/// Deals the unused vehicles of each group in turn.
fn deal_unused(instance: &Instance, tours: &Tours, parts: &mut [Part]) {
    let count = parts.len();
    for group in &instance.groups {
        let unused = group.iter().filter(|&&vehicle| tours.trip_counts[vehicle as usize] == 0);
        for (turn, &vehicle) in unused.enumerate() {
            parts[turn % count].vehicles.push(vehicle);
        }
    }
}

/// Two clients far from each other.
struct Poles(u32, u32);

impl Poles {
    fn draw(instance: &Instance, random: &mut Pcg64Mcg) -> Self {
        let one = random.random_range(0..instance.clients());
        let from = instance.tables.classes[0].from(instance.client(one).location);
        let other = (0..instance.clients())
            .max_by_key(|&id| from[instance.client(id).location as usize].cost)
            .unwrap_or(one);
        Self(one, other)
    }

    /// How much nearer clients are to the second pole than to the first, on average.
    fn mean_side(&self, instance: &Instance, clients: &[u32]) -> i64 {
        let table = &instance.tables.classes[0];
        let location = |id: u32| instance.client(id).location;
        let side = |&id: &u32| {
            let here = location(id);
            i64::from(table.hop(location(self.0), here).cost)
                - i64::from(table.hop(location(self.1), here).cost)
        };
        let count = i64::try_from(clients.len()).expect("as many as there are clients");
        clients.iter().map(side).sum::<i64>() / count.max(1)
    }
}

impl Part {
    /// The solution of this part, in its numbers.
    pub(crate) fn take(&self, instance: &Instance, tours: &Tours) -> Vec<RoutePlan> {
        let mut new_numbers = vec![NONE; instance.clients() as usize];
        for (new, &old) in (0_u32..).zip(&self.clients) {
            new_numbers[old as usize] = new;
        }
        let renumber = |mut trip: Trip| {
            trip.clients.iter_mut().for_each(|client| *client = new_numbers[*client as usize]);
            trip
        };
        (0_u32..)
            .zip(&self.vehicles)
            .map(|(new, &old)| (new, tours.route(old).into_iter().map(renumber).collect()))
            .filter(|(_, trips): &RoutePlan| !trips.is_empty())
            .collect()
    }

    /// Gives the vehicles of this part in `whole` the routes they have in `tours`.
    pub(crate) fn give(&self, instance: &Instance, tours: &Tours, whole: &mut Tours) {
        for (new, &old) in (0_u32..).zip(&self.vehicles) {
            let mut trips = tours.route(new);
            for client in trips.iter_mut().flat_map(|trip| &mut trip.clients) {
                *client = self.clients[*client as usize];
            }
            whole.set_route(instance, old, &trips);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand_pcg::Pcg64Mcg;

    use crate::solver::decomposition::Part;
    use crate::solver::decomposition::split;
    use crate::solver::instance::Instance;
    use crate::solver::invented;
    use crate::solver::tours::Tours;

    proptest! {
        #[test]
        fn parts_hold_everybody_once_and_give_back_what_they_took(
            seed in any::<u64>(),
            clients in 2..25_u32,
            count in 1..4_usize,
        ) {
            let (problem, legs) = invented::rich_problem(seed, clients);
            let instance = Instance::new(&problem, &legs);
            let mut random = Pcg64Mcg::seed_from_u64(seed);
            let mut tours = Tours::new(&instance);
            for (vehicle, trips) in invented::routes(&problem, &mut random) {
                tours.set_route(&instance, vehicle, &trips);
            }
            tours.commit();
            let parts = split(&instance, &tours, count, &mut random);
            let mut everybody: Vec<u32> =
                parts.iter().flat_map(|part| part.clients.clone()).collect();
            everybody.sort_unstable();
            prop_assert_eq!(everybody, (0..clients).collect::<Vec<_>>());
            for group in &problem.groups {
                let holds = |part: &&Part| group.iter().any(|member| part.clients.contains(member));
                prop_assert_eq!(parts.iter().filter(holds).count(), 1);
            }
            let mut whole = Tours::new(&instance);
            for part in &parts {
                let own = instance.part(&part.clients, &part.vehicles);
                let mut part_tours = Tours::new(&own);
                for (vehicle, trips) in part.take(&instance, &tours) {
                    part_tours.set_route(&own, vehicle, &trips);
                }
                part.give(&instance, &part_tours, &mut whole);
            }
            for vehicle in 0..instance.vehicles() {
                prop_assert_eq!(whole.route(vehicle), tours.route(vehicle));
            }
            prop_assert_eq!(whole.cost, tours.cost);
        }
    }
}
