//! Owns threads, clocks and the order of writes.

pub mod batches;
#[cfg(test)]
mod failing_journals;
pub(crate) mod group;
pub mod improver;
pub mod offer_key;
mod precedence;
pub mod quotes;
pub mod startup;
pub mod stats;
pub mod tiles;
pub mod wall_clock;
pub mod writer;
