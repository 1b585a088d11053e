//! How stops are numbered: clients first, then start and end of each vehicle, then loadings.

use crate::solver::trip::Trip;

/// What kind of stop a number stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Numbering {
    /// How many clients there are.
    pub(crate) clients: u32,
    /// How many vehicles there are.
    pub(crate) vehicles: u32,
}

impl Numbering {
    /// The stop where a vehicle starts.
    #[inline]
    pub(crate) fn start_of(self, vehicle: u32) -> u32 {
        self.clients + 2 * vehicle
    }

    /// The stop where a vehicle ends.
    #[inline]
    pub(crate) fn end_of(self, vehicle: u32) -> u32 {
        self.clients + 2 * vehicle + 1
    }

    /// The stop where a trip is loaded.
    #[inline]
    pub(crate) fn loading_of(self, trip: u32) -> u32 {
        self.clients + 2 * self.vehicles + trip
    }

    /// Whether a stop is a client.
    #[inline]
    pub(crate) fn is_client(self, stop: u32) -> bool {
        stop < self.clients
    }

    /// Whether a stop is a loading.
    #[inline]
    pub(crate) fn is_loading(self, stop: u32) -> bool {
        stop >= self.clients + 2 * self.vehicles
    }

    /// The trips of a vehicle, where it is known what follows a stop and from where it loads there.
    pub(crate) fn trips(
        self,
        vehicle: u32,
        next: impl Fn(u32) -> u32,
        depot: impl Fn(u32) -> u16,
    ) -> Vec<Trip> {
        let mut trips: Vec<Trip> = Vec::new();
        let mut at = next(self.start_of(vehicle));
        while at != self.end_of(vehicle) {
            if self.is_client(at) {
                trips.last_mut().expect("routes begin with a loading").clients.push(at);
            } else {
                trips.push(Trip { depot: depot(at), clients: Vec::new() });
            }
            at = next(at);
        }
        trips
    }
}
