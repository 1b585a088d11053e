//! Decides what a command changes, and applies what was decided.
