//! How many slots are sold, and for whom some are kept.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::ids::{StoreId, ZoneId};
use crate::model::sale::{Buyer, ChannelId, TierId};
use crate::model::slot::{Slot, SlotKind};
use crate::model::time::{TimeWindow, Timestamp};
use crate::model::units::Seconds;

/// Upper bounds on the orders of one window, on top of what the plan can do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// All orders together; `None` for as many as the plan keeps.
    pub orders: Option<u32>,
    /// Over what orders are counted.
    pub count_by: CountBy,
    /// Orders that come by a channel.
    pub channels: Vec<(ChannelId, u32)>,
    /// Parts of [`Limits::orders`] that are kept.
    pub reserved: Vec<Reserve>,
}

/// Over what the orders of a window are counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountBy {
    /// Those of one store.
    #[default]
    Store,
    /// Those of one zone: the first that the door lies in.
    Zone,
}

/// A part of a window that is kept for a tier for some time. Several of one tier are a schedule: as
/// long as any of them holds, the largest counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reserve {
    /// For whom.
    pub tier: TierId,
    /// How much of [`Limits::orders`], in percent; parts of an order are rounded up.
    pub percent: u8,
    /// Until so long before the window opens.
    pub until: Seconds,
}

/// What orders have in common that are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SoldAs {
    /// Their kind.
    pub kind: SlotKind,
    /// Their window.
    pub window: TimeWindow,
    /// Their store.
    pub store: StoreId,
    /// The first zone that their doors lie in.
    pub zone: Option<ZoneId>,
    /// Who bought them.
    pub buyer: Buyer,
}

/// How many orders are held or booked, by window. Express orders have a window each and are not
/// counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sold(BTreeMap<SoldAs, u32>);

/// Why a window has no place left for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// As many are sold as may be.
    ForAll,
    /// As many are sold by this channel as may be.
    ForChannel,
    /// What is left is kept for other tiers until then.
    Until(Timestamp),
}

impl SoldAs {
    /// An order in `slot`, whose door lies in `zone` first.
    pub fn new(slot: &Slot, zone: Option<ZoneId>, buyer: Buyer) -> Self {
        let &Slot { kind, window, store } = slot;
        Self { kind, window, store, zone, buyer }
    }
}

impl Sold {
    /// Counts one more.
    pub fn add(&mut self, sold: SoldAs) {
        *self.0.entry(sold).or_default() += 1;
    }

    /// Counts one less.
    pub fn take(&mut self, sold: SoldAs) {
        if let Some(count) = self.0.get_mut(&sold) {
            *count -= 1;
            if *count == 0 {
                self.0.remove(&sold);
            }
        }
    }

    /// Forgets windows that closed before `old`.
    pub fn put_away(&mut self, old: Timestamp) {
        self.0.retain(|sold, _| sold.window.closes() >= old);
    }

    /// What is sold of one window. Cost: logarithmic in all, linear in what is found.
    fn of_window(
        &self,
        kind: SlotKind,
        window: TimeWindow,
    ) -> impl Iterator<Item = (&SoldAs, u32)> {
        let buyer = Buyer::default();
        let first = SoldAs { kind, window, store: StoreId(0), zone: None, buyer };
        let of_it = move |(sold, _): &(&SoldAs, &u32)| sold.kind == kind && sold.window == window;
        self.0.range(first..).take_while(of_it).map(|(sold, &count)| (sold, count))
    }
}

impl Limits {
    /// Whether nothing is limited.
    pub fn is_unlimited(&self) -> bool {
        self.orders.is_none() && self.channels.is_empty()
    }

