//! People and stores who do not exist, in a city that does.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use h3o::{LatLng, Resolution};

use crate::model::place::{Coordinate, Profile};
use crate::model::plane::{Plane, PlanePoint};
use crate::travel::city::addresses::Addresses;
use crate::travel::city::city::{City, CityStore, doors, homes};
use crate::travel::city::delivery::{cells, zones};
use crate::travel::roads::{Network, RoadClass, Roads};

/// How many stores there are.
const STORES: usize = 3;
/// What a bicycle cannot reach in so many seconds from a store is not delivered to. (Taste: an hour's
/// promise has to hold for it.)
const BIKE_SECONDS_MAX: i32 = 25 * 60;
/// Rounds in which stores move to the middle of those who live near them: they stand still after
/// fewer.
const ROUNDS: usize = 30;
/// Where so many roads meet, a store is easily reached.
const ROADS_MIN: usize = 3;

/// Why nobody can live, or sell, in a city.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CityError {
    /// There is no street to live on.
    #[error("no residential street is open to cars, bicycles and walkers alike")]
    NoHomes,
    /// There are not enough crossings for stores.
    #[error("{found} places for a store at a crossing were found, {STORES} are needed")]
    NoStores {
        /// How many.
        found: usize,
    },
}

impl City {
    /// Lets people live along the residential streets of real roads, and opens stores among them, at
    /// crossings of main roads.
    ///
    /// The same roads give the same city.
    ///
    /// # Errors
    /// See [`CityError`].
    pub fn settle(name: &str, roads: Arc<Roads>) -> Result<Self, CityError> {
        let network = roads.network();
        let &anywhere = network.nodes().first().ok_or(CityError::NoHomes)?;
        let center = middle(&Plane::around(anywhere), &homes(network, &Plane::around(anywhere)));
        let center = center.ok_or(CityError::NoHomes)?;
        let plane = Plane::around(center);
        let mut homes = homes(network, &plane);
        let stores = open_stores(&roads, &plane, &homes)?;
        let covered = cells(doors(&homes).filter_map(|point| plane.coordinate(point).ok()));
        let zones = zones(&covered, &stores, &*roads, Some(BIKE_SECONDS_MAX));
        let area: BTreeSet<_> = zones.iter().flat_map(|zone| &zone.cells).copied().collect();
        let is_inside = |home: &[PlanePoint; 2]| {
            home.iter().all(|&end| {
                let place = plane.coordinate(end).ok();
                let point = place.and_then(|p| LatLng::new(p.latitude(), p.longitude()).ok());
                point.is_some_and(|point| area.contains(&point.to_cell(Resolution::Eight)))
            })
        };
        homes.retain(is_inside);
        if homes.is_empty() {
            return Err(CityError::NoHomes);
        }
        let addresses = Addresses::new(homes, |_| 1.0);
        Ok(Self { name: name.to_owned(), center, plane, roads, stores, addresses, zones })
    }
}

/// The point with as many streets to the west as to the east of it, and so to the south and north.
fn middle(plane: &Plane, homes: &[[PlanePoint; 2]]) -> Option<Coordinate> {
    let median = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied()
    };
    let east = median(homes.iter().map(|[from, _]| from.east).collect())?;
    let north = median(homes.iter().map(|[from, _]| from.north).collect())?;
    plane.coordinate(PlanePoint::new(east, north)).ok()
}

/// Opens stores in the middle of those who live nearest to each, at the nearest crossing.
///
/// # Source
/// Lloyd (1982), "Least squares quantization in PCM", <https://doi.org/10.1109/TIT.1982.1056489>.
fn open_stores(
    roads: &Roads,
    plane: &Plane,
    homes: &[[PlanePoint; 2]],
) -> Result<Vec<CityStore>, CityError> {
    let mut crossings = crossings(roads.network());
    let homes: Vec<(PlanePoint, f64)> =
        homes.iter().map(|[from, to]| (from.toward(*to, 0.5), from.distance(*to))).collect();
    let mut stores = Vec::new();
    for (number, wanted) in (1..).zip(middles(&homes)) {
        let distance = |crossing: &Crossing<'_>| plane.meters(crossing.place).distance(wanted);
        let nearest = crossings
            .iter()
            .enumerate()
            .min_by(|(_, a), (_, b)| distance(a).total_cmp(&distance(b)));
        let Some((index, _)) = nearest else { break };
        let Crossing { place: location, name, .. } = crossings.swap_remove(index);
        let name = name.map_or_else(|| format!("Store {number}"), |(_, name)| name.to_owned());
        stores.push(CityStore { key: format!("store-{number}"), name, location });
    }
    let found = stores.len();
    if found == STORES { Ok(stores) } else { Err(CityError::NoStores { found }) }
}

/// Points in the middle of the homes nearest to each: the first are as far apart as can be.
fn middles(homes: &[(PlanePoint, f64)]) -> Vec<PlanePoint> {
    let nearest = |middles: &[PlanePoint], place: PlanePoint| {
        let distances = middles.iter().map(|middle| middle.distance(place)).enumerate();
        distances.min_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((0, 0.0))
    };
    let mut middles = vec![PlanePoint::default()];
    while middles.len() < STORES {
        let farthest = homes
            .iter()
            .max_by(|a, b| nearest(&middles, a.0).1.total_cmp(&nearest(&middles, b.0).1));
        middles.push(farthest.map_or_else(PlanePoint::default, |home| home.0));
    }
    for _ in 0..ROUNDS {
        let mut sums = vec![(0.0, 0.0, 0.0); STORES];
        for &(place, weight) in homes {
            let sum = &mut sums[nearest(&middles, place).0];
            *sum = (sum.0 + place.east * weight, sum.1 + place.north * weight, sum.2 + weight);
        }
        for (middle, (east, north, weight)) in middles.iter_mut().zip(sums) {
            if 0.0 < weight {
                *middle = PlanePoint::new(east / weight, north / weight);
            }
        }
    }
    middles
}

/// Where roads meet.
#[derive(Debug, Clone, Copy)]
struct Crossing<'a> {
    place: Coordinate,
    roads: usize,
    main_roads: usize,
    /// The name of the widest road that has one.
    name: Option<(RoadClass, &'a str)>,
}

/// Crossings with main roads that everybody may use, in the order of junctions; those with a name, if
/// these are enough.
fn crossings(network: &Network) -> Vec<Crossing<'_>> {
    let mut crossings: BTreeMap<u32, Crossing<'_>> = BTreeMap::new();
    for edge in network.edges() {
        let is_open = edge.has_doors && Profile::ALL.iter().all(|&profile| edge.admits(profile));
        for end in edge.ends.into_iter().filter(|_| is_open) {
            let place = network.nodes()[end as usize];
            let new = Crossing { place, roads: 0, main_roads: 0, name: None };
            let crossing = crossings.entry(end).or_insert(new);
            crossing.roads += 1;
            crossing.main_roads += usize::from(edge.class.is_main());
            let name = network.name(edge).map(|name| (edge.class, name));
            crossing.name = crossing.name.into_iter().chain(name).min();
        }
    }
    let is_good = |crossing: &Crossing<'_>| ROADS_MIN <= crossing.roads && 2 <= crossing.main_roads;
    let good: Vec<_> = crossings.into_values().filter(is_good).collect();
    let named: Vec<_> = good.iter().copied().filter(|crossing| crossing.name.is_some()).collect();
    if STORES <= named.len() { named } else { good }
}
