//! What the search keeps to: memory, its deadline, what an iteration costs, and what a short
//! re-plan reaches of a long one.
//!
//! `cargo bench --bench limits` measures all of it in about five minutes; `-- memory`, `-- deadline`,
//! `-- iteration` or `-- replan` only that.
#![expect(
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "it prints what it saw, rounded"
)]

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;
use std::time::Instant;

use punctual::linear::cover::SetCover;
use punctual::solver::matrices::Matrices;
use punctual::solver::problem::Problem;
use punctual::solver::search::Budget;
use punctual::solver::search::Outcome;
use punctual::solver::search::Progress;
use punctual::solver::search::RoutePlan;
use punctual::solver::search::SearchSettings;
use punctual::solver::search::improve;

use crate::city::city;

mod city;

/// Threads of all searches but those that count iterations.
const THREADS: usize = 2;

fn main() -> anyhow::Result<()> {
    let asked: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let is_asked = |what: &str| asked.is_empty() || asked.iter().any(|arg| arg == what);
    // Memory comes first: its peak is that of the whole process.
    if is_asked("memory") {
        memory()?;
    }
    if is_asked("deadline") {
        machine(Duration::from_millis(100), 200);
        for (clients, milliseconds, runs) in [(150, 50, 400), (150, 100, 200), (1_000, 500, 100)] {
            deadline(clients, Duration::from_millis(milliseconds), runs);
        }
    }
    if is_asked("iteration") {
        [100, 200, 500, 1_000, 2_000, 5_000].into_iter().for_each(iteration);
    }
    if is_asked("replan") {
        replan();
    }
    Ok(())
}

/// Searches for so long, from routes if there are some.
fn search(
    (problem, matrices): &(Problem, Matrices),
    start: Option<Vec<RoutePlan>>,
    (time, seed): (Duration, u64),
) -> (Outcome, Duration) {
    let started = Instant::now();
    let seconds = time.as_secs_f64();
    let elapsed = || started.elapsed().as_secs_f64() / seconds;
    let settings = SearchSettings {
        seed,
        threads: THREADS,
        budget: Budget::Elapsed(&elapsed),
        seconds: Some(seconds),
        cover: Some(&SetCover),
    };
    let found = improve(problem, matrices, start, &settings, &|_| false);
    (found, started.elapsed())
}

fn memory() -> anyhow::Result<()> {
    let day = city(1_000, 1);
    search(&day, None, (Duration::from_secs(20), 1));
    let status = std::fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("unknown");
    println!("1,000 clients, 20 s, {THREADS} threads: peak memory {}", peak.trim());
    Ok(())
}

fn deadline(clients: u32, time: Duration, runs: u64) {
    let day = city(clients, 1);
    let over = (0..runs).map(|seed| search(&day, None, (time, seed)).1.saturating_sub(time));
    print_over(&format!("{clients} clients"), time, over.collect());
}

/// How late threads are that do nothing but look at the clock: less cannot be had here.
fn machine(time: Duration, runs: u64) {
    let wait = || {
        let started = Instant::now();
        while started.elapsed() < time {
            std::hint::spin_loop();
        }
        started.elapsed()
    };
    let run = |_| {
        let both: [Duration; THREADS] = std::thread::scope(|scope| {
            let threads = [(); THREADS].map(|()| scope.spawn(wait));
            threads.map(|thread| thread.join().unwrap_or_default())
        });
        both.into_iter().max().unwrap_or_default().saturating_sub(time)
    };
    print_over("looking at the clock only", time, (0..runs).map(run).collect());
}

fn print_over(what: &str, time: Duration, mut over: Vec<Duration>) {
    over.sort_unstable();
    let at = |share: f64| {
        let rank = ((over.len() - 1) as f64 * share).round() as usize;
        over[rank].as_secs_f64() * 1e3
    };
    println!(
        "{what}, {} ms, {} runs: over by p50 {:.2} ms, p99 {:.2} ms, max {:.2} ms",
        time.as_millis(),
        over.len(),
        at(0.5),
        at(0.99),
        at(1.0),
    );
}

/// What an iteration of one thread takes while the search does nothing else: it breeds from a tenth
/// of its time on.
fn iteration(clients: u32) {
    let (problem, matrices) = city(clients, 1);
    let started = Instant::now();
    let elapsed = || started.elapsed().as_secs_f64() / 30.0;
    let settings = SearchSettings {
        seed: 1,
        threads: 1,
        budget: Budget::Elapsed(&elapsed),
        seconds: None,
        cover: None,
    };
    let reports = Mutex::new(Vec::new());
    let note = |progress: Progress| {
        let mut reports = reports.lock().unwrap_or_else(PoisonError::into_inner);
        reports.push((Instant::now(), progress.iterations));
        progress.fraction > 0.09
    };
    improve(&problem, &matrices, None, &settings, &note);
    let reports = reports.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let [first, .., last] = reports[..] {
        let micros = (last.0 - first.0).as_secs_f64() * 1e6 / (last.1 - first.1) as f64;
        println!("{clients:>6} clients: {micros:>6.1} µs {}", "#".repeat(micros.round() as usize));
    }
}

fn replan() {
    const ORDERS: u32 = 150;
    let mut reached = Vec::new();
    for seed in 1..=5 {
        let day = city(ORDERS, seed);
        // What bookings one by one would leave: everybody inserted, nothing improved.
        let settings = SearchSettings {
            seed,
            threads: 1,
            budget: Budget::Iterations(0),
            seconds: None,
            cover: None,
        };
        let start = improve(&day.0, &day.1, None, &settings, &|_| false);
        let cost = |milliseconds| {
            let time = Duration::from_millis(milliseconds);
            search(&day, Some(start.routes.clone()), (time, seed)).0.cost
        };
        let (short, long) = (cost(100), cost(10_000));
        let share = (start.cost - short) as f64 / (start.cost - long) as f64;
        println!("re-plan {seed}: from {} to {short} in 100 ms, {long} in 10 s", start.cost);
        reached.push(share);
    }
    let mean = reached.iter().sum::<f64>() / reached.len() as f64;
    let worst = reached.iter().copied().fold(f64::INFINITY, f64::min);
    println!(
        "{ORDERS} orders: 100 ms reach {:.1} % of what 10 s reach, {:.1} % at worst",
        100.0 * mean,
        100.0 * worst
    );
}
