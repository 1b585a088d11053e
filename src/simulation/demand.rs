//! Who comes to the checkout, when, and what they want.

use chrono::NaiveDate;
use rand::Rng;
use rand::seq::IndexedRandom;

use crate::model::basket::{Basket, Load};
use crate::model::order::Wish;
use crate::model::place::Coordinate;
use crate::model::region::{Region, TimeOfDay};
use crate::model::sale::Buyer;
use crate::model::time::Timestamp;
use crate::model::units::{Grams, Milliliters, Seconds};
use crate::simulation::noise::{Noise, Purpose, exponential, log_normal};

/// How a customer decides among offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Temper {
    /// Wants it soon.
    Hurried,
    /// Has a time of day in mind.
    Planning {
        /// That time.
        around: Timestamp,
    },
    /// Comes to the store when a convenient window is offered.
    Collecting {
        /// The convenient time.
        around: Timestamp,
    },
    /// Takes express delivery whenever it is offered, and nothing else: an order that was recorded.
    Recorded,
}

/// One customer at the checkout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// When the customer asks.
    pub at: Timestamp,
    /// What is wanted.
    pub wish: Wish,
    /// How the customer decides.
    pub temper: Temper,
}

/// A day of invented customers.
#[derive(Debug, Clone, PartialEq)]
pub struct DayModel {
    /// Customers who come to the checkout on an average day.
    pub orders_per_day: u32,
    /// How many of them come in each hour of the day, in any unit.
    pub hours: [f64; 24],
    /// By how much days differ: the coefficient of variation of a day's total, besides chance.
    pub days_vary: f64,
    /// Items of a basket, on average.
    pub items_mean: f64,
    /// Mass of an item, on average.
    pub item_mass: Grams,
    /// Volume of an item, on average.
    pub item_volume: Milliliters,
    /// The share of customers with a time of day in mind.
    pub planning_share: f64,
    /// The share of customers who would rather collect.
    pub collecting_share: f64,
    /// Where customers live.
    pub addresses: Vec<Coordinate>,
}

/// Where the sessions of a day come from.
#[derive(Debug, Clone, PartialEq)]
pub enum Demand {
    /// Invented, anew for each seed.
    Model(Box<DayModel>),
    /// Recorded, the same for each seed.
    Recorded(Vec<Session>),
}

impl DayModel {
    /// Groceries: a lunch peak, a higher evening peak, baskets of a dozen items.
    pub fn groceries(orders_per_day: u32, addresses: Vec<Coordinate>) -> Self {
        let mut hours = [0.0; 24];
        let weights = [2.0, 4.0, 5.0, 6.0, 8.0, 8.0, 6.0, 5.0, 5.0, 7.0, 9.0, 10.0, 8.0, 4.0, 2.0];
        for (hour, weight) in hours.iter_mut().skip(8).zip(weights) {
            *hour = weight;
        }
        Self {
            orders_per_day,
            hours,
            days_vary: 0.15,
            items_mean: 12.0,
            item_mass: Grams(420),
            item_volume: Milliliters(1_100),
            planning_share: 0.3,
            collecting_share: 0.1,
            addresses,
        }
    }

    /// The customers of one day, in the order they come.
    ///
    /// A Poisson process whose rate follows the hours, scaled by how busy the day is.
    pub(crate) fn sessions(&self, region: &Region, date: NaiveDate, noise: &Noise) -> Vec<Session> {
        let total: f64 = self.hours.iter().sum();
        if total <= 0.0 || self.addresses.is_empty() {
            return Vec::new();
        }
        let mut stream = noise.stream(Purpose::Arrivals, 0, 0);
        let busy = log_normal(&mut stream, self.days_vary);
        let mut sessions = Vec::new();
        for (hour, weight) in (0_u32..).zip(self.hours) {
            let rate = f64::from(self.orders_per_day) * busy * weight / total;
            let starts = region.instant(date, TimeOfDay(hour * 3600));
            let mut stream = noise.stream(Purpose::Arrivals, 1, u64::from(hour));
            let mut elapsed = exponential(&mut stream);
            while elapsed < rate {
                let at = starts + whole_seconds(elapsed / rate * 3600.0);
                let number = sessions.len() as u64;
                sessions.push(self.session(region, at, number, noise));
                elapsed += exponential(&mut stream);
            }
        }
        sessions
    }

    fn session(&self, region: &Region, at: Timestamp, number: u64, noise: &Noise) -> Session {
        let mut stream = noise.stream(Purpose::Wish, number, 0);
        let place =
            self.addresses.choose(&mut stream).copied().unwrap_or(region.stores[0].location);
        let items = (self.items_mean * log_normal(&mut stream, 0.6)).clamp(1.0, 90.0).round();
        let heavy = log_normal(&mut stream, 0.3);
        let load = Load {
            mass: Grams(amount(self.item_mass.0, items * heavy)),
            volume: Milliliters(amount(self.item_volume.0, items * heavy)),
        };
        let items = u32::try_from(whole_seconds(items).0).unwrap_or(1);
        let ends = region.hours_on(region.date(at), region.policy.delivery).closes();
        let left = (ends - at).0.max(3600);
        let around = at + Seconds(stream.random_range(1800..=left));
        let kind: f64 = stream.random();
        let temper = if kind < self.planning_share {
            Temper::Planning { around }
        } else if kind < self.planning_share + self.collecting_share {
            Temper::Collecting { around }
        } else {
            Temper::Hurried
        };
        let basket = Basket { items, load, picking: None, ..Basket::default() };
        Session {
            at,
            wish: Wish {
                place,
                basket,
                door: region.policy.door,
                buyer: Buyer::default(),
                store: None,
            },
            temper,
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "used for fractions of a day and item counts")]
fn whole_seconds(seconds: f64) -> Seconds {
    Seconds(seconds.floor() as i64)
}

#[expect(clippy::cast_precision_loss, reason = "grams of an item are exact in f64")]
#[expect(clippy::cast_possible_truncation, reason = "a basket weighs less than a billion grams")]
fn amount(each: i64, times: f64) -> i64 {
    ((each as f64) * times).round() as i64
}
