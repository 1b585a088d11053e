//! `punctual solve`: improves a solution of a public benchmark instance for some time.

use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Instant;

use anyhow::Context;
use clap::Args;

use crate::cli::check::in_words;
use crate::cli::check::read_text;
use crate::cli::solve::watch::Watch;
use crate::cli::solve::watch::gap;
use crate::formats::benchmark;
use crate::formats::benchmark::Benchmark;
use crate::formats::rounding::Rounding;
use crate::formats::solution;
use crate::formats::solution_json::Solution;
use crate::formats::solution_json::SolutionRoute;
use crate::linear::bound::lower_bound;
use crate::linear::cover::SetCover;
use crate::solver::check::Required;
use crate::solver::check::check;
use crate::solver::check::cost;
use crate::solver::search::Budget;
use crate::solver::search::Outcome;
use crate::solver::search::Progress;
use crate::solver::search::RoutePlan;
use crate::solver::search::SearchSettings;
use crate::solver::search::improve;

mod watch;

/// Solves an instance in VRPLIB's or in Solomon's format.
#[derive(Debug, Args)]
pub struct SolveArguments {
    /// The instance.
    file: PathBuf,
    /// How long to search.
    #[arg(long, default_value_t = 10.0, value_parser = parse_seconds)]
    seconds: f64,
    /// Seed of all randomness.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many searches run side by side.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: u16,
    /// Search for so many iterations per thread instead of a time: the result is reproducible.
    #[arg(long, conflicts_with = "seconds")]
    iterations: Option<u64>,
    /// Where to write the solution, as JSON.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Start from this solution, JSON or `.sol`; the result is not worse.
    #[arg(long)]
    warm: Option<PathBuf>,
    /// Where to write how the best cost fell over time, as CSV.
    #[arg(long)]
    stats: Option<PathBuf>,
    /// How long to search afterward for a cost that no solution is below.
    #[arg(long, default_value_t = 0.0, value_parser = parse_seconds)]
    bound: f64,
    /// How numbers of the file become integers; what is usual for its class by default.
    #[arg(long)]
    rounding: Option<Rounding>,
    /// Print the report as one line of JSON.
    #[arg(long)]
    json: bool,
}

fn parse_seconds(text: &str) -> Result<f64, String> {
    let seconds = text.parse::<f64>().ok().filter(|seconds| (0.0..=1e7).contains(seconds));
    seconds.ok_or_else(|| "a number of seconds from 0 to 10 million is expected".to_owned())
}

