//! What the program says about itself while it runs.

use std::io::{IsTerminal, stderr};

use tracing_subscriber::EnvFilter;

/// Begins to log to the standard error output: lines for people on a terminal, else JSON.
///
/// `RUST_LOG` says how much, as in `RUST_LOG=punctual=debug`.
pub(crate) fn start() {
    start_at("info");
}

/// The same, but only what goes wrong, unless `RUST_LOG` says otherwise.
pub(crate) fn start_quietly() {
    start_at("warn");
}

fn start_at(level: &str) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr);
    // Already begun when a command is run inside another.
    let started = if stderr().is_terminal() { log.try_init() } else { log.json().try_init() };
    drop(started);
}
