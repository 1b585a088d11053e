//! The same planner under a virtual clock.
