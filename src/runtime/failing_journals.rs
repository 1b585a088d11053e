//! Journals for tests: one that fails when told, one whose appends wait.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};

use crate::journal::memory::MemoryJournal;
use crate::journal::{AppendError, Journal, StorageError};
use crate::planner::event::{Record, Sequence};

/// What goes wrong with a journal.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fault {
    None,
    /// An append fails, and nothing of it is there.
    BeforeWriting,
    /// An append fails, and all of it is there.
    AfterWriting,
    /// Reading fails too.
    Always,
}

/// Sets what goes wrong from now on.
#[derive(Clone, Default)]
pub(crate) struct Faults(Arc<AtomicU8>);

impl Faults {
    pub(crate) fn set(&self, fault: Fault) {
        self.0.store(fault as u8, Ordering::SeqCst);
    }

    fn is(&self, fault: Fault) -> bool {
        self.0.load(Ordering::SeqCst) == fault as u8
    }
}

/// A journal that fails when told.
pub(crate) struct Faulty {
    inner: MemoryJournal,
    faults: Faults,
}

impl Faulty {
    pub(crate) fn new() -> (Self, Faults) {
        let faults = Faults::default();
        (Self { inner: MemoryJournal::default(), faults: faults.clone() }, faults)
    }
}

impl Journal for Faulty {
    fn append(&mut self, last: Sequence, records: &[Record]) -> Result<Sequence, AppendError> {
        let broken = || StorageError::Engine("no space left on device".into());
        if self.faults.is(Fault::BeforeWriting) || self.faults.is(Fault::Always) {
            return Err(broken().into());
        }
        let appended = self.inner.append(last, records)?;
        if self.faults.is(Fault::AfterWriting) { Err(broken().into()) } else { Ok(appended) }
    }

    fn tail(&self, last: Sequence, limit: usize) -> Result<Vec<(Sequence, Record)>, StorageError> {
        if self.faults.is(Fault::Always) {
            return Err(StorageError::Engine("input/output error".into()));
        }
        self.inner.tail(last, limit)
    }

    fn last(&self) -> Result<Sequence, StorageError> {
        self.inner.last()
    }
}

/// A journal whose appends wait, once closed, until they are let through.
#[derive(Clone, Default)]
pub(crate) struct Gate {
    inner: MemoryJournal,
    closed: Arc<Mutex<Option<Closed>>>,
}

/// The two ends that an append meets at a closed gate.
pub(crate) struct Closed {
    arrived: SyncSender<usize>,
    passes: Receiver<()>,
}

/// The other ends. Dropped, they open the gate.
pub(crate) struct Syncs {
    arrived: Receiver<usize>,
    pass: SyncSender<()>,
}

impl Gate {
    pub(crate) fn close(&self) -> Syncs {
        let ((arrived, at_gate), (pass, passes)) = (sync_channel(64), sync_channel(64));
        *self.closed.lock().unwrap() = Some(Closed { arrived, passes });
        Syncs { arrived: at_gate, pass }
    }
}

impl Syncs {
    /// Waits for an append, and answers how many records it has.
    pub(crate) fn wait_for_one(&self) -> usize {
        self.arrived.recv().unwrap()
    }

    pub(crate) fn let_through(&self) {
        self.pass.send(()).unwrap();
    }
}

impl Journal for Gate {
    fn append(&mut self, last: Sequence, records: &[Record]) -> Result<Sequence, AppendError> {
        let mut closed = self.closed.lock().unwrap();
        if let Some(gate) = &*closed
            && (gate.arrived.send(records.len()).is_err() || gate.passes.recv().is_err())
        {
            *closed = None;
        }
        drop(closed);
        self.inner.append(last, records)
    }

    fn tail(&self, last: Sequence, limit: usize) -> Result<Vec<(Sequence, Record)>, StorageError> {
        self.inner.tail(last, limit)
    }

    fn last(&self) -> Result<Sequence, StorageError> {
        self.inner.last()
    }
}
