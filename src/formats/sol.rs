//! The text format of published solutions: a line `Route #1: 3 1 2` per vehicle, then `Cost 17`.

use crate::formats::benchmark::FormatError;

/// What a file says.
#[derive(Debug, Clone, PartialEq)]
pub struct SolFile {
    /// Its routes, in file order.
    pub routes: Vec<SolRoute>,
    /// What it says that they cost.
    pub cost: Option<SolCost>,
}

/// A cost as it is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SolCost {
    /// The number.
    pub value: f64,
    /// How many digits it has after the point.
    pub decimals: usize,
}

/// One line `Route`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SolRoute {
    /// Its number, from 1: where vehicles differ, the vehicle's.
    pub number: usize,
    /// Ids of clients in order; a depot's id is a return to load again.
    pub ids: Vec<u32>,
}

/// Reads the text of a solution. Lines that are neither a route nor the cost are left out.
///
/// # Errors
/// With file, line and what is wrong there.
pub fn read(file: &str, text: &str) -> Result<SolFile, FormatError> {
    let error = |line: usize, section: &str, reason: String| FormatError {
        file: file.to_owned(),
        line,
        section: section.to_owned(),
        reason,
    };
    let mut found = SolFile { routes: Vec::new(), cost: None };
    for (line, content) in (1..).zip(text.lines().map(str::trim)) {
        if let Some(rest) = keyword(content, "route") {
            let route = read_route(rest).map_err(|reason| error(line, "Route", reason))?;
            if found.routes.last().is_some_and(|last| last.number >= route.number) {
                let reason =
                    format!("route {} comes after one that is not before it", route.number);
                return Err(error(line, "Route", reason));
            }
            found.routes.push(route);
        } else if let Some(rest) = keyword(content, "cost") {
            let word = rest.trim_start_matches(':').trim();
            let cost = word.parse::<f64>().ok().filter(|cost| cost.is_finite());
            let Some(value) = cost else {
                return Err(error(line, "Cost", format!("{word:?}, a number is expected")));
            };
            let decimals = word.split_once('.').map_or(0, |(_, decimals)| decimals.len());
            if found.cost.replace(SolCost { value, decimals }).is_some() {
                return Err(error(line, "Cost", "the cost is there twice".to_owned()));
            }
        }
    }
    if found.routes.is_empty() {
        let reason = "there is no line `Route #1: 3 1 2`, at least 1 is expected".to_owned();
        return Err(error(text.lines().count() + 1, "Route", reason));
    }
    Ok(found)
}

/// What follows a word at the start of a line, whatever its case.
fn keyword<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    let (start, rest) = line.split_at_checked(word.len())?;
    start.eq_ignore_ascii_case(word).then(|| rest.trim_start())
}

fn read_route(rest: &str) -> Result<SolRoute, String> {
    let Some((number, ids)) = rest.split_once(':') else {
        return Err(format!("{rest:?}, a number, a colon and ids are expected"));
    };
    let word = number.trim().trim_start_matches('#').trim();
    let number = word.parse::<usize>().ok().filter(|number| *number >= 1);
    let number =
        number.ok_or_else(|| format!("number {word:?}, a whole number from 1 is expected"))?;
    let id = |word: &str| word.parse().map_err(|_| format!("{word:?} is not an id"));
    let ids = ids.split_ascii_whitespace().map(id).collect::<Result<_, _>>()?;
    Ok(SolRoute { number, ids })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_and_cost_are_read_and_the_rest_is_not() {
        let text = "Route #1: 3 1 0 2\nroute 4 :\nCost 12.5\nOptimal: True\n";
        let expected = SolFile {
            routes: vec![
                SolRoute { number: 1, ids: vec![3, 1, 0, 2] },
                SolRoute { number: 4, ids: vec![] },
            ],
            cost: Some(SolCost { value: 12.5, decimals: 1 }),
        };
        assert_eq!(read("a.sol", text).unwrap(), expected);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        let cases = [
            ("", "a.sol, line 1, Route: there is no line"),
            ("Route #1: 1\nRoute #1: 2", "line 2, Route: route 1 comes after one"),
            ("Route #0: 1", "number \"0\", a whole number from 1 is expected"),
            ("Route 1 2 3", "a number, a colon and ids are expected"),
            ("Route #1: 1 x", "\"x\" is not an id"),
            ("Route #1: 1\nCost: much", "line 2, Cost: \"much\", a number is expected"),
            ("Route #1: 1\nCost 1\nCost 2", "line 3, Cost: the cost is there twice"),
        ];
        for (text, expected) in cases {
            let error = read("a.sol", text).unwrap_err().to_string();
            assert!(error.contains(expected), "{expected}: {error}");
        }
    }
}
