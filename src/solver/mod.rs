//! Routing in the words of the literature: clients, depots, vehicles, trips.

pub mod check;
pub mod cover;
pub mod insertion;
pub mod matrices;
pub mod problem;
pub mod route;
pub mod search;
pub mod segment;
pub mod trip;

mod acceptance;
mod breeding;
mod construct;
mod decomposition;
mod descent;
mod draft;
mod elimination;
mod instance;
mod island;
mod moves;
mod neighbors;
mod parts;
mod penalties;
mod pool;
mod portfolio;
mod recombine;
mod ruin;
mod schedule;
mod table;
mod tours;

#[cfg(test)]
pub(crate) mod invented;
