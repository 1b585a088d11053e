//! Every kind of move, written down at random places of random drafts, changes the cost by what it
//! was priced at, and its bound on legs holds.

use proptest::prelude::*;
use rand::Rng;
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

use crate::solver::draft::Draft;
use crate::solver::draft::NONE;
use crate::solver::draft::tests::drafted;
use crate::solver::instance::Instance;
use crate::solver::moves::optional;
use crate::solver::moves::price::Pricer;
use crate::solver::moves::proposal::Proposal;
use crate::solver::moves::relocate::Relocation;
use crate::solver::moves::reversal::Reversal;
use crate::solver::moves::swap::Swap;
use crate::solver::moves::swap_star::SwapStar;
use crate::solver::moves::tails::Tails;
use crate::solver::moves::trips::NewTrip;
use crate::solver::moves::trips::TripSwap;
use crate::solver::penalties::Penalties;

/// A move and the bound that its filter uses, if it has one.
type Sample = Option<(Proposal, Option<i64>)>;

/// Draws what moves are made of.
struct Dice<'a> {
    pricer: Pricer<'a>,
    random: &'a mut Pcg64Mcg,
}

impl Dice<'_> {
    fn client(&mut self) -> Option<u32> {
        let client = self.random.random_range(0..self.pricer.draft.ids.clients);
        self.pricer.draft.is_movable(client).then_some(client)
    }

    fn absent(&mut self) -> Option<u32> {
        let absent = self.pricer.draft.absent.list();
        if absent.is_empty() {
            return None;
        }
        let client = absent[self.random.random_range(0..absent.len())];
        self.pricer.draft.absent.may_join(client).then_some(client)
    }

    /// First and last client of a chain.
    fn chain(&mut self) -> Option<(u32, u32)> {
        let first = self.client()?;
        let mut last = first;
        for _ in 0..self.random.random_range(0..4) {
            let next = self.pricer.draft.stop(last).next;
            if self.pricer.draft.ids.is_client(next) {
                last = next;
            }
        }
        Some((first, last))
    }

    /// A client or the loading of its trip.
    fn place(&mut self) -> Option<u32> {
        let client = self.client()?;
        let is_loading = self.random.random_bool(0.2);
        let trip = self.pricer.draft.stop(client).trip;
        Some(if is_loading { self.pricer.draft.ids.loading_of(trip) } else { client })
    }

    /// A loading or an end before which a trip may be made, and a depot for it.
    fn gap(&mut self) -> (u32, u16) {
        let draft = self.pricer.draft;
        let vehicle = self.random.random_range(0..draft.ids.vehicles);
        let trip = self.client().map(|client| draft.stop(client).trip);
        let after = match trip {
            Some(trip) if self.random.random_bool(0.5) => draft.ids.loading_of(trip),
            _ => draft.ids.end_of(vehicle),
        };
        (after, self.random.random_range(0..2))
    }

    fn has(&self, (first, last): (u32, u32), stop: u32) -> bool {
        let draft = self.pricer.draft;
        let position = draft.stop(stop).position;
        draft.stop(first).vehicle == draft.stop(stop).vehicle
            && (draft.stop(first).position..=draft.stop(last).position).contains(&position)
    }

    fn relocation(&mut self) -> Sample {
        let (first, last) = self.chain()?;
        let after = self.place()?;
        let draft = self.pricer.draft;
        if self.has((first, last), after) || draft.stop(after).next == first {
            return None;
        }
        let is_reversed = self.random.random_bool(0.5);
        let relocation = Relocation { first, last, is_reversed, after };
        Some((relocation.proposal(draft), relocation.legs(&self.pricer)))
    }

    fn swap(&mut self) -> Sample {
        let (one, other) = (self.chain()?, self.chain()?);
        let draft = self.pricer.draft;
        let follows = |a: (u32, u32), b: (u32, u32)| draft.stop(a.1).next == b.0;
        let overlaps = self.has(one, other.0) || self.has(other, one.0);
        if overlaps || follows(one, other) || follows(other, one) {
            return None;
        }
        let swap = Swap { one, other };
        Some((swap.proposal(draft), Some(swap.legs(&self.pricer))))
    }

    fn swap_star(&mut self) -> Sample {
        let (one, other) = (self.client()?, self.client()?);
        let (one_after, other_after) = (self.place()?, self.place()?);
        let draft = self.pricer.draft;
        let trip = |stop: u32| draft.stop(stop).trip;
        let fits = |leaves: u32, after: u32| {
            let stop = draft.stop(leaves);
            trip(after) == stop.trip && after != stop.previous
        };
        if trip(one) == trip(other) || !fits(one, other_after) || !fits(other, one_after) {
            return None;
        }
        let swap = SwapStar { one, one_after, other, other_after };
        Some((swap.proposal(draft), None))
    }

    fn tails(&mut self) -> Sample {
        let (a, b) = (self.place()?, self.client()?);
        let draft = self.pricer.draft;
        let (from, to) = (draft.stop(a), draft.stop(b));
        if from.trip == to.trip {
            return None;
        }
        let group = |vehicle: u32| self.pricer.instance.group_of[vehicle as usize];
        let with_later_trips = from.vehicle != to.vehicle
            && group(from.vehicle) == group(to.vehicle)
            && self.random.random_bool(0.7);
        let tails = Tails { a, b, with_later_trips };
        Some((tails.proposal(draft), tails.legs(&self.pricer)))
    }

    fn reversal(&mut self) -> Sample {
        let (first, last) = self.chain()?;
        let reversal = Reversal { first, last };
        let legs = reversal.legs(&self.pricer);
        (first != last).then(|| (reversal.proposal(self.pricer.draft), Some(legs)))
    }

    fn new_trip(&mut self) -> Sample {
        let (mut first, mut last) = self.chain()?;
        let draft = self.pricer.draft;
        let trip = draft.stop(first).trip;
        if self.random.random_bool(0.5) {
            (first, last) = (draft.stop(draft.ids.loading_of(trip)).next, draft.haul(trip).last);
        }
        let (after, depot) = self.gap();
        let new = NewTrip { first, last, after, depot };
        Some((new.proposal(draft), new.legs(&self.pricer)))
    }

    fn trip_swap(&mut self) -> Sample {
        let draft = self.pricer.draft;
        let (one, other) = (draft.stop(self.client()?).trip, draft.stop(self.client()?).trip);
        let swap = TripSwap { one, other };
        (one != other).then(|| (swap.proposal(&self.pricer), swap.legs(&self.pricer)))
    }

    fn optional(&mut self) -> Sample {
        let draft = self.pricer.draft;
        let proposal = match self.random.random_range(0..4) {
            0 => optional::insertion(draft, self.absent()?, self.place()?),
            1 => {
                let (after, depot) = self.gap();
                optional::opening(draft, self.absent()?, after, depot)
            }
            2 => optional::removal(draft, self.client()?),
            _ => optional::replacement(draft, self.absent()?, self.client()?),
        };
        Some((proposal, None))
    }

    /// A move of any kind.
    fn mixture(&mut self) -> Sample {
        match self.random.random_range(0..8) {
            1 => self.swap(),
            2 => self.tails(),
            3 => self.reversal(),
            4 => self.new_trip(),
            5 => self.trip_swap(),
            6 => self.optional(),
            7 => self.swap_star(),
            _ => self.relocation(),
        }
    }
}

