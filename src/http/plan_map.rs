//! The plan as a map: a line per trip, a point per stop.

use serde::Serialize;

use crate::http::app::LiveView;
use crate::http::geo_json::{Collection, Feature, Geometry};
use crate::http::itinerary::{Door, Itinerary, StopPhase, TripPhase, itineraries};
use crate::http::notation::{Moment, lon_lat, order_name};
use crate::http::paths::PathCache;
use crate::http::trip_reply::{StopState, TripState};
use crate::model::ids::CourierId;
use crate::model::units::Seconds;

/// An arrival so close to the end of its window is tight.
pub(crate) const TIGHT: Seconds = Seconds::minutes(5);

/// How many colors couriers share.
const COLORS: u16 = 12;

/// What a feature of the plan says.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum PlanProperties {
    Trip(TripProperties),
    Stop(StopProperties),
}

#[derive(Debug, Serialize)]
pub(crate) struct TripProperties {
    courier: String,
    color: u16,
    state: TripState,
    sequence: usize,
}

#[derive(Debug, Serialize)]
pub(crate) struct StopProperties {
    order: String,
    courier: String,
    color: u16,
    sequence: usize,
    state: StopState,
    arrives_at: Moment,
    window_end: Moment,
    risk: Risk,
}

/// Whether a promise is in danger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Risk {
    None,
    Tight,
    Late,
}

impl Risk {
    /// The danger that a door is in.
    pub(crate) fn of(door: &Door) -> Self {
        let closes = door.window.closes();
        match door.phase {
            StopPhase::Delivered | StopPhase::Failed => Self::None,
            _ if closes < door.arrives_at => Self::Late,
            _ if closes - TIGHT <= door.arrives_at => Self::Tight,
            _ => Self::None,
        }
    }
}

/// The trips of today that are not over, along the streets.
///
/// Later days would only cover the map. Cost: a look-up per leg, and a search for each new one.
pub(crate) fn plan_map(live: &LiveView, cache: &PathCache) -> Collection<PlanProperties> {
    let region = live.region();
    let today = region.date(live.now);
    let mut features = Vec::new();
    for (&id, route) in &live.view.state.routes {
        if route.current.is_none() && region.date(route.shift.opens()) != today {
            continue;
        }
        let (current, planned) = itineraries(live, id, route);
        for (sequence, trip) in current.iter().chain(&planned).enumerate() {
            let drawn = Drawn { live, cache, courier: route.courier, sequence };
            features.push(drawn.line(trip));
            features.extend((0..).zip(&trip.stops).map(|(n, door)| drawn.point(n, door)));
        }
    }
    Collection::new(features)
}

/// A trip that is being drawn.
struct Drawn<'a> {
    live: &'a LiveView,
    cache: &'a PathCache,
    courier: CourierId,
    sequence: usize,
}

impl Drawn<'_> {
    fn key(&self) -> String {
        self.live.region().courier(self.courier).key.clone()
    }

    fn line(&self, trip: &Itinerary) -> Feature<PlanProperties> {
        let region = self.live.region();
        let profile = region.courier(self.courier).profile;
        let mut points = trip.points(region.store(trip.store).location);
        if matches!(trip.phase, TripPhase::Planned | TripPhase::Loading) {
            points.insert(0, trip.from);
        }
        points.dedup();
        let mut coordinates: Vec<[f64; 2]> = Vec::new();
        for ends in points.windows(2) {
            let drawn = self.cache.drawn(profile, ends[0], ends[1]);
            let joins = usize::from(coordinates.last() == drawn.line.first());
            coordinates.extend_from_slice(&drawn.line[joins..]);
        }
        let properties = PlanProperties::Trip(TripProperties {
            courier: self.key(),
            color: self.courier.0 % COLORS,
            state: trip.phase.into(),
            sequence: self.sequence,
        });
        Feature::new(Geometry::LineString { coordinates }, properties)
    }

    fn point(&self, sequence: usize, door: &Door) -> Feature<PlanProperties> {
        let region = self.live.region();
        let properties = PlanProperties::Stop(StopProperties {
            order: order_name(door.order),
            courier: self.key(),
            color: self.courier.0 % COLORS,
            sequence,
            state: door.phase.into(),
            arrives_at: Moment::new(region, door.arrives_at),
            window_end: Moment::new(region, door.window.closes()),
            risk: Risk::of(door),
        });
        Feature::new(Geometry::Point { coordinates: lon_lat(door.place) }, properties)
    }
}
