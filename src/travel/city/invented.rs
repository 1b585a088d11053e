//! The invented city itself.

use std::sync::Arc;

use h3o::CellIndex;
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64;

use crate::model::place::Coordinate;
use crate::model::plane::{Plane, PlanePoint};
use crate::travel::city::addresses::Addresses;
use crate::travel::city::delivery::{CityZone, cells, zones};
use crate::travel::city::draft::{build, prune};
use crate::travel::city::greens::{Green, draw_paths, invent_greens};
use crate::travel::city::quarters::draw_quarters;
use crate::travel::city::roads::draw_roads;
use crate::travel::city::shape::{RIVER_HALF_METERS, River, Shape};
use crate::travel::city::sketch::Sketch;
use crate::travel::streets::{Area, AreaKind, Graph, StreetClass, Streets};

/// A store of an invented city.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CityStore {
    /// Its name in data, as in `market-hall`.
    pub key: &'static str,
    /// Its name for people.
    pub name: &'static str,
    /// At a crossing that cars can reach.
    pub location: Coordinate,
}

/// A city that does not exist, about 10 km across, for demonstrations and tests.
///
/// The same seed gives the same city on the same kind of machine.
#[derive(Debug, Clone)]
pub struct City {
    name: &'static str,
    center: Coordinate,
    plane: Plane,
    streets: Arc<Streets>,
    stores: Vec<CityStore>,
    addresses: Addresses,
    zones: Vec<CityZone>,
}

impl City {
    /// Draws the city of a seed. Takes some tens of milliseconds.
    ///
    /// # Panics
    /// Never for a seed that was tried; when a drawing has no streets or too many, the generator
    /// itself is wrong.
    pub fn invent(seed: u64) -> Self {
        let mut rng = Pcg64::seed_from_u64(seed);
        // In the middle of a forest, where no town is.
        let center = Coordinate { latitude_micro: 57_000_000, longitude_micro: 45_000_000 };
        let plane = Plane::around(center);
        let place = |point| plane.coordinate(point).ok();

        let shape = Shape::invent(&mut rng);
        let mut sketch = Sketch::default();
        draw_roads(&mut sketch, &shape);
        let greens = invent_greens(&mut rng, &sketch, &shape);
        draw_quarters(&mut sketch, &mut rng, &shape, &greens);
        let mut pieces: Vec<_> = sketch.frame.iter().chain(&sketch.inner).copied().collect();
        prune(&sketch.points, &mut pieces, &mut rng);
        let first_path = sketch.inner.len();
        draw_paths(&mut sketch, &mut rng, &greens);
        pieces.extend_from_slice(&sketch.inner[first_path..]);
        let graph = build(&sketch, pieces, place).expect("a city of some thousand crossings fits");

        let homes = homes(&graph, &plane);
        let addresses = Addresses::invent(&mut rng, &shape, homes.into_iter());
        let stores = place_stores(&graph, &plane, &shape.river);
        let streets = Streets::new(graph, areas(&shape.river, &greens, place));
        let covered = cells(doors(&addresses).filter_map(place));
        let zones = zones(&covered, &stores, &streets);
        Self { name: "Verin", center, plane, streets: Arc::new(streets), stores, addresses, zones }
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Its central square.
    pub fn center(&self) -> Coordinate {
        self.center
    }

    /// Its streets, water and parks.
    pub fn streets(&self) -> &Arc<Streets> {
        &self.streets
    }

    /// Its stores: `riverside`, `market-hall` and `station`.
    pub fn stores(&self) -> &[CityStore] {
        &self.stores
    }

    /// The built-up area, one zone for each store, in their order: each part of the city belongs
    /// to the store from which a car is there first.
    pub fn zones(&self) -> &[CityZone] {
        &self.zones
    }

    /// The built-up area as H3 cells of resolution 8, in order.
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

/// The streets that people live on.
fn homes(graph: &Graph, plane: &Plane) -> Vec<[PlanePoint; 2]> {
    let residential =
        |class: &StreetClass| matches!(class, StreetClass::Street | StreetClass::Lane);
    let streets = graph.streets().filter(|(_, class)| residential(class));
    streets.map(|(ends, _)| ends.map(|node| plane.meters(graph.nodes()[node.index()]))).collect()
}

/// Points on both sides of every street with homes, as far from it as doors can be.
fn doors(addresses: &Addresses) -> impl Iterator<Item = PlanePoint> {
    const SETBACK_METERS: f64 = 25.0;
    addresses.frontages().iter().flat_map(|street| {
        let [start, end] = street.ends;
        (0..=10).flat_map(move |step| {
            let on_street = start.toward(end, f64::from(step) / 10.0);
            let length = start.distance(end).max(1.0) / SETBACK_METERS;
            let (east, north) =
                ((end.north - start.north) / length, (end.east - start.east) / length);
            [
                PlanePoint::new(on_street.east - east, on_street.north + north),
                PlanePoint::new(on_street.east + east, on_street.north - north),
            ]
        })
    })
}

/// Puts the stores at crossings: across the river, in the old town, and far on the other side.
fn place_stores(graph: &Graph, plane: &Plane, river: &River) -> Vec<CityStore> {
    let wanted = [
        ("riverside", "Riverside", river.place(-1300.0, -600.0)),
        ("market-hall", "Market Hall", PlanePoint::new(-150.0, 500.0)),
        ("station", "Station", river.place(2100.0, 2300.0)),
    ];
    let on_streets: Vec<Coordinate> = graph
        .streets()
        .filter(|(_, class)| class.has_doors())
        .flat_map(|(ends, _)| ends)
        .map(|node| graph.nodes()[node.index()])
        .collect();
    wanted
        .into_iter()
        .filter_map(|(key, name, near)| {
            let distance = |place: &Coordinate| plane.meters(*place).distance(near);
            let nearest =
                on_streets.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)).then(a.cmp(b)));
            nearest.map(|&location| CityStore { key, name, location })
        })
        .collect()
}

/// Water and parks on the Earth.
fn areas(
    river: &River,
    greens: &[Green],
    place: impl Fn(PlanePoint) -> Option<Coordinate>,
) -> Vec<Area> {
    let mut banks = river.beside(RIVER_HALF_METERS);
    banks.extend(river.beside(-RIVER_HALF_METERS).into_iter().rev());
    let outlines = greens.iter().map(|green| (green.kind, &green.outline));
    outlines
        .chain([(AreaKind::Water, &banks)])
        .map(|(kind, outline)| Area {
            kind,
            outline: outline.iter().filter_map(|&point| place(point)).collect(),
        })
        .collect()
}