    /// Whether one more may be sold as `asked`.
    ///
    /// # Errors
    /// Why not; see [`Full`].
    pub fn admit(&self, sold: &Sold, asked: SoldAs, now: Timestamp) -> Result<(), Full> {
        if self.is_unlimited() {
            return Ok(());
        }
        let is_counted = |(other, _): &(&SoldAs, u32)| match self.count_by {
            CountBy::Store => other.store == asked.store,
            CountBy::Zone => other.zone == asked.zone,
        };
        let counted: Vec<(Buyer, u32)> = { sold.of_window(asked.kind, asked.window) }
            .filter(is_counted)
            .map(|(other, count)| (other.buyer, count))
            .collect();
        let count = |is_meant: &dyn Fn(Buyer) -> bool| -> u32 {
            counted.iter().filter(|(buyer, _)| is_meant(*buyer)).map(|(_, count)| count).sum()
        };
        let all = count(&|_| true);
        if self.orders.is_some_and(|orders| orders <= all) {
            return Err(Full::ForAll);
        }
        let channel = asked.buyer.channel;
        let most = self.channels.iter().find(|(limited, _)| *limited == channel);
        if most.is_some_and(|&(_, most)| most <= count(&|buyer| buyer.channel == channel)) {
            return Err(Full::ForChannel);
        }
        let Some(orders) = self.orders else { return Ok(()) };
        let opens = asked.window.opens();
        // What others have left of what is kept for them.
        let kept = |at: Timestamp| -> u32 {
            let mut kept: BTreeMap<TierId, u32> = BTreeMap::new();
            for reserve in &self.reserved {
                if reserve.tier != asked.buyer.tier && at < opens - reserve.until {
                    let part = part_of(orders, reserve.percent);
                    let most = kept.entry(reserve.tier).or_default();
                    *most = part.max(*most);
                }
            }
            let left = |(&tier, &part): (&TierId, &u32)| {
                part.saturating_sub(count(&|buyer| buyer.tier == tier))
            };
            kept.iter().map(left).sum()
        };
        let has_room = |at: Timestamp| all.saturating_add(kept(at)) < orders;
        if has_room(now) {
            return Ok(());
        }
        let mut releases: Vec<Timestamp> =
            self.reserved.iter().map(|reserve| opens - reserve.until).collect();
        releases.sort_unstable();
        let released = releases.into_iter().find(|&at| now < at && has_room(at));
        // Once everything is released there is room, as not all are sold.
        Err(Full::Until(released.unwrap_or(opens)))
    }
}

