//! Lets so many through at once.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Instant;

/// So many places, for threads that can wait.
#[derive(Debug)]
pub(crate) struct Gate {
    free: Mutex<usize>,
    freed: Condvar,
}

/// A place. It is free again when this is dropped.
#[derive(Debug)]
#[must_use]
pub(crate) struct Pass<'a>(&'a Gate);

impl Gate {
    /// A gate with `places` places.
    pub(crate) fn new(places: usize) -> Self {
        Self { free: Mutex::new(places), freed: Condvar::new() }
    }

    /// Waits for a place, or until `deadline`; then `None`.
    pub(crate) fn enter(&self, deadline: Instant) -> Option<Pass<'_>> {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = deadline.saturating_duration_since(Instant::now());
        let waited = self.freed.wait_timeout_while(free, wait, |free| *free == 0);
        let (mut free, _) = waited.unwrap_or_else(PoisonError::into_inner);
        *free = free.checked_sub(1)?;
        Some(Pass(self))
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        *self.0.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.0.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::thread;
    use std::time::{Duration, Instant};

    use crate::travel::engines::gate::Gate;

    #[test]
    fn who_finds_no_place_waits_for_one_or_gives_up() {
        let gate = Gate::new(2);
        let (first, second) = (gate.enter(Instant::now()), gate.enter(Instant::now()));
        assert!(first.is_some() && second.is_some());
        assert!(gate.enter(Instant::now()).is_none(), "there are two places");
        let (entered, heard) = channel();
        thread::scope(|scope| {
            scope.spawn(|| {
                let pass = gate.enter(Instant::now() + Duration::from_secs(60));
                entered.send(pass.is_some()).unwrap();
            });
            drop(first);
            assert_eq!(heard.recv(), Ok(true));
        });
    }
}
