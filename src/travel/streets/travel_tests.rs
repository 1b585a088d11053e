//! What the streets answer, told on small invented towns.

use proptest::prelude::*;

use crate::model::place::{Coordinate, Profile};
use crate::model::plane::{Plane, PlanePoint};
use crate::model::travel_matrix::{Leg, Travel};
use crate::travel::beeline::great_circle_meters;
use crate::travel::streets::{Flow, GraphBuilder, NodeIndex, StreetClass, Streets};

/// A town around 0° 0°: nodes in meters to the east and north, and streets between them.
fn town(nodes: &[(f64, f64)], streets: &[(u32, u32, StreetClass, Flow)]) -> Streets {
    let mut builder = GraphBuilder::default();
    for &(east, north) in nodes {
        builder.node(at(east, north)).unwrap();
    }
    for &(from, to, class, flow) in streets {
        builder.street([NodeIndex(from), NodeIndex(to)], class, flow).unwrap();
    }
    Streets::new(builder.build(), Vec::new())
}

fn at(east: f64, north: f64) -> Coordinate {
    let plane = Plane::around(Coordinate::from_degrees(0.0, 0.0).unwrap());
    plane.coordinate(PlanePoint::new(east, north)).unwrap()
}

/// A square of 400 m: a one-way lane below, streets at the sides, a motor ring above.
fn square() -> Streets {
    town(
        &[(0.0, 0.0), (400.0, 0.0), (400.0, 400.0), (0.0, 400.0)],
        &[
            (0, 1, StreetClass::Lane, Flow::OneWay),
            (1, 2, StreetClass::Street, Flow::BothWays),
            (3, 0, StreetClass::Street, Flow::BothWays),
            (2, 3, StreetClass::Ring, Flow::BothWays),
        ],
    )
}

/// Whether two counts differ by at most one: places are rounded to a tenth of a meter.
fn is_about(found: i32, expected: i32) -> bool {
    (found - expected).abs() <= 1
}

fn seconds(streets: &Streets, profile: Profile, from: Coordinate, to: Coordinate) -> i32 {
    streets.leg(profile, from, to).unwrap().drive_seconds
}

#[test]
fn a_car_goes_around_where_a_lane_is_one_way_and_a_bike_does_not() {
    let (streets, west, east) = (square(), at(100.0, 0.0), at(300.0, 0.0));
    // 200 m at 4 m/s against 100 + 100 at 4, 800 at 6 and 400 at 15.
    assert!(is_about(seconds(&streets, Profile::Car, west, east), 50));
    assert!(is_about(seconds(&streets, Profile::Car, east, west), 210));
    assert!(is_about(seconds(&streets, Profile::Bike, east, west), 50));
    assert!(is_about(seconds(&streets, Profile::Foot, east, west), 148));
    assert_eq!(streets.path(Profile::Car, east, west).len(), 6, "over all four corners");
}

#[test]
fn a_bike_stays_off_the_motor_ring() {
    let (streets, west, east) = (square(), at(0.0, 390.0), at(400.0, 390.0));
    let car = streets.leg(Profile::Car, west, east).unwrap();
    let bike = streets.leg(Profile::Bike, west, east).unwrap();
    assert!(is_about(car.distance_meters, 420), "{car:?}");
    assert!(is_about(bike.distance_meters, 1180), "{bike:?}");
}

#[test]
fn an_address_far_from_every_street_cannot_be_reached() {
    let (streets, home) = (square(), at(0.0, 100.0));
    for (place, is_near) in [(at(-290.0, 100.0), true), (at(-310.0, 100.0), false)] {
        for profile in Profile::ALL {
            assert_eq!(streets.leg(profile, home, place).is_some(), is_near);
            assert_eq!(streets.leg(profile, place, home).is_some(), is_near);
            assert_eq!(streets.leg(profile, place, place).is_some(), is_near);
        }
    }
    assert_eq!(streets.leg(Profile::Car, home, at(9e6, 9e6)), None);
    assert_eq!(streets.path(Profile::Car, home, at(9e6, 9e6)), [home, at(9e6, 9e6)]);
}

