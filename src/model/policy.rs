//! The rules of a region.

use serde::{Deserialize, Serialize};

use crate::model::basket::Basket;
use crate::model::region::DailyHours;
use crate::model::sale::{SaleRules, Tier, TierId};
use crate::model::slot::SlotKind;
use crate::model::units::{MinorUnits, Seconds};
use crate::model::variation::Variation;

/// What is promised, how long things take, and what they cost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// Express orders are at the door this long after they are placed.
    pub express: Seconds,
    /// A slot is sold only if the planned arrival is this much before its window closes.
    pub safety: Seconds,
    /// Width of scheduled and pickup windows.
    pub window: Seconds,
    /// On how many days, today included, scheduled windows are offered.
    pub scheduled_days: u8,
    /// A window may be offered until so long before it opens.
    pub lead: Seconds,
    /// How long an offer is good for.
    pub offer: Seconds,
    /// How long a hold lives.
    pub hold: Seconds,
    /// A trip that begins to load sooner than this is not changed any more.
    pub lock: Seconds,
    /// Express and scheduled windows lie inside these hours.
    pub delivery: DailyHours,
    /// Picking: time per order.
    pub picking_base: Seconds,
    /// Picking: time per item.
    pub picking_item: Seconds,
    /// From the end of picking until a courier can load.
    pub handover: Seconds,
    /// Orders are picked at most this long before they are due.
    pub pick_ahead: Seconds,
    /// Loading takes this long, per trip.
    pub loading: Seconds,
    /// Time at a door, when the order does not say.
    pub door: Seconds,
    /// A courier may wait this long at the store, if no promise suffers, for orders to join a trip.
    pub wait: Seconds,
    /// Fee by kind of slot.
    pub fees: Fees,
    /// What the objective counts.
    pub costs: Costs,
    /// How much durations vary.
    #[serde(default)]
    pub variation: Variation,
    /// A slot is sold only if it is kept with this probability, and no promise falls below it;
    /// tiers may have a floor of their own, see [`Policy::floor_of`].
    #[serde(default)]
    pub on_time_floor: f64,
    /// What is on sale, when, and to whom.
    #[serde(default, skip_serializing_if = "SaleRules::is_usual")]
    pub sale: SaleRules,
}

/// Flat fees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fees {
    /// Of an express slot.
    pub express: MinorUnits,
    /// Of a scheduled slot.
    pub scheduled: MinorUnits,
    /// Of a pickup.
    pub pickup: MinorUnits,
}

/// What the business pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Costs {
    /// A courier's hour.
    pub courier_hour: MinorUnits,
    /// A kilometer on the road.
    pub kilometer: MinorUnits,
}

impl Policy {
    /// With which probability promises to a tier are to be kept.
    pub fn floor_of(&self, tier: TierId) -> f64 {
        let tier = self.sale.tiers.get(usize::from(tier.0));
        let own = tier.and_then(|tier| tier.on_time_percent);
        own.map_or(self.on_time_floor, |percent| f64::from(percent) / 100.0)
    }

    /// Whether any promise has a floor.
    pub fn has_floors(&self) -> bool {
        let own = |tier: &Tier| tier.on_time_percent.is_some_and(|percent| percent > 0);
        self.on_time_floor > 0.0 || self.sale.tiers.iter().any(own)
    }

    /// How long picking takes.
    pub fn picking(&self, basket: &Basket) -> Seconds {
        basket.picking.unwrap_or_else(|| {
            Seconds(self.picking_base.0 + self.picking_item.0 * i64::from(basket.items))
        })
    }

    /// The fee of a slot.
    pub fn fee(&self, kind: SlotKind) -> MinorUnits {
        match kind {
            SlotKind::Express => self.fees.express,
            SlotKind::Scheduled => self.fees.scheduled,
            SlotKind::Pickup => self.fees.pickup,
        }
    }
}
