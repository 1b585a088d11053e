//! What is on sale, when, and to whom.

use chrono::{Datelike, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

use crate::model::ids::{StoreId, ZoneId};
use crate::model::order::Wish;
use crate::model::quota::Limits;
use crate::model::region::{DailyHours, Region, TimeOfDay};
use crate::model::slot::{Slot, SlotKind};
use crate::model::time::{TimeWindow, Timestamp};
use crate::model::units::{MinorUnits, Seconds};

/// What is sold besides what the policy's hours and days say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SaleRules {
    /// Windows on sale, in the order of the day. A kind of slot that has no template is sold in the
    /// policy's uniform windows.
    pub templates: Vec<SlotTemplate>,
    /// When nothing is sold.
    pub blackouts: Vec<Blackout>,
    /// The smallest baskets, for slots whose template says nothing else.
    pub minimum: MinimumBasket,
    /// Kinds of customers; the first is everybody who says nothing. Never empty.
    pub tiers: Vec<Tier>,
    /// Where customers order; the first counts when nothing is said. Never empty.
    pub channels: Vec<String>,
    /// Classes of items that a store may be out of, at most [`CLASSES_MAX`].
    pub classes: Vec<String>,
}

/// How many classes of items there may be: they are the bits of [`Classes`].
pub const CLASSES_MAX: usize = 32;

/// A window that is sold again and again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotTemplate {
    /// Its name for people.
    pub name: String,
    /// How the customer gets the order.
    pub kind: SlotKind,
    /// On which days.
    pub days: Days,
    /// From when until when, in local time.
    pub hours: DailyHours,
    /// It is sold until so long before it opens.
    pub lead: Seconds,
    /// And, if so, only until a time of day.
    pub cut_off: Option<CutOff>,
    /// The stores that sell it; empty for all.
    pub stores: Vec<StoreId>,
    /// The zones where it is sold; empty for all.
    pub zones: Vec<ZoneId>,
    /// What it costs, if not what its kind costs.
    pub fee: Option<MinorUnits>,
    /// The smallest basket, if not that of its kind.
    pub minimum: Option<MinorUnits>,
    /// How many are sold, and to whom.
    pub limits: Limits,
}

/// The last moment of a sale, in local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CutOff {
    /// So many days before the window's own day.
    pub days_before: u8,
    /// At this time.
    pub time: TimeOfDay,
}

/// Some days of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Days(u8);

/// A stretch of one day on which nothing is sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blackout {
    /// The day.
    pub date: NaiveDate,
    /// From when until when, in local time.
    pub hours: DailyHours,
    /// The stores that are closed; empty for all.
    pub stores: Vec<StoreId>,
}

/// The smallest basket by kind of slot.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MinimumBasket {
    /// For an express slot.
    pub express: MinorUnits,
    /// For a scheduled slot.
    pub scheduled: MinorUnits,
    /// For a pickup.
    pub pickup: MinorUnits,
}

/// A kind of customers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tier {
    /// Its name in the API.
    pub name: String,
    /// How much lateness of its orders counts, in percent of what it counts usually.
    pub lateness_percent: u16,
    /// A slot is sold to it only if it is kept with this probability, in percent; the region's
    /// floor when it has none of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_time_percent: Option<u8>,
}

/// A tier: its position in [`SaleRules::tiers`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TierId(pub u8);

/// A channel: its position in [`SaleRules::channels`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChannelId(pub u8);

/// Who buys, and where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Buyer {
    /// The kind of customer.
    pub tier: TierId,
    /// Where the customer orders.
    pub channel: ChannelId,
}

/// Some of the [`SaleRules::classes`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Classes(pub u32);

impl Default for SaleRules {
    fn default() -> Self {
        let tier =
            Tier { name: "standard".to_owned(), lateness_percent: 100, on_time_percent: None };
        Self {
            templates: vec![],
            blackouts: vec![],
            minimum: MinimumBasket::default(),
            tiers: vec![tier],
            channels: ["site", "app", "phone"].map(str::to_owned).to_vec(),
            classes: vec![],
        }
    }
}

