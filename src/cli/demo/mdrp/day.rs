//! A recorded order day as a region and its customers.
//!
//! Restaurants become stores, placements become checkouts, and what the kitchen needs becomes picking
//! time. The benchmark's couriers need four minutes at a restaurant, of which two pass before the
//! meal may be handed over; here a trip loads for four minutes once its last dish is there. So that
//! both leave at the same time, a dish counts as picked two minutes before it is ready. In the same
//! way half of the time at a door lies after the hand-over that the benchmark measures, so the
//! promise is that much shorter than its limit.

use chrono::NaiveDate;
use chrono_tz::UTC;

use crate::cli::demo::region::{OFFER_REAL_SECONDS, REGION, region_seconds};
use crate::formats::mdrp::MdrpDay;
use crate::model::basket::Load;
use crate::model::place::{Coordinate, CoordinateError, Profile};
use crate::model::plane::{Plane, PlanePoint};
use crate::model::policy::{Costs, Fees, Policy};
use crate::model::region::{Courier, DailyHours, Pickers, Region, Store, TimeOfDay};
use crate::model::sale::{Classes, SaleRules};
use crate::model::time::Timestamp;
use crate::model::units::{Grams, Milliliters, MinorUnits, Seconds};
use crate::model::variation::Variation;

/// The whole day, and the small hours after it: no recorded day is longer.
const ALL_DAY: DailyHours = DailyHours { from: TimeOfDay(0), until: TimeOfDay(30 * 3600) };
/// Kitchens are ready before the first order comes.
const HEAD_START: Seconds = Seconds::minutes(5);

/// The API takes no picking time below.
const COOKING_MIN: Seconds = Seconds(1);

/// A recorded day, ready to be played.
#[derive(Debug, Clone)]
pub(crate) struct RecordedDay {
    pub(crate) region: Region,
    /// In the order of their times.
    pub(crate) placements: Vec<Placement>,
    /// When the clock starts.
    pub(crate) begins: Timestamp,
    /// When everything must be over.
    pub(crate) ends: Timestamp,
    /// All shifts together.
    pub(crate) courier_time: Seconds,
    /// From arrival at the door to the hand-over that the benchmark measures.
    pub(crate) door_half: Seconds,
}

/// A customer of the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Placement {
    /// The order's name in the record.
    pub(crate) reference: String,
    /// When it is placed.
    pub(crate) at: Timestamp,
    /// At which store.
    pub(crate) store: String,
    /// Where it goes.
    pub(crate) door: Coordinate,
    /// How long the kitchen takes.
    pub(crate) cooking: Seconds,
}

impl RecordedDay {
    /// Puts a day on the map around `origin` and on the calendar at `date`.
    ///
    /// # Errors
    /// When a place lies off the globe.
    pub(crate) fn new(
        day: &MdrpDay,
        date: NaiveDate,
        origin: Coordinate,
        speed: f64,
    ) -> Result<Self, CoordinateError> {
        let map = Map::new(day, origin);
        let midnight = Timestamp(date.and_time(chrono::NaiveTime::MIN).and_utc().timestamp());
        let pickup_half = Seconds(day.parameters.pickup_service.0 / 2);
        let door_half = Seconds(day.parameters.dropoff_service.0 / 2);
        let mut placements = Vec::with_capacity(day.orders.len());
        for order in &day.orders {
            placements.push(Placement {
                reference: order.id.clone(),
                at: midnight + order.placement,
                store: order.restaurant.clone(),
                door: map.place(order.x, order.y)?,
                cooking: (order.ready - order.placement - pickup_half).max(COOKING_MIN),
            });
        }
        placements.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| a.reference.cmp(&b.reference)));
        let stores = stores(day, &map)?;
        let couriers = couriers(day, &map)?;
        let region = Region {
            key: REGION.to_owned(),
            name: day.name.clone(),
            time_zone: UTC,
            currency: "USD".to_owned(),
            policy: policy(day, speed),
            stores,
            couriers,
            zones: vec![],
        };
        let shift = |courier: &crate::formats::mdrp::MdrpCourier| courier.off - courier.on;
        let last_off = day.couriers.iter().map(|courier| courier.off).max().unwrap_or_default();
        let first = placements.first().map_or(midnight, |first| first.at);
        let last = placements.last().map_or(midnight, |last| last.at).max(midnight + last_off);
        Ok(Self {
            region,
            begins: (first - HEAD_START).max(midnight),
            ends: last + day.parameters.maximum_click_to_door + Seconds::hours(2),
            courier_time: day.couriers.iter().map(shift).sum(),
            door_half,
            placements,
        })
    }
}

