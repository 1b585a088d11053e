//! Routing in the words of the literature: clients, depots, vehicles, trips.
//!
//! [`search::improve`] is the entry. What happens below it, and where the paper and the property
//! test of each step are (a test is next to what it tests unless another file is named):
//!
//! | step | file | source |
//! |---|---|---|
//! | prices in constant time | `segment`, `tours/times` | Vidal et al. 2013; Cattaruzza et al. 2016 |
//! | rules that only a walk can decide | `schedule`, `tours/rich` (`search_tests`) | – |
//! | ruin by strings, greedy insertion with blinks | `ruin/strings`, `construct/greedy`, `tours/place` (`tours/tests`) | Christiaens, Vanden Berghe 2020 |
//! | one trip less or more | `attempt`, `ruin/trips` | – |
//! | annealing by the part of the budget used, absences | `acceptance` | Kirkpatrick et al. 1983; Christiaens, Vanden Berghe 2020 |
//! | parts of large solutions | `decomposition`, `parts` | Santini et al. 2023 |
//! | local search with penalties | `draft`, `descent`, `penalties` | Vidal et al. 2013; Toth, Vigo 2003 |
//! | relocation, or-opt | `moves/relocate` (`moves/tests`) | Or 1976; Savelsbergh 1992 |
//! | swaps | `moves/swap` (`moves/tests`) | Osman 1993; Taillard et al. 1997 |
//! | SWAP\* | `moves/swap_star` (`moves/tests`) | Vidal 2022 |
//! | 2-opt\* | `moves/tails` (`moves/tests`) | Potvin, Rousseau 1995 |
//! | 2-opt | `moves/reversal` (`moves/tests`) | Croes 1958 |
//! | trips split, merged, moved | `moves/trips` (`moves/tests`) | Cattaruzza et al. 2014 |
//! | optional clients in and out | `moves/optional` (`moves/tests`) | – |
//! | recombination | `recombine`, `breeding` | Nagata, Kobayashi 2010 |
//! | choice among routes that were seen | `pool`, `cover` | Rochat, Taillard 1995 |
//! | threads | `portfolio` | – |

pub mod check;
pub mod cover;
pub mod insertion;
pub mod matrices;
pub mod problem;
pub mod route;
pub mod search;
pub mod segment;
pub mod trip;

mod acceptance;
mod attempt;
mod breeding;
mod construct;
mod decomposition;
mod descent;
mod draft;
mod instance;
mod island;
mod moves;
mod neighbors;
mod numbering;
mod parts;
mod penalties;
mod pool;
mod portfolio;
mod recombine;
mod ruin;
mod schedule;
mod table;
mod tours;

#[cfg(test)]
pub(crate) mod invented;
