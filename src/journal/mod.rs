//! Where events are kept: in one sequence per region, durable once appended, never changed.
//!
//! [`sqlite`] keeps them in a file, [`memory`] for tests. [`mod@format`] alone knows the stored bytes.

pub mod format;
pub mod memory;
pub mod sqlite;

use std::path::PathBuf;

use crate::journal::format::FormatError;
use crate::planner::event::{Record, Sequence};

/// The events of one region.
///
/// An append names the sequence it builds on. When somebody else appended meanwhile it is refused, so
/// of two writers only one can ever win.
pub trait Journal: Send {
    /// Records the whole group right behind `last`, or nothing of it, and returns once it will
    /// survive a power cut. Answers the sequence of the last record.
    ///
    /// # Errors
    /// [`AppendError::Behind`] when the journal goes on behind `last`;
    /// [`AppendError::Storage`] when it could not be written. Then the group may yet turn out
    /// to be recorded, which [`Journal::tail`] tells.
    fn append(&mut self, last: Sequence, records: &[Record]) -> Result<Sequence, AppendError>;

    /// What is recorded behind `last`, oldest first, at most `limit` records.
    ///
    /// # Errors
    /// When the journal cannot be read, or has a gap there.
    fn tail(&self, last: Sequence, limit: usize) -> Result<Vec<(Sequence, Record)>, StorageError>;

    /// The sequence of the last record; 0 when there is none.
    ///
    /// # Errors
    /// When the journal cannot be read.
    fn last(&self) -> Result<Sequence, StorageError>;
}

/// Why a group was not appended.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// Another writer appended first.
    #[error("the journal already ends at {}, not at {}", .actual.0, .assumed.0)]
    Behind {
        /// Where the caller believed it ends.
        assumed: Sequence,
        /// Where it ends.
        actual: Sequence,
    },
    /// It could not be written.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Why a journal cannot be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The file is something else.
    #[error("{} is not a journal of Punctual: {found}", .path.display())]
    Foreign {
        /// Which file.
        path: PathBuf,
        /// What it seems to be.
        found: String,
    },
    /// The file was written by a later version of the program.
    #[error(
        "{} has schema version {found}, and this program knows versions up to {known}: use the newer program",
        .path.display()
    )]
    Newer {
        /// Which file.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The newest version that can be read.
        known: i64,
    },
    /// Records are missing.
    #[error("the journal of region {region:?} has a gap: after sequence {} comes {}", .after.0, .found.0)]
    Gap {
        /// Whose journal.
        region: String,
        /// The last record before the gap.
        after: Sequence,
        /// The next record.
        found: Sequence,
    },
    /// Records that were there are gone.
    #[error("the journal ends at {}, but {} was recorded before", .found.0, .expected.0)]
    Shrunk {
        /// The last record that is known to have been there.
        expected: Sequence,
        /// Where the journal ends.
        found: Sequence,
    },
    /// A record cannot be understood.
    #[error("record {} of the journal cannot be read", .sequence.0)]
    Record {
        /// Which.
        sequence: Sequence,
        /// Why.
        source: FormatError,
    },
    /// The storage itself failed.
    #[error("the journal's storage failed: {0}")]
    Engine(Box<dyn std::error::Error + Send + Sync>),
}
