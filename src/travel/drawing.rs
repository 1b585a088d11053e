//! What a map is drawn from.

use crate::model::place::Coordinate;

/// How wide a street is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StreetWidth {
    /// A way for walkers and bicycles, an alley.
    Lane,
    /// A street that people live on.
    Street,
    /// A main street.
    Arterial,
}

impl StreetWidth {
    /// The word for it in data: `lane`, `street`, `arterial`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lane => "lane",
            Self::Street => "street",
            Self::Arterial => "arterial",
        }
    }
}

/// A street as it is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct DrawnStreet {
    /// How wide it is.
    pub width: StreetWidth,
    /// At least two points.
    pub points: Vec<Coordinate>,
}

/// An area as it is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct DrawnArea {
    /// The word for what it is: `water`, `park`.
    pub kind: &'static str,
    /// Its outline; the last point is not the first again.
    pub outline: Vec<Coordinate>,
}

/// Something that a map can be drawn from.
pub trait Drawn: Send + Sync {
    /// The streets; what lies on top comes last.
    fn streets(&self) -> Vec<DrawnStreet>;

    /// Water and parks, below all streets.
    fn areas(&self) -> Vec<DrawnArea>;

    /// Whom to name beside the map, as in `© OpenStreetMap contributors`; empty when nobody.
    fn attribution(&self) -> &str;
}
