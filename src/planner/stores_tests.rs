//! Orders that are delivered from another store than they were sold from, and how sure offers are.

use crate::model::ids::{OrderId, RouteId, StoreId};
use crate::model::plan::Trip;
use crate::model::quota::Limits;
use crate::model::region::{Region, Store};
use crate::model::sale::{Blackout, Buyer, Classes, Days, SlotTemplate, Tier, TierId};
use crate::model::slot::SlotKind;
use crate::model::time::Timestamp;
use crate::model::units::Seconds;
use crate::planner::command::{Command, OfferTerms};
use crate::planner::event::{PickingReport, RouteChange};
use crate::planner::improve::{ImproveSettings, propose};
use crate::planner::planner_tests::{World, at, door, hours, region, told, wish};
use crate::solver::search::Budget;

/// The second of two stores, far in the east.
const EAST: StoreId = StoreId(1);

/// Nothing comes from the east in [`world`] before somebody says so.
const FROZEN: Classes = Classes(1);

/// Two stores and a courier who works for both, and begins in the east.
fn two_stores() -> Region {
    let mut town = region(1, 2);
    let east = Store {
        key: "east".to_owned(),
        name: "East".to_owned(),
        location: door(1_500, 0),
        ..town.stores[0].clone()
    };
    town.stores.push(east);
    (town.couriers[0].home, town.couriers[0].start) = (None, door(1_500, 0));
    town.policy.sale.classes = vec!["frozen".to_owned()];
    town
}

/// An order for a door in the east that had to be sold from the center.
fn world(mut town: Region) -> World {
    town.stores[1].out_of_stock = FROZEN;
    let mut world = World::of(town);
    let mut wish = wish(door(1_400, 0));
    wish.basket.classes = FROZEN;
    let is_tonight = |terms: &OfferTerms| {
        terms.slot.kind == SlotKind::Scheduled && terms.slot.window.opens() == at(14, 0)
    };
    let terms = world.ask_for(at(9, 0), wish).into_iter().find(is_tonight).expect("a slot");
    world.tell(at(9, 0), Command::BookOffer { terms, reference: None }).expect("it was offered");
    assert_eq!(store_of(&world), StoreId(0), "the other has nothing frozen");
    world
}

fn store_of(world: &World) -> StoreId {
    world.planner.state().orders[&OrderId(1)].slot.store
}

fn stock_arrives(world: &mut World) {
    let arrives = Command::Stock { store: EAST, out_of_stock: Classes::NONE };
    world.tell(at(9, 1), arrives).expect("news");
}

/// What the search says with this seed.
fn search(world: &World, now: Timestamp, seed: u64) -> Option<Command> {
    let budget = Budget::Iterations(500);
    let settings = ImproveSettings { seed, threads: 1, budget };
    let found = propose(&world.planner.view(now), &settings, &|_| false)?;
    (!found.changes.is_empty())
        .then_some(Command::Adopt { base: found.base, changes: found.changes })
}

/// What moves the only order to the east.
fn to_the_east(world: &World) -> Command {
    let trips = vec![Trip { store: EAST, orders: vec![OrderId(1)] }];
    let changes = vec![RouteChange { route: RouteId(0), trips }];
    Command::Adopt { base: world.planner.sequence(), changes }
}

#[test]
fn an_order_moves_to_a_nearer_store_once_that_has_the_goods() {
    let mut world = world(two_stores());
    assert_eq!(search(&world, at(9, 0), 1), None, "the east has nothing frozen");
    world.tell(at(9, 0), to_the_east(&world)).expect_err("nor is it taken over");
    stock_arrives(&mut world);
    assert_eq!(search(&world, at(9, 2), 2), None, "every other search keeps stores");
    let moves = search(&world, at(9, 2), 1).expect("it is nearer");
    world.tell(at(9, 2), moves).expect("nobody has begun to pick it");
    assert_eq!(store_of(&world), EAST);
    let trips = &world.planner.state().routes[&RouteId(0)].trips;
    assert_eq!(*trips, [Trip { store: EAST, orders: vec![OrderId(1)] }]);
    let view = world.planner.view(at(9, 3));
    assert_eq!(crate::planner::audit::audit(&view), Vec::<String>::new());
    let picks = &view.live.as_ref().expect("configured").ground.stores[1].jobs;
    assert_eq!(picks.iter().map(|job| job.order).collect::<Vec<_>>(), [OrderId(1)]);
}

