//! What a played day comes to.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

/// What became of one order, in seconds from its placement to the hand-over at the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Delivered {
    /// From placement to hand-over.
    pub(crate) click_to_door: i64,
    /// By how much the courier was at the door too late.
    pub(crate) late: i64,
}

/// The figures of a day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Report {
    /// The instance's name.
    pub(crate) day: String,
    /// Orders of the day.
    pub(crate) orders: u64,
    /// Customers who saw an offer.
    pub(crate) offered: u64,
    /// Orders booked.
    pub(crate) booked: u64,
    /// Customers who got nothing, by reason.
    pub(crate) refused: BTreeMap<String, u64>,
    /// Orders handed over.
    pub(crate) delivered: u64,
    /// Of these, at the door within the promise.
    pub(crate) on_time: u64,
    /// Of these, later.
    pub(crate) late: u64,
    /// Mean lateness of the late ones.
    pub(crate) late_minutes_mean: f64,
    /// The worst.
    pub(crate) late_minutes_max: f64,
    /// From placement to hand-over, on average.
    pub(crate) click_to_door_minutes_mean: f64,
    /// Nine of ten orders are faster.
    pub(crate) click_to_door_minutes_p90: f64,
    /// The instance's target.
    pub(crate) target_minutes: i64,
    /// Share of delivered orders within the target.
    pub(crate) within_target_share: f64,
    /// Orders handed over per hour of all shifts.
    pub(crate) orders_per_courier_hour: f64,
    /// Region seconds per real second.
    pub(crate) speed: f64,
    /// How long it took.
    pub(crate) wall_seconds: f64,
}

impl Report {
    /// Fills in everything that follows from the delivered orders.
    #[expect(clippy::cast_precision_loss, reason = "a day has some hundred orders")]
    pub(crate) fn add_deliveries(&mut self, delivered: &[Delivered], courier_seconds: i64) {
        let count = delivered.len() as f64;
        let minutes = |seconds: i64| seconds as f64 / 60.0;
        let late: Vec<i64> = delivered.iter().map(|one| one.late).filter(|&by| by > 0).collect();
        let mut clicks: Vec<i64> = delivered.iter().map(|one| one.click_to_door).collect();
        clicks.sort_unstable();
        self.delivered = delivered.len() as u64;
        self.late = late.len() as u64;
        self.on_time = self.delivered - self.late;
        self.late_minutes_mean = minutes(late.iter().sum()) / (late.len().max(1) as f64);
        self.late_minutes_max = minutes(late.iter().copied().max().unwrap_or(0));
        self.click_to_door_minutes_mean = minutes(clicks.iter().sum()) / count.max(1.0);
        let rank = (clicks.len() * 9).div_ceil(10).saturating_sub(1);
        self.click_to_door_minutes_p90 = minutes(clicks.get(rank).copied().unwrap_or(0));
        let fast = clicks.iter().filter(|&&click| click <= self.target_minutes * 60).count();
        self.within_target_share = fast as f64 / count.max(1.0);
        self.orders_per_courier_hour = count / (courier_seconds.max(1) as f64 / 3600.0);
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = |name: &str, value: String| writeln!(out, "{name:<28}{value:>10}");
        line("day", self.day.clone())?;
        line("orders", self.orders.to_string())?;
        line("offered", self.offered.to_string())?;
        line("booked", self.booked.to_string())?;
        for (reason, count) in &self.refused {
            line(&format!("refused: {reason}"), count.to_string())?;
        }
        line("delivered", self.delivered.to_string())?;
        line("on time", self.on_time.to_string())?;
        line("late", self.late.to_string())?;
        if self.late > 0 {
            line("  by, mean", format!("{:.1} min", self.late_minutes_mean))?;
            line("  by, at most", format!("{:.1} min", self.late_minutes_max))?;
        }
        line("click to door, mean", format!("{:.1} min", self.click_to_door_minutes_mean))?;
        line("click to door, p90", format!("{:.1} min", self.click_to_door_minutes_p90))?;
        let target = format!("within {} min", self.target_minutes);
        line(&target, format!("{:.0} %", self.within_target_share * 100.0))?;
        line("orders per courier hour", format!("{:.2}", self.orders_per_courier_hour))?;
        line("took", format!("{:.0} s", self.wall_seconds))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use crate::cli::demo::mdrp::report::{Delivered, Report};

    fn report() -> Report {
        Report {
            day: "0o50t100s1p100".to_owned(),
            orders: 12,
            offered: 11,
            booked: 10,
            refused: BTreeMap::from([("no_courier_in_time".to_owned(), 2)]),
            delivered: 0,
            on_time: 0,
            late: 0,
            late_minutes_mean: 0.0,
            late_minutes_max: 0.0,
            click_to_door_minutes_mean: 0.0,
            click_to_door_minutes_p90: 0.0,
            target_minutes: 40,
            within_target_share: 0.0,
            orders_per_courier_hour: 0.0,
            speed: 240.0,
            wall_seconds: 251.4,
        }
    }

    #[test]
    fn a_day_is_told_in_a_table() {
        let mut report = report();
        let one = |minutes: i64, late: i64| Delivered { click_to_door: minutes * 60, late };
        let minutes = [20, 30, 40, 50, 60, 70, 80, 85, 90];
        let mut delivered: Vec<Delivered> = minutes.iter().map(|&at| one(at, 0)).collect();
        delivered.push(one(95, 300));
        report.add_deliveries(&delivered, 5 * 3600);
        insta::assert_snapshot!(report);
    }

    #[test]
    fn a_day_without_deliveries_divides_by_nothing() {
        let mut report = report();
        report.add_deliveries(&[], 0);
        assert!(report.click_to_door_minutes_mean.abs() < 1e-9);
        assert!(report.orders_per_courier_hour.abs() < 1e-9);
    }
}
