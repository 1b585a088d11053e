//! Streets while they are being drawn.

use crate::model::plane::PlanePoint;
use crate::travel::streets::{Flow, StreetClass};

/// Crossings nearer than this to another one are that one, in meters.
const MERGE_METERS: f64 = 35.0;
/// The most streets that one straight stroke may cross.
const CROSSINGS_MAX: usize = 8;

/// A straight piece of street between two nodes of a [`Sketch`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Piece {
    pub(crate) ends: [usize; 2],
    pub(crate) class: StreetClass,
    pub(crate) flow: Flow,
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
}

impl Sketch {
    /// A new node.
    pub(crate) fn node(&mut self, point: PlanePoint) -> usize {
        self.points.push(point);
        self.points.len() - 1
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
        let pieces = self.frame.iter().enumerate();
        pieces
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
        let piece = self.frame[crossing.piece];
        let near = |end: &&usize| self.points[**end].distance(crossing.at) < MERGE_METERS;
        if let Some(&end) = piece.ends.iter().find(near) {
            return end;
        }
        let node = self.node(crossing.at);
        self.frame[crossing.piece].ends[1] = node;
        self.frame.push(Piece { ends: [node, piece.ends[1]], ..piece });
        node
    }

    /// Draws a line into the frame; it meets streets of the classes `joins` at crossings, and
    /// passes over or under all others.
    pub(crate) fn draw(&mut self, line: &[PlanePoint], class: StreetClass, joins: &[StreetClass]) {
        let Some((&first, rest)) = line.split_first() else { return };
        let mut here = self.node_near(first);
        for &target in rest {
            for _ in 0..CROSSINGS_MAX {
                let Some(crossing) = self.crossing_after(self.points[here], target, joins, here)
                else {
                    break;
                };
                let node = self.junction(crossing);
                self.frame_piece([here, node], class);
                here = node;
            }
            if self.points[here].distance(target) >= MERGE_METERS {
                let node = self.node(target);
                self.frame_piece([here, node], class);
                here = node;
            }
        }
    }

    /// Joins the end of a closed line to its start.
    pub(crate) fn draw_loop(
        &mut self,
        line: &[PlanePoint],
        class: StreetClass,
        joins: &[StreetClass],
    ) {
        let closed: Vec<PlanePoint> = line.iter().chain(line.first()).copied().collect();
        let from = self.frame.len();
        self.draw(&closed, class, joins);
        let start = self.frame.get(from).map(|piece| piece.ends[0]);
        let last_own = self.frame.iter().rposition(|piece| piece.class == class);
        if let (Some(start), Some(last)) = (start, last_own) {
            let end = self.frame[last].ends[1];
            if self.points[start].distance(self.points[end]) < 1.0 && start != end {
                self.frame[last].ends[1] = start;
            }
        }
    }

    fn frame_piece(&mut self, ends: [usize; 2], class: StreetClass) {
        let is_known = |piece: &Piece| piece.ends == ends || piece.ends == [ends[1], ends[0]];
        if ends[0] != ends[1] && !self.frame.iter().any(is_known) {
            self.frame.push(Piece { ends, class, flow: Flow::BothWays });
        }
    }

    /// How far the nearest street of these classes is, in meters.
    pub(crate) fn frame_distance(&self, point: PlanePoint, classes: &[StreetClass]) -> f64 {
        let pieces = self.frame.iter().filter(|piece| classes.contains(&piece.class));
        pieces
            .map(|piece| {
                let [from, to] = piece.ends.map(|end| self.points[end]);
                point.distance(point.nearest_on(from, to).0)
            })
            .fold(f64::INFINITY, f64::min)
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