fn penalties(random: &mut Pcg64Mcg) -> Penalties {
    Penalties {
        load: random.random_range(1..100),
        warp: random.random_range(1..10),
        duration: random.random_range(1..10),
    }
}

/// Makes random moves of one kind and checks each; gives how many were made.
fn check(seed: u64, clients: u32, rounds: u32, kind: impl Fn(&mut Dice<'_>) -> Sample) -> u32 {
    let (problem, legs, routes) = drafted(seed, clients);
    let instance = Instance::new(&problem, &legs);
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let penalties = penalties(&mut random);
    let mut draft = Draft::new(&instance);
    draft.load_routes(&instance, &routes);
    let mut made = 0;
    for _ in 0..rounds {
        let mut dice = Dice {
            pricer: Pricer { instance: &instance, draft: &draft, penalties },
            random: &mut random,
        };
        let Some((proposal, bound)) = kind(&mut dice) else { continue };
        let pricer = dice.pricer;
        let legs = bound.unwrap_or(i64::MIN / 2);
        let Some(priced) = pricer.offer(&proposal, legs, i64::MAX) else { continue };
        let vehicles: Vec<u32> = proposal.cuts().iter().map(|cut| cut.vehicle).collect();
        let old_legs: i64 = draft.tours.iter().map(|tour| tour.legs).sum();
        let before = draft.cost(&penalties);
        draft.apply(&instance, &proposal);
        let what = format!("seed {seed}, vehicles {vehicles:?}, {proposal:?}");
        assert_eq!(draft.cost(&penalties) - before, priced.delta, "{what}");
        let new_legs: i64 = draft.tours.iter().map(|tour| tour.legs).sum();
        assert!(bound.is_none_or(|bound| bound == new_legs - old_legs), "{bound:?} {what}");
        made += 1;
    }
    assert_whole(&instance, &draft);
    made
}

/// Everybody is visited once or absent, and what is known of routes is what loading them finds.
fn assert_whole(instance: &Instance, draft: &Draft) {
    let mut again = Draft::new(instance);
    let routes = draft.routes();
    again.load_routes(instance, &routes);
    assert_eq!(draft.tours, again.tours);
    assert_eq!(draft.absent.cost(), again.absent.cost());
    let clients = routes.iter().flat_map(|(_, trips)| trips).flat_map(|trip| &trip.clients);
    let mut everybody: Vec<u32> =
        clients.copied().chain(draft.absent.list().iter().copied()).collect();
    everybody.sort_unstable();
    assert_eq!(everybody, (0..draft.ids.clients).collect::<Vec<_>>());
    for (vehicle, trips) in &routes {
        let locked = &instance.problem.vehicles[*vehicle as usize].locked;
        assert_eq!(&trips[..locked.len()], &locked[..]);
        assert!(trips[locked.len()..].iter().all(|trip| !trip.clients.is_empty()));
    }
    for group in &instance.problem.groups {
        assert!(group.iter().filter(|&&client| draft.is_present(client)).count() <= 1);
    }
    for (group, &idle) in instance.groups.iter().zip(&draft.idle) {
        let is_idle = |&&vehicle: &&u32| draft.tour(vehicle).trips == 0;
        assert_eq!(group.iter().find(is_idle).copied().unwrap_or(NONE), idle);
    }
}

macro_rules! priced_as_applied {
    ($($name:ident: $kind:ident),*) => {
        proptest! {
            #![proptest_config(ProptestConfig { cases: 250, ..ProptestConfig::default() })]
            $(
                #[test]
                fn $name(seed in any::<u64>(), clients in 2..40_u32) {
                    check(seed, clients, 60, |dice| dice.$kind());
                }
            )*
        }
    };
}

priced_as_applied! {
    relocating_costs_what_it_said: relocation,
    swapping_costs_what_it_said: swap,
    swapping_to_best_places_costs_what_it_said: swap_star,
    exchanging_tails_costs_what_it_said: tails,
    reversing_costs_what_it_said: reversal,
    making_a_trip_costs_what_it_said: new_trip,
    exchanging_trips_costs_what_it_said: trip_swap,
    joining_and_leaving_costs_what_it_said: optional,
    any_mix_of_moves_costs_what_it_said: mixture
}

#[test]
#[ignore = "takes a minute; `make soak` runs it"]
fn millions_of_moves_cost_what_they_said() {
    let mut made = 0_u64;
    for seed in 0..60_000 {
        let clients = 2 + u32::try_from(seed % 50).expect("small");
        made += u64::from(check(seed, clients, 200, |dice: &mut Dice<'_>| dice.mixture()));
    }
    assert!(made > 3_000_000, "only {made} moves were made");
}
