//! What `region.toml` says about sales: slot templates, blackouts, tiers, channels, stock.

use std::collections::BTreeMap;

use chrono::{NaiveDate, Weekday};
use serde::Deserialize;

use crate::model::ids::{StoreId, ZoneId};
use crate::model::quota::{CountBy, Limits, Reserve};
use crate::model::region::{DailyHours, Store, TimeOfDay, Zone};
use crate::model::sale::{
    Blackout, CLASSES_MAX, Classes, CutOff, Days, MinimumBasket, SaleRules, SlotTemplate, Tier,
};
use crate::model::slot::SlotKind;
use crate::model::units::{MinorUnits, Seconds};
use crate::settings::region_file::{AMOUNT_MAX, DAY, DAYS_MAX, ON_TIME_PERCENT_MAX, RegionFile};
use crate::settings::zones::stores_named;
use crate::settings::{KEY_EXPECTED, SettingsError, is_key};

/// How many windows a week may have, all kinds and places together.
const TEMPLATES_MAX: usize = 500;
/// How many blackouts there may be.
const BLACKOUTS_MAX: usize = 1000;
/// How many tiers, and how many channels, there may be.
const NAMES_MAX: usize = 16;
/// More orders than any window has.
const ORDERS_MAX: i64 = 100_000;

/// `[sale]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SaleSection {
    channels: Option<Vec<String>>,
    #[serde(default)]
    item_classes: Vec<String>,
    #[serde(default)]
    minimum_express: i64,
    #[serde(default)]
    minimum_scheduled: i64,
    #[serde(default)]
    minimum_pickup: i64,
}

/// `[[tiers]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TierSection {
    name: String,
    lateness_percent: Option<i64>,
    on_time_percent: Option<i64>,
}

/// `[[slots]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SlotSection {
    name: String,
    kind: TemplateKind,
    days: Option<Vec<Day>>,
    from: String,
    until: String,
    every_minutes: Option<i64>,
    lead_minutes: Option<i64>,
    cut_off_time: Option<String>,
    cut_off_days_before: Option<i64>,
    stores: Option<Vec<String>>,
    zones: Option<Vec<String>>,
    fee: Option<i64>,
    minimum_basket: Option<i64>,
    orders_max: Option<i64>,
    #[serde(default)]
    count_by: CountBy,
    #[serde(default)]
    channel_max: BTreeMap<String, i64>,
    #[serde(default)]
    reserved: Vec<ReserveSection>,
}

/// `[[slots.reserved]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReserveSection {
    tier: String,
    percent: i64,
    until_minutes: i64,
}

