//! Clients of whom exactly one is to be visited.

use crate::formats::benchmark::FormatError;
use crate::formats::benchmark::Node;
use crate::formats::vrplib::source::Field;
use crate::formats::vrplib::source::Source;

impl Source<'_> {
    /// Groups of at least two clients, by index. Whoever is alone in a group simply must be visited.
    pub(crate) fn groups(
        &self,
        nodes: &[Node],
        depots: usize,
    ) -> Result<Vec<Vec<u32>>, FormatError> {
        let section = "MUTUALLY_EXCLUSIVE_GROUP_SECTION";
        let mut groups = Vec::new();
        let mut is_member = vec![false; nodes.len()];
        for &(line, text) in self.lines(section) {
            // The first number is the group's own.
            let members: Vec<&str> = text.split_ascii_whitespace().skip(1).collect();
            if members.len() < 2 {
                continue;
            }
            let mut group = Vec::with_capacity(members.len());
            for text in members {
                let field = Field { line, section, key: None, text };
                let node = self.whole(field, &(depots + 1..=nodes.len()))? - 1;
                if std::mem::replace(&mut is_member[node], true) {
                    return Err(self.error(line, section, format!("node {text} is there twice")));
                }
                if nodes[node].prize.is_some() {
                    let reason = format!("node {text} has a prize, in a group only 0 is accepted");
                    return Err(self.error(line, section, reason));
                }
                group.push(u32::try_from(node - depots).expect("at most some thousand nodes"));
            }
            groups.push(group);
        }
        Ok(groups)
    }
}
