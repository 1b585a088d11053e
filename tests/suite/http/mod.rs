//! The HTTP contract, asked through the whole router.

mod addresses;
mod bodies;
mod booking;
mod day;
mod events;
mod offers;
mod origins;
mod race;
mod sales;
mod scenarios;
mod town;
