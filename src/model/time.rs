//! Instants on the one clock of a region.

use std::ops::{Add, AddAssign, Sub};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::model::units::Seconds;

/// An instant, in whole seconds since 1970-01-01T00:00:00Z.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Later than anything a region plans: the year 9999.
    pub const FAR: Self = Self(253_402_300_799);

    /// This instant as a calendar date and time.
    ///
    /// # Panics
    /// Never for instants between the years -262143 and 262142; outside, the epoch is returned.
    pub fn to_utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.0, 0).unwrap_or_default()
    }

    /// The instant of a calendar date and time, fractions of a second dropped.
    pub fn from_utc(at: DateTime<Utc>) -> Self {
        Self(at.timestamp())
    }
}

impl Add<Seconds> for Timestamp {
    type Output = Self;
    fn add(self, duration: Seconds) -> Self {
        Self(self.0 + duration.0)
    }
}

impl AddAssign<Seconds> for Timestamp {
    fn add_assign(&mut self, duration: Seconds) {
        self.0 += duration.0;
    }
}

impl Sub<Seconds> for Timestamp {
    type Output = Self;
    fn sub(self, duration: Seconds) -> Self {
        Self(self.0 - duration.0)
    }
}

impl Sub for Timestamp {
    type Output = Seconds;
    fn sub(self, earlier: Self) -> Seconds {
        Seconds(self.0 - earlier.0)
    }
}

/// A stretch of time in which something may start: `opens <= start <= closes`.
///
/// Invariant: `opens <= closes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TimeWindow {
    opens: Timestamp,
    closes: Timestamp,
}

/// A window that would close before it opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a window cannot close at {} before it opens at {}", .closes.to_utc(), .opens.to_utc())]
pub struct WindowError {
    /// When it would open.
    pub opens: Timestamp,
    /// When it would close.
    pub closes: Timestamp,
}

impl TimeWindow {
    /// Checks the bounds once, here, so that no caller has to.
    pub fn new(opens: Timestamp, closes: Timestamp) -> Result<Self, WindowError> {
        if closes < opens { Err(WindowError { opens, closes }) } else { Ok(Self { opens, closes }) }
    }

    /// From `opens` to `closes`, or just `opens` when `closes` is earlier.
    pub fn spanning(opens: Timestamp, closes: Timestamp) -> Self {
        Self { opens, closes: closes.max(opens) }
    }

    /// The first instant inside.
    pub fn opens(self) -> Timestamp {
        self.opens
    }

    /// The last instant inside.
    pub fn closes(self) -> Timestamp {
        self.closes
    }

    /// From first to last instant.
    pub fn width(self) -> Seconds {
        self.closes - self.opens
    }
}
