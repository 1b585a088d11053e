//! Nights pass at once: nothing happens, and nobody wants to watch that.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, NaiveTime, TimeDelta, TimeZone, Timelike};
use chrono_tz::Tz;

use crate::cli::demo::api::{Api, CallError};
use crate::cli::demo::narrator::say;
use crate::cli::demo::region_time::seconds;
use crate::cli::demo::wire::{Kind, OrderReply, OrdersReply};
use crate::model::time::Timestamp;
use crate::runtime::wall_clock::Clock;

/// Whoever is still out at this hour is waited for.
const DUSK_HOUR: u32 = 23;
/// Before the first pickers come.
const DAWN: NaiveTime = match NaiveTime::from_hms_opt(6, 50, 0) {
    Some(time) => time,
    None => NaiveTime::MIN,
};
/// How often it looks whether everybody has gone home.
const LOOK: Duration = Duration::from_millis(500);

/// Lets the clock leap from late evening to early morning. Never ends by itself.
pub(crate) async fn skip_nights(api: Api, clock: Arc<Clock>, time_zone: Tz) {
    loop {
        tokio::time::sleep(LOOK).await;
        let now = clock.now().to_utc().with_timezone(&time_zone);
        let Some(dawn) = dawn_after(now) else { continue };
        match nothing_until(&api, dawn).await {
            Ok(true) => {
                say("The city sleeps.");
                clock.leap_to(dawn);
            }
            Ok(false) => {}
            Err(error) => tracing::debug!(%error, "nobody knows who is still out"),
        }
    }
}

/// The end of the night, if it is night.
fn dawn_after(now: DateTime<Tz>) -> Option<Timestamp> {
    let day = if now.hour() >= DUSK_HOUR {
        now.date_naive() + TimeDelta::days(1)
    } else if now.time() < DAWN {
        now.date_naive()
    } else {
        return None;
    };
    let dawn = now.timezone().from_local_datetime(&day.and_time(DAWN)).earliest()?;
    Some(Timestamp(dawn.timestamp()))
}

/// Whether no courier is out, and nothing is promised before `dawn`.
async fn nothing_until(api: &Api, dawn: Timestamp) -> Result<bool, CallError> {
    const OPEN: &str = "/orders?limit=5000&state=booked,picking,ready,loaded,on_the_way,arrived";
    let open: OrdersReply = api.get(OPEN).await?;
    let is_out = |order: &OrderReply| {
        matches!(order.state.as_str(), "loaded" | "on_the_way" | "arrived")
            || (order.kind != Kind::Pickup && seconds(order.window.end.0) < seconds(dawn))
    };
    Ok(!open.orders.iter().any(is_out))
}

#[cfg(test)]
mod tests {
    use chrono::{TimeZone, Utc};
    use chrono_tz::Europe::Moscow;

    use crate::cli::demo::night::dawn_after;
    use crate::model::time::Timestamp;

    #[test]
    fn the_night_ends_on_the_next_morning_and_a_day_has_no_end() {
        let dawn = |hour: u32, minute: u32| {
            let now = Moscow.with_ymd_and_hms(2026, 11, 22, hour, minute, 0).unwrap();
            dawn_after(now).map(Timestamp::to_utc)
        };
        let at = |day: u32| Some(Utc.with_ymd_and_hms(2026, 11, day, 3, 50, 0).unwrap());
        assert_eq!(dawn(23, 10), at(23));
        assert_eq!(dawn(0, 0), at(22));
        assert_eq!(dawn(6, 49), at(22));
        assert_eq!(dawn(6, 50), None);
        assert_eq!(dawn(22, 59), None);
    }
}
