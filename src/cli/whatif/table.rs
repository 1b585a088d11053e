//! Results for people.

use std::fmt::Write as _;

use crate::simulation::report::{PointReport, Spread};

/// One line per crew: means, and in brackets how much days differ.
pub(crate) fn table(points: &[PointReport], currency: &str) -> String {
    let head = [
        "couriers",
        "days",
        "booked",
        "accepted",
        "on time",
        "late",
        "cost/order",
        "busy",
        "orders/h",
        "door min",
        "p90",
    ];
    let mut rows = vec![head.map(str::to_owned)];
    rows.extend(points.iter().map(|point| {
        [
            point.couriers.to_string(),
            point.days.to_string(),
            figure(point.booked, 1.0, 0),
            percent(point.acceptance_share),
            percent(point.on_time_share),
            figure(point.late, 1.0, 1),
            figure(point.cost_per_order, 0.01, 2),
            percent(point.courier_utilisation),
            figure(point.orders_per_courier_hour, 1.0, 2),
            figure(point.click_to_door_minutes_mean, 1.0, 0),
            figure(point.click_to_door_minutes_p90, 1.0, 0),
        ]
    }));
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: Vec<usize> = (0..head.len()).map(|column| width(column).unwrap_or(0)).collect();
    let mut text = String::new();
    for row in &rows {
        let cells = row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:>width$}"));
        text += &(cells.collect::<Vec<_>>().join("  ") + "\n");
    }
    _ = writeln!(text, "\ncost/order in {currency}; mean, ± standard deviation between days");
    for point in points.iter().filter(|point| !point.refused.is_empty()) {
        let refused = point.refused.iter().map(|(cause, count)| format!("{cause} {count}"));
        let refused = refused.collect::<Vec<_>>().join(", ");
        _ = writeln!(text, "refused with {} couriers: {refused}", point.couriers);
    }
    for point in points {
        text += &reliability(point);
    }
    text
}

/// A line per bin of stated probabilities: what was to be expected, and what was seen.
fn reliability(point: &PointReport) -> String {
    let mut text = String::new();
    for bin in point.reliability.bins() {
        let share = |part: f64| 100.0 * part / f64::from(bin.sold);
        _ = writeln!(
            text,
            "stated {}–{} % with {} couriers: {} promises, {:.1} % to be kept, {:.1} % kept",
            bin.from_percent,
            bin.to_percent,
            point.couriers,
            bin.sold,
            share(bin.expected),
            share(f64::from(bin.kept)),
        );
    }
    text
}

fn percent(spread: Spread) -> String {
    figure(spread, 100.0, 1) + " %"
}

fn figure(spread: Spread, times: f64, digits: usize) -> String {
    let (mean, deviation) = (spread.mean * times, spread.deviation * times);
    if deviation > 0.0 {
        format!("{mean:.digits$} ±{deviation:.digits$}")
    } else {
        format!("{mean:.digits$}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_read_like_this() {
        let spread = |mean, deviation| Spread { mean, min: mean, max: mean, deviation };
        let point = PointReport {
            couriers: 16,
            days: 3,
            on_time_share: spread(0.9912, 0.004),
            acceptance_share: spread(0.8, 0.02),
            cost_per_order: spread(41_250.0, 1_000.0),
            courier_utilisation: spread(0.61, 0.0),
            refused: [("no_courier_in_time", 12)].into(),
            ..PointReport::default()
        };
        insta::assert_snapshot!(table(&[point], "RUB"), @"
        couriers  days  booked     accepted      on time  late     cost/order    busy  orders/h  door min  p90
              16     3       0  80.0 ±2.0 %  99.1 ±0.4 %   0.0  412.50 ±10.00  61.0 %      0.00         0    0

        cost/order in RUB; mean, ± standard deviation between days
        refused with 16 couriers: no_courier_in_time 12
        ");
    }
}
