//! Ways to take clients out of a solution.

pub(crate) mod strings;
pub(crate) mod trips;
