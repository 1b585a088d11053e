//! Real roads as a map shows them.

use crate::travel::drawing::{Drawn, DrawnArea, DrawnStreet, StreetWidth};
use crate::travel::roads::class::RoadClass;
use crate::travel::roads::network::{Edge, GroundKind};
use crate::travel::roads::travel::Roads;

impl Drawn for Roads {
    fn streets(&self) -> Vec<DrawnStreet> {
        let network = self.network();
        // Sides of gates are joined by roads without a length.
        let roads = (0..).zip(network.edges()).filter(|(_, edge)| 0 < edge.millimeters);
        let mut streets: Vec<DrawnStreet> = roads
            .map(|(index, edge)| DrawnStreet {
                width: width(edge),
                points: network.line(index).collect(),
            })
            .collect();
        streets.sort_by_key(|street| street.width);
        streets
    }

    /// Without buildings: there are more of them than a map of lines and areas can ship.
    fn areas(&self) -> Vec<DrawnArea> {
        let grounds = self.network().grounds().iter();
        grounds
            .filter(|ground| ground.kind != GroundKind::Building)
            .map(|ground| DrawnArea { kind: ground.kind.name(), outline: ground.outline.clone() })
            .collect()
    }

    fn attribution(&self) -> &str {
        self.network().attribution()
    }
}

fn width(edge: &Edge) -> StreetWidth {
    match edge.class {
        RoadClass::Motorway | RoadClass::Trunk | RoadClass::Primary | RoadClass::Secondary => {
            StreetWidth::Arterial
        }
        RoadClass::Tertiary | RoadClass::Residential | RoadClass::LivingStreet => {
            StreetWidth::Street
        }
        RoadClass::Service
        | RoadClass::Pedestrian
        | RoadClass::Track
        | RoadClass::Cycleway
        | RoadClass::Path => StreetWidth::Lane,
    }
}

#[cfg(test)]
mod tests {
    use crate::travel::drawing::{Drawn, StreetWidth};
    use crate::travel::roads::towns::{Town, at};
    use crate::travel::roads::travel::{PreparedRoads, Roads};

    #[test]
    fn wide_roads_lie_on_top_and_gates_are_not_seen() {
        let town = Town::new(&[(0.0, 0.0), (100.0, 0.0), (200.0, 0.0), (100.0, 50.0)])
            .way(&[1, 2, 3], "highway=primary")
            .way(&[1, 4, 3], "highway=footway")
            .gate(4, "barrier=kissing_gate");
        let roads = Roads::new(PreparedRoads::prepare(town.build().0));
        let widths: Vec<StreetWidth> = roads.streets().iter().map(|street| street.width).collect();
        assert_eq!(widths, [StreetWidth::Lane, StreetWidth::Lane, StreetWidth::Arterial]);
        let wide = roads.streets().pop().unwrap();
        assert_eq!(wide.points, [at(0.0, 0.0), at(100.0, 0.0), at(200.0, 0.0)]);
    }
}
