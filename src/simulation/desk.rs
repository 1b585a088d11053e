//! The one writer of a simulated day: decides, records, applies, as the service's writer does.

use std::sync::Arc;

use crate::model::time::Timestamp;
use crate::model::travel_matrix::Travel;
use crate::planner::Planner;
use crate::planner::command::{Command, Outcome, Refusal, Request};
use crate::planner::event::{Event, Record, Sequence};
use crate::planner::state::State;
use crate::planner::view::View;

/// Legs are learned anew when so many known places have nothing there any more.
const DEAD_PLACES_MAX: usize = 200;

/// Somebody who looks at the plan after every event.
pub type Watcher<'a> = &'a mut dyn FnMut(&Record, &View);

pub(crate) struct Desk<'a> {
    planner: Planner,
    travel: &'a dyn Travel,
    records: Option<Vec<Record>>,
    watcher: Option<Watcher<'a>>,
    view: Option<Arc<View>>,
    unchecked: usize,
}

impl<'a> Desk<'a> {
    /// A desk without a plan. Records are kept only on demand: a day has tens of thousands.
    pub(crate) fn new(travel: &'a dyn Travel, records: bool, watcher: Option<Watcher<'a>>) -> Self {
        let (planner, records) = (Planner::new(), records.then(Vec::new));
        Self { planner, travel, records, watcher, view: None, unchecked: 0 }
    }

    pub(crate) fn planner(&self) -> &Planner {
        &self.planner
    }

    pub(crate) fn state(&self) -> &State {
        self.planner.state()
    }

    pub(crate) fn sequence(&self) -> Sequence {
        self.planner.sequence()
    }

    pub(crate) fn travel(&self) -> &'a dyn Travel {
        self.travel
    }

    pub(crate) fn into_parts(self) -> (Planner, Vec<Record>) {
        (self.planner, self.records.unwrap_or_default())
    }

    /// Does what is asked, or says why not.
    pub(crate) fn submit(&mut self, now: Timestamp, command: Command) -> Result<Outcome, Refusal> {
        let request = Request::from(command);
        for place in self.planner.missing_places(&request) {
            self.planner.learn(self.travel, place).map_err(|_| Refusal::Unreachable)?;
        }
        let decision = self.planner.decide(now, &request)?;
        self.take_over(now, decision.events);
        Ok(decision.outcome)
    }

    /// Records and applies what was decided.
    pub(crate) fn take_over(&mut self, now: Timestamp, events: Vec<Event>) {
        for event in events {
            let record = Record { at: now, event };
            self.planner.apply(&record);
            self.unchecked += 1;
            if self.planner.legs_are_stale() || self.has_many_dead_places() {
                self.planner.learn_live_places(self.travel);
            }
            if let Some(watcher) = &mut self.watcher {
                watcher(&record, &self.planner.view(now));
            }
            if let Some(records) = &mut self.records {
                records.push(record);
            }
        }
    }

    /// Counting dead places walks all orders, so it is done once in a while.
    fn has_many_dead_places(&mut self) -> bool {
        if self.unchecked < DEAD_PLACES_MAX {
            return false;
        }
        self.unchecked = 0;
        self.planner.dead_places() > DEAD_PLACES_MAX
    }

    /// The plan as of `now`.
    pub(crate) fn view(&mut self, now: Timestamp) -> Arc<View> {
        if let Some(view) = &self.view
            && view.sequence == self.planner.sequence()
            && view.now == now
        {
            return Arc::clone(view);
        }
        let view = self.planner.view(now);
        self.view = Some(Arc::clone(&view));
        view
    }
}
