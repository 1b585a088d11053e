//! Streets of one kind, where they can be found by their place.

use geo::Coord;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::travel::tiles::frame::{Frame, WorldPoint};

/// The index knows parts of so many strokes: long streets cross many tiles. (Taste.)
const STROKES: usize = 16;

/// A part of a line: where its points begin and end.
type Part = GeomWithData<Rectangle<[i64; 2]>, [u32; 2]>;

/// Lines with names.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    points: Vec<WorldPoint>,
    /// Where the points of each line begin.
    firsts: Vec<u32>,
    names: Vec<Option<u32>>,
    index: RTree<Part>,
}

/// A part of a line as it is seen in a tile: the position of its name, and points in units of the tile.
pub(crate) type SeenLine = (Option<u32>, Vec<Coord>);

impl Lines {
    /// Sorts lines by their place.
    pub(crate) fn new(lines: impl Iterator<Item = (Option<u32>, Vec<WorldPoint>)>) -> Self {
        let (mut points, mut firsts, mut names) = (Vec::new(), Vec::new(), Vec::new());
        let mut parts = Vec::new();
        for (name, line) in lines {
            let first = points.len();
            points.extend(line);
            firsts.push(position(first));
            names.push(name);
            for start in (first..points.len() - 1).step_by(STROKES) {
                let end = points.len().min(start + STROKES + 1);
                parts.push(Part::new(rectangle(&points[start..end]), [start, end].map(position)));
            }
        }
        points.shrink_to_fit();
        Self { points, firsts, names, index: RTree::bulk_load(parts) }
    }

    /// The lines in a frame and its buffer, in the order in which they were given.
    pub(crate) fn seen(&self, frame: &Frame) -> Vec<SeenLine> {
        let found = self.index.locate_in_envelope_intersecting(&frame.envelope());
        let mut found: Vec<[u32; 2]> = found.map(|part| part.data).collect();
        found.sort_unstable();
        // Parts that follow each other are one again; the last point of one is the first of the next.
        let runs = found.chunk_by(|before, next| before[1] == next[0] + 1);
        let seen = runs.flat_map(|run| {
            let (start, end) = (run[0][0], run[run.len() - 1][1]);
            let line = self.firsts.partition_point(|first| *first <= start) - 1;
            let points = &self.points[start as usize..end as usize];
            let parts = Frame::SQUARE.cut_line(points.iter().map(|point| frame.point(*point)));
            parts.into_iter().map(move |part| (self.names[line], part))
        });
        seen.collect()
    }

    /// How many points there are.
    pub(crate) fn len(&self) -> usize {
        self.points.len()
    }
}

/// Networks have fewer than [`u32::MAX`] points; what lies beyond is not found.
pub(crate) fn position(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// The smallest rectangle around points.
pub(crate) fn rectangle(points: &[WorldPoint]) -> Rectangle<[i64; 2]> {
    let corners = points.iter().map(|point| point.map(i64::from));
    Rectangle::from_aabb(AABB::from_points(corners.collect::<Vec<_>>().iter()))
}
