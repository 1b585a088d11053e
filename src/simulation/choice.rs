//! Which offer a customer takes, if any.
//!
//! A multinomial logit: each offer has a utility, each customer adds a taste of their own for each
//! offer and for leaving, and takes the best. The tastes of a customer are the same in all
//! scenarios.
//!
//! The coefficients are assumptions, scaled so that about four of five customers buy when everything
//! is offered. They are not estimated from a shop's own log: replace them when there is one.
//!
//! # Source
//! `McFadden` (1974), *Conditional logit analysis of qualitative choice behavior*.

use crate::model::region::Region;
use crate::model::slot::SlotKind;
use crate::model::time::Timestamp;
use crate::offers::offer::{Offer, Quote};
use crate::simulation::demand::{Session, Temper};
use crate::simulation::noise::{Noise, Purpose, gumbel};

/// What an express fee takes from the utility of an offer, and other fees in proportion.
const FEE: f64 = -1.05;
/// What an hour of waiting takes from it, for those who want it soon.
const HURRIED_HOUR: f64 = -0.8;
/// What an hour away from the wanted time takes from it, for the others.
const PLANNING_HOUR: f64 = -0.45;
/// What it is worth to get the order the way one had in mind.
const WANTED: f64 = 3.6;
/// And any other way.
const UNWANTED: f64 = -1.0;

/// The offer that the customer of session `number` takes, or `None` to leave.
pub(crate) fn choose<'q>(
    region: &Region,
    quote: &'q Quote,
    session: &Session,
    number: u64,
    noise: &Noise,
) -> Option<&'q Offer> {
    if session.temper == Temper::Recorded {
        return quote.offers.iter().find(|offer| offer.slot.kind == SlotKind::Express);
    }
    let leaving = gumbel(&mut noise.stream(Purpose::Liking, number, 0));
    let liked = |offer: &'q Offer| {
        let which = match offer.slot.kind {
            SlotKind::Express => 1,
            SlotKind::Scheduled => offer.slot.window.opens().0.unsigned_abs() * 2,
            SlotKind::Pickup => offer.slot.window.opens().0.unsigned_abs() * 2 + 1,
        };
        let taste = gumbel(&mut noise.stream(Purpose::Liking, number, which));
        (utility(region, offer, session) + taste, offer)
    };
    let best = quote.offers.iter().map(liked).max_by(|a, b| a.0.total_cmp(&b.0));
    best.filter(|(liking, _)| *liking > leaving).map(|(_, offer)| offer)
}

fn utility(region: &Region, offer: &Offer, session: &Session) -> f64 {
    let comes = offer.expected_arrival.unwrap_or(offer.slot.window.opens());
    let kind = offer.slot.kind;
    let (wanted, hours) = match session.temper {
        Temper::Hurried | Temper::Recorded => {
            (kind == SlotKind::Express, HURRIED_HOUR * hours_between(session.at, comes))
        }
        Temper::Planning { around } => {
            (kind == SlotKind::Scheduled, PLANNING_HOUR * hours_between(around, comes))
        }
        Temper::Collecting { around } => {
            (kind == SlotKind::Pickup, PLANNING_HOUR * hours_between(around, comes))
        }
    };
    let fee = FEE * ratio(offer.fee.0, region.policy.fees.express.0.max(1));
    hours + fee + if wanted { WANTED } else { UNWANTED }
}

fn hours_between(a: Timestamp, b: Timestamp) -> f64 {
    ratio((b - a).0.abs(), 3600)
}

#[expect(clippy::cast_precision_loss, reason = "fees and seconds of some days are exact in f64")]
fn ratio(a: i64, b: i64) -> f64 {
    a as f64 / b as f64
}
