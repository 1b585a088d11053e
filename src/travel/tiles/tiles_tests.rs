//! Tiles as whoever reads them sees them.

use fast_mvt::{MvtReaderRef, MvtValue};
use geo::{Coord, CoordsIter, Geometry};
use proptest::prelude::*;

use crate::model::place::Coordinate;
use crate::travel::roads::towns::{Town, at, crooked_towns};
use crate::travel::roads::{Ground, GroundKind, Network};
use crate::travel::tiles::address::TileAddress;
use crate::travel::tiles::base_map::BaseMap;
use crate::travel::tiles::frame::Frame;

/// A feature of a tile: its layer, class and name, and its shape.
#[derive(Debug, Clone)]
struct Seen {
    layer: String,
    class: String,
    name: String,
    shape: Geometry<i32>,
}

impl Seen {
    fn points(&self) -> Vec<Coord<i32>> {
        self.shape.coords_iter().collect()
    }
}

fn seen(map: &BaseMap, address: TileAddress) -> Vec<Seen> {
    let Some(bytes) = map.tile(address) else { return vec![] };
    let tile = MvtReaderRef::new(&bytes).unwrap().to_tile().unwrap();
    let features = tile.layers.into_iter().flat_map(|layer| {
        assert_eq!(layer.extent.get(), 4096);
        layer.features.into_iter().map(move |feature| (layer.name.clone(), feature))
    });
    let read = |(layer, feature): (String, fast_mvt::MvtFeature)| {
        let text = |key: &str| {
            let found = feature.properties.iter().find(|(name, _)| name == key);
            found.map_or_else(String::new, |(_, value)| match value {
                MvtValue::String(text) => text.clone(),
                other => panic!("{other:?} is no text"),
            })
        };
        Seen { layer, class: text("class"), name: text("name"), shape: feature.geometry.clone() }
    };
    features.map(read).collect()
}

/// Tiles at 0° 0° begin at an edge: half of them lie to the west of it, half to the east.
fn tile(zoom: u32, east: i32, south: i32) -> TileAddress {
    let middle = (1_i64 << zoom) / 2;
    let number = |offset: i32| u32::try_from(middle + i64::from(offset)).unwrap();
    TileAddress::new(zoom, number(east), number(south)).unwrap()
}

fn main_street() -> Network {
    Town::new(&[(-900.0, 50.0), (20.0, 50.0), (900.0, 60.0), (20.0, 400.0)])
        .way(&[1, 2, 3], "highway=primary name=Long")
        .way(&[2, 4], "highway=service name=Back")
        .build()
        .0
}

#[test]
fn a_street_across_the_border_of_two_tiles_is_on_both() {
    let map = BaseMap::new(&main_street());
    for (east, border) in [(-1, 4096), (0, 0)] {
        let all = seen(&map, tile(16, east, -1));
        let street = all.iter().find(|seen| seen.name == "Long").unwrap();
        assert_eq!((street.layer.as_str(), street.class.as_str()), ("street", "arterial"));
        let (points, inside) = (street.points(), |value: i32| (-128..=4224).contains(&value));
        assert!(points.iter().all(|point| inside(point.x) && inside(point.y)), "{points:?}");
        let [least, most] = [points.iter().map(|p| p.x).min(), points.iter().map(|p| p.x).max()];
        assert!(least < Some(border) && Some(border) < most, "{points:?}");
    }
}

#[test]
fn names_and_small_streets_are_on_close_tiles_only() {
    let map = BaseMap::new(&main_street());
    let told = |zoom| {
        let mut told: Vec<String> = seen(&map, tile(zoom, 0, -1))
            .iter()
            .map(|seen| format!("{} {}", seen.class, seen.name))
            .collect();
        told.sort();
        told.join(", ")
    };
    assert_eq!(told(6), "");
    assert_eq!(told(11), "arterial ");
    assert_eq!(told(12), "arterial Long");
    assert_eq!(told(13), "arterial Long, lane ");
    assert_eq!(told(16), "arterial Long, lane Back");
}

fn square(kind: GroundKind, meters: f64) -> Ground {
    let ring =
        |near: f64, far: f64| vec![at(near, near), at(far, near), at(far, far), at(near, far)];
    Ground { kind, outline: ring(0.0, meters), holes: vec![ring(0.25 * meters, 0.75 * meters)] }
}

#[test]
fn areas_have_holes_and_lie_in_layers_of_their_own() {
    let mut network = main_street();
    network.grounds = vec![
        square(GroundKind::Building, 40.0),
        square(GroundKind::Water, 300.0),
        square(GroundKind::Park, 1.0),
    ];
    let map = BaseMap::new(&network);
    let layers = |zoom| -> Vec<String> {
        let all = seen(&map, tile(zoom, 0, -1)).into_iter();
        let grounds = all.filter(|seen| seen.layer != "street");
        grounds
            .map(|seen| {
                let Geometry::Polygon(polygon) = &seen.shape else { panic!("{seen:?}") };
                assert_eq!(polygon.interiors().len(), 1, "{seen:?}");
                seen.layer
            })
            .collect()
    };
    assert_eq!(layers(16), ["water", "building"]);
    assert_eq!(layers(14), ["water"]);
    assert!(layers(8).is_empty(), "a lake of 300 m is no pixel");
}

