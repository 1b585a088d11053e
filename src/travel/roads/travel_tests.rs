//! What roads answer, told on small towns.

use proptest::prelude::*;
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

use crate::model::place::{Coordinate, Profile};
use crate::model::travel_matrix::{Leg, Travel};
use crate::travel::beeline::great_circle_meters;
use crate::travel::city::invented::Drawing;
use crate::travel::roads::mesh::Mesh;
use crate::travel::roads::network::Network;
use crate::travel::roads::oracle::Search;
use crate::travel::roads::snap::{Snap, SnapIndex};
use crate::travel::roads::towns::{Town, at, crooked_towns};
use crate::travel::roads::travel::{PreparedRoads, Roads};

fn roads(town: Town) -> Roads {
    Roads::new(PreparedRoads::prepare(town.build().0))
}

/// A square of 400 m: a one-way street below, streets at the sides, a motorway above.
fn square() -> Roads {
    roads(
        Town::new(&[(0.0, 0.0), (400.0, 0.0), (400.0, 400.0), (0.0, 400.0)])
            .way(&[1, 2], "highway=living_street oneway=yes oneway:bicycle=no")
            .way(&[2, 3], "highway=residential")
            .way(&[4, 1], "highway=residential")
            .way(&[3, 4], "highway=motorway oneway=no"),
    )
}

/// Whether two counts differ by at most one: places are rounded to a tenth of a meter.
fn is_about(found: i32, expected: i32) -> bool {
    (found - expected).abs() <= 1
}

fn seconds(roads: &Roads, profile: Profile, from: Coordinate, to: Coordinate) -> i32 {
    roads.leg(profile, from, to).unwrap().drive_seconds
}

#[test]
fn a_car_goes_around_where_a_street_is_one_way_and_a_bike_does_not() {
    let (roads, west, east) = (square(), at(100.0, 0.0), at(300.0, 0.0));
    // 200 m at 10 km/h, against 100 + 100 at 10, 800 at 25 and 400 at 90; 4.4 and 1.35 m/s.
    assert!(is_about(seconds(&roads, Profile::Car, west, east), 72));
    assert!(is_about(seconds(&roads, Profile::Car, east, west), 204));
    assert!(is_about(seconds(&roads, Profile::Bike, east, west), 46));
    assert!(is_about(seconds(&roads, Profile::Foot, east, west), 149));
    assert_eq!(roads.path(Profile::Car, east, west).len(), 6, "over all four corners");
}

#[test]
fn an_address_at_a_motorway_is_reached_from_the_next_street() {
    let near = at(200.0, 395.0);
    let stop = square().nearest(Profile::Car, near).unwrap();
    assert!((199.0..201.0).contains(&great_circle_meters(stop, near)));
}

#[test]
fn an_address_far_from_every_road_cannot_be_reached() {
    let (roads, home) = (square(), at(0.0, 100.0));
    for (place, is_near) in [(at(-299.0, 100.0), true), (at(-302.0, 100.0), false)] {
        for profile in Profile::ALL {
            assert_eq!(roads.leg(profile, home, place).is_some(), is_near);
            assert_eq!(roads.leg(profile, place, home).is_some(), is_near);
            assert_eq!(roads.leg(profile, place, place).is_some(), is_near);
            assert_eq!(roads.legs(profile, home, &[home, place]).is_some(), is_near);
        }
    }
    assert_eq!(roads.leg(Profile::Car, home, at(9e6, 9e6)), None);
    assert_eq!(roads.path(Profile::Car, home, at(9e6, 9e6)), [home, at(9e6, 9e6)]);
}

#[test]
fn the_walk_from_the_curb_counts() {
    let (roads, curb, door) = (square(), at(0.0, 100.0), at(-135.0, 100.0));
    let leg = roads.leg(Profile::Car, curb, door).unwrap();
    assert!(is_about(leg.drive_seconds, 100) && is_about(leg.distance_meters, 135), "{leg:?}");
    assert_eq!(roads.path(Profile::Car, curb, door), [curb, door]);
}

#[test]
fn a_forbidden_turn_is_driven_around_and_walked() {
    // Straight on to the east is forbidden at the crossing; a block to the north leads around.
    let points = [(-200.0, 0.0), (0.0, 0.0), (200.0, 0.0), (0.0, 200.0), (200.0, 200.0)];
    let town = Town::new(&points)
        .way(&[1, 2], "highway=residential")
        .way(&[2, 3], "highway=residential")
        .way(&[2, 4, 5, 3], "highway=residential")
        .turn([1, 2, 2], false);
    let (roads, west, east) = (roads(town), at(-100.0, 0.0), at(100.0, 0.0));
    let meters = |profile, from, to| roads.leg(profile, from, to).unwrap().distance_meters;
    assert!(is_about(meters(Profile::Car, west, east), 800));
    assert!(is_about(meters(Profile::Car, east, west), 200));
    assert!(is_about(meters(Profile::Foot, west, east), 200));
    assert_eq!(roads.path(Profile::Car, west, east).len(), 6);
}

