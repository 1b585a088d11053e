//! A city for demonstrations: roads, stores, and doors where somebody may live.

use std::sync::Arc;

use h3o::CellIndex;
use rand::Rng;

use crate::model::place::{Coordinate, Profile};
use crate::model::plane::{Plane, PlanePoint};
use crate::travel::city::addresses::Addresses;
use crate::travel::city::delivery::CityZone;
use crate::travel::roads::{Network, RoadClass, Roads};

/// From a door to the street, in meters, at most.
const SETBACK_METERS: f64 = 25.0;
/// Doors that cells are looked for at lie this far apart, in meters.
const DOORS_METERS: f64 = 25.0;

/// A store of a city.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CityStore {
    /// Its name in data, as in `market-hall`.
    pub key: String,
    /// Its name for people.
    pub name: String,
    /// At a crossing that cars can reach.
    pub location: Coordinate,
}

/// Roads, invented or real, with stores, and people who live there and do not exist.
#[derive(Debug, Clone)]
pub struct City {
    pub(crate) name: String,
    pub(crate) center: Coordinate,
    pub(crate) plane: Plane,
    pub(crate) roads: Arc<Roads>,
    pub(crate) stores: Vec<CityStore>,
    pub(crate) addresses: Addresses,
    pub(crate) zones: Vec<CityZone>,
}

impl City {
    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The middle of it.
    pub fn center(&self) -> Coordinate {
        self.center
    }

    /// Its roads, water and parks.
    pub fn roads(&self) -> &Arc<Roads> {
        &self.roads
    }

    /// Its stores.
    pub fn stores(&self) -> &[CityStore] {
        &self.stores
    }

    /// The area that is delivered to, one zone for each store, in their order: each part of the city
    /// belongs to the store from which a car is there first.
    pub fn zones(&self) -> &[CityZone] {
        &self.zones
    }

    /// That area as H3 cells of resolution 8, in order.
    pub fn delivery_area(&self) -> Vec<CellIndex> {
        let mut cells: Vec<CellIndex> =
            self.zones.iter().flat_map(|zone| &zone.cells).copied().collect();
        cells.sort_unstable();
        cells
    }

    /// A door where somebody may live, inside the delivery area.
    ///
    /// # Panics
    /// Never: the plane of a city covers it.
    pub fn sample_address<R: Rng + ?Sized>(&self, rng: &mut R) -> Coordinate {
        let door = self.addresses.sample(rng);
        self.plane.coordinate(door).expect("a city lies on the globe")
    }
}

/// The straight parts of streets that people live on and that everybody can reach.
pub(crate) fn homes(network: &Network, plane: &Plane) -> Vec<[PlanePoint; 2]> {
    let is_home = |class| matches!(class, RoadClass::Residential | RoadClass::LivingStreet);
    let edges = (0..).zip(network.edges()).filter(|(_, edge)| {
        let is_for_all = Profile::ALL.iter().all(|&profile| edge.admits(profile));
        edge.has_doors && is_home(edge.class) && is_for_all
    });
    let parts = edges.flat_map(|(index, _)| {
        let line = network.line(index).map(|place| plane.meters(place));
        line.clone().zip(line.skip(1)).collect::<Vec<_>>()
    });
    parts.map(|(from, to)| [from, to]).collect()
}

/// Points on both sides of every street with homes, as far from it as doors can be.
pub(crate) fn doors(homes: &[[PlanePoint; 2]]) -> impl Iterator<Item = PlanePoint> {
    homes.iter().flat_map(|&[start, end]| {
        let length = start.distance(end).max(1.0);
        let (east, north) = (
            (end.north - start.north) * SETBACK_METERS / length,
            (end.east - start.east) * SETBACK_METERS / length,
        );
        let mut along = 0.0;
        let steps = std::iter::from_fn(move || {
            let here = along;
            along += DOORS_METERS;
            (here < length + DOORS_METERS).then(|| (here / length).min(1.0))
        });
        steps.flat_map(move |part| {
            let on_street = start.toward(end, part);
            [
                PlanePoint::new(on_street.east - east, on_street.north + north),
                PlanePoint::new(on_street.east + east, on_street.north - north),
            ]
        })
    })
}
