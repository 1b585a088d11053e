//! What the tags of OpenStreetMap say about who may go where, and how fast.
//!
//! # Source
//! The meaning of tags: <https://wiki.openstreetmap.org/wiki/Key:highway>, `Key:access`, `Key:oneway`,
//! `Key:maxspeed`, `Key:barrier`. Speeds of cars by class, and the share of a limit that is driven in
//! the mean, are those of OSRM's `car.lua`, so that ways can be compared with that engine's.

use crate::model::place::Profile;
use crate::travel::roads::class::RoadClass;
use crate::travel::roads::network::Speeds;

/// Pace of walkers, in millimeters per second: the usual one of pedestrians.
const FOOT: u16 = 1_350;
/// On steps one is half as fast. (Taste.)
const STEPS: u16 = 700;
/// An unhurried, loaded bicycle on a road, in millimeters per second. (Taste.)
const BIKE: u16 = 4_400;
/// And on paths and tracks. (Taste.)
const BIKE_ON_PATHS: u16 = 3_600;
/// The share of a speed limit that is driven in the mean. (OSRM, `car.lua`: `speed_reduction`.)
const SHARE_OF_LIMIT: f64 = 0.8;
/// What a speed limit may be, in km/h; others are taken for mistakes.
const LIMITS: std::ops::RangeInclusive<f64> = 5.0..=140.0;
/// "none" means that there is no limit: taken as this one, in km/h. (Taste.)
const NO_LIMIT: f64 = 140.0;

/// The tags of one thing: keys and values.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tags<'a>(pub(crate) &'a [(&'a str, &'a str)]);

impl<'a> Tags<'a> {
    /// The value of a key.
    pub(crate) fn get(self, key: &str) -> Option<&'a str> {
        self.0.iter().find(|(name, _)| *name == key).map(|(_, value)| *value)
    }

    fn is(self, key: &str, value: &str) -> bool {
        self.get(key) == Some(value)
    }
}

/// What the tags of a way make of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WayRules {
    pub(crate) class: RoadClass,
    pub(crate) has_doors: bool,
    pub(crate) speeds: Speeds,
}

/// What kind of road a way is, and who may use it; `None` when it is none, or closed for all.
pub(crate) fn way_rules(tags: Tags<'_>) -> Option<WayRules> {
    let highway = tags.get("highway")?;
    if tags.is("route", "ferry") {
        return None;
    }
    let (class, is_link) = class_of(highway)?;
    let mut speeds = Speeds::default();
    for profile in Profile::ALL {
        speeds[profile.index()] = match profile {
            Profile::Car => car_speeds(tags, class, is_link),
            Profile::Bike => bike_speeds(tags, class, highway),
            Profile::Foot => foot_speeds(tags, class, highway),
        };
    }
    let is_raised = ["bridge", "tunnel"].iter().any(|key| tags.get(key).is_some_and(|v| v != "no"));
    let has_doors = class.has_doors() && !is_link && !is_raised && !is_roundabout(tags);
    let is_open = speeds.as_flattened().iter().any(|&speed| speed != 0);
    is_open.then_some(WayRules { class, has_doors, speeds })
}

/// The class of a value of `highway`, and whether the way only links two roads.
fn class_of(highway: &str) -> Option<(RoadClass, bool)> {
    let (kind, is_link) =
        highway.strip_suffix("_link").map_or((highway, false), |kind| (kind, true));
    let class = match kind {
        "motorway" => RoadClass::Motorway,
        "trunk" => RoadClass::Trunk,
        "primary" => RoadClass::Primary,
        "secondary" => RoadClass::Secondary,
        "tertiary" => RoadClass::Tertiary,
        "residential" | "unclassified" | "road" => RoadClass::Residential,
        "living_street" => RoadClass::LivingStreet,
        "service" => RoadClass::Service,
        "pedestrian" => RoadClass::Pedestrian,
        "track" => RoadClass::Track,
        "cycleway" => RoadClass::Cycleway,
        "footway" | "path" | "steps" | "bridleway" | "corridor" => RoadClass::Path,
        _ => return None,
    };
    Some((class, is_link))
}

/// What the most special of `keys` that is there says: open, closed, or nothing.
fn access(tags: Tags<'_>, keys: &[&str]) -> Option<bool> {
    keys.iter().find_map(|key| match tags.get(key)? {
        "yes" | "designated" | "permissive" | "destination" | "customers" | "delivery"
        | "official" | "permit" | "public" => Some(true),
        "no" | "private" | "agricultural" | "forestry" | "military" | "emergency" | "psv"
        | "bus" | "use_sidepath" => Some(false),
        _ => None,
    })
}

