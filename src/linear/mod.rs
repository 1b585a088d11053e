//! Linear problems: which routes go together, and what no solution can cost less than.

pub mod bound;
pub mod cover;

mod completion;
mod labels;
mod master;
mod network;
mod pool;
mod relaxation;
