//! How much durations vary.

use serde::{Deserialize, Serialize};

/// Coefficients of variation: standard deviation by mean.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Variation {
    /// Of the picking of an order.
    pub picking: f64,
    /// Of the loading of a trip.
    pub loading: f64,
    /// Of a leg, by itself.
    pub leg: f64,
    /// Of all legs of a day together: jams, rain.
    pub traffic: f64,
    /// Of the time at a door.
    pub door: f64,
}

impl Default for Variation {
    /// Orders of magnitude from public meal-delivery days and couriers' logs: picking and doors vary
    /// by a third and more from order to order, drives in a city by a seventh, days by a twelfth.
    fn default() -> Self {
        Self { picking: 0.35, loading: 0.3, leg: 0.15, traffic: 0.08, door: 0.4 }
    }
}
