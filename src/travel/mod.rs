//! How long the way is: straight lines, invented streets, real roads.

pub mod beeline;
pub mod city;
pub mod drawing;
pub mod roads;
pub mod streets;
