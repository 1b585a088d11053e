//! Kinds of streets and what may move on them.

use crate::model::place::Profile;

/// What kind of street it is: who may use it, and how fast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StreetClass {
    /// A motorway around the city: cars only, no doors.
    Ring,
    /// A main street.
    Arterial,
    /// A residential street.
    Street,
    /// A narrow street of an old town, often one-way for cars.
    Lane,
    /// A way through a park: bikes and walkers only, no doors.
    Path,
}

impl StreetClass {
    /// All classes, widest first.
    pub const ALL: [Self; 5] = [Self::Ring, Self::Arterial, Self::Street, Self::Lane, Self::Path];

    /// The word for it in data: `ring`, `arterial`, `street`, `lane`, `path`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ring => "ring",
            Self::Arterial => "arterial",
            Self::Street => "street",
            Self::Lane => "lane",
            Self::Path => "path",
        }
    }

    /// Whether one can stop at a door here.
    pub fn has_doors(self) -> bool {
        matches!(self, Self::Arterial | Self::Street | Self::Lane)
    }

    /// Mean speed in meters per second, waiting at crossings included; `None` where the profile
    /// may not go.
    ///
    /// A matter of taste, chosen so that a way across a city comes out at about 7 m/s by car.
    pub fn meters_per_second(self, profile: Profile) -> Option<f64> {
        match profile {
            Profile::Car => match self {
                Self::Ring => Some(15.0),
                Self::Arterial => Some(9.0),
                Self::Street => Some(6.0),
                Self::Lane => Some(4.0),
                Self::Path => None,
            },
            Profile::Bike => match self {
                Self::Ring => None,
                Self::Arterial | Self::Street => Some(4.4),
                Self::Lane | Self::Path => Some(4.0),
            },
            Profile::Foot => (self != Self::Ring).then_some(1.35),
        }
    }

    /// Whether the profile may go both ways where cars may not.
    pub fn ignores_one_way(self, profile: Profile) -> bool {
        match profile {
            Profile::Car => false,
            Profile::Bike => self == Self::Lane,
            Profile::Foot => true,
        }
    }
}
