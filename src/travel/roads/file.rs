//! Roads in a file: imported and put into order once, loaded in a moment.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `PUNCROAD` |
//! | 4 | version |
//! | 8 | length of the content |
//! | 32 | SHA-256 of the content |
//! | … | the content: counts first, then what is counted, all numbers little-endian |
//!
//! A file of another version is refused, not converted: the extract is imported again.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::model::place::Coordinate;
use crate::travel::roads::class::RoadClass;
use crate::travel::roads::mesh::Mesh;
use crate::travel::roads::network::{
    Course, Direction, EDGES_MAX, Edge, Ground, GroundKind, NODES_MAX, Network, NetworkError,
    POINTS_MAX, TurnBan,
};
use crate::travel::roads::travel::PreparedRoads;

/// What a file of roads begins with.
const MAGIC: &[u8; 8] = b"PUNCROAD";
/// The version that is written and read.
const VERSION: u32 = 2;
/// Magic, version, length, checksum.
const HEADER_BYTES: usize = 8 + 4 + 8 + 32;
/// The largest file that is read, in bytes: some millions of junctions with all that lies between.
const BYTES_MAX: u64 = 8 << 30;
/// Texts are short: names of roads, whom to name.
const TEXT_BYTES_MAX: usize = 1024;

/// Why a file of roads cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RoadFileError {
    /// It cannot be read or written.
    #[error("{} cannot be {action}: {source}", .file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// `read` or `written`.
        action: &'static str,
        /// Why.
        source: io::Error,
    },
    /// It is something else.
    #[error("{} is no file of roads: it does not begin with PUNCROAD", .file.display())]
    Foreign {
        /// Which.
        file: PathBuf,
    },
    /// Another program version wrote it.
    #[error(
        "{} has version {found}, this program reads version {VERSION}: import the extract again",
        .file.display()
    )]
    Version {
        /// Which.
        file: PathBuf,
        /// The version that it has.
        found: u32,
    },
    /// It is cut off, or was added to.
    #[error("{} has {found} bytes, but should have {expected}", .file.display())]
    Length {
        /// Which.
        file: PathBuf,
        /// How many it has.
        found: u64,
        /// How many its header says.
        expected: u64,
    },
    /// It was changed after it had been written.
    #[error("{} is damaged: its content does not fit its checksum", .file.display())]
    Checksum {
        /// Which.
        file: PathBuf,
    },
    /// It is whole, but what it holds makes no sense.
    #[error("{} holds no usable roads: {reason}", .file.display())]
    Content {
        /// Which.
        file: PathBuf,
        /// Why.
        reason: String,
    },
}

/// Writes roads into a file; what was there before is replaced once the new file is whole.
///
/// # Errors
/// [`RoadFileError::File`].
pub fn write(roads: &PreparedRoads, path: &Path) -> Result<(), RoadFileError> {
    let content = encode(roads);
    let header = header(&content);
    let failed = |source| RoadFileError::File { file: path.to_owned(), action: "written", source };
    let beside = path.with_extension("part");
    let save = || -> io::Result<()> {
        let mut file = fs::File::create(&beside)?;
        file.write_all(&header)?;
        file.write_all(&content)?;
        file.sync_all()?;
        fs::rename(&beside, path)
    };
    save().map_err(failed)
}

/// What stands before a content.
pub(crate) fn header(content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u64).to_le_bytes();
    [&MAGIC[..], &VERSION.to_le_bytes(), &length, &Sha256::digest(content)].concat()
}

/// Reads roads from a file.
///
/// # Errors
/// See [`RoadFileError`].
pub fn read(path: &Path) -> Result<PreparedRoads, RoadFileError> {
    let failed = |source| RoadFileError::File { file: path.to_owned(), action: "read", source };
    let file = || path.to_owned();
    let found = fs::metadata(path).map_err(failed)?.len();
    if BYTES_MAX < found {
        return Err(RoadFileError::Length { file: file(), found, expected: BYTES_MAX });
    }
    let bytes = fs::read(path).map_err(failed)?;
    let found = bytes.len() as u64;
    if !bytes.starts_with(MAGIC) {
        return Err(RoadFileError::Foreign { file: file() });
    }
    let Some((header, content)) = bytes.split_at_checked(HEADER_BYTES) else {
        return Err(RoadFileError::Length { file: file(), found, expected: HEADER_BYTES as u64 });
    };
    let mut header = Reader { bytes: &header[MAGIC.len()..] };
    let (version, length) = (header.u32(), header.u64());
    let (version, length) = (version.unwrap_or_default(), length.unwrap_or_default());
    if version != VERSION {
        return Err(RoadFileError::Version { file: file(), found: version });
    }
    let expected = length.saturating_add(HEADER_BYTES as u64);
    if found != expected {
        return Err(RoadFileError::Length { file: file(), found, expected });
    }
    if *header.bytes != *Sha256::digest(content) {
        return Err(RoadFileError::Checksum { file: file() });
    }
    let roads = decode(content);
    roads.map_err(|error| RoadFileError::Content { file: file(), reason: error.to_string() })
}

