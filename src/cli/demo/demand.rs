//! When people order: a random day with a lunch and an evening peak.

use rand::Rng;

use crate::cli::demo::chance::chance;

/// How lively each hour of the local day is, relative to the others; between full hours it changes
/// evenly. (Taste: lunch at one, groceries for the evening after work, nobody orders at night.)
const LIVELINESS: [f64; 24] = [
    0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.2, 0.7, 1.0, 1.3, 1.7, 1.6, 1.2, 1.0, 1.2, 1.7, 2.0,
    1.6, 0.9, 0.5, 0.2, 0.0,
];

/// The most lively moment.
const LIVELIEST: f64 = 2.0;

/// When customers come to the checkout on a day, in seconds after local midnight, in order.
///
/// # Source
/// Thinning: Lewis and Shedler (1979), "Simulation of nonhomogeneous Poisson processes by thinning",
/// <https://doi.org/10.1002/nav.3800260304>.
pub(crate) fn arrivals(seed: u64, day: &str, per_day: u32) -> Vec<f64> {
    let mut rng = chance(seed, &format!("arrivals {day}"));
    let whole: f64 = LIVELINESS.iter().sum();
    let per_second = f64::from(per_day) / whole / 3600.0;
    let mut at = 0.0;
    let mut times = Vec::new();
    if per_day == 0 {
        return times;
    }
    loop {
        let luck: f64 = rng.random_range(f64::MIN_POSITIVE..1.0);
        at -= luck.ln() / (per_second * LIVELIEST);
        if at >= 86_400.0 {
            return times;
        }
        if rng.random_range(0.0..LIVELIEST) < liveliness(at) {
            times.push(at);
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the day")]
fn liveliness(at: f64) -> f64 {
    let hour = (at / 3600.0) as usize % 24;
    let (before, after) = (LIVELINESS[hour], LIVELINESS[(hour + 1) % 24]);
    before + (after - before) * (at / 3600.0).fract()
}

#[cfg(test)]
mod tests {
    use crate::cli::demo::demand::arrivals;

    #[test]
    fn a_day_has_about_as_many_customers_as_asked_for() {
        let days: Vec<usize> =
            (0..40).map(|seed| arrivals(seed, "2026-11-22", 350).len()).collect();
        let mean = days.iter().sum::<usize>() / days.len();
        assert!((335..=365).contains(&mean), "{mean} on average: {days:?}");
        assert!(arrivals(1, "2026-11-22", 0).is_empty());
    }

    #[test]
    fn the_same_day_is_the_same_again_and_another_day_differs() {
        assert_eq!(arrivals(1, "2026-11-22", 350), arrivals(1, "2026-11-22", 350));
        assert_ne!(arrivals(1, "2026-11-22", 350), arrivals(1, "2026-11-23", 350));
    }

    #[test]
    fn people_sleep_at_night_and_order_most_in_the_evening() {
        let times = arrivals(1, "2026-11-22", 5_000);
        let between = |from: f64, until: f64| {
            times.iter().filter(|&&at| (from..until).contains(&(at / 3600.0))).count()
        };
        assert_eq!(between(0.0, 7.0) + between(23.0, 24.0), 0);
        assert!(between(17.0, 19.0) > between(14.0, 16.0));
        assert!(between(12.0, 14.0) > between(9.0, 11.0));
    }
}
