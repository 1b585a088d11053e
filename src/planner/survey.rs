//! What a state adds up to, drawn up once for all who ask.

use std::sync::{Arc, Mutex, PoisonError};

use crate::model::region::Region;
use crate::model::time::Timestamp;
use crate::planner::compile::{Places, compile};
use crate::planner::eta::outlook;
use crate::planner::event::{Event, Record};
use crate::planner::planner::Planner;
use crate::planner::view::Live;

/// The surveys that need not be drawn up again. Most decisions of one second ask for the same.
#[derive(Debug, Default)]
pub(crate) struct Surveys(Mutex<Known>);

#[derive(Debug, Clone, Default)]
struct Known {
    /// Of the present state.
    present: Option<Live>,
    /// Of the state once these events have been applied, the next one last.
    ahead: Option<(Vec<Event>, Live)>,
}

impl Clone for Surveys {
    fn clone(&self) -> Self {
        Self(Mutex::new(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()))
    }
}

impl Surveys {
    /// An event is going to be applied to the state.
    pub(crate) fn move_on(&mut self, record: &Record) {
        let known = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        // It is about no plan, and comes right behind what is.
        if matches!(record.event, Event::Answered { .. }) {
            return;
        }
        known.present = None;
        let Some((mut events, live)) = known.ahead.take() else { return };
        if events.pop().as_ref() != Some(&record.event) || live.ground.now != record.at {
            return;
        }
        if events.is_empty() {
            known.present = Some(live);
        } else {
            known.ahead = Some((events, live));
        }
    }

    /// The legs between places have changed.
    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }
}

impl Planner {
    /// Draws up routes, picking and times as of `now`.
    pub(crate) fn survey(&self, region: &Arc<Region>, now: Timestamp) -> Live {
        let mut known = self.surveys.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_known = |live: &&Live| live.ground.now == now && Arc::ptr_eq(&live.region, region);
        if let Some(live) = known.present.as_ref().filter(is_known) {
            return live.clone();
        }
        let places = Places { matrix: &self.matrix, index: &self.places };
        let (ground, outlook) = outlook(compile(self.state(), region, &places, now));
        let (ground, outlook) = (Arc::new(ground), Arc::new(outlook));
        let live = Live { region: Arc::clone(region), ground, outlook };
        known.present = Some(live.clone());
        live
    }

    /// Remembers a survey of the state that `events` lead to.
    pub(crate) fn foresee(&self, events: &[Event], live: Live) {
        let mut known = self.surveys.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.ahead = Some((events.iter().rev().cloned().collect(), live));
    }
}