#[test]
fn the_middle_of_a_lake_is_water_all_over() {
    let mut network = main_street();
    let far = |east: f64, north: f64| at(east * 20_000.0, north * 20_000.0);
    let outline = vec![far(-1.0, -1.0), far(1.0, -1.0), far(1.0, 1.0), far(-1.0, 1.0)];
    network.grounds = vec![Ground { kind: GroundKind::Water, outline, holes: vec![] }];
    let all = seen(&BaseMap::new(&network), tile(16, 5, 5));
    let [Seen { shape: Geometry::Polygon(polygon), .. }] = &all[..] else { panic!("{all:?}") };
    let corners: Vec<[i32; 2]> =
        polygon.exterior().coords().map(|point| [point.x, point.y]).collect();
    for corner in [[-128, -128], [4224, -128], [4224, 4224], [-128, 4224]] {
        assert!(corners.contains(&corner), "{corners:?}");
    }
}

#[test]
fn an_empty_map_has_no_tiles_and_no_bounds() {
    let map = BaseMap::new(&Network::default());
    assert_eq!((map.bounds(), map.point_count()), (None, 0));
    assert_eq!(map.tile(tile(0, 0, 0)), None);
}

#[test]
fn bounds_reach_around_everything() {
    let mut network = main_street();
    let outline = vec![at(0.0, -3_000.0), at(10.0, 0.0), at(0.0, 0.0)];
    network.grounds = vec![Ground { kind: GroundKind::Park, outline, holes: vec![] }];
    let bounds = BaseMap::new(&network).bounds().unwrap();
    let corner = |east, north| -> Coordinate { at(east, north) };
    assert_eq!(bounds.low, corner(-900.0, -3_000.0));
    assert_eq!(bounds.high, corner(900.0, 400.0));
}

proptest! {
    #[test]
    fn whatever_is_asked_for_every_point_is_on_the_tile_or_beside_it(
        town in crooked_towns(),
        (zoom, east, south) in (1_u32..=16, any::<u32>(), any::<u32>()),
        (near_east, near_south) in (-12_i32..12, -12_i32..12),
    ) {
        let map = BaseMap::new(&town.build().0);
        let side = 1_u32 << zoom;
        let anywhere = TileAddress::new(zoom, east % side, south % side).unwrap();
        let near = (1 << (zoom - 1)).min(12);
        let near = tile(zoom, near_east.clamp(-near, near - 1), near_south.clamp(-near, near - 1));
        for address in [anywhere, near, TileAddress::new(0, 0, 0).unwrap()] {
            for feature in seen(&map, address) {
                for point in feature.points() {
                    for value in [point.x, point.y].map(f64::from) {
                        prop_assert!((Frame::SQUARE.low..=Frame::SQUARE.high).contains(&value));
                    }
                }
            }
        }
    }

    /// At the closest zoom, what lies on all tiles together is as long as the roads are.
    #[test]
    fn nothing_is_lost_between_tiles(town in crooked_towns()) {
        let network = town.build().0;
        let map = BaseMap::new(&network);
        let mut units = 0.0;
        for (east, south) in (-2..6).flat_map(|east| (-6..2).map(move |south| (east, south))) {
            for feature in seen(&map, tile(16, east, south)) {
                units += length_inside(&feature.shape);
            }
        }
        // A unit is 40,075,017 m / 2^28 at the equator.
        let (meters, roads) = (units * 0.149_29, network.edges().iter().map(|e| f64::from(e.millimeters)).sum::<f64>() / 1000.0);
        prop_assert!((meters - roads).abs() < 0.01 * roads + 1.0, "{meters} m of {roads} m are drawn");
    }
}

/// How long the lines are, without the buffer.
fn length_inside(shape: &Geometry<i32>) -> f64 {
    use crate::travel::tiles::clip::Square;
    let lines = match shape {
        Geometry::LineString(line) => vec![line.clone()],
        Geometry::MultiLineString(lines) => lines.0.clone(),
        other => panic!("{other:?} is no line"),
    };
    let tile = Square { low: 0.0, high: 4096.0 };
    let cut = lines.iter().flat_map(|line| {
        tile.cut_line(line.coords().map(|p| Coord { x: f64::from(p.x), y: f64::from(p.y) }))
    });
    cut.map(|part| {
        part.windows(2).map(|pair| (pair[1] - pair[0]).x.hypot((pair[1] - pair[0]).y)).sum::<f64>()
    })
    .sum()
}
