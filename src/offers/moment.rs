//! A random moment, and what is added to it or waited for.
//!
//! # Source
//! Clark (1961), *The greatest of a finite set of random variables*, doi:10.1287/opre.9.2.145, for
//! the moments of a maximum.

/// A random moment: mean, variance and third central moment, in seconds and their powers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Moment {
    pub(crate) mean: f64,
    pub(crate) variance: f64,
    pub(crate) third: f64,
}

/// Of two moments so many deviations apart it is certain which is later.
const CERTAIN: f64 = 5.0;

/// A moment so many deviations away is reached for certain, however long the tail: beyond, the
/// log-normal time of a single door has less than a ten-thousandth.
const SURE: f64 = 8.0;

/// One that lies so many deviations behind is not reached: tails are short on that side.
const HOPELESS: f64 = 5.0;

/// A skewness below this is none.
const SKEWNESS_MIN: f64 = 1e-3;

impl Moment {
    pub(crate) fn certain(at: i32) -> Self {
        Self { mean: f64::from(at), variance: 0.0, third: 0.0 }
    }

    /// After something that takes `seconds` on average, with the long tail of a log-normal
    /// distribution.
    pub(crate) fn plus(self, seconds: f64, varies: f64) -> Self {
        let spread = seconds * varies;
        Self {
            mean: self.mean + seconds,
            variance: self.variance + spread * spread,
            third: self.third + third_of(spread, varies),
        }
    }

    /// The later of two independent moments.
    pub(crate) fn max(self, other: Self) -> Self {
        let spread = (self.variance + other.variance).sqrt();
        if spread < 1e-9 {
            return if self.mean >= other.mean { self } else { other };
        }
        let distance = (self.mean - other.mean) / spread;
        if distance.abs() > CERTAIN {
            return if distance > 0.0 { self } else { other };
        }
        let (above, below) = (normal_cdf(distance), normal_cdf(-distance));
        let density = (-distance * distance / 2.0).exp() / std::f64::consts::TAU.sqrt();
        let mean = self.mean * above + other.mean * below + spread * density;
        let square = (self.mean.powi(2) + self.variance) * above
            + (other.mean.powi(2) + other.variance) * below
            + (self.mean + other.mean) * spread * density;
        let variance = (square - mean * mean).max(0.0);
        // The tail of whichever is later; that the maximum has a small one of its own is neglected.
        let third = self.third * above * above + other.third * below * below;
        Self { mean, variance, third }
    }

    /// The probability that it comes by `at`.
    pub(crate) fn is_by(self, at: i32) -> f64 {
        let slack = f64::from(at) - self.mean;
        if self.variance < 1e-9 {
            return if slack >= 0.0 { 1.0 } else { 0.0 };
        }
        let limit = if slack > 0.0 { SURE } else { HOPELESS };
        if slack * slack > limit * limit * self.variance {
            return if slack > 0.0 { 1.0 } else { 0.0 };
        }
        let spread = self.variance.sqrt();
        let skewness = self.third / (spread * self.variance);
        if skewness < SKEWNESS_MIN {
            return normal_cdf(slack / spread);
        }
        // A shifted log-normal distribution with the same three moments.
        let half = skewness * skewness / 2.0;
        let root = libm::cbrt(1.0 + half + skewness * (1.0 + half / 2.0).sqrt());
        let omega = root + 1.0 / root - 1.0;
        let scale = spread / (omega * (omega - 1.0)).sqrt();
        let above_least = slack + scale * omega.sqrt();
        if above_least <= 0.0 {
            return 0.0;
        }
        normal_cdf(libm::log(above_least / scale) / libm::log(omega).sqrt())
    }
}

/// The third central moment of a log-normal time with this deviation and coefficient of variation.
pub(crate) fn third_of(spread: f64, varies: f64) -> f64 {
    spread.powi(3) * varies * (varies * varies + 3.0)
}

/// The distribution function of the standard normal distribution.
fn normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x / std::f64::consts::SQRT_2)
}
