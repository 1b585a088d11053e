use proptest::prelude::*;
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::*;

const USUAL: Variation =
    Variation { picking: 0.35, loading: 0.3, leg: 0.2, traffic: 0.08, door: 0.4, rescue: 1.0 };

const NONE: Variation =
    Variation { picking: 0.0, loading: 0.0, leg: 0.0, traffic: 0.0, door: 0.0, rescue: 1.0 };

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