fn car_speeds(tags: Tags<'_>, class: RoadClass, is_link: bool) -> [u16; 2] {
    let kilometers_per_hour = match (class, is_link) {
        (RoadClass::Motorway, false) => 90.0,
        (RoadClass::Motorway, true) => 45.0,
        (RoadClass::Trunk, false) => 85.0,
        (RoadClass::Trunk, true) | (RoadClass::Tertiary, false) => 40.0,
        (RoadClass::Primary, false) => 65.0,
        (RoadClass::Primary, true) => 30.0,
        (RoadClass::Secondary, false) => 55.0,
        (RoadClass::Secondary, true) | (RoadClass::Residential, _) => 25.0,
        (RoadClass::Tertiary, true) => 20.0,
        (RoadClass::Service, _) => 15.0,
        // Among walkers; other roads than living streets only where a tag opens them.
        (_, _) => 10.0,
    };
    let is_for_cars = class <= RoadClass::Service;
    let keys = ["motorcar", "motor_vehicle", "vehicle", "access"];
    let opening = if is_for_cars { &keys[..] } else { &keys[..2] };
    if !access(tags, opening).unwrap_or(is_for_cars) || !access(tags, &keys).unwrap_or(true) {
        return [0; 2];
    }
    let limit = |side: &str| tags.get(side).or_else(|| tags.get("maxspeed")).and_then(limit_of);
    let speed = |side| {
        millimeters_per_second(
            limit(side).map_or(kilometers_per_hour, |limit| limit * SHARE_OF_LIMIT),
        )
    };
    let both = [speed("maxspeed:forward"), speed("maxspeed:backward")];
    flow(tags, class).of(both)
}

fn bike_speeds(tags: Tags<'_>, class: RoadClass, highway: &str) -> [u16; 2] {
    let usual = match class {
        RoadClass::Motorway | RoadClass::Trunk | RoadClass::Pedestrian => None,
        RoadClass::Track => Some(BIKE_ON_PATHS),
        RoadClass::Path => (highway == "path").then_some(BIKE_ON_PATHS),
        _ => Some(BIKE),
    };
    if class == RoadClass::Motorway || tags.is("motorroad", "yes") || highway == "steps" {
        return [0; 2];
    }
    if tags.is("bicycle", "dismount") {
        return [FOOT; 2];
    }
    let speed = match (access(tags, &["bicycle"]), usual) {
        (Some(false), _) | (None, None) => return [0; 2],
        (Some(true), usual) => usual.unwrap_or(BIKE_ON_PATHS),
        (None, Some(usual)) => {
            if !access(tags, &["vehicle", "access"]).unwrap_or(true) {
                return [0; 2];
            }
            usual
        }
    };
    let sides = ["cycleway", "cycleway:left", "cycleway:right", "cycleway:both"];
    let is_contraflow =
        sides.iter().any(|key| tags.get(key).is_some_and(|v| v.starts_with("opposite")))
            || tags.is("cycleway:left:oneway", "-1")
            || tags.is("cycleway:left:oneway", "no")
            || tags.is("cycleway:right:oneway", "-1")
            || tags.is("cycleway:right:oneway", "no");
    let flow = match tags.get("oneway:bicycle").and_then(Flow::parse) {
        Some(flow) => flow,
        None if is_contraflow => Flow::BothWays,
        None => flow(tags, class),
    };
    flow.of([speed; 2])
}

fn foot_speeds(tags: Tags<'_>, class: RoadClass, highway: &str) -> [u16; 2] {
    let is_usual = match class {
        RoadClass::Motorway | RoadClass::Cycleway => false,
        RoadClass::Trunk => {
            let walks =
                |key| tags.get(key).is_some_and(|v| !matches!(v, "no" | "none" | "separate"));
            walks("sidewalk") || walks("sidewalk:both") || walks("sidewalk:right")
        }
        _ => true,
    };
    let is_closed = class == RoadClass::Motorway || tags.is("motorroad", "yes");
    let may_walk = access(tags, &["foot"])
        .unwrap_or_else(|| is_usual && access(tags, &["access"]).unwrap_or(true));
    if is_closed || !may_walk {
        return [0; 2];
    }
    let speed = if highway == "steps" { STEPS } else { FOOT };
    tags.get("oneway:foot").and_then(Flow::parse).unwrap_or(Flow::BothWays).of([speed; 2])
}

/// In which directions a way may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    BothWays,
    Forward,
    Backward,
    /// It changes with the hour: nobody can rely on it.
    Closed,
}

impl Flow {
    fn parse(value: &str) -> Option<Self> {
        match value {
            "yes" | "1" | "true" => Some(Self::Forward),
            "-1" | "reverse" => Some(Self::Backward),
            "no" | "0" | "false" | "alternating" => Some(Self::BothWays),
            "reversible" => Some(Self::Closed),
            _ => None,
        }
    }