impl SaleRules {
    /// Whether nothing is said that is not usual.
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }

    /// The tier of this name.
    pub fn tier_named(&self, name: &str) -> Option<TierId> {
        let index = self.tiers.iter().position(|tier| tier.name == name)?;
        u8::try_from(index).ok().map(TierId)
    }

    /// The channel of this name.
    pub fn channel_named(&self, name: &str) -> Option<ChannelId> {
        let index = self.channels.iter().position(|channel| channel == name)?;
        u8::try_from(index).ok().map(ChannelId)
    }

    /// The name of a buyer's tier.
    pub fn tier_name(&self, buyer: Buyer) -> &str {
        self.tiers.get(usize::from(buyer.tier.0)).map_or("", |tier| &tier.name)
    }

    /// The name of a buyer's channel.
    pub fn channel_name(&self, buyer: Buyer) -> &str {
        self.channels.get(usize::from(buyer.channel.0)).map_or("", |channel| channel)
    }

    /// The class of items of this name.
    pub fn class_named(&self, name: &str) -> Option<Classes> {
        let index = self.classes.iter().position(|class| class == name)?;
        (index < CLASSES_MAX).then(|| Classes(1 << index))
    }

    /// The names of some classes.
    pub fn names(&self, classes: Classes) -> Vec<&str> {
        let is_in = |index: usize| index < CLASSES_MAX && classes.0 & (1 << index) != 0;
        let named = self.classes.iter().enumerate().filter(|&(index, _)| is_in(index));
        named.map(|(_, name)| name.as_str()).collect()
    }

    /// How much a customer's lateness counts, in percent.
    pub fn lateness_percent(&self, tier: TierId) -> i64 {
        self.tiers.get(usize::from(tier.0)).map_or(100, |tier| i64::from(tier.lateness_percent))
    }

    /// The templates of a kind.
    pub fn templates_of(&self, kind: SlotKind) -> impl Iterator<Item = &SlotTemplate> {
        self.templates.iter().filter(move |template| template.kind == kind)
    }

    /// The template that a slot was sold by, for an order in these zones.
    ///
    /// Cost: linear in the templates of the slot's kind and weekday.
    pub fn template_of(
        &self,
        region: &Region,
        slot: &Slot,
        zones: &[ZoneId],
    ) -> Option<&SlotTemplate> {
        let date = region.date(slot.window.opens());
        self.templates_of(slot.kind).find(|template| {
            template.days.contains(date.weekday())
                && template.is_sold(region, slot.store, zones)
                && template.window(region, date) == Some(slot.window)
        })
    }

    /// The smallest basket that a slot is sold for.
    pub fn minimum_of(&self, kind: SlotKind, template: Option<&SlotTemplate>) -> MinorUnits {
        let usual = match kind {
            SlotKind::Express => self.minimum.express,
            SlotKind::Scheduled => self.minimum.scheduled,
            SlotKind::Pickup => self.minimum.pickup,
        };
        template.and_then(|template| template.minimum).unwrap_or(usual)
    }

    /// The blackouts that a window would fall into.
    pub fn blackouts_in(&self, region: &Region, window: TimeWindow) -> Vec<&Blackout> {
        if self.blackouts.is_empty() {
            return vec![];
        }
        let days = region.date(window.opens())..=region.date(window.closes());
        let of_days = self.blackouts.iter().filter(|blackout| days.contains(&blackout.date));
        let falls_into = |blackout: &&Blackout| {
            let closed = region.hours_on(blackout.date, blackout.hours);
            window.opens() < closed.closes() && closed.opens() < window.closes()
        };
        of_days.filter(falls_into).collect()
    }
}

impl Blackout {
    /// Whether it closes a store.
    pub fn closes(&self, store: StoreId) -> bool {
        self.stores.is_empty() || self.stores.contains(&store)
    }
}

impl SlotTemplate {
    /// Its window on a date; none where a clock change skips all of it.
    pub fn window(&self, region: &Region, date: NaiveDate) -> Option<TimeWindow> {
        let window = region.hours_on(date, self.hours);
        (window.opens() < window.closes()).then_some(window)
    }

    /// The last moment at which its window on a date is sold.
    pub fn last_sale(&self, region: &Region, date: NaiveDate, window: TimeWindow) -> Timestamp {
        let last = window.opens() - self.lead;
        let cut_off = self.cut_off.and_then(|cut_off| {
            let day = chrono::Days::new(u64::from(cut_off.days_before));
            Some(region.instant(date.checked_sub_days(day)?, cut_off.time))
        });
        cut_off.map_or(last, |cut_off| cut_off.min(last))
    }

    /// Whether a store sells it to a place in these zones.
    pub fn is_sold(&self, region: &Region, store: StoreId, zones: &[ZoneId]) -> bool {
        let delivers = |zone: &ZoneId| {
            let zone = region.zones.get(usize::from(zone.0));
            zone.is_some_and(|zone| zone.stores.contains(&store))
        };
        let is_meant = self.stores.is_empty() || self.stores.contains(&store);
        let is_here = |zone: &ZoneId| self.zones.contains(zone) && delivers(zone);
        is_meant && (self.zones.is_empty() || zones.iter().any(is_here))
    }
}

impl Days {
    /// Every day.
    pub const ALL: Self = Self(0b111_1111);

    /// Whether a day is among them.
    pub fn contains(self, day: Weekday) -> bool {
        self.0 & (1 << day.num_days_from_monday()) != 0
    }
}

impl FromIterator<Weekday> for Days {
    fn from_iter<I: IntoIterator<Item = Weekday>>(days: I) -> Self {
        Self(days.into_iter().fold(0, |bits, day| bits | 1 << day.num_days_from_monday()))
    }
}

impl Buyer {
    /// Whether it is the customer who says nothing.
    pub fn is_anybody(&self) -> bool {
        *self == Self::default()
    }
}

impl Classes {
    /// No class at all.
    pub const NONE: Self = Self(0);

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0 == 0
    }

    /// Those in both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Those in either.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl Wish {
    /// The classes of the basket that a store which is out of some cannot give.
    pub fn lacks(&self, out_of_stock: Classes) -> Classes {
        self.basket.classes.and(out_of_stock)
    }
}
