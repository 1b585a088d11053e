//! A real order day, played through the same public API instead of invented customers.

pub(crate) mod day;
mod play;
mod report;
mod stage;

pub(crate) use stage::play;
