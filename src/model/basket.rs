//! What must be picked and carried.

use std::ops::{Add, AddAssign};

use serde::{Deserialize, Serialize};

use crate::model::sale::Classes;
use crate::model::units::{Grams, Milliliters, MinorUnits, Seconds};

/// What takes room on a trip.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load {
    /// Mass.
    pub mass: Grams,
    /// Volume.
    pub volume: Milliliters,
}

impl Load {
    /// Whether this much goes into a vehicle that takes `capacity`.
    pub fn fits(self, capacity: Self) -> bool {
        self.mass <= capacity.mass && self.volume <= capacity.volume
    }
}

impl Add for Load {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { mass: self.mass + other.mass, volume: self.volume + other.volume }
    }
}

impl AddAssign for Load {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

/// The goods of one order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basket {
    /// How many things a picker must take from the shelves.
    pub items: u32,
    /// What they weigh and fill.
    pub load: Load,
    /// How long picking takes, when the shop knows better than the store's average.
    pub picking: Option<Seconds>,
    /// What the goods cost, if the shop says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<MinorUnits>,
    /// The classes of items that a store may be out of.
    #[serde(default, skip_serializing_if = "Classes::is_empty")]
    pub classes: Classes,
}