#[test]
fn the_walk_from_the_curb_counts() {
    let streets = square();
    let (curb, door) = (at(0.0, 100.0), at(-135.0, 100.0));
    let leg = streets.leg(Profile::Car, curb, door).unwrap();
    assert!(is_about(leg.drive_seconds, 100) && is_about(leg.distance_meters, 135), "{leg:?}");
    assert_eq!(streets.path(Profile::Car, curb, door), [curb, door]);
}

#[test]
fn an_address_at_the_motor_ring_is_reached_from_the_next_street() {
    let near_ring = at(200.0, 395.0);
    let stop = square().nearest(Profile::Car, near_ring).unwrap();
    assert!((199.0..201.0).contains(&great_circle_meters(stop, near_ring)));
}

#[test]
fn two_towns_without_a_road_between_them_are_apart() {
    let street = |from, to| (from, to, StreetClass::Street, Flow::BothWays);
    let nodes = [(0.0, 0.0), (100.0, 0.0), (2000.0, 0.0), (2100.0, 0.0)];
    let towns = town(&nodes, &[street(0, 1), street(2, 3)]);
    assert_eq!(towns.leg(Profile::Car, at(50.0, 0.0), at(2050.0, 0.0)), None);
    assert_eq!(towns.path(Profile::Car, at(50.0, 0.0), at(2050.0, 0.0)).len(), 2);
}

#[test]
fn a_dead_end_with_a_one_way_in_lets_nobody_out() {
    let trap = town(
        &[(0.0, 0.0), (100.0, 0.0), (200.0, 0.0)],
        &[(0, 1, StreetClass::Street, Flow::BothWays), (1, 2, StreetClass::Street, Flow::OneWay)],
    );
    let (out, inside) = (at(50.0, 0.0), at(150.0, 0.0));
    assert!(trap.leg(Profile::Car, out, inside).is_some());
    assert_eq!(trap.leg(Profile::Car, inside, out), None);
    assert_eq!(trap.leg(Profile::Bike, inside, out), None);
    assert!(trap.leg(Profile::Foot, inside, out).is_some());
}

#[test]
fn streets_without_any_street_reach_nothing() {
    let nowhere = Streets::new(GraphBuilder::default().build(), Vec::new());
    assert_eq!(nowhere.leg(Profile::Car, at(0.0, 0.0), at(0.0, 0.0)), None);
    assert!(nowhere.lines().is_empty());
}

#[test]
fn lines_cover_every_piece_of_street_once() {
    let streets = square();
    let mut pieces: Vec<_> = streets.lines().iter().map(|line| line.points.len() - 1).collect();
    pieces.sort_unstable();
    assert_eq!(pieces, [1, 1, 1, 1], "a square has only corners");
    let row = |from| (from, from + 1, StreetClass::Street, Flow::BothWays);
    let straight = town(&[(0.0, 0.0), (100.0, 9.0), (200.0, 0.0)], &[row(1), row(0)]);
    assert_eq!(straight.lines()[0].points.len(), 3);
}

/// A town of 5 × 5 crossings, each moved a little, with some streets missing or one-way.
fn crooked_towns() -> impl Strategy<Value = Streets> {
    let moves = prop::collection::vec((-80.0..80.0_f64, -80.0..80.0_f64), 25);
    let streets = prop::collection::vec((0..5_usize, 0..8_u8), 40);
    (moves, streets).prop_map(|(moves, kinds)| {
        let place = |node: u32| (f64::from(node % 5) * 300.0, f64::from(node / 5) * 300.0);
        let nodes: Vec<(f64, f64)> = (0..25)
            .zip(moves)
            .map(|(node, (east, north))| (place(node).0 + east, place(node).1 + north))
            .collect();
        let to_the_right = (0..25_u32).filter(|node| node % 5 < 4).map(|node| (node, node + 1));
        let upward = (0..20_u32).map(|node| (node, node + 5));
        let streets: Vec<_> = to_the_right
            .chain(upward)
            .zip(kinds)
            .filter(|(_, (_, kind))| *kind > 0)
            .map(|((from, to), (class, kind))| {
                let flow = if kind > 6 { Flow::OneWay } else { Flow::BothWays };
                (from, to, StreetClass::ALL[class], flow)
            })
            .collect();
        town(&nodes, &streets)
    })
}