/// Solves and reports. Ctrl-C ends the search early and keeps the best so far, and goes without a
/// bound.
///
/// Exits with 1 when no feasible solution was found.
pub fn run(arguments: &SolveArguments) -> anyhow::Result<ExitCode> {
    let (path, text) = read_text(&arguments.file)?;
    let benchmark = benchmark::read(&path, &text, arguments.rounding)?;
    let warm = arguments.warm.as_deref().map(|path| warm_start(&benchmark, path)).transpose()?;
    let started = Instant::now();
    let watch = Watch::new(started, usize::from(arguments.threads));
    let is_interrupted = interruption()?;
    let outcome = search(&benchmark, arguments, warm, (started, &watch, is_interrupted))?;
    let seconds = started.elapsed().as_secs_f64();
    let violations = check(&benchmark.problem, &benchmark.matrices, &outcome.routes, Required::All);
    let cost = cost(&benchmark.problem, &benchmark.matrices, &outcome.routes);
    let stats = watch.finish(&outcome, cost);
    if let Some(path) = &arguments.stats {
        fs::write(path, stats).with_context(|| format!("cannot write {}", path.display()))?;
    }
    let solution = Solution {
        cost: Some(cost),
        feasible: Some(violations.is_empty()),
        bound: prove(&benchmark, arguments, &outcome, is_interrupted),
        iterations: outcome.iterations,
        seconds,
        routes: outcome.routes.iter().map(|plan| SolutionRoute::new(&benchmark, plan)).collect(),
    };
    if let Some(out) = &arguments.out {
        let text = serde_json::to_string(&solution)?;
        fs::write(out, text + "\n").with_context(|| format!("cannot write {}", out.display()))?;
    }
    report(arguments, &benchmark, &solution, &outcome);
    Ok(if violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Routes to start from. They need not serve everybody, but break no other rule.
fn warm_start(benchmark: &Benchmark, path: &Path) -> anyhow::Result<Vec<RoutePlan>> {
    let (name, text) = read_text(path)?;
    let claim = solution::read(&name, &text, benchmark)?;
    let violations = check(&benchmark.problem, &benchmark.matrices, &claim.plans, Required::None);
    match claim.findings.into_iter().chain(in_words(benchmark, violations)).next() {
        Some(finding) => anyhow::bail!("{name} cannot be started from: {finding}"),
        None => Ok(claim.plans),
    }
}

fn search(
    benchmark: &Benchmark,
    arguments: &SolveArguments,
    warm: Option<Vec<RoutePlan>>,
    (started, watch, is_interrupted): (Instant, &Watch, &AtomicBool),
) -> anyhow::Result<Outcome> {
    let elapsed = || started.elapsed().as_secs_f64() / arguments.seconds.max(1e-9);
    let settings = SearchSettings {
        seed: arguments.seed,
        threads: usize::from(arguments.threads),
        budget: match arguments.iterations {
            Some(iterations) => Budget::Iterations(iterations),
            None => Budget::Elapsed(&elapsed),
        },
        seconds: arguments.iterations.is_none().then_some(arguments.seconds),
        cover: Some(&SetCover),
    };
    let stop = |progress: Progress| {
        watch.see(progress);
        is_interrupted.load(Ordering::Relaxed)
    };
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(usize::from(arguments.threads))
        .build()
        .context("cannot start the threads of the search")?;
    let Benchmark { problem, matrices, .. } = benchmark;
    Ok(pool.install(|| improve(problem, matrices, warm, &settings, &stop)))
}

/// A cost that no solution is below, if one can be proven in the time for it.
fn prove(
    benchmark: &Benchmark,
    arguments: &SolveArguments,
    outcome: &Outcome,
    is_interrupted: &AtomicBool,
) -> Option<i64> {
    let started = Instant::now();
    let is_over = || {
        is_interrupted.load(Ordering::Relaxed) || started.elapsed().as_secs_f64() >= arguments.bound
    };
    lower_bound(&benchmark.problem, &benchmark.matrices, &outcome.routes, &is_over)
}

/// A flag that Ctrl-C sets. A second Ctrl-C is not waited for: it ends the program.
pub(crate) fn interruption() -> anyhow::Result<&'static AtomicBool> {
    static IS_INTERRUPTED: AtomicBool = AtomicBool::new(false);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()
        .context("cannot listen to Ctrl-C")?;
    thread::spawn(move || {
        runtime.block_on(async {
            while tokio::signal::ctrl_c().await.is_ok() {
                if IS_INTERRUPTED.swap(true, Ordering::Relaxed) {
                    std::process::exit(130);
                }
            }
        });
    });
    Ok(&IS_INTERRUPTED)
}

#[expect(clippy::print_stdout, reason = "the report is what the command is for")]
fn report(
    arguments: &SolveArguments,
    benchmark: &Benchmark,
    solution: &Solution,
    outcome: &Outcome,
) {
    let trips: usize = solution.routes.iter().map(|route| route.trips.len()).sum();
    if arguments.json {
        let report = serde_json::json!({
            "name": benchmark.name,
            "cost": solution.cost,
            "bound": solution.bound,
            "feasible": solution.feasible,
            "routes": solution.routes.len(),
            "trips": trips,
            "unassigned": outcome.unassigned.len(),
            "iterations": solution.iterations,
            "seconds": solution.seconds,
            "seed": arguments.seed,
            "threads": arguments.threads,
        });
        println!("{report}");
        return;
    }
    println!("instance    {}", benchmark.name);
    println!("clients     {}", benchmark.problem.clients.len());
    println!("vehicles    {} of {}", solution.routes.len(), benchmark.problem.vehicles.len());
    println!("trips       {trips}");
    let cost = solution.cost.unwrap_or_default();
    println!("cost        {cost}");
    if arguments.bound > 0.0 {
        let bound = solution.bound.map_or_else(|| "none proven".to_owned(), |it| it.to_string());
        println!("bound       {bound}");
        println!("gap         {}", gap(cost, solution.bound));
    }
    match (solution.feasible, outcome.unassigned.len()) {
        (Some(true), _) => println!("feasible    yes"),
        (_, left) => println!("feasible    no, {left} clients have no place"),
    }
    println!("iterations  {}", solution.iterations);
    println!("seconds     {:.1}", solution.seconds);
    println!("seed        {}", arguments.seed);
    if let Some(out) = &arguments.out {
        println!("written to  {}", out.display());
    }
}
