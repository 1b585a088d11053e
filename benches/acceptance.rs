//! How many orders a shop can sell and keep, by who decides which slots it offers.
//!
//! `cargo bench --bench acceptance` lets the same customers come, at three levels of demand on five
//! days each, to (a) counters per slot, (b) the plan without the search behind it, (c) the plan as in
//! the service, and (d) an oracle that plans all open orders anew before it refuses. Whoever sells is
//! as bold as 98 % of promises kept on other days allow: counters by their caps, the plan by its
//! margin and by how probable a promise must be. Nothing is written but the table. Options, in any
//! order:
//! `oracle=N` iterations per search of (d), `search=N` iterations of the search behind the traffic per
//! simulated minute, `seeds=N` days per level, `levels=150,200` customers per
//! day, `training=N` days that the caps are tuned on.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it prints what it saw")]

use std::sync::atomic::AtomicBool;
use std::time::Instant;

use anyhow::{Context, bail, ensure};
use punctual::model::region::{DailyHours, TimeOfDay};
use punctual::model::units::Seconds;
use punctual::simulation::batch::play_all;
use punctual::simulation::demand::Demand;
use punctual::simulation::invented::{self, RightAngles};
use punctual::simulation::report::DayResult;
use punctual::simulation::scenario::{Base, DaySettings, Improving, Scenario};
use punctual::simulation::selling::{Caps, Selling, Shown};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

/// Caps that are tried, orders per store: express per hour, scheduled per window.
const EXPRESS: [u16; 7] = [12, 16, 20, 25, 30, 36, 44];
const WINDOW: [u16; 6] = [2, 4, 6, 8, 12, 16];
/// Margins in minutes and least probabilities of a promise that are tried, the most careful first.
const CARE: [(i64, f64); 9] = [
    (20, 0.95),
    (20, 0.5),
    (15, 0.95),
    (15, 0.5),
    (12, 0.8),
    (10, 0.95),
    (10, 0.5),
    (5, 0.9),
    (0, 0.5),
];
/// So many promises must be kept on the days that sellers are tuned on.
const KEPT: f64 = 0.98;
/// With larger caps counters sell more and keep less: what keeps so much too little need not be tried
/// with larger ones.
const HOPELESS: f64 = 0.02;
/// Days that caps are tuned on have these seeds and the following; no other day has.
const TRAINING_SEED: u64 = 1_001;

/// The 97.5 % quantiles of Student's t distribution with 1 to 29 degrees of freedom.
const STUDENT: [f64; 29] = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
    2.052, 2.048, 2.045,
];
/// More days than there are quantiles for, over all levels, nobody needs.
const DAYS_MAX: u64 = 30;

/// What is measured, and how long.
struct Options {
    levels: Vec<u32>,
    seeds: u64,
    training: u64,
    oracle: u32,
    search: u32,
}

fn main() -> anyhow::Result<()> {
    let options = Options::read()?;
    let began = Instant::now();
    println!("customers come 16–19 h, 2 stores, 10 couriers, 12 pickers; {}", options.told());
    let mut all = Vec::new();
    for &level in &options.levels {
        let training = seeds(TRAINING_SEED, options.training);
        let (base, plan) = tune_plan(&world(level), &training, options.search)?;
        let (caps, counters) = tune_counters(&base, &training, options.search)?;
        println!("\n{level} customers a day. {plan}. {counters}.");
        let oracle = Selling::Oracle { iterations: options.oracle };
        let sellers = [
            ("(a) counters", Selling::Counters(caps), options.search),
            ("(b) insertion only", Selling::Plan, 0),
            ("(c) plan, improved", Selling::Plan, options.search),
            ("(d) oracle", oracle, options.search),
        ];
        let days = seeds(1, options.seeds);
        let play = |&(name, selling, search): &(_, Selling, u32)| {
            let (days, seconds) = play(&base, &days, selling, search)?;
            Ok(Played { name, days, seconds })
        };
        let played: Vec<Played> =
            sellers.par_iter().map(play).collect::<anyhow::Result<Vec<Played>>>()?;
        print_level(&played)?;
        all.push(played);
        eprintln!("{:.0} s so far", began.elapsed().as_secs_f64());
    }
    if all.len() > 1 {
        println!("\nall levels");
        print_ratios(&all.iter().map(Vec::as_slice).collect::<Vec<_>>());
    }
    println!("\n± is half of a 95 % confidence interval of the mean over days (Student's t)");
    Ok(())
}

