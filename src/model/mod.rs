//! What the business talks about: quantities, places, orders, stores, couriers, plans.

pub mod basket;
pub mod cells;
pub mod ids;
pub mod order;
pub mod place;
pub mod plan;
pub mod plane;
pub mod policy;
pub mod quota;
pub mod region;
pub mod sale;
pub mod slot;
pub mod time;
pub mod travel_matrix;
pub mod units;
pub mod variation;
