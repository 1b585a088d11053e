//! How probable it is that a door is reached in time.
//!
//! Nothing takes exactly as long as planned: picking, loading, driving, a door. A tour is followed
//! from step to step with mean, variance and skewness of the moment. What all legs of a day share, a
//! jam or rain, does not average out along the way, so it is kept apart: everything is followed
//! once for each of a few states of the traffic, and the answers are weighed.
//!
//! # Source
//! Clark (1961), *The greatest of a finite set of random variables*, doi:10.1287/opre.9.2.145, for
//! the moments of a maximum; Gauss–Hermite quadrature for the shared factor. That correlation must
//! not be neglected: Bomboi, Buchheim, Pruente (2022), doi:10.1007/s10288-020-00463-y.

use crate::model::variation::Variation;

/// Something a courier does or waits for, in the order of the tour. Times are seconds from the
/// plan's now.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Step {
    /// Drives for so long.
    Drive(i32),
    /// Does not go on before a moment.
    NotBefore(i32),
    /// Does not go on before an order is handed over, which is expected then; picking it takes so
    /// long.
    Ready {
        /// The moment.
        at: i32,
        /// Seconds of picking before it.
        picking: i32,
    },
    /// Loads for so long.
    Load(i32),
    /// Reaches a door, which should be by a moment.
    Reach {
        /// The moment.
        by: i32,
    },
    /// Serves at a door for so long.
    Serve(i32),
}

/// States of the traffic and their weights: abscissas and weights of Gauss–Hermite quadrature with
/// three points for the standard normal distribution (Abramowitz, Stegun 1964, table 25.10). Five
/// change no probability by a point and take nearly twice the time.
const TRAFFIC: [(f64, f64); 3] =
    [(-1.732_050_807_568_877_2, 1.0 / 6.0), (0.0, 2.0 / 3.0), (1.732_050_807_568_877_2, 1.0 / 6.0)];

/// The traffic is never so good that a leg takes less than this part of the usual time.
pub(crate) const PACE_MIN: f64 = 0.1;

/// A random moment: mean, variance and third central moment, in seconds and their powers.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Moment {
    mean: f64,
    variance: f64,
    third: f64,
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
    fn certain(at: i32) -> Self {
        Self { mean: f64::from(at), variance: 0.0, third: 0.0 }
    }

    /// After something that takes `seconds` on average, with the long tail of a log-normal
    /// distribution.
    fn plus(self, seconds: f64, varies: f64) -> Self {
        let spread = seconds * varies;
        Self {
            mean: self.mean + seconds,
            variance: self.variance + spread * spread,
            third: self.third + third_of(spread, varies),
        }
    }

    /// The later of two independent moments.
    fn max(self, other: Self) -> Self {
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
    fn is_by(self, at: i32) -> f64 {
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
fn third_of(spread: f64, varies: f64) -> f64 {
    spread.powi(3) * varies * (varies * varies + 3.0)
}

/// The distribution function of the standard normal distribution.
fn normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x / std::f64::consts::SQRT_2)
}

/// When a door is reached, as far as one can tell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reached {
    /// The probability to be in time.
    pub in_time: f64,
    /// The expected moment.
    pub mean: f64,
    /// How far from it the moment usually is, in seconds.
    pub deviation: f64,
}

/// When a courier is done with what is under way, and what still lies before that moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Start {
    /// The expected moment, in seconds from the plan's now.
    pub at: i32,
    /// Seconds on the road until then.
    pub drive: i32,
    /// The sum of the squares of the legs until then.
    pub legs_square: i64,
    /// The same of the doors.
    pub doors_square: i64,
}

impl Start {
    /// The moment when the traffic is as bad as that.
    fn moment(self, pace: f64, variation: &Variation) -> Moment {
        #[expect(clippy::cast_precision_loss, reason = "squares of a day are exact in f64")]
        let squares = |sum: i64, varies: f64| sum as f64 * varies * varies;
        let later = (pace - 1.0) * f64::from(self.drive);
        Moment {
            mean: f64::from(self.at) + later,
            variance: squares(self.legs_square, variation.leg)
                + squares(self.doors_square, variation.door),
            // Many small ones: nearly none.
            third: 0.0,
        }
    }
}

