//! The slots a customer may be shown, before anybody asks whether they can be kept.

use chrono::Days;

use crate::model::region::Region;
use crate::model::slot::SlotKind;
use crate::model::time::{TimeWindow, Timestamp};
use crate::model::units::Seconds;
use crate::offers::refusal::{Cause, RefusedSlot};

/// A slot before a store is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// How the customer would get it.
    pub kind: SlotKind,
    /// When.
    pub window: TimeWindow,
}

/// The most windows a quote looks at; a policy with more shows the first ones.
pub const WINDOWS_MAX: usize = 96;

/// Express first, then the scheduled windows of the coming days.
///
/// Express is refused outside delivery hours: it must start and end inside them.
pub fn deliveries(region: &Region, now: Timestamp) -> (Vec<Candidate>, Vec<RefusedSlot>) {
    let policy = &region.policy;
    let mut candidates = Vec::new();
    let mut refusals = Vec::new();
    let express = TimeWindow::spanning(now, now + policy.express);
    let hours = region.hours_on(region.date(now), policy.delivery);
    if now < hours.opens() || express.closes() > hours.closes() {
        let cause = Cause::Closed;
        refusals.push(RefusedSlot { kind: SlotKind::Express, window: Some(express), cause });
    } else {
        candidates.push(Candidate { kind: SlotKind::Express, window: express });
    }
    candidates.extend(windows(region, now, SlotKind::Scheduled, policy.lead));
    candidates.truncate(WINDOWS_MAX);
    (candidates, refusals)
}

/// The windows in which a customer may collect an order.
pub fn pickups(region: &Region, now: Timestamp) -> Vec<Candidate> {
    let mut candidates = windows(region, now, SlotKind::Pickup, Seconds::ZERO);
    candidates.truncate(WINDOWS_MAX);
    candidates
}

fn windows(region: &Region, now: Timestamp, kind: SlotKind, lead: Seconds) -> Vec<Candidate> {
    let policy = &region.policy;
    let width = Seconds(policy.window.0.max(60));
    let mut candidates = Vec::new();
    for day in 0..u64::from(policy.scheduled_days) {
        let Some(date) = region.date(now).checked_add_days(Days::new(day)) else { break };
        let hours = region.hours_on(date, policy.delivery);
        let mut opens = hours.opens();
        while opens + width <= hours.closes() && candidates.len() < WINDOWS_MAX {
            if now + lead <= opens {
                candidates
                    .push(Candidate { kind, window: TimeWindow::spanning(opens, opens + width) });
            }
            opens += width;
        }
    }
    candidates
}
