//! A network that is invented, to measure how time and memory grow with its size.

use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

use crate::model::place::Coordinate;
use crate::travel::beeline::great_circle_meters;
use crate::travel::roads::class::RoadClass;
use crate::travel::roads::components::keep_connected;
use crate::travel::roads::network::{Edge, NAMELESS, Network, Speeds};

/// A block is about 110 m long: a thousandth of a degree, in millionths.
const BLOCK: i32 = 1_000;
/// Every so many streets one is a main street.
const MAIN_EVERY: u32 = 8;

/// `side` × `side` crossings, each moved a little, with main streets, one-way streets and gaps.
///
/// # Panics
/// When `side` is more than 4,000.
pub fn grid(side: u32, seed: u64) -> Network {
    assert!(side <= 4_000, "positions fit 32 bits");
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let mut network = Network::default();
    for row in 0..side.cast_signed() {
        for column in 0..side.cast_signed() {
            let mut moved =
                |index: i32| index * BLOCK + random.random_range(-BLOCK / 3..=BLOCK / 3);
            let (latitude_micro, longitude_micro) = (moved(row), moved(column));
            network.nodes.push(Coordinate { latitude_micro, longitude_micro });
        }
    }
    for node in 0..side * side {
        let (row, column) = (node / side, node % side);
        for (is_inside, next, line) in
            [(column + 1 < side, node + 1, row), (row + 1 < side, node + side, column)]
        {
            let is_main = line % MAIN_EVERY == 0;
            // One in ten of the small streets is missing, one in seven one-way.
            let (is_there, is_one_way) =
                (is_main || random.random_bool(0.9), random.random_bool(0.15));
            if is_inside && is_there {
                let edge = street(&network.nodes, [node, next], is_main, is_one_way && !is_main);
                network.edges.push(edge);
            }
        }
    }
    keep_connected(&mut network);
    network
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "about a block")]
fn street(nodes: &[Coordinate], ends: [u32; 2], is_main: bool, is_one_way: bool) -> Edge {
    let [from, to] = ends.map(|end| nodes[end as usize]);
    let back = |speed| if is_one_way { 0 } else { speed };
    let car = if is_main { 11_000 } else { 7_000 };
    let speeds: Speeds = [[car, back(car)], [4_400, back(4_400)], [1_350; 2]];
    Edge {
        ends,
        millimeters: (great_circle_meters(from, to) * 1000.0) as u32,
        speeds,
        name: NAMELESS,
        first_point: 0,
        class: if is_main { RoadClass::Secondary } else { RoadClass::Residential },
        has_doors: true,
    }
}

#[cfg(test)]
mod tests {
    use crate::model::place::Profile;
    use crate::travel::roads::grid::grid;

    #[test]
    fn a_grid_is_a_network_that_fits_together() {
        let network = grid(20, 1);
        assert_eq!(network.check(), Ok(()));
        assert!((390..=400).contains(&network.nodes().len()), "{}", network.nodes().len());
        assert!(Profile::ALL.iter().all(|&profile| 60 < network.kilometers(profile)));
        assert_eq!(network, grid(20, 1));
    }
}