/// A tour that was followed from step to step, so that it need not be all over again when a part of
/// it changes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Followed {
    steps: Vec<Step>,
    /// What is known right before each [`Step::Load`].
    marks: Vec<Mark>,
    /// When each [`Step::Reach`] happens, in their order.
    pub reached: Vec<Reached>,
}

/// A step of a tour, how many doors are reached before it, and the moment it begins, for each state
/// of the traffic.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Mark {
    step: usize,
    doors: usize,
    moments: [Moment; TRAFFIC.len()],
}

/// Follows a tour that begins at `start`, as long as each door is reached surely enough; `None` as
/// soon as one is not.
///
/// `is_enough` is asked about each [`Step::Reach`] by its number. `known` is another tour with the
/// same start and variation: where both go alike, nothing is computed again.
///
/// Cost: some hundred nanoseconds per step that is computed.
pub fn follow(
    start: Start,
    steps: Vec<Step>,
    variation: &Variation,
    known: Option<&Followed>,
    mut is_enough: impl FnMut(usize, &Reached) -> bool,
) -> Option<Followed> {
    let paces = TRAFFIC.map(|(state, _)| (1.0 + variation.traffic * state).max(PACE_MIN));
    let same = known.map_or(0, |known| {
        let both = known.steps.iter().zip(&steps);
        both.take_while(|(before, now)| before == now).count()
    });
    // The last mark until which both go alike.
    let last = known.and_then(|known| {
        let last = known.marks.partition_point(|mark| mark.step <= same).checked_sub(1)?;
        Some((known, last))
    });
    let (mut marks, mut reached) = (Vec::new(), Vec::new());
    let (mut from, mut now) = (0, paces.map(|pace| start.moment(pace, variation)));
    if let Some((known, last)) = last {
        let mark = &known.marks[last];
        marks.extend_from_slice(&known.marks[..last]);
        reached.extend_from_slice(&known.reached[..mark.doors]);
        (from, now) = (mark.step, mark.moments);
    }
    let are_enough = reached.iter().enumerate().all(|(door, reached)| is_enough(door, reached));
    if !are_enough {
        return None;
    }
    for (index, step) in steps.iter().enumerate().skip(from) {
        if matches!(step, Step::Load(_)) {
            let mark = Mark { step: index, doors: reached.len(), moments: now };
            if let Some(rest) = known.and_then(|known| known.rest(&mark, &steps)) {
                let mut behind = rest.iter().zip(mark.doors..);
                let are_enough = behind.all(|(reached, door)| is_enough(door, reached));
                reached.extend_from_slice(rest);
                // What lies behind is not marked: such a tour is asked for its doors only.
                return are_enough.then_some(Followed { steps, marks, reached });
            }
            marks.push(mark);
        }
        let Some(at) = advance(&mut now, step, &paces, variation) else { continue };
        if !is_enough(reached.len(), &at) {
            return None;
        }
        reached.push(at);
    }
    Some(Followed { steps, marks, reached })
}

impl Followed {
    /// When the doors behind a mark of another tour are reached, if this one goes on as that does.
    fn rest(&self, mark: &Mark, steps: &[Step]) -> Option<&[Reached]> {
        let left = steps.len() - mark.step;
        let step = self.steps.len().checked_sub(left)?;
        let own = self.marks.binary_search_by_key(&step, |mark| mark.step).ok()?;
        let own = &self.marks[own];
        let is_alike = own.moments == mark.moments && self.steps[step..] == steps[mark.step..];
        is_alike.then(|| &self.reached[own.doors..])
    }
}

/// Does a step; when a door is reached, answers when.
fn advance(
    now: &mut [Moment; TRAFFIC.len()],
    step: &Step,
    paces: &[f64; TRAFFIC.len()],
    variation: &Variation,
) -> Option<Reached> {
    match *step {
        Step::Drive(seconds) => {
            for (now, pace) in now.iter_mut().zip(paces) {
                *now = now.plus(f64::from(seconds) * pace, variation.leg);
            }
        }
        Step::NotBefore(at) => wait(now, Moment::certain(at)),
        Step::Ready { at, picking } => {
            let spread = f64::from(picking) * variation.picking;
            let third = third_of(spread, variation.picking);
            wait(now, Moment { mean: f64::from(at), variance: spread * spread, third });
        }
        Step::Load(seconds) => take(now, seconds, variation.loading),
        Step::Serve(seconds) => take(now, seconds, variation.door),
        Step::Reach { by } => {
            let mut sum = Sum::default();
            for (now, (_, weight)) in now.iter().zip(TRAFFIC) {
                sum.add(weight, *now, by);
            }
            return Some(sum.reached());
        }
    }
    None
}