#[test]
fn a_street_that_ends_where_it_begins_has_doors_on_both_sides() {
    let town = Town::new(&[(0.0, 0.0), (100.0, 0.0), (200.0, 100.0), (200.0, -100.0)])
        .way(&[1, 2], "highway=residential")
        .way(&[2, 3, 4, 2], "highway=residential");
    let (roads, start) = (roads(town), at(0.0, 0.0));
    let meters =
        |east, north| roads.leg(Profile::Car, start, at(east, north)).unwrap().distance_meters;
    assert!(is_about(meters(150.0, 50.0), 171));
    assert!(is_about(meters(150.0, -50.0), 171));
    assert!(is_about(meters(200.0, 20.0), 100 + 141 + 80));
    let across = roads.leg(Profile::Car, at(150.0, 50.0), at(150.0, -50.0)).unwrap();
    assert!(is_about(across.distance_meters, 141), "{across:?}");
}

#[test]
fn no_roads_reach_nothing() {
    let nowhere = Roads::new(PreparedRoads::prepare(Network::default()));
    assert_eq!(nowhere.leg(Profile::Car, at(0.0, 0.0), at(0.0, 0.0)), None);
    assert_eq!(nowhere.legs(Profile::Car, at(0.0, 0.0), &[]), None);
}

/// The leg that a search finds, with the walks at both ends.
fn slow(first: Snap, search: &Search<'_>, last: Snap) -> Leg {
    let way = search.to(last).expect("what is kept is connected");
    let time = first.walk_milliseconds + way.milliseconds() + last.walk_milliseconds;
    let length = first.walk_millimeters + way.millimeters() + last.walk_millimeters;
    let [drive_seconds, distance_meters] =
        [time.div_ceil(1000), (length + 500) / 1000].map(u32::cast_signed);
    Leg { drive_seconds, distance_meters }
}

/// A thousand pairs for each profile, in a city with one-way lanes and turns that are forbidden.
#[test]
fn a_thousand_ways_across_a_city_equal_those_of_a_search_that_looks_at_every_turn() {
    let mut random = Pcg64Mcg::seed_from_u64(1);
    let network = Drawing::invent(&mut random).network;
    let one_ways = network.edges().iter().filter(|edge| edge.speeds[0].contains(&0)).count();
    assert!(300 < one_ways && 50 < network.bans().len(), "{one_ways} {}", network.bans().len());
    let roads = Roads::new(PreparedRoads::prepare(network));
    let network = roads.network();
    let index = SnapIndex::new(network, Roads::SNAP_METERS_MAX);
    let mut place = || {
        let node = network.nodes()[random.random_range(0..network.nodes().len())];
        let mut moved = |micro: i32| micro + random.random_range(-400..=400);
        let (latitude_micro, longitude_micro) =
            (moved(node.latitude_micro), moved(node.longitude_micro));
        Coordinate { latitude_micro, longitude_micro }
    };
    for profile in Profile::ALL {
        let mut compared = 0;
        for _ in 0..20 {
            let from = place();
            let Some(first) = index.snap(network, profile, from) else { continue };
            let search = Search::new(network, profile, first);
            for to in (0..52).map(|_| place()) {
                let Some(last) = index.snap(network, profile, to) else { continue };
                let expected = slow(first, &search, last);
                assert_eq!(roads.leg(profile, from, to), Some(expected), "{profile:?}");
                compared += 1;
            }
        }
        assert!(1_000 <= compared, "{compared} pairs");
    }
}

fn places<const N: usize>() -> impl Strategy<Value = [Coordinate; N]> {
    let place = || (-300.0..1500.0_f64, -300.0..1500.0_f64);
    prop::collection::vec(place(), N).prop_map(|places| {
        let places: Vec<Coordinate> = places.iter().map(|&(east, north)| at(east, north)).collect();
        places.try_into().unwrap()
    })
}

