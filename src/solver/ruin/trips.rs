//! Removes whole trips.

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
            let first = tours.stop(tours.loading_of(trip)).next;
            gap = tours.remove(instance, first);
        }
        tours.mend(instance, gap);
        trips += 1;
        if trips == trips_max {
            return;
        }
    }
}
