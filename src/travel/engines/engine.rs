//! Ways that a routing engine knows, and straight lines while it does not answer.

use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Instant;

use crate::model::place::{Coordinate, Profile};
use crate::model::travel_matrix::{Answer, Leg, Travel};
use crate::travel::engines::breaker::Breaker;
use crate::travel::engines::client::{Ask, Client, Fault, Reply};
use crate::travel::engines::options::{EngineKind, EngineOptions};
use crate::travel::engines::{osrm, valhalla};
use crate::travel::roads::kept::Kept;

/// How many pairs of places are remembered: about 50 bytes each. A thousand addresses that are asked
/// for among 500 places are half as many.
const PAIRS_MAX: usize = 1_000_000;

/// The legs between two places, there and back; `None` where there is no way.
type Pair = [Option<Leg>; 2];

/// Two places, the lesser one first.
type Ends = (Profile, Coordinate, Coordinate);

/// Travel by what a routing engine answers.
///
/// What it has answered is remembered, so that the same question gets the same answer. When it fails,
/// what is not remembered is estimated by straight lines, and said to be; after a failure it is left
/// alone for a pause, so that a dead engine delays one question and not each. Blocks while it asks.
#[derive(Debug)]
pub struct Engine {
    options: EngineOptions,
    client: Client,
    breaker: Mutex<Breaker>,
    known: RwLock<Kept<Ends, Pair>>,
}

impl Engine {
    /// Asks nothing yet.
    pub fn new(options: EngineOptions) -> Self {
        Self {
            client: Client::new(&options),
            breaker: Mutex::new(Breaker::new(options.pause)),
            known: RwLock::new(Kept::new(PAIRS_MAX)),
            options,
        }
    }

    /// The legs between a place and others, and whether some are estimates.
    ///
    /// Ends early, with `None` behind, once some place turns out to be out of reach.
    fn pairs(
        &self,
        profile: Profile,
        place: Coordinate,
        others: &[Coordinate],
    ) -> (Vec<Option<Pair>>, bool) {
        let mut pairs = self.remembered(profile, place, others);
        let is_missing = |(index, pair): (usize, &Option<Pair>)| pair.is_none().then_some(index);
        let missing: Vec<usize> = pairs.iter().enumerate().filter_map(is_missing).collect();
        if missing.is_empty() || pairs.iter().flatten().any(is_cut_off) {
            return (pairs, false);
        }
        let asked = self.guarded(|deadline| {
            for some in missing.chunks(self.options.places_per_request) {
                let there: Vec<Coordinate> = some.iter().map(|&index| others[index]).collect();
                let learned = self.ask_pairs(profile, place, &there, deadline)?;
                self.remember(profile, place, &there, &learned);
                for (&index, pair) in some.iter().zip(&learned) {
                    pairs[index] = Some(*pair);
                }
                if learned.iter().any(is_cut_off) {
                    break;
                }
            }
            Ok(())
        });
        let is_estimate = asked.is_none();
        if is_estimate {
            metrics::counter!("punctual_travel_estimates_total", "engine" => self.name())
                .increment(1);
            for index in missing {
                let estimate = || self.estimate(profile, place, others[index]);
                pairs[index] = pairs[index].or_else(|| Some(estimate()));
            }
        }
        (pairs, is_estimate)
    }

    fn estimate(&self, profile: Profile, place: Coordinate, other: Coordinate) -> Pair {
        let fallback = &self.options.fallback;
        [fallback.leg(profile, place, other), fallback.leg(profile, other, place)]
    }

    /// Has the engine asked something, unless it failed a moment ago. `None` when it does not answer.
    fn guarded<T>(&self, ask: impl FnOnce(Instant) -> Result<T, Fault>) -> Option<T> {
        if !self.breaker().admits(Instant::now()) {
            return None;
        }
        let engine = self.name();
        match ask(self.client.deadline()) {
            Ok(answer) => {
                if self.breaker().succeeded() {
                    tracing::info!(engine, "the routing engine answers again");
                }
                Some(answer)
            }
            Err(fault) => {
                metrics::counter!("punctual_travel_failures_total", "engine" => engine)
                    .increment(1);
                if self.breaker().failed(Instant::now()) {
                    let (reason, pause_seconds) = (fault.to_string(), self.options.pause.as_secs());
                    tracing::warn!(
                        engine,
                        reason,
                        pause_seconds,
                        "the routing engine failed: new ways are straight lines until it answers \
                         again; it is tried after each pause"
                    );
                }
                None
            }
        }
    }

    fn breaker(&self) -> MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The pairs between a place and others, both ways by both kinds of request.
    ///
    /// Some engines refuse a whole table because of one place: then its parts are asked for, down to
    /// single places, and as soon as one is out of reach the others do not matter any more.
    fn ask_pairs(
        &self,
        profile: Profile,
        place: Coordinate,
        others: &[Coordinate],
        deadline: Instant,
    ) -> Result<Vec<Pair>, Fault> {
        let to = self.ask_table(profile, &[place], others, deadline)?;
        let from = match to {
            Some(_) => self.ask_table(profile, others, &[place], deadline)?,
            None => None,
        };
        if let Some((to, from)) = to.zip(from) {
            return Ok(to.into_iter().zip(from).map(|(to, from)| [to, from]).collect());
        }
        let is_alone = |place: Coordinate| {
            Ok::<_, Fault>(self.ask_table(profile, &[place], &[place], deadline)?.is_none())
        };
        if others.len() == 1 || is_alone(place)? {
            return Ok(vec![[None; 2]; others.len()]);
        }
        let (first, rest) = others.split_at(others.len() / 2);
        let mut pairs = self.ask_pairs(profile, place, first, deadline)?;
        if pairs.iter().any(is_cut_off) {
            return Ok(pairs);
        }
        pairs.extend(self.ask_pairs(profile, place, rest, deadline)?);
        Ok(pairs)
    }

