//! What a journal promises: the same tests for the file and for its twin in memory.

use std::fs;
use std::path::Path;
use std::thread;

use punctual::journal::memory::MemoryJournal;
use punctual::journal::sqlite::SqliteJournal;
use punctual::journal::{AppendError, Journal, StorageError};
use punctual::model::ids::OrderId;
use punctual::model::time::Timestamp;
use punctual::planner::event::{Event, Record, Sequence};

/// Runs each story on both twins. A story gets a function that opens the same journal once more.
macro_rules! on_both_twins {
    ($($story:ident)*) => {
        mod in_memory {
            $(#[test]
            fn $story() {
                let journal = super::MemoryJournal::default();
                super::$story(|| journal.clone());
            })*
        }

        mod in_a_file {
            $(#[test]
            fn $story() {
                let folder = tempfile::tempdir().unwrap();
                super::$story(|| super::open(folder.path()).unwrap());
            })*
        }
    };
}

on_both_twins! {
    a_new_journal_is_empty
    what_was_appended_is_read_back_in_order
    a_tail_is_limited
    an_append_that_comes_too_late_changes_nothing
    an_append_past_the_end_tells_of_the_loss
    an_empty_group_is_no_append
    one_handle_sees_what_another_appended
    of_racing_writers_exactly_one_wins_each_sequence
    a_reader_never_sees_half_a_group
}

fn a_new_journal_is_empty<J: Journal>(open: impl Fn() -> J) {
    let journal = open();
    assert_eq!(journal.last().unwrap(), Sequence(0));
    assert_eq!(journal.tail(Sequence(0), 10).unwrap(), []);
}

fn what_was_appended_is_read_back_in_order<J: Journal>(open: impl Fn() -> J) {
    let mut journal = open();
    assert_eq!(journal.append(Sequence(0), &group(1..=3)).unwrap(), Sequence(3));
    assert_eq!(journal.append(Sequence(3), &group(4..=4)).unwrap(), Sequence(4));
    assert_eq!(journal.last().unwrap(), Sequence(4));
    assert_eq!(story(&journal, 0, 10), "1:1 2:2 3:3 4:4");
    let (_, first) = journal.tail(Sequence(0), 1).unwrap().remove(0);
    assert_eq!(first, record(1), "the instant is kept too");
}

fn a_tail_is_limited<J: Journal>(open: impl Fn() -> J) {
    let mut journal = open();
    journal.append(Sequence(0), &group(1..=5)).unwrap();
    assert_eq!(story(&journal, 0, 2), "1:1 2:2");
    assert_eq!(story(&journal, 2, 2), "3:3 4:4");
    assert_eq!(story(&journal, 4, 2), "5:5");
    assert_eq!(story(&journal, 5, 2), "");
    assert_eq!(story(&journal, 9, 2), "");
}

fn an_append_that_comes_too_late_changes_nothing<J: Journal>(open: impl Fn() -> J) {
    let mut journal = open();
    journal.append(Sequence(0), &group(1..=2)).unwrap();
    let error = journal.append(Sequence(1), &group(7..=9)).unwrap_err();
    assert!(
        matches!(error, AppendError::Behind { assumed: Sequence(1), actual: Sequence(2) }),
        "{error}"
    );
    assert_eq!(story(&journal, 0, 10), "1:1 2:2");
    assert_eq!(journal.append(Sequence(2), &group(3..=3)).unwrap(), Sequence(3));
}

fn an_append_past_the_end_tells_of_the_loss<J: Journal>(open: impl Fn() -> J) {
    let mut journal = open();
    journal.append(Sequence(0), &group(1..=2)).unwrap();
    let error = journal.append(Sequence(8), &group(9..=9)).unwrap_err();
    assert_eq!(error.to_string(), "the journal ends at 2, but 8 was recorded before");
    assert_eq!(story(&journal, 0, 10), "1:1 2:2");
}

fn an_empty_group_is_no_append<J: Journal>(open: impl Fn() -> J) {
    let mut journal = open();
    assert_eq!(journal.append(Sequence(0), &[]).unwrap(), Sequence(0));
    assert_eq!(journal.last().unwrap(), Sequence(0));
}

