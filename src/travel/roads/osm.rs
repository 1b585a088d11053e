//! Reads extracts of OpenStreetMap (`.osm.pbf`).
//!
//! A file is read three times, each time for what the next one needs: relations say which ways are
//! outlines and which turns have rules, ways say which points matter, and points say where they are.
//! So memory holds roads and their points, never the whole map.
//!
//! # Source
//! The format: <https://wiki.openstreetmap.org/wiki/PBF_Format>.

use std::collections::HashMap;
use std::fs::File;
use std::io::BufReader;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use osmpbf::{
    Blob, BlobDecode, BlobReader, Element, HeaderBBox, HeaderBlock, PrimitiveBlock, RelMemberType,
    Relation,
};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::model::place::Coordinate;
use crate::travel::roads::coast::Border;
use crate::travel::roads::draft::{TurnCount, network_of};
use crate::travel::roads::extract::{Extract, Outline, PointTable, TurnRule, Way};
use crate::travel::roads::network::{GroundKind, NAMELESS, Network, NetworkError, POINTS_MAX};
use crate::travel::roads::rings::rings;
use crate::travel::roads::tags::{Tags, gate, way_rules};

/// Whom the licence of the data wants named.
pub const ATTRIBUTION: &str = "© OpenStreetMap contributors";
/// How many blocks are decoded at a time: enough for all threads, and some hundred megabytes at most.
const BLOCKS_AT_ONCE: usize = 16;
/// The most ways that are kept.
const WAYS_MAX: usize = 40_000_000;
/// What a file may ask of its reader.
const FEATURES: [&str; 3] = ["OsmSchema-V0.6", "DenseNodes", "HistoricalInformation"];
/// The longest name that is kept, in bytes; longer ones are left out.
const NAME_BYTES_MAX: usize = 255;

/// What an import is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Looks for turn rules and areas.
    Relations,
    /// Looks for roads.
    Ways,
    /// Looks for the places of their points.
    Points,
    /// Finds junctions and what is connected.
    Network,
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What it is at.
    pub step: Step,
    /// How many bytes are read in this step.
    pub bytes_done: u64,
    /// How many there are.
    pub bytes_total: u64,
}

/// Roads that were read, and what became of the rules about turns.
#[derive(Debug)]
pub struct Imported {
    /// The roads.
    pub network: Network,
    /// Rules about turns.
    pub turns: TurnCount,
}

/// Why an extract cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be read.
    #[error("{} cannot be read: {source}", .file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is something else.
    #[error("{} is no OpenStreetMap extract (.osm.pbf): {reason}", .file.display())]
    Foreign {
        /// Which.
        file: PathBuf,
        /// What is missing.
        reason: String,
    },
    /// It ends too early, or was changed on the way.
    #[error("{} is damaged or cut off behind byte {at}: {reason}", .file.display())]
    Damaged {
        /// Which.
        file: PathBuf,
        /// Where a block begins that cannot be read, or the last one before it.
        at: u64,
        /// Why.
        reason: String,
    },
    /// There is more in it than can be held.
    #[error("{}: {source}", .file.display())]
    Network {
        /// Which.
        file: PathBuf,
        /// What is too much.
        source: NetworkError,
    },
    /// Nothing in it is a road.
    #[error("{} has no roads: {ways} ways are tagged as roads, {points} of their points are there", .file.display())]
    Empty {
        /// Which.
        file: PathBuf,
        /// Ways with a road tag.
        ways: usize,
        /// Points of them with a place.
        points: usize,
    },
}

/// Imports an extract; `watch` is told how far it is.
///
/// The same file gives the same network on every machine.
///
/// # Errors
/// See [`ImportError`].
pub fn import(file: &Path, watch: &mut dyn FnMut(Progress)) -> Result<Imported, ImportError> {
    let mut source = Source { file, watch, border: None };
    let relations = source.relations()?;
    let mut extract = source.ways(&relations)?;
    extract.turns = relations.turns;
    extract.border = source.border;
    source.places(&mut extract)?;
    (source.watch)(Progress { step: Step::Network, bytes_done: 0, bytes_total: 0 });
    ATTRIBUTION.clone_into(&mut extract.attribution);
    let made = network_of(&extract);
    let (network, turns) =
        made.map_err(|source| ImportError::Network { file: file.to_owned(), source })?;
    if network.edges().is_empty() {
        let points = extract.ways.iter().flat_map(|way| &way.points);
        let points = points.filter(|&&id| extract.points.find(id).is_some()).count();
        let (file, ways) = (file.to_owned(), extract.ways.len());
        return Err(ImportError::Empty { file, ways, points });
    }
    Ok(Imported { network, turns })
}