#[test]
fn what_is_being_picked_stays_where_it_is() {
    let mut world = world(two_stores());
    stock_arrives(&mut world);
    let begins = Command::Picking { order: OrderId(1), report: PickingReport::Started };
    world.tell(at(9, 2), begins).expect("it waits");
    assert_eq!(search(&world, at(9, 3), 1), None);
    world.tell(at(9, 3), to_the_east(&world)).expect_err("half of it stands in the center");
}

#[test]
fn a_store_that_is_closed_or_full_takes_no_orders_of_others() {
    let afternoon = |stores: Vec<StoreId>, orders| SlotTemplate {
        name: "afternoon".to_owned(),
        kind: SlotKind::Scheduled,
        days: Days::ALL,
        hours: hours(14, 15),
        lead: Seconds::ZERO,
        cut_off: None,
        stores,
        zones: vec![],
        fee: None,
        minimum: None,
        limits: Limits { orders, ..Limits::default() },
    };
    let mut closed = two_stores();
    let date = closed.date(at(14, 0));
    closed.policy.sale.blackouts =
        vec![Blackout { date, hours: hours(13, 16), stores: vec![EAST] }];
    let mut elsewhere = two_stores();
    elsewhere.policy.sale.templates = vec![afternoon(vec![StoreId(0)], None)];
    let mut full = two_stores();
    full.policy.sale.templates = vec![afternoon(vec![], Some(0)), afternoon(vec![], None)];
    full.policy.sale.templates[0].stores = vec![EAST];
    for (town, why) in [(closed, "closed"), (elsewhere, "does not sell it"), (full, "full")] {
        let mut world = world(town);
        stock_arrives(&mut world);
        assert_eq!(search(&world, at(9, 2), 1), None, "{why}");
        world.tell(at(9, 2), to_the_east(&world)).expect_err(why);
    }
    let mut open = two_stores();
    open.policy.sale.templates = vec![afternoon(vec![], Some(1))];
    let mut world = world(open);
    stock_arrives(&mut world);
    world.tell(at(9, 2), to_the_east(&world)).expect("each store has one place");
}

#[test]
fn a_tier_may_have_a_floor_of_its_own() {
    let mut town = region(1, 1);
    (town.policy.express, town.policy.safety) = (Seconds::minutes(62), Seconds::ZERO);
    (town.policy.hold, town.policy.on_time_floor) = (Seconds::ZERO, 0.6);
    town.policy.sale.tiers.push(Tier {
        name: "loyal".to_owned(),
        lateness_percent: 100,
        on_time_percent: Some(99),
    });
    let world = World::of(town);
    let chances = |tier: u8| -> Vec<f64> {
        let mut wish = wish(door(2_400, 0));
        wish.buyer = Buyer { tier: TierId(tier), ..Buyer::default() };
        let view = world.planner.view(at(9, 0));
        told(&view, at(9, 0), wish).offers.iter().filter_map(|o| Some(o.chance?.on_time)).collect()
    };
    let (anybody, loyal) = (chances(0), chances(1));
    assert!(anybody.iter().any(|&chance| (0.6..0.99).contains(&chance)), "{anybody:?}");
    assert!(!loyal.is_empty() && loyal.iter().all(|&chance| chance >= 0.99), "{loyal:?}");
}

#[test]
fn an_offer_is_as_sure_as_it_says_if_it_is_booked_right_away() {
    let express = |hold: i64| {
        let mut town = region(1, 1);
        (town.policy.express, town.policy.safety) = (Seconds::minutes(62), Seconds::ZERO);
        town.policy.hold = Seconds::minutes(hold);
        let view = World::of(town).planner.view(at(9, 0));
        let offers = told(&view, at(9, 0), wish(door(2_400, 0))).offers;
        let express = offers.into_iter().find(|offer| offer.slot.kind == SlotKind::Express);
        express.expect("it can be held for so long").chance.expect("it is delivered")
    };
    assert!(express(0).on_time < 0.99, "{:?}", express(0));
    assert_eq!(express(10), express(0));
}
