//! Water, parks or buildings, where they can be found by their place.

use geo::Coord;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{RTree, RTreeObject};

use crate::travel::roads::Ground;
use crate::travel::tiles::frame::{Frame, WorldPoint, world_point};
use crate::travel::tiles::lines::{position, rectangle};

/// What is narrower and lower than this is not drawn, in units of a tile: two pixels.
const UNITS_MIN: i64 = 16;

/// Areas of one kind.
#[derive(Debug, Default)]
pub(crate) struct Areas {
    points: Vec<WorldPoint>,
    /// Where the points of each ring begin; one more at the end.
    rings: Vec<u32>,
    /// Where the rings of each area begin: its outline, then its holes. One more at the end.
    firsts: Vec<u32>,
    /// The area by its place.
    index: RTree<GeomWithData<Rectangle<[i64; 2]>, u32>>,
}

impl Areas {
    /// Sorts areas by their place.
    pub(crate) fn new<'a>(grounds: impl Iterator<Item = &'a Ground>) -> Self {
        let (mut areas, mut parts) = (Self::default(), Vec::new());
        for ground in grounds {
            let outline = areas.points.len();
            areas.firsts.push(position(areas.rings.len()));
            for ring in ground.rings() {
                areas.rings.push(position(areas.points.len()));
                areas.points.extend(ring.iter().copied().map(world_point));
            }
            let outline = &areas.points[outline..outline + ground.outline.len()];
            let number = position(areas.firsts.len() - 1);
            parts.push(GeomWithData::new(rectangle(outline), number));
        }
        areas.firsts.push(position(areas.rings.len()));
        areas.rings.push(position(areas.points.len()));
        areas.points.shrink_to_fit();
        areas.index = RTree::bulk_load(parts);
        areas
    }

    /// The areas in a frame and its buffer: outlines, each followed by its holes, in units of the tile
    /// and in the order in which they were given.
    pub(crate) fn seen(&self, frame: &Frame) -> Vec<Vec<Vec<Coord>>> {
        let is_large = |rectangle: &Rectangle<[i64; 2]>| {
            let envelope = rectangle.envelope();
            let (low, high) = (envelope.lower(), envelope.upper());
            (0..2).any(|axis| UNITS_MIN <= frame.units(high[axis] - low[axis]))
        };
        let found = self.index.locate_in_envelope_intersecting(&frame.envelope());
        let mut found: Vec<u32> =
            found.filter(|area| is_large(area.geom())).map(|area| area.data).collect();
        found.sort_unstable();
        let seen = found.into_iter().map(|area| {
            let range =
                |firsts: &[u32], index: usize| firsts[index] as usize..firsts[index + 1] as usize;
            let rings = range(&self.firsts, area as usize).map(|ring| {
                let points = &self.points[range(&self.rings, ring)];
                Frame::SQUARE.cut_ring(points.iter().map(|point| frame.point(*point)).collect())
            });
            rings.collect()
        });
        seen.collect()
    }

    /// How many points there are.
    pub(crate) fn len(&self) -> usize {
        self.points.len()
    }
}
