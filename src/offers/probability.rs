//! How probable it is that a door is reached in time.
//!
//! Nothing takes exactly as long as planned: picking, loading, driving, a door. A tour is followed
//! from step to step with mean, variance and skewness of the moment. What all legs of a day share, a
//! jam or rain, does not average out along the way, so it is kept apart: everything is followed
//! once for each of a few states of the traffic, and the answers are weighed. What comes out holds for
//! a plan that nobody changes; its odds are multiplied by what changing it is worth.
//!
//! # Source
//! Clark (1961), *The greatest of a finite set of random variables*, doi:10.1287/opre.9.2.145, for
//! the moments of a maximum; Gauss–Hermite quadrature for the shared factor. That correlation must
//! not be neglected: Bomboi, Buchheim, Pruente (2022), doi:10.1007/s10288-020-00463-y.

use crate::model::variation::Variation;
use crate::offers::moment::{Moment, third_of};

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

/// When a door is reached, as far as one can tell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reached {
    /// The probability to be in time, with what planning anew makes good.
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
            return Some(sum.reached(variation));
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

    fn reached(self, variation: &Variation) -> Reached {
        let variance = (self.square - self.mean * self.mean).max(0.0);
        Reached {
            in_time: variation.with_rescue(self.in_time),
            mean: self.mean,
            deviation: variance.sqrt(),
        }
    }
}

#[cfg(test)]
#[path = "probability_tests.rs"]
mod tests;
