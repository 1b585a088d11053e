//! Where people live: points along streets.

use rand::Rng;

use crate::model::plane::PlanePoint;
use crate::travel::city::shape::Shape;

/// A street as seen by those who look for an address on it.
#[derive(Debug, Clone, Copy)]
struct Frontage {
    ends: [PlanePoint; 2],
    /// Homes on this and all streets before it, in no particular unit.
    homes_up_to: f64,
}

/// All streets with homes.
#[derive(Debug, Clone)]
pub(crate) struct Addresses {
    frontages: Vec<Frontage>,
}

impl Addresses {
    /// Spreads homes over streets, so densely as `homes_per_meter` says, in no particular unit.
    pub(crate) fn new(
        streets: Vec<[PlanePoint; 2]>,
        homes_per_meter: impl Fn(PlanePoint) -> f64,
    ) -> Self {
        let mut homes_up_to = 0.0;
        let frontages = streets.into_iter().map(|ends| {
            let middle = ends[0].toward(ends[1], 0.5);
            homes_up_to += ends[0].distance(ends[1]) * homes_per_meter(middle);
            Frontage { ends, homes_up_to }
        });
        Self { frontages: frontages.collect() }
    }

    /// A door: a point on a street, moved a few meters to one side.
    pub(crate) fn sample<R: Rng + ?Sized>(&self, rng: &mut R) -> PlanePoint {
        let Some(last) = self.frontages.last() else { return PlanePoint::default() };
        let home = rng.random_range(0.0..last.homes_up_to);
        let index = self.frontages.partition_point(|street| street.homes_up_to <= home);
        let [start, end] = self.frontages.get(index).unwrap_or(last).ends;
        let setback = rng.random_range(8.0..22.0) * if rng.random() { 1.0 } else { -1.0 };
        beside(start, end, rng.random_range(0.05..0.95), setback)
    }
}

/// A point so far along a street and so many meters to its left.
fn beside(start: PlanePoint, end: PlanePoint, part: f64, left: f64) -> PlanePoint {
    let on_street = start.toward(end, part);
    let length = start.distance(end).max(1.0);
    PlanePoint::new(
        on_street.east - (end.north - start.north) / length * left,
        on_street.north + (end.east - start.east) / length * left,
    )
}

/// How densely people live in an invented city, relative to its center: less farther out, but more in
/// some estates.
pub(crate) fn spread_of_homes(rng: &mut impl Rng, shape: &Shape) -> impl Fn(PlanePoint) -> f64 {
    const ESTATES: usize = 4;
    const TRIES: usize = 1_000;
    let mut estates = Vec::new();
    for _ in 0..TRIES {
        let mut side = || rng.random_range(-3600.0..3600.0);
        let middle = PlanePoint::new(side(), side());
        let far_out = middle.distance(PlanePoint::default());
        if far_out > 1800.0 && far_out < 3600.0 && shape.river.distance(middle) > 300.0 {
            estates.push(middle);
        }
        if estates.len() == ESTATES {
            break;
        }
    }
    move |place| {
        let bell = |middle: PlanePoint, width: f64| {
            let steps = place.distance(middle) / width;
            (-steps * steps / 2.0).exp()
        };
        let in_estates: f64 = estates.iter().map(|&middle| bell(middle, 450.0)).sum();
        0.08 + bell(PlanePoint::default(), 1500.0) + 0.8 * in_estates
    }
}
