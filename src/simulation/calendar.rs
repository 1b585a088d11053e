//! What is going to happen, in order: the virtual clock.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use crate::model::time::Timestamp;

/// Things that will happen. What is due at the same second happens in the order it was put in.
#[derive(Debug, Clone)]
pub struct Calendar<T> {
    entries: BinaryHeap<Reverse<Entry<T>>>,
    sequence: u64,
    now: Timestamp,
}

#[derive(Debug, Clone)]
struct Entry<T> {
    at: Timestamp,
    sequence: u64,
    what: T,
}

impl<T> Calendar<T> {
    /// An empty calendar that begins at `now`.
    pub fn starting(now: Timestamp) -> Self {
        Self { entries: BinaryHeap::new(), sequence: 0, now }
    }

    /// Puts something in. What would lie in the past happens now.
    pub fn put(&mut self, at: Timestamp, what: T) {
        let entry = Entry { at: at.max(self.now), sequence: self.sequence, what };
        self.sequence += 1;
        self.entries.push(Reverse(entry));
    }

    /// Takes out what happens next, and moves the clock there.
    pub fn advance(&mut self) -> Option<(Timestamp, T)> {
        let Reverse(entry) = self.entries.pop()?;
        self.now = entry.at;
        Some((entry.at, entry.what))
    }

    /// When the next thing happens.
    pub fn next_at(&self) -> Option<Timestamp> {
        self.entries.peek().map(|Reverse(entry)| entry.at)
    }

    /// How many things were put in so far.
    pub fn put_so_far(&self) -> u64 {
        self.sequence
    }
}

impl<T> Entry<T> {
    fn key(&self) -> (Timestamp, u64) {
        (self.at, self.sequence)
    }
}

impl<T> PartialEq for Entry<T> {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl<T> Eq for Entry<T> {}

impl<T> PartialOrd for Entry<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Entry<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn story(entries: &[(i64, &'static str)]) -> String {
        let mut calendar = Calendar::starting(Timestamp(0));
        for &(at, what) in entries {
            calendar.put(Timestamp(at), what);
        }
        let mut told = Vec::new();
        while let Some((at, what)) = calendar.advance() {
            told.push(format!("{} {what}", at.0));
        }
        told.join(", ")
    }

    #[test]
    fn what_is_earlier_happens_earlier_and_ties_keep_their_order() {
        insta::assert_snapshot!(
            story(&[(30, "lunch"), (10, "breakfast"), (30, "coffee"), (20, "walk")]),
            @"10 breakfast, 20 walk, 30 lunch, 30 coffee"
        );
    }

    #[test]
    fn what_lies_in_the_past_happens_now() {
        let mut calendar = Calendar::starting(Timestamp(100));
        calendar.put(Timestamp(50), "late");
        assert_eq!(calendar.advance(), Some((Timestamp(100), "late")));
    }
}
