//! Makes tiles of a region's map, behind everything that somebody waits for at a checkout.

use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use flate2::Compression;
use flate2::write::GzEncoder;
use rayon::ThreadPoolBuildError;
use sha2::{Digest, Sha256};

use crate::runtime::quotes::{QuoteError, Workers};
use crate::travel::roads::Roads;
use crate::travel::roads::kept::Kept;
use crate::travel::tiles::{BaseMap, Bounds, TileAddress};

/// How much memory made tiles may take, in bytes: all of a city's, or what is looked at of a country.
const KEPT_BYTES_MAX: usize = 64 << 20;
/// What an empty tile counts for: its address, and its place in the table.
const ADDRESS_BYTES: usize = 64;

/// A tile as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tile {
    /// A Mapbox Vector Tile, compressed by gzip.
    pub gzip: Arc<[u8]>,
    /// SHA-256 of the tile before it was compressed.
    pub digest: [u8; 32],
}

/// What there is to know about a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapFacts {
    /// Where there is something to see.
    pub bounds: Option<Bounds>,
    /// Whom to name beside it; empty when nobody.
    pub attribution: String,
}

impl MapFacts {
    fn of(map: &BaseMap) -> Self {
        Self { bounds: map.bounds(), attribution: map.attribution().to_owned() }
    }
}

/// The map of a region. It is drawn when it is asked for first; tiles that were made are kept for a while.
#[derive(Debug)]
pub struct Tiles {
    roads: Arc<Roads>,
    workers: Workers,
    map: OnceLock<BaseMap>,
    /// `None` for tiles on which nothing is.
    kept: Mutex<Kept<TileAddress, Option<Tile>>>,
}

/// A tile, or that nothing is on it.
#[derive(Debug, PartialEq, Eq)]
struct Made(Option<Tile>);

impl Tiles {
    /// Tiles of a map of these roads.
    ///
    /// # Errors
    /// When the machine gives no thread.
    pub fn start(roads: Arc<Roads>) -> Result<Arc<Self>, ThreadPoolBuildError> {
        Ok(Arc::new(Self {
            roads,
            workers: Workers::start_for_maps()?,
            map: OnceLock::new(),
            kept: Mutex::new(Kept::new(KEPT_BYTES_MAX)),
        }))
    }

    /// A tile; `None` when nothing is on it.
    ///
    /// # Errors
    /// When too many are asked for at once, or the computation failed.
    pub async fn tile(self: &Arc<Self>, address: TileAddress) -> Result<Option<Tile>, QuoteError> {
        if let Some(known) = self.known(address) {
            return Ok(known.0);
        }
        let tiles = Arc::clone(self);
        let tile = move || tiles.known(address).unwrap_or_else(|| tiles.made(address)).0;
        self.workers.run(tile).await
    }

    /// What there is to know about the map.
    ///
    /// # Errors
    /// When too much is asked for at once, or the computation failed.
    pub async fn facts(self: &Arc<Self>) -> Result<MapFacts, QuoteError> {
        if let Some(map) = self.map.get() {
            return Ok(MapFacts::of(map));
        }
        let tiles = Arc::clone(self);
        self.workers.run(move || MapFacts::of(tiles.map())).await
    }

    fn map(&self) -> &BaseMap {
        self.map.get_or_init(|| BaseMap::new(self.roads.network()))
    }

    fn known(&self, address: TileAddress) -> Option<Made> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let (tile, is_old) = kept.get(&address).map(|(tile, is_old)| (tile.clone(), is_old))?;
        if is_old {
            kept.put(address, tile.clone(), size(tile.as_ref()));
        }
        Some(Made(tile))
    }

    fn made(&self, address: TileAddress) -> Made {
        let tile = self.map().tile(address).map(|bytes| compressed(&bytes));
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.put(address, tile.clone(), size(tile.as_ref()));
        Made(tile)
    }
}

fn size(tile: Option<&Tile>) -> usize {
    ADDRESS_BYTES + tile.map_or(0, |tile| tile.gzip.len())
}

fn compressed(bytes: &[u8]) -> Tile {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let gzip = encoder.write_all(bytes).and_then(|()| encoder.finish());
    let gzip = gzip.expect("nothing fails that writes into memory").into();
    Tile { gzip, digest: Sha256::digest(bytes).into() }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::runtime::tiles::{Made, Tiles};
    use crate::travel::roads::grid::grid;
    use crate::travel::roads::{PreparedRoads, Roads};
    use crate::travel::tiles::TileAddress;

    #[tokio::test]
    async fn a_tile_is_made_once_also_when_nothing_is_on_it() {
        let tiles = Tiles::start(Arc::new(Roads::new(PreparedRoads::prepare(grid(8, 1))))).unwrap();
        let (there, nowhere) =
            (TileAddress::new(14, 8192, 8191).unwrap(), TileAddress::new(14, 0, 0).unwrap());
        assert!(tiles.known(there).is_none());
        let tile = tiles.tile(there).await.unwrap().unwrap();
        let again = tiles.known(there).unwrap().0.unwrap();
        assert!(Arc::ptr_eq(&again.gzip, &tile.gzip));
        assert_eq!(tiles.tile(nowhere).await.unwrap(), None);
        assert_eq!(tiles.known(nowhere), Some(Made(None)));
        assert!(tiles.facts().await.unwrap().bounds.is_some());
    }
}