/// The nearest stop by looking at many points of every street.
fn nearest_by_walking(streets: &Streets, profile: Profile, place: Coordinate) -> Option<f64> {
    let plane = Plane::around(place);
    let here = plane.meters(place);
    let nodes = streets.graph().nodes();
    let usable = streets
        .graph()
        .streets()
        .filter(|(_, class)| class.has_doors() && class.meters_per_second(profile).is_some());
    usable
        .flat_map(|(ends, _)| {
            let [start, end] = ends.map(|node| plane.meters(nodes[node.index()]));
            (0..=400).map(move |step| start.toward(end, f64::from(step) / 400.0).distance(here))
        })
        .min_by(f64::total_cmp)
        .filter(|meters| *meters <= Streets::SNAP_METERS_MAX)
}

proptest! {
    #[test]
    fn ways_obey_the_triangle_and_paths_have_the_length_of_their_legs(
        streets in crooked_towns(),
        places in prop::array::uniform3((-200.0..1400.0_f64, -200.0..1400.0_f64)),
    ) {
        let [a, b, c] = places.map(|(east, north)| at(east, north));
        for profile in Profile::ALL {
            let leg = |from, to| streets.leg(profile, from, to);
            if let (Some(first), Some(second)) = (leg(a, b), leg(b, c)) {
                let whole = leg(a, c);
                prop_assert!(whole.is_some());
                let Leg { drive_seconds, .. } = whole.unwrap_or_default();
                prop_assert!(drive_seconds <= first.drive_seconds + second.drive_seconds);
            }
            if let Some(direct) = leg(a, b) {
                let path = streets.path(profile, a, b);
                prop_assert_eq!((path.first(), path.last()), (Some(&a), Some(&b)));
                let meters: f64 =
                    path.windows(2).map(|pair| great_circle_meters(pair[0], pair[1])).sum();
                let difference = meters - f64::from(direct.distance_meters);
                prop_assert!(difference.abs() <= 2.0, "path {meters} m, leg {direct:?}");
            }
        }
    }

    #[test]
    fn no_street_is_nearer_than_the_nearest(
        streets in crooked_towns(),
        place in (-400.0..1600.0_f64, -400.0..1600.0_f64),
    ) {
        let place = at(place.0, place.1);
        for profile in Profile::ALL {
            let found = streets.nearest(profile, place);
            let expected = nearest_by_walking(&streets, profile, place);
            let found = found.map(|stop| great_circle_meters(stop, place));
            // Within a meter of the limit either answer is right.
            if expected.or(found).is_some_and(|meters| meters < Streets::SNAP_METERS_MAX - 1.0) {
                let (found, expected) = (found.unwrap_or(f64::MAX), expected.unwrap_or(f64::MAX));
                prop_assert!((found - expected).abs() < 1.0, "{found} is not {expected}");
            }
        }
    }

    #[test]
    fn legs_do_not_depend_on_the_order_of_questions(
        streets in crooked_towns(),
        places in prop::collection::vec((-200.0..1400.0_f64, -200.0..1400.0_f64), 8),
    ) {
        let places: Vec<Coordinate> = places.iter().map(|&(east, north)| at(east, north)).collect();
        let ask = |streets: &Streets| -> Vec<Option<Leg>> {
            let pairs = places.iter().flat_map(|&a| places.iter().map(move |&b| (a, b)));
            pairs.map(|(a, b)| streets.leg(Profile::Car, a, b)).collect()
        };
        let all_at_once: Vec<Vec<Option<Leg>>> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| ask(&streets))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let mut backward: Vec<Option<Leg>> = Vec::new();
        for &a in places.iter().rev() {
            for &b in places.iter().rev() {
                backward.push(streets.leg(Profile::Car, a, b));
            }
        }
        backward.reverse();
        for answers in &all_at_once {
            prop_assert_eq!(answers, &backward);
        }
    }
}
