//! From places on the globe to points of a tile.

use std::f64::consts::PI;

use geo::Coord;
use rstar::AABB;

use crate::model::place::Coordinate;
use crate::travel::tiles::address::TileAddress;
use crate::travel::tiles::clip::Square;

/// A point of the world as a square, from the north-west: 2^31 units of about 2 cm wide.
pub(crate) type WorldPoint = [i32; 2];
/// How many bits a coordinate of the world has.
const WORLD_BITS: u8 = 31;
/// Where the square ends, in degrees.
const LATITUDE_MAX: f64 = 85.051_128_779_806_59;
/// A tile is 2^12 units wide, whatever its zoom.
const EXTENT_BITS: u8 = 12;
/// What lies this part of a tile outside of it is drawn, too: more than half a main street's width, also
/// where tiles are shown four times as large as they are made.
const BUFFER_SHARE: i64 = 32;

/// Where a place is on the square world.
///
/// # Source
/// Web Mercator, EPSG:3857.
#[expect(clippy::cast_possible_truncation, reason = "clamped to the world")]
pub(crate) fn world_point(place: Coordinate) -> WorldPoint {
    let sine = place.latitude().clamp(-LATITUDE_MAX, LATITUDE_MAX).to_radians().sin();
    let shares = [
        (place.longitude() + 180.0) / 360.0,
        0.5 - ((1.0 + sine) / (1.0 - sine)).ln() / (4.0 * PI),
    ];
    let side = f64::from(1_u32 << WORLD_BITS);
    shares.map(|share| (share * side).clamp(0.0, side - 1.0) as i32)
}

/// A tile's part of the world.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame {
    west_north: [i64; 2],
    /// Its width and height, in units of the world.
    side: i64,
}

impl Frame {
    /// What is drawn: the tile and its buffer, in units of the tile.
    pub(crate) const SQUARE: Square = Square { low: -128.0, high: 4224.0 };

    /// The part of a tile.
    pub(crate) fn new(address: TileAddress) -> Self {
        let bits = WORLD_BITS - address.zoom();
        let corner = [address.column(), address.row()].map(|number| i64::from(number) << bits);
        Self { west_north: corner, side: 1 << bits }
    }

    /// A point in units of the tile, not rounded.
    pub(crate) fn point(&self, [east, south]: WorldPoint) -> Coord {
        let scale = f64::from(1 << EXTENT_BITS) / self.side as f64;
        let [west, north] = self.west_north;
        Coord {
            x: (i64::from(east) - west) as f64 * scale,
            y: (i64::from(south) - north) as f64 * scale,
        }
    }

    /// The same in units of the world.
    pub(crate) fn envelope(&self) -> AABB<[i64; 2]> {
        let buffer = self.side / BUFFER_SHARE + 1;
        let [west, north] = self.west_north;
        let end = [west + self.side + buffer, north + self.side + buffer];
        AABB::from_corners([west - buffer, north - buffer], end)
    }

    /// A length of the world in units of the tile.
    pub(crate) fn units(&self, length: i64) -> i64 {
        (length << EXTENT_BITS) / self.side
    }
}

#[cfg(test)]
mod tests {
    use crate::model::place::Coordinate;
    use crate::travel::tiles::address::TileAddress;
    use crate::travel::tiles::clip::Square;
    use crate::travel::tiles::frame::{BUFFER_SHARE, EXTENT_BITS, Frame, world_point};

    #[test]
    fn places_lie_where_other_maps_have_them() {
        // Big Ben: the formula of the OpenStreetMap wiki says 32745.3 and 21794.4.
        let place = Coordinate::from_degrees(51.500_7, -0.124_6).unwrap();
        let point =
            Frame::new(TileAddress::new(16, 32_745, 21_794).unwrap()).point(world_point(place));
        assert!((0.0..4096.0).contains(&point.x) && (0.0..4096.0).contains(&point.y), "{point:?}");
    }

    #[test]
    fn the_square_is_a_tile_and_its_buffer() {
        let extent = f64::from(1 << EXTENT_BITS);
        let buffer = extent / BUFFER_SHARE as f64;
        let Square { low, high } = Frame::SQUARE;
        assert!(
            (low + buffer).abs() < 1e-9 && (high - extent - buffer).abs() < 1e-9,
            "{low} {high}"
        );
    }

    #[test]
    fn the_corners_of_the_globe_are_those_of_the_world() {
        let world = |latitude, longitude| {
            world_point(Coordinate::from_degrees(latitude, longitude).unwrap())
        };
        assert_eq!(world(90.0, -180.0)[0], 0);
        assert!(world(90.0, -180.0)[1] < 20, "{:?}", world(90.0, -180.0));
        assert_eq!(world(0.0, 0.0), [1 << 30, 1 << 30]);
        assert!(world(-90.0, 180.0).iter().all(|unit| i32::MAX - 20 < *unit));
    }
}
