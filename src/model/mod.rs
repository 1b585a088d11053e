//! What the business talks about: quantities, places, orders, stores, couriers, plans.

pub mod place;
pub mod time;
pub mod travel_matrix;
pub mod units;
