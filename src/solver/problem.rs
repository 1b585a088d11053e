//! What is to be solved: multi-trip routing with time windows, release times and several depots.
//!
//! Times are seconds from an origin that the caller chooses, loads are counted in two dimensions.
//! All indexes are positions in the vectors of [`Problem`].

/// The way between two locations.
pub use crate::model::travel_matrix::Leg;

/// How many dimensions a load has (mass and volume, or one and zero).
pub const LOADS: usize = 2;

/// Where trips are loaded and begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Depot {
    /// Where it is.
    pub location: u32,
    /// Loading may not start before.
    pub opens: i32,
    /// Loading may not start after.
    pub closes: i32,
    /// How long loading takes, per trip.
    pub loading: i32,
}

/// Somebody who makes trips. A route is what one vehicle does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vehicle {
    /// Vehicles of one kind are interchangeable; reported as `vehicle_type`.
    pub kind: u16,
    /// Which legs apply; an index to the caller's matrices.
    pub profile: u8,
    /// Where the vehicle is when it becomes available.
    pub start_location: u32,
    /// Where it must end, or `None` when it may end at its last client.
    pub end_location: Option<u32>,
    /// The first moment it may leave its start location.
    pub available: i32,
    /// Loading of its last trip must start by then.
    pub latest_loading: i32,
    /// It must have reached its end location, or finished its last client, by then.
    pub latest_end: i32,
    /// What fits into one trip.
    pub capacity: [i32; LOADS],
    /// Depots it may load at, as a bit set (depot 0 is bit 0), so at most 64 where this matters;
    /// `u64::MAX` allows every depot, also those beyond 64.
    pub depots: u64,
    /// Skills it has, as a bit set.
    pub skills: u32,
    /// How many trips it may make at most.
    pub trips_max: u16,
    /// Cost of using it at all.
    pub cost_fixed: i64,
    /// Cost of a meter on the road.
    pub cost_per_meter: i64,
    /// Cost of a second on the road (not of waiting or service).
    pub cost_per_second: i64,
}

/// Somebody who must be visited once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Client {
    /// Where it is.
    pub location: u32,
    /// Service may not start before.
    pub opens: i32,
    /// Service may not start after.
    pub closes: i32,
    /// How long service takes.
    pub service: i32,
    /// The trip that carries it may not start loading before.
    pub release: i32,
    /// What it takes of the trip's capacity.
    pub load: [i32; LOADS],
    /// The depot whose trips may carry it, or `None` for any.
    pub depot: Option<u16>,
    /// Skills the vehicle must have, as a bit set.
    pub skills: u32,
}

/// Everything but the legs.
#[derive(Debug, Clone, Default)]
pub struct Problem {
    /// Number of locations.
    pub locations: u32,
    /// Depots.
    pub depots: Vec<Depot>,
    /// Vehicles, one entry each.
    pub vehicles: Vec<Vehicle>,
    /// Clients.
    pub clients: Vec<Client>,
}

/// Answers the way between two locations.
pub trait Legs {
    /// The way from `from` to `to` for a profile.
    fn leg(&self, profile: u8, from: u32, to: u32) -> Leg;
}
