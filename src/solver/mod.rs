//! Routing in the words of the literature: clients, depots, vehicles, trips.

pub mod problem;