    /// The legs from each place to each other, row by row; `None` when the engine refuses to tell
    /// because of some of them.
    fn ask_table(
        &self,
        profile: Profile,
        from: &[Coordinate],
        to: &[Coordinate],
        deadline: Instant,
    ) -> Result<Option<Vec<Option<Leg>>>, Fault> {
        let name = &self.options.profile_names[profile.index()];
        let ask = match self.options.kind {
            EngineKind::Osrm => osrm::table(name, from, to),
            EngineKind::Valhalla => valhalla::table(name, from, to),
        };
        let reply = self.ask(profile, &ask, deadline)?;
        match self.options.kind {
            EngineKind::Osrm => osrm::read_table(&reply, from.len(), to.len()),
            EngineKind::Valhalla => valhalla::read_table(&reply, from.len(), to.len()),
        }
    }

    fn ask_route(
        &self,
        profile: Profile,
        [from, to]: [Coordinate; 2],
        deadline: Instant,
    ) -> Result<Vec<Coordinate>, Fault> {
        let name = &self.options.profile_names[profile.index()];
        match self.options.kind {
            EngineKind::Osrm => {
                osrm::read_route(&self.ask(profile, &osrm::route(name, from, to), deadline)?)
            }
            EngineKind::Valhalla => {
                let ask = valhalla::route(name, from, to);
                valhalla::read_route(&self.ask(profile, &ask, deadline)?)
            }
        }
    }

    fn ask(&self, profile: Profile, ask: &Ask, deadline: Instant) -> Result<Reply, Fault> {
        self.client.ask(&self.options.addresses[profile.index()], ask, deadline)
    }

    fn remembered(
        &self,
        profile: Profile,
        place: Coordinate,
        others: &[Coordinate],
    ) -> Vec<Option<Pair>> {
        let (mut found, mut old) = (Vec::with_capacity(others.len()), Vec::new());
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        for &other in others {
            if other == place {
                found.push(Some([Some(Leg::default()); 2]));
                continue;
            }
            let pair = known.get(&ends(profile, place, other));
            if let Some((&pair, true)) = pair {
                old.push((ends(profile, place, other), pair));
            }
            found.push(pair.map(|(&pair, _)| turned(pair, place, other)));
        }
        drop(known);
        if !old.is_empty() {
            let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
            for (ends, pair) in old {
                known.put(ends, pair, 1);
            }
        }
        found
    }

    fn remember(&self, profile: Profile, place: Coordinate, others: &[Coordinate], pairs: &[Pair]) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        for (&other, &pair) in others.iter().zip(pairs) {
            known.put(ends(profile, place, other), turned(pair, place, other), 1);
        }
    }
}

/// Whether there is no way in one of the directions.
fn is_cut_off(pair: &Pair) -> bool {
    pair.contains(&None)
}

fn ends(profile: Profile, place: Coordinate, other: Coordinate) -> Ends {
    (profile, place.min(other), place.max(other))
}

/// A pair as seen from the lesser place, given as seen from `place`; or the other way around.
fn turned(mut pair: Pair, place: Coordinate, other: Coordinate) -> Pair {
    if other < place {
        pair.reverse();
    }
    pair
}

impl Travel for Engine {
    fn leg(&self, profile: Profile, from: Coordinate, to: Coordinate) -> Option<Leg> {
        let (pairs, _) = self.pairs(profile, from, &[to]);
        pairs.first().copied().flatten()?[0]
    }

    fn legs(
        &self,
        profile: Profile,
        place: Coordinate,
        others: &[Coordinate],
    ) -> Option<[Vec<Leg>; 2]> {
        self.answer(profile, place, others).legs
    }

    fn answer(&self, profile: Profile, place: Coordinate, others: &[Coordinate]) -> Answer {
        let (pairs, is_estimate) = self.pairs(profile, place, others);
        let side = |side: usize| pairs.iter().map(|pair| (*pair)?[side]).collect();
        let legs: Option<Vec<Leg>> = side(0);
        Answer { legs: legs.zip(side(1)).map(|(to, from)| [to, from]), is_estimate }
    }

    fn is_exact(&self) -> bool {
        self.breaker().is_closed()
    }

    /// Follows the roads. The two ends alone when there is no way, or the engine does not answer.
    fn path(&self, profile: Profile, from: Coordinate, to: Coordinate) -> Vec<Coordinate> {
        let asked = (from != to)
            .then(|| self.guarded(|deadline| self.ask_route(profile, [from, to], deadline)));
        let mut points = vec![from];
        points.extend(asked.flatten().unwrap_or_default());
        points.push(to);
        if 2 < points.len() {
            points.dedup();
        }
        points
    }

    fn name(&self) -> &'static str {
        self.options.kind.name()
    }
}
