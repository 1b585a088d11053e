//! Killed at any moment under load, the service comes back with every acknowledged hold and order,
//! and has sold nothing twice.
//!
//! Each round: clients quote, hold, book and cancel at once; the service gets SIGKILL; it is started
//! again; whatever was not answered is asked again with the same key; then everything is compared
//! with what the clients were told.

mod ledger;
mod service;
mod shop;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;
use serde_json::Value;

use crate::crash::ledger::{Ledger, Standing};
use crate::crash::service::Service;
use crate::crash::shop::{Attempt, Reply, Shop, number};

/// How often the service is killed.
const ROUNDS: u64 = 50;
/// How many clients shop at once.
const CLIENTS: u64 = 8;
/// When the service is killed, in milliseconds after the clients begin.
const KILL_AFTER_MS: std::ops::Range<u64> = 20..400;
/// How many holds may stand: the rest is given back after each round, so that there is room.
const HOLDS_MAX: usize = 20;
/// How many orders may stand; the rest is called off.
const ORDERS_MAX: usize = 150;
/// How many orders are made in all: they are listed to the last, and a list has its limit.
const ORDERS_EVER_MAX: u64 = 4_000;

#[test]
fn a_killed_service_has_kept_everything_it_acknowledged() {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let told = runtime.block_on(rounds());
    assert!(ROUNDS < told.orders_ever(), "clients were served: {told:?}");
    assert!(0 < told.unanswered_ever(), "kills hit requests under way: {told:?}");
}

async fn rounds() -> Ledger {
    let folder = tempfile::tempdir().unwrap();
    let mut service = Service::new(folder.path());
    let shop = Shop::new(service.address());
    let ledger = Arc::new(Mutex::new(Ledger::default()));
    let mut random = Pcg64Mcg::seed_from_u64(1);
    service.start(&shop).await;
    for round in 0..ROUNDS {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let random = Pcg64Mcg::seed_from_u64(round * CLIENTS + client);
                tokio::spawn(shop_until_killed(shop.clone(), Arc::clone(&ledger), random))
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(random.random_range(KILL_AFTER_MS))).await;
        service.kill();
        for client in clients {
            client.await.unwrap();
        }
        service.start(&shop).await;
        let mut told = std::mem::take(&mut *ledger.lock().unwrap());
        settle(&shop, &mut told).await;
        compare(&shop, &told, round).await;
        make_room(&shop, &mut told).await;
        *ledger.lock().unwrap() = told;
    }
    service.kill();
    Arc::into_inner(ledger).unwrap().into_inner().unwrap()
}

/// One client: quotes, holds, mostly books, sometimes cancels, until nobody answers any more.
async fn shop_until_killed(shop: Shop, ledger: Arc<Mutex<Ledger>>, mut random: Pcg64Mcg) {
    loop {
        let Some(offers) = shop.offers(&mut random).await else { return };
        if offers.is_empty() {
            continue;
        }
        let offer = &offers[random.random_range(0..offers.len())];
        let hold = Attempt::hold(offer, &mut random);
        let Some(reply) = tell(&shop, &ledger, hold).await else { return };
        if reply.status != 201 {
            continue;
        }
        let number = number(&reply.body["hold"]);
        let has_room = ledger.lock().unwrap().orders_ever() < ORDERS_EVER_MAX;
        let then = match random.random_range(0..10) {
            0 => continue,
            1..8 if has_room => Attempt::order(reply.text("hold"), &mut random),
            _ => Attempt::free(number),
        };
        let Some(reply) = tell(&shop, &ledger, then).await else { return };
        if reply.status == 201 && random.random_ratio(1, 4) {
            let Some(_) = tell(&shop, &ledger, Attempt::cancel(number)).await else { return };
        }
    }
}

/// Sends a request and notes the answer, or that there was none.
async fn tell(shop: &Shop, ledger: &Mutex<Ledger>, attempt: Attempt) -> Option<Reply> {
    if let Some(reply) = shop.send(&attempt).await {
        ledger.lock().unwrap().note(&attempt, &reply);
        return Some(reply);
    }
    ledger.lock().unwrap().note_silence(attempt);
    None
}

/// Asks again what was not answered, as a shop would, and once more: that changes nothing.
async fn settle(shop: &Shop, told: &mut Ledger) {
    for attempt in told.take_unanswered() {
        let first = shop.send(&attempt).await.expect("the service is up");
        told.note(&attempt, &first);
        if first.status == 201 {
            let again = shop.send(&attempt).await.expect("the service is up");
            assert_eq!((again.status, again.replayed), (201, true), "{attempt:?}: {again:?}");
            for name in ["hold", "order"] {
                assert_eq!(again.body[name], first.body[name], "{attempt:?}");
            }
        }
    }
}

/// Compares what the service knows with what the clients were told.
async fn compare(shop: &Shop, told: &Ledger, round: u64) {
    let listed = shop.orders().await;
    let known: BTreeMap<u64, Standing> = listed.iter().map(Standing::of_order).collect();
    assert_eq!(known.len(), listed.len(), "round {round}: each number stands for one order");
    assert_eq!(known, *told.standings(), "round {round}: known is not what was told");

    let references: Vec<&Value> =
        listed.iter().map(|order| &order["reference"]).filter(|name| !name.is_null()).collect();
    let different: BTreeSet<&str> = references.iter().filter_map(|name| name.as_str()).collect();
    assert_eq!(different.len(), references.len(), "round {round}: a reference was booked twice");

    let planned = shop.planned_orders().await;
    let mut expected: Vec<u64> = listed.iter().filter_map(needs_courier).collect();
    expected.sort_unstable();
    assert_eq!(planned, expected, "round {round}: each order has exactly one place in the plan");

    if let Some(offer) = told.last_offer_taken() {
        let reply = shop.send(&Attempt::retake(offer)).await.expect("the service is up");
        assert_eq!((reply.status, reply.problem()), (409, "/problems/offer-used"), "{reply:?}");
    }
}

/// The number of an order that a courier has still to bring.
fn needs_courier(order: &Value) -> Option<u64> {
    let (number, _) = Standing::of_order(order);
    let is_live = order["state"] != "cancelled" && order["kind"] != "pickup";
    is_live.then_some(number)
}

/// Gives holds back and calls orders off, so that the next round finds room.
async fn make_room(shop: &Shop, told: &mut Ledger) {
    let holds = told.oldest_holds_beyond(HOLDS_MAX).into_iter().map(Attempt::free);
    let orders = told.oldest_orders_beyond(ORDERS_MAX).into_iter().map(Attempt::cancel);
    for attempt in holds.chain(orders).collect::<Vec<_>>() {
        let reply = shop.send(&attempt).await.expect("the service is up");
        assert!([200, 204].contains(&reply.status), "{attempt:?}: {reply:?}");
        told.note(&attempt, &reply);
    }
}
