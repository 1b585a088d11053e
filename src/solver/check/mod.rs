//! Says what is wrong with routes, in words, and what they cost.
//!
//! It walks every route forward, in the plainest way, and uses nothing of what prices moves: an
//! error there must not hide itself here.

mod cost;
mod rules;
mod timetable;
mod violation;

pub use cost::cost;
pub use rules::Required;
pub use rules::check;
pub use violation::Violation;

#[cfg(test)]
mod tests;

#[cfg(test)]
mod differential;
