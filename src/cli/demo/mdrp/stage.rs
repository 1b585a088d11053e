//! Sets the stage for a recorded day, waits until it is over, and counts.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};

use crate::cli::demo::DemoArguments;
use crate::cli::demo::api::{Api, CallError};
use crate::cli::demo::crew::Crew;
use crate::cli::demo::mdrp::day::RecordedDay;
use crate::cli::demo::mdrp::play::{Placed, Player};
use crate::cli::demo::mdrp::report::{Delivered, Report};
use crate::cli::demo::narrator::{narrate, say};
use crate::cli::demo::region::REGION;
use crate::cli::demo::region_time::{RegionTime, seconds};
use crate::cli::demo::root;
use crate::cli::demo::tally::{Counts, Tally};
use crate::cli::demo::wire::{OrderReply, OrdersReply};
use crate::cli::hosting::Hosting;
use crate::formats::mdrp::MdrpDay;
use crate::journal::Journal;
use crate::runtime::startup::DataFolder;
use crate::runtime::wall_clock::{Clock, Pace};
use crate::settings::map::MapSettings;
use crate::travel::beeline::{Beeline, ProfileSpeeds};

/// How often it is checked whether all orders have arrived.
const LOOK: Duration = Duration::from_millis(300);

/// Plays the day in `folder`, and prints what it came to.
pub(crate) fn play(
    arguments: &DemoArguments,
    folder: &Path,
    speed: f64,
) -> anyhow::Result<ExitCode> {
    let day = MdrpDay::read(folder)
        .with_context(|| format!("{} is no recorded day", folder.display()))?;
    let today = Clock::start(Pace::Real, None).now().to_utc().date_naive();
    let recorded = RecordedDay::new(&day, today, arguments.origin.0, speed)?;
    let stage = Stage::open(arguments.data.as_deref())?;
    let meters_per_second = day.parameters.meters_per_minute / 60.0;
    let speeds = ProfileSpeeds { car: meters_per_second, ..ProfileSpeeds::default() };
    let hosting = Hosting {
        region: recorded.region.clone(),
        travel: Arc::new(Beeline::new(1.0, speeds)?),
        streets: None,
        map: MapSettings::default(),
        pace: Pace::Scaled { origin: recorded.begins, speed },
        is_demo: true,
        seed: arguments.seed,
        data: stage.path.clone(),
        listen: arguments.listen,
        trust_network: arguments.trust_network,
        checkout: arguments.checkout()?,
    };
    let began = Instant::now();
    let tally = Arc::new(Tally::default());
    let played = hosting.run(async |address, _| {
        if !arguments.json {
            say(&format!("Playing {}, to be watched at {}/\n", day.name, root(address)));
        }
        perform(arguments, &root(address), &recorded, &tally).await
    })?;
    let Some(delivered) = played.transpose()? else {
        say("Stopped before the day was over.");
        return Ok(ExitCode::FAILURE);
    };
    let mut report = blank(&day, tally.counts(), speed);
    report.add_deliveries(&delivered, recorded.courier_time.0);
    report.wall_seconds = began.elapsed().as_secs_f64();
    say(&if arguments.json { serde_json::to_string(&report)? } else { format!("\n{report}") });
    Ok(ExitCode::SUCCESS)
}

/// Lets everybody act until the last order has arrived; answers how each went.
async fn perform(
    arguments: &DemoArguments,
    root: &str,
    recorded: &RecordedDay,
    tally: &Arc<Tally>,
) -> anyhow::Result<Vec<Delivered>> {
    let api = Api::new(root, REGION)?;
    let mut crew = Crew::assemble(api.clone()).await?;
    crew.add_couriers(arguments.seed, 0.0).await?;
    let time = Arc::clone(&crew.time);
    if !arguments.json {
        let tally = Arc::clone(tally);
        let time_zone = recorded.region.time_zone;
        crew.tasks.spawn(narrate(api.clone(), Arc::clone(&time), tally, time_zone));
    }
    let player = Player {
        api: api.clone(),
        time: Arc::clone(&time),
        tally: Arc::clone(tally),
        placements: recorded.placements.clone(),
    };
    let placed = player.play().await;
    wait_for_the_last(&api, &time, recorded).await;
    Ok(outcomes(&api, recorded, &placed).await?)
}

/// Waits until no order is open, but not longer than until the day must be over.
async fn wait_for_the_last(api: &Api, time: &RegionTime, recorded: &RecordedDay) {
    const OPEN: &str = "/orders?limit=1&state=booked,picking,ready,loaded,on_the_way,arrived";
    while time.precisely() < seconds(recorded.ends) {
        match api.get::<OrdersReply>(OPEN).await {
            Ok(open) if open.orders.is_empty() => return,
            Ok(_) => {}
            Err(error) => tracing::debug!(%error, "nobody knows what is open"),
        }
        tokio::time::sleep(LOOK).await;
    }
}

async fn outcomes(
    api: &Api,
    recorded: &RecordedDay,
    placed: &[Placed],
) -> Result<Vec<Delivered>, CallError> {
    let mut delivered = Vec::with_capacity(placed.len());
    for one in placed {
        let Some(order) = &one.order else { continue };
        let order: OrderReply = api.get(&format!("/orders/{order}")).await?;
        let Some(left) = order.delivered_at else { continue };
        let handed_over = left.0 - recorded.door_half;
        delivered.push(Delivered {
            click_to_door: (handed_over - recorded.placements[one.placement].at).0,
            late: order.late_seconds,
        });
    }
    Ok(delivered)
}

fn blank(day: &MdrpDay, counts: Counts, speed: f64) -> Report {
    Report {
        day: day.name.clone(),
        orders: counts.asked,
        offered: counts.offered,
        booked: counts.booked,
        refused: counts.refused,
        delivered: 0,
        on_time: 0,
        late: 0,
        late_minutes_mean: 0.0,
        late_minutes_max: 0.0,
        click_to_door_minutes_mean: 0.0,
        click_to_door_minutes_p90: 0.0,
        target_minutes: day.parameters.target_click_to_door.0 / 60,
        within_target_share: 0.0,
        orders_per_courier_hour: 0.0,
        speed,
        wall_seconds: 0.0,
    }
}

/// The folder of the journal; one that nobody named is removed at the end.
struct Stage {
    path: PathBuf,
    is_ours: bool,
}

impl Stage {
    fn open(named: Option<&Path>) -> anyhow::Result<Self> {
        if let Some(path) = named {
            let last = DataFolder::open(path)?.journal(REGION)?.last()?;
            let shown = path.display();
            ensure!(last.0 == 0, "{shown} has a journal; a recorded day begins with an empty one");
            return Ok(Self { path: path.to_owned(), is_ours: false });
        }
        let path = std::env::temp_dir().join(format!("punctual-{}", uuid::Uuid::now_v7()));
        std::fs::create_dir(&path).with_context(|| format!("cannot make {}", path.display()))?;
        Ok(Self { path, is_ours: true })
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if self.is_ours {
            // Whatever cannot be removed is in the folder for temporary files.
            std::fs::remove_dir_all(&self.path).unwrap_or_default();
        }
    }
}
