//! Real roads: an extract of OpenStreetMap becomes a network, and any two addresses a fastest way.

mod class;
mod components;
mod draft;
mod extract;
mod mesh;
mod network;
pub mod osm;
mod rings;
mod tags;

pub use class::RoadClass;
pub use draft::TurnCount;
pub use network::{
    Course, Direction, Edge, Ground, GroundKind, Network, NetworkError, Speeds, TurnBan,
};

#[cfg(test)]
mod network_tests;
#[cfg(test)]
mod osm_tests;
#[cfg(test)]
mod towns;
