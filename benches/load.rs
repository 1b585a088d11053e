//! A rush at the checkout: quotes, holds and bookings over HTTP that come when they come, whether
//! or not the service keeps up.
//!
//! `cargo bench --bench load` starts the whole service in this process, with its journal synced to
//! the disk and its search running, a region of 30 couriers, 3 stores and 300 open orders. Then it
//! asks for (1) quotes alone and (2) holds and bookings while quotes are asked for. Requests are due
//! at a fixed rate, and what each takes counts from the moment it was due, so that a service that
//! stalls is charged for all who would have come meanwhile. A hold is due like that; its booking
//! follows when the hold is granted and counts from then; then the order is called off, so that the
//! plan stays as large as it was. Clients and service share the processor. Options, in any order:
//! `days=1` (16 windows of 40 minutes, or so many days with 12 hours each), `seconds=20`,
//! `quotes=2000` (alone), `beside=1000` (quotes beside the holds), `writes=200` (holds and bookings
//! together), all per second.
#![expect(
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it prints what it saw, rounded"
)]

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use punctual::cli::hosting::Hosting;
use punctual::model::order::Wish;
use punctual::runtime::wall_clock::Pace;
use punctual::settings::checkout::CheckoutSettings;
use punctual::settings::map::MapSettings;
use punctual::travel::beeline::Beeline;
use rand::SeedableRng;
use rand::seq::IndexedRandom;
use rand_pcg::Pcg64Mcg;
use serde_json::{Value, json};

use crate::client::{Connection, request};
use crate::day::{MORNING, wish};
use crate::shop::shop;

mod client;
mod day;
mod shop;

const COURIERS: u16 = 30;
const ORDERS: usize = 300;
/// Connections that ask for quotes, and that hold and book: so many requests are under way at once
/// at most, as behind a proxy.
const QUOTE_CONNECTIONS: usize = 32;
const WRITE_CONNECTIONS: usize = 24;
/// Different checkouts that are asked about in turn.
const CHECKOUTS: usize = 512;
/// What a quote says that looked at everything.
const FULL: &[u8] = br#""effort":"full""#;
/// What is still due so long after the end is not sent any more.
const OVERTIME: Duration = Duration::from_secs(10);

/// How long, and how many a second.
#[derive(Debug, Clone, Copy)]
struct Options {
    days: u8,
    seconds: u32,
    quotes: u32,
    beside: u32,
    writes: u32,
}

