//! The format of VRPLIB and TSPLIB, for capacitated routing with time windows, several depots,
//! unlike vehicles, reloading and optional clients.
//!
//! # Source
//! Reinelt (1991), TSPLIB, a traveling salesman problem library, doi:10.1287/ijoc.3.4.376, and the
//! extensions of the public instance sets: <https://pyvrp.org/dev/supported_vrplib_fields.html>.

mod distances;
mod fleet;
mod groups;
mod instance;
mod nodes;
mod source;

pub use instance::read;

#[cfg(test)]
mod tests;
