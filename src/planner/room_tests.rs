use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

use crate::model::basket::Basket;
use crate::model::ids::{OfferId, StoreId};
use crate::model::order::Wish;
use crate::model::place::{Coordinate, Profile};
use crate::model::region::Region;
use crate::model::slot::{Slot, SlotKind};
use crate::model::time::{TimeWindow, Timestamp};
use crate::model::units::Seconds;
use crate::offers::offer::{Effort, Evidence, Quote};
use crate::offers::refusal::{Cause, RefusedSlot};
use crate::offers::remedy::{Remedy, add_remedies};
use crate::offers::{Checkout, quote};
use crate::planner::audit::audit;
use crate::planner::command::{Command, OfferTerms};
use crate::planner::event::Event;
use crate::planner::planner_tests::{RightAngles, World, at, door, hours, region, wish};

/// What a courier of the [`region`] carries, in grams.
const CAPACITY: i64 = 20_000;

/// What a customer at a door is told, remedies included.
fn asked(world: &World, now: Timestamp, place: Coordinate, effort: Effort) -> Quote {
    asked_for(world, now, wish(place), effort)
}

fn asked_for(world: &World, now: Timestamp, wish: Wish, effort: Effort) -> Quote {
    let view = world.planner.view(now);
    let live = view.live.as_ref().expect("configured");
    let row = live.ground.legs.0.row(&RightAngles, &[Profile::Car], wish.place).expect("a way");
    let checkout = Checkout { wish, now };
    let mut quote = quote(&live.ground, &checkout, Some(&row), effort);
    add_remedies(&live.ground, &checkout, &row, &mut quote);
    quote
}

fn any_door(random: &mut Pcg64Mcg) -> Coordinate {
    let [east, north] = [0, 0].map(|_: i32| random.random_range(-1_800..1_800));
    door(east, north)
}

/// A city in which customers at random doors took what nobody had to move for, until many were
/// refused.
fn full_city(seed: u64) -> (World, Pcg64Mcg) {
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let mut world = World::new(2, 3);
    for _ in 0..60 {
        let place = any_door(&mut random);
        let offers = asked(&world, at(10, 0), place, Effort::Insertions).offers;
        let offers: Vec<_> = offers.iter().filter(|o| o.slot.kind != SlotKind::Pickup).collect();
        if offers.is_empty() {
            continue;
        }
        let slot = offers[random.random_range(0..offers.len().min(4))].slot;
        take(&mut world, place, slot).expect("what is offered can be had at once");
    }
    (world, random)
}

fn take(world: &mut World, place: Coordinate, slot: Slot) -> Result<String, String> {
    take_of(world, wish(place), slot)
}

/// The larger half of what is wanted.
fn half_of(mut wish: Wish) -> Wish {
    let Basket { items, load, .. } = &mut wish.basket;
    *items = items.div_ceil(2);
    load.mass.0 -= load.mass.0 / 2;
    load.volume.0 -= load.volume.0 / 2;
    wish
}

fn take_of(world: &mut World, wish: Wish, slot: Slot) -> Result<String, String> {
    let terms = OfferTerms {
        offer: OfferId(world.offers),
        expires: at(10, 15),
        wish,
        slot,
        fee: region(1, 1).policy.fee(slot.kind),
        session: None,
    };
    world.offers += 1;
    world.tell(at(10, 0), Command::Hold { terms, replaces: None })
}

fn audited(world: &World) {
    assert_eq!(audit(&world.planner.view(at(10, 0))), Vec::<String>::new());
}

#[test]
fn what_is_offered_because_somebody_moves_can_be_had_and_nobody_is_late() {
    let mut repaired = 0;
    for seed in 0..6 {
        let (mut world, mut random) = full_city(seed);
        for _ in 0..40 {
            let place = any_door(&mut random);
            let quote = asked(&world, at(10, 0), place, Effort::Full);
            let plain = asked(&world, at(10, 0), place, Effort::Insertions);
            assert!(plain.offers.iter().all(|offer| offer.evidence == Evidence::Inserted));
            let found = quote.offers.iter().find(|offer| offer.evidence == Evidence::Repaired);
            let Some(offer) = found else { continue };
            assert!(plain.offers.iter().all(|other| other.slot != offer.slot), "it was refused");
            take(&mut world, place, offer.slot).expect("what is offered can be had");
            audited(&world);
            // A hold is allowed a little more, so that perhaps nobody has to move after all.
            let last = &world.records[world.records.len() - 2..];
            repaired += i32::from(matches!(last[0].event, Event::Reassigned { .. }));
        }
    }
    assert!(2 < repaired, "{repaired} repairs");
}

