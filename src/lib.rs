//! Punctual: delivery promises that are kept.

/// Quotes and surveys take a fifth less time with it than with the allocator of glibc; see
/// BENCHMARKS.md.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

// The core: computes, and nothing else.
pub mod model;

pub mod solver;

pub mod linear;

pub mod offers;

pub mod planner;

pub mod simulation;

// The edges: touch the world.
pub mod formats;
pub mod journal;
pub mod travel;

// The shell: owns threads, clocks and the order of writes.
pub mod runtime;

pub mod settings;

pub mod http;

pub mod cli;
