//! A map of the roads, cut into vector tiles: streets with names, water, parks and buildings.
//!
//! # Source
//! Mapbox Vector Tile Specification 2.1, <https://github.com/mapbox/vector-tile-spec>; tiles are numbered
//! as in <https://wiki.openstreetmap.org/wiki/Slippy_map_tilenames>.

mod address;
mod areas;
mod base_map;
mod clip;
mod frame;
mod joined;
mod kinds;
mod lines;

pub use address::{TileAddress, TileAddressError};
pub use base_map::{BaseMap, Bounds};
pub use kinds::{LAYERS, Layer};

#[cfg(test)]
mod tiles_tests;
