//! One region: its state, the legs between its places, and what both add up to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::place::{Coordinate, Profile};
use crate::model::region::Region;
use crate::model::time::Timestamp;
use crate::model::travel_matrix::{PlaceIndex, Row, Travel, TravelMatrix};
use crate::planner::command::{Command, Request};
use crate::planner::event::{Event, Record, Sequence};
use crate::planner::state::State;
use crate::planner::survey::Surveys;
use crate::planner::view::View;

/// A place that no road joins to the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no road joins {}, {} to the region", .0.latitude(), .0.longitude())]
pub struct Unreachable(pub Coordinate);

/// The plan of a region.
///
/// The state is what the journal says. The legs between places are not part of it: they are learned
/// from the roads whenever a place turns up, and forgotten when nothing is there any more.
#[derive(Debug, Clone, Default)]
pub struct Planner {
    state: State,
    pub(crate) matrix: TravelMatrix,
    pub(crate) places: BTreeMap<Coordinate, PlaceIndex>,
    legs_are_stale: bool,
    pub(crate) surveys: Surveys,
}

impl Planner {
    /// A planner that knows nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// A planner with a state, and the legs between the places of a matrix.
    pub(crate) fn known(state: State, matrix: TravelMatrix) -> Self {
        let places = (0..).map(PlaceIndex);
        let places = matrix.coordinates().iter().copied().zip(places).collect();
        Self { state, matrix, places, ..Self::default() }
    }

    /// The last event applied.
    pub fn sequence(&self) -> Sequence {
        self.state.sequence
    }

    /// What the events add up to.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Takes an event over. Cannot be refused, and needs no legs.
    pub fn apply(&mut self, record: &Record) {
        self.legs_are_stale |= matches!(record.event, Event::Configured(_));
        self.surveys.move_on(record);
        self.state.apply(record);
    }

    /// Whether [`Planner::learn_live_places`] must be called before anything else is asked: the
    /// region was configured, so other couriers may need other legs.
    pub fn legs_are_stale(&self) -> bool {
        self.legs_are_stale
    }

    /// The places whose legs a decision about `request` needs and that are not known yet.
    pub fn missing_places(&self, request: &Request) -> Vec<Coordinate> {
        let mut wanted = Vec::new();
        match &request.command {
            Command::Hold { terms, .. } | Command::BookOffer { terms, .. } => {
                wanted.push(terms.wish.place);
            }
            Command::Courier { position: Some(position), .. } => wanted.push(*position),
            _ => {}
        }
        wanted.retain(|place| !self.places.contains_key(place));
        wanted.sort_unstable();
        wanted.dedup();
        wanted
    }

    /// Learns the legs between a place and all known ones.
    ///
    /// # Errors
    /// When some courier's profile cannot get there, or back, from some known place.
    pub fn learn(&mut self, travel: &dyn Travel, place: Coordinate) -> Result<(), Unreachable> {
        if self.places.contains_key(&place) {
            return Ok(());
        }
        let row = self.matrix.row(travel, &self.profiles(), place).ok_or(Unreachable(place))?;
        let index = self.matrix.push(place, row);
        self.places.insert(place, index);
        Ok(())
    }

    /// Learns the legs between all places where something is, and forgets all others.
    ///
    /// Places that cannot be reached are left out.
    pub fn learn_live_places(&mut self, travel: &dyn Travel) {
        self.matrix = TravelMatrix::default();
        self.places = BTreeMap::new();
        self.legs_are_stale = false;
        self.surveys.forget();
        for place in self.live_places() {
            // One that lost its road since it was accepted is planned as if it were at the first
            // known place: see `Places::location`.
            self.learn(travel, place).unwrap_or_default();
        }
    }

    /// Whether some known leg is an estimate.
    pub fn has_estimates(&self) -> bool {
        self.matrix.has_estimates()
    }

    /// How many known places have nothing there any more.
    pub fn dead_places(&self) -> usize {
        self.matrix.len().saturating_sub(self.live_places().len())
    }

    fn live_places(&self) -> BTreeSet<Coordinate> {
        let state = &self.state;
        let fixed = state.region.iter().flat_map(|region| fixed_places(region));
        let doors = state.orders.values().filter(|order| !order.state.is_final());
        let stops = state.routes.values().flat_map(|route| &route.current);
        let stop_orders = stops.clone().flat_map(|trip| &trip.stops).map(|stop| stop.order);
        fixed
            .chain(doors.map(|order| order.wish.place))
            .chain(stop_orders.filter_map(|order| Some(state.orders.get(&order)?.wish.place)))
            .chain(stops.map(|trip| trip.from))
            .chain(state.couriers.values().map(|status| status.position))
            .collect()
    }

    /// The profiles that legs are kept for.
    fn profiles(&self) -> Vec<Profile> {
        self.state.region.as_ref().map_or_else(Vec::new, |region| region.profiles())
    }

    /// The legs between a known place and all places.
    pub(crate) fn known_row(&self, place: Coordinate) -> Option<Row> {
        let index = *self.places.get(&place)?;
        let mut row = Row::default();
        let all = 0..u32::try_from(self.matrix.len()).ok()?;
        for profile in self.profiles() {
            let leg = |from, to| self.matrix.leg(profile, from, to);
            row.to[profile.index()] = all.clone().map(|i| leg(index, PlaceIndex(i))).collect();
            row.from[profile.index()] = all.clone().map(|i| leg(PlaceIndex(i), index)).collect();
        }
        Some(row)
    }

    /// The same planner with another state.
    pub(crate) fn with_state(&self, state: State) -> Self {
        let (matrix, places) = (self.matrix.clone(), self.places.clone());
        Self {
            state,
            matrix,
            places,
            legs_are_stale: self.legs_are_stale,
            surveys: Surveys::default(),
        }
    }

    /// The plan as of `now`, for everybody to read.
    pub fn view(&self, now: Timestamp) -> Arc<View> {
        let live = self.state.region.as_ref().map(|region| self.survey(region, now));
        let state = Arc::new(self.state.clone());
        Arc::new(View { sequence: self.state.sequence, now, state, live })
    }
}

/// Where stores are and shifts start.
fn fixed_places(region: &Region) -> impl Iterator<Item = Coordinate> {
    let stores = region.stores.iter().map(|store| store.location);
    stores.chain(region.couriers.iter().map(|courier| courier.start))
}
