//! The map itself: made once from the roads, then cut into tiles.

use std::collections::BTreeMap;

use fast_mvt::{MvtGeomType, MvtResult, MvtTileBuilder, MvtValueRef};
use geo::Coord;

use crate::model::place::Coordinate;
use crate::travel::roads::{GroundKind, Network};
use crate::travel::tiles::address::TileAddress;
use crate::travel::tiles::areas::Areas;
use crate::travel::tiles::clip::rounded;
use crate::travel::tiles::frame::Frame;
use crate::travel::tiles::joined::joined_streets;
use crate::travel::tiles::kinds::{StreetKind, ground_least_zoom};
use crate::travel::tiles::lines::Lines;

/// How far off a line may be, in units of a tile: half a pixel, where a closer zoom shows more.
const TOLERANCE: f64 = 4.0;
/// And at the closest zoom, which is shown four times as large.
const TOLERANCE_CLOSEST: f64 = 1.0;

/// A rectangle on the globe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Its corner in the south-west.
    pub low: Coordinate,
    /// Its corner in the north-east.
    pub high: Coordinate,
}

/// Streets, water, parks and buildings, from which tiles are made.
#[derive(Debug)]
pub struct BaseMap {
    /// By [`StreetKind`].
    streets: [Lines; 6],
    /// By [`GroundKind`].
    grounds: [Areas; 3],
    names: Vec<Box<str>>,
    bounds: Option<Bounds>,
    attribution: String,
}

impl BaseMap {
    /// Joins streets, and sorts what is drawn by its place.
    pub fn new(network: &Network) -> Self {
        let mut streets: [Vec<_>; 6] = Default::default();
        for street in joined_streets(network) {
            streets[street.kind as usize].push((street.name, street.points));
        }
        let of_kind = |kind| network.grounds().iter().filter(move |ground| ground.kind == kind);
        Self {
            streets: streets.map(|lines| Lines::new(lines.into_iter())),
            grounds: GroundKind::ALL.map(|kind| Areas::new(of_kind(kind))),
            names: network.names().to_vec(),
            bounds: bounds(network),
            attribution: network.attribution().to_owned(),
        }
    }

    /// Where there is something to see; nothing on an empty map.
    pub fn bounds(&self) -> Option<Bounds> {
        self.bounds
    }

    /// Whom to name beside the map, as in `© OpenStreetMap contributors`; empty when nobody.
    pub fn attribution(&self) -> &str {
        &self.attribution
    }

    /// How many points there are: time to make a map and memory for it grow with them.
    pub fn point_count(&self) -> usize {
        let lines = self.streets.iter().map(Lines::len);
        lines.chain(self.grounds.iter().map(Areas::len)).sum()
    }

    /// A tile, as the Mapbox Vector Tile Specification 2.1 has it; `None` where nothing is.
    ///
    /// # Panics
    /// Never: names and numbers of a network fit into a tile.
    pub fn tile(&self, address: TileAddress) -> Option<Vec<u8>> {
        let drawing = Drawing {
            frame: Frame::new(address),
            zoom: address.zoom(),
            tolerance: if address.zoom() == TileAddress::ZOOM_MAX {
                TOLERANCE_CLOSEST
            } else {
                TOLERANCE
            },
        };
        let tile =
            self.drawn(&drawing).expect("layers have names, and fewer than 2^32 of anything");
        (!tile.is_empty()).then_some(tile)
    }

    fn drawn(&self, drawing: &Drawing) -> MvtResult<Vec<u8>> {
        let mut tile = MvtTileBuilder::new();
        for kind in GroundKind::ALL {
            let areas = drawing.areas(kind, &self.grounds[kind as usize]);
            if areas.is_empty() {
                continue;
            }
            let mut feature = tile.layer(kind.name())?.feature_of(MvtGeomType::Polygon);
            for (ring, is_outline) in areas {
                feature.ring(ring, is_outline)?;
            }
            tile = feature.end().end();
        }
        let mut streets = None;
        for kind in StreetKind::ALL {
            for (name, lines) in drawing.streets(kind, &self.streets[kind as usize]) {
                let layer = match streets {
                    Some(layer) => layer,
                    None => std::mem::take(&mut tile).layer("street")?,
                };
                let mut feature = layer.feature_of(MvtGeomType::LineString);
                feature.tag_ref("class", MvtValueRef::String(kind.name()))?;
                let name = name.and_then(|name| self.names.get(name as usize));
                if let Some(name) = name {
                    feature.tag_ref("name", MvtValueRef::String(name))?;
                }
                for line in lines {
                    feature.line(line)?;
                }
                streets = Some(feature.end());
            }
        }
        Ok(streets.map_or(tile, fast_mvt::MvtLayerBuilder::end).encode())
    }
}

/// How a tile is drawn.
struct Drawing {
    frame: Frame,
    zoom: u8,
    tolerance: f64,
}

impl Drawing {
    /// The lines of a kind by the position of their name, as far as it is to be written.
    fn streets(
        &self,
        kind: StreetKind,
        lines: &Lines,
    ) -> BTreeMap<Option<u32>, Vec<Vec<Coord<i32>>>> {
        let mut streets: BTreeMap<_, Vec<_>> = BTreeMap::new();
        if self.zoom < kind.least_zoom() {
            return streets;
        }
        for (name, line) in lines.seen(&self.frame) {
            let name = name.filter(|_| kind.least_zoom_of_name() <= self.zoom);
            let line = rounded(line, self.tolerance);
            if 2 <= line.len() {
                streets.entry(name).or_default().push(line);
            }
        }
        streets
    }

    /// The rings of all areas, and which are outlines: holes come right behind theirs.
    fn areas(&self, kind: GroundKind, areas: &Areas) -> Vec<(Vec<Coord<i32>>, bool)> {
        let mut rings = Vec::new();
        if self.zoom < ground_least_zoom(kind) {
            return rings;
        }
        for area in areas.seen(&self.frame) {
            let drawn = area.into_iter().map(|ring| rounded_ring(ring, self.tolerance));
            for (index, ring) in drawn.enumerate() {
                match ring {
                    Some(ring) => rings.push((ring, index == 0)),
                    // Without its outline there is no area.
                    None if index == 0 => break,
                    None => {}
                }
            }
        }
        rings
    }
}

/// A ring with fewer points; `None` when nothing of it is left.
fn rounded_ring(mut ring: Vec<Coord>, tolerance: f64) -> Option<Vec<Coord<i32>>> {
    ring.extend(ring.first().copied());
    let ring = rounded(ring, tolerance);
    let doubled_area: i64 = ring
        .windows(2)
        .map(|pair| [pair[0], pair[1]].map(|point| [point.x, point.y].map(i64::from)))
        .map(|[[x, y], [next_x, next_y]]| x * next_y - next_x * y)
        .sum();
    (4 <= ring.len() && doubled_area != 0).then_some(ring)
}

fn bounds(network: &Network) -> Option<Bounds> {
    let outlines = network.grounds().iter().flat_map(|ground| &ground.outline);
    let mut places = network.nodes().iter().chain(network.points()).chain(outlines).copied();
    let first = places.next()?;
    let (mut low, mut high) = (first, first);
    for place in places {
        low.latitude_micro = low.latitude_micro.min(place.latitude_micro);
        low.longitude_micro = low.longitude_micro.min(place.longitude_micro);
        high.latitude_micro = high.latitude_micro.max(place.latitude_micro);
        high.longitude_micro = high.longitude_micro.max(place.longitude_micro);
    }
    Some(Bounds { low, high })
}
