//! Decides what a command changes, and applies what was decided.

pub mod command;
pub mod event;
