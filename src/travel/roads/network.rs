//! Roads between junctions: what is stored, drawn and routed on.

use crate::model::place::{Coordinate, Profile};
use crate::travel::roads::class::RoadClass;

/// The most junctions: a country of some millions fits, and every position fits 32 bits.
pub(crate) const NODES_MAX: usize = 20_000_000;
/// The most pieces of road.
pub(crate) const EDGES_MAX: usize = 2 * NODES_MAX;
/// The most points of all lines and outlines together.
pub(crate) const POINTS_MAX: usize = 400_000_000;
/// The longest piece of road, in millimeters: 1,000 km.
pub(crate) const MILLIMETERS_MAX: u32 = 1_000_000_000;
/// The slowest that anybody moves, in millimeters per second: below it a way takes forever.
pub(crate) const SPEED_MIN: u16 = 100;
/// No name.
pub(crate) const NAMELESS: u32 = u32::MAX;

/// Speeds in millimeters per second by profile and direction, 0 where it is forbidden.
pub type Speeds = [[u16; 2]; 3];

/// Along a piece of road from its first end to its second, or back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// From the first end to the second.
    Forward,
    /// From the second end to the first.
    Backward,
}

impl Direction {
    /// Both, in the order of [`Direction::index`].
    pub const BOTH: [Self; 2] = [Self::Forward, Self::Backward];

    /// Its position among the speeds of a piece of road.
    pub fn index(self) -> usize {
        self as usize
    }

    /// The other one.
    #[must_use]
    pub fn reverse(self) -> Self {
        match self {
            Self::Forward => Self::Backward,
            Self::Backward => Self::Forward,
        }
    }
}

/// A piece of road between two junctions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// The junctions, by position; the same one twice for a loop.
    pub ends: [u32; 2],
    /// Its length along the line.
    pub millimeters: u32,
    /// How fast each profile moves on it.
    pub speeds: Speeds,
    /// The position of its name, or [`u32::MAX`].
    pub(crate) name: u32,
    /// Where its points begin: those between the ends.
    pub(crate) first_point: u32,
    /// What kind of road it is.
    pub class: RoadClass,
    /// Whether one can stop at a door here.
    pub has_doors: bool,
}

impl Edge {
    /// The junction that one starts from.
    pub fn tail(&self, direction: Direction) -> u32 {
        self.ends[direction.index()]
    }

    /// The junction that one comes to.
    pub fn head(&self, direction: Direction) -> u32 {
        self.ends[direction.reverse().index()]
    }

    /// The time of the whole piece in milliseconds, at least one; `None` where it is forbidden.
    pub fn milliseconds(&self, profile: Profile, direction: Direction) -> Option<u32> {
        let speed = self.speeds[profile.index()][direction.index()];
        if speed == 0 {
            return None;
        }
        let time = (u64::from(self.millimeters) * 1000).div_ceil(u64::from(speed));
        Some(u32::try_from(time).unwrap_or(u32::MAX).max(1))
    }

    /// The position of its name, if it has one.
    pub(crate) fn name_index(&self) -> Option<u32> {
        (self.name != NAMELESS).then_some(self.name)
    }

    /// Whether the profile may use it in some direction.
    pub fn admits(&self, profile: Profile) -> bool {
        self.speeds[profile.index()] != [0; 2]
    }
}

/// A piece of road in one direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Course {
    /// The piece, by position.
    pub edge: u32,
    /// Which way.
    pub direction: Direction,
}

/// A turn that cars may not make: from the end of one course right into another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TurnBan {
    /// Where one comes from.
    pub from: Course,
    /// Where one may not go on.
    pub to: Course,
}

/// What lies between the roads, for display.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum GroundKind {
    /// A river, lake or basin.
    Water,
    /// A park or wood.
    Park,
    /// A building.
    Building,
}

impl GroundKind {
    /// All kinds, in the order in which they are drawn.
    pub const ALL: [Self; 3] = [Self::Water, Self::Park, Self::Building];

    /// The word for it in data.
    pub fn name(self) -> &'static str {
        match self {
            Self::Water => "water",
            Self::Park => "park",
            Self::Building => "building",
        }
    }
}

/// An outline of something that lies between the roads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ground {
    /// What it is.
    pub kind: GroundKind,
    /// At least three points; the last one is not the first again.
    pub outline: Vec<Coordinate>,
    /// What is left out of it, such as islands: outlines of the same form.
    pub holes: Vec<Vec<Coordinate>>,
}

impl Ground {
    /// Its outline, then those of its holes.
    pub fn rings(&self) -> impl Iterator<Item = &Vec<Coordinate>> {
        std::iter::once(&self.outline).chain(&self.holes)
    }
}

/// Parts that do not make a network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    /// Something is there too often.
    #[error("there are {found} {what}, at most {most} are allowed")]
    TooMany {
        /// What.
        what: &'static str,
        /// How many.
        found: usize,
        /// How many may be.
        most: usize,
    },
    /// A position that points nowhere, or a value that makes no sense.
    #[error("road {edge} has {what} {value}, allowed is {low} to {high}")]
    Edge {
        /// The position of the piece of road.
        edge: usize,
        /// What is wrong about it.
        what: &'static str,
        /// The value.
        value: u64,
        /// Least allowed.
        low: u64,
        /// Most allowed.
        high: u64,
    },
    /// A turn ban between roads that do not meet.
    #[error("turn ban {ban} joins roads that do not meet")]
    Turn {
        /// The position of the ban.
        ban: usize,
    },
    /// An outline without an inside.
    #[error("area {area} has an outline of fewer than 3 points")]
    Area {
        /// The position of the area.
        area: usize,
    },
}

