//! All integration tests, as modules of one program: it links once.
#![expect(clippy::unwrap_used, reason = "a failed test may panic, also outside of test functions")]

mod architecture;
mod crash;
mod demo;
mod http;
mod journal;
mod roads;
mod simulation;
mod solve;
