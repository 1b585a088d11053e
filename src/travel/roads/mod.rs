//! Real roads: an extract of OpenStreetMap becomes a network, and any two addresses a fastest way.

mod class;
mod components;
mod cost;
mod draft;
mod drawing;
mod extract;
pub mod file;
pub mod grid;
mod hierarchy;
pub(crate) mod kept;
mod mesh;
mod network;
pub mod osm;
mod rings;
mod snap;
mod tags;
mod travel;

pub use class::RoadClass;
pub use draft::TurnCount;
pub use network::{
    Course, Direction, Edge, Ground, GroundKind, Network, NetworkError, Speeds, TurnBan,
};
pub use travel::{PreparedRoads, Roads};

#[cfg(test)]
mod file_tests;
#[cfg(test)]
mod hierarchy_tests;
#[cfg(test)]
mod network_tests;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod osm_tests;
#[cfg(test)]
mod towns;
#[cfg(test)]
mod travel_tests;