proptest! {
    #[test]
    fn legs_equal_those_of_a_search_that_looks_at_every_turn(
        town in crooked_towns(),
        places in places::<8>(),
    ) {
        let roads = roads(town);
        let network = roads.network();
        let index = SnapIndex::new(network, Roads::SNAP_METERS_MAX);
        for profile in Profile::ALL {
            for &from in &places {
                let search = index.snap(network, profile, from);
                let search = search.map(|snap| (snap, Search::new(network, profile, snap)));
                for &to in places.iter().filter(|to| **to != from) {
                    let last = index.snap(network, profile, to);
                    let expected =
                        search.as_ref().zip(last).map(|((first, s), last)| slow(*first, s, last));
                    prop_assert_eq!(roads.leg(profile, from, to), expected, "{:?}", profile);
                }
            }
        }
    }

    #[test]
    fn paths_have_the_length_of_their_legs(town in crooked_towns(), places in places::<4>()) {
        let roads = roads(town);
        for profile in Profile::ALL {
            for (a, b) in places.iter().flat_map(|a| places.iter().map(move |b| (*a, *b))) {
                let Some(direct) = roads.leg(profile, a, b) else { continue };
                let path = roads.path(profile, a, b);
                prop_assert_eq!((path.first(), path.last()), (Some(&a), Some(&b)));
                let meters: f64 =
                    path.windows(2).map(|pair| great_circle_meters(pair[0], pair[1])).sum();
                let difference = meters - f64::from(direct.distance_meters);
                prop_assert!(difference.abs() <= 2.5, "path {meters} m, leg {direct:?}");
            }
        }
    }

    #[test]
    fn rows_say_what_single_legs_say(town in crooked_towns(), places in places::<8>()) {
        let roads = roads(town);
        for profile in Profile::ALL {
            let near: Vec<Coordinate> =
                places.iter().copied().filter(|p| roads.nearest(profile, *p).is_some()).collect();
            for &place in &near {
                let single = |from, to| roads.leg(profile, from, to).unwrap();
                let expected: [Vec<Leg>; 2] = [
                    near.iter().map(|&other| single(place, other)).collect(),
                    near.iter().map(|&other| single(other, place)).collect(),
                ];
                prop_assert_eq!(roads.legs(profile, place, &near), Some(expected));
            }
        }
    }

    #[test]
    fn no_road_is_nearer_than_the_nearest(town in crooked_towns(), places in places::<1>()) {
        let (roads, place) = (roads(town), places[0]);
        let network = roads.network();
        for profile in Profile::ALL {
            let roads_of = (0..).zip(network.edges()).filter(|(_, e)| e.has_doors && e.admits(profile));
            let points = roads_of.flat_map(|(index, _)| {
                let ends = network.line(index).zip(network.line(index).skip(1));
                ends.flat_map(|(a, b)| (0..=400).map(move |step| {
                    let part = |a: i32, b: i32| a + (b - a) * step / 400;
                    let latitude_micro = part(a.latitude_micro, b.latitude_micro);
                    let longitude_micro = part(a.longitude_micro, b.longitude_micro);
                    Coordinate { latitude_micro, longitude_micro }
                }))
            });
            let least = points.map(|point| great_circle_meters(point, place)).min_by(f64::total_cmp);
            let found = roads.nearest(profile, place).map(|stop| great_circle_meters(stop, place));
            // Within a meter of the limit either answer is right.
            let (least, found) = (least.unwrap_or(f64::MAX), found.unwrap_or(f64::MAX));
            if least < Roads::SNAP_METERS_MAX - 1.0 {
                prop_assert!((found - least).abs() < 1.0, "{found} is not {least}");
            } else if Roads::SNAP_METERS_MAX + 1.0 < least {
                prop_assert!(found > 1e9);
            }
        }
    }

    #[test]
    fn legs_do_not_depend_on_the_order_of_questions(town in crooked_towns(), places in places::<8>()) {
        let network = town.build().0;
        let fresh = || Roads::new(PreparedRoads::prepare(network.clone()));
        let ask = |roads: &Roads| -> Vec<Option<Leg>> {
            let pairs = places.iter().flat_map(|&a| places.iter().map(move |&b| (a, b)));
            pairs.map(|(a, b)| roads.leg(Profile::Car, a, b)).collect()
        };
        let shared = fresh();
        let all_at_once: Vec<Vec<Option<Leg>>> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| ask(&shared))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let alone = fresh();
        let mut backward: Vec<Option<Leg>> = Vec::new();
        for &a in places.iter().rev() {
            for &b in places.iter().rev() {
                backward.push(alone.leg(Profile::Car, a, b));
            }
        }
        backward.reverse();
        for answers in &all_at_once {
            prop_assert_eq!(answers, &backward);
        }
    }

    #[test]
    fn copies_of_junctions_are_where_the_junctions_are(town in crooked_towns()) {
        let network = town.build().0;
        let mesh = Mesh::new(&network);
        for arc in &mesh.arcs {
            let Some(course) = arc.course else { continue };
            let edge = &network.edges()[course.edge as usize];
            let place = |junction: u32| network.nodes()[junction as usize];
            prop_assert_eq!(mesh.nodes[arc.tail as usize], place(edge.tail(course.direction)));
            prop_assert_eq!(mesh.nodes[arc.head as usize], place(edge.head(course.direction)));
        }
    }
}
