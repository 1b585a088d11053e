//! What is to be solved: multi-trip routing with time windows, release times and several depots.
//!
//! Times are seconds from an origin that the caller chooses, loads are counted in two dimensions.
//! All indexes are positions in the vectors of [`Problem`].

/// The way between two locations.
pub use crate::model::travel_matrix::Leg;
use crate::solver::segment::NEVER;
use crate::solver::trip::Trip;

/// How many dimensions a load has (mass and volume, or one and zero).
pub const LOADS: usize = 2;

/// Where trips are loaded and begin.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
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
    /// How long its route may last, from leaving as late as its end allows, to the end.
    pub duration_max: i32,
    /// Cost of a second of that duration, whatever is done in it.
    pub cost_per_duration_second: i64,
    /// How many meters its route may have.
    pub distance_max: i64,
    /// Its end after this moment is overtime.
    pub overtime_from: i32,
    /// Cost of a second of overtime.
    pub cost_per_overtime_second: i64,
    /// Its breaks, in order: each opens and closes no earlier than the one before.
    pub breaks: Vec<Break>,
    /// What it does first, whatever else it does: these trips are neither changed nor moved. Each
    /// has clients.
    pub locked: Vec<Trip>,
}

impl Default for Vehicle {
    /// One trip from any depot, back at location 0, without any limit and for nothing.
    fn default() -> Self {
        Self {
            kind: 0,
            profile: 0,
            start_location: 0,
            end_location: Some(0),
            available: 0,
            latest_loading: NEVER,
            latest_end: NEVER,
            capacity: [NEVER; LOADS],
            depots: u64::MAX,
            skills: 0,
            trips_max: 1,
            cost_fixed: 0,
            cost_per_meter: 0,
            cost_per_second: 0,
            duration_max: NEVER,
            cost_per_duration_second: 0,
            distance_max: i64::MAX,
            overtime_from: NEVER,
            cost_per_overtime_second: 0,
            breaks: Vec::new(),
            locked: Vec::new(),
        }
    }
}

/// A rest between two visits, at whatever place the vehicle then is.
///
/// It is due unless the route is over by `closes` or begins after it. It interrupts neither a drive
/// nor a service, and waiting for a window to open may be spent on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Break {
    /// It may not start before.
    pub opens: i32,
    /// It may not start after.
    pub closes: i32,
    /// How long it takes.
    pub seconds: i32,
}

/// Depots whose trips may carry a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depots {
    /// All of them.
    Any,
    /// One.
    One(u16),
    /// Those of the first 64 whose bits are set.
    Of(u64),
}

impl Depots {
    /// Whether a trip from this depot will do.
    pub fn allow(self, depot: u16) -> bool {
        match self {
            Self::Any => true,
            Self::One(own) => own == depot,
            Self::Of(bits) => depot < 64 && bits >> depot & 1 == 1,
        }
    }

    /// The first depot that will do.
    pub fn first(self) -> u16 {
        match self {
            Self::Any => 0,
            Self::One(own) => own,
            Self::Of(bits) => u16::try_from(bits.trailing_zeros().min(63)).unwrap_or_default(),
        }
    }
}

/// Somebody to be visited at most once.
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
    /// The depots whose trips may carry it.
    pub depots: Depots,
    /// Skills the vehicle must have, as a bit set.
    pub skills: u32,
    /// The only vehicle that may visit it, or `None` for any.
    pub vehicle: Option<u32>,
    /// What it costs to leave it out, or `None` when it must be visited.
    pub prize: Option<i64>,
    /// Service that starts after this moment is late.
    pub due: i32,
    /// Cost of a second of lateness.
    pub cost_per_late_second: i64,
}

impl Default for Client {
    /// Somebody at location 0 who must be visited and is content with any visit.
    fn default() -> Self {
        Self {
            location: 0,
            opens: -NEVER,
            closes: NEVER,
            service: 0,
            release: -NEVER,
            load: [0; LOADS],
            depots: Depots::Any,
            skills: 0,
            vehicle: None,
            prize: None,
            due: NEVER,
            cost_per_late_second: 0,
        }
    }
}

/// A part of a client's window in which service may not start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// Whose window.
    pub client: u32,
    /// Service may start at this moment, but not after it.
    pub after: i32,
    /// Service may start again.
    pub until: i32,
}

/// How long service takes one kind of vehicles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindService {
    /// At whom.
    pub client: u32,
    /// For which vehicles; others take [`Client::service`].
    pub kind: u16,
    /// How long.
    pub seconds: i32,
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
    /// Clients of which at most one is visited, and one must be unless the first has a prize: an
    /// order that several stores can fill, or a delivery that several slots suit. No client is in
    /// two groups. Prizes of others than the first are not looked at.
    pub groups: Vec<Vec<u32>>,
    /// What makes one window several: in order of clients and, for each, of time, apart from each
    /// other.
    pub gaps: Vec<Gap>,
    /// Where service takes some vehicles longer or shorter.
    pub services: Vec<KindService>,
}

/// Answers the way between two locations.
pub trait Legs {
    /// The way from `from` to `to` for a profile.
    fn leg(&self, profile: u8, from: u32, to: u32) -> Leg;
}
