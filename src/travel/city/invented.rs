//! The invented city itself.

use std::sync::Arc;

use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64;

use crate::model::place::Coordinate;
use crate::model::plane::{Plane, PlanePoint};
use crate::travel::city::addresses::{Addresses, spread_of_homes};
use crate::travel::city::city::{City, CityStore, doors, homes};
use crate::travel::city::courts::draw_courts;
use crate::travel::city::delivery::{cells, zones};
use crate::travel::city::draft::{build, open_lanes, prune};
use crate::travel::city::greens::{Green, draw_paths, invent_greens};
use crate::travel::city::quarters::draw_quarters;
use crate::travel::city::roads::draw_roads;
use crate::travel::city::shape::{RIVER_HALF_METERS, River, Shape};
use crate::travel::city::sketch::Sketch;
use crate::travel::roads::{GroundKind, Network, PreparedRoads, Roads};

/// In the middle of a forest, where no town is.
const CENTER: Coordinate = Coordinate { latitude_micro: 57_000_000, longitude_micro: 45_000_000 };

/// A network that was drawn, and what only the drawing knows.
#[derive(Debug)]
pub(crate) struct Drawing {
    pub(crate) network: Network,
    pub(crate) shape: Shape,
}

impl Drawing {
    /// Draws the streets, water and parks of a seed.
    ///
    /// # Panics
    /// Never for a seed that was tried; when a drawing has too many streets, the generator itself is
    /// wrong.
    pub(crate) fn invent(rng: &mut impl Rng) -> Self {
        let plane = Plane::around(CENTER);
        let shape = Shape::invent(rng);
        let mut sketch = Sketch::default();
        draw_roads(&mut sketch, &shape);
        let greens = invent_greens(rng, &sketch, &shape);
        draw_quarters(&mut sketch, rng, &shape, &greens);
        let mut pieces: Vec<_> = sketch.frame.iter().chain(&sketch.inner).copied().collect();
        prune(&sketch.points, &mut pieces, rng);
        open_lanes(sketch.points.len(), &mut pieces);
        let first_path = sketch.inner.len();
        draw_paths(&mut sketch, rng, &greens);
        pieces.extend_from_slice(&sketch.inner[first_path..]);
        draw_courts(&mut sketch, rng, &mut pieces, &shape.river, &greens);
        let grounds = grounds(&shape.river, &greens);
        let place = |point| plane.coordinate(point).ok();
        let network = build(&sketch, &pieces, &shape.river, &grounds, rng, place)
            .expect("a city of some thousand crossings fits");
        Self { network, shape }
    }
}

impl City {
    /// Draws the city of a seed, about 10 km across, and prepares its roads. Takes about a second.
    ///
    /// The same seed gives the same city on the same kind of machine.
    ///
    /// # Panics
    /// Never for a seed that was tried; when a drawing has too many streets, the generator itself is
    /// wrong.
    pub fn invent(seed: u64) -> Self {
        let mut rng = Pcg64::seed_from_u64(seed);
        let plane = Plane::around(CENTER);
        let Drawing { network, shape } = Drawing::invent(&mut rng);
        let roads = Arc::new(Roads::new(PreparedRoads::prepare(network)));
        let homes = homes(roads.network(), &plane);
        let covered = cells(doors(&homes).filter_map(|point| plane.coordinate(point).ok()));
        let density = spread_of_homes(&mut rng, &shape);
        let addresses = Addresses::new(homes, density);
        let stores = place_stores(roads.network(), &plane, &shape.river);
        let zones = zones(&covered, &stores, &*roads, None);
        let name = "Verin".to_owned();
        Self { name, center: CENTER, plane, roads, stores, addresses, zones }
    }
}

/// Puts the stores at crossings: across the river, in the old town, and far on the other side.
fn place_stores(network: &Network, plane: &Plane, river: &River) -> Vec<CityStore> {
    let wanted = [
        ("riverside", "Riverside", river.place(-1300.0, -600.0)),
        ("market-hall", "Market Hall", PlanePoint::new(-150.0, 500.0)),
        ("station", "Station", river.place(2100.0, 2300.0)),
    ];
    let streets = network.edges().iter().filter(|edge| edge.has_doors && edge.class.is_main());
    let crossings: Vec<Coordinate> =
        streets.flat_map(|edge| edge.ends).map(|end| network.nodes()[end as usize]).collect();
    wanted
        .into_iter()
        .filter_map(|(key, name, near)| {
            let distance = |place: &Coordinate| plane.meters(*place).distance(near);
            let nearest =
                crossings.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)).then(a.cmp(b)));
            let (key, name) = (key.to_owned(), name.to_owned());
            nearest.map(|&location| CityStore { key, name, location })
        })
        .collect()
}

/// Water and parks.
fn grounds(river: &River, greens: &[Green]) -> Vec<(GroundKind, Vec<PlanePoint>)> {
    let mut banks = river.beside(RIVER_HALF_METERS);
    banks.extend(river.beside(-RIVER_HALF_METERS).into_iter().rev());
    let outlines = greens.iter().map(|green| (green.kind, green.drawn()));
    outlines.chain([(GroundKind::Water, banks)]).collect()
}
