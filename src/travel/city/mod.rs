//! Cities for demonstrations: an invented one from a seed, or a real one, with stores and addresses.

mod addresses;
#[expect(clippy::module_inception, reason = "it is about the city itself")]
mod city;
mod class;
mod courts;
mod delivery;
mod draft;
mod greens;
pub(crate) mod invented;
mod names;
mod nearby;
mod quarters;
mod roads;
mod settled;
mod shape;
mod sketch;

pub use crate::travel::city::city::{City, CityStore};
pub use crate::travel::city::delivery::CityZone;
pub use crate::travel::city::settled::CityError;

#[cfg(test)]
mod city_tests;
