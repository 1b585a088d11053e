//! Commits a group of requests: all of it durable, or nothing of it done.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crate::journal::{AppendError, Journal, StorageError};
use crate::model::travel_matrix::Travel;
use crate::planner::Planner;
use crate::planner::command::{Command, Decision, Outcome, Refusal, Request};
use crate::planner::event::{Event, Record, RequestKey, Sequence};
use crate::planner::view::View;
use crate::runtime::wall_clock::Clock;
use crate::runtime::writer::{CommandError, Published, Shared, Teller};

/// How many records are read at once.
const TAIL_MAX: usize = 4096;
/// How long after a failure the journal is not trusted, unless something could be written.
const PROBATION: Duration = Duration::from_secs(10);
/// How many new places are learned before it is looked whether old ones died.
const PLACES_BETWEEN_LOOKS: usize = 256;
/// How many dead places are worth asking for all legs again.
const DEAD_PLACES_MAX: usize = 1024;

/// How long after estimated legs were asked for again that may be done the next time. (Taste: it holds
/// up decisions for a moment, and an engine that comes and goes should not do that all the time.)
const ESTIMATES_KEPT: Duration = Duration::from_secs(60);

/// What a request in a durable group led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) outcome: Outcome,
    pub(crate) replayed: bool,
    pub(crate) told: Option<Arc<str>>,
}

/// A request, and who says what its client is told.
pub(crate) struct Asked {
    pub(crate) request: Request,
    pub(crate) teller: Option<Teller>,
}

impl Asked {
    /// The key and the teller, if there are both.
    fn keyed(&self) -> Option<(&RequestKey, &Teller)> {
        self.request.key.as_ref().zip(self.teller.as_ref())
    }
}

impl From<Request> for Asked {
    fn from(request: Request) -> Self {
        Self { request, teller: None }
    }
}

/// Owns the plan and the journal of a region, and keeps them the same.
pub(crate) struct Committer {
    planner: Planner,
    journal: Box<dyn Journal>,
    travel: Arc<dyn Travel>,
    clock: Arc<Clock>,
    shared: Arc<Shared>,
    /// Whether the planner may know events that are not durable, or lack some that are.
    is_doubtful: bool,
    /// Whether the legs may be those of other settings, or half learned.
    legs_are_doubtful: bool,
    /// When the journal failed last, until it is trusted again.
    failed: Option<Instant>,
    places_learned: usize,
    /// When estimated legs were asked for again.
    estimates_replaced: Option<Instant>,
}

impl Committer {
    pub(crate) fn new(
        planner: Planner,
        journal: Box<dyn Journal>,
        travel: Arc<dyn Travel>,
        clock: Arc<Clock>,
        shared: Arc<Shared>,
    ) -> Self {
        Self {
            planner,
            journal,
            travel,
            clock,
            shared,
            is_doubtful: false,
            legs_are_doubtful: false,
            failed: None,
            places_learned: 0,
            estimates_replaced: None,
        }
    }

    /// The last plan published.
    pub(crate) fn view(&self) -> Arc<View> {
        self.shared.view.load_full()
    }

    /// Does all requests, and with `ticks` lets time pass first.
    ///
    /// An error is about the whole group: also refusals rest on what was decided before them in it.
    pub(crate) fn commit(
        &mut self,
        requests: &mut [Asked],
        ticks: bool,
    ) -> Result<Vec<Result<Verdict, Refusal>>, CommandError> {
        // Once more when another process wrote first: then the plan is a different one.
        for _attempt in 0..2 {
            if self.is_doubtful {
                self.recover()?;
            }
            let last = self.planner.sequence();
            let mut records = Vec::new();
            // Until the append has returned, the planner is ahead of the journal.
            self.is_doubtful = true;
            if ticks {
                // Refused only while there is no region yet.
                drop(self.decide(&mut Request::from(Command::Tick), &mut records));
            }
            let decided = requests.iter_mut();
            let decided = decided.map(|asked| self.decide(&mut asked.request, &mut records));
            let mut verdicts: Vec<_> = decided.collect();
            let view = self.tell(requests, &mut verdicts, &mut records, ticks);
            match self.append(last, &records) {
                Ok(()) => {
                    self.is_doubtful = false;
                    self.trust_again(!records.is_empty());
                    if let Some(view) = view {
                        self.publish(view, last, records);
                    }
                    return Ok(verdicts);
                }
                Err(AppendError::Behind { .. }) => {
                    tracing::warn!("another process wrote to the journal: deciding again");
                }
                Err(AppendError::Storage(error)) => return Err(self.storage_failed(&error)),
            }
        }
        Err(CommandError::Busy)
    }

    /// Decides one request and applies what it changes, ahead of the journal.
    fn decide(
        &mut self,
        request: &mut Request,
        records: &mut Vec<Record>,
    ) -> Result<Verdict, Refusal> {
        for place in self.planner.missing_places(request) {
            self.places_learned += 1;
            if self.planner.learn(&*self.travel, place).is_err() {
                match &mut request.command {
                    // What the courier did counts, wherever the satellites saw it.
                    Command::Courier { position, .. } => *position = None,
                    _ => return Err(Refusal::Unreachable),
                }
            }
        }
        let now = self.clock.now();
        let decision = self.planner.decide(now, request)?;
        for event in decision.events {
            let record = Record { at: now, event };
            self.planner.apply(&record);
            records.push(record);
        }
        if self.planner.legs_are_stale() {
            self.planner.learn_live_places(&*self.travel);
        }
        let Decision { outcome, replayed, answer, .. } = decision;
        Ok(Verdict { outcome, replayed, told: answer })
    }

