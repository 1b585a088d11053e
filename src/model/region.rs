//! One planning unit: its stores, couriers, zones and rules.

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::model::basket::Load;
use crate::model::cells::{CellSet, Located};
use crate::model::ids::{CourierId, StoreId, ZoneId};
use crate::model::place::{Coordinate, Profile};
use crate::model::policy::Policy;
use crate::model::sale::Classes;
use crate::model::time::{TimeWindow, Timestamp};
use crate::model::units::Seconds;

/// A time of the local day, in seconds from its midnight. 86400 is the end of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TimeOfDay(pub u32);

/// Every day from one time to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DailyHours {
    /// From.
    pub from: TimeOfDay,
    /// Until.
    pub until: TimeOfDay,
}

/// Where goods are picked and trips start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Store {
    /// Its name in the API, unique in the region.
    pub key: String,
    /// Its name for people.
    pub name: String,
    /// Where couriers load.
    pub location: Coordinate,
    /// When it is open.
    pub hours: DailyHours,
    /// How many pickers there are, by time of day.
    pub pickers: Vec<Pickers>,
    /// What it does not have, unless something else was reported since.
    #[serde(default, skip_serializing_if = "Classes::is_empty")]
    pub out_of_stock: Classes,
}

/// Some pickers working the same hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pickers {
    /// When they work.
    pub hours: DailyHours,
    /// How many they are.
    pub count: u16,
}

/// Somebody who delivers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Courier {
    /// The name in the API, unique in the region.
    pub key: String,
    /// The name for people.
    pub name: String,
    /// How the courier moves.
    pub profile: Profile,
    /// The store whose orders the courier carries and where the shift ends;
    /// `None` for couriers who load anywhere and end where their last door is.
    pub home: Option<StoreId>,
    /// Where shifts start.
    pub start: Coordinate,
    /// What fits into one trip.
    pub capacity: Load,
    /// Working hours, repeated every day.
    pub shifts: Vec<DailyHours>,
}

/// A part of the region and the stores that deliver there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    /// Its name for people.
    pub name: String,
    /// The area, as H3 cells of any resolution.
    pub cells: CellSet,
    /// The stores that deliver there.
    pub stores: Vec<StoreId>,
}

/// A city: one plan, one writer, one journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Region {
    /// Its name in the API.
    pub key: String,
    /// Its name for people.
    pub name: String,
    /// The zone of all local times.
    pub time_zone: Tz,
    /// ISO 4217 code of all amounts.
    pub currency: String,
    /// The rules.
    pub policy: Policy,
    /// Stores; [`StoreId`] is the position.
    pub stores: Vec<Store>,
    /// Couriers; [`CourierId`] is the position.
    pub couriers: Vec<Courier>,
    /// Where the region delivers. No zone means everywhere, from every store.
    pub zones: Vec<Zone>,
}

impl Region {
    /// The store with this key.
    pub fn store_by_key(&self, key: &str) -> Option<StoreId> {
        let index = self.stores.iter().position(|store| store.key == key)?;
        u16::try_from(index).ok().map(StoreId)
    }

    /// The courier with this key.
    pub fn courier_by_key(&self, key: &str) -> Option<CourierId> {
        let index = self.couriers.iter().position(|courier| courier.key == key)?;
        u16::try_from(index).ok().map(CourierId)
    }

    /// All stores.
    pub fn store_ids(&self) -> impl Iterator<Item = StoreId> + use<> {
        (0..u16::try_from(self.stores.len()).unwrap_or(u16::MAX)).map(StoreId)
    }

    /// All couriers.
    pub fn courier_ids(&self) -> impl Iterator<Item = CourierId> + use<> {
        (0..u16::try_from(self.couriers.len()).unwrap_or(u16::MAX)).map(CourierId)
    }

    /// A store of this region.
    ///
    /// # Panics
    /// When the id is of another region.
    pub fn store(&self, store: StoreId) -> &Store {
        &self.stores[store.index()]
    }

    /// A courier of this region.
    ///
    /// # Panics
    /// When the id is of another region.
    pub fn courier(&self, courier: CourierId) -> &Courier {
        &self.couriers[courier.index()]
    }

    /// The stores that deliver to `place`; empty when it lies outside all zones.
    pub fn stores_for(&self, place: Coordinate) -> Vec<StoreId> {
        if self.zones.is_empty() {
            return self.store_ids().collect();
        }
        let zones = self.zones_of(place);
        self.stores_in(&zones)
    }

    /// The zones that `place` lies in, in their order.
    pub fn zones_of(&self, place: Coordinate) -> Vec<ZoneId> {
        let mut place = Located::new(place);
        let zones = (0..).map(ZoneId).zip(&self.zones);
        zones.filter(|(_, zone)| zone.cells.contains(&mut place)).map(|(id, _)| id).collect()
    }

    /// The stores that deliver to some of these zones.
    pub fn stores_in(&self, zones: &[ZoneId]) -> Vec<StoreId> {
        let zones = zones.iter().filter_map(|zone| self.zones.get(usize::from(zone.0)));
        let mut stores: Vec<StoreId> = zones.flat_map(|zone| zone.stores.iter().copied()).collect();
        stores.sort_unstable();
        stores.dedup();
        stores
    }

    /// The profiles that some courier uses, each once, in the order of [`Profile::ALL`].
    pub fn profiles(&self) -> Vec<Profile> {
        let used = |profile: &Profile| self.couriers.iter().any(|c| c.profile == *profile);
        Profile::ALL.into_iter().filter(used).collect()
    }

    /// The local date at an instant.
    pub fn date(&self, at: Timestamp) -> NaiveDate {
        at.to_utc().with_timezone(&self.time_zone).date_naive()
    }

    /// The instant of a local time. A time that a clock change skips becomes the first after it,
    /// one that happens twice is the earlier.
    pub fn instant(&self, date: NaiveDate, time: TimeOfDay) -> Timestamp {
        let (date, seconds) = match time.0 {
            whole @ 86_400.. => {
                (date.checked_add_days(Days::new(1)).unwrap_or(date), whole - 86_400)
            }
            within => (date, within),
        };
        let clock = NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0).unwrap_or_default();
        let local = date.and_time(clock);
        let found = self.time_zone.from_local_datetime(&local).earliest();
        found.map_or_else(|| self.first_after(local), |at| Timestamp::from_utc(at.to_utc()))
    }

    /// The first instant whose local time is not before `local`, which a clock change skips.
    fn first_after(&self, local: NaiveDateTime) -> Timestamp {
        // No clock differs from UTC by more than this.
        const FURTHEST: Seconds = Seconds::hours(26);
        let as_utc = Timestamp(local.and_utc().timestamp());
        let (mut before, mut after) = (as_utc - FURTHEST, as_utc + FURTHEST);
        while before + Seconds(1) < after {
            let middle = Timestamp(before.0.midpoint(after.0));
            let shown = middle.to_utc().with_timezone(&self.time_zone).naive_local();
            if shown < local { before = middle } else { after = middle }
        }
        after
    }

    /// The instants of daily hours on one date; empty hours become an empty window.
    pub fn hours_on(&self, date: NaiveDate, hours: DailyHours) -> TimeWindow {
        TimeWindow::spanning(self.instant(date, hours.from), self.instant(date, hours.until))
    }
}