fn main() -> anyhow::Result<()> {
    let options = Options::read()?;
    // Not a temporary folder: that may lie in memory, where a sync costs nothing.
    let data = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let hosting = Hosting {
        region: shop(COURIERS, options.days),
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
    let driven = hosting.run(async move |address, _| {
        tokio::task::spawn_blocking(move || drive(address, options)).await
    })?;
    driven.context("interrupted")??
}

impl Options {
    fn read() -> anyhow::Result<Self> {
        let mut options = Self { days: 1, seconds: 20, quotes: 2_000, beside: 1_000, writes: 200 };
        for option in std::env::args().skip(1).filter(|option| !option.starts_with('-')) {
            let Some((name, value)) = option.split_once('=') else { bail!("{option}: no option") };
            let number = value.parse().with_context(|| format!("{option}: no whole number"))?;
            ensure!((1..=100_000).contains(&number), "{option}: allowed are 1 to 100000");
            match name {
                "days" => {
                    options.days = u8::try_from(number).context("days: allowed are 1 to 255")?;
                }
                "seconds" => options.seconds = number,
                "quotes" => options.quotes = number,
                "beside" => options.beside = number,
                "writes" => options.writes = number,
                _ => bail!("{option}: known are days, seconds, quotes, beside and writes"),
            }
        }
        Ok(options)
    }
}

fn drive(address: SocketAddr, options: Options) -> anyhow::Result<()> {
    let mut shop = Shop { connection: Connection::to(address), random: Pcg64Mcg::seed_from_u64(1) };
    shop.book_up_to(ORDERS)?;
    let checkouts: Vec<Vec<u8>> =
        (0..CHECKOUTS).map(|_| checkout(&wish(&mut shop.random))).collect();
    println!("{COURIERS} couriers, 3 stores; {}", shop.size()?);

    let quotes = Rush { start: soon(), rate: options.quotes, seconds: options.seconds };
    let told = thread::scope(|scope| {
        let asked = scope.spawn(|| ask_quotes(address, quotes, &checkouts));
        thread::sleep(Duration::from_secs(u64::from(options.seconds)) / 2);
        let size = shop.size();
        (asked.join(), size)
    });
    println!("quotes alone; halfway {}", told.1?);
    told.0.map_err(|_| anyhow::anyhow!("a client failed"))?.print("quotes", quotes);

    // A booking is a hold and an order.
    let holds = options.writes.div_ceil(2);
    let tokens = shop.offers(holds as usize * options.seconds as usize)?;
    let start = soon();
    let beside = Rush { start, rate: options.beside, seconds: options.seconds };
    let holding = Rush { start, rate: holds, seconds: options.seconds };
    let (asked, held, size) = thread::scope(|scope| {
        let asked = scope.spawn(|| ask_quotes(address, beside, &checkouts));
        let held = scope.spawn(|| hold_and_book(address, holding, &tokens));
        thread::sleep(Duration::from_secs(u64::from(options.seconds)) / 2);
        let size = shop.size();
        (asked.join(), held.join(), size)
    });
    println!("quotes beside holds and bookings; halfway {}", size?);
    let failed = |_| anyhow::anyhow!("a client failed");
    asked.map_err(failed)?.print("quotes", beside);
    let [holds, orders, cancels] = held.map_err(failed)?;
    holds.print("holds", holding);
    orders.print("bookings", holding);
    cancels.print("cancellations", holding);
    println!("at the end {}", shop.size()?);
    Ok(())
}

/// Connections open before the first request is due.
fn soon() -> Instant {
    Instant::now() + Duration::from_millis(200)
}

/// Requests that are due at a fixed rate.
#[derive(Clone, Copy)]
struct Rush {
    start: Instant,
    rate: u32,
    seconds: u32,
}

impl Rush {
    /// How many requests are due in all.
    fn count(self) -> usize {
        self.rate as usize * self.seconds as usize
    }

    /// Calls `send` with the number of each request of one of several clients when it is due, or as
    /// soon after as the client is free, and the moment it was due.
    fn each(self, (client, clients): (usize, usize), mut send: impl FnMut(usize, Instant)) {
        let end = self.start + Duration::from_secs(u64::from(self.seconds)) + OVERTIME;
        for number in (client..self.count()).step_by(clients) {
            let due = self.start + Duration::from_secs_f64(number as f64 / f64::from(self.rate));
            let now = Instant::now();
            if end < now {
                break;
            }
            thread::sleep(due.saturating_duration_since(now));
            send(number, due);
        }
    }
}

/// Has so many clients send, and puts together what they saw.
fn among<const KINDS: usize>(
    clients: usize,
    run: impl Fn((usize, usize)) -> [Seen; KINDS] + Sync,
) -> [Seen; KINDS] {
    let run = &run;
    thread::scope(|scope| {
        let threads: Vec<_> =
            (0..clients).map(|client| scope.spawn(move || run((client, clients)))).collect();
        let mut all = std::array::from_fn(|_| Seen::default());
        for thread in threads {
            let seen = thread.join().expect("clients do not panic");
            all.iter_mut().zip(seen).for_each(|(all, seen)| all.add(seen));
        }
        all
    })
}

/// What clients saw of one kind of request.
#[derive(Default)]
struct Seen {
    /// Of answers that were no error.
    latencies: Vec<Duration>,
    /// Problems by name, and connections that failed.
    errors: BTreeMap<String, u32>,
    /// When the last answer came.
    last: Option<Instant>,
    /// How many quotes looked at less than everything.
    shortened: u32,
}

impl Seen {
    /// Sends a request and notes what came of it; the body, unless it is an error.
    fn ask<'c>(
        &mut self,
        connection: &'c mut Connection,
        request: &[u8],
        due: Instant,
    ) -> Option<&'c [u8]> {
        let answer = connection.ask(request);
        let now = Instant::now();
        self.last = Some(now);
        let error = match answer {
            Ok((200..=299, body)) => {
                self.latencies.push(now - due);
                return Some(body);
            }
            Ok((status, body)) => {
                let problem: Value = serde_json::from_slice(body).unwrap_or_default();
                let kind = problem["type"].as_str().unwrap_or("no problem document");
                format!("{status} {}", kind.trim_start_matches("/problems/"))
            }
            Err(error) => format!("connection: {}", error.kind()),
        };
        *self.errors.entry(error).or_default() += 1;
        None
    }

    fn add(&mut self, other: Self) {
        self.latencies.extend(other.latencies);
        for (error, count) in other.errors {
            *self.errors.entry(error).or_default() += count;
        }
        self.last = self.last.max(other.last);
        self.shortened += other.shortened;
    }

    fn print(mut self, what: &str, rush: Rush) {
        self.latencies.sort_unstable();
        let answered = self.latencies.len();
        let at = |share: f64| {
            let rank = (answered.saturating_sub(1) as f64 * share).round() as usize;
            self.latencies.get(rank).copied().unwrap_or_default().as_secs_f64() * 1e3
        };
        let took = self.last.map_or(0.0, |last| (last - rush.start).as_secs_f64());
        let took = took.max(f64::from(rush.seconds));
        let errors: u32 = self.errors.values().sum();
        let unsent = rush.count().saturating_sub(answered + errors as usize);
        println!(
            "  {what:<14} {} /s due, {:>7.1} /s answered; p50 {:.2} ms, p90 {:.2} ms, p99 {:.2} ms, \
             max {:.2} ms; {errors} errors, {unsent} not sent",
            rush.rate,
            answered as f64 / took,
            at(0.5),
            at(0.9),
            at(0.99),
            at(1.0),
        );
        if self.shortened > 0 {
            println!("    {} × looked at less than everything", self.shortened);
        }
        for (error, count) in &self.errors {
            println!("    {count} × {error}");
        }
    }
}

