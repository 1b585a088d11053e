use std::fs;
use std::path::Path;

use crate::model::ids::{StoreId, ZoneId};
use crate::model::quota::{CountBy, Reserve};
use crate::model::region::TimeOfDay;
use crate::model::sale::{ChannelId, Classes, CutOff, Days, SlotTemplate, TierId};
use crate::model::slot::SlotKind;
use crate::model::units::{MinorUnits, Seconds};
use crate::settings::read;
use crate::settings::tests::read_with;

/// Comes behind the zones of the usual file.
const SALE: &str = r#"
[sale]
channels = ["web", "phone"]
item_classes = ["frozen", "alcohol"]
minimum_scheduled = 100000

[out_of_stock]
hill = ["alcohol"]

[[tiers]]
name = "standard"
[[tiers]]
name = "loyal"
lateness_percent = 200

[[slots]]
name = "Evening"
kind = "scheduled"
days = ["fri", "sat"]
from = "18:00"
until = "22:00"
every_minutes = 120
cut_off_time = "20:00"
cut_off_days_before = 1
stores = ["riverside"]
zones = ["center"]
fee = 4900
minimum_basket = 150000
orders_max = 20
count_by = "zone"
[slots.channel_max]
phone = 3
[[slots.reserved]]
tier = "loyal"
percent = 20
until_minutes = 180

[[slots]]
name = "Morning"
kind = "pickup"
from = "08:00"
until = "12:00"

[[blackouts]]
date = "2026-12-31"
from = "18:00"
[[blackouts]]
date = "2027-01-01"
stores = ["hill"]
"#;

/// What is said about the rules after replacing a piece of them.
fn with(piece: &str, other: &str) -> String {
    assert!(SALE.contains(piece), "{piece:?} is not there");
    let anchor = "cells = [\"8811aa7a5bfffff\"]\n";
    let sale = SALE.replacen(piece, other, 1);
    match read_with(anchor, &format!("{anchor}{sale}")) {
        Ok(_) => format!("{other:?} is fine"),
        Err(error) => error,
    }
}

#[test]
fn the_rules_of_sale_are_read_whole() {
    let anchor = "cells = [\"8811aa7a5bfffff\"]\n";
    let region = read_with(anchor, &format!("{anchor}{SALE}")).unwrap().region;
    let sale = &region.policy.sale;
    assert_eq!(sale.channels, ["web", "phone"]);
    assert_eq!(sale.minimum.scheduled, MinorUnits(100_000));
    assert_eq!(sale.lateness_percent(TierId(1)), 200);
    assert_eq!(region.stores[1].out_of_stock, Classes(0b10));
    let [morning, early, late] = sale.templates.as_slice() else { panic!("three windows") };
    let times =
        |template: &SlotTemplate| (template.hours.from.0 / 3600, template.hours.until.0 / 3600);
    assert_eq!((times(morning), times(early), times(late)), ((8, 12), (18, 20), (20, 22)));
    assert_eq!((morning.kind, morning.days), (SlotKind::Pickup, Days::ALL));
    assert!(morning.limits.is_unlimited());
    assert_eq!((early.lead, late.kind), (Seconds::minutes(60), SlotKind::Scheduled));
    let cut_off = CutOff { days_before: 1, time: TimeOfDay(20 * 3600) };
    assert_eq!((early.cut_off, early.fee), (Some(cut_off), Some(MinorUnits(4900))));
    assert_eq!((&*early.stores, &*early.zones), (&[StoreId(0)][..], &[ZoneId(0)][..]));
    let limits = &early.limits;
    assert_eq!((limits.orders, limits.count_by), (Some(20), CountBy::Zone));
    assert_eq!(limits.channels, [(ChannelId(1), 3)]);
    let reserve = Reserve { tier: TierId(1), percent: 20, until: Seconds::hours(3) };
    assert_eq!(limits.reserved, [reserve]);
    assert_eq!(sale.blackouts[0].hours.until, TimeOfDay(86_400));
    assert_eq!(sale.blackouts[1].stores, [StoreId(1)]);
}

