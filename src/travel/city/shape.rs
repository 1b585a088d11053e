//! The large forms of an invented city, as curves: a river, main streets, belts.

use std::f64::consts::{FRAC_PI_2, PI, TAU};

use rand::Rng;

use crate::model::plane::PlanePoint;

/// Half the width of the river, in meters.
pub(crate) const RIVER_HALF_METERS: f64 = 75.0;
/// From the middle of the river to the street along it, in meters.
pub(crate) const EMBANKMENT_METERS: f64 = RIVER_HALF_METERS + 40.0;

/// A sine along a line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wave {
    /// How far it swings, in meters.
    amplitude: f64,
    /// From crest to crest, in meters.
    length: f64,
    /// Where it starts, in radians.
    phase: f64,
}

impl Wave {
    pub(crate) fn invent(rng: &mut impl Rng, amplitude: f64, length: f64) -> Self {
        Self { amplitude, length, phase: rng.random_range(0.0..TAU) }
    }

    pub(crate) fn at(&self, along: f64) -> f64 {
        self.amplitude * (TAU * along / self.length + self.phase).sin()
    }
}

/// A closed curve around the center: a circle that swings a little.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Belt {
    radius: f64,
    phases: [f64; 3],
    swing: f64,
}

impl Belt {
    fn invent(rng: &mut impl Rng, radius: f64, swing: f64) -> Self {
        Self { radius, phases: [(); 3].map(|()| rng.random_range(0.0..TAU)), swing }
    }

    /// How far from the center it passes in a direction, in meters.
    pub(crate) fn radius_at(&self, angle: f64) -> f64 {
        let [second, third, fifth] = self.phases;
        let swing = (2.0 * angle + second).sin()
            + 0.6 * (3.0 * angle + third).sin()
            + 0.3 * (5.0 * angle + fifth).sin();
        self.radius * (1.0 + self.swing * swing)
    }
}

/// Where a street that leads out of the city starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SpokeStart {
    /// On the central square.
    Center,
    /// On the boulevard around the old town.
    Boulevard,
    /// On the belt around the inner city: a side street between two main ones.
    Belt,
}

/// A street that leads out of the city.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spoke {
    /// Its general direction, in radians from the east.
    angle: f64,
    wave: Wave,
    /// Where it starts.
    pub(crate) start: SpokeStart,
    /// Whether it has a bridge.
    pub(crate) has_bridge: bool,
}

impl Spoke {
    /// Its direction as seen from the center at a distance.
    pub(crate) fn angle_at(&self, radius: f64) -> f64 {
        // Close to the center the swing fades, so that spokes never cross each other.
        let swing = self.wave.at(radius) * (radius / 1500.0).min(1.0);
        self.angle + swing / radius.max(100.0)
    }
}

/// A river through the whole map.
#[derive(Debug, Clone)]
pub(crate) struct River {
    /// The direction it flows in, in radians from the east.
    turn: f64,
    waves: [Wave; 2],
    /// Its middle, downstream.
    pub(crate) middle: Vec<PlanePoint>,
}

impl River {
    /// How far south of the center it passes, in meters, were it not for its bends.
    const OFFSET_METERS: f64 = 1000.0;

    fn invent(rng: &mut impl Rng) -> Self {
        let turn = rng.random_range(-0.45..0.45);
        let mut waves = [Wave::invent(rng, 520.0, 6800.0), Wave::invent(rng, 130.0, 2600.0)];
        // The old town stands where the river bends toward it.
        waves[0].phase = FRAC_PI_2 + rng.random_range(-0.5..0.5);
        let mut river = Self { turn, waves, middle: Vec::new() };
        river.middle = (-66..=66).map(|step| river.place(f64::from(step) * 100.0, 0.0)).collect();
        river
    }

    /// The point so far downstream of the center, and so far to the left of the river's middle.
    pub(crate) fn place(&self, along: f64, left: f64) -> PlanePoint {
        let across = self.across(along) + left;
        let (sin, cos) = self.turn.sin_cos();
        PlanePoint::new(along * cos - across * sin, along * sin + across * cos)
    }

    fn across(&self, along: f64) -> f64 {
        self.waves.iter().map(|wave| wave.at(along)).sum::<f64>() - Self::OFFSET_METERS
    }

    /// Whether a point lies to the left of the river, where the center is.
    pub(crate) fn is_left(&self, point: PlanePoint) -> bool {
        let (sin, cos) = self.turn.sin_cos();
        let along = point.east * cos + point.north * sin;
        point.north * cos - point.east * sin > self.across(along)
    }

    /// Whether a point lies downstream of the center.
    pub(crate) fn is_downstream(&self, point: PlanePoint) -> bool {
        let (sin, cos) = self.turn.sin_cos();
        point.east * cos + point.north * sin > 0.0
    }

    /// How far its middle is, in meters.
    pub(crate) fn distance(&self, point: PlanePoint) -> f64 {
        distance_to_line(&self.middle, point)
    }

