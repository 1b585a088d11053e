//! What can be wrong, and how to say it.

use std::fmt;

/// One rule that is broken. Times and loads are those of the problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Violation {
    /// A route names a vehicle that does not exist.
    UnknownVehicle {
        /// What it names.
        vehicle: u32,
    },
    /// A trip names a depot that does not exist.
    UnknownDepot {
        /// Whose trip.
        vehicle: u32,
        /// What it names.
        depot: u16,
    },
    /// A trip names a client that does not exist.
    UnknownClient {
        /// Whose trip.
        vehicle: u32,
        /// What it names.
        client: u32,
    },
    /// Two routes are for the same vehicle.
    VehicleTwice {
        /// Which one.
        vehicle: u32,
    },
    /// A client is visited more than once.
    ClientTwice {
        /// Which one.
        client: u32,
    },
    /// A client that must be visited is not.
    ClientMissing {
        /// Which one.
        client: u32,
    },
    /// More than one of a group is visited.
    GroupTwice {
        /// Which group.
        group: usize,
    },
    /// Nobody of a group is visited.
    GroupMissing {
        /// Which group.
        group: usize,
    },
    /// A vehicle does not start with the trips that are locked.
    LockedChanged {
        /// Which one.
        vehicle: u32,
        /// Index of the first trip that is not as it should be.
        trip: usize,
    },
    /// A vehicle makes more trips than it may.
    TooManyTrips {
        /// Which one.
        vehicle: u32,
        /// How many it makes.
        trips: usize,
        /// How many it may make.
        trips_max: u16,
    },
    /// A vehicle loads where it may not.
    ForeignDepot {
        /// Which one.
        vehicle: u32,
        /// Where it loads.
        depot: u16,
    },
    /// A client is carried from a depot that it does not accept.
    WrongDepot {
        /// Which client.
        client: u32,
        /// Where the trip loads.
        depot: u16,
    },
    /// A client is visited by a vehicle other than its own.
    WrongVehicle {
        /// Which client.
        client: u32,
        /// Who comes.
        vehicle: u32,
        /// Who should.
        expected: u32,
    },
    /// A vehicle lacks a skill that a client asks for.
    SkillMissing {
        /// Which vehicle.
        vehicle: u32,
        /// Which client.
        client: u32,
    },
    /// A trip carries more than fits.
    Overloaded {
        /// Whose trip.
        vehicle: u32,
        /// Index of the trip.
        trip: usize,
        /// Which dimension of the load.
        dimension: usize,
        /// How much it carries.
        load: i64,
        /// How much fits.
        capacity: i32,
    },
    /// Loading starts too late.
    LateLoading {
        /// Whose trip.
        vehicle: u32,
        /// Index of the trip.
        trip: usize,
        /// When loading starts at the earliest.
        start: i64,
        /// When it must start at the latest.
        latest: i32,
    },
    /// Service at a client starts too late.
    LateClient {
        /// Who comes late.
        vehicle: u32,
        /// Who waits.
        client: u32,
        /// When service starts at the earliest.
        start: i64,
        /// When it must start at the latest.
        latest: i32,
    },
    /// A vehicle has no time for a break that is due.
    BreakMissing {
        /// Which one.
        vehicle: u32,
        /// Index of the break.
        rest: usize,
        /// When the vehicle is done at the earliest.
        end: i64,
        /// When the break must start at the latest.
        closes: i32,
    },
    /// A route lasts too long.
    TooLong {
        /// Whose route.
        vehicle: u32,
        /// How long it lasts at the least.
        duration: i64,
        /// How long it may last.
        duration_max: i32,
    },
    /// A route is too far.
    TooFar {
        /// Whose route.
        vehicle: u32,
        /// How many meters it has.
        meters: i64,
        /// How many it may have.
        distance_max: i64,
    },
    /// A vehicle is done too late.
    LateEnd {
        /// Which one.
        vehicle: u32,
        /// When it is done at the earliest.
        end: i64,
        /// When it must be done at the latest.
        latest: i32,
    },
}

