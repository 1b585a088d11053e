//! One search: ruins and recreates a solution again and again.

use std::sync::Arc;

use rand::Rng;
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

use crate::solver::acceptance::Absences;
use crate::solver::acceptance::Annealing;
use crate::solver::attempt::Attempt;
use crate::solver::attempt::Verdict;
use crate::solver::construct::greedy::Greedy;
use crate::solver::instance::Instance;
use crate::solver::instance::MUST;
use crate::solver::pool::Pool;
use crate::solver::ruin::strings::Strings;
use crate::solver::ruin::trips;
use crate::solver::tours::Tours;

/// How many iterations pass between two looks at the clock.
pub(crate) const POLL_EVERY: u64 = 16;

/// How many iterations pass between two solutions whose routes are kept.
const COLLECT_EVERY: u64 = 256;

/// How often whole trips are removed instead of strings. Measured.
const TRIPS_PROBABILITY: f64 = 0.03;

/// How often an attempt splits a trip instead of removing one.
const SPLIT_PROBABILITY: f64 = 0.5;

/// How far from those of an attempt, in neighbors, the ruin may be. Measured.
const FOCUS_REACH: usize = 50;

/// How often the ruin is around an absent client, while there is one.
const ABSENT_SEED_PROBABILITY: f64 = 0.5;

/// How many clients who are left out for their prize look for a place in one iteration, at most.
/// Measured.
const INVITED_MAX: usize = 50;

/// How far above their prize their places may cost, in temperatures, on average: what pays only
/// together has to begin with somebody. Measured.
const INVITATION_TEMPERATURE: f64 = 4.0;

/// How likely each near one is among them.
const INVITATION_PROBABILITY: f64 = 0.5;

/// How good a solution is: fewer absent clients first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Standing {
    /// Clients without a place who must have one.
    pub(crate) absent: usize,
    /// Scaled cost.
    pub(crate) cost: i64,
}

impl Standing {
    pub(crate) fn of(tours: &Tours) -> Self {
        Self { absent: tours.absent.len(), cost: tours.cost }
    }

    /// What is left without a part.
    pub(crate) fn minus(self, part: Self) -> Self {
        Self { absent: self.absent - part.absent, cost: self.cost - part.cost }
    }

    fn plus(self, other: Self) -> Self {
        Self { absent: self.absent + other.absent, cost: self.cost + other.cost }
    }
}

/// A solution being improved, and the best one found.
///
/// # Source
/// Christiaens, Vanden Berghe (2020), Slack induction by string removals for vehicle routing
/// problems, doi:10.1287/trsc.2019.0914, algorithm 1.
#[derive(Debug)]
pub(crate) struct Island {
    pub(crate) instance: Arc<Instance>,
    pub(crate) tours: Tours,
    pub(crate) best: Tours,
    pub(crate) iterations: u64,
    pub(crate) annealing: Annealing,
    /// Routes of the solutions it went through.
    pub(crate) pool: Pool,
    /// The standing of the rest, where it searches only a part of a solution.
    pub(crate) elsewhere: Standing,
    random: Pcg64Mcg,
    strings: Strings,
    greedy: Greedy,
    absences: Absences,
    attempt: Attempt,
    /// Those of the attempt under way.
    attempt_absences: Absences,
}

impl Island {
    /// Starts from `tours`. If `is_warm`, clients present stay present.
    pub(crate) fn new(instance: Arc<Instance>, mut tours: Tours, is_warm: bool, seed: u64) -> Self {
        tours.commit();
        Self {
            best: tours.clone(),
            iterations: 0,
            annealing: Annealing::new(1.0, 1.0),
            pool: Pool::default(),
            elsewhere: Standing::default(),
            random: Pcg64Mcg::seed_from_u64(seed),
            strings: Strings::default(),
            greedy: Greedy::new(&instance, seed),
            absences: Absences::new(&instance, &tours, is_warm),
            attempt: Attempt::new(&tours),
            attempt_absences: Absences::new(&instance, &tours, false),
            tours,
            instance,
        }
    }

    /// Inserts whoever is absent, for a cold start also those with a prize, whatever that is: trips
    /// that do not pay are quickly dropped, trips that pay only together are hardly found.
    pub(crate) fn construct(&mut self, is_warm: bool) {
        if !is_warm {
            for leader in 0..self.instance.clients() {
                if self.instance.leaders[leader as usize] == leader
                    && self.instance.prizes[leader as usize] != MUST
                    && !self.tours.is_served(&self.instance, leader)
                {
                    self.tours.absent.push(leader);
                }
            }
        }
        let temperature = if is_warm { 0.0 } else { f64::INFINITY };
        self.greedy.insert(&self.instance, &mut self.tours, temperature, &mut self.random);
        self.tours.commit();
        self.absences.take(&self.tours);
        self.best.copy_from(&self.tours);
    }

    /// The standing of the best solution, with the rest where it is a part.
    pub(crate) fn standing(&self) -> Standing {
        Standing::of(&self.best).plus(self.elsewhere)
    }

    /// Gives up an attempt that is under way.
    pub(crate) fn settle(&mut self) {
        if self.attempt.is_under_way() {
            self.attempt.end(&mut self.tours, false);
            self.tours.copy_from(&self.attempt.left_behind);
        }
    }

    /// Anneals anew from where it is, and forgets what was best so far.
    pub(crate) fn begin_cycle(&mut self, annealing: Annealing) {
        self.settle();
        self.annealing = annealing;
        self.best.copy_from(&self.tours);
    }

