//! The journal's twin in memory: the same promises but the power cut.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::journal::format;
use crate::journal::{AppendError, Journal, StorageError};
use crate::model::time::Timestamp;
use crate::planner::event::{Record, Sequence};

/// Events in memory, as stored bytes. Clones share them, as processes share a file.
#[derive(Debug, Clone, Default)]
pub struct MemoryJournal {
    stored: Arc<Mutex<Vec<Stored>>>,
}

/// One record; its sequence is its position plus one.
#[derive(Debug)]
struct Stored {
    at: Timestamp,
    body: Vec<u8>,
}

impl MemoryJournal {
    fn stored(&self) -> MutexGuard<'_, Vec<Stored>> {
        // A panic elsewhere leaves whole records behind: a group is pushed by one call.
        self.stored.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Journal for MemoryJournal {
    fn append(&mut self, last: Sequence, records: &[Record]) -> Result<Sequence, AppendError> {
        if records.is_empty() {
            return Ok(last);
        }
        let mut stored = self.stored();
        let actual = end(&stored);
        if actual < last {
            return Err(StorageError::Shrunk { expected: last, found: actual }.into());
        }
        if last < actual {
            return Err(AppendError::Behind { assumed: last, actual });
        }
        stored.extend(records.iter().map(|r| Stored { at: r.at, body: format::encode(&r.event) }));
        Ok(end(&stored))
    }

    fn tail(&self, last: Sequence, limit: usize) -> Result<Vec<(Sequence, Record)>, StorageError> {
        let stored = self.stored();
        let known = usize::try_from(last.0).unwrap_or(usize::MAX);
        let behind = (last.0 + 1..).map(Sequence).zip(stored.iter().skip(known)).take(limit);
        behind
            .map(|(sequence, stored)| {
                let event = format::decode(&stored.body)
                    .map_err(|source| StorageError::Record { sequence, source })?;
                Ok((sequence, Record { at: stored.at, event }))
            })
            .collect()
    }

    fn last(&self) -> Result<Sequence, StorageError> {
        Ok(end(&self.stored()))
    }
}

fn end(stored: &[Stored]) -> Sequence {
    Sequence(stored.len() as u64)
}