impl Violation {
    /// The same, with its client, if it has one, by another name.
    #[must_use]
    pub fn renamed(mut self, name: impl Fn(u32) -> u32) -> Self {
        match &mut self {
            Self::UnknownClient { client, .. }
            | Self::ClientTwice { client }
            | Self::ClientMissing { client }
            | Self::WrongDepot { client, .. }
            | Self::WrongVehicle { client, .. }
            | Self::SkillMissing { client, .. }
            | Self::LateClient { client, .. } => *client = name(*client),
            Self::UnknownVehicle { .. }
            | Self::UnknownDepot { .. }
            | Self::VehicleTwice { .. }
            | Self::GroupTwice { .. }
            | Self::GroupMissing { .. }
            | Self::LockedChanged { .. }
            | Self::TooManyTrips { .. }
            | Self::ForeignDepot { .. }
            | Self::Overloaded { .. }
            | Self::LateLoading { .. }
            | Self::BreakMissing { .. }
            | Self::TooLong { .. }
            | Self::TooFar { .. }
            | Self::LateEnd { .. } => {}
        }
        self
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownVehicle { vehicle } => write!(f, "there is no vehicle {vehicle}"),
            Self::UnknownDepot { vehicle, depot } => {
                write!(f, "vehicle {vehicle} loads at depot {depot}, which does not exist")
            }
            Self::UnknownClient { vehicle, client } => {
                write!(f, "vehicle {vehicle} visits client {client}, which does not exist")
            }
            Self::VehicleTwice { vehicle } => write!(f, "vehicle {vehicle} has two routes"),
            Self::ClientTwice { client } => write!(f, "client {client} is visited more than once"),
            Self::ClientMissing { client } => write!(f, "client {client} is not visited"),
            Self::GroupTwice { group } => {
                write!(f, "more than one client of group {group} is visited")
            }
            Self::GroupMissing { group } => write!(f, "no client of group {group} is visited"),
            Self::LockedChanged { vehicle, trip } => {
                write!(f, "trip {trip} of vehicle {vehicle} is locked and not as it was")
            }
            Self::TooManyTrips { vehicle, trips, trips_max } => {
                write!(f, "vehicle {vehicle} makes {trips} trips, at most {trips_max} are allowed")
            }
            Self::ForeignDepot { vehicle, depot } => {
                write!(f, "vehicle {vehicle} loads at depot {depot}, where it may not")
            }
            Self::WrongDepot { client, depot } => {
                write!(f, "client {client} is carried from depot {depot}, which it does not accept")
            }
            Self::WrongVehicle { client, vehicle, expected } => write!(
                f,
                "client {client} is visited by vehicle {vehicle} instead of vehicle {expected}"
            ),
            Self::SkillMissing { vehicle, client } => {
                write!(f, "vehicle {vehicle} lacks a skill that client {client} asks for")
            }
            Self::Overloaded { vehicle, trip, dimension, load, capacity } => write!(
                f,
                "trip {trip} of vehicle {vehicle} carries {load} of load {dimension}, {capacity} fit"
            ),
            Self::LateLoading { vehicle, trip, start, latest } => write!(
                f,
                "trip {trip} of vehicle {vehicle} starts loading at {start}, after {latest}"
            ),
            Self::LateClient { vehicle, client, start, latest } => write!(
                f,
                "service at client {client} by vehicle {vehicle} starts at {start}, after {latest}"
            ),
            Self::BreakMissing { vehicle, rest, end, closes } => write!(
                f,
                "vehicle {vehicle} has no break {rest} by {closes} and is not done before {end}"
            ),
            Self::TooLong { vehicle, duration, duration_max } => write!(
                f,
                "the route of vehicle {vehicle} lasts {duration}, at most {duration_max} is allowed"
            ),
            Self::TooFar { vehicle, meters, distance_max } => write!(
                f,
                "the route of vehicle {vehicle} has {meters} meters, {distance_max} are allowed"
            ),
            Self::LateEnd { vehicle, end, latest } => {
                write!(f, "vehicle {vehicle} is done at {end}, after {latest}")
            }
        }
    }
}
