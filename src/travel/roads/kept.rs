//! Answers that are kept for a while.

use std::collections::HashMap;
use std::hash::Hash;

/// Keeps what was asked for of late, up to a total size.
///
/// Two generations: when the young one is full it becomes the old one, and what was old is forgotten.
/// What is found in the old one is young again. So what is asked for again and again stays, and no
/// bookkeeping is needed for each question.
#[derive(Debug)]
pub(crate) struct Kept<K, V> {
    young: HashMap<K, V>,
    old: HashMap<K, V>,
    young_size: usize,
    size_max: usize,
}

impl<K: Eq + Hash + Copy, V: Clone> Kept<K, V> {
    /// Keeps values of this size altogether.
    pub(crate) fn new(size_max: usize) -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), young_size: 0, size_max }
    }

    /// A value, and whether it should be put again, to stay.
    pub(crate) fn get(&self, key: &K) -> Option<(&V, bool)> {
        self.young
            .get(key)
            .map(|value| (value, false))
            .or_else(|| self.old.get(key).map(|value| (value, true)))
    }

    /// Keeps a value of some size.
    pub(crate) fn put(&mut self, key: K, value: V, size: usize) {
        if self.size_max / 2 < self.young_size + size {
            self.old = std::mem::take(&mut self.young);
            self.young_size = 0;
        }
        if self.young.insert(key, value).is_none() {
            self.young_size += size;
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::travel::roads::kept::Kept;

    #[test]
    fn what_is_asked_for_stays_and_the_rest_goes() {
        let mut kept = Kept::new(8);
        for number in 0..100 {
            kept.put(number, number * 2, 1);
            if let Some((&value, true)) = kept.get(&0) {
                kept.put(0, value, 1);
            }
            assert_eq!(kept.get(&0).map(|(value, _)| *value), Some(0), "after {number}");
        }
        assert!(kept.get(&50).is_none());
        assert!(kept.young.len() + kept.old.len() <= 9);
    }
}
