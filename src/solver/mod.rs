//! Routing in the words of the literature: clients, depots, vehicles, trips.

pub mod check;
pub mod insertion;
pub mod matrices;
pub mod problem;
pub mod route;
pub mod search;
pub mod segment;
pub mod trip;

mod acceptance;
mod construct;
mod decomposition;
mod elimination;
mod instance;
mod island;
mod neighbors;
mod portfolio;
mod ruin;
mod schedule;
mod table;
mod tours;

#[cfg(test)]
pub(crate) mod invented;
