//! What an invented city promises, for some seeds.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use h3o::{LatLng, Resolution};
use rand::SeedableRng;
use rand_pcg::Pcg64;

use crate::model::place::{Coordinate, Profile};
use crate::model::plane::Plane;
use crate::model::travel_matrix::Travel;
use crate::travel::beeline::great_circle_meters;
use crate::travel::city::invented::Drawing;
use crate::travel::city::{City, CityError};
use crate::travel::roads::{GroundKind, Network, PreparedRoads, RoadClass, Roads};

fn addresses(city: &City, count: usize) -> Vec<Coordinate> {
    let mut rng = Pcg64::seed_from_u64(7);
    (0..count).map(|_| city.sample_address(&mut rng)).collect()
}

#[test]
fn a_seed_is_a_city() {
    let (one, again, other) = (City::invent(1), City::invent(1), City::invent(2));
    assert_eq!(one.roads().network(), again.roads().network());
    assert_eq!((one.stores(), one.zones()), (again.stores(), again.zones()));
    assert_eq!(addresses(&one, 50), addresses(&again, 50));
    assert_ne!(one.roads().network(), other.roads().network());
}

#[test]
fn everybody_is_reached_from_every_store_and_back() {
    for seed in 1..=2 {
        let city = City::invent(seed);
        let nodes = city.roads().network().nodes().len();
        assert!((26_000..=34_000).contains(&nodes), "seed {seed}: {nodes} nodes");
        for address in addresses(&city, 60) {
            for store in city.stores() {
                for profile in Profile::ALL {
                    let there = city.roads().leg(profile, store.location, address);
                    let back = city.roads().leg(profile, address, store.location);
                    assert!(there.is_some() && back.is_some(), "seed {seed}: {address:?}");
                }
            }
        }
    }
}

#[test]
fn stores_are_well_spread() {
    for seed in 1..=2 {
        let city = City::invent(seed);
        let stores = city.stores();
        let keys: Vec<&str> = stores.iter().map(|store| store.key.as_str()).collect();
        assert_eq!(keys, ["riverside", "market-hall", "station"]);
        for (one, other) in [(0, 1), (1, 2), (0, 2)] {
            let meters = great_circle_meters(stores[one].location, stores[other].location);
            assert!(meters > 1300.0, "seed {seed}: {meters} m from {one} to {other}");
        }
    }
}

#[test]
fn zones_share_the_delivery_area_and_every_address_lies_in_it() {
    for seed in 1..=2 {
        let city = City::invent(seed);
        let area = city.delivery_area();
        let cells: BTreeSet<_> = area.iter().copied().collect();
        assert_eq!(cells.len(), area.len(), "no cell belongs to two zones");
        assert!((90..200).contains(&cells.len()), "{} cells", cells.len());
        assert!(city.zones().iter().all(|zone| zone.cells.len() >= 15));
        for address in addresses(&city, 1000) {
            let point = LatLng::new(address.latitude(), address.longitude()).unwrap();
            assert!(cells.contains(&point.to_cell(Resolution::Eight)), "{address:?}");
        }
    }
}

#[test]
fn more_people_live_near_the_center_and_nobody_in_the_river() {
    let city = City::invent(1);
    let homes = addresses(&city, 2000);
    let within = |meters: f64| {
        homes.iter().filter(|&&home| great_circle_meters(home, city.center()) < meters).count()
    };
    // An even spread over 10 km would put 4 % within 1 km and 16 % within 2 km.
    assert!(within(1000.0) > 200, "{} within 1 km", within(1000.0));
    assert!(within(2000.0) > 700, "{} within 2 km", within(2000.0));
    assert!(within(4000.0) < 1990, "{} within 4 km", within(4000.0));
    let plane = Plane::around(city.center());
    let grounds = city.roads().network().grounds();
    for water in grounds.iter().filter(|ground| ground.kind == GroundKind::Water) {
        let outline: Vec<_> = water.outline.iter().map(|&point| plane.meters(point)).collect();
        for &home in &homes {
            let here = plane.meters(home);
            let sides = outline.iter().zip(outline.iter().cycle().skip(1));
            let to_the_east = sides.filter(|(from, to)| {
                let part = (here.north - from.north) / (to.north - from.north);
                (from.north > here.north) != (to.north > here.north)
                    && from.east + part * (to.east - from.east) > here.east
            });
            assert!(to_the_east.count() % 2 == 0, "{home:?} is in the water");
        }
    }
}

