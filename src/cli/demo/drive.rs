//! Where somebody is who has driven part of a way.

use crate::cli::demo::wire::Place;

/// A line on the map that can be driven along.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Way {
    points: Vec<Place>,
    /// How far each point is from the start; only the proportions matter.
    far: Vec<f64>,
}

impl Way {
    /// The way through `[longitude, latitude]` points.
    pub(crate) fn through(path: &[[f64; 2]]) -> Self {
        let points: Vec<Place> = path.iter().map(|&[lon, lat]| Place { lat, lon }).collect();
        let mut far = Vec::with_capacity(points.len());
        let mut sum = 0.0;
        for (index, point) in points.iter().enumerate() {
            if let Some(before) = index.checked_sub(1).and_then(|before| points.get(before)) {
                // Meridians draw nearer to each other toward the poles.
                let narrow = point.lat.to_radians().cos();
                sum += ((point.lon - before.lon) * narrow).hypot(point.lat - before.lat);
            }
            far.push(sum);
        }
        Self { points, far }
    }

    /// The place after `part` of the way: 0 is the start, 1 the end. `None` for a way without points.
    pub(crate) fn after(&self, part: f64) -> Option<Place> {
        let (first, last) = (self.points.first()?, self.points.last()?);
        let length = self.far.last().copied().unwrap_or_default();
        let driven = part.clamp(0.0, 1.0) * length;
        let next = self.far.partition_point(|&far| far <= driven);
        if next == 0 {
            return Some(*first);
        }
        let (Some(to), Some(from)) = (self.points.get(next), self.points.get(next - 1)) else {
            return Some(*last);
        };
        let share = (driven - self.far[next - 1]) / (self.far[next] - self.far[next - 1]);
        Some(Place {
            lat: from.lat + (to.lat - from.lat) * share,
            lon: from.lon + (to.lon - from.lon) * share,
        })
    }
}

/// How much of the way is behind a driver after `part` of the time: lights and corners make some
/// stretches slower than others.
pub(crate) fn driven(part: f64, unevenness: f64) -> f64 {
    const WAVES: f64 = 4.0;
    let part = part.clamp(0.0, 1.0);
    let turns = WAVES * std::f64::consts::TAU;
    // The slope stays positive below 1: nobody drives backward.
    part + unevenness.clamp(0.0, 0.9) * (part * turns).sin() / turns
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::cli::demo::drive::{Way, driven};
    use crate::cli::demo::wire::Place;

    #[test]
    fn a_driver_is_on_the_way_in_proportion_to_its_length() {
        let way = Way::through(&[[10.0, 0.0], [10.1, 0.0], [10.1, 0.3]]);
        let near = |part, lat: f64, lon: f64| {
            let here = way.after(part).unwrap();
            assert!((here.lat - lat).abs() < 1e-4 && (here.lon - lon).abs() < 1e-4, "{here:?}");
        };
        near(0.0, 0.0, 10.0);
        near(0.125, 0.0, 10.05);
        near(0.25, 0.0, 10.1);
        near(0.5, 0.1, 10.1);
        near(1.0, 0.3, 10.1);
    }

    #[test]
    fn a_way_of_one_point_or_none_is_no_trouble() {
        assert_eq!(Way::through(&[]).after(0.5), None);
        let here = Place { lat: 2.0, lon: 1.0 };
        assert_eq!(Way::through(&[[1.0, 2.0]]).after(0.5), Some(here));
        assert_eq!(Way::through(&[[1.0, 2.0], [1.0, 2.0]]).after(0.5), Some(here));
    }

    proptest! {
        #[test]
        fn nobody_drives_backward(part in 0.0..1.0_f64, more in 0.0..0.1_f64, rough in 0.0..1.0_f64) {
            let later = (part + more).min(1.0);
            prop_assert!(driven(part, rough) <= driven(later, rough) + 1e-12);
            prop_assert!(driven(0.0, rough).abs() < 1e-9 && (driven(1.0, rough) - 1.0).abs() < 1e-9);
        }
    }
}