fn one_handle_sees_what_another_appended<J: Journal>(open: impl Fn() -> J) {
    let (mut one, mut other) = (open(), open());
    one.append(Sequence(0), &group(1..=2)).unwrap();
    assert_eq!(story(&other, 0, 10), "1:1 2:2");
    other.append(Sequence(2), &group(3..=3)).unwrap();
    assert_eq!(story(&one, 2, 10), "3:3");
}

fn of_racing_writers_exactly_one_wins_each_sequence<J: Journal>(open: impl Fn() -> J) {
    const ROUNDS: u64 = 100;
    let write = |mut journal: J, name: u64| {
        let mut won = 0;
        let mut last = Sequence(0);
        while last < Sequence(ROUNDS) {
            match journal.append(last, &group(name..=name)) {
                Ok(sequence) => {
                    assert_eq!(sequence, Sequence(last.0 + 1));
                    won += 1;
                    last = sequence;
                }
                Err(AppendError::Behind { actual, .. }) => last = actual,
                Err(AppendError::Storage(error)) => panic!("{error}"),
            }
        }
        won
    };
    let journals = [open(), open(), open()];
    let won: Vec<usize> = thread::scope(|scope| {
        let writers = (1u64..).zip(journals).map(|(name, j)| scope.spawn(move || write(j, name)));
        let writers: Vec<_> = writers.collect();
        writers.into_iter().map(|writer| writer.join().unwrap()).collect()
    });
    let recorded = open().tail(Sequence(0), 1_000).unwrap();
    for (name, won) in (1u64..).zip(won) {
        let theirs = recorded.iter().filter(|(_, record)| *record == self::record(name)).count();
        assert_eq!(theirs, won, "writer {name} was told of as many as it has");
    }
    assert_eq!(recorded.last().unwrap().0.0, recorded.len() as u64);
}

fn a_reader_never_sees_half_a_group<J: Journal>(open: impl Fn() -> J) {
    const GROUP: u64 = 7;
    let (mut writer, reader) = (open(), open());
    thread::scope(|scope| {
        scope.spawn(move || {
            for last in (0..60).map(|number| number * GROUP) {
                writer.append(Sequence(last), &group(last + 1..=last + GROUP)).unwrap();
            }
        });
        let mut seen = 0;
        while seen < GROUP * 60 {
            seen = reader.tail(Sequence(0), 1_000).unwrap().len() as u64;
            assert_eq!(seen % GROUP, 0);
        }
    });
}

#[test]
fn a_file_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).unwrap().append(Sequence(0), &group(1..=3)).unwrap();
    assert_eq!(story(&open(folder.path()).unwrap(), 0, 10), "1:1 2:2 3:3");
}

#[test]
fn regions_in_one_file_do_not_mix() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    let mut east = SqliteJournal::open(&path, "east").unwrap();
    let mut west = SqliteJournal::open(&path, "west").unwrap();
    east.append(Sequence(0), &group(1..=2)).unwrap();
    west.append(Sequence(0), &group(8..=8)).unwrap();
    assert_eq!(story(&east, 0, 10), "1:1 2:2");
    assert_eq!(story(&west, 0, 10), "1:8");
}

#[test]
fn a_group_that_fails_in_the_middle_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = open(folder.path()).unwrap();
    journal.append(Sequence(0), &group(1..=2)).unwrap();
    tamper(
        folder.path(),
        "CREATE TRIGGER full BEFORE INSERT ON events WHEN NEW.sequence = 4
         BEGIN SELECT RAISE(ABORT, 'disk full'); END",
    );
    let error = journal.append(Sequence(2), &group(3..=5)).unwrap_err();
    assert_eq!(error.to_string(), "the journal's storage failed: disk full");
    assert_eq!(story(&journal, 0, 10), "1:1 2:2");
    tamper(folder.path(), "DROP TRIGGER full");
    assert_eq!(journal.append(Sequence(2), &group(3..=5)).unwrap(), Sequence(5));
}

