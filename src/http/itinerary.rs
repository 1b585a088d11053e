//! Trips under way and planned trips in one form, with all their times.

use crate::http::app::LiveView;
use crate::model::ids::{OrderId, RouteId, StoreId};
use crate::model::order::OrderState;
use crate::model::place::Coordinate;
use crate::model::plan::{CurrentTrip, Route, Stop};
use crate::model::time::{TimeWindow, Timestamp};
use crate::model::units::Seconds;
use crate::planner::eta::{CurrentTiming, TripTiming};

/// How far a trip has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TripPhase {
    Planned,
    Loading,
    OnTheWay,
    Returning,
}

/// How far a stop has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StopPhase {
    Ahead,
    Arrived,
    Delivered,
    Failed,
}

/// A trip with all that is known about it.
#[derive(Debug, Clone)]
pub(crate) struct Itinerary {
    pub(crate) phase: TripPhase,
    pub(crate) store: StoreId,
    /// Where the courier comes from.
    pub(crate) from: Coordinate,
    pub(crate) starts_at: Timestamp,
    pub(crate) departs_at: Timestamp,
    pub(crate) is_locked: bool,
    pub(crate) stops: Vec<Door>,
    /// Where the courier goes after the last door, and when that is reached.
    pub(crate) way_back: Option<(Coordinate, Option<Timestamp>)>,
}

/// A stop with all that is known about it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Door {
    pub(crate) order: OrderId,
    pub(crate) place: Coordinate,
    pub(crate) phase: StopPhase,
    pub(crate) arrives_at: Timestamp,
    pub(crate) leaves_at: Timestamp,
    pub(crate) window: TimeWindow,
    pub(crate) service: Seconds,
}

/// All trips of a route: the one under way, and the planned ones.
pub(crate) fn itineraries(
    live: &LiveView,
    id: RouteId,
    route: &Route,
) -> (Option<Itinerary>, Vec<Itinerary>) {
    let outlook = &live.live.outlook;
    let home = live.region().courier(route.courier).home;
    let home = home.map(|store| live.region().store(store).location);
    let timings = outlook.planned.get(&id).map_or(&[][..], Vec::as_slice);
    let current = route.current.as_ref().zip(outlook.current.get(&id));
    let current = current.map(|(trip, timing)| {
        // With another trip planned, the next approach is the way back.
        under_way(live, trip, timing, home.filter(|_| timings.is_empty()))
    });
    let last = timings.len().saturating_sub(1);
    let planned = timings.iter().enumerate();
    let planned = planned.map(|(n, timing)| ahead(live, timing, home.filter(|_| n == last)));
    (current, planned.collect())
}

fn under_way(
    live: &LiveView,
    trip: &CurrentTrip,
    timing: &CurrentTiming,
    home: Option<Coordinate>,
) -> Itinerary {
    let phase = match (trip.departed_at, trip.next_stop()) {
        (None, _) => TripPhase::Loading,
        (Some(_), Some(_)) => TripPhase::OnTheWay,
        (Some(_), None) => TripPhase::Returning,
    };
    let stops = timing.stops.iter().filter_map(|at| {
        let reported = trip.stops.iter().find(|stop| stop.order == at.order);
        door(live, at.order, (at.arrives_at, at.leaves_at), reported)
    });
    Itinerary {
        phase,
        store: trip.store,
        from: trip.from,
        starts_at: trip.started_at,
        departs_at: trip.departed_at.unwrap_or(timing.departs_at),
        is_locked: true,
        stops: stops.collect(),
        way_back: home.map(|home| (home, None)),
    }
}

fn ahead(live: &LiveView, timing: &TripTiming, home: Option<Coordinate>) -> Itinerary {
    let stops = timing.stops.iter();
    Itinerary {
        phase: TripPhase::Planned,
        store: timing.store,
        from: timing.from,
        starts_at: timing.starts_at,
        departs_at: timing.departs_at,
        is_locked: timing.is_locked,
        stops: stops
            .filter_map(|at| door(live, at.order, (at.arrives_at, at.leaves_at), None))
            .collect(),
        way_back: home.map(|home| (home, timing.back_at)),
    }
}

fn door(
    live: &LiveView,
    id: OrderId,
    (arrives_at, leaves_at): (Timestamp, Timestamp),
    reported: Option<&Stop>,
) -> Option<Door> {
    let order = live.view.state.orders.get(&id)?;
    let has_left = reported.is_some_and(|stop| stop.left_at.is_some());
    let phase = match reported {
        Some(_) if has_left && order.state == OrderState::Failed => StopPhase::Failed,
        Some(_) if has_left => StopPhase::Delivered,
        Some(stop) if stop.arrived_at.is_some() => StopPhase::Arrived,
        _ => StopPhase::Ahead,
    };
    Some(Door {
        order: id,
        place: order.wish.place,
        phase,
        arrives_at,
        leaves_at,
        window: order.slot.window,
        service: order.wish.door,
    })
}

impl Itinerary {
    /// Doors that the courier has not left.
    pub(crate) fn doors_left(&self) -> impl Iterator<Item = &Door> {
        self.stops.iter().filter(|door| matches!(door.phase, StopPhase::Ahead | StopPhase::Arrived))
    }

    /// The points that the courier passes from the store on.
    pub(crate) fn points(&self, store: Coordinate) -> Vec<Coordinate> {
        let doors = self.stops.iter().map(|door| door.place);
        let back = self.way_back.map(|(place, _)| place);
        std::iter::once(store).chain(doors).chain(back).collect()
    }
}