/// From the record's meters to the Earth: the middle of all restaurants is the origin.
struct Map {
    plane: Plane,
    middle: PlanePoint,
}

impl Map {
    #[expect(clippy::cast_precision_loss, reason = "some hundred restaurants")]
    fn new(day: &MdrpDay, origin: Coordinate) -> Self {
        let count = day.restaurants.len().max(1) as f64;
        let east = day.restaurants.iter().map(|restaurant| restaurant.x).sum::<f64>() / count;
        let north = day.restaurants.iter().map(|restaurant| restaurant.y).sum::<f64>() / count;
        Self { plane: Plane::around(origin), middle: PlanePoint::new(east, north) }
    }

    fn place(&self, x: f64, y: f64) -> Result<Coordinate, CoordinateError> {
        self.plane.coordinate(PlanePoint::new(x - self.middle.east, y - self.middle.north))
    }
}

fn stores(day: &MdrpDay, map: &Map) -> Result<Vec<Store>, CoordinateError> {
    let store = |restaurant: &crate::formats::mdrp::MdrpRestaurant| {
        Ok(Store {
            key: restaurant.id.clone(),
            name: format!("Restaurant {}", restaurant.id.trim_start_matches('r')),
            location: map.place(restaurant.x, restaurant.y)?,
            hours: ALL_DAY,
            pickers: vec![Pickers { hours: ALL_DAY, count: cooks(day, &restaurant.id) }],
            out_of_stock: Classes::NONE,
        })
    };
    day.restaurants.iter().map(store).collect()
}

/// As many cooks as the record shows dishes at the same time, and one more for the next customer.
fn cooks(day: &MdrpDay, restaurant: &str) -> u16 {
    let orders = || day.orders.iter().filter(|order| order.restaurant == restaurant);
    let at_once =
        |at: Seconds| orders().filter(|other| other.placement <= at && at <= other.ready).count();
    let most = orders().map(|order| at_once(order.placement)).max().unwrap_or(0);
    u16::try_from(most + 1).unwrap_or(u16::MAX)
}

fn couriers(day: &MdrpDay, map: &Map) -> Result<Vec<Courier>, CoordinateError> {
    let courier = |courier: &crate::formats::mdrp::MdrpCourier| {
        Ok(Courier {
            key: courier.id.clone(),
            name: format!("Courier {}", courier.id.trim_start_matches('c')),
            profile: Profile::Car,
            home: None,
            start: map.place(courier.x, courier.y)?,
            capacity: Load { mass: Grams(1_000_000), volume: Milliliters(1_000_000) },
            shifts: vec![DailyHours {
                from: time_of_day(courier.on),
                until: time_of_day(courier.off),
            }],
        })
    };
    day.couriers.iter().map(courier).collect()
}

fn time_of_day(since_midnight: Seconds) -> TimeOfDay {
    TimeOfDay(u32::try_from(since_midnight.0.clamp(0, 2 * 86_400 - 1)).unwrap_or_default())
}