#[test]
fn a_log_torn_anywhere_keeps_whole_groups_only() {
    const GROUP: u64 = 5;
    let folder = tempfile::tempdir().unwrap();
    let mut journal = open(folder.path()).unwrap();
    for last in (0..4).map(|number| number * GROUP) {
        journal.append(Sequence(last), &group(last + 1..=last + GROUP)).unwrap();
    }
    let database = fs::read(folder.path().join("journal.db")).unwrap();
    let log = fs::read(folder.path().join("journal.db-wal")).unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for length in (0..=log.len()).rev().step_by(1_000) {
        let copy = tempfile::tempdir().unwrap();
        fs::write(copy.path().join("journal.db"), &database).unwrap();
        fs::write(copy.path().join("journal.db-wal"), &log[..length]).unwrap();
        let kept = open(copy.path()).unwrap().tail(Sequence(0), 100).unwrap().len() as u64;
        assert_eq!(kept % GROUP, 0, "log of {length} bytes");
        seen.insert(kept);
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), [0, 5, 10, 15, 20]);
}

#[test]
fn other_files_are_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.db");
    fs::write(&path, "Dear diary, today I was a text file of more than sixteen bytes.").unwrap();
    let before = fs::read(&path).unwrap();
    insta::assert_snapshot!(
        refusal(folder.path()),
        @"FOLDER/journal.db is not a journal of Punctual: file is not a database"
    );
    assert_eq!(fs::read(&path).unwrap(), before);

    fs::remove_file(&path).unwrap();
    tamper(folder.path(), "CREATE TABLE recipes (name TEXT)");
    let before = fs::read(&path).unwrap();
    insta::assert_snapshot!(
        refusal(folder.path()),
        @"FOLDER/journal.db is not a journal of Punctual: a database with application id 0 and 1 tables"
    );
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_newer_schema_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()).unwrap());
    tamper(folder.path(), "PRAGMA user_version = 7");
    insta::assert_snapshot!(
        refusal(folder.path()),
        @"FOLDER/journal.db has schema version 7, and this program knows versions up to 1: use the newer program"
    );
}

#[test]
fn a_gap_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).unwrap().append(Sequence(0), &group(1..=9)).unwrap();
    tamper(folder.path(), "DELETE FROM events WHERE sequence IN (4, 5)");
    insta::assert_snapshot!(
        refusal(folder.path()),
        @r#"the journal of region "demo" has a gap: after sequence 3 comes 6"#
    );
}

#[test]
fn a_journal_that_lost_its_beginning_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).unwrap().append(Sequence(0), &group(1..=9)).unwrap();
    tamper(folder.path(), "DELETE FROM events WHERE sequence < 3");
    insta::assert_snapshot!(
        refusal(folder.path()),
        @r#"the journal of region "demo" has a gap: after sequence 0 comes 3"#
    );
}

#[test]
fn a_damaged_record_is_named() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).unwrap().append(Sequence(0), &group(1..=3)).unwrap();
    tamper(folder.path(), "UPDATE events SET body = x'7b22' WHERE sequence = 2");
    let error = open(folder.path()).unwrap().tail(Sequence(0), 10).unwrap_err();
    insta::assert_snapshot!(error, @"record 2 of the journal cannot be read");
}

fn open(folder: &Path) -> Result<SqliteJournal, StorageError> {
    SqliteJournal::open(&folder.join("journal.db"), "demo")
}

/// Why the journal in the folder cannot be opened.
fn refusal(folder: &Path) -> String {
    open(folder).unwrap_err().to_string().replace(folder.to_str().unwrap(), "FOLDER")
}

/// Changes the file behind the journal's back.
fn tamper(folder: &Path, sql: &str) {
    let connection = rusqlite::Connection::open(folder.join("journal.db")).unwrap();
    connection.execute_batch(sql).unwrap();
}

fn record(number: u64) -> Record {
    let at = Timestamp(1_795_000_000 + i64::try_from(number).unwrap());
    Record { at, event: Event::Cancelled(OrderId(number)) }
}

fn group(numbers: std::ops::RangeInclusive<u64>) -> Vec<Record> {
    numbers.map(record).collect()
}

/// The records behind `last` as `sequence:number`.
fn story(journal: &impl Journal, last: u64, limit: usize) -> String {
    let told =
        journal.tail(Sequence(last), limit).unwrap().into_iter().map(|(sequence, record)| {
            let Event::Cancelled(order) = record.event else { panic!("only these are written") };
            format!("{}:{}", sequence.0, order.0)
        });
    told.collect::<Vec<_>>().join(" ")
}
