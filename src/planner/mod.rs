//! Decides what a command changes, and applies what was decided.

mod apply;
pub mod command;
pub mod compile;
pub mod eta;
pub mod event;
pub mod state;
