//! The journal in one SQLite file, for a service that runs on one machine.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OptionalExtension, TransactionBehavior, params};

use crate::journal::format;
use crate::journal::{AppendError, Journal, StorageError};
use crate::model::time::Timestamp;
use crate::planner::event::{Record, Sequence};

/// What marks the file as ours, in SQLite's header: "PNCT".
const APPLICATION_ID: i64 = 0x504e_4354;
/// The schema that is written.
const SCHEMA_VERSION: i64 = 1;
const SCHEMA: &str = include_str!("schema/1.sql");

/// How long to wait for another process that is writing. A group takes milliseconds.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// The write-ahead log is cut back to this size after a burst.
const LOG_BYTES_MAX: i64 = 64 * 1024 * 1024;

const END: &str = "SELECT coalesce(max(sequence), 0) FROM events WHERE region = ?1";
const APPEND: &str = "INSERT INTO events (region, sequence, at, body) VALUES (?1, ?2, ?3, ?4)";
const TAIL: &str = "SELECT sequence, at, body FROM events \
                    WHERE region = ?1 AND ?2 < sequence ORDER BY sequence LIMIT ?3";
/// Whether some record is missing: sequences count from 1.
const HAS_GAP: &str = "SELECT count(*) <> coalesce(max(sequence), 0) FROM events WHERE region = ?1";
/// The first record whose predecessor is missing. Four times as slow.
const GAP: &str = "SELECT before, sequence FROM \
                   (SELECT sequence, lag(sequence, 1, 0) OVER (ORDER BY sequence) AS before \
                    FROM events WHERE region = ?1) \
                   WHERE before + 1 <> sequence LIMIT 1";

/// The events of one region in a SQLite file.
///
/// Every append is one transaction of the write-ahead log that is synced before it returns.
#[derive(Debug)]
pub struct SqliteJournal {
    connection: Connection,
    region: String,
}

impl SqliteJournal {
    /// Opens the journal of `region` in the file at `path`, which is created when missing.
    ///
    /// # Errors
    /// When the file is of another program or of a later version, when records are missing, or
    /// when it cannot be opened.
    pub fn open(path: &Path, region: &str) -> Result<Self, StorageError> {
        let foreign = |error| match error {
            StorageError::Engine(inner) if is_no_database(inner.as_ref()) => {
                StorageError::Foreign { path: path.to_owned(), found: inner.to_string() }
            }
            other => other,
        };
        let mut connection = Connection::open(path)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        prepare_schema(&mut connection, path).map_err(foreign)?;
        let mode: String =
            connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
        if mode != "wal" {
            let reason = format!("{} cannot have a write-ahead log: {mode}", path.display());
            return Err(StorageError::Engine(reason.into()));
        }
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "journal_size_limit", LOG_BYTES_MAX)?;
        let journal = Self { connection, region: region.to_owned() };
        journal.check_gaps()?;
        Ok(journal)
    }

    fn check_gaps(&self) -> Result<(), StorageError> {
        if !self.connection.query_row(HAS_GAP, [&self.region], |row| row.get::<_, bool>(0))? {
            return Ok(());
        }
        let gap = self
            .connection
            .query_row(GAP, [&self.region], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((after, found)) = gap else { return Ok(()) };
        Err(self.gap(sequence(after), sequence(found)))
    }

    fn gap(&self, after: Sequence, found: Sequence) -> StorageError {
        StorageError::Gap { region: self.region.clone(), after, found }
    }
}

impl Journal for SqliteJournal {
    fn append(&mut self, last: Sequence, records: &[Record]) -> Result<Sequence, AppendError> {
        if records.is_empty() {
            return Ok(last);
        }
        // Immediate: the end cannot move between reading it and writing behind it.
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(StorageError::from)?;
        let actual = end(&transaction, &self.region)?;
        if actual < last {
            return Err(StorageError::Shrunk { expected: last, found: actual }.into());
        }
        if last < actual {
            return Err(AppendError::Behind { assumed: last, actual });
        }
        let mut sequence = last;
        {
            let mut insert = transaction.prepare_cached(APPEND).map_err(StorageError::from)?;
            for record in records {
                sequence.0 += 1;
                let body = format::encode(&record.event);
                insert
                    .execute(params![self.region, key(sequence), record.at.0, body])
                    .map_err(StorageError::from)?;
            }
        }
        transaction.commit().map_err(StorageError::from)?;
        Ok(sequence)
    }