    /// Draws up the plan to be published, if there is a reason to, and says to each client with a key
    /// what it is told. That becomes part of the group: who asks again is told the same.
    fn tell(
        &mut self,
        requests: &[Asked],
        verdicts: &mut [Result<Verdict, Refusal>],
        records: &mut Vec<Record>,
        ticks: bool,
    ) -> Option<Arc<View>> {
        let is_told = |asked: &Asked, verdict: &Result<Verdict, Refusal>| {
            asked.keyed().is_some() && verdict.as_ref().is_ok_and(|verdict| !verdict.replayed)
        };
        let anybody =
            requests.iter().zip(&*verdicts).any(|(asked, verdict)| is_told(asked, verdict));
        if !ticks && records.is_empty() && !anybody {
            return None;
        }
        let now = self.clock.now();
        let view = self.planner.view(now);
        if !anybody {
            return Some(view);
        }
        for (asked, verdict) in requests.iter().zip(verdicts) {
            let Some((key, teller)) = asked.keyed() else { continue };
            let Ok(verdict) = verdict else { continue };
            let answer = if verdict.replayed { None } else { teller(&view, verdict.outcome) };
            let (Some(answer), Some(order)) = (answer, verdict.outcome.order()) else { continue };
            verdict.told = Some(answer.as_str().into());
            let record =
                Record { at: now, event: Event::Answered { key: key.clone(), order, answer } };
            self.planner.apply(&record);
            records.push(record);
        }
        let state = Arc::new(self.planner.state().clone());
        let sequence = self.planner.sequence();
        Some(Arc::new(View { sequence, state, ..Arc::unwrap_or_clone(view) }))
    }

    fn append(&mut self, last: Sequence, records: &[Record]) -> Result<(), AppendError> {
        if !records.is_empty() {
            self.journal.append(last, records)?;
        }
        Ok(())
    }

    /// Reports ready after a failure: at once when something was `written`, else after a while, or
    /// nobody would ever try again.
    fn trust_again(&mut self, written: bool) {
        if self.failed.is_some_and(|failed| written || PROBATION <= failed.elapsed()) {
            self.failed = None;
            self.shared.is_ready.store(true, Ordering::Release);
            tracing::info!("the journal is trusted again");
        }
    }

    /// Shows the plan with `records` behind `last` to everybody.
    fn publish(&self, view: Arc<View>, last: Sequence, records: Vec<Record>) {
        self.shared.view.store(Arc::clone(&view));
        if !records.is_empty() {
            let records = (last.0 + 1..).map(Sequence).zip(records).collect();
            // Nobody may be listening.
            drop(self.shared.published.send(Published { sequence: view.sequence, records, view }));
        }
    }

    /// Says that the planner may have been left in the middle of something.
    pub(crate) fn distrust(&mut self) {
        self.is_doubtful = true;
        self.legs_are_doubtful = true;
    }

    /// Goes back to what was published, which is durable, and takes over what the journal has
    /// behind it: events of another process, or of a group whose append failed half-way.
    fn recover(&mut self) -> Result<(), CommandError> {
        let known = self.view();
        self.legs_are_doubtful |= self.planner.state().region != known.state.region;
        self.planner = self.planner.with_state((*known.state).clone());
        let mut records = Vec::new();
        loop {
            let tail = match self.journal.tail(self.planner.sequence(), TAIL_MAX) {
                Ok(tail) => tail,
                Err(error) => return Err(self.storage_failed(&error)),
            };
            if tail.is_empty() {
                break;
            }
            for (_, record) in tail {
                self.planner.apply(&record);
                records.push(record);
            }
        }
        // Others' orders are at places that were never asked for here.
        if self.legs_are_doubtful || !records.is_empty() {
            self.planner.learn_live_places(&*self.travel);
            self.legs_are_doubtful = false;
        }
        if !records.is_empty() {
            let view = self.planner.view(self.clock.now());
            self.publish(view, known.sequence, records);
        }
        self.is_doubtful = false;
        Ok(())
    }

    fn storage_failed(&mut self, error: &StorageError) -> CommandError {
        self.failed = Some(Instant::now());
        if self.shared.is_ready.swap(false, Ordering::AcqRel) {
            let error = error as &dyn std::error::Error;
            tracing::error!(error, "the journal failed: nothing can be sold until it works again");
        }
        CommandError::StorageFailed
    }

    /// Drops places where nothing is any more, now and then.
    pub(crate) fn forget_dead_places(&mut self) {
        if self.places_learned < PLACES_BETWEEN_LOOKS {
            return;
        }
        self.places_learned = 0;
        if DEAD_PLACES_MAX < self.planner.dead_places() {
            self.planner.learn_live_places(&*self.travel);
        }
    }

    /// Asks for all legs again when some are estimates and what knows the ways answers again.
    pub(crate) fn replace_estimates(&mut self) {
        let is_due = self.estimates_replaced.is_none_or(|at| ESTIMATES_KEPT <= at.elapsed());
        if is_due && self.planner.has_estimates() && self.travel.is_exact() {
            let began = Instant::now();
            self.planner.learn_live_places(&*self.travel);
            self.estimates_replaced = Some(Instant::now());
            let duration_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
            tracing::info!(duration_ms, "asked again for ways that had been estimated");
        }
    }
}
