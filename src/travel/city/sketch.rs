//! Streets while they are being drawn.

use crate::model::plane::PlanePoint;
use crate::travel::city::class::{Flow, StreetClass};
use crate::travel::city::nearby::Nearby;
use crate::travel::roads::network::NAMELESS;

/// Crossings nearer than this to another one are that one, in meters.
const MERGE_METERS: f64 = 35.0;
/// The same for main streets, which would be seen to bend.
const MERGE_MAIN_METERS: f64 = 12.0;
/// The most streets that one straight stroke may cross.
const CROSSINGS_MAX: usize = 8;

/// A straight piece of street between two nodes of a [`Sketch`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Piece {
    pub(crate) ends: [usize; 2],
    pub(crate) class: StreetClass,
    pub(crate) flow: Flow,
    /// Its name, by position in the sketch, or [`NAMELESS`].
    pub(crate) name: u32,
}

impl Piece {
    /// A piece without a name that is open in both directions.
    pub(crate) fn new(ends: [usize; 2], class: StreetClass) -> Self {
        Self { ends, class, flow: Flow::BothWays, name: NAMELESS }
    }
}

/// Where a stroke meets a piece of the frame.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Crossing {
    /// The piece, by position in the frame.
    piece: usize,
    /// Which part of the stroke lies before it.
    part: f64,
    at: PlanePoint,
}

impl Crossing {
    /// The point of it.
    pub(crate) fn at(&self) -> PlanePoint {
        self.at
    }
}

/// Streets that may still be split and extended.
#[derive(Debug, Default)]
pub(crate) struct Sketch {
    pub(crate) points: Vec<PlanePoint>,
    /// Streets that bound the quarters.
    pub(crate) frame: Vec<Piece>,
    /// Streets inside the quarters.
    pub(crate) inner: Vec<Piece>,
    pub(crate) names: Vec<String>,
    /// Where the pieces of the frame are.
    near: Nearby,
}

impl Sketch {
    /// A new node.
    pub(crate) fn node(&mut self, point: PlanePoint) -> usize {
        self.points.push(point);
        self.points.len() - 1
    }

    /// A new name.
    pub(crate) fn name(&mut self, name: String) -> u32 {
        self.names.push(name);
        u32::try_from(self.names.len() - 1).unwrap_or(NAMELESS)
    }

    fn node_near(&mut self, point: PlanePoint) -> usize {
        let found = self.points.iter().position(|other| other.distance(point) < MERGE_METERS);
        found.unwrap_or_else(|| self.node(point))
    }

    /// The first piece of the frame of these classes that a stroke crosses.
    pub(crate) fn first_crossing(
        &self,
        start: PlanePoint,
        end: PlanePoint,
        classes: &[StreetClass],
    ) -> Option<Crossing> {
        self.crossing_after(start, end, classes, usize::MAX)
    }

    /// As `first_crossing`, but without the pieces that touch the node where the stroke starts.
    fn crossing_after(
        &self,
        start: PlanePoint,
        end: PlanePoint,
        classes: &[StreetClass],
        node: usize,
    ) -> Option<Crossing> {
        let near = self.near.around([start, end], 0.0).into_iter();
        near.map(|index| (index, self.frame[index]))
            .filter(|(_, piece)| classes.contains(&piece.class) && !piece.ends.contains(&node))
            .filter_map(|(index, piece)| {
                let [from, to] = piece.ends.map(|end| self.points[end]);
                let part = crossing_part([start, end], [from, to])?;
                Some(Crossing { piece: index, part, at: start.toward(end, part) })
            })
            .min_by(|a, b| a.part.total_cmp(&b.part))
    }

    /// The node of a crossing: an end of its piece that is near, or a new one that splits it.
    pub(crate) fn junction(&mut self, crossing: Crossing) -> usize {
        self.junction_within(MERGE_METERS, crossing)
    }

    fn junction_within(&mut self, meters: f64, crossing: Crossing) -> usize {
        let piece = self.frame[crossing.piece];
        let near = |end: &&usize| self.points[**end].distance(crossing.at) < meters;
        if let Some(&end) = piece.ends.iter().find(near) {
            return end;
        }
        let node = self.node(crossing.at);
        self.frame[crossing.piece].ends[1] = node;
        self.add(Piece { ends: [node, piece.ends[1]], ..piece });
        node
    }

    /// Draws a line into the frame; it meets streets of the classes `joins` at crossings, and
    /// passes over or under all others. A line that ends where it starts is closed.
    pub(crate) fn draw(
        &mut self,
        line: &[PlanePoint],
        (class, name): (StreetClass, u32),
        joins: &[StreetClass],
    ) {
        let Some((&first, rest)) = line.split_first() else { return };
        let start = self.node_near(first);
        let mut here = start;
        for &target in rest {
            for _ in 0..CROSSINGS_MAX {
                let Some(crossing) = self.crossing_after(self.points[here], target, joins, here)
                else {
                    break;
                };
                let node = self.junction_within(MERGE_MAIN_METERS, crossing);
                self.frame_piece(Piece { name, ..Piece::new([here, node], class) });
                here = node;
            }
            if target == first {
                self.frame_piece(Piece { name, ..Piece::new([here, start], class) });
            } else if self.points[here].distance(target) >= MERGE_METERS {
                let node = self.node(target);
                self.frame_piece(Piece { name, ..Piece::new([here, node], class) });
                here = node;
            }
        }
    }

    fn frame_piece(&mut self, piece: Piece) {
        let ends = piece.ends;
        let is_known = |piece: &Piece| piece.ends == ends || piece.ends == [ends[1], ends[0]];
        if ends[0] != ends[1] && !self.frame.iter().any(is_known) {
            self.add(piece);
        }
    }

    fn add(&mut self, piece: Piece) {
        self.near.add(piece.ends.map(|end| self.points[end]), self.frame.len());
        self.frame.push(piece);
    }

    /// Whether a street of these classes is as near as so many meters.
    pub(crate) fn is_near_frame(
        &self,
        point: PlanePoint,
        meters: f64,
        classes: &[StreetClass],
    ) -> bool {
        self.near.around([point; 2], meters).into_iter().any(|index| {
            let piece = self.frame[index];
            let [from, to] = piece.ends.map(|end| self.points[end]);
            classes.contains(&piece.class) && point.distance(point.nearest_on(from, to).0) <= meters
        })
    }
}

/// Which part of the first line lies before its crossing with the second; `None` if they miss.
pub(crate) fn crossing_part(stroke: [PlanePoint; 2], other: [PlanePoint; 2]) -> Option<f64> {
    let ([a, b], [c, d]) = (stroke, other);
    let outside = |w: f64, x: f64, y: f64, z: f64| w.max(x) < y.min(z) || y.max(z) < w.min(x);
    if outside(a.east, b.east, c.east, d.east) || outside(a.north, b.north, c.north, d.north) {
        return None;
    }
    let (along, across) =
        ((b.east - a.east, b.north - a.north), (d.east - c.east, d.north - c.north));
    let between = (c.east - a.east, c.north - a.north);
    let cross = |v: (f64, f64), w: (f64, f64)| v.0 * w.1 - v.1 * w.0;
    let scale = cross(along, across);
    if scale == 0.0 {
        return None;
    }
    let (part, other_part) = (cross(between, across) / scale, cross(between, along) / scale);
    let is_inside = |part: f64| (0.0..=1.0).contains(&part);
    (is_inside(part) && is_inside(other_part)).then_some(part)
}
