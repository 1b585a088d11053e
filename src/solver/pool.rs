//! Routes that were seen, to choose among them anew.

use std::collections::BTreeMap;

use crate::solver::cover::Choice;
use crate::solver::cover::Column;
use crate::solver::cover::Cover;
use crate::solver::decomposition::Part;
use crate::solver::instance::Instance;
use crate::solver::instance::MUST;
use crate::solver::search::RoutePlan;
use crate::solver::tours::Tours;
use crate::solver::trip::Trip;

/// How many routes are kept; the oldest go first.
const ROUTES_MAX: usize = 20_000;

/// A route, as a whole.
#[derive(Debug, Clone)]
struct Seen {
    /// Of its clients and the group of its vehicle, whatever the order.
    hash: u64,
    vehicle: u32,
    trips: Vec<Trip>,
    cost: i64,
    /// Cost of the best solution it was part of.
    standing: i64,
}

/// Routes of solutions that the search went through.
///
/// # Source
/// Rochat, Taillard (1995), Probabilistic diversification and intensification in local search for
/// vehicle routing, doi:10.1007/BF02430370.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pool {
    routes: Vec<Seen>,
    places: BTreeMap<u64, usize>,
    /// The next to be replaced when there is no more room.
    oldest: usize,
}

impl Pool {
    /// Keeps the routes of a solution whose whole, of which it may be a part, costs `standing`,
    /// unless somebody is absent.
    pub(crate) fn collect(&mut self, instance: &Instance, tours: &Tours, standing: i64) {
        if !tours.absent.is_empty() {
            return;
        }
        for vehicle in 0..instance.vehicles() {
            if tours.trip_counts[vehicle as usize] == 0 {
                continue;
            }
            let clients = tours.clients_of(vehicle);
            let hash = hash(instance.group_of[vehicle as usize], clients);
            let cost = tours.cost_of(instance, vehicle);
            self.keep(hash, vehicle, cost, standing, || tours.route(vehicle));
        }
    }

    /// Takes over what another search has seen, which forgets it.
    pub(crate) fn merge(&mut self, pool: &mut Self) {
        for seen in std::mem::take(&mut pool.routes) {
            self.keep(seen.hash, seen.vehicle, seen.cost, seen.standing, || seen.trips);
        }
        pool.places.clear();
        pool.oldest = 0;
    }

    /// Takes over what the search of a part has seen.
    pub(crate) fn absorb(&mut self, instance: &Instance, part: &Part, pool: &Self) {
        for seen in &pool.routes {
            let vehicle = part.vehicles[seen.vehicle as usize];
            let original = || {
                let mut trips = seen.trips.clone();
                for client in trips.iter_mut().flat_map(|trip| &mut trip.clients) {
                    *client = part.clients[*client as usize];
                }
                trips
            };
            let clients = seen.trips.iter().flat_map(|trip| &trip.clients);
            let clients = clients.map(|&client| part.clients[client as usize]);
            let hash = hash(instance.group_of[vehicle as usize], clients);
            self.keep(hash, vehicle, seen.cost, seen.standing, original);
        }
    }

    fn keep(
        &mut self,
        hash: u64,
        vehicle: u32,
        cost: i64,
        standing: i64,
        trips: impl FnOnce() -> Vec<Trip>,
    ) {
        if let Some(&place) = self.places.get(&hash) {
            let known = &mut self.routes[place];
            known.standing = known.standing.min(standing);
            if cost < known.cost {
                (known.vehicle, known.trips, known.cost) = (vehicle, trips(), cost);
            }
            return;
        }
        let seen = Seen { hash, vehicle, trips: trips(), cost, standing };
        if self.routes.len() < ROUTES_MAX {
            self.places.insert(hash, self.routes.len());
            self.routes.push(seen);
        } else {
            self.places.remove(&self.routes[self.oldest].hash);
            self.places.insert(hash, self.oldest);
            self.routes[self.oldest] = seen;
            self.oldest = (self.oldest + 1) % ROUTES_MAX;
        }
    }

    /// Routes that together cost less than those of `best`, if some are found.
    ///
    /// A client may be on more than one of them.
    pub(crate) fn choose(
        &mut self,
        instance: &Instance,
        best: &Tours,
        cover: &dyn Cover,
        seconds_left: Option<&(dyn Fn() -> f64 + Sync)>,
    ) -> Option<Vec<RoutePlan>> {
        self.collect(instance, best, best.cost);
        let mut order: Vec<&Seen> = self.routes.iter().collect();
        order.sort_by_key(|seen| (seen.standing, seen.hash));
        let columns: Vec<Column> = order.iter().map(|seen| column(instance, seen)).collect();
        let numbers: BTreeMap<u64, u32> =
            order.iter().zip(0_u32..).map(|(seen, index)| (seen.hash, index)).collect();
        let incumbent: Vec<u32> = (0..instance.vehicles())
            .filter(|&vehicle| best.trip_counts[vehicle as usize] > 0)
            .map(|vehicle| hash(instance.group_of[vehicle as usize], best.clients_of(vehicle)))
            .filter_map(|hash| numbers.get(&hash).copied())
            .collect();
        let prizes: Vec<Option<i64>> = (0_u32..)
            .zip(&instance.prizes)
            .map(|(id, &prize)| match prize {
                _ if instance.leaders[id as usize] != id => Some(0),
                MUST => None,
                prize => Some(prize),
            })
            .collect();
        let vehicles: Vec<u32> = instance
            .groups
            .iter()
            .map(|group| u32::try_from(group.len()).expect("fewer than 4 billion vehicles"))
            .collect();
        let choice = Choice {
            prizes: &prizes,
            vehicles: &vehicles,
            columns: &columns,
            incumbent: &incumbent,
        };
        let chosen = cover.choose(&choice, seconds_left)?;
        let mut used = vec![0; instance.groups.len()];
        let plans = chosen.iter().map(|&index| {
            let column = &columns[index as usize];
            let place = &mut used[column.group as usize];
            *place += 1;
            let vehicle = instance.groups[column.group as usize].get(*place - 1)?;
            Some((*vehicle, order[index as usize].trips.clone()))
        });
        plans.collect()
    }
}

fn column(instance: &Instance, seen: &Seen) -> Column {
    let clients = seen.trips.iter().flat_map(|trip| &trip.clients);
    Column {
        cost: seen.cost,
        group: instance.group_of[seen.vehicle as usize],
        clients: clients.map(|&client| instance.leaders[client as usize]).collect(),
    }
}

/// A hash of a set, by sums of hashes of its members (Zobrist 1970).
fn hash(group: u32, clients: impl Iterator<Item = u32>) -> u64 {
    clients.map(|client| mix(u64::from(client))).fold(mix(!u64::from(group)), u64::wrapping_add)
}

/// The finalizer of `SplitMix64` (Steele, Lea, Flood 2014, doi:10.1145/2714064.2660195).
fn mix(value: u64) -> u64 {
    let mut mixed = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
