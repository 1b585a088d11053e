//! Linear problems: which routes go together, and what no solution can cost less than.

pub mod cover;

mod master;
mod pool;
