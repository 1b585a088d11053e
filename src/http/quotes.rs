//! `POST …/quotes`: which slots a customer can have, and why not the others.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::app::{App, LiveView, RegionService};
use crate::http::body::Body;
use crate::http::limits::{Text, Within, object};
use crate::http::notation::{
    BasketBody, KindReply, Moment, MoneyReply, PlaceBody, WindowReply, unknown_name,
};
use crate::http::openapi::Failures;
use crate::http::problem::{Kind, Problem};
use crate::model::ids::OfferId;
use crate::model::order::Wish;
use crate::model::region::Region;
use crate::model::sale::Buyer;
use crate::model::time::Timestamp;
use crate::model::units::Seconds;
use crate::offers::Checkout;
use crate::offers::offer::{Effort, Evidence, Offer};
use crate::offers::refusal::{Cause, Need, RefusedSlot};
use crate::offers::remedy::Remedy;
use crate::planner::command::{Gone, OfferTerms};
use crate::runtime::quotes::Quoted;
use crate::travel::beeline;

/// A checkout.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuoteBody {
    /// The door.
    #[serde(deserialize_with = "object")]
    location: PlaceBody,
    /// The goods.
    #[serde(deserialize_with = "object")]
    basket: BasketBody,
    /// Time at the door; the region's policy when left out.
    #[serde(default)]
    #[schema(inline)]
    door_seconds: Option<Within<0, 3600>>,
    /// The only store to ask.
    #[serde(default)]
    #[schema(inline)]
    store: Option<Text<64>>,
    /// The checkout session: it has one hold at a time.
    #[serde(default)]
    #[schema(inline)]
    session: Option<Text<64>>,
    /// What kind of customer it is, as the region names them; the region's first when left out.
    #[serde(default)]
    #[schema(inline)]
    tier: Option<Text<64>>,
    /// Where the customer orders, as the region names it; the region's first when left out.
    #[serde(default)]
    #[schema(inline)]
    channel: Option<Text<64>>,
}

/// What can be had and what not.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QuoteReply {
    /// Its number.
    #[schema(value_type = String)]
    quote: Uuid,
    /// When it was made.
    created_at: Moment,
    /// Until when its offers may be taken.
    expires_at: Moment,
    /// How ways are known: `roads`, `osrm`, `valhalla` or `beeline`. Also `beeline` when some
    /// way had to be estimated by a straight line, because what knows the region's ways did not answer.
    travel_source: &'static str,
    /// The plan it was made from.
    plan_version: u64,
    /// How much was looked at; less when many ask. What is offered is true in any case.
    effort: EffortReply,
    /// What can be had, express first, then by time.
    offers: Vec<OfferReply>,
    /// What cannot, and why.
    refusals: Vec<RefusalReply>,
}

/// A slot that can be had.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OfferReply {
    /// A signed token. Send it back to hold or book the slot.
    offer: String,
    /// How the customer gets the order.
    kind: KindReply,
    /// Where it is picked.
    store: String,
    /// The store's name for people.
    store_name: String,
    /// When it is at the door, or may be collected.
    window: WindowReply,
    /// What delivery costs the customer.
    fee: MoneyReply,
    /// When the courier would be at the door as things stand.
    expected_arrival: Option<Moment>,
    /// When the courier will really be there, nine times out of ten.
    likely_arrival: Option<WindowReply>,
    /// How probable it is, from 0 to 1, that the courier is there in time if it is booked right away.
    on_time_probability: Option<f64>,
    /// Until when it may be taken.
    expires_at: Moment,
    /// How it is known that the slot can be kept.
    evidence: EvidenceReply,
}

/// How it is known that a slot can be kept.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum EvidenceReply {
    /// The order was inserted into the plan, and every promise held.
    Inserted,
    /// Somebody else was moved to another trip to make room, and every promise held.
    Repaired,
}

/// How much was looked at.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum EffortReply {
    /// Everything.
    Full,
    /// Many ask: where a slot is refused, nobody else was moved to make room for it.
    Insertions,
    /// Very many ask: moreover, slots that open later than in six hours were not looked at. They are
    /// neither offered nor refused.
    NearSlots,
}

/// A slot that cannot be had.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RefusalReply {
    /// How the customer would have got the order.
    kind: KindReply,
    /// When; null when no window of this kind can be had.
    window: Option<WindowReply>,
    /// At which store, if it is about one.
    store: Option<String>,
    /// Why not, for programs.
    reason: ReasonReply,
    /// Why not, for people.
    detail: &'static str,
    /// For `minimum_basket`: by how much the goods are worth too little.
    #[serde(skip_serializing_if = "Option::is_none")]
    missing_value: Option<MoneyReply>,
    /// For `out_of_stock`: what no store has.
    #[serde(skip_serializing_if = "Option::is_none")]
    missing_classes: Option<Vec<String>>,
    /// For `reserved`: when the slot is open to everybody.
    #[serde(skip_serializing_if = "Option::is_none")]
    open_to_all_at: Option<Moment>,
    /// What would make it possible, tried on a copy of the plan. Sought for the first refusals only.
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<RemedyReply>,
}

