//! How long the way is: straight lines and streets.

pub mod beeline;
pub mod city;
pub mod roads;
pub mod streets;
