//! Brings a region back to where its journal left it, and starts its writer.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use crate::journal::sqlite::SqliteJournal;
use crate::journal::{Journal, StorageError};
use crate::model::region::Region;
use crate::model::travel_matrix::Travel;
use crate::planner::Planner;
use crate::planner::command::{Command, Refusal};
use crate::runtime::offer_key::{OfferKey, OfferKeyError};
use crate::runtime::wall_clock::{Clock, Pace};
use crate::runtime::writer::{self, CommandError, WriterHandle, WriterThread};

/// How many events are read and applied between two lines of progress.
const REPLAY_CHUNK: usize = 20_000;

/// Why a region does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder cannot be made.
    #[error("the data folder {} cannot be made: {source}", .path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The journal cannot be opened or read.
    #[error(transparent)]
    Journal(#[from] StorageError),
    /// There is no key to sign offers with.
    #[error(transparent)]
    OfferKey(#[from] OfferKeyError),
    /// The settings do not fit what is in the journal.
    #[error(transparent)]
    Settings(Refusal),
    /// The settings could not be recorded.
    #[error("the region cannot be set up: {0}")]
    Writer(CommandError),
    /// The machine gives no thread.
    #[error("the writer cannot be started: {0}")]
    Thread(io::Error),
}

/// The folder that holds all that must survive.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
}

impl DataFolder {
    /// The folder at `path`, made when missing.
    ///
    /// # Errors
    /// [`StartError::Folder`] when it cannot be made.
    pub fn open(path: &Path) -> Result<Self, StartError> {
        let failed = |source| StartError::Folder { path: path.to_owned(), source };
        fs::create_dir_all(path).map_err(failed)?;
        Ok(Self { path: path.to_owned() })
    }

    /// The journal of a region.
    ///
    /// # Errors
    /// [`StartError::Journal`] when it cannot be opened.
    pub fn journal(&self, region: &str) -> Result<SqliteJournal, StartError> {
        Ok(SqliteJournal::open(&self.path.join("journal.db"), region)?)
    }

    /// The key that offers are signed with.
    ///
    /// # Errors
    /// [`StartError::OfferKey`] when it can neither be read nor made.
    pub fn offer_key(&self) -> Result<OfferKey, StartError> {
        Ok(OfferKey::load_or_create(&self.path.join("offer.key"))?)
    }
}

/// A region at work.
#[derive(Debug)]
pub struct Running {
    /// Asks its writer and reads its plan.
    pub writer: WriterHandle,
    /// Stops its writer.
    pub thread: WriterThread,
    /// Tells its time.
    pub clock: Arc<Clock>,
}

/// Replays the journal, sets the region up if its settings are new, and starts the writer.
///
/// Blocks until quotes can be answered.
///
/// # Errors
/// See [`StartError`]; [`StartError::Settings`] when the settings cannot take over a running day.
pub fn start(
    journal: Box<dyn Journal>,
    region: Region,
    travel: Arc<dyn Travel>,
    pace: Pace,
) -> Result<Running, StartError> {
    let mut planner = replay(&*journal)?;
    let last = (planner.sequence().0 != 0).then(|| planner.state().at);
    let clock = Arc::new(Clock::start(pace, last));
    let began = Instant::now();
    planner.learn_live_places(&*travel);
    tracing::info!(duration_ms = millis(began), "learned the ways between all places");
    let (writer, thread) =
        writer::start(planner, journal, travel, Arc::clone(&clock)).map_err(StartError::Thread)?;
    let configured = writer
        .execute_blocking(Command::Configure(Box::new(region)))
        .and_then(|_| writer.execute_blocking(Command::Tick));
    match configured {
        Ok(_) => Ok(Running { writer, thread, clock }),
        Err(error) => {
            thread.stop();
            Err(match error {
                CommandError::Refused(refusal) => StartError::Settings(refusal),
                other => StartError::Writer(other),
            })
        }
    }
}

/// The planner that a journal adds up to, without legs.
///
/// # Errors
/// When the journal cannot be read.
pub fn replay(journal: &dyn Journal) -> Result<Planner, StorageError> {
    let (began, total) = (Instant::now(), journal.last()?.0);
    let mut planner = Planner::new();
    loop {
        let records = journal.tail(planner.sequence(), REPLAY_CHUNK)?;
        if records.is_empty() {
            break;
        }
        for (_, record) in &records {
            planner.apply(record);
        }
        let done = planner.sequence().0;
        tracing::info!(events = done, total, duration_ms = millis(began), "replayed events");
    }
    Ok(planner)
}

fn millis(began: Instant) -> u64 {
    u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX)
}
