//! A small town behind the whole router, without a socket and with a clock that stands still.

use std::fmt;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, request};
use chrono_tz::Europe;
use punctual::http::app::{App, RegionSetup};
use punctual::http::router;
use punctual::http::{Admission, MapSetup};
use punctual::journal::memory::MemoryJournal;
use punctual::model::basket::Load;
use punctual::model::ids::StoreId;
use punctual::model::place::{Coordinate, Profile};
use punctual::model::policy::{Costs, Fees, Policy};
use punctual::model::region::{Courier, DailyHours, Pickers, Region, Store, TimeOfDay};
use punctual::model::sale::{Classes, SaleRules};
use punctual::model::time::Timestamp;
use punctual::model::travel_matrix::Travel;
use punctual::model::units::{Grams, Milliliters, MinorUnits, Seconds};
use punctual::model::variation::Variation;
use punctual::planner::command::Command;
use punctual::runtime::offer_key::OfferKey;
use punctual::runtime::quotes::Workers;
use punctual::runtime::startup::{Running, start};
use punctual::runtime::stats::ImproverStats;
use punctual::runtime::tiles::Tiles;
use punctual::runtime::wall_clock::{Clock, Pace};
use punctual::runtime::writer::WriterHandle;
use punctual::travel::beeline::Beeline;
use punctual::travel::roads::grid::grid;
use punctual::travel::roads::{PreparedRoads, Roads};
use serde_json::{Value, json};
use tower::ServiceExt;

/// Noon in the town: 2026-11-22T12:00:00+03:00.
pub(crate) const NOON: Timestamp = Timestamp(1_795_338_000);

/// What can be delivered, and by whom.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Means {
    pub(crate) couriers: u16,
    pub(crate) pickers: u16,
    /// The hour at which all shifts end.
    pub(crate) until: u32,
}

/// A town that is served.
pub(crate) struct Town {
    pub(crate) router: Router,
    pub(crate) app: App,
    pub(crate) clock: Arc<Clock>,
    pub(crate) writer: WriterHandle,
}

/// What the service answered.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: axum::http::HeaderMap,
    pub(crate) text: String,
    pub(crate) body: Value,
}

impl Town {
    pub(crate) async fn open() -> Self {
        Self::with(Means { couriers: 4, pickers: 3, until: 22 }).await
    }

    /// A town with such means, beside another called `elsewhere` that signs with the same key.
    pub(crate) async fn with(means: Means) -> Self {
        Self::selling(means, SaleRules::default()).await
    }

    /// A town with such means and rules of sale.
    pub(crate) async fn selling(means: Means, sale: SaleRules) -> Self {
        let region = region("town", means, sale);
        let key = OfferKey::random().unwrap();
        Self::start(MemoryJournal::default(), region, key, |_| {}).await
    }

    /// A town whose ways something else knows.
    pub(crate) async fn travelled(travel: Arc<dyn Travel>) -> Self {
        let means = Means { couriers: 4, pickers: 3, until: 22 };
        let region = region("town", means, SaleRules::default());
        let (home, setup) = running(region, MemoryJournal::default(), travel).await;
        Self::serve(home, vec![("town".to_owned(), setup)], &OfferKey::random().unwrap())
    }

    /// A town whose checkout is open to pages of other origins.
    pub(crate) async fn open_to(admission: Admission) -> Self {
        let means = Means { couriers: 4, pickers: 3, until: 22 };
        let region = region("town", means, SaleRules::default());
        let key = OfferKey::random().unwrap();
        Self::start(MemoryJournal::default(), region, key, |setup| setup.admission = admission)
            .await
    }

    /// A town whose map is drawn from something else.
    pub(crate) async fn drawn_with(map: MapSetup) -> Self {
        let means = Means { couriers: 4, pickers: 3, until: 22 };
        let region = region("town", means, SaleRules::default());
        let key = OfferKey::random().unwrap();
        Self::start(MemoryJournal::default(), region, key, |setup| setup.map = map).await
    }

    /// A town that goes on where a journal left it.
    pub(crate) async fn on(journal: MemoryJournal, means: Means, key: OfferKey) -> Self {
        let region = region("town", means, SaleRules::default());
        Self::start(journal, region, key, |_| {}).await
    }

    async fn start(
        journal: MemoryJournal,
        region: Region,
        key: OfferKey,
        change: impl FnOnce(&mut RegionSetup),
    ) -> Self {
        let beside = Region { key: "elsewhere".to_owned(), ..region.clone() };
        let travel = Arc::new(Beeline::default());
        let (home, mut setup) = running(region, journal, travel.clone()).await;
        setup.map.tiles = Some(tiles());
        change(&mut setup);
        let (_, elsewhere) = running(beside, MemoryJournal::default(), travel).await;
        let regions = vec![("town".to_owned(), setup), ("elsewhere".to_owned(), elsewhere)];
        Self::serve(home, regions, &key)
    }

    fn serve(home: Running, regions: Vec<(String, RegionSetup)>, key: &OfferKey) -> Self {
        let workers = Arc::new(Workers::start(2).unwrap());
        let app = App::new(regions, key, &workers);
        let router = router(app.clone());
        Self { router, app, clock: home.clock, writer: home.writer }
    }