/// What would make a refused slot possible.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum RemedyReply {
    /// A later promise.
    Later {
        /// Until when the courier may be at the door.
        until: Moment,
    },
    /// Another store.
    Store {
        /// Which.
        store: String,
        /// Its name for people.
        store_name: String,
    },
    /// Two orders of half the basket each.
    Split {
        /// From which store.
        store: String,
        /// Its name for people.
        store_name: String,
    },
    /// One more courier.
    Courier {
        /// At which store.
        store: String,
        /// In which hours.
        hours: WindowReply,
    },
}

impl RemedyReply {
    fn new(region: &Region, remedy: Remedy) -> Self {
        match remedy {
            Remedy::Later(until) => Self::Later { until: Moment::new(region, until) },
            Remedy::Store(store) => {
                let store = region.store(store);
                Self::Store { store: store.key.clone(), store_name: store.name.clone() }
            }
            Remedy::Split(store) => {
                let store = region.store(store);
                Self::Split { store: store.key.clone(), store_name: store.name.clone() }
            }
            Remedy::Courier { store, hours } => Self::Courier {
                store: region.store(store).key.clone(),
                hours: WindowReply::new(region, hours),
            },
        }
    }
}

/// Why a slot cannot be had.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReasonReply {
    /// No store delivers to this place.
    OutsideArea,
    /// The store that was asked for does not deliver to this place.
    StoreNotHere,
    /// No road leads to this place.
    Unreachable,
    /// No courier can carry the basket.
    TooHeavy,
    /// The region does not deliver at this time of day.
    StoreClosed,
    /// The region or the stores are closed on this day, or at this time of it.
    Blackout,
    /// It is too late to order for this window.
    CutOffPassed,
    /// The goods are worth too little.
    MinimumBasket,
    /// No store that could send the goods has all of them.
    OutOfStock,
    /// All places of the slot are taken.
    SlotFull,
    /// All places for the customer's channel are taken.
    ChannelFull,
    /// The places that are left are kept for other customers.
    Reserved,
    /// No courier can be there in time.
    NoCourierInTime,
    /// The pickers cannot have it ready in time.
    PickingFull,
    /// It, or somebody else's order, would be late too often.
    TooRisky,
    /// Of what was offered: by now it would be late.
    LateByNow,
    /// Of what was offered: by now it would make somebody else's order late.
    OthersLate,
}

/// Answers which slots a customer can have. Takes no capacity.
#[utoipa::path(
    post, path = "/v1/regions/{region}/quotes", tag = "checkout", request_body = QuoteBody,
    params(("region" = String, Path, description = "Key of the region")),
    responses((status = 200, description = "Offers and refusals", body = QuoteReply), Failures),
)]
pub(crate) async fn quote(
    State(app): State<App>,
    Path(region): Path<String>,
    Body(body): Body<QuoteBody>,
) -> Result<Json<QuoteReply>, Problem> {
    let service = app.region(&region)?;
    let session = body.session.as_ref().map(|session| session.0.clone());
    let checkout = body.checkout(&service.live()?)?;
    let (writer, travel) = (&service.setup().writer, &service.setup().travel);
    let quoted = service.quotes.quote(writer, travel, checkout, session.clone()).await?;
    let live = LiveView::new(Arc::clone(&quoted.view), checkout.now)?;
    reply(service, &live, &checkout, session.as_ref(), &quoted).map(Json)
}

impl QuoteBody {
    fn checkout(&self, live: &LiveView) -> Result<Checkout, Problem> {
        let region = live.region();
        let named = |store: &Text<64>| {
            let unknown = || Problem::body("/store", format!("there is no store {:?}", store.0));
            region.store_by_key(&store.0).ok_or_else(unknown)
        };
        let door = self.door_seconds.map_or(region.policy.door, |seconds| Seconds(seconds.0));
        let basket = self.basket.basket(region, "/basket")?;
        let (place, buyer) = (self.location.place()?, self.buyer(region)?);
        let store = self.store.as_ref().map(named).transpose()?;
        Ok(Checkout { wish: Wish { place, basket, door, buyer, store }, now: live.now })
    }

    fn buyer(&self, region: &Region) -> Result<Buyer, Problem> {
        let rules = &region.policy.sale;
        let mut buyer = Buyer::default();
        if let Some(Text(name)) = &self.tier {
            buyer.tier = rules.tier_named(name).ok_or_else(|| {
                let known: Vec<String> = rules.tiers.iter().map(|tier| tier.name.clone()).collect();
                unknown_name("/tier", "tier", name, &known)
            })?;
        }
        if let Some(Text(name)) = &self.channel {
            buyer.channel = rules
                .channel_named(name)
                .ok_or_else(|| unknown_name("/channel", "channel", name, &rules.channels))?;
        }
        Ok(buyer)
    }
}