    /// Goes on with a solution found elsewhere.
    pub(crate) fn move_to(&mut self, tours: &Tours) {
        self.settle();
        self.tours.copy_from(tours);
        self.absences.take(&self.tours);
        self.keep_best();
    }

    /// Iterates until `fraction`, asked every [`POLL_EVERY`] iterations, gives nothing.
    ///
    /// What it gives is the part of the whole budget that is used, and sets the temperature.
    pub(crate) fn run(&mut self, fraction: &dyn Fn(&Self) -> Option<f64>) {
        if self.instance.clients() == 0 {
            return;
        }
        while let Some(fraction) = fraction(self) {
            self.annealing.cool(fraction);
            for _ in 0..POLL_EVERY {
                self.iterate();
            }
            self.iterations += POLL_EVERY;
            if self.iterations.is_multiple_of(COLLECT_EVERY) {
                let standing = self.tours.cost + self.elsewhere.cost;
                self.pool.collect(&self.instance, &self.tours, standing);
            }
        }
    }

    fn iterate(&mut self) {
        if self.attempt.is_under_way() {
            self.step();
            self.judge_attempt();
        } else if self.tours.absent.is_empty()
            && self.tours.trips_used > 1
            && self.random.random_bool(self.attempt.rate)
        {
            self.begin_attempt();
        } else {
            self.step();
            self.keep_best();
        }
    }

    fn begin_attempt(&mut self) {
        let is_split = self.random.random_bool(SPLIT_PROBABILITY);
        self.attempt.begin(&mut self.tours, is_split);
        let seed = self.draw_any();
        if is_split {
            trips::split(&self.instance, &mut self.tours, seed, &mut self.random);
        } else {
            trips::remove(&self.instance, &mut self.tours, seed, 1);
        }
        self.attempt.focus.clear();
        self.attempt.focus.extend_from_slice(&self.tours.absent);
        if is_split {
            self.greedy.append(&self.instance, &mut self.tours);
        }
        if !self.tours.is_sound() || self.attempt.focus.is_empty() {
            self.tours.undo();
            self.attempt.end(&mut self.tours, false);
            return;
        }
        self.tours.commit();
        // The trip was removed on purpose: those who lost their place may be absent for a while.
        self.attempt_absences.forget();
        self.attempt_absences.take(&self.tours);
    }

    fn judge_attempt(&mut self) {
        match self.attempt.count(&mut self.tours) {
            Verdict::GoOn => return,
            Verdict::GiveUp => {
                self.attempt.end(&mut self.tours, false);
                self.tours.copy_from(&self.attempt.left_behind);
            }
            Verdict::Compare => {
                let (old, new) = (self.attempt.left_behind.cost, self.tours.cost);
                self.attempt.end(&mut self.tours, new < old);
                if self.annealing.accepts(old, new, &mut self.random) {
                    self.keep_best();
                } else {
                    self.tours.copy_from(&self.attempt.left_behind);
                }
            }
        }
        self.absences.take(&self.tours);
    }

    fn step(&mut self) {
        let seed = self.draw_seed();
        if self.instance.has_prizes {
            self.invite(seed);
        }
        if self.random.random_bool(TRIPS_PROBABILITY) {
            let trips_max = self.random.random_range(1..=2);
            trips::remove(&self.instance, &mut self.tours, seed, trips_max);
        } else {
            self.strings.remove(&self.instance, &mut self.tours, seed, &mut self.random);
        }
        self.greedy.insert(
            &self.instance,
            &mut self.tours,
            self.annealing.now() * INVITATION_TEMPERATURE,
            &mut self.random,
        );
        let absences = if self.attempt.is_under_way() {
            &mut self.attempt_absences
        } else {
            &mut self.absences
        };
        if self.tours.is_sound() && absences.accepts(&self.tours, &self.annealing, &mut self.random)
        {
            self.tours.commit();
        } else {
            self.tours.undo();
        }
    }

    /// Lets some clients near `seed` who are left out for their prize look for a place.
    fn invite(&mut self, seed: u32) {
        let most = self.random.random_range(0..=INVITED_MAX);
        let before = self.tours.absent.len();
        for &client in self.instance.neighbors.near.of(seed) {
            if self.tours.absent.len() == before + most {
                return;
            }
            let leader = self.instance.leaders[client as usize];
            if self.instance.prizes[leader as usize] != MUST
                && !self.tours.is_served(&self.instance, leader)
                && !self.tours.absent.contains(&leader)
                && self.random.random_bool(INVITATION_PROBABILITY)
            {
                self.tours.absent.push(leader);
            }
        }
    }

    fn draw_seed(&mut self) -> u32 {
        let absent = self.tours.absent.len();
        if absent > 0 && self.random.random_bool(ABSENT_SEED_PROBABILITY) {
            return self.tours.absent[self.random.random_range(0..absent)];
        }
        if self.attempt.is_under_way() {
            let focus = &self.attempt.focus;
            let center = focus[self.random.random_range(0..focus.len())];
            let near = self.instance.neighbors.near.of(center);
            return near[self.random.random_range(0..near.len().min(FOCUS_REACH))];
        }
        self.draw_any()
    }

    fn draw_any(&mut self) -> u32 {
        self.random.random_range(0..self.instance.clients())
    }

    fn keep_best(&mut self) {
        if Standing::of(&self.tours) < Standing::of(&self.best) {
            self.best.copy_from(&self.tours);
        }
    }
}
