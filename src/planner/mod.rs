//! Decides what a command changes, and applies what was decided.

mod absence;
mod adoption;
mod amending;
mod apply;
pub mod audit;
mod bystanders;
pub mod command;
pub mod compile;
mod decide;
pub mod eta;
pub mod event;
pub mod improve;
#[cfg(test)]
mod interleaving_tests;
#[expect(clippy::module_inception, reason = "the planner is the heart of this module")]
mod planner;
#[cfg(test)]
pub(crate) mod planner_tests;
mod reports;
#[cfg(test)]
mod room_tests;
mod sales;
#[cfg(test)]
mod sales_tests;
pub mod state;
mod stores;
#[cfg(test)]
mod stores_tests;
mod survey;
pub mod view;

pub(crate) use crate::planner::adoption::is_no_worse;
pub use crate::planner::planner::{Planner, Unreachable};
