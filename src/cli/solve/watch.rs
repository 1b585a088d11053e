//! What is seen of a running search: a line of progress, and the best cost over time.

use std::fmt::Write;
use std::io::IsTerminal;
use std::sync::Mutex;
use std::time::Duration;
use std::time::Instant;

use indicatif::ProgressBar;
use indicatif::ProgressStyle;

use crate::solver::search::Outcome;
use crate::solver::search::Progress;

/// How far apart lines of progress are where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(2);

/// How many improvements are kept; beyond, every second one is dropped.
const ROWS_MAX: usize = 10_000;

/// How many steps the bar on a terminal has.
const STEPS: u32 = 1_000;

/// A moment at which the best became better.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Row {
    seconds: f64,
    iterations: u64,
    cost: i64,
    unassigned: usize,
}

/// What the threads of a search have told so far.
#[derive(Debug)]
struct State {
    /// Iterations of each thread.
    iterations: Vec<u64>,
    /// Improvements, in order.
    rows: Vec<Row>,
    printed: Instant,
}

impl State {
    /// Keeps what is better than everything before.
    fn note(&mut self, row: Row) {
        let key = |row: &Row| (row.unassigned, row.cost);
        if self.rows.last().is_some_and(|best| key(best) <= key(&row)) {
            return;
        }
        if self.rows.len() >= ROWS_MAX {
            let mut index = 0;
            self.rows.retain(|_| {
                index += 1;
                index % 2 == 1
            });
        }
        self.rows.push(row);
    }
}

/// Watches a search from its start to its end.
pub(crate) struct Watch {
    started: Instant,
    bar: Option<ProgressBar>,
    state: Mutex<State>,
}

impl Watch {
    pub(crate) fn new(started: Instant, threads: usize) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let template = "{bar:40} {percent:>3} %  {msg}";
            let style = ProgressStyle::with_template(template).expect("the template is right");
            ProgressBar::new(u64::from(STEPS)).with_style(style)
        });
        let iterations = vec![0; threads];
        let state = Mutex::new(State { iterations, rows: Vec::new(), printed: started });
        Self { started, bar, state }
    }

    /// Takes note of what a thread tells, and shows it now and then.
    pub(crate) fn see(&self, progress: Progress) {
        let Ok(mut state) = self.state.lock() else { return };
        if let Some(iterations) = state.iterations.get_mut(progress.thread) {
            *iterations = progress.iterations;
        }
        let now = Row {
            seconds: self.started.elapsed().as_secs_f64(),
            iterations: state.iterations.iter().sum(),
            cost: progress.cost,
            unassigned: progress.unassigned,
        };
        state.note(now);
        let best = state.rows.last().copied().unwrap_or(now);
        let line = line(Row { seconds: now.seconds, iterations: now.iterations, ..best }, None);
        if let Some(bar) = &self.bar {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "the fraction is between 0 and 1"
            )]
            let steps = (progress.fraction.clamp(0.0, 1.0) * f64::from(STEPS)) as u64;
            bar.set_position(steps);
            bar.set_message(line);
        } else if state.printed.elapsed() >= LINE_EVERY {
            state.printed = Instant::now();
            eprintln!("{line}");
        }
    }

    /// The improvements as CSV, up to the outcome.
    pub(crate) fn finish(self, outcome: &Outcome, cost: i64) -> String {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        let mut rows = self.state.into_inner().map(|state| state.rows).unwrap_or_default();
        rows.push(Row {
            seconds: self.started.elapsed().as_secs_f64(),
            iterations: outcome.iterations,
            cost,
            unassigned: outcome.unassigned.len(),
        });
        table(&rows)
    }
}

/// One line on where the search is.
fn line(row: Row, bound: Option<i64>) -> String {
    let Row { seconds, iterations, cost, unassigned } = row;
    let best = match unassigned {
        0 => format!("best {cost}, gap {}", gap(cost, bound)),
        _ => format!("{unassigned} clients without a place"),
    };
    format!("iteration {iterations}, {best}, {seconds:.1} s")
}

/// By how much a cost is above the bound, in percent of it, or `-` where that says nothing.
pub(crate) fn gap(cost: i64, bound: Option<i64>) -> String {
    match bound.filter(|bound| *bound > 0) {
        Some(bound) => format!("{:.2} %", 100.0 * (cost - bound) as f64 / bound as f64),
        None => "-".to_owned(),
    }
}

fn table(rows: &[Row]) -> String {
    let mut text = "elapsed_seconds,iterations,cost,unassigned\n".to_owned();
    for Row { seconds, iterations, cost, unassigned } in rows {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{seconds:.3},{iterations},{cost},{unassigned}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(iterations: u64, unassigned: usize, cost: i64) -> Row {
        Row { seconds: 1.5, iterations, cost, unassigned }
    }

    fn state() -> State {
        State { iterations: vec![0], rows: Vec::new(), printed: Instant::now() }
    }

    #[test]
    fn only_improvements_are_kept() {
        let mut state = state();
        for (iterations, (unassigned, cost)) in
            (1..).zip([(2, 10), (2, 10), (0, 90), (1, 5), (0, 91), (0, 80)])
        {
            state.note(row(iterations, unassigned, cost));
        }
        assert_eq!(
            table(&state.rows),
            "elapsed_seconds,iterations,cost,unassigned\n\
            1.500,1,10,2\n1.500,3,90,0\n1.500,6,80,0\n"
        );
    }

    #[test]
    fn any_number_of_improvements_takes_bounded_memory() {
        let mut state = state();
        for step in 0..100_000_i64 {
            state.note(row(1, 0, -step));
        }
        assert!(state.rows.len() <= ROWS_MAX);
        assert_eq!(state.rows[0].cost, 0, "the first is kept");
        assert_eq!(state.rows.last().map(|row| row.cost), Some(-99_999));
    }

    #[test]
    fn the_line_says_where_the_search_is() {
        assert_eq!(line(row(7, 0, 110), Some(100)), "iteration 7, best 110, gap 10.00 %, 1.5 s");
        assert_eq!(line(row(7, 0, 110), None), "iteration 7, best 110, gap -, 1.5 s");
        assert_eq!(line(row(7, 3, 110), None), "iteration 7, 3 clients without a place, 1.5 s");
    }
}
