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
mod construct;
mod decomposition;
#[cfg_attr(not(test), expect(dead_code, reason = "the search is about to use it"))]
mod descent;
#[cfg_attr(not(test), expect(dead_code, reason = "the search is about to use it"))]
mod draft;
mod elimination;
mod instance;
mod island;
mod moves;
mod neighbors;
#[expect(dead_code, reason = "the search is about to use it")]
mod penalties;
mod portfolio;
mod ruin;
mod schedule;
mod table;
mod tours;

#[cfg(test)]
pub(crate) mod invented;
