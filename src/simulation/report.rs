//! How days went, one by one and together.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::order::{Order, OrderState, Picking};
use crate::model::slot::SlotKind;
use crate::model::time::Timestamp;
use crate::model::units::{Meters, Seconds};
use crate::offers::refusal::Cause;
use crate::simulation::day::Day;
use crate::simulation::reliability::Reliability;

/// The figures of one simulated day.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DayResult {
    /// Couriers who worked.
    pub couriers: usize,
    /// The seed.
    pub seed: u64,
    /// Customers at the checkout.
    pub sessions: usize,
    /// Those who were offered a delivery.
    pub offered: u32,
    /// Those who booked, pickups included.
    pub booked: u32,
    /// Those who were offered no delivery and left, by cause.
    pub refused: BTreeMap<&'static str, u32>,
    /// Those who had an offer and left.
    pub declined: u32,
    /// Those whose slot was gone before they held it.
    pub slot_gone: u32,
    /// Those who let their hold lapse.
    pub lapsed: u32,
    /// Orders called off.
    pub cancelled: u32,
    /// Orders handed over at the door.
    pub delivered: u32,
    /// Orders handed over at the store.
    pub collected: u32,
    /// Doors that stayed shut.
    pub failed: u32,
    /// Orders that were not brought home by the end of the day.
    pub unfinished: u32,
    /// Promises kept: at the door before the window closed, or ready when the pickup's opened.
    pub on_time: u32,
    /// Promises broken.
    pub late: u32,
    /// Of those, the mean lateness.
    pub late_seconds_mean: f64,
    /// And the worst.
    pub late_seconds_max: i64,
    /// Promises kept, as a share of those that came due.
    pub on_time_share: f64,
    /// Customers who booked, as a share of those at the checkout.
    pub acceptance_share: f64,
    /// Couriers' pay and kilometers, in minor units of the currency.
    pub cost: f64,
    /// The same per order at the door.
    pub cost_per_order: f64,
    /// Time on trips as a share of the time paid.
    pub courier_utilisation: f64,
    /// Time paid.
    pub courier_hours: f64,
    /// On the road.
    pub kilometers: f64,
    /// Orders at the door per hour paid.
    pub orders_per_courier_hour: f64,
    /// From click to door, express orders only.
    pub click_to_door_minutes_mean: f64,
    /// The same, for all but the slowest tenth.
    pub click_to_door_minutes_p90: f64,
    /// Better plans taken over.
    pub adopted: u64,
    /// Whether the stated probabilities were true.
    pub reliability: Reliability,
    /// How often all open orders were planned anew for one customer; see
    /// [`Selling::Oracle`](crate::simulation::selling::Selling::Oracle).
    #[serde(skip)]
    pub oracle_searches: u32,
}

/// Mean and spread of one figure over the seeds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Spread {
    /// The mean.
    pub mean: f64,
    /// The least.
    pub min: f64,
    /// The most.
    pub max: f64,
    /// The standard deviation between days; 0 for a single one.
    pub deviation: f64,
}

/// The figures of one point of a scenario.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct PointReport {
    /// Couriers who worked.
    pub couriers: usize,
    /// How many days were simulated.
    pub days: usize,
    /// Promises kept.
    pub on_time_share: Spread,
    /// Customers who booked.
    pub acceptance_share: Spread,
    /// Cost per order at the door, in minor units.
    pub cost_per_order: Spread,
    /// Time on trips as a share of the time paid.
    pub courier_utilisation: Spread,
    /// Orders at the door per hour paid.
    pub orders_per_courier_hour: Spread,
    /// From click to door, express orders only.
    pub click_to_door_minutes_mean: Spread,
    /// The same, for all but the slowest tenth.
    pub click_to_door_minutes_p90: Spread,
    /// Customers who booked, in orders.
    pub booked: Spread,
    /// Broken promises.
    pub late: Spread,
    /// Customers who were offered no delivery and left, by cause, over all days.
    pub refused: BTreeMap<&'static str, u32>,
    /// Whether the stated probabilities were true, over all days.
    pub reliability: Reliability,
}

