//! Where the customers of a region may live, when nobody knows better.

use h3o::{CellIndex, LatLng, Resolution};

use crate::model::place::Coordinate;
use crate::model::plane::{Plane, PlanePoint};
use crate::model::region::Region;
use crate::model::travel_matrix::Travel;

/// More addresses add nothing.
const ADDRESSES_MAX: usize = 4_000;
/// Cells of this size, about 130 m across, have one address each.
const BLOCK: Resolution = Resolution::Ten;
/// Without zones, customers live this far from a store, north and south, east and west.
const REACH_METERS: i32 = 3_000;
/// On a grid as wide as this.
const GRID_METERS: usize = 250;

/// Places spread evenly over the zones of a region, or around its stores where it has no zones.
///
/// What cannot be reached from the first store by every courier is left out.
pub fn addresses(region: &Region, travel: &dyn Travel) -> Vec<Coordinate> {
    let mut places = if region.zones.is_empty() { around_stores(region) } else { in_zones(region) };
    places.sort_unstable();
    places.dedup();
    let Some(store) = region.stores.first().map(|store| store.location) else { return vec![] };
    let profiles = region.profiles();
    // One way is enough: who lives where no way leads back is refused at the checkout.
    let is_reached =
        |place: &Coordinate| profiles.iter().all(|&p| travel.leg(p, store, *place).is_some());
    // A part of a cell may reach a little beyond it.
    places.retain(|&place| !region.stores_for(place).is_empty());
    let step = places.len().div_ceil(ADDRESSES_MAX).max(1);
    places.into_iter().step_by(step).filter(is_reached).collect()
}

fn in_zones(region: &Region) -> Vec<Coordinate> {
    let blocks = |cell: &CellIndex| -> Vec<CellIndex> {
        let finest = cell.resolution() >= BLOCK;
        if finest { vec![*cell] } else { cell.children(BLOCK).collect() }
    };
    let cells = region.zones.iter().flat_map(|zone| &zone.cells);
    let middle = |block: CellIndex| {
        let middle = LatLng::from(block);
        Coordinate::from_degrees(middle.lat(), middle.lng()).ok()
    };
    cells.flat_map(blocks).filter_map(middle).collect()
}

fn around_stores(region: &Region) -> Vec<Coordinate> {
    let mut places = Vec::new();
    for store in &region.stores {
        let plane = Plane::around(store.location);
        let steps = || (-REACH_METERS..=REACH_METERS).step_by(GRID_METERS).map(f64::from);
        for (east, north) in steps().flat_map(|east| steps().map(move |north| (east, north))) {
            places.extend(plane.coordinate(PlanePoint::new(east, north)));
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::region::Zone;
    use crate::simulation::invented::{RightAngles, region};

    #[test]
    fn addresses_lie_in_the_zones_where_there_are_any() {
        let mut region = region(1, 2, 1);
        let everywhere = addresses(&region, &RightAngles);
        assert!(everywhere.len() > 400, "{} addresses", everywhere.len());
        let middle = LatLng::new(0.0, 0.0).unwrap().to_cell(Resolution::Eight);
        let (name, stores) = ("Middle".to_owned(), region.store_ids().collect());
        region.zones = vec![Zone { name, cells: vec![middle].into(), stores }];
        let inside = addresses(&region, &RightAngles);
        // Two levels down, a cell has seven times seven parts, some of them across its border.
        assert!((30..=49).contains(&inside.len()), "{} addresses", inside.len());
        assert!(inside.iter().all(|&place| !region.stores_for(place).is_empty()));
    }
}
