//! A flat map of one region, in meters.

use crate::model::place::{Coordinate, CoordinateError};

/// Mean radius of the Earth, in meters (IUGG, the one the great circle is measured with).
const EARTH_RADIUS_METERS: f64 = 6_371_008.8;

/// A point on a [`Plane`], in meters from its origin.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct PlanePoint {
    /// To the east.
    pub east: f64,
    /// To the north.
    pub north: f64,
}

impl PlanePoint {
    /// A point from its two parts, in meters.
    pub fn new(east: f64, north: f64) -> Self {
        Self { east, north }
    }

    /// How far `other` is, in meters.
    pub fn distance(self, other: Self) -> f64 {
        (self.east - other.east).hypot(self.north - other.north)
    }

    /// The point `part` of the way to `other`: 0 is here, 1 is there.
    #[must_use]
    pub fn toward(self, other: Self, part: f64) -> Self {
        Self {
            east: self.east + (other.east - self.east) * part,
            north: self.north + (other.north - self.north) * part,
        }
    }

    /// The nearest point to this one on the line between two others, and which part of it lies
    /// before that point.
    pub fn nearest_on(self, start: Self, end: Self) -> (Self, f64) {
        let (east, north) = (end.east - start.east, end.north - start.north);
        let length_squared = east * east + north * north;
        if length_squared == 0.0 {
            return (start, 0.0);
        }
        let along = (self.east - start.east) * east + (self.north - start.north) * north;
        let part = (along / length_squared).clamp(0.0, 1.0);
        (start.toward(end, part), part)
    }
}

/// A local equirectangular projection around an origin.
///
/// True to 0.1 % within 20 km of the origin below 60 degrees of latitude, which is what a city needs.
///
/// # Source
/// Snyder (1987), "Map Projections: A Working Manual", USGS Professional Paper 1395, section 12.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plane {
    origin: Coordinate,
    meters_per_degree_north: f64,
    meters_per_degree_east: f64,
}

impl Plane {
    /// The plane that touches the Earth at `origin`.
    pub fn around(origin: Coordinate) -> Self {
        let north = EARTH_RADIUS_METERS.to_radians();
        // At a pole all longitudes meet: keep a sliver, so that nothing is divided by zero.
        let east = north * origin.latitude().to_radians().cos().max(1e-6);
        Self { origin, meters_per_degree_north: north, meters_per_degree_east: east }
    }

    /// Where the plane touches the Earth.
    pub fn origin(&self) -> Coordinate {
        self.origin
    }

    /// A point of the Earth on the plane.
    pub fn meters(&self, coordinate: Coordinate) -> PlanePoint {
        PlanePoint {
            east: (coordinate.longitude() - self.origin.longitude()) * self.meters_per_degree_east,
            north: (coordinate.latitude() - self.origin.latitude()) * self.meters_per_degree_north,
        }
    }

    /// A point of the plane on the Earth, rounded to a millionth of a degree.
    ///
    /// # Errors
    /// [`CoordinateError`] when the point is off the globe.
    pub fn coordinate(&self, point: PlanePoint) -> Result<Coordinate, CoordinateError> {
        Coordinate::from_degrees(
            self.origin.latitude() + point.north / self.meters_per_degree_north,
            self.origin.longitude() + point.east / self.meters_per_degree_east,
        )
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::model::place::Coordinate;
    use crate::model::plane::{Plane, PlanePoint};

    proptest! {
        #[test]
        fn a_point_comes_back_from_the_plane_to_the_meter(
            latitude in -60.0..60.0_f64,
            longitude in -170.0..170.0_f64,
            east in -20_000.0..20_000.0_f64,
            north in -20_000.0..20_000.0_f64,
        ) {
            let plane = Plane::around(Coordinate::from_degrees(latitude, longitude).unwrap());
            let there = PlanePoint::new(east, north);
            let back = plane.meters(plane.coordinate(there).unwrap());
            prop_assert!(there.distance(back) < 1.0, "{there:?} came back as {back:?}");
        }
    }

    #[test]
    fn a_point_beyond_the_pole_is_refused() {
        let plane = Plane::around(Coordinate::from_degrees(89.9, 0.0).unwrap());
        let error = plane.coordinate(PlanePoint::new(0.0, 50_000.0)).unwrap_err();
        assert_eq!(error.name, "lat");
    }

    #[test]
    fn the_nearest_point_of_a_line_may_be_its_end() {
        let (start, end) = (PlanePoint::new(0.0, 0.0), PlanePoint::new(10.0, 0.0));
        assert_eq!(
            PlanePoint::new(4.0, 3.0).nearest_on(start, end),
            (PlanePoint::new(4.0, 0.0), 0.4)
        );
        assert_eq!(PlanePoint::new(13.0, 4.0).nearest_on(start, end), (end, 1.0));
        assert_eq!(PlanePoint::new(3.0, 4.0).nearest_on(start, start), (start, 0.0));
    }
}
