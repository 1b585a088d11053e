//! Kinds of roads.

/// What kind of road it is, widest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RoadClass {
    /// A motorway: cars only.
    Motorway,
    /// A road that is almost a motorway.
    Trunk,
    /// A main road across the city.
    Primary,
    /// A main road between quarters.
    Secondary,
    /// A main road of a quarter.
    Tertiary,
    /// A street that people live on, or a minor road without a class.
    Residential,
    /// A street where walkers have the right of way.
    LivingStreet,
    /// An access road, an alley, a way over a parking lot.
    Service,
    /// A street for walkers only.
    Pedestrian,
    /// A way through fields and woods.
    Track,
    /// A way for bicycles.
    Cycleway,
    /// A footway, a path, steps.
    Path,
}

impl RoadClass {
    /// All classes, widest first.
    pub const ALL: [Self; 12] = [
        Self::Motorway,
        Self::Trunk,
        Self::Primary,
        Self::Secondary,
        Self::Tertiary,
        Self::Residential,
        Self::LivingStreet,
        Self::Service,
        Self::Pedestrian,
        Self::Track,
        Self::Cycleway,
        Self::Path,
    ];

    /// The position of this class in [`RoadClass::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }

    /// The word for it in data.
    pub fn name(self) -> &'static str {
        match self {
            Self::Motorway => "motorway",
            Self::Trunk => "trunk",
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Tertiary => "tertiary",
            Self::Residential => "residential",
            Self::LivingStreet => "living_street",
            Self::Service => "service",
            Self::Pedestrian => "pedestrian",
            Self::Track => "track",
            Self::Cycleway => "cycleway",
            Self::Path => "path",
        }
    }

    /// Whether it is a main road of a city, other than one for cars alone.
    pub fn is_main(self) -> bool {
        matches!(self, Self::Primary | Self::Secondary | Self::Tertiary)
    }

    /// Whether one can stop at a door on such a road.
    pub fn has_doors(self) -> bool {
        match self {
            Self::Primary
            | Self::Secondary
            | Self::Tertiary
            | Self::Residential
            | Self::LivingStreet
            | Self::Service
            | Self::Pedestrian => true,
            Self::Motorway | Self::Trunk | Self::Track | Self::Cycleway | Self::Path => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::travel::roads::class::RoadClass;

    #[test]
    fn every_class_is_at_its_index() {
        for (index, class) in RoadClass::ALL.into_iter().enumerate() {
            assert_eq!(class.index(), index);
        }
    }
}
