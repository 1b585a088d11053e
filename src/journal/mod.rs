//! Where events are kept.
