//! The answer to one checkout.

use crate::model::slot::Slot;
use crate::model::time::{TimeWindow, Timestamp};
use crate::model::units::MinorUnits;
use crate::offers::feasibility::Place;
use crate::offers::ground::Ground;
use crate::offers::probability::Reached;
use crate::offers::refusal::RefusedSlot;

/// How it is known that a slot can be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// The order was inserted into the plan as it is, and every promise held.
    Inserted,
    /// Somebody else moves to another trip for it, every promise holding.
    Repaired,
}

impl Evidence {
    /// How a place was found.
    pub(crate) fn of(place: &Place) -> Self {
        if place.moved.is_empty() { Self::Inserted } else { Self::Repaired }
    }
}

/// A slot that the customer can have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Offer {
    /// What and when.
    pub slot: Slot,
    /// At what fee.
    pub fee: MinorUnits,
    /// Until when it is sold, if that is before it closes.
    pub sold_until: Option<Timestamp>,
    /// When the courier would be at the door as things stand; `None` for a pickup.
    pub expected_arrival: Option<Timestamp>,
    /// What chance has to do with it; `None` for a pickup.
    pub chance: Option<Chance>,
    /// Why we believe it.
    pub evidence: Evidence,
    /// What the order would add to the cost of the plan, in the solver's cost unit.
    pub cost: i64,
}

/// How sure an arrival is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chance {
    /// The probability that the courier is at the door in time.
    pub on_time: f64,
    /// When the courier is there nine times out of ten.
    pub likely: TimeWindow,
}

/// Half the width of an interval that holds nine of ten, in deviations of a normal distribution.
const NINE_OF_TEN: f64 = 1.645;

impl Chance {
    /// What is known of a door that is to be reached in a window, with the moments of its ground.
    pub(crate) fn new(ground: &Ground, reached: Reached, window: TimeWindow) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "casts of floats saturate")]
        let at = |seconds: f64| ground.instant(seconds.round() as i32);
        let half = NINE_OF_TEN * reached.deviation;
        // Whoever is early waits at the door.
        let from = at(reached.mean - half).max(ground.now).max(window.opens());
        let likely = TimeWindow::spanning(from, at(reached.mean + half).max(from));
        Self { on_time: reached.in_time, likely }
    }
}

/// How much a quote looks at. Whatever it offers is proven; with less effort it offers less.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effort {
    /// Everything.
    #[default]
    Full,
    /// Nobody is moved to make room.
    Insertions,
    /// Moreover, only windows that open soon are looked at; others are not even refused.
    NearSlots,
}

/// All slots of one checkout.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Quote {
    /// How much was looked at.
    pub effort: Effort,
    /// What can be had, express first, then by time.
    pub offers: Vec<Offer>,
    /// What cannot, and why.
    pub refusals: Vec<RefusedSlot>,
}
