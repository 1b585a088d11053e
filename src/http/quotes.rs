//! `POST …/quotes`: which slots a customer can have, and why not the others.

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::app::{App, LiveView, RegionService};
use crate::http::body::Body;
use crate::http::limits::{Text, Within, object};
use crate::http::notation::{BasketBody, KindReply, Moment, MoneyReply, PlaceBody, WindowReply};
use crate::http::openapi::Failures;
use crate::http::problem::{Kind, Problem};
use crate::model::ids::OfferId;
use crate::model::order::Wish;
use crate::model::region::Region;
use crate::model::time::Timestamp;
use crate::model::units::Seconds;
use crate::offers::Checkout;
use crate::offers::offer::{Evidence, Offer, Quote};
use crate::offers::refusal::{Cause, RefusedSlot};
use crate::planner::command::OfferTerms;

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
    /// How ways are known: `streets` or `beeline`.
    travel_source: &'static str,
    /// The plan it was made from.
    plan_version: u64,
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
    /// How probable it is, from 0 to 1, that the courier is there in time.
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
    /// No courier can be there in time.
    NoCourierInTime,
    /// The pickers cannot have it ready in time.
    PickingFull,
    /// It, or somebody else's order, would be late too often.
    TooRisky,
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
    let quoted = service.quotes.quote(writer, travel, checkout).await?;
    let live = LiveView::new(quoted.view, checkout.now)?;
    reply(service, &live, &checkout, session.as_ref(), &quoted.quote).map(Json)
}

impl QuoteBody {
    fn checkout(&self, live: &LiveView) -> Result<Checkout, Problem> {
        let region = live.region();
        let named = |store: &Text<64>| {
            let unknown = || Problem::body("/store", format!("there is no store {:?}", store.0));
            region.store_by_key(&store.0).ok_or_else(unknown)
        };
        let door = self.door_seconds.map_or(region.policy.door, |seconds| Seconds(seconds.0));
        let wish = Wish { place: self.location.place()?, basket: self.basket.into(), door };
        Ok(Checkout { wish, store: self.store.as_ref().map(named).transpose()?, now: live.now })
    }
}

fn reply(
    service: &RegionService,
    live: &LiveView,
    checkout: &Checkout,
    session: Option<&String>,
    quote: &Quote,
) -> Result<QuoteReply, Problem> {
    let region = live.region();
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
        travel_source: service.setup().travel.name(),
        plan_version: live.view.sequence.0,
        offers: offers.collect::<Result<_, Problem>>()?,
        refusals: quote.refusals.iter().map(|refused| RefusalReply::new(region, refused)).collect(),
    })
}

/// An offer never outlives its own window.
fn last_moment(offer: &Offer, expires: Timestamp) -> Timestamp {
    expires.min(offer.slot.window.closes())
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
        Self {
            kind: refused.kind.into(),
            window: refused.window.map(|window| WindowReply::new(region, window)),
            store: None,
            reason: refused.cause.into(),
            detail: refused.cause.sentence(),
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
            Cause::NoCourierInTime => Self::NoCourierInTime,
            Cause::PickingFull => Self::PickingFull,
            Cause::TooRisky => Self::TooRisky,
        }
    }
}
