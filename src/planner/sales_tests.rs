//! What is sold of a window: counted, kept and given back.

use proptest::prelude::*;

use crate::model::ids::{OrderId, StoreId};
use crate::model::order::OrderState;
use crate::model::quota::{Limits, Reserve};
use crate::model::sale::{Buyer, ChannelId, Classes, Days, SaleRules, SlotTemplate, Tier, TierId};
use crate::model::slot::SlotKind;
use crate::model::time::Timestamp;
use crate::model::units::Seconds;
use crate::planner::command::{Command, OfferTerms};
use crate::planner::planner_tests::{World, at, door, hours, region};

/// Pickups from two until four, three at most: one of them is kept for the loyal until noon, and
/// only one is sold by phone.
fn rules() -> SaleRules {
    let reserved = vec![Reserve { tier: TierId(1), percent: 33, until: Seconds::hours(2) }];
    let limits = Limits {
        orders: Some(3),
        channels: vec![(ChannelId(2), 1)],
        reserved,
        ..Limits::default()
    };
    let template = SlotTemplate {
        name: "afternoon".to_owned(),
        kind: SlotKind::Pickup,
        days: Days::ALL,
        hours: hours(14, 16),
        lead: Seconds::ZERO,
        cut_off: None,
        stores: vec![],
        zones: vec![],
        fee: None,
        minimum: None,
        limits,
    };
    let mut rules = SaleRules { templates: vec![template], ..SaleRules::default() };
    rules.tiers.push(Tier {
        name: "loyal".to_owned(),
        lateness_percent: 200,
        on_time_percent: None,
    });
    rules.classes = vec!["frozen".to_owned(), "fresh".to_owned()];
    rules
}

fn world() -> World {
    let mut region = region(1, 4);
    region.policy.sale = rules();
    World::of(region)
}

/// The offer of today's window as somebody gets it, whatever is left of it now.
fn terms(world: &mut World, now: Timestamp, buyer: Buyer) -> Option<OfferTerms> {
    world.offers += 1;
    let mut wish = crate::planner::planner_tests::wish(door(100, 100));
    wish.buyer = buyer;
    let offered = world.ask_for(now, wish).into_iter();
    { offered }
        .find(|terms| terms.slot.kind == SlotKind::Pickup && terms.slot.window.opens() == at(14, 0))
}

fn buyer(tier: u8, channel: u8) -> Buyer {
    Buyer { tier: TierId(tier), channel: ChannelId(channel) }
}

