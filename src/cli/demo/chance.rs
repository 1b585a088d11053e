//! Luck that can be had again: the same seed and name give the same draw, before and after a restart.

use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64;

/// A generator for whatever `name` stands for.
pub(crate) fn chance(seed: u64, name: &str) -> Pcg64 {
    // FNV-1a: Fowler, Noll, Vo (1991).
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    Pcg64::seed_from_u64(hash ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

/// How much longer or shorter than planned something takes: 1 on average, bell-shaped, never more
/// than `spread` away from it.
pub(crate) fn factor(rng: &mut impl Rng, spread: f64) -> f64 {
    let dice: f64 = (0..3).map(|_| rng.random_range(-1.0..1.0)).sum();
    1.0 + spread * dice / 3.0
}

#[cfg(test)]
mod tests {
    use rand::Rng;

    use crate::cli::demo::chance::{chance, factor};

    #[test]
    fn a_name_has_the_same_luck_each_time_and_another_name_another() {
        let draw = |seed, name| chance(seed, name).random::<u64>();
        assert_eq!(draw(1, "O12"), draw(1, "O12"));
        assert_ne!(draw(1, "O12"), draw(1, "O13"));
        assert_ne!(draw(1, "O12"), draw(2, "O12"));
    }

    #[test]
    fn a_factor_is_one_on_average_and_within_its_spread() {
        let mut rng = chance(1, "test");
        let draws: Vec<f64> = (0..10_000).map(|_| factor(&mut rng, 0.3)).collect();
        assert!(draws.iter().all(|draw| (0.7..1.3).contains(draw)));
        let mean: f64 = draws.iter().sum::<f64>() / 10_000.0;
        assert!((mean - 1.0).abs() < 0.01, "the mean is {mean}");
    }
}
