//! Reading extracts: a small one that is written here, and what is wrong with others.

use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;

use crate::model::place::Profile;
use crate::travel::roads::network::{Ground, GroundKind};
use crate::travel::roads::osm::{ImportError, Imported, Progress, import};

/// A number as protocol buffers write it.
fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while 127 < value {
        bytes.push((value & 127) as u8 | 128);
        value >>= 7;
    }
    bytes.push(u8::try_from(value).unwrap());
    bytes
}

fn signed(value: i64) -> u64 {
    (value << 1 ^ value >> 63).cast_unsigned()
}

/// A field that holds bytes: text, a message, packed numbers.
fn field(number: u64, content: &[u8]) -> Vec<u8> {
    [varint(number << 3 | 2), varint(content.len() as u64), content.to_vec()].concat()
}

fn number(field: u64, value: u64) -> Vec<u8> {
    [varint(field << 3), varint(value)].concat()
}

fn packed(field_number: u64, values: impl IntoIterator<Item = u64>) -> Vec<u8> {
    field(field_number, &values.into_iter().flat_map(varint).collect::<Vec<u8>>())
}

fn deltas(ids: &[i64]) -> Vec<u64> {
    let before = std::iter::once(0).chain(ids.iter().copied());
    ids.iter().zip(before).map(|(id, before)| signed(id - before)).collect()
}

/// Writes one block of an extract: texts are collected as they are used.
#[derive(Default)]
struct Block {
    texts: Vec<String>,
    group: Vec<u8>,
}

impl Block {
    fn text(&mut self, text: &str) -> u64 {
        let known = self.texts.iter().position(|known| known == text);
        let index = known.unwrap_or_else(|| {
            self.texts.push(text.to_owned());
            self.texts.len() - 1
        });
        index as u64 + 1
    }

    fn tags(&mut self, tags: &[(&str, &str)]) -> Vec<u8> {
        let keys: Vec<u64> = tags.iter().map(|(key, _)| self.text(key)).collect();
        let values: Vec<u64> = tags.iter().map(|(_, value)| self.text(value)).collect();
        [packed(2, keys), packed(3, values)].concat()
    }

    fn node(&mut self, id: i64, [lat, lon]: [i64; 2], tags: &[(&str, &str)]) {
        let place = [number(8, signed(lat)), number(9, signed(lon))].concat();
        let node = [number(1, signed(id)), self.tags(tags), place].concat();
        self.group.extend(field(1, &node));
    }

    fn way(&mut self, id: i64, points: &[i64], tags: &[(&str, &str)]) {
        let id = number(1, id.cast_unsigned());
        let way = [id, self.tags(tags), packed(8, deltas(points))].concat();
        self.group.extend(field(3, &way));
    }

    /// Members are role, number and kind: 0 a node, 1 a way.
    fn relation(&mut self, id: i64, members: &[(&str, i64, u64)], tags: &[(&str, &str)]) {
        let roles: Vec<u64> = members.iter().map(|(role, ..)| self.text(role)).collect();
        let ids: Vec<i64> = members.iter().map(|(_, id, _)| *id).collect();
        let kinds = members.iter().map(|(_, _, kind)| *kind);
        let id = number(1, id.cast_unsigned());
        let members = [packed(8, roles), packed(9, deltas(&ids)), packed(10, kinds)].concat();
        let relation = [id, self.tags(tags), members].concat();
        self.group.extend(field(4, &relation));
    }

    fn bytes(&self) -> Vec<u8> {
        let texts: Vec<u8> = std::iter::once("")
            .chain(self.texts.iter().map(String::as_str))
            .flat_map(|text| field(1, text.as_bytes()))
            .collect();
        blob("OSMData", &[field(1, &texts), field(2, &self.group)].concat())
    }
}

fn blob(kind: &str, content: &[u8]) -> Vec<u8> {
    let blob = field(1, content);
    let header = [field(1, kind.as_bytes()), number(3, blob.len() as u64)].concat();
    let length = u32::try_from(header.len()).unwrap().to_be_bytes();
    [&length[..], &header, &blob].concat()
}