/// What relations say.
#[derive(Debug, Default)]
struct Relations {
    turns: Vec<TurnRule>,
    /// Areas with outlines that are made of several ways.
    areas: Vec<Area>,
}

/// An area, and the ways around it and around its holes.
#[derive(Debug)]
struct Area {
    kind: GroundKind,
    outer: Vec<i64>,
    inner: Vec<i64>,
}

/// What one block says about ways.
#[derive(Debug, Default)]
struct BlockWays {
    roads: Vec<(Way, Option<Box<str>>)>,
    outlines: Vec<Outline>,
    /// Lines that relations make outlines of.
    parts: Vec<(i64, Vec<i64>)>,
    coasts: Vec<Vec<i64>>,
}

/// What one block says about points: its position in the table and place, and gates.
#[derive(Debug, Default)]
struct BlockPoints {
    places: Vec<(usize, Coordinate)>,
    gates: Vec<(i64, [bool; 3])>,
}

struct Source<'a> {
    file: &'a Path,
    watch: &'a mut dyn FnMut(Progress),
    /// What the extract says it was cut out by.
    border: Option<Border>,
}

impl Source<'_> {
    fn relations(&mut self) -> Result<Relations, ImportError> {
        let mut all = Relations::default();
        let read = |block: &PrimitiveBlock| {
            let mut found = Relations::default();
            block.for_each_element(|element| {
                if let Element::Relation(relation) = element {
                    found.add(&relation);
                }
            });
            found
        };
        self.read(Step::Relations, read, |found: Relations| {
            all.turns.extend(found.turns);
            all.areas.extend(found.areas);
            bounded("turn rules and areas", all.turns.len() + all.areas.len(), WAYS_MAX)
        })?;
        Ok(all)
    }

    fn ways(&mut self, relations: &Relations) -> Result<Extract, ImportError> {
        let ways = relations.areas.iter().flat_map(|area| [&area.outer, &area.inner]);
        let mut wanted: Vec<i64> = ways.flatten().copied().collect();
        wanted.sort_unstable();
        let read = |block: &PrimitiveBlock| {
            let mut found = BlockWays::default();
            block.for_each_element(|element| {
                if let Element::Way(way) = element {
                    found.add(&way, &wanted);
                }
            });
            found
        };
        let mut extract = Extract::default();
        let mut names: HashMap<Box<str>, u32> = HashMap::new();
        let mut parts: HashMap<i64, Vec<i64>> = HashMap::new();
        self.read(Step::Ways, read, |found: BlockWays| {
            for (mut way, name) in found.roads {
                if let Some(name) = name {
                    let next = u32::try_from(names.len()).unwrap_or(NAMELESS);
                    way.name = *names.entry(name).or_insert_with_key(|name| {
                        extract.names.push(name.clone());
                        next
                    });
                }
                extract.ways.push(way);
            }
            extract.outlines.extend(found.outlines);
            extract.coasts.extend(found.coasts);
            parts.extend(found.parts);
            let areas = extract.outlines.len() + extract.coasts.len() + parts.len();
            bounded("ways", extract.ways.len() + areas, WAYS_MAX)
        })?;
        let closed = |ways: &[i64]| {
            let lines = ways.iter().filter_map(|way| parts.get(way).map(Vec::as_slice));
            rings(&lines.collect::<Vec<_>>())
        };
        let areas = relations.areas.iter();
        extract.outlines.extend(areas.map(|Area { kind, outer, inner }| Outline {
            kind: *kind,
            outer: closed(outer),
            inner: closed(inner),
        }));
        Ok(extract)
    }

    fn places(&mut self, extract: &mut Extract) -> Result<(), ImportError> {
        let lines = extract.ways.iter().flat_map(|way| &way.points).copied();
        let coasts = extract.coasts.iter().flatten().copied();
        let points = lines.chain(extract.outlines.iter().flat_map(Outline::points)).chain(coasts);
        let count = points.clone().count();
        let too_many = |source| ImportError::Network { file: self.file.to_owned(), source };
        bounded("points", count, POINTS_MAX).map_err(too_many)?;
        let table = PointTable::new(points.collect());
        let read = |block: &PrimitiveBlock| {
            let mut found = BlockPoints::default();
            block.for_each_element(|element| match element {
                Element::Node(node) => {
                    found.add(&table, node.id(), [node.lat(), node.lon()], node.tags());
                }
                Element::DenseNode(node) => {
                    found.add(&table, node.id(), [node.lat(), node.lon()], node.tags());
                }
                Element::Way(_) | Element::Relation(_) => {}
            });
            found
        };
        let mut places = Vec::new();
        let gates = &mut extract.gates;
        self.read(Step::Points, read, |found: BlockPoints| {
            places.extend(found.places);
            gates.extend(found.gates);
            Ok(())
        })?;
        extract.points = table;
        for (index, place) in places {
            extract.points.place(index, place);
        }
        Ok(())
    }

    /// Reads all blocks, some at a time and in parallel, and merges what they say in their order.
    fn read<T: Send>(
        &mut self,
        step: Step,
        read: impl Fn(&PrimitiveBlock) -> T + Sync,
        mut merge: impl FnMut(T) -> Result<(), NetworkError>,
    ) -> Result<(), ImportError> {
        let failed = |source| ImportError::File { file: self.file.to_owned(), source };
        let file = File::open(self.file).map_err(failed)?;
        let bytes_total = file.metadata().map_err(failed)?.len();
        let mut blobs = BlobReader::new_seekable(BufReader::new(file))
            .map_err(|error| self.damaged(0, error.to_string()))?;
        self.border = self.check_header(&mut blobs)?;
        let mut at = 0;
        loop {
            let mut batch: Vec<Blob> = Vec::with_capacity(BLOCKS_AT_ONCE);
            let mut bytes_done = bytes_total;
            for blob in blobs.by_ref().take(BLOCKS_AT_ONCE) {
                let blob = blob.map_err(|error| self.damaged(at, error.to_string()))?;
                at = blob.offset().map_or(at, |offset| offset.0);
                bytes_done = at;
                batch.push(blob);
            }
            if batch.is_empty() {
                break;
            }
            let found: Vec<Result<Option<T>, String>> =
                batch.par_iter().map(|blob| decode(blob, &read)).collect();
            for (blob, found) in batch.iter().zip(found) {
                let at = blob.offset().map_or(0, |offset| offset.0);
                if let Some(found) = found.map_err(|reason| self.damaged(at, reason))? {
                    let file = self.file.to_owned();
                    merge(found).map_err(|source| ImportError::Network { file, source })?;
                }
            }
            (self.watch)(Progress { step, bytes_done, bytes_total });
        }
        (self.watch)(Progress { step, bytes_done: bytes_total, bytes_total });
        Ok(())
    }

    fn check_header(
        &self,
        blobs: &mut BlobReader<BufReader<File>>,
    ) -> Result<Option<Border>, ImportError> {
        let foreign = |reason: String| ImportError::Foreign { file: self.file.to_owned(), reason };
        let first = blobs.next().ok_or_else(|| foreign("it is empty".to_owned()))?;
        let first = first.map_err(|error| foreign(error.to_string()))?;
        let header = match first.decode() {
            Ok(BlobDecode::OsmHeader(header)) => header,
            Ok(_) => return Err(foreign("it does not begin with a header".to_owned())),
            Err(error) => return Err(foreign(error.to_string())),
        };
        let unknown = header.required_features().iter().find(|f| !FEATURES.contains(&f.as_str()));
        match unknown {
            Some(feature) => Err(foreign(format!("it needs a reader that knows {feature:?}"))),
            None => Ok(border(&header)),
        }
    }

    fn damaged(&self, at: u64, reason: String) -> ImportError {
        ImportError::Damaged { file: self.file.to_owned(), at, reason }
    }
}