impl Options {
    fn read() -> anyhow::Result<Self> {
        // Three searches of so many iterations and all else take about a second.
        let mut options = Self {
            levels: vec![300, 400, 500],
            seeds: 5,
            training: 2,
            oracle: 25_000,
            search: 200,
        };
        for option in std::env::args().skip(1).filter(|option| !option.starts_with('-')) {
            let Some((name, value)) = option.split_once('=') else { bail!("{option}: no option") };
            let number = || value.parse().with_context(|| format!("{option}: no whole number"));
            match name {
                "levels" => {
                    let levels: Result<Vec<u32>, _> = value.split(',').map(str::parse).collect();
                    options.levels = levels.with_context(|| format!("{option}: no numbers"))?;
                }
                "seeds" => options.seeds = number()?,
                "training" => options.training = number()?,
                "oracle" => options.oracle = u32::try_from(number()?)?,
                "search" => options.search = u32::try_from(number()?)?,
                _ => bail!("{option}: known are oracle, search, seeds, levels and training"),
            }
        }
        let allowed = 1..=DAYS_MAX / options.levels.len().max(1) as u64;
        ensure!(
            allowed.contains(&options.seeds) && allowed.contains(&options.training),
            "{} levels: seeds and training may be {allowed:?}",
            options.levels.len()
        );
        Ok(options)
    }

    fn told(&self) -> String {
        format!(
            "{} days per level, sellers tuned on {} others; {} iterations of search a minute, {} per \
             search of (d)",
            self.seeds, self.training, self.search, self.oracle
        )
    }
}

fn seeds(first: u64, count: u64) -> Vec<u64> {
    (first..first + count).collect()
}

/// An afternoon and evening: two stores a quarter of an hour apart, five couriers each, half of them
/// on bikes.
fn world(customers: u32) -> Base {
    let hours = |from: u32, until: u32| DailyHours {
        from: TimeOfDay(from * 3600),
        until: TimeOfDay(until * 3600),
    };
    let mut base = invented::base(2, 5, 5, customers);
    base.region.policy.delivery = hours(14, 22);
    for courier in &mut base.region.couriers {
        courier.shifts = vec![hours(14, 24)];
    }
    for store in &mut base.region.stores {
        store.pickers.iter_mut().for_each(|team| team.hours = hours(13, 24));
        store.hours = hours(13, 24);
    }
    if let Demand::Model(model) = &mut base.demand {
        model.hours = std::array::from_fn(|hour| if (16..19).contains(&hour) { 1.0 } else { 0.0 });
        model.collecting_share = 0.0;
    }
    base
}

/// Plays some days, all cores sharing, and answers how many seconds of one core that took.
fn play(
    base: &Base,
    seeds: &[u64],
    selling: Selling,
    iterations: u32,
) -> anyhow::Result<(Vec<DayResult>, f64)> {
    let improving = Improving { iterations, ..Improving::default() };
    let shared = DaySettings { improving, selling, shown: Shown::Windows, ..DaySettings::plain(0) };
    let day = |&seed: &u64| {
        let began = Instant::now();
        let scenario = Scenario { couriers: vec![None], seeds: vec![seed], shared };
        let batch = play_all(base, &scenario, &RightAngles, &AtomicBool::new(false), &|| ());
        ensure!(batch.failed.is_empty(), "a day failed: {:?}", batch.failed);
        Ok((batch.days, began.elapsed().as_secs_f64()))
    };
    let played: Vec<(Vec<DayResult>, f64)> =
        seeds.par_iter().map(day).collect::<anyhow::Result<_>>()?;
    let seconds = played.iter().map(|(_, seconds)| seconds).sum();
    Ok((played.into_iter().flat_map(|(days, _)| days).collect(), seconds))
}

/// The care of the plan that sells most among those that keep enough, and how it was found.
fn tune_plan(base: &Base, seeds: &[u64], search: u32) -> anyhow::Result<(Base, String)> {
    let careful = |&(minutes, floor): &(i64, f64)| {
        let mut base = base.clone();
        base.region.policy.safety = Seconds::minutes(minutes);
        base.region.policy.on_time_floor = floor;
        let (days, _) = play(&base, seeds, Selling::Plan, search)?;
        let (sold, kept) = (booked(&days), on_time(&days));
        let told = format!(
            "plan with {minutes} min to spare and promises of {:.0} %: {:.2} % on time with {sold} \
             orders",
            100.0 * floor,
            100.0 * kept
        );
        eprintln!("{told}");
        Ok((kept, sold, base, told))
    };
    let tried: Vec<(f64, u32, Base, String)> =
        CARE.par_iter().map(careful).collect::<anyhow::Result<_>>()?;
    let enough = tried.into_iter().filter(|&(kept, ..)| KEPT <= kept);
    let best = enough.max_by_key(|&(_, sold, ..)| sold);
    let (_, _, base, told) = best.context("no plan keeps enough promises")?;
    Ok((base, format!("Tuned {told}")))
}

