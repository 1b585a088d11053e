//! Owns threads, clocks and the order of writes.