    /// The line beside its middle, so far to the left (or right, if negative), in meters.
    pub(crate) fn beside(&self, left: f64) -> Vec<PlanePoint> {
        let ends = self.middle.windows(2);
        ends.map(|pair| {
            let length = pair[0].distance(pair[1]);
            let east = (pair[1].east - pair[0].east) / length;
            let north = (pair[1].north - pair[0].north) / length;
            PlanePoint::new(pair[0].east - north * left, pair[0].north + east * left)
        })
        .collect()
    }
}

/// How far a line is from a point, in meters.
pub(crate) fn distance_to_line(line: &[PlanePoint], point: PlanePoint) -> f64 {
    line.windows(2)
        .map(|pair| point.distance(point.nearest_on(pair[0], pair[1]).0))
        .fold(f64::INFINITY, f64::min)
}

/// How far out a part of the city lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Band {
    /// Inside the boulevard.
    OldTown,
    /// Between boulevard and belt.
    InnerCity,
    /// Outside the belt.
    Suburb,
    /// Outside the outer belt.
    Outskirts,
}

/// A part of the city between main streets: what has a street grid of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Quarter {
    pub(crate) band: Band,
    /// The spoke to its right, as seen from the center.
    pub(crate) spoke: usize,
    pub(crate) is_left_of_river: bool,
}

/// All large forms.
#[derive(Debug, Clone)]
pub(crate) struct Shape {
    pub(crate) river: River,
    /// Around the old town.
    pub(crate) boulevard: Belt,
    /// Around the inner city.
    pub(crate) belt: Belt,
    /// Around the suburbs.
    pub(crate) outer_belt: Belt,
    /// For cars only, through the outskirts.
    pub(crate) ring: Belt,
    /// Where the city ends.
    pub(crate) edge: Belt,
    /// By direction.
    pub(crate) spokes: Vec<Spoke>,
}

impl Shape {
    /// Main streets out of the city; between any two there is a side street outside the belt.
    const MAIN_SPOKES: u8 = 9;

    pub(crate) fn invent(rng: &mut impl Rng) -> Self {
        let river = River::invent(rng);
        let spokes = invent_spokes(rng, river.turn, Self::MAIN_SPOKES);
        Self {
            river,
            boulevard: Belt::invent(rng, 800.0, 0.05),
            belt: Belt::invent(rng, 1900.0, 0.065),
            outer_belt: Belt::invent(rng, 3050.0, 0.05),
            ring: Belt::invent(rng, 4000.0, 0.035),
            edge: Belt::invent(rng, 4800.0, 0.06),
            spokes,
        }
    }

    /// The quarter that a point lies in; `None` outside the city.
    pub(crate) fn quarter(&self, point: PlanePoint) -> Option<Quarter> {
        let (radius, angle) = (point.east.hypot(point.north), point.north.atan2(point.east));
        let bands = [
            (Band::OldTown, &self.boulevard),
            (Band::InnerCity, &self.belt),
            (Band::Suburb, &self.outer_belt),
            (Band::Outskirts, &self.edge),
        ];
        let (band, _) = bands.into_iter().find(|(_, belt)| radius < belt.radius_at(angle))?;
        let outermost_start = match band {
            Band::OldTown => SpokeStart::Center,
            Band::InnerCity => SpokeStart::Boulevard,
            Band::Suburb | Band::Outskirts => SpokeStart::Belt,
        };
        let spokes = self.spokes.iter().enumerate();
        let (spoke, _) = spokes
            .filter(|(_, spoke)| spoke.start <= outermost_start)
            .map(|(index, spoke)| (index, (angle - spoke.angle_at(radius)).rem_euclid(TAU)))
            .min_by(|a, b| a.1.total_cmp(&b.1))?;
        Some(Quarter { band, spoke, is_left_of_river: self.river.is_left(point) })
    }
}

/// Spokes in all directions. Of those from the center, the one most nearly across the river has
/// a bridge.
fn invent_spokes(rng: &mut impl Rng, river_turn: f64, main: u8) -> Vec<Spoke> {
    let gap = TAU / f64::from(main);
    let first = rng.random_range(0.0..gap);
    let mut spokes = Vec::new();
    for index in 0..main {
        let start = if index % 2 == 0 { SpokeStart::Center } else { SpokeStart::Boulevard };
        for (start, part) in [(start, 0.0), (SpokeStart::Belt, 0.5)] {
            let angle = first + gap * (f64::from(index) + part) + rng.random_range(-0.09..0.09);
            let length = rng.random_range(2400.0..3800.0);
            let wave = Wave::invent(rng, 110.0, length);
            spokes.push(Spoke { angle, wave, start, has_bridge: false });
        }
    }
    let across = river_turn - FRAC_PI_2;
    let off = |spoke: &Spoke| ((spoke.angle - across + PI).rem_euclid(TAU) - PI).abs();
    let from_center = spokes.iter_mut().filter(|spoke| spoke.start == SpokeStart::Center);
    if let Some(nearest) = from_center.min_by(|a, b| off(a).total_cmp(&off(b))) {
        nearest.has_bridge = true;
    }
    spokes
}
