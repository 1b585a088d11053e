//! What a shop sees: quotes, holds and orders over HTTP, with the journal syncing to disk.
//!
//! `cargo bench --bench checkout` starts the whole service in this process, books 300 orders and
//! then 2,000, and measures at each: quotes from one client and from several, and holds with their
//! orders. Clients share the processor with the service. `-- 300` stops after the first.
#![expect(
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it prints what it saw, rounded"
)]

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use punctual::cli::hosting::Hosting;
use punctual::model::order::Wish;
use punctual::runtime::wall_clock::Pace;
use punctual::settings::checkout::CheckoutSettings;
use punctual::settings::map::MapSettings;
use punctual::travel::beeline::Beeline;
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::day::{MORNING, region, wish};

mod day;

/// Couriers enough for 2,000 orders on two days.
const COURIERS: u16 = 240;

fn main() -> anyhow::Result<()> {
    let sizes: Vec<usize> = std::env::args().skip(1).filter_map(|size| size.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![300, 2_000] } else { sizes };
    let data = tempfile::tempdir()?;
    let hosting = Hosting {
        region: region(COURIERS),
        travel: Arc::new(Beeline::default()),
        streets: None,
        map: MapSettings::default(),
        pace: Pace::Scaled { origin: MORNING, speed: 1.0 },
        is_demo: false,
        seed: 1,
        data: data.path().to_owned(),
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        trust_network: false,
        checkout: CheckoutSettings::default(),
    };
    hosting.run(async move |address, _| {
        let shop = Shop::new(address);
        for size in sizes {
            shop.book_up_to(size).await;
            let booked = shop.booked.load(Ordering::Relaxed);
            println!("{booked} orders booked");
            for clients in [1, 4] {
                let latencies = shop.repeat(clients, Duration::from_secs(10), Ask::Quote).await;
                print_line("quotes", clients, &latencies, 10.0);
            }
            let latencies = shop.repeat(4, Duration::from_secs(5), Ask::Book).await;
            print_line("hold + order", 4, &latencies, 5.0);
        }
    })?;
    Ok(())
}

fn print_line(what: &str, clients: usize, latencies: &[Duration], seconds: f64) {
    let at = |share: f64| {
        let rank = ((latencies.len() as f64 - 1.0) * share).max(0.0) as usize;
        latencies.get(rank).copied().unwrap_or_default().as_secs_f64() * 1000.0
    };
    println!(
        "  {what:<14} {clients} clients: {:>7.1} /s, p50 {:>6.2} ms, p99 {:>6.2} ms, max {:>6.2} ms",
        latencies.len() as f64 / seconds,
        at(0.5),
        at(0.99),
        at(1.0),
    );
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ask {
    Quote,
    Book,
}

#[derive(Clone)]
struct Shop {
    client: reqwest::Client,
    root: String,
    booked: Arc<AtomicUsize>,
}

impl Shop {
    fn new(address: SocketAddr) -> Self {
        let root = format!("http://{address}/v1/regions/bench");
        Self { client: reqwest::Client::new(), root, booked: Arc::default() }
    }

    /// Books until so many orders are on the books.
    async fn book_up_to(&self, size: usize) {
        let mut random = Pcg64Mcg::seed_from_u64(size as u64);
        let mut tries = 0;
        while self.booked.load(Ordering::Relaxed) < size {
            tries += 1;
            assert!(tries < 4 * size, "the region has room for {size} orders");
            let Some(offer) = self.offer(&mut random).await else { continue };
            self.post("orders", &json!({ "offer": offer })).await;
        }
    }

    /// What so many clients take for one request each after the other, sorted.
    async fn repeat(&self, clients: usize, time: Duration, ask: Ask) -> Vec<Duration> {
        let mut tasks = JoinSet::new();
        for client in 0..clients {
            let shop = self.clone();
            tasks.spawn(async move {
                let mut random = Pcg64Mcg::seed_from_u64(client as u64 + 77);
                let mut latencies = Vec::new();
                let begun = Instant::now();
                while begun.elapsed() < time {
                    latencies.extend(shop.timed(&mut random, ask).await);
                }
                latencies
            });
        }
        let mut latencies = tasks.join_all().await.concat();
        latencies.sort_unstable();
        latencies
    }

    async fn timed(&self, random: &mut Pcg64Mcg, ask: Ask) -> Option<Duration> {
        if ask == Ask::Quote {
            let body = checkout(&wish(random));
            let begun = Instant::now();
            self.post("quotes", &body).await?;
            return Some(begun.elapsed());
        }
        let offer = self.offer(random).await?;
        let begun = Instant::now();
        let held = self.post("holds", &json!({ "offer": offer })).await?;
        self.post("orders", &json!({ "hold": held["hold"] })).await?;
        Some(begun.elapsed())
    }

    /// The token of some delivery offered to some door.
    async fn offer(&self, random: &mut Pcg64Mcg) -> Option<String> {
        let quote = self.post("quotes", &checkout(&wish(random))).await?;
        let is_delivery = |offer: &&Value| offer["kind"] != "pickup";
        let offers: Vec<&Value> = quote["offers"].as_array()?.iter().filter(is_delivery).collect();
        if offers.is_empty() {
            return None;
        }
        Some(offers[random.random_range(0..offers.len())]["offer"].as_str()?.to_owned())
    }

    /// The answer, unless it is a refusal.
    async fn post(&self, path: &str, body: &Value) -> Option<Value> {
        let sent = self.client.post(format!("{}/{path}", self.root)).json(body).send().await;
        let answer = sent.expect("the service answers");
        assert!(!answer.status().is_server_error(), "{path}: {}", answer.status());
        if !answer.status().is_success() {
            return None;
        }
        if path == "orders" {
            self.booked.fetch_add(1, Ordering::Relaxed);
        }
        answer.json().await.ok()
    }
}

fn checkout(wish: &Wish) -> Value {
    let load = wish.basket.load;
    json!({
        "location": { "lat": wish.place.latitude(), "lon": wish.place.longitude() },
        "basket": {
            "items": wish.basket.items,
            "mass_grams": load.mass.0,
            "volume_milliliters": load.volume.0,
        },
    })
}
