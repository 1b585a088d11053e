//! Chance that does not depend on what else happens.
//!
//! Every draw has its own stream, keyed by what it is for and whom it concerns, so that scenarios
//! that differ in one thing see the same luck in everything else (common random numbers).

use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

use crate::model::units::Seconds;
use crate::model::variation::Variation;
use crate::offers::probability::PACE_MIN;

/// What a draw is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// How busy the day is, and when customers come.
    Arrivals,
    /// What a customer wants.
    Wish,
    /// How a customer likes an offer.
    Liking,
    /// What a customer does with a hold.
    Holding,
    /// When a customer collects.
    Collecting,
    /// How long picking takes.
    Picking,
    /// How long a drive takes.
    Drive,
    /// How long loading takes.
    Loading,
    /// How long handing over at a door takes, and whether it succeeds.
    Door,
    /// The search behind the traffic.
    Search,
    /// The numbers of offers.
    Offer,
    /// How bad the traffic is.
    Day,
}

/// All chance of one simulated day.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Noise {
    seed: u64,
    level: f64,
    variation: Variation,
    /// By how much all legs of the day are longer than usual.
    pace: f64,
}

impl Noise {
    /// The chance of the day with this seed. At level 0 everything takes as long as planned, at
    /// level 1 it varies as said.
    pub(crate) fn new(seed: u64, level: f64, variation: Variation) -> Self {
        let mut noise = Self { seed, level, variation, pace: 1.0 };
        if !noise.is_silent() {
            let traffic = level * variation.traffic * normal(&mut noise.stream(Purpose::Day, 0, 0));
            noise.pace = (1.0 + traffic).max(PACE_MIN);
        }
        noise
    }

    /// Whether times vary at all.
    pub(crate) fn is_silent(&self) -> bool {
        self.level <= 0.0
    }

    /// The stream of one purpose and whom it concerns.
    pub(crate) fn stream(&self, purpose: Purpose, who: u64, which: u64) -> Pcg64Mcg {
        Pcg64Mcg::seed_from_u64(self.number(purpose, who, which))
    }

    /// A number that only `purpose`, `who` and `which` decide.
    pub(crate) fn number(&self, purpose: Purpose, who: u64, which: u64) -> u64 {
        [purpose as u64, who, which].into_iter().fold(mixed(self.seed), |sum, part| {
            mixed(sum.rotate_left(17) ^ mixed(part.wrapping_add(0x9e37_79b9_7f4a_7c15)))
        })
    }

    /// How long something takes that takes `mean` on average.
    #[expect(clippy::cast_precision_loss, reason = "durations of a day are exact in f64")]
    #[expect(clippy::cast_possible_truncation, reason = "durations of some days fit by far")]
    pub(crate) fn duration(
        &self,
        purpose: Purpose,
        who: u64,
        which: u64,
        mean: Seconds,
    ) -> Seconds {
        if self.is_silent() || mean <= Seconds::ZERO {
            return mean;
        }
        let varies = self.level
            * match purpose {
                Purpose::Picking => self.variation.picking,
                Purpose::Drive => self.variation.leg,
                Purpose::Loading => self.variation.loading,
                _ => self.variation.door,
            };
        let pace = if purpose == Purpose::Drive { self.pace } else { 1.0 };
        let factor = pace * log_normal(&mut self.stream(purpose, who, which), varies);
        Seconds(((mean.0 as f64) * factor).round() as i64)
    }
}

/// The finalizer of `SplitMix64`.
///
/// # Source
/// Steele, Lea, Flood (2014), *Fast splittable pseudorandom number generators*, variant 13 by Stafford.
fn mixed(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// A factor with mean 1 and the given coefficient of variation, at most 5.
pub(crate) fn log_normal(stream: &mut Pcg64Mcg, varies: f64) -> f64 {
    let variance = varies.mul_add(varies, 1.0).ln();
    (variance.sqrt() * normal(stream) - variance / 2.0).exp().min(5.0)
}

/// A standard normal number.
///
/// # Source
/// Box, Muller (1958), *A note on the generation of random normal deviates*.
fn normal(stream: &mut Pcg64Mcg) -> f64 {
    let radius = (-2.0 * (1.0 - stream.random::<f64>()).ln()).sqrt();
    radius * (std::f64::consts::TAU * stream.random::<f64>()).cos()
}

/// A time between arrivals of one per unit.
pub(crate) fn exponential(stream: &mut Pcg64Mcg) -> f64 {
    -(1.0 - stream.random::<f64>()).ln()
}

/// How much more a customer likes an offer than such customers do on average.
///
/// # Source
/// `McFadden` (1974), *Conditional logit analysis of qualitative choice behavior*: Gumbel errors make
/// the choice a multinomial logit.
pub(crate) fn gumbel(stream: &mut Pcg64Mcg) -> f64 {
    -exponential(stream).max(f64::MIN_POSITIVE).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_depends_only_on_purpose_and_whom_it_concerns() {
        let noise = Noise::new(7, 1.0, Variation::default());
        let drive = |who| noise.duration(Purpose::Drive, who, 2, Seconds(600));
        let first = drive(1);
        let _ = drive(99);
        assert_eq!(drive(1), first);
        assert_ne!(noise.number(Purpose::Drive, 1, 2), noise.number(Purpose::Drive, 2, 1));
        assert_ne!(noise.number(Purpose::Drive, 1, 2), noise.number(Purpose::Picking, 1, 2));
    }

    #[test]
    fn without_noise_everything_takes_as_long_as_planned() {
        let noise = Noise::new(7, 0.0, Variation::default());
        assert_eq!(noise.duration(Purpose::Door, 1, 2, Seconds(180)), Seconds(180));
    }

    #[test]
    fn noise_neither_hurries_nor_delays_on_average() {
        let noise = Noise::new(7, 1.0, Variation::default());
        let picked: Seconds =
            (0..4000).map(|order| noise.duration(Purpose::Picking, order, 0, Seconds(600))).sum();
        let mean = picked.0 / 4000;
        assert!((585..=615).contains(&mean), "the mean of 600 s is {mean} s");
    }
}
