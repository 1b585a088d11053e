//! A courier as dispatchers see them.

use serde::Serialize;
use utoipa::ToSchema;

use crate::http::app::LiveView;
use crate::http::itinerary::{Itinerary, itineraries};
use crate::http::notation::{Moment, PlaceReply, WindowReply, order_name};
use crate::http::positions::PositionBoard;
use crate::model::basket::Load;
use crate::model::ids::CourierId;
use crate::model::place::{Coordinate, Profile};

/// A courier and what lies ahead.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct CourierReply {
    /// The key.
    id: String,
    /// The name for people.
    name: String,
    /// How the courier moves.
    profile: ProfileReply,
    /// What the courier does.
    state: CourierState,
    /// Where the courier was last; null before the first sign of life.
    position: Option<PlaceReply>,
    /// The working time.
    shift: Option<WindowReply>,
    /// Doors ahead on the trip under way.
    stops_left: usize,
    /// Doors ahead on all trips of the shift.
    orders_left: usize,
    /// What is carried.
    load_grams: i64,
    /// What can be carried.
    capacity_grams: i64,
    /// What is carried.
    load_milliliters: i64,
    /// What can be carried.
    capacity_milliliters: i64,
    /// When the courier is at the next door.
    next_arrival: Option<Moment>,
    /// Whose door that is.
    next_order: Option<String>,
}

/// How a courier moves.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ProfileReply {
    /// By car.
    Car,
    /// By bicycle.
    Bike,
    /// On foot.
    Foot,
}

/// What a courier does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CourierState {
    /// Not at work.
    Off,
    /// At work, waiting for a trip.
    Available,
    /// Heading to the store, or loading.
    Loading,
    /// Doors are ahead.
    OnTrip,
    /// All doors are behind.
    Returning,
}

impl CourierReply {
    /// A courier of a region.
    pub(crate) fn new(live: &LiveView, positions: &PositionBoard, id: CourierId) -> Self {
        let region = live.region();
        let courier = region.courier(id);
        let route = live.view.state.route_of(id, live.now);
        let (current, planned) =
            route.map_or((None, vec![]), |(id, route)| itineraries(live, id, route));
        let left = |trip: &Itinerary| trip.doors_left().count();
        let stops_left = current.as_ref().map_or(0, left);
        let load = current.as_ref().map_or(Load::default(), |trip| load_of(live, trip));
        let next = current.iter().chain(&planned).find_map(|trip| trip.doors_left().next());
        Self {
            id: courier.key.clone(),
            name: courier.name.clone(),
            profile: courier.profile.into(),
            state: CourierState::of(live, id),
            position: position(live, positions, id).map(PlaceReply::from),
            shift: route.map(|(_, route)| WindowReply::new(region, route.shift)),
            stops_left,
            orders_left: stops_left + planned.iter().map(left).sum::<usize>(),
            load_grams: load.mass.0,
            capacity_grams: courier.capacity.mass.0,
            load_milliliters: load.volume.0,
            capacity_milliliters: courier.capacity.volume.0,
            next_arrival: next.map(|door| Moment::new(region, door.arrives_at)),
            next_order: next.map(|door| order_name(door.order)),
        }
    }
}

impl CourierState {
    /// What a courier does, as reported.
    pub(crate) fn of(live: &LiveView, id: CourierId) -> Self {
        let state = &live.view.state;
        let current = state.route_of(id, live.now).and_then(|(_, route)| route.current.as_ref());
        match current {
            Some(trip) if trip.departed_at.is_none() => Self::Loading,
            Some(trip) if trip.next_stop().is_some() => Self::OnTrip,
            Some(_) => Self::Returning,
            None if state.couriers.get(&id).is_some_and(|status| status.on_duty) => Self::Available,
            None => Self::Off,
        }
    }
}

/// The last sign of life: a live position, or a report.
fn position(live: &LiveView, positions: &PositionBoard, id: CourierId) -> Option<Coordinate> {
    let reported = live.view.state.couriers.get(&id);
    let seen = positions.last(id);
    match (seen, reported) {
        (Some(seen), Some(reported)) if seen.at < reported.since => Some(reported.position),
        (Some(seen), _) => Some(seen.place),
        (None, reported) => reported.map(|status| status.position),
    }
}

fn load_of(live: &LiveView, trip: &Itinerary) -> Load {
    let mut load = Load::default();
    let orders = &live.view.state.orders;
    for order in trip.doors_left().filter_map(|door| orders.get(&door.order)) {
        load += order.wish.basket.load;
    }
    load
}

impl From<Profile> for ProfileReply {
    fn from(profile: Profile) -> Self {
        match profile {
            Profile::Car => Self::Car,
            Profile::Bike => Self::Bike,
            Profile::Foot => Self::Foot,
        }
    }
}