fn header(features: &[&str]) -> Vec<u8> {
    blob(
        "OSMHeader",
        &features.iter().flat_map(|name| field(4, name.as_bytes())).collect::<Vec<u8>>(),
    )
}

/// A square of streets with a lake made of two lines, a house, a bollard and a forbidden turn.
fn village() -> Vec<u8> {
    let mut points = Block::default();
    for (id, lat, lon) in [
        (1, 0, 0),
        (2, 0, 90_000),
        (3, 90_000, 90_000),
        (4, 90_000, 0),
        (5, 40_000, 40_000),
        (6, 50_000, 45_000),
    ] {
        points.node(id, [lat, lon], &[]);
    }
    points.node(7, [0, 45_000], &[("barrier", "bollard")]);
    let mut ways = Block::default();
    let street = ("highway", "residential");
    ways.way(10, &[1, 7, 2], &[street, ("name", "South Street")]);
    ways.way(11, &[2, 3], &[street]);
    ways.way(12, &[3, 4, 1], &[street, ("oneway", "no")]);
    ways.way(20, &[1, 5, 6], &[]);
    ways.way(21, &[1, 3, 6], &[]);
    ways.way(22, &[5, 6, 3, 5], &[("building", "yes")]);
    ways.way(23, &[1, 3], &[("waterway", "river")]);
    let mut relations = Block::default();
    let water = [("type", "multipolygon"), ("natural", "water")];
    relations.relation(30, &[("outer", 20, 1), ("outer", 21, 1)], &water);
    let turn = [("type", "restriction"), ("restriction", "no_left_turn")];
    relations.relation(31, &[("from", 10, 1), ("via", 2, 0), ("to", 11, 1)], &turn);
    let blocks = [&points, &ways, &relations].map(Block::bytes).concat();
    [header(&["OsmSchema-V0.6"]), blocks].concat()
}

struct Kept {
    folder: tempfile::TempDir,
}

impl Kept {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn import(&self, bytes: &[u8]) -> Result<Imported, ImportError> {
        let file = self.folder.path().join("a.osm.pbf");
        fs::write(&file, bytes).unwrap();
        import(&file, &mut |_| {})
    }

    /// What is said about a file, without the folder.
    fn complaint(&self, bytes: &[u8]) -> String {
        let folder = self.folder.path().to_str().unwrap().to_owned() + "/";
        self.import(bytes).unwrap_err().to_string().replace(&folder, "")
    }
}

#[test]
fn a_village_is_read_with_names_gates_turns_and_areas() {
    let Imported { network, turns } = Kept::new().import(&village()).unwrap();
    assert_eq!(network.attribution(), "© OpenStreetMap contributors");
    assert_eq!((turns.kept, turns.left_out), (1, 0));
    let named = network.edges().iter().filter(|e| network.name(e) == Some("South Street"));
    assert_eq!(named.count(), 2);
    assert_eq!(network.edges().len(), 5, "the bollard cuts one street, and is a way of its own");
    assert_eq!(network.kilometers(Profile::Bike), 4);
    let mut kinds: Vec<_> = network.grounds().iter().map(|g| (g.kind, g.outline.len())).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, [(GroundKind::Water, 4), (GroundKind::Building, 3)]);
}