fn with_remedy(quote: &Quote) -> Option<(RefusedSlot, Remedy)> {
    quote.refusals.iter().find_map(|refused| Some((*refused, refused.remedy?)))
}

#[test]
fn what_is_said_to_help_helps() {
    let mut told = (0, 0);
    for seed in 0..6 {
        let (mut world, mut random) = full_city(seed);
        for _ in 0..12 {
            let place = any_door(&mut random);
            let quote = asked(&world, at(10, 0), place, Effort::Full);
            let Some((refused, remedy)) = with_remedy(&quote) else { continue };
            let window = refused.window.expect("it was about one");
            match remedy {
                Remedy::Later(until) => {
                    told.0 += 1;
                    let later = TimeWindow::spanning(window.opens(), until);
                    let store = StoreId(0);
                    let slot = Slot { kind: refused.kind, store, window: later };
                    take(&mut world, place, slot).expect("later it is possible");
                    audited(&world);
                }
                Remedy::Courier { hours, .. } => {
                    told.1 += 1;
                    let mut staffed =
                        World { planner: world.planner.clone(), records: vec![], offers: 0 };
                    let more = Command::Configure(Box::new(staffed_region(hours)));
                    staffed.tell(at(10, 0), more).expect("one more courier may come");
                    let quote = asked(&staffed, at(10, 0), place, Effort::Insertions);
                    let is_it = |slot: &Slot| slot.kind == refused.kind && slot.window == window;
                    assert!(quote.offers.iter().any(|offer| is_it(&offer.slot)), "{refused:?}");
                }
                Remedy::Split(_) => panic!("half of it is as far away"),
                Remedy::Store(_) => panic!("there is but one"),
            }
        }
    }
    assert!(0 < told.0 && 20 < told.1, "{told:?}");
}

#[test]
fn what_no_courier_can_carry_at_once_may_be_had_as_two_orders() {
    let mut world = World::new(1, 1);
    let mut heavy = wish(door(500, 300));
    heavy.basket.load.mass.0 = CAPACITY * 3 / 2;
    let quote = asked_for(&world, at(10, 0), heavy, Effort::Full);
    assert!(quote.offers.iter().all(|offer| offer.slot.kind == SlotKind::Pickup));
    let (refused, remedy) = with_remedy(&quote).expect("half of it can be carried");
    assert_eq!((refused.cause, remedy), (Cause::TooHeavy, Remedy::Split(StoreId(0))));
    let window = refused.window.expect("it was about one");
    for _ in 0..2 {
        let slot = Slot { kind: refused.kind, store: StoreId(0), window };
        take_of(&mut world, half_of(heavy), slot).expect("both are possible");
        audited(&world);
    }
    heavy.basket.load.mass.0 = CAPACITY * 3;
    let quote = asked_for(&world, at(10, 0), heavy, Effort::Full);
    assert_eq!(with_remedy(&quote), None);
}

/// The region of [`full_city`] with one more courier in these hours.
fn staffed_region(window: TimeWindow) -> Region {
    let mut region = region(3, 3);
    let hour = |at: Timestamp| u32::try_from((at - self::at(0, 0)).0 / 3600 % 24).unwrap_or(0);
    let (from, until) = (hour(window.opens()), hour(window.closes() + Seconds(3599)));
    region.couriers[2].shifts = vec![hours(from, until.max(from + 1))];
    region
}

#[test]
fn a_rush_is_answered_shorter_and_never_otherwise() {
    let (world, mut random) = full_city(1);
    for _ in 0..20 {
        let place = any_door(&mut random);
        let full = asked(&world, at(10, 0), place, Effort::Full);
        let near = asked(&world, at(10, 0), place, Effort::NearSlots);
        let six_hours = at(10, 0) + Seconds::hours(6);
        assert!(near.offers.iter().all(|offer| offer.slot.window.opens() <= six_hours));
        assert!(near.offers.iter().all(|offer| full.offers.contains(offer)));
        assert!(near.offers.len() < full.offers.len(), "tomorrow was not looked at");
    }
}
