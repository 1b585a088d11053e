//! Plays the customers and kitchens of a recorded day.

use std::sync::Arc;

use tokio::task::JoinSet;

use crate::cli::demo::api::{Api, CallError};
use crate::cli::demo::mdrp::day::Placement;
use crate::cli::demo::region_time::{RegionTime, seconds};
use crate::cli::demo::tally::Tally;
use crate::cli::demo::wire::{
    BasketBody, Bookable, Kind, OrderBody, OrderReply, PickingBody, QuoteBody, QuoteReply,
};

/// A quote may be overtaken by another customer's booking: so often a customer asks again.
const QUOTES_MAX: u32 = 3;

/// What became of a placement.
#[derive(Debug, Clone)]
pub(crate) struct Placed {
    /// Which, as a position in the day.
    pub(crate) placement: usize,
    /// The order's number, if it was booked.
    pub(crate) order: Option<String>,
}

/// All customers of a recorded day and the kitchens that cook for them.
#[derive(Debug)]
pub(crate) struct Player {
    pub(crate) api: Api,
    pub(crate) time: Arc<RegionTime>,
    pub(crate) tally: Arc<Tally>,
    pub(crate) placements: Vec<Placement>,
}

impl Player {
    /// Places every order at its time. Ends when the last dish is ready.
    pub(crate) async fn play(self) -> Vec<Placed> {
        let player = Arc::new(self);
        let mut visits = JoinSet::new();
        for index in 0..player.placements.len() {
            player.time.sleep_until(seconds(player.placements[index].at)).await;
            let player = Arc::clone(&player);
            visits.spawn(async move {
                let order = player.visit(index).await;
                if let Err(error) = &order {
                    player.tally.refuse("error");
                    tracing::warn!(%error, "an order of the day got lost");
                }
                Placed { placement: index, order: order.unwrap_or_default() }
            });
        }
        visits.join_all().await
    }

    /// One customer: asks, books, and has the kitchen cook. Answers the order's number, if any.
    async fn visit(&self, index: usize) -> Result<Option<String>, CallError> {
        let placement = &self.placements[index];
        self.tally.count(|counts| counts.asked += 1);
        let Some(order) = self.book(placement).await? else { return Ok(None) };
        self.tally.count(|counts| counts.booked += 1);
        if let Err(error) = self.cook(placement, &order).await {
            tracing::warn!(order.id = order, %error, "a kitchen could not report");
        }
        Ok(Some(order))
    }

    async fn book(&self, placement: &Placement) -> Result<Option<String>, CallError> {
        let basket = BasketBody {
            items: 1,
            mass_grams: 0,
            volume_milliliters: 0,
            picking_seconds: Some(placement.cooking.0),
        };
        let (location, store) = (placement.door.into(), Some(placement.store.as_str()));
        let mut offered = false;
        for _ in 0..QUOTES_MAX {
            let quote: QuoteReply = self
                .api
                .post("/quotes", &QuoteBody { location, basket, store, session: None })
                .await?;
            let Some(offer) = quote.offers.iter().find(|offer| offer.kind == Kind::Express) else {
                let express = quote.refusals.iter().find(|refusal| refusal.kind == Kind::Express);
                self.tally.refuse(express.map_or("nothing", |refusal| &refusal.reason));
                return Ok(None);
            };
            if !offered {
                offered = true;
                self.tally.count(|counts| counts.offered += 1);
            }
            let what = Bookable::Offer(&offer.offer);
            let reference = Some(placement.reference.as_str());
            let booked: Result<OrderReply, _> =
                self.api.post_once("/orders", &OrderBody { what, reference }).await;
            match booked {
                Ok(order) => return Ok(Some(order.order)),
                Err(CallError::Refused { kind, .. }) if kind.ends_with("slot-gone") => {}
                Err(error) => return Err(error),
            }
        }
        self.tally.refuse("slot-gone");
        Ok(None)
    }

    /// The kitchen starts at once and is done when the record says so.
    async fn cook(&self, placement: &Placement, order: &str) -> Result<(), CallError> {
        let path = format!("/orders/{order}/picking");
        self.api.tell(&path, &PickingBody { status: "started" }).await?;
        self.time.sleep_until(seconds(placement.at + placement.cooking)).await;
        self.api.tell(&path, &PickingBody { status: "done" }).await
    }
}
