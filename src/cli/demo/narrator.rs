//! Tells on the terminal how the day goes.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use chrono_tz::Tz;

use crate::cli::demo::api::Api;
use crate::cli::demo::region_time::RegionTime;
use crate::cli::demo::tally::Tally;
use crate::cli::demo::wire::KpisReply;

/// How often, by the watch of who looks on.
const EVERY: Duration = Duration::from_secs(10);

/// Prints a line now and then. Never ends by itself.
pub(crate) async fn narrate(api: Api, time: Arc<RegionTime>, tally: Arc<Tally>, time_zone: Tz) {
    let mut beat = tokio::time::interval(EVERY);
    beat.tick().await;
    loop {
        beat.tick().await;
        match api.get::<KpisReply>("/kpis").await {
            Ok(kpis) => {
                let clock = time.now().to_utc().with_timezone(&time_zone);
                let refused = tally.counts().refused.values().sum();
                say(&format!("{}  {}", clock.format("%d %b %H:%M"), line(&kpis, refused)));
            }
            Err(error) => tracing::debug!(%error, "no figures to tell"),
        }
    }
}

fn line(kpis: &KpisReply, refused: u64) -> String {
    let over = kpis.delivered + kpis.collected + kpis.cancelled + kpis.failed;
    let on_time = kpis
        .on_time_share
        .map_or_else(|| "–".to_owned(), |share| format!("{:.1} %", share * 100.0));
    format!(
        "booked {}  open {}  delivered {}  on time {on_time}  at risk {}  couriers out {}  refused {refused}",
        kpis.booked,
        kpis.booked.saturating_sub(over),
        kpis.delivered,
        kpis.at_risk,
        kpis.couriers_on_trip,
    )
}

/// Prints a line. Whoever closed the terminal does not want to read it: nothing to do about that.
pub(crate) fn say(text: &str) {
    writeln!(io::stdout().lock(), "{text}").unwrap_or_default();
}

#[cfg(test)]
mod tests {
    use crate::cli::demo::narrator::line;
    use crate::cli::demo::wire::KpisReply;

    #[test]
    fn a_line_says_what_is_sold_and_how_it_goes() {
        let kpis = KpisReply {
            booked: 87,
            delivered: 55,
            cancelled: 2,
            on_time_share: Some(0.982),
            couriers_on_trip: 9,
            ..KpisReply::default()
        };
        insta::assert_snapshot!(
            line(&kpis, 3),
            @"booked 87  open 30  delivered 55  on time 98.2 %  at risk 0  couriers out 9  refused 3"
        );
    }
}
