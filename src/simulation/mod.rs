//! The same planner under a virtual clock: whole days of checkouts, pickers and couriers.

pub mod addresses;
pub mod batch;
pub mod calendar;
mod choice;
mod couriers;
mod customers;
pub mod day;
pub mod demand;
mod desk;
pub mod invented;
mod noise;
mod oracle;
mod pickers;
pub mod reliability;
pub mod report;
pub mod scenario;
pub mod selling;
#[cfg(test)]
mod selling_tests;
