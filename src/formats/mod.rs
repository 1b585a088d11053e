//! Files of other people: benchmark instances, order days.

pub mod benchmark;
pub mod mdrp;
pub mod solomon;
pub mod solution_json;
pub mod vrplib;
