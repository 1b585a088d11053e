//! What the clients were told.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::crash::shop::{Attempt, Kind, Reply, number};

/// How an order stands, and what was promised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Standing {
    state: String,
    reference: Option<String>,
    window: String,
    fee: String,
}

/// All that was acknowledged, by number, and what was not answered.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    standings: BTreeMap<u64, Standing>,
    offers: BTreeMap<String, u64>,
    last_offer: Option<String>,
    unanswered: Vec<Attempt>,
    unanswered_ever: u64,
    orders_ever: u64,
}

impl Standing {
    /// The number of an order as the API shows it, and how it stands.
    pub(crate) fn of_order(order: &Value) -> (u64, Self) {
        let state = order["state"].as_str().unwrap().to_owned();
        (number(&order["order"]), Self { state, ..Self::of_promise(order) })
    }

    fn of_promise(promise: &Value) -> Self {
        Self {
            state: "held".to_owned(),
            reference: promise["reference"].as_str().map(str::to_owned),
            window: promise["window"].to_string(),
            fee: promise["fee"].to_string(),
        }
    }
}

impl Ledger {
    /// Notes an answer. Refusals are fine: somebody else was first. Nonsense is not.
    pub(crate) fn note(&mut self, attempt: &Attempt, reply: &Reply) {
        match (&attempt.kind, reply.status) {
            (Kind::Hold { offer }, 201) => {
                let number = number(&reply.body["hold"]);
                let before = self.offers.insert(offer.clone(), number);
                assert!(before.is_none_or(|before| before == number), "an offer was sold twice");
                self.last_offer = Some(offer.clone());
                let known = self.standings.insert(number, Standing::of_promise(&reply.body));
                assert!(known.is_none() || reply.replayed, "H{number} was given twice");
            }
            (Kind::Order, 201) => {
                self.orders_ever += u64::from(!reply.replayed);
                let (number, standing) = Standing::of_order(&reply.body);
                self.standings.insert(number, standing);
            }
            (Kind::Cancel, 200) => {
                let (number, standing) = Standing::of_order(&reply.body);
                assert_eq!(standing.state, "cancelled", "{reply:?}");
                self.standings.insert(number, standing);
            }
            // Asked again, it may be gone already.
            (Kind::Free { number }, 204 | 404 | 410) => drop(self.standings.remove(number)),
            (_, 409 | 503) => {}
            _ => panic!("{attempt:?} led to {reply:?}"),
        }
    }

    pub(crate) fn note_silence(&mut self, attempt: Attempt) {
        self.unanswered.push(attempt);
        self.unanswered_ever += 1;
    }

    pub(crate) fn take_unanswered(&mut self) -> Vec<Attempt> {
        std::mem::take(&mut self.unanswered)
    }

    pub(crate) fn standings(&self) -> &BTreeMap<u64, Standing> {
        &self.standings
    }

    pub(crate) fn last_offer_taken(&self) -> Option<&str> {
        self.last_offer.as_deref()
    }

    pub(crate) fn orders_ever(&self) -> u64 {
        self.orders_ever
    }

    pub(crate) fn unanswered_ever(&self) -> u64 {
        self.unanswered_ever
    }

    pub(crate) fn oldest_holds_beyond(&self, count: usize) -> Vec<u64> {
        self.oldest_beyond("held", count)
    }

    pub(crate) fn oldest_orders_beyond(&self, count: usize) -> Vec<u64> {
        self.oldest_beyond("booked", count)
    }

    fn oldest_beyond(&self, state: &str, count: usize) -> Vec<u64> {
        let all = self.standings.iter().filter(|(_, standing)| standing.state == state);
        let numbers: Vec<u64> = all.map(|(&number, _)| number).collect();
        numbers[..numbers.len().saturating_sub(count)].to_vec()
    }
}