/// What an extract says it was cut out by, if it makes sense.
fn border(header: &HeaderBlock) -> Option<Border> {
    let HeaderBBox { left, right, top, bottom } = header.bbox()?;
    let low = Coordinate::from_degrees(bottom, left).ok()?;
    Border::new(low, Coordinate::from_degrees(top, right).ok()?)
}

/// What `read` finds in a block; `None` in blocks that hold nothing for us.
fn decode<T>(blob: &Blob, read: impl Fn(&PrimitiveBlock) -> T) -> Result<Option<T>, String> {
    // The decoder adds numbers of the file without looking, and panics on kinds it does not know.
    let decoded = catch_unwind(AssertUnwindSafe(|| match blob.decode() {
        Ok(BlobDecode::OsmData(block)) => Ok(Some(read(&block))),
        Ok(BlobDecode::OsmHeader(_) | BlobDecode::Unknown(_)) => Ok(None),
        Err(error) => Err(error.to_string()),
    }));
    decoded.unwrap_or_else(|_| Err("it has numbers that make no sense".to_owned()))
}

fn bounded(what: &'static str, found: usize, most: usize) -> Result<(), NetworkError> {
    if found <= most { Ok(()) } else { Err(NetworkError::TooMany { what, found, most }) }
}

impl Relations {
    fn add(&mut self, relation: &Relation<'_>) {
        let tags: Vec<(&str, &str)> = relation.tags().collect();
        let tags = Tags(&tags);
        match tags.get("type") {
            Some("restriction") => self.turns.extend(turn_rule(relation, tags)),
            Some("multipolygon") => {
                if let Some(kind) = ground_kind(tags) {
                    let with_role = |roles: &[&str]| {
                        let ways = relation.members().filter(|member| {
                            let is_way = matches!(member.member_type, RelMemberType::Way);
                            is_way && roles.contains(&member.role().unwrap_or_default())
                        });
                        ways.map(|member| member.member_id).collect()
                    };
                    let (outer, inner) = (with_role(&["outer", ""]), with_role(&["inner"]));
                    self.areas.push(Area { kind, outer, inner });
                }
            }
            _ => {}
        }
    }
}

