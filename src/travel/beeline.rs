//! Straight lines, stretched: travel without a map.

use geo::{Distance, Haversine, Point};

use crate::model::place::{Coordinate, Profile};
use crate::model::travel_matrix::{Leg, Travel};

/// Speeds of the three profiles, in meters per second along the road.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ProfileSpeeds {
    /// Of a car.
    pub car: f64,
    /// Of a bicycle.
    pub bike: f64,
    /// On foot.
    pub foot: f64,
}

impl Default for ProfileSpeeds {
    /// What a city allows, stops at lights included: a car 7 m/s (25 km/h, about the daytime mean
    /// of large European cities), a bicycle 4.4 m/s (16 km/h, unhurried and loaded), a walker
    /// 1.35 m/s (the usual pace of pedestrians). A matter of taste within 20 %: measure and set.
    fn default() -> Self {
        Self { car: 7.0, bike: 4.4, foot: 1.35 }
    }
}

impl ProfileSpeeds {
    /// The speed of one profile, in meters per second.
    pub fn of(&self, profile: Profile) -> f64 {
        match profile {
            Profile::Car => self.car,
            Profile::Bike => self.bike,
            Profile::Foot => self.foot,
        }
    }
}

/// How much longer roads are than the line between their ends, where nobody has measured.
///
/// Boscoe, Henry and Zdeb (2012, <https://doi.org/10.1080/00330124.2011.583586>) find 1.42 for trips
/// to hospitals over the whole of the USA; dense cities lie below it, and 1.3 is the common middle.
pub const DETOUR_FACTOR: f64 = 1.3;

/// A speed or factor that no vehicle or road has.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("{name} is {value}, allowed is {low} to {high}")]
pub struct BeelineError {
    /// The setting, as in `car_meters_per_second`.
    pub name: &'static str,
    /// What was given.
    pub value: f64,
    /// Least allowed.
    pub low: f64,
    /// Most allowed.
    pub high: f64,
}

/// What straight lines are called where a source of ways is named.
pub const NAME: &str = "beeline";

/// Great circle × detour factor ÷ speed of the profile.
///
/// Right on average and wrong for each address behind a river: good enough to start with where no
/// street graph is at hand, and always available.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Beeline {
    detour_factor: f64,
    speeds: ProfileSpeeds,
}

impl Default for Beeline {
    fn default() -> Self {
        Self { detour_factor: DETOUR_FACTOR, speeds: ProfileSpeeds::default() }
    }
}

impl Beeline {
    /// Checks factor and speeds once, here.
    ///
    /// # Errors
    /// [`BeelineError`] when the factor is outside 1 to 5, or a speed outside 0.1 to 60 m/s.
    pub fn new(detour_factor: f64, speeds: ProfileSpeeds) -> Result<Self, BeelineError> {
        let check = |name, value: f64, low: f64, high: f64| {
            if (low..=high).contains(&value) {
                Ok(())
            } else {
                Err(BeelineError { name, value, low, high })
            }
        };
        check("detour_factor", detour_factor, 1.0, 5.0)?;
        check("car_meters_per_second", speeds.car, 0.1, 60.0)?;
        check("bike_meters_per_second", speeds.bike, 0.1, 60.0)?;
        check("foot_meters_per_second", speeds.foot, 0.1, 60.0)?;
        Ok(Self { detour_factor, speeds })
    }
}

/// Distance over the surface of the Earth, as the crow flies, in meters.
pub fn great_circle_meters(from: Coordinate, to: Coordinate) -> f64 {
    let point = |place: Coordinate| Point::new(place.longitude(), place.latitude());
    Haversine.distance(point(from), point(to))
}

impl Travel for Beeline {
    #[expect(clippy::cast_possible_truncation, reason = "5 times around the Earth at 0.1 m/s fits")]
    fn leg(&self, profile: Profile, from: Coordinate, to: Coordinate) -> Option<Leg> {
        let meters = great_circle_meters(from, to) * self.detour_factor;
        Some(Leg {
            drive_seconds: (meters / self.speeds.of(profile)).ceil() as i32,
            distance_meters: meters.round() as i32,
        })
    }

    fn path(&self, _profile: Profile, from: Coordinate, to: Coordinate) -> Vec<Coordinate> {
        vec![from, to]
    }

    fn name(&self) -> &'static str {
        NAME
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::model::place::{Coordinate, Profile};
    use crate::model::travel_matrix::{Leg, Travel};
    use crate::travel::beeline::{Beeline, ProfileSpeeds};

    fn at(latitude: f64, longitude: f64) -> Coordinate {
        Coordinate::from_degrees(latitude, longitude).unwrap()
    }

    #[test]
    fn a_hundredth_of_a_degree_north_is_1112_meters_and_a_detour() {
        let beeline = Beeline::new(1.3, ProfileSpeeds { car: 10.0, bike: 5.0, foot: 1.0 }).unwrap();
        let (from, to) = (at(55.70, 37.6), at(55.71, 37.6));
        let legs = Profile::ALL.map(|profile| beeline.leg(profile, from, to).unwrap());
        // 6371.0088 km × 0.01° = 1111.95 m; × 1.3 = 1445.5 m; whole seconds are rounded up.
        assert_eq!(legs.map(|leg| leg.distance_meters), [1446; 3]);
        assert_eq!(legs.map(|leg| leg.drive_seconds), [145, 290, 1446]);
        assert_eq!(beeline.path(Profile::Car, from, to), [from, to]);
    }

    #[test]
    fn a_speed_that_no_vehicle_has_is_named() {
        let slow = ProfileSpeeds { bike: 0.0, ..ProfileSpeeds::default() };
        let error = Beeline::new(1.3, slow).unwrap_err();
        assert_eq!(error.to_string(), "bike_meters_per_second is 0, allowed is 0.1 to 60");
        let error = Beeline::new(f64::NAN, ProfileSpeeds::default()).unwrap_err();
        assert_eq!(error.to_string(), "detour_factor is NaN, allowed is 1 to 5");
    }

    #[test]
    fn the_slowest_way_around_the_earth_still_has_a_length() {
        let speeds = ProfileSpeeds { car: 0.1, bike: 0.1, foot: 0.1 };
        let beeline = Beeline::new(5.0, speeds).unwrap();
        let leg = beeline.leg(Profile::Foot, at(0.0, 0.0), at(0.0, 180.0)).unwrap();
        assert!((1_000_000_000..1_010_000_000).contains(&leg.drive_seconds), "{leg:?}");
    }

    proptest! {
        #[test]
        fn legs_are_symmetric_and_obey_the_triangle(
            points in prop::array::uniform3((55.5..56.0_f64, 37.3..37.9_f64)),
        ) {
            let beeline = Beeline::default();
            let [a, b, c] = points.map(|(latitude, longitude)| at(latitude, longitude));
            for profile in Profile::ALL {
                let seconds = |from, to| beeline.leg(profile, from, to).unwrap().drive_seconds;
                prop_assert_eq!(seconds(a, b), seconds(b, a));
                prop_assert!(seconds(a, c) <= seconds(a, b) + seconds(b, c));
                prop_assert_eq!(beeline.leg(profile, a, a), Some(Leg::default()));
            }
        }
    }
}