    fn tail(&self, last: Sequence, limit: usize) -> Result<Vec<(Sequence, Record)>, StorageError> {
        let mut select = self.connection.prepare_cached(TAIL)?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut rows = select.query(params![self.region, key(last), limit])?;
        let mut records = Vec::new();
        let mut after = last;
        while let Some(row) = rows.next()? {
            let sequence = sequence(row.get(0)?);
            if sequence.0 != after.0 + 1 {
                return Err(self.gap(after, sequence));
            }
            let body = row.get_ref(2)?.as_blob().map_err(rusqlite::Error::from)?;
            let event =
                format::decode(body).map_err(|source| StorageError::Record { sequence, source })?;
            records.push((sequence, Record { at: Timestamp(row.get(1)?), event }));
            after = sequence;
        }
        Ok(records)
    }

    fn last(&self) -> Result<Sequence, StorageError> {
        end(&self.connection, &self.region)
    }
}

impl From<rusqlite::Error> for StorageError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Engine(Box::new(error))
    }
}

/// Makes an empty file ours, and refuses one that is not.
///
/// Nothing is written, not even the journal mode, before the file is known to be ours.
fn prepare_schema(connection: &mut Connection, path: &Path) -> Result<(), StorageError> {
    // Immediate: of two processes that create the file at once, one waits and finds it made.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let number = |sql| transaction.query_row(sql, [], |row| row.get::<_, i64>(0));
    let application = number("PRAGMA application_id")?;
    let version = number("PRAGMA user_version")?;
    let tables = number("SELECT count(*) FROM sqlite_schema")?;
    match (application, version) {
        (APPLICATION_ID, SCHEMA_VERSION) => return Ok(()),
        (APPLICATION_ID, found) => {
            return Err(StorageError::Newer {
                path: path.to_owned(),
                found,
                known: SCHEMA_VERSION,
            });
        }
        (0, 0) if tables == 0 => {}
        (id, _) => {
            let found = format!("a database with application id {id} and {tables} tables");
            return Err(StorageError::Foreign { path: path.to_owned(), found });
        }
    }
    transaction.execute_batch(SCHEMA)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    Ok(transaction.commit()?)
}

fn is_no_database(error: &(dyn std::error::Error + 'static)) -> bool {
    let error = error.downcast_ref::<rusqlite::Error>();
    error.and_then(rusqlite::Error::sqlite_error_code) == Some(ErrorCode::NotADatabase)
}

fn end(connection: &Connection, region: &str) -> Result<Sequence, StorageError> {
    let end = connection.prepare_cached(END)?.query_row([region], |row| row.get(0))?;
    Ok(sequence(end))
}

/// The number as SQLite keeps it; its check keeps them positive.
fn key(sequence: Sequence) -> i64 {
    i64::try_from(sequence.0).unwrap_or(i64::MAX)
}

fn sequence(key: i64) -> Sequence {
    Sequence(u64::try_from(key).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use crate::journal::sqlite::SqliteJournal;

    #[test]
    fn every_commit_is_synced_to_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let journal = SqliteJournal::open(&folder.path().join("journal.db"), "demo").unwrap();
        let pragma = |name| {
            let value = |row: &rusqlite::Row<'_>| row.get::<_, rusqlite::types::Value>(0);
            format!("{:?}", journal.connection.pragma_query_value(None, name, value).unwrap())
        };
        assert_eq!(pragma("journal_mode"), r#"Text("wal")"#);
        assert_eq!(pragma("synchronous"), "Integer(2)", "2 is FULL");
    }
}
