//! `punctual check`: says in words what is wrong with a solution.

use std::fs::File;
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use crate::formats::benchmark;
use crate::formats::benchmark::Benchmark;
use crate::formats::compressed;
use crate::formats::rounding::Rounding;
use crate::formats::solution;
use crate::formats::solution::Claim;
use crate::solver::check::Required;
use crate::solver::check::Violation;
use crate::solver::check::check;
use crate::solver::check::cost;

/// Checks a solution of an instance in VRPLIB's or Solomon's format.
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// The instance.
    problem: PathBuf,
    /// The solution: JSON as `solve` writes it, or in the `.sol` format of published ones.
    solution: PathBuf,
    /// How numbers of the instance become integers; what is usual for its class by default.
    #[arg(long)]
    rounding: Option<Rounding>,
    /// Print the report as one line of JSON.
    #[arg(long)]
    json: bool,
}

/// Checks and reports; exits with 1 when something is wrong.
pub fn run(arguments: &CheckArguments) -> anyhow::Result<ExitCode> {
    let (path, text) = read_text(&arguments.problem)?;
    let benchmark = benchmark::read(&path, &text, arguments.rounding)?;
    let (path, text) = read_text(&arguments.solution)?;
    let claim = solution::read(&path, &text, &benchmark)?;
    let (cost, findings) = examine(&benchmark, &claim);
    report(arguments, &benchmark, cost, &findings);
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The name and the text of a file, unpacked where it is packed.
pub(crate) fn read_text(path: &Path) -> anyhow::Result<(String, String)> {
    let name = path.display().to_string();
    let file = File::open(path).with_context(|| format!("cannot read {name}"))?;
    let text = compressed::text(&name, file)?;
    Ok((name, text))
}

/// What is broken, with clients by their ids in the file.
pub(crate) fn in_words(
    benchmark: &Benchmark,
    violations: Vec<Violation>,
) -> impl Iterator<Item = String> {
    let depots = u32::try_from(benchmark.depots()).expect("at most some thousand locations");
    let renamed = move |violation: Violation| violation.renamed(|client| client + depots);
    violations.into_iter().map(move |violation| renamed(violation).to_string())
}

/// What a solution costs and everything that is wrong with it, in words.
fn examine(benchmark: &Benchmark, claim: &Claim) -> (i64, Vec<String>) {
    let Benchmark { problem, matrices, .. } = benchmark;
    let cost = cost(problem, matrices, &claim.plans);
    let mut findings = claim.findings.clone();
    let violations = check(problem, matrices, &claim.plans, Required::All);
    findings.extend(in_words(benchmark, violations));
    if findings.is_empty() {
        if let Some(said) = claim.cost.filter(|said| !said.agrees(benchmark, cost)) {
            findings.push(format!("the solution says it costs {said}, it costs {cost}"));
        }
        if claim.feasible == Some(false) {
            findings.push("the solution says it is infeasible, it is not".to_owned());
        }
    }
    (cost, findings)
}

#[expect(clippy::print_stdout, reason = "the report is what the command is for")]
fn report(arguments: &CheckArguments, benchmark: &Benchmark, cost: i64, findings: &[String]) {
    if arguments.json {
        let report = serde_json::json!({
            "name": benchmark.name,
            "cost": cost,
            "feasible": findings.is_empty(),
            "violations": findings,
        });
        println!("{report}");
        return;
    }
    for finding in findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => println!("{}: nothing is wrong, cost {cost}", benchmark.name),
        1 => println!("{}: 1 rule is broken", benchmark.name),
        count => println!("{}: {count} rules are broken", benchmark.name),
    }
}
