//! From each node to each other.

use crate::formats::benchmark::FormatError;
use crate::formats::benchmark::Node;
use crate::formats::benchmark::straight_lines;
use crate::formats::rounding::Rounding;
use crate::formats::vrplib::source::Field;
use crate::formats::vrplib::source::Source;

/// Where they are given.
const SECTION: &str = "EDGE_WEIGHT_SECTION";

impl Source<'_> {
    /// All distances, row-major: straight lines, or what the file gives, which may be longer one way
    /// than the other.
    pub(crate) fn distances(
        &self,
        nodes: &[Node],
        rounding: Rounding,
    ) -> Result<Vec<i32>, FormatError> {
        let kind = self.header("EDGE_WEIGHT_TYPE")?;
        match kind.text {
            "EUC_2D" if self.has(SECTION) => {
                Err(self.wrong(kind, &format!("EXPLICIT, as there is an {SECTION},")))
            }
            "EUC_2D" => straight_lines(nodes, rounding).map_err(|(from, to)| {
                let reason = format!("nodes {} and {} are too far apart", from + 1, to + 1);
                self.error(self.end, "NODE_COORD_SECTION", reason)
            }),
            "EXPLICIT" => match self.header("EDGE_WEIGHT_FORMAT")? {
                Field { text: "FULL_MATRIX", .. } => {
                    self.weights(nodes.len() * nodes.len(), rounding)
                }
                Field { text: "LOWER_ROW", .. } => {
                    let half = self.weights(nodes.len() * (nodes.len() - 1) / 2, rounding)?;
                    Ok(mirrored(&half, nodes.len()))
                }
                other => Err(self.wrong(other, "FULL_MATRIX or LOWER_ROW")),
            },
            _ => Err(self.wrong(kind, "EUC_2D or EXPLICIT")),
        }
    }

    /// Exactly so many distances, however they are wrapped.
    fn weights(&self, expected: usize, rounding: Rounding) -> Result<Vec<i32>, FormatError> {
        let mut weights = Vec::with_capacity(expected);
        for &(line, text) in self.lines(SECTION) {
            for text in text.split_ascii_whitespace() {
                if weights.len() == expected {
                    let reason = format!("{text:?} is one more than the {expected} expected");
                    return Err(self.error(line, SECTION, reason));
                }
                weights.push(
                    self.length(Field { line, section: SECTION, key: None, text }, rounding)?,
                );
            }
        }
        if weights.len() < expected {
            let reason = format!("{} distances, {expected} are expected", weights.len());
            return Err(self.error(self.end, SECTION, reason));
        }
        Ok(weights)
    }
}

/// Both halves of a table of which the lower one is given, row by row, without the diagonal.
fn mirrored(half: &[i32], size: usize) -> Vec<i32> {
    let mut whole = vec![0; size * size];
    let below = (0..size).flat_map(|row| (0..row).map(move |column| (row, column)));
    for (&distance, (row, column)) in half.iter().zip(below) {
        whole[row * size + column] = distance;
        whole[column * size + row] = distance;
    }
    whole
}