/// What is wrong with a content.
#[derive(Debug, thiserror::Error)]
enum ContentError {
    #[error("it ends too early")]
    End,
    #[error("{0} bytes are left over")]
    Rest(usize),
    #[error("there are {found} {what}, at most {most} are allowed")]
    TooMany { what: &'static str, found: u64, most: usize },
    #[error("{what} {value} is unknown")]
    Unknown { what: &'static str, value: u8 },
    #[error("a name is no text")]
    Text,
    #[error("the order does not hold each of {nodes} nodes once")]
    Order { nodes: usize },
    #[error(transparent)]
    Network(#[from] NetworkError),
}

fn encode(roads: &PreparedRoads) -> Vec<u8> {
    let PreparedRoads { network, order } = roads;
    let mut writer = Writer::default();
    let counts = [
        network.nodes.len(),
        network.points.len(),
        network.edges.len(),
        network.names.len(),
        network.bans.len(),
        network.grounds.len(),
        order.len(),
    ];
    for count in counts {
        writer.u64(count as u64);
    }
    writer.text(&network.attribution);
    writer.places(&network.nodes);
    writer.places(&network.points);
    for edge in &network.edges {
        let [from, to] = edge.ends;
        for number in [from, to, edge.millimeters, edge.name, edge.first_point] {
            writer.u32(number);
        }
        edge.speeds.as_flattened().iter().for_each(|speed| writer.u16(*speed));
        writer.u8(u8::try_from(edge.class.index()).unwrap_or(u8::MAX));
        writer.u8(u8::from(edge.has_doors));
    }
    network.names.iter().for_each(|name| writer.text(name));
    for course in network.bans.iter().flat_map(|ban| [ban.from, ban.to]) {
        writer.u32(course.edge);
        writer.u8(u8::from(course.direction == Direction::Backward));
    }
    for ground in &network.grounds {
        let kind = GroundKind::ALL.iter().position(|kind| *kind == ground.kind);
        writer.u8(kind.and_then(|kind| u8::try_from(kind).ok()).unwrap_or(u8::MAX));
        writer.u32(u32::try_from(ground.holes.len()).unwrap_or(u32::MAX));
        for ring in ground.rings() {
            writer.u32(u32::try_from(ring.len()).unwrap_or(u32::MAX));
            writer.places(ring);
        }
    }
    for &node in order {
        writer.u32(node);
    }
    writer.bytes
}

fn decode(content: &[u8]) -> Result<PreparedRoads, ContentError> {
    let mut reader = Reader { bytes: content };
    let nodes = reader.count("junctions", NODES_MAX)?;
    let points = reader.count("points", POINTS_MAX)?;
    let edges = reader.count("roads", EDGES_MAX)?;
    let names = reader.count("names", EDGES_MAX)?;
    let bans = reader.count("forbidden turns", EDGES_MAX)?;
    let grounds = reader.count("areas", POINTS_MAX)?;
    let order = reader.count("positions", NODES_MAX + EDGES_MAX)?;
    let attribution = reader.text()?.into();
    let network = Network {
        attribution,
        nodes: reader.places(nodes)?,
        points: reader.places(points)?,
        edges: reader.many(edges, Reader::edge)?,
        names: reader.many(names, Reader::text)?,
        bans: reader
            .many(bans, |reader| Ok(TurnBan { from: reader.course()?, to: reader.course()? }))?,
        grounds: reader.many(grounds, Reader::ground)?,
    };
    let order = reader.many(order, Reader::u32)?;
    if !reader.bytes.is_empty() {
        return Err(ContentError::Rest(reader.bytes.len()));
    }
    network.check()?;
    let nodes = Mesh::new(&network).nodes.len();
    if !is_permutation(&order, nodes) {
        return Err(ContentError::Order { nodes });
    }
    Ok(PreparedRoads { network, order })
}

fn is_permutation(order: &[u32], count: usize) -> bool {
    let mut is_seen = vec![false; count];
    let is_new = |&node: &u32| {
        is_seen.get_mut(node as usize).is_some_and(|seen| !std::mem::replace(seen, true))
    };
    order.len() == count && order.iter().all(is_new)
}

#[derive(Default)]
struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    fn u8(&mut self, value: u8) {
        self.bytes.push(value);
    }

    fn u16(&mut self, value: u16) {
        self.bytes.extend(value.to_le_bytes());
    }

    fn u32(&mut self, value: u32) {
        self.bytes.extend(value.to_le_bytes());
    }

    fn u64(&mut self, value: u64) {
        self.bytes.extend(value.to_le_bytes());
    }

    fn places(&mut self, places: &[Coordinate]) {
        for place in places {
            self.bytes.extend(place.latitude_micro.to_le_bytes());
            self.bytes.extend(place.longitude_micro.to_le_bytes());
        }
    }

    /// Texts are shorter than [`TEXT_BYTES_MAX`], or empty.
    fn text(&mut self, text: &str) {
        let text = if text.len() <= TEXT_BYTES_MAX { text } else { "" };
        self.u16(u16::try_from(text.len()).unwrap_or_default());
        self.bytes.extend(text.as_bytes());
    }
}

/// Takes numbers from the front.
struct Reader<'a> {
    bytes: &'a [u8],
}

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], ContentError> {
        let (first, rest) = self.bytes.split_first_chunk().ok_or(ContentError::End)?;
        self.bytes = rest;
        Ok(*first)
    }

    fn u8(&mut self) -> Result<u8, ContentError> {
        self.take::<1>().map(|[byte]| byte)
    }

    fn u16(&mut self) -> Result<u16, ContentError> {
        self.take().map(u16::from_le_bytes)
    }

    fn u32(&mut self) -> Result<u32, ContentError> {
        self.take().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Result<u64, ContentError> {
        self.take().map(u64::from_le_bytes)
    }

    fn count(&mut self, what: &'static str, most: usize) -> Result<usize, ContentError> {
        let found = self.u64()?;
        let count = usize::try_from(found).ok().filter(|count| *count <= most);
        count.ok_or(ContentError::TooMany { what, found, most })
    }

    /// Reads so many things; a wrong count ends with the bytes, not with the memory.
    fn many<T>(
        &mut self,
        count: usize,
        mut read: impl FnMut(&mut Self) -> Result<T, ContentError>,
    ) -> Result<Vec<T>, ContentError> {
        let mut all = Vec::with_capacity(count.min(self.bytes.len()));
        for _ in 0..count {
            all.push(read(self)?);
        }
        Ok(all)
    }

    fn places(&mut self, count: usize) -> Result<Vec<Coordinate>, ContentError> {
        self.many(count, |reader| {
            let degree = |bytes: [u8; 4]| i32::from_le_bytes(bytes);
            let (latitude_micro, longitude_micro) =
                (degree(reader.take()?), degree(reader.take()?));
            Ok(Coordinate { latitude_micro, longitude_micro })
        })
    }

    fn text(&mut self) -> Result<Box<str>, ContentError> {
        let length = usize::from(self.u16()?);
        let (text, rest) = self.bytes.split_at_checked(length).ok_or(ContentError::End)?;
        self.bytes = rest;
        std::str::from_utf8(text).map(Into::into).map_err(|_| ContentError::Text)
    }

    fn edge(&mut self) -> Result<Edge, ContentError> {
        let ends = [self.u32()?, self.u32()?];
        let (millimeters, name, first_point) = (self.u32()?, self.u32()?, self.u32()?);
        let mut speeds = [[0; 2]; 3];
        for speed in speeds.as_flattened_mut() {
            *speed = self.u16()?;
        }
        let value = self.u8()?;
        let class = RoadClass::ALL.get(usize::from(value)).copied();
        let class = class.ok_or(ContentError::Unknown { what: "class", value })?;
        let has_doors = self.u8()? != 0;
        Ok(Edge { ends, millimeters, speeds, name, first_point, class, has_doors })
    }

    fn course(&mut self) -> Result<Course, ContentError> {
        let edge = self.u32()?;
        let is_backward = self.u8()? != 0;
        let direction = if is_backward { Direction::Backward } else { Direction::Forward };
        Ok(Course { edge, direction })
    }

    fn ground(&mut self) -> Result<Ground, ContentError> {
        let value = self.u8()?;
        let kind = GroundKind::ALL.get(usize::from(value)).copied();
        let kind = kind.ok_or(ContentError::Unknown { what: "kind of area", value })?;
        let holes = self.u32()? as usize;
        let outline = self.ring()?;
        Ok(Ground { kind, outline, holes: self.many(holes, Reader::ring)? })
    }

    fn ring(&mut self) -> Result<Vec<Coordinate>, ContentError> {
        let count = self.u32()? as usize;
        self.places(count)
    }
}
