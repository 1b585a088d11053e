//! An invented city: streets, water, parks, stores and addresses from a seed.

mod addresses;
mod delivery;
mod draft;
mod greens;
mod invented;
mod quarters;
mod roads;
mod shape;
mod sketch;

pub use crate::travel::city::delivery::CityZone;
pub use crate::travel::city::invented::{City, CityStore};

#[cfg(test)]
mod city_tests;