#[test]
fn rules_of_sale_that_make_no_sense_are_named() {
    let complaints: Vec<String> = [
        ("[\"web\", \"phone\"]", "[]"),
        ("[\"web\", \"phone\"]", "[\"web\", \"web\"]"),
        ("[\"frozen\", \"alcohol\"]", "[\"ice cream\"]"),
        ("minimum_scheduled = 100000", "minimum_scheduled = -1"),
        ("hill = [\"alcohol\"]", "hill = [\"fish\"]"),
        ("hill = [\"alcohol\"]", "valley = [\"alcohol\"]"),
        ("lateness_percent = 200", "lateness_percent = 0"),
        ("\"fri\", \"sat\"", ""),
        ("until = \"22:00\"", "until = \"18:00\""),
        ("every_minutes = 120", "every_minutes = 90"),
        ("every_minutes = 120", "every_minutes = 5"),
        ("cut_off_time = \"20:00\"", ""),
        ("cut_off_time = \"20:00\"", "cut_off_time = \"8 pm\""),
        ("cut_off_days_before = 1", "cut_off_days_before = 99"),
        ("stores = [\"riverside\"]", "stores = [\"seaside\"]"),
        ("zones = [\"center\"]", "zones = [\"harbor\"]"),
        ("orders_max = 20", ""),
        ("phone = 3", "fax = 3"),
        ("tier = \"loyal\"", "tier = \"royal\""),
        ("percent = 20\n", "percent = 101\n"),
        (
            "until_minutes = 180",
            "until_minutes = 180\n[[slots.reserved]]\ntier = \"standard\"\npercent = 81\nuntil_minutes = 0",
        ),
        ("2026-12-31", "2026-12-32"),
        ("from = \"18:00\"\n[[blackouts]]", "until = \"00:00\"\n[[blackouts]]"),
    ]
    .map(|(piece, other)| with(piece, other))
    .to_vec();
    insta::assert_snapshot!(complaints.join("\n"), @r#"
    region.toml, sale.channels: found "0 names", expected 1 to 16 names
    region.toml, sale.channels: found "web", expected each name once
    region.toml, sale.item_classes: found "ice cream", expected 1 to 64 letters, digits, "-" and "_"
    region.toml, sale.minimum_scheduled: found -1, expected a whole number from 0 to 1000000000
    region.toml, out_of_stock.hill: found "fish", expected one of sale.item_classes: frozen, alcohol
    region.toml, out_of_stock: found "valley", expected a store of stores.csv: riverside, hill
    region.toml, tiers 2, lateness_percent: found 0, expected a whole number from 1 to 10000
    region.toml, slots 1, days: found "[]", expected at least one day
    region.toml, slots 1, until: found "18:00", expected a time after from (18:00)
    region.toml, slots 1, every_minutes: found "90", expected a part of the 240 minutes from 18:00
    region.toml, slots 1, every_minutes: found 5, expected a whole number from 15 to 1440
    region.toml, slots 1, cut_off_days_before: found "1", expected a cut_off_time along with it
    region.toml, slots 1, cut_off_time: found "8 pm", expected a time from "00:00" to "24:00"
    region.toml, slots 1, cut_off_days_before: found 99, expected a whole number from 0 to 14
    region.toml, slots 1, stores: found "seaside", expected a store of stores.csv: riverside, hill
    region.toml, slots 1, zones: found "harbor", expected a zone of the region: center
    region.toml, slots 1, reserved: found "loyal", expected an orders_max of which this is a part
    region.toml, slots 1, channel_max: found "fax", expected one of the channels: web, phone
    region.toml, slots 1, reserved.tier: found "royal", expected a tier: standard, loyal
    region.toml, slots 1, reserved.percent: found 101, expected a whole number from 1 to 100
    region.toml, slots 1, reserved: found "101 percent", expected at most 100 percent for all tiers together
    region.toml, blackouts 1, date: found "2026-12-32", expected a date as "2026-12-31"
    region.toml, blackouts 1, until: found "00:00", expected a time after from (00:00)
    "#);
}

#[test]
fn the_example_of_the_region_to_copy_can_be_read() {
    let demo = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/data/demo"));
    let readme = fs::read_to_string(demo.join("README.md")).unwrap();
    let example = readme.split("```").find_map(|block| block.strip_prefix("toml\n")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for file in ["stores.csv", "pickers.csv", "couriers.csv"] {
        fs::copy(demo.join(file), folder.path().join(file)).unwrap();
    }
    let rules = fs::read_to_string(demo.join("region.toml")).unwrap();
    fs::write(folder.path().join("region.toml"), format!("{rules}\n{example}")).unwrap();
    let sale = read(folder.path()).unwrap().region.policy.sale;
    assert_eq!((sale.templates.len(), sale.blackouts.len()), (2, 1));
}

#[test]
fn unknown_words_of_a_slot_are_named() {
    let said = with("kind = \"pickup\"", "kind = \"express\"");
    assert!(said.contains("unknown variant `express`, expected `scheduled` or `pickup`"), "{said}");
    let said = with("count_by = \"zone\"", "count_by = \"city\"");
    assert!(said.contains("unknown variant `city`, expected `store` or `zone`"), "{said}");
    let said = with("[\"fri\", \"sat\"]", "[\"friday\"]");
    assert!(said.contains("unknown variant `friday`"), "{said}");
}
