//! Kinds of streets of an invented city, told as a map of a real one would tell them.

/// What kind of street it is: who may use it, and how fast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum StreetClass {
    /// A fast road around the city: cars only, no doors.
    Ring,
    /// A main street.
    Arterial,
    /// A street between quarters.
    Street,
    /// A street that people live on.
    Residential,
    /// A narrow street of the old town, often one-way for cars.
    Lane,
    /// A way into the middle of a block.
    Court,
    /// A way through a park or a block: bikes and walkers only, no doors.
    Path,
}

impl StreetClass {
    /// What its ways are tagged with.
    ///
    /// Limits are a matter of taste, chosen so that a way across the city comes out at about 7 m/s by
    /// car, waiting at crossings included.
    pub(crate) fn tags(self) -> [(&'static str, &'static str); 2] {
        let (highway, limit) = match self {
            Self::Ring => ("trunk", "70"),
            Self::Arterial => ("primary", "40"),
            Self::Street => ("secondary", "35"),
            Self::Residential => ("residential", "25"),
            Self::Lane => ("living_street", "20"),
            Self::Court => ("service", "15"),
            Self::Path => return [("highway", "path"), ("bicycle", "yes")],
        };
        [("highway", highway), ("maxspeed", limit)]
    }

    /// Whether cars may use it.
    pub(crate) fn is_for_cars(self) -> bool {
        self != Self::Path
    }

    /// Whether it leads somewhere, so that a street may end in it.
    pub(crate) fn has_doors(self) -> bool {
        !matches!(self, Self::Ring | Self::Path)
    }
}

/// In which directions cars may use a street.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    /// In both.
    BothWays,
    /// From its first end to its second; bicycles and walkers in both.
    OneWay,
}

impl Flow {
    /// What its ways are tagged with.
    pub(crate) fn tags(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::BothWays => &[],
            Self::OneWay => &[("oneway", "yes"), ("oneway:bicycle", "no")],
        }
    }
}
