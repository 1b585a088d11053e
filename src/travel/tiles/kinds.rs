//! What is on the map, and from which zoom on.

use crate::travel::roads::{GroundKind, RoadClass};

/// Buildings are drawn from here on. (Taste: a house is some pixels wide.)
const BUILDINGS_FROM: u8 = 15;
/// Water and parks are drawn from here on; those too small to be seen are left out.
const GROUNDS_FROM: u8 = 6;

/// A layer of the tiles, as a map's style names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layer {
    /// `water`, `park`, `building` or `street`.
    pub name: &'static str,
    /// What it shows.
    pub description: &'static str,
    /// Tiles have it from this zoom on.
    pub from_zoom: u8,
    /// What is said about its features: name and type.
    pub fields: &'static [(&'static str, &'static str)],
}

/// The layers, in the order in which they are drawn.
pub const LAYERS: [Layer; 4] = [
    Layer {
        name: "water",
        description: "Sea, lakes and rivers",
        from_zoom: GROUNDS_FROM,
        fields: &[],
    },
    Layer { name: "park", description: "Parks and woods", from_zoom: GROUNDS_FROM, fields: &[] },
    Layer { name: "building", description: "Buildings", from_zoom: BUILDINGS_FROM, fields: &[] },
    Layer {
        name: "street",
        description: "Streets by how wide they are drawn: motorway, arterial, collector, street, lane, path",
        from_zoom: StreetKind::Motorway.least_zoom(),
        fields: &[("class", "String"), ("name", "String")],
    },
];

/// From which zoom on an area is drawn.
pub(crate) fn ground_least_zoom(kind: GroundKind) -> u8 {
    match kind {
        GroundKind::Water | GroundKind::Park => GROUNDS_FROM,
        GroundKind::Building => BUILDINGS_FROM,
    }
}

/// How wide a street is drawn, and what lies on top of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum StreetKind {
    /// A way for walkers and bicycles.
    Path,
    /// An alley, an access road, a street for walkers.
    Lane,
    /// A street that people live on.
    Street,
    /// A main street of a quarter.
    Collector,
    /// A main street of the city.
    Arterial,
    /// A fast road, for cars alone.
    Motorway,
}

impl StreetKind {
    /// All kinds; what lies on top comes last.
    pub(crate) const ALL: [Self; 6] =
        [Self::Path, Self::Lane, Self::Street, Self::Collector, Self::Arterial, Self::Motorway];

    /// How a road is drawn.
    pub(crate) fn of(class: RoadClass) -> Self {
        match class {
            RoadClass::Motorway | RoadClass::Trunk => Self::Motorway,
            RoadClass::Primary | RoadClass::Secondary => Self::Arterial,
            RoadClass::Tertiary => Self::Collector,
            RoadClass::Residential | RoadClass::LivingStreet => Self::Street,
            RoadClass::Service | RoadClass::Pedestrian => Self::Lane,
            RoadClass::Track | RoadClass::Cycleway | RoadClass::Path => Self::Path,
        }
    }

    /// The word for it in data.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Lane => "lane",
            Self::Street => "street",
            Self::Collector => "collector",
            Self::Arterial => "arterial",
            Self::Motorway => "motorway",
        }
    }

    /// From which zoom on it is drawn. (Taste: a city fills the window at 11 or 12.)
    pub(crate) const fn least_zoom(self) -> u8 {
        match self {
            Self::Motorway => 5,
            Self::Arterial => 7,
            Self::Collector => 10,
            Self::Street => 11,
            Self::Lane => 13,
            Self::Path => 14,
        }
    }

    /// From which zoom on its name is there to be written. (Taste.)
    pub(crate) const fn least_zoom_of_name(self) -> u8 {
        match self {
            Self::Motorway | Self::Arterial => 12,
            Self::Collector => 13,
            Self::Street => 14,
            Self::Lane | Self::Path => 15,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::travel::tiles::address::TileAddress;
    use crate::travel::tiles::kinds::{LAYERS, StreetKind};

    #[test]
    fn wider_streets_are_seen_from_farther_away() {
        assert!(StreetKind::ALL.is_sorted_by_key(|kind| std::cmp::Reverse(kind.least_zoom())));
        assert!(
            StreetKind::ALL.is_sorted_by_key(|kind| std::cmp::Reverse(kind.least_zoom_of_name()))
        );
        assert!(LAYERS.iter().all(|layer| layer.from_zoom <= TileAddress::ZOOM_MAX));
    }
}
