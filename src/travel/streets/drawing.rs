//! Streets of the invented city as a map shows them.

use crate::travel::drawing::{Drawn, DrawnArea, DrawnStreet, StreetWidth};
use crate::travel::streets::class::StreetClass;
use crate::travel::streets::travel::Streets;

impl Drawn for Streets {
    fn streets(&self) -> Vec<DrawnStreet> {
        let mut lines = self.lines();
        lines.sort_by_key(|line| std::cmp::Reverse(line.class));
        let drawn = |class| match class {
            StreetClass::Ring | StreetClass::Arterial => StreetWidth::Arterial,
            StreetClass::Street => StreetWidth::Street,
            StreetClass::Lane | StreetClass::Path => StreetWidth::Lane,
        };
        lines
            .into_iter()
            .map(|line| DrawnStreet { width: drawn(line.class), points: line.points })
            .collect()
    }

    fn areas(&self) -> Vec<DrawnArea> {
        let area = |area: &crate::travel::streets::Area| DrawnArea {
            kind: area.kind.name(),
            outline: area.outline.clone(),
        };
        Streets::areas(self).iter().map(area).collect()
    }

    fn attribution(&self) -> &'static str {
        ""
    }
}