/// Junctions, roads, names, forbidden turns and what lies between: all that is known of a city.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Network {
    pub(crate) nodes: Vec<Coordinate>,
    pub(crate) edges: Vec<Edge>,
    /// The points between the ends of all roads, road after road.
    pub(crate) points: Vec<Coordinate>,
    pub(crate) names: Vec<Box<str>>,
    pub(crate) bans: Vec<TurnBan>,
    pub(crate) grounds: Vec<Ground>,
    /// Whom to name where it is shown; empty when nobody.
    pub(crate) attribution: String,
}

impl Network {
    /// The junctions, by position.
    pub fn nodes(&self) -> &[Coordinate] {
        &self.nodes
    }

    /// The pieces of road, by position.
    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// The points between the ends of all roads, road after road.
    pub fn points(&self) -> &[Coordinate] {
        &self.points
    }

    /// The names of roads, by position.
    pub fn names(&self) -> &[Box<str>] {
        &self.names
    }

    /// The turns that cars may not make.
    pub fn bans(&self) -> &[TurnBan] {
        &self.bans
    }

    /// Water, parks and buildings.
    pub fn grounds(&self) -> &[Ground] {
        &self.grounds
    }

    /// Whom to name where it is shown, as in `© OpenStreetMap contributors`.
    pub fn attribution(&self) -> &str {
        &self.attribution
    }

    /// The name of a piece of road.
    pub fn name(&self, edge: &Edge) -> Option<&str> {
        self.names.get(edge.name as usize).map(AsRef::as_ref)
    }

    /// The points between the ends of a piece of road, from its first end to its second.
    ///
    /// # Panics
    /// When there is no such piece.
    pub fn inner_points(&self, edge: u32) -> &[Coordinate] {
        let index = edge as usize;
        let end = self.edges.get(index + 1).map_or(self.points.len(), |e| e.first_point as usize);
        &self.points[self.edges[index].first_point as usize..end]
    }

    /// The whole line of a piece of road, from its first end to its second.
    ///
    /// # Panics
    /// When there is no such piece.
    pub fn line(&self, edge: u32) -> impl DoubleEndedIterator<Item = Coordinate> + Clone {
        let [start, end] = self.edges[edge as usize].ends.map(|node| self.nodes[node as usize]);
        let inner = self.inner_points(edge).iter().copied();
        std::iter::once(start).chain(inner).chain(std::iter::once(end))
    }

    /// Kilometers of road that a profile may use in some direction.
    pub fn kilometers(&self, profile: Profile) -> u64 {
        let usable = self.edges.iter().filter(|edge| edge.admits(profile));
        usable.map(|edge| u64::from(edge.millimeters)).sum::<u64>() / 1_000_000
    }

    /// Checks that all positions point somewhere and all values make sense.
    ///
    /// # Errors
    /// The first [`NetworkError`] found.
    pub(crate) fn check(&self) -> Result<(), NetworkError> {
        let outlines: usize = self.grounds.iter().flat_map(Ground::rings).map(Vec::len).sum();
        for (what, found, most) in [
            ("junctions", self.nodes.len(), NODES_MAX),
            ("roads", self.edges.len(), EDGES_MAX),
            ("forbidden turns", self.bans.len(), EDGES_MAX),
            ("points", self.points.len() + outlines, POINTS_MAX),
        ] {
            if most < found {
                return Err(NetworkError::TooMany { what, found, most });
            }
        }
        self.edges.iter().enumerate().try_for_each(|(index, edge)| self.check_edge(index, edge))?;
        if let Some(ban) = self.bans.iter().position(|ban| !self.is_turn(ban)) {
            return Err(NetworkError::Turn { ban });
        }
        let is_flat = |ground: &Ground| ground.rings().any(|ring| ring.len() < 3);
        match self.grounds.iter().position(is_flat) {
            Some(area) => Err(NetworkError::Area { area }),
            None => Ok(()),
        }
    }

    fn check_edge(&self, index: usize, edge: &Edge) -> Result<(), NetworkError> {
        let within = |what, value: u64, low: u64, high: u64| {
            let error = NetworkError::Edge { edge: index, what, value, low, high };
            if (low..=high).contains(&value) { Ok(()) } else { Err(error) }
        };
        let last = (self.nodes.len() as u64).saturating_sub(1);
        for end in edge.ends {
            within("end", u64::from(end), 0, last)?;
        }
        within("length in mm", u64::from(edge.millimeters), 0, u64::from(MILLIMETERS_MAX))?;
        for &speed in edge.speeds.as_flattened().iter().filter(|speed| **speed != 0) {
            within("speed in mm/s", u64::from(speed), u64::from(SPEED_MIN), u64::from(u16::MAX))?;
        }
        if edge.name != NAMELESS {
            let last = (self.names.len() as u64).saturating_sub(1);
            within("name", u64::from(edge.name), 0, last)?;
        }
        let next =
            self.edges.get(index + 1).map_or(self.points.len() as u64, |e| e.first_point.into());
        let first = if index == 0 { 0 } else { next };
        within("first point", u64::from(edge.first_point), 0, first)
    }

    fn is_turn(&self, ban: &TurnBan) -> bool {
        let edge = |course: Course| self.edges.get(course.edge as usize);
        let (Some(from), Some(to)) = (edge(ban.from), edge(ban.to)) else { return false };
        from.head(ban.from.direction) == to.tail(ban.to.direction)
    }
}
