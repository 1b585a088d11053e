//! The HTTP contract: the only place that knows JSON names and status codes.
