//! `punctual whatif`: plays days under other conditions and compares them.

mod bases;
mod diagram;
mod file;
mod output;
mod table;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

use anyhow::{Context, ensure};
use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::solve::interruption;
use crate::cli::whatif::bases::Ground;
use crate::cli::whatif::file::{BaseChoice, COURIERS_MAX, DAYS_MAX, ScenarioFile};
use crate::model::units::Seconds;
use crate::simulation::batch::{BatchResult, play_all};
use crate::simulation::report::summarize;
use crate::simulation::scenario::{DaySettings, Improving, Scenario};

/// What `punctual whatif` is told. Options win over the scenario file.
#[derive(Debug, Clone, clap::Args)]
pub struct WhatifArguments {
    /// The scenario, TOML or JSON; without one, a day of the invented city.
    scenario: Option<PathBuf>,
    /// A recorded day of the Meal Delivery Routing Problem library as the base.
    #[arg(long, value_name = "DIR")]
    mdrp: Option<PathBuf>,
    /// How many couriers work, one point each.
    #[arg(long, value_name = "N,N", value_delimiter = ',')]
    couriers: Option<Vec<u16>>,
    /// How many days a point has, or their seeds as a list.
    #[arg(long, value_name = "N")]
    seeds: Option<String>,
    /// Express orders are promised within so many minutes.
    #[arg(long, value_name = "N")]
    promise_minutes: Option<i64>,
    /// How many customers come to the checkout on an average day.
    #[arg(long, value_name = "N")]
    orders_per_day: Option<u32>,
    /// By how much times vary: 0 not at all, 1 as they do in cities.
    #[arg(long, value_name = "X")]
    noise: Option<f64>,
    /// A folder for results.json and results.csv.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// A file for a reliability diagram of all days, as SVG.
    #[arg(long, value_name = "FILE")]
    reliability: Option<PathBuf>,
    /// How many days are played at the same time [default: one per core].
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    threads: usize,
    /// Prints the results as JSON and nothing else.
    #[arg(long)]
    json: bool,
}

/// Plays all days of the scenario and prints what they came to. Ctrl-C keeps what is done.
///
/// # Errors
/// When the scenario makes no sense or its base cannot be read.
pub fn run(arguments: &WhatifArguments) -> anyhow::Result<ExitCode> {
    let file = with_options(arguments)?;
    let ground = bases::load(&file.base)?;
    let scenario = scenario_of(&file)?;
    let began = Instant::now();
    let result = play(arguments, &ground, &scenario)?;
    let seconds = began.elapsed().as_secs_f64();
    let points = summarize(&result.days);
    if let Some(folder) = &arguments.out {
        output::write(folder, &result.days, &points)?;
    }
    if let Some(file) = &arguments.reliability {
        output::write_diagram(file, &result.days)?;
    }
    if arguments.json {
        output::say(&output::json(&result.days, &points)?);
    } else {
        let currency = &ground.base.region.currency;
        output::say(&format!("{}\n\n{}", ground.title, table::table(&points, currency)));
        output::say(&format!("{} days in {seconds:.1} s", result.days.len()));
    }
    for failure in &result.failed {
        output::tell(&format!("a day failed: {failure}"));
    }
    if result.skipped > 0 {
        output::tell(&format!("stopped: {} days were not played", result.skipped));
    }
    let is_whole = result.failed.is_empty() && result.skipped == 0;
    Ok(if is_whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The scenario file, or an empty one, with the options of the command line.
fn with_options(arguments: &WhatifArguments) -> anyhow::Result<ScenarioFile> {
    let mut file = arguments.scenario.as_deref().map(file::read).transpose()?.unwrap_or_default();
    if let Some(folder) = &arguments.mdrp {
        file.base = BaseChoice::Mdrp(folder.clone());
    }
    if let Some(seeds) = &arguments.seeds {
        file.seeds = Some(file::parse_seeds(seeds)?);
    }
    file.couriers = arguments.couriers.clone().or(file.couriers);
    file.promise_minutes = arguments.promise_minutes.or(file.promise_minutes);
    file.orders_per_day = arguments.orders_per_day.or(file.orders_per_day);
    file.noise = arguments.noise.or(file.noise);
    Ok(file)
}

fn scenario_of(file: &ScenarioFile) -> anyhow::Result<Scenario> {
    let couriers = file.couriers.clone().unwrap_or_default();
    let is_crew = |count: &u16| (1..=COURIERS_MAX).contains(count);
    ensure!(
        couriers.iter().all(is_crew),
        "couriers: found {couriers:?}, allowed are 1 to {COURIERS_MAX} each"
    );
    let couriers = match couriers.as_slice() {
        [] => vec![None],
        counts => counts.iter().copied().map(Some).collect(),
    };
    let seeds = file.seeds.clone().unwrap_or_else(|| vec![1, 2, 3]);
    let days = couriers.len() * seeds.len();
    ensure!((1..=DAYS_MAX).contains(&days), "{days} days, allowed are 1 to {DAYS_MAX}");
    let noise = file.noise.unwrap_or(1.0);
    ensure!((0.0..=5.0).contains(&noise), "noise: found {noise}, allowed is 0 to 5");
    let promise = file.promise_minutes.unwrap_or(1);
    ensure!(
        (1..=1440).contains(&promise),
        "promise_minutes: found {promise}, allowed is 1 to 1440"
    );
    let orders = file.orders_per_day.unwrap_or(0);
    ensure!(orders <= 100_000, "orders_per_day: found {orders}, allowed is 0 to 100000");
    let every = file.improve_every_seconds.unwrap_or(Improving::default().every.0);
    ensure!(
        (1..=86_400).contains(&every),
        "improve_every_seconds: found {every}, allowed is 1 to 86400"
    );
    let iterations = file.improve_iterations.unwrap_or(Improving::default().iterations);
    ensure!(
        iterations <= 1_000_000,
        "improve_iterations: found {iterations}, allowed is 0 to 1000000"
    );
    let shared = DaySettings {
        noise,
        promise: file.promise_minutes.map(Seconds::minutes),
        orders_per_day: file.orders_per_day,
        improving: Improving { every: Seconds(every), iterations },
        ..DaySettings::plain(0)
    };
    Ok(Scenario { couriers, seeds, shared })
}

fn play(
    arguments: &WhatifArguments,
    ground: &Ground,
    scenario: &Scenario,
) -> anyhow::Result<BatchResult> {
    let is_interrupted: &AtomicBool = interruption()?;
    let total = scenario.days().len();
    let bar = (!arguments.json).then(|| {
        let template = "{bar:40} {pos}/{len} days, {eta} left";
        let style = ProgressStyle::with_template(template).expect("the template is right");
        ProgressBar::new(total as u64).with_style(style)
    });
    // The bar draws on a terminal only; a pipe gets a line now and then.
    let has_lines = bar.as_ref().is_some_and(ProgressBar::is_hidden);
    let done = AtomicUsize::new(0);
    let played = || {
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some(bar) = &bar {
            bar.inc(1);
        }
        if has_lines && (done == total || done.is_multiple_of(total.div_ceil(10))) {
            output::tell(&format!("{done}/{total} days"));
        }
    };
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(arguments.threads)
        .build()
        .context("cannot start the threads of the simulation")?;
    let result =
        pool.install(|| play_all(&ground.base, scenario, &*ground.travel, is_interrupted, &played));
    if let Some(bar) = &bar {
        bar.finish_and_clear();
    }
    Ok(result)
}
