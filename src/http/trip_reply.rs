//! A trip as couriers and dispatchers see it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::http::app::LiveView;
use crate::http::itinerary::{Door, Itinerary, StopPhase, TripPhase};
use crate::http::notation::{Moment, PlaceReply, WindowReply, order_name};
use crate::http::paths::PathCache;
use crate::model::place::{Coordinate, Profile};
use crate::model::region::Region;
use crate::model::units::Seconds;

/// One departure from a store, its doors and the way back.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct TripReply {
    /// How far it has come.
    state: TripState,
    /// Where it is loaded.
    store: String,
    /// Where that is.
    store_location: PlaceReply,
    /// What is carried, in the order of the doors.
    orders: Vec<String>,
    /// When the courier sets out for the store, or begins to load when there already.
    start_at: Moment,
    /// When the courier leaves, or left, the store.
    loading_ends_at: Moment,
    /// Whether it is too late to change the trip.
    locked: bool,
    /// The way to the store.
    approach: WayReply,
    /// The doors.
    stops: Vec<StopReply>,
    /// The way home, if the courier has a home store and no trip follows.
    way_back: Option<WayBackReply>,
}

/// How far a trip has come.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TripState {
    /// It has not begun.
    Planned,
    /// The courier heads to the store, or loads.
    Loading,
    /// Doors are ahead.
    OnTheWay,
    /// All doors are behind.
    Returning,
}

/// A door on a trip.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct StopReply {
    /// Whose.
    order: String,
    /// Where.
    location: PlaceReply,
    /// How far it has come.
    state: StopState,
    /// When the courier is, or was, there.
    arrives_at: Moment,
    /// When the courier leaves, or left.
    leaves_at: Moment,
    /// What is promised.
    window: WindowReply,
    /// Time at the door.
    door_seconds: i64,
    /// The way there, from the store or the door before.
    leg: WayReply,
}

/// How far a stop has come.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StopState {
    /// The courier has not been there.
    Ahead,
    /// The courier is there.
    Arrived,
    /// Handed over.
    Delivered,
    /// It could not be handed over.
    Failed,
}

/// A way on the road.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct WayReply {
    /// Longitude and latitude of its points; left out where nobody draws it.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<Vec<[f64; 2]>>,
    /// Time on the road.
    drive_seconds: i32,
    /// Length.
    distance_meters: i32,
}

/// The way home.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct WayBackReply {
    /// The way.
    #[serde(flatten)]
    way: WayReply,
    /// When the courier is there.
    arrives_at: Moment,
}

/// Knows ways, with or without their lines.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ways<'a> {
    pub(crate) cache: &'a PathCache,
    pub(crate) profile: Profile,
    pub(crate) are_drawn: bool,
}

impl Ways<'_> {
    fn way(self, from: Coordinate, to: Coordinate) -> WayReply {
        let (leg, path) = if self.are_drawn {
            let drawn = self.cache.drawn(self.profile, from, to);
            (drawn.leg, Some(drawn.line.to_vec()))
        } else {
            (self.cache.leg(self.profile, from, to), None)
        };
        let (drive_seconds, distance_meters) = (leg.drive_seconds, leg.distance_meters);
        WayReply { path, drive_seconds, distance_meters }
    }
}

impl TripReply {
    /// A trip, with its ways.
    pub(crate) fn new(live: &LiveView, trip: &Itinerary, ways: Ways<'_>) -> Self {
        let region = live.region();
        let store = region.store(trip.store);
        let mut place = store.location;
        let mut stops = Vec::with_capacity(trip.stops.len());
        for door in &trip.stops {
            stops.push(StopReply::new(region, door, ways.way(place, door.place)));
            place = door.place;
        }
        let way_back = trip.way_back.map(|(home, at)| {
            let way = ways.way(place, home);
            let left = trip.stops.last().map_or(trip.departs_at, |door| door.leaves_at);
            let at = at.unwrap_or(left + Seconds(i64::from(way.drive_seconds)));
            WayBackReply { way, arrives_at: Moment::new(region, at) }
        });
        Self {
            state: trip.phase.into(),
            store: store.key.clone(),
            store_location: store.location.into(),
            orders: trip.stops.iter().map(|door| order_name(door.order)).collect(),
            start_at: Moment::new(region, trip.starts_at),
            loading_ends_at: Moment::new(region, trip.departs_at),
            locked: trip.is_locked,
            approach: ways.way(trip.from, store.location),
            stops,
            way_back,
        }
    }
}

impl StopReply {
    fn new(region: &Region, door: &Door, leg: WayReply) -> Self {
        Self {
            order: order_name(door.order),
            location: door.place.into(),
            state: door.phase.into(),
            arrives_at: Moment::new(region, door.arrives_at),
            leaves_at: Moment::new(region, door.leaves_at),
            window: WindowReply::new(region, door.window),
            door_seconds: door.service.0,
            leg,
        }
    }
}

impl From<TripPhase> for TripState {
    fn from(phase: TripPhase) -> Self {
        match phase {
            TripPhase::Planned => Self::Planned,
            TripPhase::Loading => Self::Loading,
            TripPhase::OnTheWay => Self::OnTheWay,
            TripPhase::Returning => Self::Returning,
        }
    }
}

impl From<StopPhase> for StopState {
    fn from(phase: StopPhase) -> Self {
        match phase {
            StopPhase::Ahead => Self::Ahead,
            StopPhase::Arrived => Self::Arrived,
            StopPhase::Delivered => Self::Delivered,
            StopPhase::Failed => Self::Failed,
        }
    }
}
