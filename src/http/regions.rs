//! `/v1/regions`: which regions there are, and what holds in each.

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::app::{App, LiveView, RegionService};
use crate::http::map::outline;
use crate::http::notation::{Moment, PlaceReply, lon_lat};
use crate::http::openapi::Failures;
use crate::http::problem::Problem;
use crate::model::region::Region;

/// All regions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RegionsReply {
    regions: Vec<RegionEntry>,
}

/// A region's names.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RegionEntry {
    /// Its key in all addresses.
    id: String,
    /// Its name for people.
    name: String,
}

/// What holds in a region.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RegionReply {
    /// Its key in all addresses.
    id: String,
    /// Its name for people.
    name: String,
    /// IANA name of the zone of all its times.
    time_zone: String,
    /// The time there.
    now: Moment,
    /// Seconds there per second here.
    clock_speed: f64,
    /// ISO 4217 code of all amounts.
    currency: String,
    /// Express orders are at the door so soon.
    promise_minutes: i64,
    /// How ways are known: `roads`, `osrm`, `valhalla` or `beeline`.
    travel: &'static str,
    /// The middle of the map.
    center: PlaceReply,
    /// What the map shows.
    bounds: BoundsReply,
    /// Address of the style that the map is drawn with, where that is not made of the region's own
    /// tiles.
    map_style: Option<String>,
    /// Its stores.
    stores: Vec<StoreEntry>,
    /// The kinds of customers that a checkout may name, the usual one first.
    tiers: Vec<String>,
    /// The channels that a checkout may name, the usual one first.
    channels: Vec<String>,
    /// The classes of items that a basket may name.
    item_classes: Vec<String>,
    /// How long an offer is good for.
    offer_minutes: i64,
    /// How long a hold lives.
    hold_minutes: i64,
    /// Whether its customers are invented.
    demo: bool,
}

/// A rectangle on the map, in degrees.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub(crate) struct BoundsReply {
    south: f64,
    west: f64,
    north: f64,
    east: f64,
}

/// A store's names and place.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StoreEntry {
    /// Its key.
    id: String,
    /// Its name for people.
    name: String,
    /// Where it is.
    location: PlaceReply,
}

/// Lists the regions.
#[utoipa::path(
    get, path = "/v1/regions", tag = "region",
    responses((status = 200, description = "Regions", body = RegionsReply), Failures),
)]
pub(crate) async fn list_regions(State(app): State<App>) -> Result<Json<RegionsReply>, Problem> {
    let mut regions = Vec::new();
    for service in app.regions() {
        let live = service.live()?;
        let entry = RegionEntry { id: service.key().to_owned(), name: live.region().name.clone() };
        regions.push(entry);
    }
    Ok(Json(RegionsReply { regions }))
}

/// Tells what holds in a region.
#[utoipa::path(
    get, path = "/v1/regions/{region}", tag = "region",
    params(("region" = String, Path, description = "Key of the region")),
    responses((status = 200, description = "The region", body = RegionReply), Failures),
)]
pub(crate) async fn read_region(
    State(app): State<App>,
    Path(region): Path<String>,
) -> Result<Json<RegionReply>, Problem> {
    let service = app.region(&region)?;
    Ok(Json(RegionReply::new(service, &service.live()?)))
}

impl RegionReply {
    fn new(service: &RegionService, live: &LiveView) -> Self {
        let (region, setup) = (live.region(), service.setup());
        let bounds = BoundsReply::around(region);
        let entry = |store: &crate::model::region::Store| StoreEntry {
            id: store.key.clone(),
            name: store.name.clone(),
            location: store.location.into(),
        };
        Self {
            id: service.key().to_owned(),
            name: region.name.clone(),
            time_zone: region.time_zone.name().to_owned(),
            now: Moment::new(region, live.now),
            clock_speed: setup.clock.speed(),
            currency: region.currency.clone(),
            promise_minutes: region.policy.express.0 / 60,
            travel: setup.travel.name(),
            center: bounds.center(),
            bounds,
            map_style: setup.map.style.as_ref().map(|style| style.address().to_owned()),
            stores: region.stores.iter().map(entry).collect(),
            tiers: region.policy.sale.tiers.iter().map(|tier| tier.name.clone()).collect(),
            channels: region.policy.sale.channels.clone(),
            item_classes: region.policy.sale.classes.clone(),
            offer_minutes: region.policy.offer.0 / 60,
            hold_minutes: region.policy.hold.0 / 60,
            demo: setup.is_demo,
        }
    }
}

impl BoundsReply {
    /// The zones; without any, the stores and where couriers start, with some room around.
    fn around(region: &Region) -> Self {
        /// About two kilometers.
        const ROOM: f64 = 0.02;
        let cells = region.zones.iter().flat_map(|zone| &zone.cells);
        let mut points: Vec<[f64; 2]> = cells.flat_map(|&cell| outline(cell)).collect();
        let room = if points.is_empty() { ROOM } else { 0.0 };
        points.extend(region.stores.iter().map(|store| lon_lat(store.location)));
        if room != 0.0 {
            points.extend(region.couriers.iter().map(|courier| lon_lat(courier.start)));
        }
        let empty = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        let [west, south, east, north] = points.iter().fold(empty, |[w, s, e, n], &[lon, lat]| {
            [w.min(lon), s.min(lat), e.max(lon), n.max(lat)]
        });
        if points.is_empty() {
            return Self { south: -60.0, west: -180.0, north: 75.0, east: 180.0 };
        }
        let micro = |degrees: f64| (degrees * 1e6).round() / 1e6;
        Self {
            south: micro(south - room),
            west: micro(west - room),
            north: micro(north + room),
            east: micro(east + room),
        }
    }

    fn center(self) -> PlaceReply {
        let middle = |a: f64, b: f64| (f64::midpoint(a, b) * 1e6).round() / 1e6;
        PlaceReply { lat: middle(self.south, self.north), lon: middle(self.west, self.east) }
    }
}