fn ask_quotes(address: SocketAddr, rush: Rush, checkouts: &[Vec<u8>]) -> Seen {
    let [seen] = among(QUOTE_CONNECTIONS, |client| {
        let (mut connection, mut seen) = (Connection::to(address), Seen::default());
        rush.each(client, |number, due| {
            let quote = seen.ask(&mut connection, &checkouts[number % checkouts.len()], due);
            let is_full =
                quote.is_none_or(|quote| quote.windows(FULL.len()).any(|part| part == FULL));
            seen.shortened += u32::from(!is_full);
        });
        [seen]
    });
    seen
}

/// Holds, bookings and cancellations.
fn hold_and_book(address: SocketAddr, rush: Rush, holds: &[Vec<u8>]) -> [Seen; 3] {
    among(WRITE_CONNECTIONS, |client| {
        let mut connection = Connection::to(address);
        let mut seen = [Seen::default(), Seen::default(), Seen::default()];
        let [held, booked, cancelled] = &mut seen;
        rush.each(client, |number, due| {
            let hold = held.ask(&mut connection, &holds[number], due).and_then(hold_of);
            let Some(hold) = hold else { return };
            let book = request("POST", "orders", &format!("{{\"hold\":\"{hold}\"}}"));
            booked.ask(&mut connection, &book, Instant::now());
            // The order has the number of its hold.
            let path = format!("orders/O{}/cancel", hold.trim_start_matches('H'));
            cancelled.ask(&mut connection, &request("POST", &path, "{}"), Instant::now());
        });
        seen
    })
}

fn hold_of(body: &[u8]) -> Option<String> {
    let reply: Value = serde_json::from_slice(body).ok()?;
    Some(reply["hold"].as_str()?.to_owned())
}

/// Who prepares the rush, and looks at the plan.
struct Shop {
    connection: Connection,
    random: Pcg64Mcg,
}

impl Shop {
    fn book_up_to(&mut self, orders: usize) -> anyhow::Result<()> {
        let (mut booked, mut tries) = (0, 0);
        while booked < orders {
            tries += 1;
            ensure!(tries < 4 * orders, "the region has room for {booked} orders only");
            let Some(offer) = self.offer()? else { continue };
            let book = request("POST", "orders", &json!({ "offer": offer }).to_string());
            booked += usize::from(self.connection.ask(&book)?.0 == 201);
        }
        Ok(())
    }

    /// The token of some delivery offered to some door.
    fn offer(&mut self) -> anyhow::Result<Option<String>> {
        let checkout = checkout(&wish(&mut self.random));
        let (_, body) = self.connection.ask(&checkout)?;
        let quote: Value = serde_json::from_slice(body)?;
        let offers = quote["offers"].as_array().context("a quote has offers")?;
        let deliveries: Vec<&Value> =
            offers.iter().filter(|offer| offer["kind"] != "pickup").collect();
        let chosen = deliveries.choose(&mut self.random);
        Ok(chosen.and_then(|offer| Some(offer["offer"].as_str()?.to_owned())))
    }

    /// Requests to hold as many different offers.
    fn offers(&mut self, count: usize) -> anyhow::Result<Vec<Vec<u8>>> {
        let mut holds = Vec::with_capacity(count);
        for _ in 0..4 * count {
            if holds.len() == count {
                break;
            }
            if let Some(offer) = self.offer()? {
                holds.push(request("POST", "holds", &json!({ "offer": offer }).to_string()));
            }
        }
        ensure!(
            holds.len() == count,
            "only {} of {count} customers can have a delivery",
            holds.len()
        );
        Ok(holds)
    }

    /// How large the plan is.
    fn size(&mut self) -> anyhow::Result<String> {
        let open = "orders?state=held,booked&limit=1";
        let (_, body) = self.connection.ask(&request("GET", open, ""))?;
        let orders: Value = serde_json::from_slice(body)?;
        let (_, body) = self.connection.ask(&request("GET", "plan", ""))?;
        let plan: Value = serde_json::from_slice(body)?;
        let routes = plan["routes"].as_array().context("a plan has routes")?;
        let trips: Vec<&Value> =
            routes.iter().filter_map(|route| route["trips"].as_array()).flatten().collect();
        let stops: usize =
            trips.iter().filter_map(|trip| trip["stops"].as_array()).map(Vec::len).sum();
        Ok(format!(
            "{} open orders, {} routes with {} trips and {stops} stops, plan version {}",
            orders["total"],
            routes.len(),
            trips.len(),
            plan["version"]
        ))
    }
}

fn checkout(wish: &Wish) -> Vec<u8> {
    let load = wish.basket.load;
    let body = json!({
        "location": { "lat": wish.place.latitude(), "lon": wish.place.longitude() },
        "basket": {
            "items": wish.basket.items,
            "mass_grams": load.mass.0,
            "volume_milliliters": load.volume.0,
        },
    });
    request("POST", "quotes", &body.to_string())
}
