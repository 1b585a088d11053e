//! How long the way is: straight lines, roads of real and invented cities.

pub mod beeline;
pub mod city;
pub mod roads;
pub mod tiles;