/// `[[blackouts]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BlackoutSection {
    date: String,
    from: Option<String>,
    until: Option<String>,
    stores: Option<Vec<String>>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum TemplateKind {
    Scheduled,
    Pickup,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Day {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl RegionFile {
    /// The rules of sale, checked against the stores and zones there are.
    pub(crate) fn sale_rules(
        &self,
        lead: Seconds,
        stores: &[Store],
        zones: &[Zone],
    ) -> Result<SaleRules, SettingsError> {
        let mut rules = SaleRules::default();
        if let Some(section) = &self.sale {
            let amount = |key, value| self.number(key, value, 0..=AMOUNT_MAX).map(MinorUnits);
            rules.minimum = MinimumBasket {
                express: amount("sale.minimum_express", section.minimum_express)?,
                scheduled: amount("sale.minimum_scheduled", section.minimum_scheduled)?,
                pickup: amount("sale.minimum_pickup", section.minimum_pickup)?,
            };
            if let Some(channels) = &section.channels {
                self.names("sale.channels", channels, 1, NAMES_MAX)?;
                rules.channels.clone_from(channels);
            }
            self.names("sale.item_classes", &section.item_classes, 0, CLASSES_MAX)?;
            rules.classes.clone_from(&section.item_classes);
        }
        if !self.tiers.is_empty() {
            rules.tiers = self.read_tiers()?;
        }
        for (number, section) in (1..).zip(&self.slots) {
            let reader = SlotReader { file: self, number, section, rules: &rules, stores, zones };
            let templates = reader.templates(lead)?;
            rules.templates.extend(templates);
            if TEMPLATES_MAX < rules.templates.len() {
                let found = rules.templates.len();
                let expected = format!("at most {TEMPLATES_MAX} windows");
                return Err(self.wrong(format!("slots {number}"), &found.to_string(), expected));
            }
        }
        rules.templates.sort_by_key(|template| (template.hours.from, template.hours.until));
        rules.blackouts = self.read_blackouts(stores)?;
        Ok(rules)
    }

    /// Sets what the stores are out of.
    pub(crate) fn set_stock(
        &self,
        rules: &SaleRules,
        stores: &mut [Store],
    ) -> Result<(), SettingsError> {
        for (key, classes) in &self.out_of_stock {
            let place = format!("out_of_stock.{key}");
            let named = stores_named(std::slice::from_ref(key), stores)
                .map_err(|(found, expected)| self.wrong("out_of_stock", &found, expected))?;
            let mut missing = Classes::NONE;
            for class in classes {
                let known = rules.class_named(class).ok_or_else(|| {
                    let expected =
                        format!("one of sale.item_classes: {}", rules.classes.join(", "));
                    self.wrong(&place, class, expected)
                })?;
                missing = missing.or(known);
            }
            for store in named {
                stores[store.index()].out_of_stock = missing;
            }
        }
        Ok(())
    }

    fn read_tiers(&self) -> Result<Vec<Tier>, SettingsError> {
        let names: Vec<String> = self.tiers.iter().map(|tier| tier.name.clone()).collect();
        self.names("tiers", &names, 1, NAMES_MAX)?;
        let tier = |(number, section): (usize, &TierSection)| {
            let key = format!("tiers {number}, lateness_percent");
            let percent = self.number(&key, section.lateness_percent.unwrap_or(100), 1..=10_000)?;
            let lateness_percent = u16::try_from(percent).unwrap_or(u16::MAX);
            let key = format!("tiers {number}, on_time_percent");
            let percent = section.on_time_percent;
            let percent = percent.map(|given| self.number(&key, given, 0..=ON_TIME_PERCENT_MAX));
            let on_time_percent = percent.transpose()?.and_then(|given| u8::try_from(given).ok());
            Ok(Tier { name: section.name.clone(), lateness_percent, on_time_percent })
        };
        (1..).zip(&self.tiers).map(tier).collect()
    }

    fn read_blackouts(&self, stores: &[Store]) -> Result<Vec<Blackout>, SettingsError> {
        if BLACKOUTS_MAX < self.blackouts.len() {
            let found = self.blackouts.len().to_string();
            return Err(self.wrong("blackouts", &found, format!("at most {BLACKOUTS_MAX}")));
        }
        let blackout = |(number, section): (usize, &BlackoutSection)| {
            let place = |key: &str| format!("blackouts {number}, {key}");
            let date: NaiveDate = section.date.parse().map_err(|_| {
                self.wrong(place("date"), &section.date, "a date as \"2026-12-31\"")
            })?;
            let from = section.from.as_deref().unwrap_or("00:00");
            let until = section.until.as_deref().unwrap_or("24:00");
            let hours = self.hours(&place("from"), from, &place("until"), until)?;
            let stores = self.some_stores(&place("stores"), section.stores.as_ref(), stores)?;
            Ok(Blackout { date, hours, stores })
        };
        (1..).zip(&self.blackouts).map(blackout).collect()
    }

    /// The stores that are named; all of them, which is no list, when nothing is said.
    fn some_stores(
        &self,
        place: &str,
        keys: Option<&Vec<String>>,
        stores: &[Store],
    ) -> Result<Vec<StoreId>, SettingsError> {
        let Some(keys) = keys else { return Ok(vec![]) };
        stores_named(keys, stores).map_err(|(found, expected)| self.wrong(place, &found, expected))
    }

    fn hours(
        &self,
        from_key: &str,
        from: &str,
        until_key: &str,
        until: &str,
    ) -> Result<DailyHours, SettingsError> {
        let hours =
            DailyHours { from: self.time(from_key, from)?, until: self.time(until_key, until)? };
        if hours.until <= hours.from {
            return Err(self.wrong(until_key, until, format!("a time after from ({from})")));
        }
        Ok(hours)
    }

    fn names(
        &self,
        place: &str,
        names: &[String],
        least: usize,
        most: usize,
    ) -> Result<(), SettingsError> {
        if !(least..=most).contains(&names.len()) {
            let found = format!("{} names", names.len());
            return Err(self.wrong(place, &found, format!("{least} to {most} names")));
        }
        for (index, name) in names.iter().enumerate() {
            if !is_key(name) {
                return Err(self.wrong(place, name, KEY_EXPECTED));
            }
            if names[..index].contains(name) {
                return Err(self.wrong(place, name, "each name once"));
            }
        }
        Ok(())
    }
}

/// Reads one `[[slots]]`.
struct SlotReader<'a> {
    file: &'a RegionFile,
    number: usize,
    section: &'a SlotSection,
    rules: &'a SaleRules,
    stores: &'a [Store],
    zones: &'a [Zone],
}

impl SlotReader<'_> {
    /// Its windows: one, or one after the other.
    fn templates(&self, lead: Seconds) -> Result<Vec<SlotTemplate>, SettingsError> {
        let SlotSection { name, kind, from, until, .. } = self.section;
        if name.trim().is_empty() {
            return Err(self.wrong("name", name, "a name for people"));
        }
        let hours = self.file.hours(&self.place("from"), from, &self.place("until"), until)?;
        let span = hours.until.0 - hours.from.0;
        let width = match self.section.every_minutes {
            None => span,
            Some(minutes) => {
                let place = self.place("every_minutes");
                let minutes = self.file.number(&place, minutes, 15..=DAY)?;
                let width = u32::try_from(minutes * 60).unwrap_or(span);
                if !span.is_multiple_of(width) {
                    let expected = format!("a part of the {} minutes from {from}", span / 60);
                    return Err(self.wrong("every_minutes", &minutes.to_string(), expected));
                }
                width
            }
        };
        let (kind, lead) = match kind {
            TemplateKind::Scheduled => (SlotKind::Scheduled, lead),
            TemplateKind::Pickup => (SlotKind::Pickup, Seconds::ZERO),
        };
        let first = SlotTemplate {
            name: name.clone(),
            kind,
            days: self.days()?,
            hours,
            lead: match self.section.lead_minutes {
                None => lead,
                Some(minutes) => Seconds::minutes(self.ahead("lead_minutes", minutes)?),
            },
            cut_off: self.cut_off()?,
            stores: self.file.some_stores(
                &self.place("stores"),
                self.section.stores.as_ref(),
                self.stores,
            )?,
            zones: self.zones()?,
            fee: self.amount("fee", self.section.fee)?,
            minimum: self.amount("minimum_basket", self.section.minimum_basket)?,
            limits: self.limits()?,
        };
        let windows = (hours.from.0..hours.until.0).step_by(width as usize).map(|from| {
            let hours = DailyHours { from: TimeOfDay(from), until: TimeOfDay(from + width) };
            SlotTemplate { hours, ..first.clone() }
        });
        Ok(windows.collect())
    }

    fn days(&self) -> Result<Days, SettingsError> {
        let Some(days) = &self.section.days else { return Ok(Days::ALL) };
        if days.is_empty() {
            return Err(self.wrong("days", "[]", "at least one day"));
        }
        let weekday = |day: &Day| match day {
            Day::Mon => Weekday::Mon,
            Day::Tue => Weekday::Tue,
            Day::Wed => Weekday::Wed,
            Day::Thu => Weekday::Thu,
            Day::Fri => Weekday::Fri,
            Day::Sat => Weekday::Sat,
            Day::Sun => Weekday::Sun,
        };
        Ok(days.iter().map(weekday).collect())
    }

    fn cut_off(&self) -> Result<Option<CutOff>, SettingsError> {
        let days = self.section.cut_off_days_before;
        let Some(time) = &self.section.cut_off_time else {
            return match days {
                None => Ok(None),
                Some(days) => {
                    let expected = "a cut_off_time along with it";
                    Err(self.wrong("cut_off_days_before", &days.to_string(), expected))
                }
            };
        };
        let place = self.place("cut_off_days_before");
        let days = self.file.number(&place, days.unwrap_or(0), 0..=DAYS_MAX)?;
        let time = self.file.time(&self.place("cut_off_time"), time)?;
        Ok(Some(CutOff { days_before: u8::try_from(days).unwrap_or_default(), time }))
    }

    fn zones(&self) -> Result<Vec<ZoneId>, SettingsError> {
        let Some(names) = &self.section.zones else { return Ok(vec![]) };
        if names.is_empty() {
            return Err(self.wrong("zones", "[]", "at least one zone"));
        }
        let named = |name: &String| {
            let found = self.zones.iter().position(|zone| zone.name == *name);
            found.and_then(|index| u16::try_from(index).ok()).map(ZoneId).ok_or_else(|| {
                let known: Vec<&str> = self.zones.iter().map(|zone| zone.name.as_str()).collect();
                self.wrong("zones", name, format!("a zone of the region: {}", known.join(", ")))
            })
        };
        names.iter().map(named).collect()
    }

    fn limits(&self) -> Result<Limits, SettingsError> {
        let SlotSection { orders_max, count_by, channel_max, reserved, .. } = self.section;
        let count = |key: &str, value| -> Result<u32, SettingsError> {
            let value = self.file.number(&self.place(key), value, 0..=ORDERS_MAX)?;
            Ok(u32::try_from(value).unwrap_or_default())
        };
        let orders = orders_max.map(|value| count("orders_max", value)).transpose()?;
        let mut channels = Vec::new();
        for (name, &most) in channel_max {
            let channel = self.rules.channel_named(name).ok_or_else(|| {
                let known = self.rules.channels.join(", ");
                self.wrong("channel_max", name, format!("one of the channels: {known}"))
            })?;
            channels.push((channel, count(&format!("channel_max.{name}"), most)?));
        }
        let reserved = reserved.iter().map(|section| self.reserve(section));
        let limits = Limits {
            orders,
            count_by: *count_by,
            channels,
            reserved: reserved.collect::<Result<_, _>>()?,
        };
        let mut parts: BTreeMap<_, u8> = BTreeMap::new();
        for reserve in &limits.reserved {
            let part = parts.entry(reserve.tier).or_default();
            *part = reserve.percent.max(*part);
        }
        let together: u32 = parts.into_values().map(u32::from).sum();
        if 100 < together {
            let expected = "at most 100 percent for all tiers together";
            return Err(self.wrong("reserved", &format!("{together} percent"), expected));
        }
        Ok(limits)
    }

    fn reserve(&self, section: &ReserveSection) -> Result<Reserve, SettingsError> {
        if self.section.orders_max.is_none() {
            let expected = "an orders_max of which this is a part";
            return Err(self.wrong("reserved", &section.tier, expected));
        }
        let tier = self.rules.tier_named(&section.tier).ok_or_else(|| {
            let known: Vec<&str> = self.rules.tiers.iter().map(|tier| tier.name.as_str()).collect();
            self.wrong("reserved.tier", &section.tier, format!("a tier: {}", known.join(", ")))
        })?;
        let percent =
            self.file.number(&self.place("reserved.percent"), section.percent, 1..=100)?;
        Ok(Reserve {
            tier,
            percent: u8::try_from(percent).unwrap_or_default(),
            until: Seconds::minutes(self.ahead("reserved.until_minutes", section.until_minutes)?),
        })
    }

    /// Minutes before a window opens.
    fn ahead(&self, key: &str, minutes: i64) -> Result<i64, SettingsError> {
        self.file.number(&self.place(key), minutes, 0..=DAY * DAYS_MAX)
    }

    fn amount(&self, key: &str, value: Option<i64>) -> Result<Option<MinorUnits>, SettingsError> {
        let amount = |value| self.file.number(&self.place(key), value, 0..=AMOUNT_MAX);
        Ok(value.map(amount).transpose()?.map(MinorUnits))
    }

    fn place(&self, key: &str) -> String {
        format!("slots {}, {key}", self.number)
    }

    fn wrong(&self, key: &str, found: &str, expected: impl std::fmt::Display) -> SettingsError {
        self.file.wrong(self.place(key), found, expected)
    }
}

#[cfg(test)]
#[path = "sale_tests.rs"]
mod tests;
