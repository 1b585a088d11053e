//! Ways to put absent clients into a solution.

pub(crate) mod greedy;
