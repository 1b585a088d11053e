//! Depots and clients.

use crate::formats::benchmark::FormatError;
use crate::formats::benchmark::LOCATIONS_MAX;
use crate::formats::benchmark::Node;
use crate::formats::rounding::Rounding;
use crate::formats::vrplib::source::Source;
use crate::solver::problem::LOADS;
use crate::solver::segment::NEVER;

/// More depots than this are refused: which of them a vehicle may load at is a set of 64 bits.
const DEPOTS_MAX: usize = 64;

impl Source<'_> {
    /// How many depots there are. They must be the first nodes, in order.
    pub(crate) fn depots(&self) -> Result<usize, FormatError> {
        let section = "DEPOT_SECTION";
        if !self.has(section) {
            return Ok(1);
        }
        let mut depots = 0;
        for &(line, text) in self.lines(section) {
            for word in text.split_ascii_whitespace().take_while(|word| *word != "-1") {
                depots += 1;
                if word.parse() != Ok(depots) {
                    let reason = format!(
                        "depot {word:?}, {depots} is expected: depots must be the first nodes, in \
                         order"
                    );
                    return Err(self.error(line, section, reason));
                }
                if depots > DEPOTS_MAX {
                    let reason = format!("depot {depots}, at most {DEPOTS_MAX} are accepted");
                    return Err(self.error(line, section, reason));
                }
            }
        }
        if depots == 0 {
            return Err(self.error(self.end, section, "there is no depot, at least 1 is expected"));
        }
        Ok(depots)
    }

    /// All nodes, but for what vehicles say about them.
    pub(crate) fn nodes(
        &self,
        depots: usize,
        rounding: Rounding,
    ) -> Result<Vec<Node>, FormatError> {
        let count = self.whole(self.header("DIMENSION")?, &(depots..=LOCATIONS_MAX))?;
        let mut nodes = vec![Node::default(); count];
        let section = "NODE_COORD_SECTION";
        if self.has(section) || !self.has("EDGE_WEIGHT_SECTION") {
            for (node, row) in
                nodes.iter_mut().zip(self.rows(section, (count, "node"), &(2..=2))?)
            {
                node.x = self.number(row.field(0))?;
                node.y = self.number(row.field(1))?;
            }
        }
        let section = "DEMAND_SECTION";
        let rows = self.rows(section, (count, "node"), &(1..=LOADS))?;
        for (index, (node, row)) in nodes.iter_mut().zip(rows).enumerate() {
            let most = if index < depots { 0 } else { NEVER };
            for (load, field) in node.load.iter_mut().zip(row.fields()) {
                *load = self.whole(field, &(0..=most))?;
            }
            node.line = row.line;
        }
        self.times(&mut nodes, depots, rounding)?;
        self.prizes(&mut nodes, depots, rounding)?;
        Ok(nodes)
    }

    fn times(
        &self,
        nodes: &mut [Node],
        depots: usize,
        rounding: Rounding,
    ) -> Result<(), FormatError> {
        let count = (nodes.len(), "node");
        let section = "TIME_WINDOW_SECTION";
        if self.has(section) {
            for (node, row) in nodes.iter_mut().zip(self.rows(section, count, &(2..=2))?) {
                node.opens = self.rounded(row.field(0), rounding)?;
                node.closes = self.rounded(row.field(1), rounding)?;
                node.line = row.line;
                if node.closes < node.opens {
                    let (opens, closes) = (row.field(0).text, row.field(1).text);
                    let reason =
                        format!("the window closes at {closes} before it opens at {opens}");
                    return Err(self.error(row.line, section, reason));
                }
            }
        }
        let section = "SERVICE_TIME_SECTION";
        if self.has(section) {
            for (node, row) in nodes.iter_mut().zip(self.rows(section, count, &(1..=1))?) {
                node.service = self.length(row.field(0), rounding)?;
            }
        } else if let Some(service) = self.optional("SERVICE_TIME") {
            let service = self.length(service, rounding)?;
            nodes[depots..].iter_mut().for_each(|node| node.service = service);
        }
        let section = "RELEASE_TIME_SECTION";
        if self.has(section) {
            for (node, row) in nodes.iter_mut().zip(self.rows(section, count, &(1..=1))?) {
                node.release = self.rounded(row.field(0), rounding)?;
            }
        }
        Ok(())
    }

    /// Clients with a prize may be left out; a prize of 0 means that they may not.
    fn prizes(
        &self,
        nodes: &mut [Node],
        depots: usize,
        rounding: Rounding,
    ) -> Result<(), FormatError> {
        let section = "PRIZE_SECTION";
        if self.has(section) {
            let rows = self.rows(section, (nodes.len(), "node"), &(1..=1))?;
            for (node, row) in nodes.iter_mut().zip(rows).skip(depots) {
                let prize = self.wide(row.field(0), rounding)?;
                node.prize = (prize > 0).then_some(prize);
            }
        }
        Ok(())
    }
}