fn policy(day: &MdrpDay, speed: f64) -> Policy {
    let parameters = &day.parameters;
    let promise = parameters.maximum_click_to_door - Seconds(parameters.dropoff_service.0 / 2);
    Policy {
        express: promise,
        safety: Seconds::minutes(2),
        window: Seconds::minutes(60),
        scheduled_days: 0,
        lead: Seconds::minutes(60),
        offer: Seconds::minutes(15).max(region_seconds(OFFER_REAL_SECONDS, speed)),
        hold: Seconds::minutes(1),
        lock: Seconds::ZERO,
        delivery: ALL_DAY,
        picking_base: Seconds::minutes(15),
        picking_item: Seconds::ZERO,
        handover: Seconds::ZERO,
        pick_ahead: Seconds::hours(2),
        loading: parameters.pickup_service,
        door: parameters.dropoff_service,
        wait: Seconds::ZERO,
        fees: Fees {
            express: MinorUnits(399),
            scheduled: MinorUnits(399),
            pickup: MinorUnits::ZERO,
        },
        // The guaranteed pay of the benchmark is by the hour; a kilometer costs what a car does.
        costs: Costs { courier_hour: MinorUnits(1_500), kilometer: MinorUnits(40) },
        variation: Variation::default(),
        on_time_floor: 0.0,
        sale: SaleRules::default(),
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use crate::cli::demo::mdrp::day::RecordedDay;
    use crate::formats::mdrp::{MdrpCourier, MdrpDay, MdrpOrder, MdrpParameters, MdrpRestaurant};
    use crate::model::place::Coordinate;
    use crate::model::plane::Plane;
    use crate::model::units::Seconds;

    fn day() -> MdrpDay {
        let order = |id: &str, placement, ready| MdrpOrder {
            id: id.to_owned(),
            x: 3000.0,
            y: 1000.0,
            placement: Seconds::minutes(placement),
            restaurant: "r1".to_owned(),
            ready: Seconds::minutes(ready),
        };
        MdrpDay {
            name: "small".to_owned(),
            restaurants: vec![MdrpRestaurant { id: "r1".to_owned(), x: 2000.0, y: 1000.0 }],
            orders: vec![order("o1", 630, 650), order("o2", 600, 640), order("o3", 700, 701)],
            couriers: vec![MdrpCourier {
                id: "c1".to_owned(),
                x: 0.0,
                y: 0.0,
                on: Seconds::minutes(600),
                off: Seconds::minutes(690),
            }],
            parameters: MdrpParameters {
                meters_per_minute: 320.0,
                pickup_service: Seconds::minutes(4),
                dropoff_service: Seconds::minutes(4),
                target_click_to_door: Seconds::minutes(40),
                maximum_click_to_door: Seconds::minutes(90),
            },
        }
    }

    #[test]
    fn a_day_becomes_a_region_with_customers_in_the_order_of_their_times() {
        let origin = Coordinate::from_degrees(41.88, -87.63).unwrap();
        let date = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        let played = RecordedDay::new(&day(), date, origin, 240.0).unwrap();
        let (region, placements) = (&played.region, &played.placements);
        let names: Vec<&str> = placements.iter().map(|one| one.reference.as_str()).collect();
        assert_eq!(names, ["o2", "o1", "o3"]);
        assert_eq!(placements[0].at.to_utc().to_string(), "2026-11-22 10:00:00 UTC");
        assert_eq!(placements[0].cooking, Seconds::minutes(38));
        assert_eq!(placements[2].cooking, Seconds(1), "ready sooner than a courier can be");
        assert_eq!(region.stores[0].location, origin);
        let door = Plane::around(origin).meters(placements[0].door);
        assert!((door.east - 1000.0).abs() < 1.0 && door.north.abs() < 1.0, "{door:?}");
        assert_eq!(region.stores[0].pickers[0].count, 3, "two dishes at once, and one more");
        assert_eq!(played.begins.to_utc().to_string(), "2026-11-22 09:55:00 UTC");
        assert_eq!(played.courier_time, Seconds::minutes(90));
        assert_eq!(region.policy.express, Seconds::minutes(88));
        assert_eq!(region.couriers[0].home, None);
    }
}