    /// Speeds with those of closed directions taken out.
    fn of(self, [forward, backward]: [u16; 2]) -> [u16; 2] {
        match self {
            Self::BothWays => [forward, backward],
            Self::Forward => [forward, 0],
            Self::Backward => [0, backward],
            Self::Closed => [0; 2],
        }
    }
}

fn is_roundabout(tags: Tags<'_>) -> bool {
    matches!(tags.get("junction"), Some("roundabout" | "circular"))
}

/// In which directions vehicles may go; roundabouts and motorways are one-way without saying so.
fn flow(tags: Tags<'_>, class: RoadClass) -> Flow {
    let implied = is_roundabout(tags) || class == RoadClass::Motorway;
    let unsaid = if implied { Flow::Forward } else { Flow::BothWays };
    tags.get("oneway").and_then(Flow::parse).unwrap_or(unsaid)
}

/// A speed limit in km/h, or `None` when the text is none that makes sense.
fn limit_of(text: &str) -> Option<f64> {
    let text = text.trim();
    let (number, unit) =
        text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let limit = match (number.parse::<f64>(), unit.trim()) {
        (Ok(value), "" | "km/h" | "kph" | "kmh") => value,
        (Ok(value), "mph") => value * 1.609_344,
        (Ok(_), _) => return None,
        (Err(_), "none") => NO_LIMIT,
        (Err(_), "walk") => 7.0,
        // As in "DE:urban": what the law of most countries says.
        (Err(_), zone) => match zone.split_once(':')?.1 {
            "urban" => 50.0,
            "rural" => 90.0,
            "motorway" => 120.0,
            "living_street" => 20.0,
            "zone30" | "30" => 30.0,
            _ => return None,
        },
    };
    LIMITS.contains(&limit).then_some(limit)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within LIMITS")]
fn millimeters_per_second(kilometers_per_hour: f64) -> u16 {
    (kilometers_per_hour / 0.0036).round() as u16
}

/// Whom a thing on the road lets pass, by [`Profile::index`].
pub(crate) fn gate(tags: Tags<'_>) -> [bool; 3] {
    // Crossings say who may cross, not who may go along the road.
    let Some(barrier) = tags.get("barrier") else { return [true; 3] };
    let usual = match barrier {
        "cattle_grid" | "border_control" | "toll_booth" | "sally_port" | "gate" | "lift_gate"
        | "swing_gate" | "sliding_gate" | "no" | "entrance" | "height_restrictor" | "arch"
        | "kerb" => [true; 3],
        "wall" | "fence" | "hedge" | "debris" | "spikes" => [false; 3],
        "stile" | "turnstile" | "kissing_gate" | "full-height_turnstile" => [false, false, true],
        // Bollards, blocks, chains, cycle barriers and whatever else keeps cars out.
        _ => [false, true, true],
    };
    Profile::ALL.map(|profile| node_access(tags, profile).unwrap_or(usual[profile.index()]))
}

fn node_access(tags: Tags<'_>, profile: Profile) -> Option<bool> {
    match profile {
        Profile::Car => access(tags, &["motorcar", "motor_vehicle", "vehicle", "access"]),
        Profile::Bike => access(tags, &["bicycle", "vehicle", "access"]),
        Profile::Foot => access(tags, &["foot", "access"]),
    }
}

#[cfg(test)]
mod tests {
    use crate::travel::roads::class::RoadClass;
    use crate::travel::roads::tags::{Tags, gate, limit_of, way_rules};

    /// Speeds in km/h of car, bike and foot, forward and backward; nothing where nobody may go.
    fn speeds(text: &str) -> String {
        let tags: Vec<(&str, &str)> =
            text.split_whitespace().map(|tag| tag.split_once('=').unwrap()).collect();
        let Some(rules) = way_rules(Tags(&tags)) else { return "closed".to_owned() };
        let side = |speed: u16| (f64::from(speed) * 0.0036).round();
        rules.speeds.map(|[ahead, back]| format!("{}/{}", side(ahead), side(back))).join(" ")
    }

    #[test]
    fn speeds_follow_class_limit_and_direction() {
        let told = |lines: &[&str]| {
            let lines: Vec<String> =
                lines.iter().map(|text| format!("{text}: {}", speeds(text))).collect();
            lines.join("\n")
        };
        insta::assert_snapshot!(told(&[
            "highway=motorway",
            "highway=motorway_link maxspeed=60",
            "highway=trunk sidewalk=both",
            "highway=primary maxspeed=60",
            "highway=secondary maxspeed:forward=50 maxspeed:backward=30",
            "highway=tertiary maxspeed=30mph",
            "highway=residential oneway=yes",
            "highway=residential oneway=-1",
            "highway=residential oneway=yes oneway:bicycle=no",
            "highway=residential oneway=yes cycleway:left=opposite_lane",
            "highway=residential junction=roundabout",
            "highway=residential oneway=reversible",
            "highway=living_street",
            "highway=service access=private",
            "highway=service access=destination",
            "highway=service access=no foot=yes",
            "highway=unclassified motor_vehicle=no",
            "highway=pedestrian bicycle=yes",
            "highway=pedestrian motor_vehicle=delivery",
            "highway=footway",
            "highway=footway bicycle=dismount",
            "highway=path",
            "highway=steps bicycle=yes",
            "highway=cycleway",
            "highway=cycleway foot=designated oneway=yes",
            "highway=track",
            "highway=track motor_vehicle=yes access=private",
            "highway=construction",
            "highway=primary route=ferry",
            "waterway=river",
        ]), @"
        highway=motorway: 90/0 0/0 0/0
        highway=motorway_link maxspeed=60: 48/0 0/0 0/0
        highway=trunk sidewalk=both: 85/85 0/0 5/5
        highway=primary maxspeed=60: 48/48 16/16 5/5
        highway=secondary maxspeed:forward=50 maxspeed:backward=30: 40/24 16/16 5/5
        highway=tertiary maxspeed=30mph: 39/39 16/16 5/5
        highway=residential oneway=yes: 25/0 16/0 5/5
        highway=residential oneway=-1: 0/25 0/16 5/5
        highway=residential oneway=yes oneway:bicycle=no: 25/0 16/16 5/5
        highway=residential oneway=yes cycleway:left=opposite_lane: 25/0 16/16 5/5
        highway=residential junction=roundabout: 25/0 16/0 5/5
        highway=residential oneway=reversible: 0/0 0/0 5/5
        highway=living_street: 10/10 16/16 5/5
        highway=service access=private: closed
        highway=service access=destination: 15/15 16/16 5/5
        highway=service access=no foot=yes: 0/0 0/0 5/5
        highway=unclassified motor_vehicle=no: 0/0 16/16 5/5
        highway=pedestrian bicycle=yes: 0/0 13/13 5/5
        highway=pedestrian motor_vehicle=delivery: 10/10 0/0 5/5
        highway=footway: 0/0 0/0 5/5
        highway=footway bicycle=dismount: 0/0 5/5 5/5
        highway=path: 0/0 13/13 5/5
        highway=steps bicycle=yes: 0/0 0/0 3/3
        highway=cycleway: 0/0 16/16 0/0
        highway=cycleway foot=designated oneway=yes: 0/0 16/0 5/5
        highway=track: 0/0 13/13 5/5
        highway=track motor_vehicle=yes access=private: 10/10 0/0 0/0
        highway=construction: closed
        highway=primary route=ferry: closed
        waterway=river: closed
        ");
    }

    #[test]
    fn one_stops_at_doors_of_streets_but_not_on_ramps_bridges_or_motorways() {
        let has_doors = |tags: &[(&str, &str)]| way_rules(Tags(tags)).unwrap().has_doors;
        assert!(has_doors(&[("highway", "residential"), ("bridge", "no")]));
        for other in [("bridge", "yes"), ("tunnel", "yes"), ("junction", "roundabout")] {
            assert!(!has_doors(&[("highway", "residential"), other]), "{other:?}");
        }
        for highway in ["motorway", "trunk", "primary_link", "footway", "track"] {
            assert!(!has_doors(&[("highway", highway)]), "{highway}");
        }
        let rules = way_rules(Tags(&[("highway", "unclassified")])).unwrap();
        assert_eq!(rules.class, RoadClass::Residential);
    }

    #[test]
    fn limits_are_numbers_zones_or_nothing() {
        let limit = |text| limit_of(text).map(f64::round);
        assert_eq!(limit("50"), Some(50.0));
        assert_eq!(limit("50 km/h"), Some(50.0));
        assert_eq!(limit("20 mph"), Some(32.0));
        assert_eq!(limit("BR:urban"), Some(50.0));
        assert_eq!(limit("walk"), Some(7.0));
        assert_eq!(limit("none"), Some(140.0));
        for odd in ["", "0", "4", "500", "50 knots", "signals", "50;60", "BR:", "fast"] {
            assert_eq!(limit(odd), None, "{odd}");
        }
    }

    #[test]
    fn barriers_let_pass_whom_they_are_made_for() {
        assert_eq!(gate(Tags(&[("barrier", "bollard")])), [false, true, true]);
        assert_eq!(gate(Tags(&[("barrier", "gate")])), [true; 3]);
        assert_eq!(gate(Tags(&[("barrier", "gate"), ("access", "private")])), [false; 3]);
        let for_walkers = [("barrier", "gate"), ("access", "no"), ("foot", "yes")];
        assert_eq!(gate(Tags(&for_walkers)), [false, false, true]);
        assert_eq!(gate(Tags(&[("barrier", "kissing_gate")])), [false, false, true]);
        assert_eq!(gate(Tags(&[("highway", "crossing"), ("bicycle", "no")])), [true; 3]);
    }
}
