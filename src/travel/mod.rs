//! How long the way is: straight lines, roads of real and invented cities, engines beside this service.

pub mod beeline;
pub mod city;
pub mod engines;
pub mod roads;
pub mod tiles;