/// A rule about a turn at one point, if it is about cars and always holds.
fn turn_rule(relation: &Relation<'_>, tags: Tags<'_>) -> Option<TurnRule> {
    let value = tags.get("restriction").or_else(|| tags.get("restriction:motorcar"))?;
    let excepted = tags.get("except").unwrap_or_default();
    if excepted.split(';').any(|kind| matches!(kind.trim(), "motorcar" | "motor_vehicle")) {
        return None;
    }
    let is_only = value.starts_with("only_");
    if !is_only && !value.starts_with("no_") {
        return None;
    }
    let member = |role: &str, is_kind: fn(&RelMemberType) -> bool| {
        let mut with_role = relation.members().filter(|m| m.role().is_ok_and(|r| r == role));
        let member = with_role.next()?;
        let is_one = with_role.next().is_none() && is_kind(&member.member_type);
        is_one.then_some(member.member_id)
    };
    let is_way = |kind: &RelMemberType| matches!(kind, RelMemberType::Way);
    let is_point = |kind: &RelMemberType| matches!(kind, RelMemberType::Node);
    let (from, via, to) =
        (member("from", is_way)?, member("via", is_point)?, member("to", is_way)?);
    Some(TurnRule { from, via, to, is_only })
}

/// What an area is, if it is drawn.
fn ground_kind(tags: Tags<'_>) -> Option<GroundKind> {
    if tags.get("building").is_some_and(|kind| kind != "no") {
        return Some(GroundKind::Building);
    }
    let is_water = tags.get("natural") == Some("water")
        || tags.get("waterway") == Some("riverbank")
        || matches!(tags.get("landuse"), Some("reservoir" | "basin"));
    if is_water {
        return Some(GroundKind::Water);
    }
    let is_park = matches!(tags.get("leisure"), Some("park" | "garden" | "nature_reserve"))
        || matches!(tags.get("landuse"), Some("forest" | "grass" | "meadow" | "cemetery"))
        || tags.get("natural") == Some("wood");
    is_park.then_some(GroundKind::Park)
}

impl BlockWays {
    fn add(&mut self, way: &osmpbf::Way<'_>, wanted: &[i64]) {
        let tags: Vec<(&str, &str)> = way.tags().collect();
        let tags = Tags(&tags);
        if wanted.binary_search(&way.id()).is_ok() {
            self.parts.push((way.id(), way.refs().collect()));
        }
        if tags.get("natural") == Some("coastline") {
            self.coasts.push(way.refs().collect());
        }
        if let Some(rules) = way_rules(tags) {
            let name = tags.get("name").filter(|name| name.len() <= NAME_BYTES_MAX);
            let points = way.refs().collect();
            let road = Way { id: way.id(), points, rules, name: NAMELESS };
            self.roads.push((road, name.map(Into::into)));
        } else if let Some(kind) = ground_kind(tags) {
            let points: Vec<i64> = way.refs().collect();
            if 3 < points.len() && points.first() == points.last() {
                self.outlines.push(Outline::new(kind, points));
            }
        }
    }
}

impl BlockPoints {
    fn add<'a>(
        &mut self,
        table: &PointTable,
        id: i64,
        [latitude, longitude]: [f64; 2],
        tags: impl Iterator<Item = (&'a str, &'a str)>,
    ) {
        let Some(index) = table.index(id) else { return };
        let Ok(place) = Coordinate::from_degrees(latitude, longitude) else { return };
        self.places.push((index, place));
        let tags: Vec<(&str, &str)> = tags.collect();
        let passes = gate(Tags(&tags));
        if passes != [true; 3] {
            self.gates.push((id, passes));
        }
    }
}
