//! What an invented city must be good for.

use rand::SeedableRng;
use rand_pcg::Pcg64;

use crate::model::place::Profile;
use crate::model::travel_matrix::{Leg, Travel};
use crate::travel::city::City;

#[test]
fn the_same_seed_invents_the_same_city_and_another_seed_another() {
    let story = |seed| {
        let city = City::invent(seed);
        let mut random = Pcg64::seed_from_u64(9);
        let doors: Vec<_> = (0..20).map(|_| city.sample_address(&mut random)).collect();
        let stores: Vec<_> = city.stores().iter().map(|store| store.location).collect();
        (doors, stores, city.delivery_area())
    };
    assert_eq!(story(1), story(1));
    assert_ne!(story(1), story(2));
}

#[test]
fn every_address_can_be_reached_from_every_store_and_back() {
    for seed in 1..=3 {
        let city = City::invent(seed);
        let mut random = Pcg64::seed_from_u64(seed);
        for _ in 0..60 {
            let door = city.sample_address(&mut random);
            for store in city.stores() {
                for profile in Profile::ALL {
                    let streets = city.streets();
                    let there = streets.leg(profile, store.location, door);
                    let back = streets.leg(profile, door, store.location);
                    let seconds = |leg: Option<Leg>| {
                        leg.unwrap_or_else(|| panic!("seed {seed}: no way for {profile:?}"))
                            .drive_seconds
                    };
                    // Ten kilometers across: an hour by bicycle at most, three on foot.
                    let limit = if profile == Profile::Foot { 14_400 } else { 5_400 };
                    assert!(seconds(there) < limit && seconds(back) < limit, "seed {seed}");
                }
            }
        }
    }
}

#[test]
fn the_zones_cover_nearly_all_addresses() {
    let city = City::invent(1);
    let cells = city.delivery_area();
    let mut random = Pcg64::seed_from_u64(3);
    let covered = (0..500).filter(|_| {
        let door = city.sample_address(&mut random);
        let point = h3o::LatLng::new(door.latitude(), door.longitude()).expect("on the globe");
        cells.contains(&point.to_cell(h3o::Resolution::Eight))
    });
    assert!(covered.count() >= 490);
}
