//! People who come to the checkout, choose, hesitate and mostly buy.

use std::sync::Arc;

use chrono::NaiveDate;
use chrono::TimeZone;
use chrono_tz::Tz;
use rand::Rng;
use rand_pcg::Pcg64;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::cli::demo::api::{Api, CallError};
use crate::cli::demo::chance::chance;
use crate::cli::demo::demand::arrivals;
use crate::cli::demo::region_time::RegionTime;
use crate::cli::demo::tally::Tally;
use crate::cli::demo::wire::{
    BasketBody, Bookable, HoldBody, HoldReply, Kind, OfferReply, OrderBody, OrderReply, QuoteBody,
    QuoteReply,
};
use crate::travel::city::City;

/// Customers at the checkout at the same time. More than that come only when the service hangs.
const AT_ONCE_MAX: usize = 256;
/// Of a thousand customers, so many leave after seeing the offers.
const LEAVE_PER_MILLE: u32 = 70;
/// Of a thousand holds, so many are forgotten.
const FORGET_PER_MILLE: u32 = 40;
/// Of a thousand holds, so many are given back.
const GIVE_BACK_PER_MILLE: u32 = 30;
/// Of a thousand bookings, so many are called off later.
const CANCEL_PER_MILLE: u32 = 25;

/// All customers of a city.
#[derive(Debug)]
pub(crate) struct Customers {
    pub(crate) api: Api,
    pub(crate) time: Arc<RegionTime>,
    pub(crate) tally: Arc<Tally>,
    pub(crate) city: Arc<City>,
    pub(crate) time_zone: Tz,
    pub(crate) seed: u64,
    pub(crate) per_day: u32,
}

impl Customers {
    /// Lets customers come, day after day. Never ends by itself.
    pub(crate) async fn come(self) {
        let places = Arc::new(Semaphore::new(AT_ONCE_MAX));
        let everybody = Arc::new(self);
        let mut visits = JoinSet::new();
        let mut day = everybody.today();
        loop {
            for (number, at) in everybody.arrivals_on(day).into_iter().enumerate() {
                if at < everybody.time.precisely() - 60.0 {
                    continue;
                }
                everybody.time.sleep_until(at).await;
                while visits.try_join_next().is_some() {}
                let Ok(place) = Arc::clone(&places).try_acquire_owned() else { continue };
                let customer = Arc::clone(&everybody);
                visits.spawn(async move {
                    let name = format!("{day} {number}");
                    if let Err(error) = customer.visit(&name).await {
                        customer.tally.refuse("error");
                        tracing::debug!(customer = name, %error, "a customer gives up");
                    }
                    drop(place);
                });
            }
            day = day.succ_opt().unwrap_or(day).max(everybody.today());
            everybody.time.sleep_until(everybody.midnight(day)).await;
        }
    }

    fn today(&self) -> NaiveDate {
        self.time.now().to_utc().with_timezone(&self.time_zone).date_naive()
    }

    /// In seconds since 1970.
    #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are exact in an f64")]
    fn midnight(&self, day: NaiveDate) -> f64 {
        let local = day.and_time(chrono::NaiveTime::MIN);
        let midnight = self.time_zone.from_local_datetime(&local).earliest();
        midnight.map_or_else(|| local.and_utc().timestamp(), |at| at.timestamp()) as f64
    }

    fn arrivals_on(&self, day: NaiveDate) -> Vec<f64> {
        let midnight = self.midnight(day);
        let times = arrivals(self.seed, &day.to_string(), self.per_day);
        times.into_iter().map(|at| midnight + at).collect()
    }