fn wait(now: &mut [Moment; TRAFFIC.len()], until: Moment) {
    for now in now {
        *now = now.max(until);
    }
}

fn take(now: &mut [Moment; TRAFFIC.len()], seconds: i32, varies: f64) {
    for now in now {
        *now = now.plus(f64::from(seconds), varies);
    }
}

/// Moments of one door over all states of the traffic.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    in_time: f64,
    mean: f64,
    square: f64,
}

impl Sum {
    fn add(&mut self, weight: f64, at: Moment, by: i32) {
        self.in_time += weight * at.is_by(by);
        self.mean += weight * at.mean;
        self.square += weight * (at.variance + at.mean * at.mean);
    }

    fn reached(self) -> Reached {
        let variance = (self.square - self.mean * self.mean).max(0.0);
        Reached { in_time: self.in_time, mean: self.mean, deviation: variance.sqrt() }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::{Rng, SeedableRng};
    use rand_pcg::Pcg64Mcg;

    use super::*;

    const USUAL: Variation =
        Variation { picking: 0.35, loading: 0.3, leg: 0.2, traffic: 0.08, door: 0.4 };

    const NONE: Variation =
        Variation { picking: 0.0, loading: 0.0, leg: 0.0, traffic: 0.0, door: 0.0 };

    fn in_time(steps: &[Step], variation: &Variation) -> Vec<f64> {
        let followed = follow(Start::default(), steps.to_vec(), variation, None, |_, _| true);
        followed.expect("no door was refused").reached.iter().map(|door| door.in_time).collect()
    }

    /// A standard normal number (Box, Muller 1958).
    fn normal(random: &mut Pcg64Mcg) -> f64 {
        let (one, other): (f64, f64) = (random.random(), random.random());
        (-2.0 * (1.0 - one).ln()).sqrt() * (std::f64::consts::TAU * other).cos()
    }

    /// A duration with a long tail.
    fn drawn(random: &mut Pcg64Mcg, seconds: i32, varies: f64) -> f64 {
        let variance = varies.mul_add(varies, 1.0).ln();
        f64::from(seconds) * (variance.sqrt() * normal(random) - variance / 2.0).exp()
    }

    /// The share of many days on which each door is reached in time.
    fn sampled(start: i32, steps: &[Step], variation: &Variation, days: u32) -> Vec<f64> {
        let mut random = Pcg64Mcg::seed_from_u64(7);
        let mut hits: Vec<u32> = Vec::new();
        for _ in 0..days {
            let pace = (1.0 + variation.traffic * normal(&mut random)).max(0.1);
            let (mut now, mut door) = (f64::from(start), 0);
            for step in steps {
                match *step {
                    Step::Drive(seconds) => {
                        now += pace * drawn(&mut random, seconds, variation.leg);
                    }
                    Step::NotBefore(at) => now = now.max(f64::from(at)),
                    Step::Ready { at, picking } => {
                        let picked = drawn(&mut random, picking, variation.picking);
                        now = now.max(f64::from(at - picking) + picked);
                    }
                    Step::Load(seconds) => now += drawn(&mut random, seconds, variation.loading),
                    Step::Serve(seconds) => now += drawn(&mut random, seconds, variation.door),
                    Step::Reach { by } => {
                        hits.resize(hits.len().max(door + 1), 0);
                        hits[door] += u32::from(now <= f64::from(by));
                        door += 1;
                    }
                }
            }
        }
        hits.into_iter().map(|hits| f64::from(hits) / f64::from(days)).collect()
    }

    #[test]
    fn without_variation_a_door_is_reached_in_time_or_not() {
        let steps = [Step::Drive(100), Step::Reach { by: 100 }, Step::Reach { by: 99 }];
        let found = in_time(&steps, &NONE);
        assert!(found[0] > 1.0 - 1e-9 && found[1] < 1e-9, "{found:?}");
    }

    #[test]
    fn a_door_planned_for_the_last_moment_is_missed_about_half_the_time() {
        let steps = [Step::Drive(600), Step::Reach { by: 600 }];
        let probability = in_time(&steps, &USUAL)[0];
        assert!((probability - 0.53).abs() < 0.02, "{probability}");
    }

    fn tour() -> impl Strategy<Value = Vec<Step>> {
        let door = (120..900, 60..400, 0..900);
        let orders = prop::collection::vec(door, 1..8);
        (orders, 0..1200, 300..900).prop_map(|(doors, ready, picking)| {
            let mut steps = vec![Step::Drive(300), Step::Ready { at: ready, picking }];
            steps.push(Step::Load(180));
            let mut planned = ready.max(300) + 180;
            for (drive, serve, slack) in doors {
                planned += drive;
                steps.push(Step::Drive(drive));
                steps.push(Step::Reach { by: planned + slack });
                steps.push(Step::Serve(serve));
                planned += serve;
            }
            steps
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]
        #[test]
        fn stated_probabilities_are_those_of_many_sampled_days(steps in tour()) {
            let stated = in_time(&steps, &USUAL);
            let seen = sampled(0, &steps, &USUAL, 4_000);
            for (stated, seen) in stated.iter().zip(&seen) {
                // 4,000 days tell to one or two points, and three moments are not a distribution.
                let allowed = 0.04 + 0.16 * stated * (1.0 - stated);
                prop_assert!((stated - seen).abs() < allowed, "stated {stated}, seen {seen}");
            }
        }

        #[test]
        fn a_changed_tour_is_followed_as_if_nothing_were_known(
            tours in prop::collection::vec(tour(), 1..4),
            changed in 0..4_usize,
            place in any::<prop::sample::Index>(),
            later in -300..300_i32,
        ) {
            let whole = |tours: &[Vec<Step>]| -> Vec<Step> {
                let shifted = tours.iter().zip(0..).map(|(tour, number)| {
                    let shift = |at: i32| at + number * 3600;
                    let step = move |step: &Step| match *step {
                        Step::Ready { at, picking } => Step::Ready { at: shift(at), picking },
                        Step::Reach { by } => Step::Reach { by: shift(by) },
                        other => other,
                    };
                    let steps: Vec<Step> = tour.iter().map(step).collect();
                    [vec![Step::NotBefore(shift(0))], steps].concat()
                });
                shifted.flatten().collect()
            };
            let before = whole(&tours);
            let mut other = tours;
            let changed = changed % other.len();
            let place = place.index(other[changed].len());
            other[changed][place] = match other[changed][place] {
                Step::Drive(seconds) => Step::Drive((seconds + later).max(0)),
                Step::Reach { by } => Step::Reach { by: by + later },
                step => step,
            };
            other[changed].insert(place, Step::Serve(30));
            let after = whole(&other);
            let anew = |steps: &[Step], known| {
                follow(Start::default(), steps.to_vec(), &USUAL, known, |_, _| true)
                    .expect("no door was refused")
            };
            let known = anew(&before, None);
            prop_assert_eq!(&anew(&before, Some(&known)).reached, &known.reached);
            let plain = anew(&after, None);
            prop_assert_eq!(&anew(&after, Some(&known)).reached, &plain.reached);
            let floor = plain.reached.iter().map(|door| door.in_time).fold(1.0, f64::min);
            let is_kept = |least: f64, known| {
                let is_enough = |_, door: &Reached| least <= door.in_time;
                follow(Start::default(), after.clone(), &USUAL, known, is_enough).is_some()
            };
            for known in [None, Some(&known)] {
                prop_assert!(is_kept(floor, known) && !is_kept(floor + 1e-9, known));
            }
        }

        #[test]
        fn more_time_is_never_less_probable(steps in tour(), more in 1..600) {
            let later: Vec<Step> = steps
                .iter()
                .map(|step| match *step {
                    Step::Reach { by } => Step::Reach { by: by + more },
                    other => other,
                })
                .collect();
            let (before, after) =
                (in_time(&steps, &USUAL), in_time(&later, &USUAL));
            prop_assert!(before.iter().zip(&after).all(|(before, after)| before <= after));
        }
    }
}
