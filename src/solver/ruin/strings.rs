//! Removes strings of neighboring clients from neighboring trips.

use rand::Rng;
use rand_pcg::Pcg64Mcg;

use crate::solver::instance::Instance;
use crate::solver::tours::NONE;
use crate::solver::tours::Tours;

/// How many clients are removed on average (the paper's value).
const REMOVED_MEAN: f64 = 10.0;

/// How long a string may be (the paper's value).
const STRING_MAX: f64 = 10.0;

/// How often a string leaves some clients in its middle (the paper's value).
const SPLIT_PROBABILITY: f64 = 0.5;

/// How often one more client is left in the middle (the paper's value).
const SPLIT_GROWTH: f64 = 0.01;

/// Buffers of the ruin, so that it allocates nothing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Strings {
    ruined: Vec<u32>,
    string: Vec<u32>,
}

impl Strings {
    /// Removes strings around `seed`.
    ///
    /// # Source
    /// Christiaens, Vanden Berghe (2020), Slack induction by string removals for vehicle routing
    /// problems, doi:10.1287/trsc.2019.0914, algorithm 2 and equations 5 to 9; a tour of the paper
    /// is a trip here.
    pub(crate) fn remove(
        &mut self,
        instance: &Instance,
        tours: &mut Tours,
        seed: u32,
        random: &mut Pcg64Mcg,
    ) {
        let present = instance.problem.clients.len() - tours.absent.len();
        let present = f64::from(u32::try_from(present).unwrap_or(u32::MAX));
        let mean = present / f64::from(tours.trips_used.max(1));
        let length_max = STRING_MAX.min(mean).max(1.0);
        let strings_max = 4.0 * REMOVED_MEAN / (1.0 + length_max) - 1.0;
        let strings = draw(strings_max, random) as usize;
        self.ruined.clear();
        for &client in instance.neighbors.near.of(seed) {
            if self.ruined.len() >= strings {
                return;
            }
            let trip = tours.stop(client).trip;
            if !tours.is_movable(client) || self.ruined.contains(&trip) {
                continue;
            }
            self.ruined.push(trip);
            let clients = tours.trip(trip).clients;
            let length_max = length_max.min(f64::from(clients));
            let length = draw(length_max, random);
            self.remove_string(instance, tours, (client, length), random);
        }
    }

    fn remove_string(
        &mut self,
        instance: &Instance,
        tours: &mut Tours,
        (client, length): (u32, u32),
        random: &mut Pcg64Mcg,
    ) {
        let clients = tours.trip(tours.stop(client).trip).clients;
        let mut kept = 0;
        if length > 1 && length < clients && random.random_bool(SPLIT_PROBABILITY) {
            kept = 1;
            while length + kept < clients && random.random_bool(SPLIT_GROWTH) {
                kept += 1;
            }
        }
        self.choose(tours, (client, length + kept), random);
        let first_kept = if kept > 0 { random.random_range(1..length) as usize } else { 0 };
        let kept = first_kept..first_kept + kept as usize;
        let mut gap = NONE;
        for (i, &client) in self.string.iter().enumerate() {
            if kept.contains(&i) {
                if i == kept.start {
                    tours.mend(instance, gap);
                }
            } else {
                gap = tours.remove(instance, client);
            }
        }
        tours.mend(instance, gap);
    }

    /// Fills `string` with so many consecutive clients of a trip, among them `client`.
    fn choose(&mut self, tours: &Tours, (client, length): (u32, u32), random: &mut Pcg64Mcg) {
        let mut first = client;
        let mut behind = 0;
        while behind + 1 < length && tours.ids.is_client(tours.stop(first).previous) {
            first = tours.stop(first).previous;
            behind += 1;
        }
        let mut ahead = 0;
        let mut last = client;
        while ahead + 1 < length && tours.ids.is_client(tours.stop(last).next) {
            last = tours.stop(last).next;
            ahead += 1;
        }
        // The string may start at any of these such that it does not run out of the trip.
        for _ in 0..random.random_range(0..=behind + ahead + 1 - length) {
            first = tours.stop(first).next;
        }
        self.string.clear();
        for _ in 0..length {
            self.string.push(first);
            first = tours.stop(first).next;
        }
    }
}

/// A whole number, the floor of an even draw from 1 to `most` + 1.
fn draw(most: f64, random: &mut Pcg64Mcg) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "strings are short and lengths positive"
    )]
    let drawn = random.random_range(1.0..most + 1.0).floor() as u32;
    drawn
}
