//! Makes a solution of two: some neighboring routes of one give way to those of the other.

use rand::Rng;
use rand_pcg::Pcg64Mcg;

use crate::solver::instance::Instance;
use crate::solver::search::RoutePlan;
use crate::solver::trip::Trip;
use crate::solver::trip::drop_empty;

/// Which part of the routes is exchanged at most.
const EXCHANGED_MAX: f64 = 0.5;

/// Who is where in a child.
const NOBODY: u32 = u32::MAX;

/// A child of two solutions, and the clients whose routes are not those of `one`.
///
/// It visits nobody twice, but may leave out some, and may exceed what is allowed nowhere that its
/// parents do not.
///
/// # Source
/// Nagata, Bräysy, Dullaert (2010), A penalty-based edge assembly memetic algorithm for the vehicle
/// routing problem with time windows, and Nagata, Kobayashi (2010), A memetic algorithm for the
/// pickup and delivery problem with time windows using selective route exchange crossover,
/// doi:10.1007/978-3-642-15844-5_54. Here the routes given up are those around a client, and those
/// taken over the ones that overlap them most.
pub(crate) fn recombine(
    instance: &Instance,
    one: &[RoutePlan],
    other: &[RoutePlan],
    random: &mut Pcg64Mcg,
) -> (Vec<RoutePlan>, Vec<u32>) {
    let given_up = around(instance, one, random);
    let mut lost = vec![false; instance.clients() as usize];
    for &index in &given_up {
        clients(&one[index]).for_each(|client| lost[client as usize] = true);
    }
    let taken = overlapping(other, &lost, given_up.len());
    let mut child: Vec<RoutePlan> = Vec::with_capacity(one.len());
    let mut is_kept = vec![false; instance.clients() as usize];
    let kept = (0..one.len()).filter(|index| !given_up.contains(index));
    for route in kept.map(|index| &one[index]) {
        clients(route)
            .for_each(|client| is_kept[instance.leaders[client as usize] as usize] = true);
        child.push(route.clone());
    }
    let mut vehicles: Vec<u32> = given_up.iter().map(|&index| one[index].0).collect();
    let is_guest_first = random.random_bool(0.5);
    let mut is_guest = vec![false; instance.clients() as usize];
    let kept_routes = child.len();
    for &index in &taken {
        let group = instance.group_of[other[index].0 as usize];
        let same = |&vehicle: &u32| instance.group_of[vehicle as usize] == group;
        let Some(place) = vehicles.iter().position(same) else { continue };
        let vehicle = vehicles.swap_remove(place);
        let mut route = other[index].1.clone();
        if !is_guest_first {
            without(instance, 0, &mut route, &is_kept);
        }
        for &client in route.iter().flat_map(|trip| &trip.clients) {
            is_guest[instance.leaders[client as usize] as usize] = true;
        }
        child.push((vehicle, route));
    }
    if is_guest_first {
        for (vehicle, route) in &mut child[..kept_routes] {
            let locked = instance.problem.vehicles[*vehicle as usize].locked.len();
            without(instance, locked, route, &is_guest);
        }
    }
    let mut touched = Vec::new();
    for (route, old) in child.iter().map(|route| (route, find(one, route.0))) {
        if old != Some(&route.1) {
            touched.extend(clients(route));
        }
    }
    touched.extend((0_u32..).zip(&lost).filter(|(_, lost)| **lost).map(|(id, _)| id));
    touched.sort_unstable();
    touched.dedup();
    (child, touched)
}

fn find(routes: &[RoutePlan], vehicle: u32) -> Option<&Vec<Trip>> {
    routes.iter().find(|route| route.0 == vehicle).map(|route| &route.1)
}

fn clients(route: &RoutePlan) -> impl Iterator<Item = u32> + '_ {
    route.1.iter().flat_map(|trip| trip.clients.iter().copied())
}

/// Takes those out whose leader is marked, and then trips without clients, but for the first,
/// which are locked.
fn without(instance: &Instance, locked: usize, route: &mut Vec<Trip>, marked: &[bool]) {
    for trip in route.iter_mut().skip(locked) {
        trip.clients.retain(|&client| !marked[instance.leaders[client as usize] as usize]);
    }
    drop_empty(route, locked);
}

/// The routes of the clients nearest to some client, except those with locked trips.
fn around(instance: &Instance, routes: &[RoutePlan], random: &mut Pcg64Mcg) -> Vec<usize> {
    let mut route_of = vec![NOBODY; instance.clients() as usize];
    for (index, route) in (0_u32..).zip(routes) {
        if instance.problem.vehicles[route.0 as usize].locked.is_empty() {
            clients(route).for_each(|client| route_of[client as usize] = index);
        }
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a part of a number of routes"
    )]
    let most = ((routes.len() as f64 * EXCHANGED_MAX) as usize).max(2);
    let count = random.random_range(1..=most);
    let center = random.random_range(0..instance.clients());
    let mut found: Vec<usize> = Vec::with_capacity(count);
    for &client in instance.neighbors.near.of(center) {
        let index = route_of[client as usize];
        if index != NOBODY && !found.contains(&(index as usize)) {
            found.push(index as usize);
            if found.len() == count {
                break;
            }
        }
    }
    found
}

/// The routes with the largest share of marked clients, at most so many.
fn overlapping(routes: &[RoutePlan], marked: &[bool], count: usize) -> Vec<usize> {
    let share = |route: &RoutePlan| {
        let (common, all) = clients(route).fold((0_u64, 0_u64), |(common, all), client| {
            (common + u64::from(marked[client as usize]), all + 1)
        });
        common * 1000 / all.max(1)
    };
    let mut shares: Vec<(u64, usize)> =
        routes.iter().enumerate().map(|(index, route)| (share(route), index)).collect();
    shares.retain(|&(share, _)| share > 0);
    shares.sort_unstable_by(|a, b| b.cmp(a));
    shares.truncate(count);
    shares.into_iter().map(|(_, index)| index).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand_pcg::Pcg64Mcg;

    use crate::solver::instance::Instance;
    use crate::solver::invented;
    use crate::solver::recombine::recombine;

    proptest! {
        #[test]
        fn a_child_visits_nobody_twice_and_keeps_what_is_locked(
            seed in any::<u64>(),
            clients in 5..25_u32,
        ) {
            let (problem, legs) = invented::rich_problem(seed, clients);
            let instance = Instance::new(&problem, &legs);
            let mut random = Pcg64Mcg::seed_from_u64(seed);
            let one = invented::routes(&problem, &mut random);
            let other = invented::routes(&problem, &mut random);
            let (child, touched) = recombine(&instance, &one, &other, &mut random);
            let mut visits = vec![0; clients as usize];
            for (vehicle, trips) in &child {
                let locked = &problem.vehicles[*vehicle as usize].locked;
                prop_assert!(trips.starts_with(locked));
                for &client in trips.iter().flat_map(|trip| &trip.clients) {
                    visits[instance.leaders[client as usize] as usize] += 1;
                }
            }
            prop_assert!(visits.iter().all(|&visits| visits <= 1), "{:?}", visits);
            let vehicles = |routes: &[(u32, _)]| -> Vec<u32> {
                let mut vehicles: Vec<u32> = routes.iter().map(|route| route.0).collect();
                vehicles.sort_unstable();
                vehicles
            };
            let mut unique = vehicles(&child);
            unique.dedup();
            prop_assert_eq!(unique.len(), child.len());
            prop_assert!(touched.windows(2).all(|pair| pair[0] < pair[1]));
        }
    }
}