/// Puts days of equal crews together, in the order in which the crews first appear.
pub fn summarize(days: &[DayResult]) -> Vec<PointReport> {
    let mut crews: Vec<usize> = Vec::new();
    for day in days {
        if !crews.contains(&day.couriers) {
            crews.push(day.couriers);
        }
    }
    let of = |crew: usize| days.iter().filter(|day| day.couriers == crew).collect::<Vec<_>>();
    crews.into_iter().map(|crew| point(crew, &of(crew))).collect()
}

fn point(couriers: usize, days: &[&DayResult]) -> PointReport {
    let over = |figure: fn(&DayResult) -> f64| {
        spread(&days.iter().map(|day| figure(day)).collect::<Vec<f64>>())
    };
    let mut refused = BTreeMap::new();
    for (&cause, &count) in days.iter().flat_map(|day| &day.refused) {
        *refused.entry(cause).or_default() += count;
    }
    let mut reliability = Reliability::default();
    for day in days {
        reliability.add(&day.reliability);
    }
    PointReport {
        couriers,
        days: days.len(),
        on_time_share: over(|day| day.on_time_share),
        acceptance_share: over(|day| day.acceptance_share),
        cost_per_order: over(|day| day.cost_per_order),
        courier_utilisation: over(|day| day.courier_utilisation),
        orders_per_courier_hour: over(|day| day.orders_per_courier_hour),
        click_to_door_minutes_mean: over(|day| day.click_to_door_minutes_mean),
        click_to_door_minutes_p90: over(|day| day.click_to_door_minutes_p90),
        booked: over(|day| f64::from(day.booked)),
        late: over(|day| f64::from(day.late)),
        refused,
        reliability,
    }
}

fn spread(values: &[f64]) -> Spread {
    if values.is_empty() {
        return Spread::default();
    }
    let count = float(values.len());
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    Spread {
        mean,
        min: values.iter().copied().fold(f64::INFINITY, f64::min),
        max: values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        deviation: if values.len() > 1 { (squares / (count - 1.0)).sqrt() } else { 0.0 },
    }
}

/// The name of a cause in reports.
pub fn cause_name(cause: Cause) -> &'static str {
    match cause {
        Cause::OutsideArea => "outside_area",
        Cause::StoreNotHere => "store_not_here",
        Cause::Unreachable => "unreachable",
        Cause::TooHeavy => "too_heavy",
        Cause::Closed => "closed",
        Cause::Blackout => "blackout",
        Cause::CutOffPassed => "cut_off_passed",
        Cause::MinimumBasket => "minimum_basket",
        Cause::OutOfStock => "out_of_stock",
        Cause::SlotFull => "slot_full",
        Cause::ChannelFull => "channel_full",
        Cause::Reserved => "reserved",
        Cause::NoCourierInTime => "no_courier_in_time",
        Cause::PickingFull => "picking_full",
        Cause::TooRisky => "too_risky",
    }
}

pub(crate) fn day_result(day: &Day<'_>) -> DayResult {
    let tally = &day.tally;
    let mut result = DayResult {
        couriers: day.region.couriers.len(),
        seed: day.settings.seed,
        sessions: day.sessions.len(),
        offered: tally.offered,
        booked: tally.booked + tally.unplaced,
        refused: tally.refused.iter().map(|(&cause, &n)| (cause_name(cause), n)).collect(),
        declined: tally.declined,
        slot_gone: tally.slot_gone,
        lapsed: tally.lapsed,
        adopted: day.desk.state().totals.adopted,
        oracle_searches: tally.searches,
        unfinished: tally.unplaced,
        late: tally.unplaced,
        ..DayResult::default()
    };
    result.acceptance_share = share(f64::from(result.booked), float(day.sessions.len()), 0.0);
    count_orders(day, &mut result);
    count_work(day, &mut result);
    result
}

