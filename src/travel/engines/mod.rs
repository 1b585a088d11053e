//! Routing engines that run beside this service: OSRM and Valhalla.

mod breaker;
mod client;
mod engine;
mod gate;
mod options;
mod osrm;
mod polyline;
mod reading;
mod valhalla;

pub use engine::Engine;
pub use options::{EngineKind, EngineOptions};

#[cfg(test)]
mod engine_tests;
#[cfg(test)]
mod recorded_tests;
#[cfg(test)]
pub(crate) mod stand;
