//! Removes whole trips.

use rand::Rng;
use rand_pcg::Pcg64Mcg;

use crate::solver::instance::Instance;
use crate::solver::tours::NONE;
use crate::solver::tours::Tours;

/// A trip with more clients than this is not removed as a whole: the search would not recover.
const CLIENTS_MAX: u32 = 30;

/// Removes the trips of the clients nearest to `seed`, at most `trips_max` of them.
pub(crate) fn remove(instance: &Instance, tours: &mut Tours, seed: u32, trips_max: u32) {
    let mut trips = 0;
    for &client in instance.neighbors.near.of(seed) {
        let trip = tours.stop(client).trip;
        if !tours.is_movable(client) || tours.trip(trip).clients > CLIENTS_MAX {
            continue;
        }
        let mut gap = NONE;
        for _ in 0..tours.trip(trip).clients {
            let first = tours.stop(tours.ids.loading_of(trip)).next;
            gap = tours.remove(instance, first);
        }
        tours.mend(instance, gap);
        trips += 1;
        if trips == trips_max {
            return;
        }
    }
}

/// Removes the clients of a trip from about its middle on.
pub(crate) fn split(instance: &Instance, tours: &mut Tours, seed: u32, random: &mut Pcg64Mcg) {
    let trip = tours.stop(seed).trip;
    if !tours.is_movable(seed) || tours.trip(trip).clients < 2 {
        return;
    }
    let clients = tours.trip(trip).clients;
    let kept =
        random.random_range(clients.div_ceil(4)..=(3 * clients / 4).max(clients.div_ceil(4)));
    let mut at = tours.stop(tours.ids.loading_of(trip)).next;
    for _ in 0..kept {
        at = tours.stop(at).next;
    }
    let mut gap = NONE;
    for _ in kept..clients {
        let next = tours.stop(at).next;
        gap = tours.remove(instance, at);
        at = next;
    }
    if gap != NONE {
        tours.mend(instance, gap);
    }
}