fn count_orders(day: &Day<'_>, result: &mut DayResult) {
    let mut late = Seconds::ZERO;
    let mut clicks: Vec<Seconds> = Vec::new();
    for order in day.desk.state().orders.values().filter(|order| order.booked_at.is_some()) {
        match order.state {
            OrderState::Delivered => result.delivered += 1,
            OrderState::Collected => result.collected += 1,
            OrderState::Failed => result.failed += 1,
            OrderState::Cancelled => {
                result.cancelled += 1;
                continue;
            }
            _ => {
                result.unfinished += 1;
                result.late += 1;
                continue;
            }
        }
        let by = lateness(day, order);
        let session = day.session_of.get(&order.id);
        if let Some(&stated) = session.and_then(|session| day.stated.get(session)) {
            result.reliability.count(stated, by <= Seconds::ZERO);
        }
        if by > Seconds::ZERO {
            result.late += 1;
            late += by;
            result.late_seconds_max = result.late_seconds_max.max(by.0);
        } else {
            result.on_time += 1;
        }
        if let (SlotKind::Express, Some(at)) = (order.slot.kind, order.arrived_at)
            && let Some(&session) = day.session_of.get(&order.id)
        {
            clicks.push(at - day.sessions[session].at);
        }
    }
    clicks.sort_unstable();
    let minutes = |seconds: Seconds| whole(seconds.0) / 60.0;
    let count = float(clicks.len());
    result.click_to_door_minutes_mean = share(minutes(clicks.iter().copied().sum()), count, 0.0);
    let slowest = clicks.get((clicks.len() * 9) / 10);
    result.click_to_door_minutes_p90 = slowest.map_or(0.0, |&slowest| minutes(slowest));
    let finished_late = f64::from(result.late - result.unfinished);
    result.late_seconds_mean = share(whole(late.0), finished_late, 0.0);
    let due = f64::from(result.on_time + result.late);
    result.on_time_share = share(f64::from(result.on_time), due, 1.0);
}

/// By how much a promise was broken.
fn lateness(day: &Day<'_>, order: &Order) -> Seconds {
    let (at, by) = if order.slot.kind == SlotKind::Pickup {
        let Picking::Done(picked) = order.picking else { return Seconds::ZERO };
        (picked + day.region.policy.handover, order.slot.window.opens())
    } else {
        (order.arrived_at.unwrap_or(Timestamp::FAR), order.slot.window.closes())
    };
    (at - by).max(Seconds::ZERO)
}

fn count_work(day: &Day<'_>, result: &mut DayResult) {
    let paid: Seconds = day.workers.iter().map(|worker| worker.paid).sum();
    let busy: Seconds = day.workers.iter().map(|worker| worker.busy).sum();
    let driven: Meters = day.workers.iter().map(|worker| worker.driven).sum();
    let costs = day.region.policy.costs;
    let delivered = f64::from(result.delivered);
    result.courier_hours = whole(paid.0) / 3600.0;
    result.kilometers = whole(driven.0) / 1000.0;
    result.cost = result.courier_hours * whole(costs.courier_hour.0)
        + result.kilometers * whole(costs.kilometer.0);
    result.cost_per_order = share(result.cost, delivered, 0.0);
    result.courier_utilisation = share(whole(busy.0), whole(paid.0), 0.0);
    result.orders_per_courier_hour = share(delivered, result.courier_hours, 0.0);
}

fn share(part: f64, of: f64, of_nothing: f64) -> f64 {
    if of > 0.0 { part / of } else { of_nothing }
}

#[expect(clippy::cast_precision_loss, reason = "counts of a day are exact in f64")]
fn float(count: usize) -> f64 {
    count as f64
}

#[expect(
    clippy::cast_precision_loss,
    reason = "seconds, meters and fees of a day are exact in f64"
)]
fn whole(amount: i64) -> f64 {
    amount as f64
}
