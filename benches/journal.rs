//! Promise: events are durable at more than 10,000 a second one by one, and far more in groups.

use std::hint::black_box;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput};
use punctual::journal::Journal;
use punctual::journal::sqlite::SqliteJournal;
use punctual::model::basket::{Basket, Load};
use punctual::model::ids::{OfferId, OrderId, RouteId, StoreId};
use punctual::model::order::Wish;
use punctual::model::place::Coordinate;
use punctual::model::sale::Buyer;
use punctual::model::slot::{Slot, SlotKind};
use punctual::model::time::{TimeWindow, Timestamp};
use punctual::model::units::{Grams, Milliliters, MinorUnits, Seconds};
use punctual::planner::event::{Event, Placement, Record, Sequence};
use punctual::runtime::startup;

/// A hold: the largest of the frequent events.
fn hold(number: u64) -> Record {
    let at = Timestamp(1_795_000_000);
    let place = Coordinate { latitude_micro: 55_750_000, longitude_micro: 37_610_000 };
    let load = Load { mass: Grams(5_400), volume: Milliliters(16_000) };
    let wish = Wish {
        place,
        basket: Basket { items: 12, load, picking: None, ..Basket::default() },
        door: Seconds(180),
        buyer: Buyer::default(),
        store: None,
    };
    let window = TimeWindow::spanning(at, at + Seconds::hours(2));
    let event = Event::Held {
        order: OrderId(number),
        offer: OfferId(u128::from(number) << 64),
        offer_expires: at + Seconds::minutes(15),
        wish,
        slot: Slot { kind: SlotKind::Express, store: StoreId(1), window },
        fee: MinorUnits(19_900),
        expires: at + Seconds::minutes(10),
        session: Some("0198f0a2-6f6e-7cc0-8b1c-2f6f3a1d9e10".into()),
        placement: Placement::Trip { route: RouteId(17), trip: 1, position: 3 },
        key: None,
    };
    Record { at, event }
}

fn append(bench: &mut Criterion) {
    // Not a temporary folder: that may lie in memory, where a sync costs nothing.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a writable target");
    let mut journal =
        SqliteJournal::open(&folder.path().join("journal.db"), "demo").expect("a new journal");
    let mut last = Sequence(0);
    let mut benches = bench.benchmark_group("journal/append");
    for size in [1u64, 16, 64] {
        let records: Vec<Record> = (0..size).map(hold).collect();
        benches.throughput(Throughput::Elements(size));
        benches.bench_function(BenchmarkId::from_parameter(size), |run| {
            run.iter(|| {
                last = journal.append(last, black_box(&records)).expect("room on the disk");
            });
        });
    }
    benches.finish();
}

fn read(bench: &mut Criterion) {
    const EVENTS: u64 = 100_000;
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a writable target");
    let path = folder.path().join("journal.db");
    let records: Vec<Record> = (1..=EVENTS).map(hold).collect();
    let mut journal = SqliteJournal::open(&path, "demo").expect("a new journal");
    journal.append(Sequence(0), &records).expect("room on the disk");
    drop(journal);
    let mut benches = bench.benchmark_group("journal/100000_events");
    benches.sample_size(10);
    benches.bench_function("open", |run| {
        run.iter(|| SqliteJournal::open(&path, "demo").expect("a journal"));
    });
    benches.bench_function("read", |run| {
        run.iter_batched(
            || SqliteJournal::open(&path, "demo").expect("a journal"),
            |journal| journal.tail(Sequence(0), usize::MAX).expect("whole records").len(),
            BatchSize::PerIteration,
        );
    });
    benches.bench_function("replay", |run| {
        run.iter_batched(
            || SqliteJournal::open(&path, "demo").expect("a journal"),
            |journal| startup::replay(&journal).expect("whole records").sequence(),
            BatchSize::PerIteration,
        );
    });
    benches.finish();
}

fn main() {
    let mut bench = Criterion::default().configure_from_args();
    append(&mut bench);
    read(&mut bench);
    bench.final_summary();
}
