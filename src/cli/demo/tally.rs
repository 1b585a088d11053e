//! What the simulated customers met with.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Counters that all customers share.
#[derive(Debug, Default)]
pub(crate) struct Tally(Mutex<Counts>);

/// What became of the checkouts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Customers who asked.
    pub(crate) asked: u64,
    /// Customers who were offered what they came for, or took something else.
    pub(crate) offered: u64,
    /// Customers who left without taking an offer.
    pub(crate) left: u64,
    /// Holds that the customer let lapse or gave back.
    pub(crate) given_back: u64,
    /// Orders booked.
    pub(crate) booked: u64,
    /// Bookings called off.
    pub(crate) cancelled: u64,
    /// Customers who got nothing, by reason.
    pub(crate) refused: BTreeMap<String, u64>,
}

impl Tally {
    /// Changes the counters.
    pub(crate) fn count(&self, change: impl FnOnce(&mut Counts)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Counts a customer who got nothing.
    pub(crate) fn refuse(&self, reason: &str) {
        self.count(|counts| *counts.refused.entry(reason.to_owned()).or_default() += 1);
    }

    /// The counters now.
    pub(crate) fn counts(&self) -> Counts {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
