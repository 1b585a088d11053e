//! How long the way is: straight lines, invented streets, real roads, engines beside this service.

pub mod beeline;
pub mod city;
pub mod drawing;
pub mod engines;
pub mod roads;
pub mod streets;
