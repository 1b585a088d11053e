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
