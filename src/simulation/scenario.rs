//! What differs from the base day.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::model::ids::StoreId;
use crate::model::region::{Courier, DailyHours, Region};
use crate::model::units::Seconds;
use crate::simulation::demand::Demand;
use crate::simulation::selling::{Selling, Shown};

/// The day that all points of a scenario start from.
#[derive(Debug, Clone, PartialEq)]
pub struct Base {
    /// Stores, couriers, pickers and rules.
    pub region: Region,
    /// The day that is simulated.
    pub date: NaiveDate,
    /// Who comes to the checkout.
    pub demand: Demand,
}

/// How much the plan is improved behind the traffic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Improving {
    /// Time between two looks at the plan.
    pub every: Seconds,
    /// Iterations of the search per look; 0 switches it off.
    pub iterations: u32,
}

impl Default for Improving {
    /// A look each simulated minute, as long as some milliseconds take: the service searches all the
    /// time, a simulation of a hundred days cannot.
    fn default() -> Self {
        Self { every: Seconds(60), iterations: 200 }
    }
}

/// Everything that decides how one day goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DaySettings {
    /// How many couriers work; `None` for all.
    pub couriers: Option<u16>,
    /// All chance of the day.
    pub seed: u64,
    /// By how much times vary: 0 not at all, 1 as they do in cities.
    pub noise: f64,
    /// Express orders are promised within this; `None` as the region does.
    pub promise: Option<Seconds>,
    /// Customers who come on an average day; `None` as the base says. Recorded days stay as they are.
    pub orders_per_day: Option<u32>,
    /// The search.
    pub improving: Improving,
    /// Who decides which slots can be had.
    pub selling: Selling,
    /// What customers see of them.
    pub shown: Shown,
}

impl DaySettings {
    /// The base day as it is, with the given chance.
    pub fn plain(seed: u64) -> Self {
        Self {
            couriers: None,
            seed,
            noise: 1.0,
            promise: None,
            orders_per_day: None,
            improving: Improving::default(),
            selling: Selling::default(),
            shown: Shown::default(),
        }
    }
}

/// A what-if: every number of couriers with every seed.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// How many couriers work, one point each; `None` for all.
    pub couriers: Vec<Option<u16>>,
    /// The seeds, one day each.
    pub seeds: Vec<u64>,
    /// What all days share; its couriers and seed are not looked at.
    pub shared: DaySettings,
}

impl Scenario {
    /// All days, points first and seeds within.
    pub fn days(&self) -> Vec<DaySettings> {
        let point = |&couriers: &Option<u16>| {
            self.seeds.iter().map(move |&seed| DaySettings { couriers, seed, ..self.shared })
        };
        self.couriers.iter().flat_map(point).collect()
    }
}

impl Base {
    /// The region of one simulated day.
    ///
    /// Only the day itself is sold: what would be promised for tomorrow could not be followed up.
    pub fn region_for(&self, settings: &DaySettings) -> Region {
        let mut region = self.region.clone();
        if let Some(count) = settings.couriers {
            region.couriers = crew(&region.couriers, usize::from(count));
        }
        region.policy.express = settings.promise.unwrap_or(region.policy.express);
        region.policy.scheduled_days = region.policy.scheduled_days.min(1);
        region
    }
}

/// So many couriers, in turns from each group of the same store and shifts, so that each store keeps
/// its share and a smaller crew is part of every larger one.
///
/// Asking for more than there are adds copies of the first ones, in the same turns.
fn crew(couriers: &[Courier], count: usize) -> Vec<Courier> {
    type Group = (Option<StoreId>, Vec<DailyHours>);
    let group = |courier: &Courier| -> Group { (courier.home, courier.shifts.clone()) };
    let mut groups: Vec<Group> = Vec::new();
    let mut ranks: BTreeMap<usize, usize> = BTreeMap::new();
    let mut turns: Vec<(usize, usize, &Courier)> = Vec::new();
    for courier in couriers {
        let known = groups.iter().position(|known| *known == group(courier));
        let number = known.unwrap_or_else(|| {
            groups.push(group(courier));
            groups.len() - 1
        });
        let rank = ranks.entry(number).or_default();
        turns.push((*rank, number, courier));
        *rank += 1;
    }
    turns.sort_by_key(|&(rank, number, _)| (rank, number));
    let copies = (0..count.div_ceil(couriers.len().max(1))).flat_map(|copy| {
        turns.iter().map(move |&(_, _, courier)| {
            let key =
                if copy == 0 { courier.key.clone() } else { format!("{}-{copy}", courier.key) };
            Courier { key, ..courier.clone() }
        })
    });
    copies.take(count).collect()
}

#[cfg(test)]
mod tests {
    use crate::simulation::invented;

    use super::*;

    fn keys(count: usize) -> String {
        let couriers = invented::region(2, 3, 4).couriers;
        let keys: Vec<String> = crew(&couriers, count).into_iter().map(|c| c.key).collect();
        keys.join(" ")
    }

    #[test]
    fn a_smaller_crew_is_part_of_a_larger_one_and_shared_among_the_stores() {
        insta::assert_snapshot!(keys(2), @"s0c0 s1c0");
        insta::assert_snapshot!(keys(5), @"s0c0 s1c0 s0c1 s1c1 s0c2");
    }

    #[test]
    fn a_crew_larger_than_the_base_repeats_it() {
        insta::assert_snapshot!(keys(8), @"s0c0 s1c0 s0c1 s1c1 s0c2 s1c2 s0c0-1 s1c0-1");
    }
}
