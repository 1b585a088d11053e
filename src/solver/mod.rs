//! Routing in the words of the literature: clients, depots, vehicles, trips.

pub mod check;
pub mod insertion;
pub mod matrices;
pub mod problem;
pub mod route;
pub mod segment;
pub mod trip;

#[cfg(test)]
pub(crate) mod invented;
