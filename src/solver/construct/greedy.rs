//! Greedy insertion with blinks, in one of several orders.

use rand::Rng;
use rand::seq::SliceRandom;
use rand_pcg::Pcg64Mcg;

use crate::solver::instance::Instance;
use crate::solver::instance::MUST;
use crate::solver::tours::NONE;
use crate::solver::tours::Tours;
use crate::solver::tours::place::Scratch;

/// Orders in which absent clients are inserted, with their weights.
///
/// # Source
/// Christiaens, Vanden Berghe (2020), doi:10.1287/trsc.2019.0914, section 4.2 and, for windows,
/// section 6.3. The order by release is ours.
const ORDERS: [(Order, u32); 8] = [
    (Order::Random, 4),
    (Order::Load, 4),
    (Order::Far, 2),
    (Order::Near, 1),
    (Order::Width, 2),
    (Order::Opens, 2),
    (Order::Closes, 2),
    (Order::Release, 1),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    /// Any.
    Random,
    /// Largest first.
    Load,
    /// Farthest from the depot first.
    Far,
    /// Nearest to the depot first.
    Near,
    /// Narrowest window first.
    Width,
    /// Earliest first.
    Opens,
    /// Latest first.
    Closes,
    /// Latest first.
    Release,
}

/// What the insertion needs besides the solution, so that it allocates nothing.
#[derive(Debug, Clone)]
pub(crate) struct Greedy {
    scratch: Scratch,
    keyed: Vec<(i64, u32)>,
}

impl Greedy {
    pub(crate) fn new(instance: &Instance, seed: u64) -> Self {
        Self {
            scratch: Scratch::new(seed),
            keyed: Vec::with_capacity(instance.problem.clients.len()),
        }
    }

    /// Inserts all absent clients for which a place is found, in a random order of orders, and
    /// forgets those who have none but a prize. What a place may cost more than the prize is drawn
    /// as in annealing, at `temperature`.
    pub(crate) fn insert(
        &mut self,
        instance: &Instance,
        tours: &mut Tours,
        temperature: f64,
        random: &mut Pcg64Mcg,
    ) {
        self.sort(instance, tours, random);
        let mut absent = 0;
        for i in 0..tours.absent.len() {
            let leader = tours.absent[i];
            let prize = instance.prizes[leader as usize];
            let ceiling = ceiling(prize, temperature, random);
            let place = tours.cheapest_place(instance, leader, ceiling, &mut self.scratch);
            if let Some(place) = place {
                tours.insert(instance, place);
            } else if prize == MUST {
                tours.absent[absent] = leader;
                absent += 1;
            }
        }
        tours.absent.truncate(absent);
    }

    /// Makes a new trip of the absent, in their order, as far as that is feasible.
    pub(crate) fn append(&mut self, instance: &Instance, tours: &mut Tours) {
        let mut last = NONE;
        let mut absent = 0;
        for i in 0..tours.absent.len() {
            let leader = tours.absent[i];
            let place = tours.place_after(instance, leader, last, &mut self.scratch);
            if let Some(place) = place {
                tours.insert(instance, place);
                last = place.client;
            } else {
                tours.absent[absent] = leader;
                absent += 1;
            }
        }
        tours.absent.truncate(absent);
    }

    fn sort(&mut self, instance: &Instance, tours: &mut Tours, random: &mut Pcg64Mcg) {
        let total: u32 = ORDERS.iter().map(|order| order.1).sum();
        let mut drawn = random.random_range(0..total);
        let mut order = Order::Random;
        for (candidate, weight) in ORDERS {
            if drawn < weight {
                order = candidate;
                break;
            }
            drawn -= weight;
        }
        if order == Order::Random || (order == Order::Release && !instance.has_releases) {
            tours.absent.shuffle(random);
            return;
        }
        self.keyed.clear();
        self.keyed.extend(tours.absent.iter().map(|&id| (key(instance, id, order), id)));
        self.keyed.sort_unstable();
        for (absent, keyed) in tours.absent.iter_mut().zip(&self.keyed) {
            *absent = keyed.1;
        }
    }
}

fn ceiling(prize: i64, temperature: f64, random: &mut Pcg64Mcg) -> i64 {
    if prize == MUST || temperature <= 0.0 {
        return prize;
    }
    #[expect(clippy::cast_possible_truncation, reason = "a draw needs not be exact")]
    let more = (-temperature * random.random::<f64>().ln()).min(MUST as f64) as i64;
    prize + more
}

fn key(instance: &Instance, id: u32, order: Order) -> i64 {
    let client = instance.client(id);
    let distance = || {
        let depot = instance.problem.depots[client.depots.first() as usize].location;
        i64::from(instance.tables.classes[0].hop(depot, client.location).cost)
    };
    match order {
        Order::Random => 0,
        Order::Load => -i64::from(client.load[0]) - i64::from(client.load[1]),
        Order::Far => -distance(),
        Order::Near => distance(),
        Order::Width => i64::from(client.closes) - i64::from(client.opens),
        Order::Opens => i64::from(client.opens),
        Order::Closes => -i64::from(client.closes),
        Order::Release => -i64::from(client.release),
    }
}