fn reply(
    service: &RegionService,
    live: &LiveView,
    checkout: &Checkout,
    session: Option<&String>,
    Quoted { quote, is_estimate, .. }: &Quoted,
) -> Result<QuoteReply, Problem> {
    let region = live.region();
    let ways = if *is_estimate { beeline::NAME } else { service.setup().travel.name() };
    let expires = checkout.now + region.policy.offer;
    let offers = quote.offers.iter().map(|offer| {
        let terms = OfferTerms {
            offer: random_offer()?,
            expires: last_moment(offer, expires),
            wish: checkout.wish,
            slot: offer.slot,
            fee: offer.fee,
            session: session.cloned(),
        };
        let token = service.signer.token(service.key(), live.view.sequence, &terms);
        Ok(OfferReply::new(region, offer, &terms, token))
    });
    Ok(QuoteReply {
        quote: Uuid::now_v7(),
        created_at: Moment::new(region, checkout.now),
        expires_at: Moment::new(region, expires),
        travel_source: ways,
        plan_version: live.view.sequence.0,
        effort: match quote.effort {
            Effort::Full => EffortReply::Full,
            Effort::Insertions => EffortReply::Insertions,
            Effort::NearSlots => EffortReply::NearSlots,
        },
        offers: offers.collect::<Result<_, Problem>>()?,
        refusals: quote.refusals.iter().map(|refused| RefusalReply::new(region, refused)).collect(),
    })
}

/// An offer outlives neither its own window nor the last moment at which that is sold.
fn last_moment(offer: &Offer, expires: Timestamp) -> Timestamp {
    let closes = offer.slot.window.closes();
    expires.min(offer.sold_until.map_or(closes, |last| last.min(closes)))
}

fn random_offer() -> Result<OfferId, Problem> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|_| Problem::new(Kind::INTERNAL, "the machine gives no randomness"))?;
    Ok(OfferId(u128::from_be_bytes(bytes)))
}

impl OfferReply {
    fn new(region: &Region, offer: &Offer, terms: &OfferTerms, token: String) -> Self {
        let store = region.store(offer.slot.store);
        Self {
            offer: token,
            kind: offer.slot.kind.into(),
            store: store.key.clone(),
            store_name: store.name.clone(),
            window: WindowReply::new(region, offer.slot.window),
            fee: MoneyReply::new(region, offer.fee),
            expected_arrival: offer.expected_arrival.map(|at| Moment::new(region, at)),
            likely_arrival: offer.chance.map(|chance| WindowReply::new(region, chance.likely)),
            on_time_probability: offer.chance.map(|chance| rounded(chance.on_time)),
            expires_at: Moment::new(region, terms.expires),
            evidence: match offer.evidence {
                Evidence::Inserted => EvidenceReply::Inserted,
                Evidence::Repaired => EvidenceReply::Repaired,
            },
        }
    }
}

/// A probability with as many digits as it deserves.
fn rounded(probability: f64) -> f64 {
    (probability * 1000.0).round() / 1000.0
}

impl RefusalReply {
    fn new(region: &Region, refused: &RefusedSlot) -> Self {
        let names =
            |classes| region.policy.sale.names(classes).into_iter().map(str::to_owned).collect();
        let (mut missing_value, mut missing_classes, mut open_to_all_at) = (None, None, None);
        match refused.need {
            Some(Need::Value(value)) => missing_value = Some(MoneyReply::new(region, value)),
            Some(Need::Classes(classes)) => missing_classes = Some(names(classes)),
            Some(Need::Wait(at)) => open_to_all_at = Some(Moment::new(region, at)),
            None => {}
        }
        Self {
            kind: refused.kind.into(),
            window: refused.window.map(|window| WindowReply::new(region, window)),
            store: None,
            reason: refused.cause.into(),
            detail: refused.cause.sentence(),
            missing_value,
            missing_classes,
            open_to_all_at,
            remedy: refused.remedy.map(|remedy| RemedyReply::new(region, remedy)),
        }
    }
}

impl From<Cause> for ReasonReply {
    fn from(cause: Cause) -> Self {
        match cause {
            Cause::OutsideArea => Self::OutsideArea,
            Cause::StoreNotHere => Self::StoreNotHere,
            Cause::Unreachable => Self::Unreachable,
            Cause::TooHeavy => Self::TooHeavy,
            Cause::Closed => Self::StoreClosed,
            Cause::Blackout => Self::Blackout,
            Cause::CutOffPassed => Self::CutOffPassed,
            Cause::MinimumBasket => Self::MinimumBasket,
            Cause::OutOfStock => Self::OutOfStock,
            Cause::SlotFull => Self::SlotFull,
            Cause::ChannelFull => Self::ChannelFull,
            Cause::Reserved => Self::Reserved,
            Cause::NoCourierInTime => Self::NoCourierInTime,
            Cause::PickingFull => Self::PickingFull,
            Cause::TooRisky => Self::TooRisky,
        }
    }
}

impl From<Gone> for ReasonReply {
    fn from(gone: Gone) -> Self {
        match gone {
            Gone::Refused(cause) => cause.into(),
            Gone::Late => Self::LateByNow,
            Gone::OthersLate => Self::OthersLate,
        }
    }
}
