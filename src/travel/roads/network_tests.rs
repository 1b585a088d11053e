//! How ways become roads, told on small towns.

use crate::model::place::Profile;
use crate::travel::roads::draft::TurnCount;
use crate::travel::roads::network::{Direction, Network};
use crate::travel::roads::towns::{Town, at};

/// Each road as its ends, who may use it in which direction, and its length.
fn told(network: &Network) -> Vec<String> {
    let place = |node: u32| network.nodes()[node as usize];
    let point = |node: u32| {
        let meters = |micro: i32| (f64::from(micro) * 0.111_195).round();
        let place = place(node);
        format!("{},{}", meters(place.longitude_micro), meters(place.latitude_micro))
    };
    let mut lines: Vec<String> = network
        .edges()
        .iter()
        .map(|edge| {
            let who = Profile::ALL.map(|profile| {
                let [ahead, back] =
                    Direction::BOTH.map(|way| edge.milliseconds(profile, way).is_some());
                match (ahead, back) {
                    (true, true) => "both",
                    (true, false) => "ahead",
                    (false, true) => "back",
                    (false, false) => "-",
                }
            });
            let [from, to] = edge.ends.map(point);
            let name = network.name(edge).map_or(String::new(), |name| format!(" {name}"));
            format!("{from} to {to}: {} {}m{name}", who.join(" "), (edge.millimeters + 500) / 1000)
        })
        .collect();
    lines.sort();
    lines
}

#[test]
fn ways_are_cut_where_they_meet_and_keep_their_bends_and_names() {
    let (network, _) = Town::new(&[(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (200.0, 0.0)])
        .way(&[1, 2, 4], "highway=residential name=Long")
        .way(&[2, 3], "highway=service")
        .way(&[1, 3, 4], "highway=residential name=Bent")
        .build();
    assert_eq!(
        told(&network),
        [
            "0,0 to 100,0: both both both 100m Long",
            "0,0 to 100,100: both both both 141m Bent",
            "100,0 to 100,100: both both both 100m",
            "100,0 to 200,0: both both both 100m Long",
            "100,100 to 200,0: both both both 141m Bent",
        ]
    );
    let (alone, _) = Town::new(&[(0.0, 0.0), (100.0, 0.0), (100.0, 100.0)])
        .way(&[1, 2, 3], "highway=residential")
        .build();
    assert_eq!(told(&alone), ["0,0 to 100,100: both both both 200m"]);
    assert_eq!(alone.inner_points(0), [at(100.0, 0.0)]);
    assert_eq!(alone.line(0).next_back(), Some(at(100.0, 100.0)));
}

#[test]
fn a_way_is_interrupted_where_the_extract_ends() {
    let (network, _) = Town::new(&[(0.0, 0.0), (100.0, 0.0), (200.0, 0.0), (300.0, 0.0)])
        .way(&[1, 2, 99, 3, 4, 98], "highway=residential")
        .way(&[2, 3], "highway=path")
        .build();
    assert_eq!(
        told(&network),
        [
            "0,0 to 100,0: both both both 100m",
            "100,0 to 200,0: - both both 100m",
            "200,0 to 300,0: - both both 100m",
        ],
        "cars cannot go on beyond the border, and keep one side"
    );
}

#[test]
fn a_dead_end_that_is_one_way_is_closed_for_those_who_could_not_turn() {
    let (network, _) = Town::new(&[(0.0, 0.0), (100.0, 0.0), (200.0, 0.0)])
        .way(&[1, 2], "highway=residential")
        .way(&[2, 3], "highway=residential oneway=yes oneway:bicycle=no")
        .build();
    assert_eq!(
        told(&network),
        ["0,0 to 100,0: both both both 100m", "100,0 to 200,0: - both both 100m"]
    );
}

#[test]
fn the_larger_of_two_parts_is_kept() {
    let (network, _) =
        Town::new(&[(0.0, 0.0), (50.0, 0.0), (900.0, 0.0), (950.0, 0.0), (990.0, 0.0)])
            .way(&[1, 2], "highway=residential")
            .way(&[3, 4], "highway=residential")
            .way(&[4, 5], "highway=residential")
            .build();
    assert_eq!(
        told(&network),
        ["900,0 to 950,0: both both both 50m", "950,0 to 990,0: both both both 40m"]
    );
    assert_eq!(network.nodes().len(), 3);
}

#[test]
fn cars_do_not_pass_a_bollard_and_reach_both_sides() {
    let around = Town::new(&[(0.0, 0.0), (50.0, 0.0), (100.0, 0.0), (50.0, 90.0)])
        .way(&[1, 2, 3], "highway=residential")
        .way(&[1, 4, 3], "highway=residential");
    let (network, _) = around.gate(2, "barrier=bollard").build();
    assert_eq!(
        told(&network),
        [
            "0,0 to 100,0: both both both 206m",
            "0,0 to 50,0: both both both 50m",
            "50,0 to 100,0: both both both 50m",
            "50,0 to 50,0: - both both 0m",
        ]
    );
}

#[test]
fn a_wall_lets_nobody_pass() {
    let (network, _) = Town::new(&[(0.0, 0.0), (50.0, 0.0), (100.0, 0.0), (50.0, 90.0)])
        .way(&[1, 2, 3], "highway=residential")
        .way(&[1, 4, 3], "highway=residential")
        .gate(2, "barrier=wall")
        .build();
    assert_eq!(network.edges().len(), 3);
    assert_eq!(network.nodes().len(), 4);
}

/// A crossing of four roads: 1 to the west, 2 to the north, 3 to the east, 4 to the south, joined
/// by a ring.
fn crossing() -> Town {
    let points = [(0.0, 0.0), (-100.0, 0.0), (0.0, 100.0), (100.0, 0.0), (0.0, -100.0)];
    Town::new(&points)
        .way(&[2, 1], "highway=residential")
        .way(&[3, 1], "highway=residential")
        .way(&[1, 4], "highway=residential")
        .way(&[1, 5], "highway=residential")
        .way(&[2, 3, 4, 5, 2], "highway=residential")
}

#[test]
fn a_forbidden_turn_is_one_ban_and_a_must_forbids_the_others() {
    let (network, count) = crossing().turn([1, 1, 2], false).build();
    assert_eq!(count, TurnCount { kept: 1, left_out: 0 });
    assert_eq!(network.bans().len(), 1);
    let (network, count) = crossing().turn([1, 1, 3], true).build();
    assert_eq!(count, TurnCount { kept: 1, left_out: 0 });
    assert_eq!(network.bans().len(), 3, "left, right and back");
}

#[test]
fn a_turn_rule_that_is_not_clear_is_counted_and_left_out() {
    // The ring passes point 2 in two directions; way 9 does not exist; point 99 neither.
    for turn in [[5, 2, 1], [1, 1, 9], [1, 99, 2]] {
        let (network, count) = crossing().turn(turn, false).build();
        assert_eq!(count, TurnCount { kept: 0, left_out: 1 }, "{turn:?}");
        assert!(network.bans().is_empty());
    }
}