    /// One customer's whole visit.
    async fn visit(&self, name: &str) -> Result<(), CallError> {
        let mut luck = chance(self.seed, &format!("customer {name}"));
        let (location, basket) = (self.city.sample_address(&mut luck).into(), basket(&mut luck));
        let session = Some(name);
        self.tally.count(|counts| counts.asked += 1);
        let quote = self.ask(QuoteBody { location, basket, store: None, session }).await?;
        let Some(offer) = choose(&quote.offers, &mut luck) else {
            self.tally.refuse(quote.refusals.first().map_or("nothing", |first| &first.reason));
            return Ok(());
        };
        self.tally.count(|counts| counts.offered += 1);
        self.time.sleep(luck.random_range(10.0..90.0)).await;
        if luck.random_ratio(LEAVE_PER_MILLE, 1000) {
            self.tally.count(|counts| counts.left += 1);
            return Ok(());
        }
        match self.api.post_once("/holds", &HoldBody { offer: &offer.offer }).await {
            Ok(hold) => self.decide(hold, name, &mut luck).await,
            Err(CallError::Refused { kind, .. }) => {
                self.tally.refuse(kind.trim_start_matches("/problems/"));
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    async fn ask(&self, body: QuoteBody<'_>) -> Result<QuoteReply, CallError> {
        self.api.post("/quotes", &body).await
    }

    /// Pays, gives the hold back, or forgets about it.
    async fn decide(
        &self,
        HoldReply { hold }: HoldReply,
        name: &str,
        luck: &mut Pcg64,
    ) -> Result<(), CallError> {
        self.time.sleep(luck.random_range(20.0..150.0)).await;
        let mood = luck.random_range(0..1000);
        if mood < FORGET_PER_MILLE + GIVE_BACK_PER_MILLE {
            self.tally.count(|counts| counts.given_back += 1);
            if mood < GIVE_BACK_PER_MILLE {
                self.api.delete(&format!("/holds/{hold}?session={name}")).await?;
            }
            return Ok(());
        }
        let (what, reference) = (Bookable::Hold(&hold), Some(name));
        let order: OrderReply =
            self.api.post_once("/orders", &OrderBody { what, reference }).await?;
        self.tally.count(|counts| counts.booked += 1);
        if luck.random_ratio(CANCEL_PER_MILLE, 1000) {
            self.time.sleep(luck.random_range(60.0..1800.0)).await;
            self.cancel(&order.order).await?;
        }
        Ok(())
    }

    async fn cancel(&self, order: &str) -> Result<(), CallError> {
        let nothing = serde_json::Map::new();
        match self.api.tell(&format!("/orders/{order}/cancel"), &nothing).await {
            Ok(()) => self.tally.count(|counts| counts.cancelled += 1),
            // Too late: it has left the store.
            Err(CallError::Refused { .. }) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

/// Most baskets are small, some are for a family's week.
fn basket(luck: &mut Pcg64) -> BasketBody {
    let size: f64 = luck.random_range(0.0..1.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "2 to 38")]
    let items = (2.0 + 36.0 * size * size) as u32;
    BasketBody {
        items,
        mass_grams: i64::from(items) * luck.random_range(250..450),
        volume_milliliters: i64::from(items) * luck.random_range(500..1100),
        picking_seconds: None,
    }
}

/// Most want it now, some this evening or tomorrow, some come by; who cannot have it so takes
/// another way, and a few do not.
fn choose<'a>(offers: &'a [OfferReply], luck: &mut Pcg64) -> Option<&'a OfferReply> {
    let wanted = match luck.random_range(0..100) {
        0..72 => [Kind::Express, Kind::Scheduled, Kind::Pickup],
        72..90 => [Kind::Scheduled, Kind::Express, Kind::Pickup],
        _ => [Kind::Pickup, Kind::Express, Kind::Scheduled],
    };
    let pick = luck.random_range(0.0..1.0_f64);
    wanted.into_iter().find_map(|kind| {
        let mut of_kind: Vec<&OfferReply> =
            offers.iter().filter(|offer| offer.kind == kind).collect();
        of_kind.sort_by_key(|offer| offer.window.start);
        // Sooner is better: the square draws toward the first windows.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "fewer than a hundred offers"
        )]
        let index = (pick * pick * of_kind.len() as f64) as usize;
        of_kind.get(index).copied()
    })
}

#[cfg(test)]
mod tests {
    use crate::cli::demo::chance::chance;
    use crate::cli::demo::customers::{basket, choose};
    use crate::cli::demo::wire::{Kind, OfferReply};

    fn offer(kind: &str, hour: u32) -> OfferReply {
        let window = serde_json::json!({
            "start": format!("2026-11-22T{hour:02}:00:00+03:00"),
            "end": format!("2026-11-22T{:02}:00:00+03:00", hour + 1),
        });
        let body = serde_json::json!({ "offer": "token", "kind": kind, "window": window });
        serde_json::from_value(body).unwrap()
    }

    #[test]
    fn most_customers_take_express_and_some_each_other_kind() {
        let offers = [offer("express", 9), offer("scheduled", 12), offer("pickup", 10)];
        let mut luck = chance(1, "test");
        let chosen: Vec<Kind> =
            (0..1000).filter_map(|_| choose(&offers, &mut luck)).map(|offer| offer.kind).collect();
        let share = |kind| chosen.iter().filter(|&&chosen| chosen == kind).count();
        assert_eq!(chosen.len(), 1000);
        assert!(share(Kind::Express) > 600 && share(Kind::Scheduled) > 100);
        assert!(share(Kind::Pickup) > 50);
    }

    #[test]
    fn who_cannot_have_express_takes_something_else() {
        let offers = [offer("scheduled", 12)];
        assert!(choose(&offers, &mut chance(1, "test")).is_some());
        assert!(choose(&[], &mut chance(1, "test")).is_none());
    }

    #[test]
    fn a_basket_can_be_carried_by_bike() {
        let mut luck = chance(1, "test");
        for _ in 0..1000 {
            let basket = basket(&mut luck);
            assert!((2..40).contains(&basket.items));
            assert!(basket.mass_grams < 20_000 && basket.volume_milliliters < 45_000);
        }
    }
}