#[test]
fn a_city_has_roads_of_every_kind_with_names_and_a_few_bridges_join_its_banks() {
    for seed in 1..=3 {
        let Drawing { network, shape } = Drawing::invent(&mut Pcg64::seed_from_u64(seed));
        for class in [
            RoadClass::Trunk,
            RoadClass::Primary,
            RoadClass::Secondary,
            RoadClass::Residential,
            RoadClass::LivingStreet,
            RoadClass::Service,
            RoadClass::Path,
        ] {
            assert!(network.edges().iter().any(|edge| edge.class == class), "no {}", class.name());
        }
        let named = network.edges().iter().filter(|edge| network.name(edge).is_some()).count();
        assert!(network.edges().len() / 2 < named, "{named} have names");
        let plane =
            Plane::around(Coordinate { latitude_micro: 57_000_000, longitude_micro: 45_000_000 });
        let is_left = |node: u32| shape.river.is_left(plane.meters(network.nodes()[node as usize]));
        let bridges: Vec<_> =
            network.edges().iter().filter(|e| is_left(e.ends[0]) != is_left(e.ends[1])).collect();
        // Two of the ring, one of the belt, one of a main street.
        assert!((4..=5).contains(&bridges.len()), "seed {seed}: {} bridges", bridges.len());
        assert!(bridges.iter().all(|bridge| !bridge.has_doors));
        assert!(is_closed(&network, "Ring Road"), "seed {seed}");
    }
}

/// Whether one comes back to where one began by following one road.
fn is_closed(network: &Network, name: &str) -> bool {
    let mut ends: BTreeMap<u32, usize> = BTreeMap::new();
    for edge in network.edges().iter().filter(|edge| network.name(edge) == Some(name)) {
        edge.ends.iter().for_each(|&end| *ends.entry(end).or_default() += 1);
    }
    !ends.is_empty() && ends.values().all(|&count| count == 2)
}

#[test]
fn one_way_lanes_lengthen_some_ways() {
    let city = City::invent(1);
    let network = city.roads().network();
    let lanes = network.edges().iter().filter(|edge| edge.class == RoadClass::LivingStreet);
    let lanes: Vec<_> = lanes.collect();
    let seconds = |from, to| city.roads().leg(Profile::Car, from, to).unwrap().drive_seconds;
    let lengthened = lanes.iter().filter(|edge| {
        let [from, to] = edge.ends.map(|node| network.nodes()[node as usize]);
        seconds(from, to).abs_diff(seconds(to, from)) > 20
    });
    let count = lengthened.count();
    assert!(count * 4 > lanes.len(), "{count} of {}", lanes.len());
}

#[test]
fn a_car_crosses_the_city_at_about_the_speed_of_a_straight_line() {
    let city = City::invent(1);
    let homes = addresses(&city, 60);
    let (mut seconds, mut meters) = (0.0, 0.0);
    for (&from, &to) in homes.iter().flat_map(|from| homes.iter().map(move |to| (from, to))) {
        let leg = city.roads().leg(Profile::Car, from, to).unwrap();
        seconds += f64::from(leg.drive_seconds);
        meters += great_circle_meters(from, to) * 1.3;
    }
    let speed = meters / seconds;
    assert!((6.0..8.5).contains(&speed), "{speed} m/s");
}

#[test]
fn a_real_city_has_stores_at_named_crossings_and_everybody_lives_where_a_bicycle_comes() {
    let network = City::invent(2).roads().network().clone();
    let settle = || {
        let roads = Arc::new(Roads::new(PreparedRoads::prepare(network.clone())));
        City::settle("Elsewhere", roads).unwrap()
    };
    let city = settle();
    for store in city.stores() {
        assert!(!store.name.starts_with("Store"), "{}", store.name);
    }
    for (one, other) in [(0, 1), (1, 2), (0, 2)] {
        let [one, other] = [one, other].map(|index: usize| city.stores()[index].location);
        assert!(1500.0 < great_circle_meters(one, other));
    }
    let cells: BTreeSet<_> = city.delivery_area().into_iter().collect();
    let mut outside = 0;
    for address in addresses(&city, 500) {
        let point = LatLng::new(address.latitude(), address.longitude()).unwrap();
        outside += usize::from(!cells.contains(&point.to_cell(Resolution::Eight)));
        let seconds = city.stores().iter().map(|store| {
            city.roads().leg(Profile::Bike, store.location, address).unwrap().drive_seconds
        });
        assert!(seconds.min().unwrap() < 1_800, "{address:?}");
    }
    // Doors lie a few meters beside streets that are inside.
    assert!(outside < 10, "{outside} outside");
    assert_eq!(addresses(&city, 20), addresses(&settle(), 20));
}

#[test]
fn nobody_settles_where_there_are_no_streets() {
    let empty = Roads::new(PreparedRoads::prepare(Network::default()));
    assert_eq!(City::settle("Nowhere", Arc::new(empty)).unwrap_err(), CityError::NoHomes);
}