#[test]
fn lakes_keep_their_islands_and_the_sea_lies_beside_the_coast() {
    let mut points = Block::default();
    for (id, lat, lon) in [
        (1, 0, 0),
        (2, 0, 90_000),
        (3, 90_000, 90_000),
        (4, 90_000, 0),
        (5, 20_000, 20_000),
        (6, 20_000, 30_000),
        (7, 30_000, 30_000),
        (8, -10_000, 40_000),
        (9, 100_000, 40_000),
    ] {
        points.node(id, [lat, lon], &[]);
    }
    let mut ways = Block::default();
    ways.way(10, &[1, 2, 3, 4, 1], &[("highway", "residential")]);
    ways.way(11, &[5, 6, 7, 5], &[]);
    ways.way(12, &[8, 9], &[("natural", "coastline")]);
    let mut relations = Block::default();
    let water = [("type", "multipolygon"), ("natural", "water")];
    relations.relation(30, &[("outer", 10, 1), ("inner", 11, 1)], &water);
    let blocks = [&points, &ways, &relations].map(Block::bytes).concat();
    let bytes = [header(&["OsmSchema-V0.6"]), blocks].concat();
    let Imported { network, .. } = Kept::new().import(&bytes).unwrap();
    let rings = |ground: &Ground| ground.rings().map(Vec::len).collect::<Vec<_>>();
    let grounds: Vec<_> = network.grounds().iter().map(|g| (g.kind, rings(g))).collect();
    let (sea, lake) = (vec![4], vec![4, 3]);
    assert_eq!(grounds, [(GroundKind::Water, sea), (GroundKind::Water, lake)]);
    // To the right of a coast that runs north.
    let west = network.grounds()[0].outline.iter().map(|place| place.longitude_micro).min();
    assert_eq!(west, Some(4_000));
}

#[test]
fn progress_goes_through_all_steps_to_the_end() {
    let kept = Kept::new();
    let file = kept.folder.path().join("a.osm.pbf");
    fs::write(&file, village()).unwrap();
    let mut seen: Vec<Progress> = Vec::new();
    import(&file, &mut |progress| seen.push(progress)).unwrap();
    seen.retain(|progress| progress.bytes_done == progress.bytes_total);
    let steps: Vec<String> = seen.iter().map(|seen| format!("{:?}", seen.step)).collect();
    assert_eq!(steps, ["Relations", "Ways", "Points", "Network"]);
}

#[test]
fn files_that_cannot_be_used_are_named_with_the_reason() {
    let kept = Kept::new();
    let told = [
        kept.complaint(b""),
        kept.complaint(b"<?xml version='1.0'?><osm></osm>"),
        kept.complaint(&Block::default().bytes()),
        kept.complaint(&header(&["OsmSchema-V0.6", "Teleports"])),
        kept.complaint(&header(&[])),
        kept.complaint(&village()[..village().len() - 9]),
        kept.complaint(&[village(), b"\0\0\0\x0bgarbage....".to_vec()].concat()),
    ];
    insta::assert_snapshot!(told.join("\n"), @r#"
    a.osm.pbf is no OpenStreetMap extract (.osm.pbf): it is empty
    a.osm.pbf is no OpenStreetMap extract (.osm.pbf): blob header is too big: 1010792557 bytes
    a.osm.pbf is no OpenStreetMap extract (.osm.pbf): it does not begin with a header
    a.osm.pbf is no OpenStreetMap extract (.osm.pbf): it needs a reader that knows "Teleports"
    a.osm.pbf has no roads: 0 ways are tagged as roads, 0 of their points are there
    a.osm.pbf is damaged or cut off behind byte 182: protobuf error at 'blob content': Unexpected end of file
    a.osm.pbf is damaged or cut off behind byte 397: protobuf error at 'blob header': Incorrect tag
    "#);
    let missing = import(&PathBuf::from("/nowhere.osm.pbf"), &mut |_| {}).unwrap_err();
    assert!(missing.to_string().starts_with("/nowhere.osm.pbf cannot be read"));
}

proptest! {
    #[test]
    fn no_byte_that_is_changed_makes_the_import_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in any::<prop::sample::Index>(),
    ) {
        let (kept, mut bytes) = (Kept::new(), village());
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Ok(Imported { network, .. }) = kept.import(&bytes) {
            prop_assert_eq!(network.check(), Ok(()));
        }
        bytes.truncate(cut.index(bytes.len()));
        if let Ok(Imported { network, .. }) = kept.import(&bytes) {
            prop_assert_eq!(network.check(), Ok(()));
        }
    }
}