/// The caps that sell most among those that keep enough, and how they were found.
fn tune_counters(base: &Base, seeds: &[u64], search: u32) -> anyhow::Result<(Caps, String)> {
    let row = |&per_window: &u16| {
        let mut tried = Vec::new();
        for express_per_hour in EXPRESS {
            let caps = Caps { express_per_hour, per_window };
            let (days, _) = play(base, seeds, Selling::Counters(caps), search)?;
            let is_hopeless = on_time(&days) < KEPT - HOPELESS;
            tried.push((caps, days));
            if is_hopeless {
                break;
            }
        }
        Ok(tried)
    };
    let rows: Vec<Vec<(Caps, Vec<DayResult>)>> =
        WINDOW.par_iter().map(row).collect::<anyhow::Result<_>>()?;
    for (caps, days) in rows.iter().flatten() {
        let (sold, kept) = (booked(days), 100.0 * on_time(days));
        eprintln!("{caps:?}: {sold} orders, {kept:.2} % on time");
    }
    let (caps, days) = rows
        .iter()
        .flatten()
        .filter(|(_, days)| KEPT <= on_time(days))
        .max_by_key(|(_, days)| booked(days))
        .context("no caps keep enough promises: try smaller ones")?;
    let told = format!(
        "Tuned caps of {} express orders per store and hour and {} per store and window: {:.2} % on \
         time with {} orders",
        caps.express_per_hour,
        caps.per_window,
        100.0 * on_time(days),
        booked(days),
    );
    Ok((*caps, told))
}

fn booked(days: &[DayResult]) -> u32 {
    days.iter().map(|day| day.booked).sum()
}

/// Promises kept of all that came due on some days.
fn on_time(days: &[DayResult]) -> f64 {
    let kept: u32 = days.iter().map(|day| day.on_time).sum();
    let due: u32 = days.iter().map(|day| day.on_time + day.late).sum();
    if due == 0 { 1.0 } else { f64::from(kept) / f64::from(due) }
}

/// What one seller did with the days of a level.
struct Played {
    name: &'static str,
    days: Vec<DayResult>,
    /// Of one core.
    seconds: f64,
}

fn print_level(played: &[Played]) -> anyhow::Result<()> {
    for (one, other) in played.iter().zip(&played[1..]) {
        let came = |played: &Played| -> Vec<usize> {
            played.days.iter().map(|day| day.sessions).collect()
        };
        ensure!(came(one) == came(other), "{} and {} had other customers", one.name, other.name);
    }
    println!(
        "{:<20} {:>15} {:>15} {:>15} {:>15}",
        "", "orders", "accepted %", "on time %", "cost/order"
    );
    for Played { name, days, .. } in played {
        let figure = |of: fn(&DayResult) -> f64, digits| {
            mean(&days.iter().map(of).collect::<Vec<_>>(), digits)
        };
        println!(
            "{name:<20} {:>15} {:>15} {:>15} {:>15}",
            figure(|day| f64::from(day.booked), 1),
            figure(|day| 100.0 * day.acceptance_share, 1),
            figure(|day| 100.0 * day.on_time_share, 2),
            figure(|day| day.cost_per_order / 100.0, 2),
        );
    }
    print_ratios(&[played]);
    if let Some(oracle) = played.last() {
        let searches: u32 = oracle.days.iter().map(|day| day.oracle_searches).sum();
        let each = oracle.seconds / f64::from(searches.max(1));
        println!("(d) searched {searches} times, {each:.2} s each with all else on its days");
    }
    Ok(())
}

/// Orders sold by one seller for each sold by another, day by day.
fn print_ratios(levels: &[&[Played]]) {
    for (over, under) in [(2, 3), (2, 0), (2, 1)] {
        let days =
            levels.iter().flat_map(|played| played[over].days.iter().zip(&played[under].days));
        let ratios: Vec<f64> = days
            .map(|(one, other)| f64::from(one.booked) / f64::from(other.booked.max(1)))
            .collect();
        let name = |which: usize| &levels[0][which].name[..3];
        println!("orders {} / {}: {}", name(over), name(under), mean(&ratios, 3));
    }
}

/// The mean of some days' figures and half of its 95 % confidence interval.
fn mean(values: &[f64], digits: usize) -> String {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let Some(quantile) = STUDENT.get(values.len().wrapping_sub(2)) else {
        return format!("{mean:.digits$}");
    };
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
    format!("{mean:.digits$} ±{:.digits$}", quantile * (variance / count).sqrt())
}
