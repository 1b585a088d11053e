//! Closed lines out of open ones.

use std::collections::HashMap;

/// Joins lines end to end until they close; what does not close, at the border of an extract, is left
/// out. The last point of a ring is its first again.
pub(crate) fn rings(lines: &[&[i64]]) -> Vec<Vec<i64>> {
    let mut rings = Vec::new();
    let mut is_used = vec![false; lines.len()];
    let mut touching: HashMap<i64, Vec<usize>> = HashMap::new();
    for (index, line) in lines.iter().enumerate() {
        for end in [line.first(), line.last()].into_iter().flatten() {
            touching.entry(*end).or_default().push(index);
        }
    }
    for start in 0..lines.len() {
        let [first, .., _] = lines[start] else { continue };
        if std::mem::replace(&mut is_used[start], true) {
            continue;
        }
        let mut ring = lines[start].to_vec();
        while let Some(&last) = ring.last().filter(|last| *last != first) {
            let next = touching[&last].iter().copied().find(|&line| !is_used[line]);
            let Some(next) = next else { break };
            is_used[next] = true;
            let line = lines[next];
            if line.first() == Some(&last) {
                ring.extend(&line[1..]);
            } else {
                ring.extend(line.iter().rev().skip(1));
            }
        }
        if 3 < ring.len() && ring.first() == ring.last() {
            rings.push(ring);
        }
    }
    rings
}

#[cfg(test)]
mod tests {
    use crate::travel::roads::rings::rings;

    #[test]
    fn lines_are_joined_whichever_way_they_run() {
        let lines: Vec<&[i64]> = vec![&[1, 2, 3], &[7, 8, 9, 7], &[5, 4, 3], &[5, 6, 1]];
        assert_eq!(rings(&lines), [vec![1, 2, 3, 4, 5, 6, 1], vec![7, 8, 9, 7]]);
    }

    #[test]
    fn what_does_not_close_is_left_out() {
        assert!(rings(&[&[1, 2, 3], &[3, 4, 5]]).is_empty());
        assert!(rings(&[&[], &[1], &[1, 2, 1], &[4, 4]]).is_empty());
    }
}
