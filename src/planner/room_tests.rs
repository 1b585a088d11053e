use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

use crate::model::ids::{OfferId, StoreId};
use crate::model::place::{Coordinate, Profile};
use crate::model::region::Region;
use crate::model::slot::{Slot, SlotKind};
use crate::model::time::{TimeWindow, Timestamp};
use crate::model::units::Seconds;
use crate::offers::offer::{Effort, Evidence, Quote};
use crate::offers::refusal::RefusedSlot;
use crate::offers::remedy::{Remedy, add_remedies};
use crate::offers::{Checkout, quote};
use crate::planner::audit::audit;
use crate::planner::command::{Command, OfferTerms};
use crate::planner::event::Event;
use crate::planner::planner_tests::{RightAngles, World, at, door, hours, region, wish};

/// What a customer at a door is told, remedies included.
fn asked(world: &World, now: Timestamp, place: Coordinate, effort: Effort) -> Quote {
    let view = world.planner.view(now);
    let live = view.live.as_ref().expect("configured");
    let row = live.ground.legs.0.row(&RightAngles, &[Profile::Car], place).expect("a way");
    let checkout = Checkout { wish: wish(place), store: None, now };
    let mut quote = quote(&live.ground, &checkout, Some(&row), effort);
    add_remedies(&live.ground, &checkout, &row, &mut quote);
    quote
}

fn any_door(random: &mut Pcg64Mcg) -> Coordinate {
    let [east, north] = [0, 0].map(|_: i32| random.random_range(-1_800..1_800));
    door(east, north)
}

/// A city in which customers at random doors took what they could, until many were refused.
fn full_city(seed: u64) -> (World, Pcg64Mcg) {
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let mut world = World::new(2, 3);
    for _ in 0..60 {
        let place = any_door(&mut random);
        let offers = asked(&world, at(10, 0), place, Effort::Full).offers;
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
    let terms = OfferTerms {
        offer: OfferId(world.offers),
        expires: at(10, 15),
        wish: wish(place),
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
            let last = &world.records[world.records.len() - 2..];
            assert!(matches!(last[0].event, Event::Reassigned { .. }), "{last:?}");
            audited(&world);
            repaired += 1;
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
                Remedy::Store(_) => panic!("there is but one"),
            }
        }
    }
    assert!(0 < told.0 && 20 < told.1, "{told:?}");
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