/// A percentage of some orders, rounded up.
fn part_of(orders: u32, percent: u8) -> u32 {
    let part = (u64::from(orders) * u64::from(percent)).div_ceil(100);
    u32::try_from(part).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    const LOYAL: TierId = TierId(1);
    const PHONE: ChannelId = ChannelId(2);

    fn opens() -> Timestamp {
        Timestamp(1_000_000)
    }

    fn sold_as(store: u16, tier: TierId, channel: ChannelId) -> SoldAs {
        SoldAs {
            kind: SlotKind::Scheduled,
            window: TimeWindow::spanning(opens(), opens() + Seconds::hours(2)),
            store: StoreId(store),
            zone: Some(ZoneId(store % 2)),
            buyer: Buyer { tier, channel },
        }
    }

    fn reserve(percent: u8, hours: i64) -> Reserve {
        Reserve { tier: LOYAL, percent, until: Seconds::hours(hours) }
    }

    /// How many of `tier` get a place one after the other at `now`.
    fn filled(limits: &Limits, sold: &mut Sold, tier: TierId, now: Timestamp) -> u32 {
        let asked = sold_as(0, tier, ChannelId(0));
        let mut count = 0;
        while limits.admit(sold, asked, now).is_ok() {
            sold.add(asked);
            count += 1;
        }
        count
    }

    #[test]
    fn what_is_kept_is_released_step_by_step() {
        let reserved = vec![reserve(50, 24), reserve(20, 3)];
        let limits = Limits { orders: Some(10), reserved, ..Limits::default() };
        let at = |hours| opens() - Seconds::hours(hours);
        let mut sold = Sold::default();
        assert_eq!(filled(&limits, &mut sold, TierId(0), at(25)), 5);
        let asked = sold_as(0, TierId(0), ChannelId(0));
        assert_eq!(limits.admit(&sold, asked, at(25)), Err(Full::Until(at(24))));
        assert_eq!(filled(&limits, &mut sold, TierId(0), at(24)), 3);
        assert_eq!(limits.admit(&sold, asked, at(4)), Err(Full::Until(at(3))));
        let mut later = sold.clone();
        assert_eq!(filled(&limits, &mut later, TierId(0), at(3)), 2);
        assert_eq!(limits.admit(&later, asked, at(2)), Err(Full::ForAll));
        assert_eq!(filled(&limits, &mut sold, LOYAL, at(4)), 2);
        assert_eq!(limits.admit(&sold, sold_as(0, LOYAL, PHONE), at(4)), Err(Full::ForAll));
    }

    #[test]
    fn those_it_is_kept_for_use_it_up_first() {
        let limits =
            Limits { orders: Some(10), reserved: vec![reserve(15, 3)], ..Limits::default() };
        let mut sold = Sold::default();
        let early = opens() - Seconds::hours(9);
        sold.add(sold_as(0, LOYAL, PHONE));
        sold.add(sold_as(0, LOYAL, PHONE));
        // Two of ten are kept, parts rounded up, and both are sold.
        assert_eq!(filled(&limits, &mut sold, TierId(0), early), 8);
    }

    #[test]
    fn a_channel_has_its_own_bound() {
        let limits = Limits { channels: vec![(PHONE, 1)], ..Limits::default() };
        let mut sold = Sold::default();
        sold.add(sold_as(0, LOYAL, PHONE));
        let ask = |channel| limits.admit(&sold, sold_as(0, TierId(0), channel), opens());
        assert_eq!(ask(PHONE), Err(Full::ForChannel));
        assert_eq!(ask(ChannelId(0)), Ok(()));
        let elsewhere = limits.admit(&sold, sold_as(1, TierId(0), PHONE), opens());
        assert_eq!(elsewhere, Ok(()), "another store is counted alone");
    }

    #[test]
    fn zones_are_counted_over_all_stores() {
        let limits = Limits { orders: Some(1), count_by: CountBy::Zone, ..Limits::default() };
        let mut sold = Sold::default();
        sold.add(sold_as(0, LOYAL, PHONE));
        let ask = |store| limits.admit(&sold, sold_as(store, LOYAL, PHONE), opens());
        assert_eq!((ask(2), ask(1)), (Err(Full::ForAll), Ok(())));
    }

    proptest! {
        /// Whatever is asked in whatever order, no bound is passed, and what is kept stays there
        /// for those it is kept for.
        #[test]
        fn no_bound_is_ever_passed(
            asked in vec((0u8..2, 0u8..3, 0i64..12, any::<bool>()), 0..60),
            orders in 0u32..12,
            percent in 0u8..=100,
        ) {
            let limits = Limits {
                orders: Some(orders),
                channels: vec![(PHONE, 2)],
                reserved: vec![reserve(percent, 4)],
                ..Limits::default()
            };
            let mut sold = Sold::default();
            let mut taken: Vec<SoldAs> = vec![];
            for (tier, channel, hours, gives_back) in asked {
                let asked = sold_as(0, TierId(tier), ChannelId(channel));
                let now = opens() - Seconds::hours(hours);
                if gives_back && let Some(back) = taken.pop() {
                    sold.take(back);
                } else if limits.admit(&sold, asked, now).is_ok() {
                    sold.add(asked);
                    taken.push(asked);
                    let others = taken.iter().filter(|t| t.buyer.tier != LOYAL).count();
                    let loyal = taken.len() - others;
                    let kept = part_of(orders, percent) as usize;
                    if asked.buyer.tier != LOYAL && hours > 4 {
                        prop_assert!(others + kept.max(loyal) <= orders as usize);
                    }
                }
                let phoned = taken.iter().filter(|t| t.buyer.channel == PHONE).count();
                prop_assert!(phoned <= 2 && taken.len() <= orders as usize);
            }
            for back in taken {
                sold.take(back);
            }
            prop_assert_eq!(sold, Sold::default());
        }
    }
}
