//! Pieces of road that go on over a junction, joined: a name needs room to be written.

use crate::model::place::Coordinate;
use crate::travel::roads::{Course, Direction, Edge, Network};
use crate::travel::tiles::frame::{WorldPoint, world_point};
use crate::travel::tiles::kinds::StreetKind;

/// A street goes on over a junction when it bends by less than this: the cosine of 60 degrees. (Taste.)
const BEND_COSINE_MIN: f64 = 0.5;

/// A street over many junctions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JoinedStreet {
    pub(crate) kind: StreetKind,
    /// The position of its name, if it has one.
    pub(crate) name: Option<u32>,
    /// At least two points.
    pub(crate) points: Vec<WorldPoint>,
}

/// All streets of a network, each piece of road in exactly one of them.
pub(crate) fn joined_streets(network: &Network) -> impl Iterator<Item = JoinedStreet> {
    let mut joining = Joining::new(network);
    (0..network.edges().len()).filter_map(move |index| joining.street(index))
}

struct Joining<'a> {
    network: &'a Network,
    /// Pieces by junction: those of junction `n` are `meeting[first[n]..first[n + 1]]`.
    first: Vec<u32>,
    meeting: Vec<u32>,
    is_drawn: Vec<bool>,
}

impl<'a> Joining<'a> {
    fn new(network: &'a Network) -> Self {
        let mut first = vec![0_u32; network.nodes().len() + 2];
        for end in network.edges().iter().flat_map(|edge| edge.ends) {
            first[end as usize + 2] += 1;
        }
        for node in 1..first.len() {
            first[node] += first[node - 1];
        }
        let mut meeting = vec![0; 2 * network.edges().len()];
        for (index, edge) in (0..).zip(network.edges()) {
            for end in edge.ends {
                let next = &mut first[end as usize + 1];
                meeting[*next as usize] = index;
                *next += 1;
            }
        }
        // Sides of gates are joined by roads without a length.
        let is_drawn = network.edges().iter().map(|edge| edge.millimeters == 0).collect();
        Self { network, first, meeting, is_drawn }
    }

    /// The street that a piece is part of, unless it has been drawn before.
    fn street(&mut self, index: usize) -> Option<JoinedStreet> {
        if std::mem::replace(&mut self.is_drawn[index], true) {
            return None;
        }
        let edge = u32::try_from(index).ok()?;
        let ahead = self.followed(Course { edge, direction: Direction::Forward });
        let behind = self.followed(Course { edge, direction: Direction::Backward });
        let reversed = |course: Course| Course { direction: course.direction.reverse(), ..course };
        let before = behind.into_iter().rev().map(reversed);
        let courses = before.chain([Course { edge, direction: Direction::Forward }]).chain(ahead);
        let mut points: Vec<WorldPoint> =
            courses.flat_map(|course| line(self.network, course)).map(world_point).collect();
        points.dedup();
        let piece = &self.network.edges()[index];
        let (kind, name) = look(piece);
        (2 <= points.len()).then_some(JoinedStreet { kind, name, points })
    }

    /// What follows a piece when one goes on as straight as possible over pieces not drawn yet.
    fn followed(&mut self, mut here: Course) -> Vec<Course> {
        let mut courses = Vec::new();
        while let Some(next) = self.straightest(here) {
            self.is_drawn[next.edge as usize] = true;
            courses.push(next);
            here = next;
        }
        courses
    }

    fn straightest(&self, here: Course) -> Option<Course> {
        let edge = &self.network.edges()[here.edge as usize];
        let node = edge.head(here.direction);
        let range = self.first[node as usize] as usize..self.first[node as usize + 1] as usize;
        let mut arriving = line(self.network, here);
        arriving.reverse();
        let candidates = self.meeting[range].iter().filter_map(|&index| {
            let other = &self.network.edges()[index as usize];
            let is_open = !self.is_drawn[index as usize] && look(other) == look(edge);
            let starts_here = other.tail(Direction::Forward) == node;
            let direction = if starts_here { Direction::Forward } else { Direction::Backward };
            let next = Course { edge: index, direction };
            is_open.then(|| (bend_cosine(&arriving, &line(self.network, next)), next))
        });
        let straightest = candidates.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        straightest.filter(|(cosine, _)| BEND_COSINE_MIN < *cosine).map(|(_, next)| next)
    }
}

/// What tells streets apart.
fn look(edge: &Edge) -> (StreetKind, Option<u32>) {
    (StreetKind::of(edge.class), edge.name_index())
}

fn line(network: &Network, course: Course) -> Vec<Coordinate> {
    let line = network.line(course.edge);
    match course.direction {
        Direction::Forward => line.collect(),
        Direction::Backward => line.rev().collect(),
    }
}

/// The cosine of the angle by which a way bends at a junction, where both lines begin.
fn bend_cosine(arriving: &[Coordinate], leaving: &[Coordinate]) -> f64 {
    let direction = |line: &[Coordinate]| {
        let here = world_point(*line.first()?);
        let other = line.iter().map(|place| world_point(*place)).find(|point| *point != here)?;
        Some([0, 1].map(|axis| f64::from(other[axis]) - f64::from(here[axis])))
    };
    let (Some(back), Some(ahead)) = (direction(arriving), direction(leaving)) else { return -1.0 };
    let product = back[0] * ahead[0] + back[1] * ahead[1];
    -product / (back[0].hypot(back[1]) * ahead[0].hypot(ahead[1]))
}

#[cfg(test)]
mod tests {
    use crate::travel::roads::towns::Town;
    use crate::travel::tiles::joined::joined_streets;
    use crate::travel::tiles::kinds::StreetKind;

    #[test]
    fn a_street_goes_straight_on_over_junctions_and_ends_where_it_turns() {
        let points = [(0.0, 0.0), (100.0, 0.0), (200.0, 5.0), (100.0, 90.0), (200.0, 100.0)];
        let (network, _) = Town::new(&points)
            .way(&[3, 2], "highway=residential name=Long")
            .way(&[1, 2], "highway=residential name=Long")
            .way(&[2, 4], "highway=residential name=Long")
            .way(&[3, 5], "highway=residential name=Other")
            .way(&[4, 5], "highway=primary name=Other")
            .build();
        let streets: Vec<(StreetKind, usize)> =
            joined_streets(&network).map(|street| (street.kind, street.points.len())).collect();
        // Long from 1 to 3; its side street; and Other, which changes its width.
        let expected = [
            (StreetKind::Street, 3),
            (StreetKind::Street, 2),
            (StreetKind::Street, 2),
            (StreetKind::Arterial, 2),
        ];
        assert_eq!(streets, expected);
    }

    #[test]
    fn a_round_street_is_drawn_once_and_gates_are_not_seen() {
        let (network, _) = Town::new(&[(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0)])
            .way(&[1, 2, 3, 4, 1], "highway=primary")
            .way(&[1, 3], "highway=footway")
            .gate(3, "barrier=kissing_gate")
            .build();
        let mut points: Vec<usize> =
            joined_streets(&network).map(|street| street.points.len()).collect();
        points.sort_unstable();
        // The gate cuts the round street; the way across has no other point.
        assert_eq!(points.iter().sum::<usize>(), 2 + 6, "{points:?}");
    }
}
