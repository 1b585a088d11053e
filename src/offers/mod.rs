//! What one customer can have: slots, proven by insertion into the plan, and refusals.
