//! Files of other people: benchmark instances and their solutions, order days.

pub mod benchmark;
pub mod compressed;
pub mod mdrp;
pub mod rounding;
pub mod sol;
pub mod solomon;
pub mod solution;
pub mod solution_json;
pub mod vrplib;

mod unservable;
