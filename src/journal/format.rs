//! The stored form of an event, and its versions.
//!
//! A body is JSON with its version in front: `{"v":2,"event":{…}}`. Events are spelled as [`Event`]
//! derives them; version 2 has more fields than version 1, which are left out where they say
//! nothing, and more kinds of events. Whoever changes the spelling adds a version here; bodies of
//! older versions stay in the fixtures and must stay readable for ever.

use serde::{Deserialize, Serialize};

use crate::planner::event::Event;

/// The version that is written.
pub const VERSION: u32 = 2;

/// The oldest version that is read.
const OLDEST: u32 = 1;

/// Why stored bytes are not an event.
#[derive(Debug, thiserror::Error)]
pub enum FormatError {
    /// A later program wrote them.
    #[error("stored in version {found}, and this program knows versions up to {VERSION}")]
    UnknownVersion {
        /// Their version.
        found: u32,
    },
    /// They are damaged.
    #[error("not a stored event")]
    Malformed(#[source] serde_json::Error),
}

/// A body to be written.
#[derive(Serialize)]
struct Written<'event> {
    v: u32,
    event: &'event Event,
}

/// A body of a version that is known.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    v: u32,
    event: Event,
}

/// What every version has.
#[derive(Deserialize)]
struct Versioned {
    v: u32,
}

/// The bytes to store.
///
/// # Panics
/// Never: an event has no map with other keys than strings, and writing to memory cannot fail.
pub fn encode(event: &Event) -> Vec<u8> {
    serde_json::to_vec(&Written { v: VERSION, event }).expect("an event is always valid JSON")
}

/// The event in stored bytes.
///
/// # Errors
/// [`FormatError::UnknownVersion`] when a later program wrote them, [`FormatError::Malformed`]
/// when they are damaged.
pub fn decode(body: &[u8]) -> Result<Event, FormatError> {
    match serde_json::from_slice::<Stored>(body) {
        Ok(stored) if (OLDEST..=VERSION).contains(&stored.v) => Ok(stored.event),
        Ok(stored) => Err(FormatError::UnknownVersion { found: stored.v }),
        // The version says more than the first word of a later version that is not understood.
        Err(error) => match serde_json::from_slice::<Versioned>(body) {
            Ok(Versioned { v }) if !(OLDEST..=VERSION).contains(&v) => {
                Err(FormatError::UnknownVersion { found: v })
            }
            _ => Err(FormatError::Malformed(error)),
        },
    }
}

#[cfg(test)]
#[path = "format_tests.rs"]
mod tests;
