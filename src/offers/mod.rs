//! What one customer can have: slots, proven by insertion into the plan, and refusals.

pub mod candidates;
pub mod feasibility;
pub mod ground;
pub mod ledger;
mod moment;
pub mod offer;
pub mod picking;
pub mod probability;
mod queue;
mod quote;
pub mod refusal;
pub mod remedy;
mod repair;
pub(crate) mod timeline;
pub(crate) mod trial;

pub use crate::offers::quote::{Checkout, quote};
