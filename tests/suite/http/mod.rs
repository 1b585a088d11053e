//! The HTTP contract, asked through the whole router.

mod addresses;
mod bodies;
mod booking;
mod changing;
mod crowd;
mod day;
mod engines;
mod events;
mod examples;
mod keys;
mod offers;
mod origins;
mod race;
mod sales;
mod scenarios;
mod tiles;
mod town;
