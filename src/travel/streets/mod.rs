//! A street graph: fastest ways between any two addresses, by car, bike or on foot.

mod class;
mod drawing;
mod graph;
mod lines;
mod rows;
mod snap;
mod travel;

pub use class::StreetClass;
pub use graph::{Flow, Graph, GraphBuilder, GraphError, NodeIndex};
pub use lines::StreetLine;
pub use travel::{Area, AreaKind, Streets};

#[cfg(test)]
mod travel_tests;
