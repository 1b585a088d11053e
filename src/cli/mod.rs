//! The commands of the program.

use std::process::ExitCode;

use clap::Parser;
use clap::Subcommand;

pub mod check;
pub mod demo;
pub mod hosting;
pub mod import_roads;
pub mod serve;
pub mod solve;
mod telemetry;
mod ways;
pub mod whatif;

/// Delivery promises that are kept.
#[derive(Debug, Parser)]
#[command(version, about)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Brings a city to life: the service, the console and a simulated day.
    Demo(demo::DemoArguments),
    /// Serves a region over HTTP.
    Serve(serve::ServeArguments),
    /// Solves a public routing benchmark instance.
    Solve(solve::SolveArguments),
    /// Says what is wrong with a solution of a benchmark instance.
    Check(check::CheckArguments),
    /// Makes the streets of a real city ready for use, from an extract of OpenStreetMap.
    ImportRoads(import_roads::ImportRoadsArguments),
    /// Plays days with more or fewer couriers, another promise, other customers, and compares them.
    Whatif(whatif::WhatifArguments),
}

/// Does what was asked for.
///
/// # Errors
/// Whatever keeps the command from doing it, with its context.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    match &arguments.command {
        Command::Demo(arguments) => demo::run(arguments),
        Command::Serve(arguments) => serve::run(arguments),
        Command::Solve(arguments) => solve::run(arguments),
        Command::Check(arguments) => check::run(arguments),
        Command::ImportRoads(arguments) => import_roads::run(arguments),
        Command::Whatif(arguments) => whatif::run(arguments),
    }
}
