//! The HTTP contract: the only place that knows JSON names and status codes.
//!
//! `router` lists all addresses; there is one file for each resource. [`app`] is what they share,
//! `problem` how all errors look.

mod admission;
pub mod app;
mod body;
mod conditional;
mod courier_reply;
mod couriers;
mod event_hub;
mod events;
mod examples;
mod geo_json;
mod health;
mod holds;
mod itinerary;
mod kpis;
mod layers;
mod limits;
mod map;
mod notation;
mod openapi;
mod order_reply;
mod orders;
mod pages;
mod parameters;
mod paths;
mod plan;
mod plan_map;
mod positions;
mod problem;
mod promise;
mod quotes;
mod regions;
mod router;
mod scenarios;
pub mod server;
mod stock;
mod stores;
mod tiles;
mod token;
mod trip_reply;

pub use crate::http::admission::Admission;
pub use crate::http::app::{MapSetup, OutsideStyle};
pub use crate::http::router::{document, router};