    /// Lets time pass, and the planner notice.
    pub(crate) async fn wait(&self, seconds: i64) {
        self.clock.advance(Seconds(seconds));
        self.writer.execute(Command::Tick).await.unwrap();
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = to_bytes(response.into_body(), 16 << 20).await.unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer { status, headers, text, body }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(request("GET", path).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(request("DELETE", path).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(json_request(path).body(Body::from(body.to_string())).unwrap()).await
    }

    pub(crate) async fn post_with_key(&self, path: &str, body: Value, key: &str) -> Answer {
        let request = json_request(path).header("idempotency-key", key);
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }

    /// The token of the first offer of a kind.
    pub(crate) async fn offer(&self, kind: &str) -> String {
        let quote = self.post("quotes", checkout()).await;
        quote.offer(kind).unwrap_or_else(|| panic!("no {kind} offer in {quote}"))
    }

    /// Books at once.
    pub(crate) async fn book(&self, kind: &str) -> String {
        let order = self.post("orders", json!({"offer": self.offer(kind).await})).await;
        assert_eq!(order.status, StatusCode::CREATED, "{order}");
        order.text_at("order")
    }
}

impl Answer {
    pub(crate) fn offer(&self, kind: &str) -> Option<String> {
        let offers = self.body["offers"].as_array()?;
        let offer = offers.iter().find(|offer| offer["kind"] == kind)?;
        offer["offer"].as_str().map(str::to_owned)
    }

    pub(crate) fn text_at(&self, field: &str) -> String {
        self.body[field].as_str().unwrap_or_else(|| panic!("no {field} in {self}")).to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Status, kind and pointers of a problem, on one line.
    pub(crate) fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json", "{self}");
        assert_eq!(self.body["status"], self.status.as_u16(), "{self}");
        let kind = self.text_at("type");
        let kind = kind.strip_prefix("/problems/").unwrap();
        let faults = self.body["errors"].as_array().map_or(&[][..], Vec::as_slice);
        let mut line = format!("{} {kind}", self.status.as_u16());
        for fault in faults {
            line += &format!(" {}: {}", fault["pointer"], fault["detail"].as_str().unwrap());
        }
        line
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.status.as_u16(), self.text)
    }
}

/// A request to a path: below the town, unless it begins with a slash.
pub(crate) fn request(method: &str, path: &str) -> request::Builder {
    let uri =
        if path.starts_with('/') { path.to_owned() } else { format!("/v1/regions/town/{path}") };
    Request::builder().method(method).uri(uri)
}

pub(crate) fn json_request(path: &str) -> request::Builder {
    request("POST", path).header("content-type", "application/json")
}

/// A customer some streets from the store with twelve things.
pub(crate) fn checkout() -> Value {
    json!({
        "location": {"lat": 55.76, "lon": 37.62},
        "basket": {"items": 12, "mass_grams": 5_400, "volume_milliliters": 16_000},
    })
}

async fn running(
    region: Region,
    journal: MemoryJournal,
    travel: Arc<dyn Travel>,
) -> (Running, RegionSetup) {
    let pace = Pace::Scaled { origin: NOON, speed: 0.0 };
    let knows = Arc::clone(&travel);
    let begin = move || start(Box::new(journal), region, knows, pace);
    // It blocks, as at the start of the program.
    let running = tokio::task::spawn_blocking(begin).await.unwrap().unwrap();
    let setup = RegionSetup {
        writer: running.writer.clone(),
        clock: Arc::clone(&running.clock),
        travel,
        map: MapSetup::default(),
        search: Arc::new(ImproverStats::default()),
        is_demo: false,
        admission: Admission::default(),
    };
    (running, setup)
}

/// Some streets at 0° 0°, far from the town, for the map alone.
fn tiles() -> Arc<Tiles> {
    Tiles::start(Arc::new(Roads::new(PreparedRoads::prepare(grid(8, 1))))).unwrap()
}

fn hours(from: u32, until: u32) -> DailyHours {
    DailyHours { from: TimeOfDay(from * 3600), until: TimeOfDay(until * 3600) }
}

fn region(key: &str, means: Means, sale: SaleRules) -> Region {
    let location = Coordinate::from_degrees(55.75, 37.61).unwrap();
    let courier = |number: u16| Courier {
        key: format!("c{number:02}"),
        name: format!("Courier {number}"),
        profile: Profile::Car,
        home: Some(StoreId(0)),
        start: location,
        capacity: Load { mass: Grams(20_000), volume: Milliliters(80_000) },
        shifts: vec![hours(9, means.until)],
    };
    Region {
        key: key.to_owned(),
        name: format!("The {key}"),
        time_zone: Europe::Moscow,
        currency: "RUB".to_owned(),
        policy: policy(sale),
        stores: vec![Store {
            key: "riverside".to_owned(),
            name: "Riverside".to_owned(),
            location,
            hours: hours(8, 22),
            pickers: vec![Pickers { hours: hours(8, 22), count: means.pickers }],
            out_of_stock: Classes::NONE,
        }],
        couriers: (1..=means.couriers).map(courier).collect(),
        zones: vec![],
    }
}

fn policy(sale: SaleRules) -> Policy {
    Policy {
        express: Seconds::minutes(120),
        safety: Seconds::minutes(4),
        window: Seconds::minutes(60),
        scheduled_days: 1,
        lead: Seconds::minutes(60),
        offer: Seconds::minutes(15),
        hold: Seconds::minutes(10),
        lock: Seconds::minutes(3),
        delivery: hours(9, 22),
        picking_base: Seconds(120),
        picking_item: Seconds(20),
        handover: Seconds(60),
        pick_ahead: Seconds::minutes(90),
        loading: Seconds(120),
        door: Seconds(180),
        wait: Seconds::minutes(8),
        fees: Fees {
            express: MinorUnits(19_900),
            scheduled: MinorUnits(9_900),
            pickup: MinorUnits(0),
        },
        costs: Costs { courier_hour: MinorUnits(45_000), kilometer: MinorUnits(900) },
        variation: Variation::default(),
        on_time_floor: 0.0,
        sale,
    }
}