#[test]
fn the_last_place_is_sold_once() {
    let mut world = world();
    let anybody = buyer(0, 0);
    let offers: Vec<OfferTerms> =
        (0..4).map(|_| terms(&mut world, at(10, 0), anybody).expect("nothing is sold")).collect();
    let hold = |world: &mut World, now, offer: &OfferTerms| {
        let hold = Command::Hold { terms: offer.clone(), replaces: None };
        world.tell(now, hold).unwrap_or_else(|refusal| refusal)
    };
    let early: Vec<String> =
        offers[..3].iter().map(|offer| hold(&mut world, at(10, 1), offer)).collect();
    insta::assert_snapshot!(early.join("\n"), @"
    Order(OrderId(1))
    Order(OrderId(2))
    the slot is gone: the places that are left are kept for other customers for now
    ");
    assert_eq!(terms(&mut world, at(10, 1), anybody), None, "what is left is kept");
    let loyal = terms(&mut world, at(10, 2), buyer(1, 0)).expect("one is kept for the loyal");
    insta::assert_snapshot!(hold(&mut world, at(10, 2), &loyal), @"Order(OrderId(3))");
    insta::assert_snapshot!(hold(&mut world, at(10, 3), &offers[3]), @"the slot is gone: all places of this slot are taken");
    world.tell(at(10, 4), Command::Free(OrderId(1))).unwrap();
    insta::assert_snapshot!(hold(&mut world, at(10, 5), &offers[3]), @"Order(OrderId(4))");
}

#[test]
fn what_is_kept_is_given_to_all_in_time() {
    let mut world = world();
    for _ in 0..2 {
        let terms = terms(&mut world, at(11, 0), buyer(0, 0)).expect("two are for everybody");
        world.tell(at(11, 0), Command::BookOffer { terms, reference: None }).unwrap();
    }
    assert_eq!(terms(&mut world, at(11, 59), buyer(0, 0)), None);
    assert!(terms(&mut world, at(12, 0), buyer(0, 0)).is_some());
}

#[test]
fn an_exchange_frees_the_place_that_it_needs() {
    let mut world = world();
    let first = terms(&mut world, at(10, 0), buyer(0, 2)).expect("one is sold by phone");
    let second = terms(&mut world, at(10, 0), buyer(0, 2)).expect("one is sold by phone");
    world.tell(at(10, 0), Command::Hold { terms: first, replaces: None }).unwrap();
    let refused = world.tell(at(10, 1), Command::Hold { terms: second.clone(), replaces: None });
    insta::assert_snapshot!(refused.unwrap_err(), @"the slot is gone: all places that are sold this way are taken");
    let exchanged = Command::Hold { terms: second, replaces: Some(OrderId(1)) };
    world.tell(at(10, 1), exchanged).unwrap();
}

#[test]
fn a_store_says_what_it_is_out_of() {
    let mut world = world();
    let mut offer = terms(&mut world, at(10, 0), buyer(0, 0)).expect("nothing is sold");
    offer.wish.basket.classes = Classes(0b11);
    let stock = |classes| Command::Stock { store: StoreId(0), out_of_stock: Classes(classes) };
    world.tell(at(10, 0), stock(0b10)).unwrap();
    let events = world.records.len();
    world.tell(at(10, 0), stock(0b10)).unwrap();
    assert_eq!(world.records.len(), events, "that is no news");
    let take = Command::BookOffer { terms: offer, reference: None };
    insta::assert_snapshot!(world.tell(at(10, 1), take.clone()).unwrap_err(), @"the slot is gone: no store that delivers here has all the goods");
    world.tell(at(10, 2), stock(0)).unwrap();
    world.tell(at(10, 3), take).unwrap();
    world.tell(at(10, 4), stock(0b11)).expect("what is promised stays promised");
}

#[test]
fn names_that_are_used_stay() {
    let mut world = world();
    let loyal = terms(&mut world, at(10, 0), buyer(1, 0)).expect("nothing is sold");
    world.tell(at(10, 0), Command::BookOffer { terms: loyal, reference: None }).unwrap();
    let mut change = |change: &dyn Fn(&mut SaleRules)| {
        let mut region = region(1, 4);
        region.policy.sale = rules();
        change(&mut region.policy.sale);
        let configured = world.tell(at(10, 1), Command::Configure(Box::new(region)));
        configured.map_or_else(|refusal| refusal, |_| "taken over".to_owned())
    };
    let said = [
        change(&|rules| rules.channels[1] = "nobody ordered there".to_owned()),
        change(&|rules| rules.tiers[0].name = "usual".to_owned()),
        change(&|rules| rules.tiers[1].name = "royal".to_owned()),
        change(&|rules| drop(rules.tiers.pop())),
    ];
    insta::assert_snapshot!(said.join("\n"), @"
    taken over
    taken over
    the settings cannot be changed: tiers, channels and item classes that orders or stores name may not be removed, renamed or reordered
    the settings cannot be changed: tiers, channels and item classes that orders or stores name may not be removed, renamed or reordered
    ");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whoever asks, takes, exchanges, gives back and lets lapse in whatever order: no more is sold
    /// than may be, and what is counted is what the orders say.
    #[test]
    fn no_window_is_oversold(
        steps in proptest::collection::vec((0u8..7, 0u8..2, 0u8..3, 0usize..8), 1..40),
    ) {
        let mut world = world();
        let mut offers: Vec<OfferTerms> = vec![];
        for (minute, (what, tier, channel, which)) in (0..).zip(steps) {
            let now = at(10, minute * 4);
            let hold = OrderId(which as u64 + 1);
            let offer = offers.get(which).cloned();
            let command = match (what, offer) {
                (0 | 1, _) => {
                    offers.extend(terms(&mut world, now, buyer(tier, channel)));
                    Command::Tick
                }
                (2, Some(terms)) => Command::Hold { terms, replaces: None },
                (3, Some(terms)) => Command::Hold { terms, replaces: Some(hold) },
                (4, Some(terms)) => Command::BookOffer { terms, reference: None },
                (5, _) => Command::Cancel(hold),
                (6, _) => Command::Free(hold),
                _ => Command::Book { order: hold, reference: None },
            };
            // Refused or not: what counts is what is sold.
            drop(world.tell(now, command));
            let state = world.planner.state();
            let sold = state.orders.values().filter(|order| order.state != OrderState::Cancelled);
            let phoned = sold.clone().filter(|o| o.wish.buyer.channel == ChannelId(2)).count();
            prop_assert!(sold.clone().count() <= 3 && phoned <= 1);
            let anybody = sold.filter(|order| order.wish.buyer.tier == TierId(0)).count();
            prop_assert!(now >= at(12, 0) || anybody <= 2);
            let mut counted = state.clone();
            counted.count_all_sales();
            prop_assert_eq!(&counted.sold, &state.sold);
        }
    }
}
