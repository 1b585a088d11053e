//! Leaves an engine alone that does not work.

use std::time::{Duration, Instant};

/// Says whether an engine may be asked.
///
/// Closed, all questions pass. A failure opens it, and nothing passes for a pause; then one question
/// may try, once per pause, and its success closes it again. (The circuit breaker of M. Nygard,
/// *Release It!*, 2nd edition 2018, chapter 5; half-open is the moment in which one question tries.)
#[derive(Debug)]
pub(crate) struct Breaker {
    pause: Duration,
    /// When it failed, or was tried, last; `None` while closed.
    opened: Option<Instant>,
}

impl Breaker {
    /// A closed one.
    pub(crate) fn new(pause: Duration) -> Self {
        Self { pause, opened: None }
    }

    /// Whether everything passes.
    pub(crate) fn is_closed(&self) -> bool {
        self.opened.is_none()
    }

    /// Whether a question may pass now.
    pub(crate) fn admits(&mut self, now: Instant) -> bool {
        let Some(opened) = self.opened else { return true };
        let may_try = self.pause <= now.saturating_duration_since(opened);
        if may_try {
            // The next one may try after another pause, whatever becomes of this one.
            self.opened = Some(now);
        }
        may_try
    }

    /// Takes note of a failure; `true` if it was closed until now.
    pub(crate) fn failed(&mut self, now: Instant) -> bool {
        self.opened.replace(now).is_none()
    }

    /// Takes note of a success; `true` if it was open until now.
    pub(crate) fn succeeded(&mut self) -> bool {
        self.opened.take().is_some()
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use crate::travel::engines::breaker::Breaker;

    #[test]
    fn one_question_a_pause_tries_until_one_succeeds() {
        let (start, pause) = (Instant::now(), Duration::from_secs(10));
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut breaker = Breaker::new(pause);
        assert!(breaker.admits(start) && breaker.admits(start), "closed");
        assert!(breaker.failed(start), "opens");
        assert!(!breaker.failed(start), "was open");
        assert!(!breaker.is_closed());
        let admitted: Vec<u64> = (0..35).filter(|&at| breaker.admits(after(at))).collect();
        assert_eq!(admitted, [10, 20, 30]);
        assert!(!breaker.failed(after(33)), "the try of second 30 took long");
        assert!(!breaker.admits(after(42)));
        assert!(breaker.admits(after(43)));
        assert!(breaker.succeeded(), "closes");
        assert!(!breaker.succeeded(), "was closed");
        assert!(breaker.is_closed() && breaker.admits(after(43)) && breaker.admits(after(43)));
    }
}
