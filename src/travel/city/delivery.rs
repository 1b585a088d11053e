//! Where a city is delivered to, and from which store.

use std::collections::BTreeMap;

use h3o::{CellIndex, LatLng, Resolution};

use crate::model::place::{Coordinate, Profile};
use crate::model::travel_matrix::Travel;
use crate::travel::city::city::CityStore;

/// The part of a city that one store delivers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CityZone {
    /// The store, by its position among the stores of the city.
    pub store: usize,
    /// The area: H3 cells of resolution 8, about 0.7 km² each, in order.
    pub cells: Vec<CellIndex>,
}

/// The cells that any of these places lies in, each with the first such place.
pub(crate) fn cells(places: impl Iterator<Item = Coordinate>) -> BTreeMap<CellIndex, Coordinate> {
    let mut cells = BTreeMap::new();
    for place in places {
        if let Ok(point) = LatLng::new(place.latitude(), place.longitude()) {
            cells.entry(point.to_cell(Resolution::Eight)).or_insert(place);
        }
    }
    cells
}

/// Gives each cell to the store from which a car is there first, if a bicycle is there, and back, in so
/// many seconds.
pub(crate) fn zones(
    cells: &BTreeMap<CellIndex, Coordinate>,
    stores: &[CityStore],
    travel: &dyn Travel,
    bike_seconds_max: Option<i32>,
) -> Vec<CityZone> {
    let seconds = |store: &CityStore, place| {
        let leg = travel.leg(Profile::Car, store.location, place);
        leg.map_or(i32::MAX, |leg| leg.drive_seconds)
    };
    let is_near = |store: &CityStore, place| {
        let ends = [(store.location, place), (place, store.location)];
        bike_seconds_max.is_none_or(|most| {
            ends.iter().all(|&(from, to)| {
                let leg = travel.leg(Profile::Bike, from, to);
                leg.is_some_and(|leg| leg.drive_seconds <= most)
            })
        })
    };
    let mut zones: Vec<CityZone> =
        (0..stores.len()).map(|store| CityZone { store, cells: Vec::new() }).collect();
    for (&cell, &place) in cells {
        let nearest = (0..stores.len()).min_by_key(|&store| seconds(&stores[store], place));
        if let Some(store) = nearest.filter(|&store| is_near(&stores[store], place)) {
            zones[store].cells.push(cell);
        }
    }
    zones
}
