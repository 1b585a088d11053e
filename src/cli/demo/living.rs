//! A city lives.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use chrono_tz::Tz;

use crate::cli::demo::DemoArguments;
use crate::cli::demo::api::Api;
use crate::cli::demo::crew::Crew;
use crate::cli::demo::customers::Customers;
use crate::cli::demo::narrator::{narrate, say};
use crate::cli::demo::night::skip_nights;
use crate::cli::demo::real::real_city;
use crate::cli::demo::region::{invented_region, region_of};
use crate::cli::demo::root;
use crate::cli::demo::tally::Tally;
use crate::cli::hosting::Hosting;
use crate::model::region::{Region, TimeOfDay};
use crate::model::time::Timestamp;
use crate::runtime::wall_clock::{Clock, Pace};
use crate::settings::map::MapSettings;
use crate::travel::city::City;

/// A new city begins at a lively moment of its day.
const OPENING: TimeOfDay = TimeOfDay(11 * 3600 + 30 * 60);
/// Drives, doors and picking take up to this share longer or shorter than planned.
const SPREAD: f64 = 0.3;
/// How often it is checked whether the time given is over.
const LOOK: Duration = Duration::from_millis(50);

/// Lets the city live until somebody stops it or the time given is over.
pub(crate) fn live(arguments: &DemoArguments, speed: f64) -> anyhow::Result<ExitCode> {
    let data = arguments.data.clone().unwrap_or_else(|| PathBuf::from("punctual-data"));
    let (city, region) = if let Some(file) = &arguments.roads {
        let (city, locale) = real_city(file, &data)?;
        let region = region_of(&city, locale, speed);
        (city, region)
    } else {
        let city = City::invent(arguments.seed);
        let region = invented_region(&city, speed);
        (city, region)
    };
    let city = Arc::new(city);
    let key = region.key.clone();
    let (time_zone, origin) = (region.time_zone, opening(&region));
    let hosting = Hosting {
        region,
        travel: Arc::clone(city.roads()) as _,
        streets: Some(Arc::clone(city.roads())),
        map: MapSettings::default(),
        pace: Pace::Scaled { origin, speed },
        is_demo: true,
        seed: arguments.seed,
        data: data.clone(),
        listen: arguments.listen,
        trust_network: arguments.trust_network,
        checkout: arguments.checkout()?,
    };
    let ended = hosting.run(async |address, clock| {
        let root = root(address);
        welcome(&root, &clock, &city, &data, time_zone);
        let crew = wake_up(arguments, Api::new(&root, &key)?, &clock, &city, time_zone).await;
        let end = arguments.exit_after_minutes.map(|minutes| after(clock.now(), minutes));
        if crew.is_ok() {
            time_is_over(&clock, end).await;
        }
        crew.map(drop)
    })?;
    ended.unwrap_or(Ok(()))?;
    say("Stopped.");
    Ok(ExitCode::SUCCESS)
}

/// Everybody but the service.
async fn wake_up(
    arguments: &DemoArguments,
    api: Api,
    clock: &Arc<Clock>,
    city: &Arc<City>,
    time_zone: Tz,
) -> anyhow::Result<Crew> {
    let mut crew = Crew::assemble(api.clone()).await?;
    crew.add_couriers(arguments.seed, SPREAD).await?;
    crew.add_pickers(arguments.seed, SPREAD).await?;
    let tally = Arc::new(Tally::default());
    if !arguments.no_customers {
        let customers = Customers {
            api: api.clone(),
            time: Arc::clone(&crew.time),
            tally: Arc::clone(&tally),
            city: Arc::clone(city),
            time_zone,
            seed: arguments.seed,
            per_day: arguments.orders_per_day,
        };
        crew.tasks.spawn(customers.come());
    }
    crew.tasks.spawn(skip_nights(api.clone(), Arc::clone(clock), time_zone));
    crew.tasks.spawn(narrate(api, Arc::clone(&crew.time), tally, time_zone));
    Ok(crew)
}

fn welcome(root: &str, clock: &Clock, city: &City, data: &Path, time_zone: Tz) {
    let now = clock.now().to_utc().with_timezone(&time_zone);
    say(&format!(
        "{} is awake: it is {}, and a minute there takes {:.1} seconds here.\n\
         \n\
         \x20 console   {root}/\n\
         \x20 checkout  {root}/checkout\n\
         \x20 API       {root}/docs\n\
         \n\
         Ctrl-C stops it; what was sold is in {} and will be known at the next start.\n",
        city.name(),
        now.format("%A %H:%M"),
        60.0 / clock.speed(),
        data.display(),
    ));
}

/// Half past eleven on this day.
fn opening(region: &Region) -> Timestamp {
    let today = region.date(Clock::start(Pace::Real, None).now());
    region.instant(today, OPENING)
}

#[expect(clippy::cast_possible_truncation, reason = "some minutes, or as good as never")]
fn after(now: Timestamp, minutes: f64) -> Timestamp {
    Timestamp(now.0.saturating_add((minutes * 60.0) as i64))
}

async fn time_is_over(clock: &Clock, end: Option<Timestamp>) {
    let Some(end) = end else { return std::future::pending().await };
    while clock.now() < end {
        tokio::time::sleep(LOOK).await;
    }
}
