//! Which tile of the world.

/// A tile: at each zoom the world is a square of 2^zoom × 2^zoom of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileAddress {
    zoom: u8,
    column: u32,
    row: u32,
}

/// There is no such tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TileAddressError {
    /// The map has no such zoom.
    #[error("zoom {zoom} is outside 0 to {}", TileAddress::ZOOM_MAX)]
    Zoom {
        /// The zoom asked for.
        zoom: u32,
    },
    /// The world ends before.
    #[error("{axis} {value} is outside 0 to {most}, the last one at zoom {zoom}")]
    Place {
        /// `x` or `y`.
        axis: &'static str,
        /// The number asked for.
        value: u32,
        /// The largest there is.
        most: u32,
        /// At this zoom.
        zoom: u8,
    },
}

impl TileAddress {
    /// The closest zoom: a unit of a tile is about 15 cm then, finer than maps are drawn.
    pub const ZOOM_MAX: u8 = 16;

    /// The tile at a zoom, so many from the west and so many from the north.
    ///
    /// # Errors
    /// When there is no such tile.
    pub fn new(zoom: u32, column: u32, row: u32) -> Result<Self, TileAddressError> {
        let known = u8::try_from(zoom).ok().filter(|zoom| *zoom <= Self::ZOOM_MAX);
        let Some(zoom) = known else { return Err(TileAddressError::Zoom { zoom }) };
        let most = (1 << zoom) - 1;
        for (axis, value) in [("x", column), ("y", row)] {
            if most < value {
                return Err(TileAddressError::Place { axis, value, most, zoom });
            }
        }
        Ok(Self { zoom, column, row })
    }

    /// How close it looks.
    pub fn zoom(self) -> u8 {
        self.zoom
    }

    /// How many tiles lie to the west of it.
    pub fn column(self) -> u32 {
        self.column
    }

    /// How many tiles lie to the north of it.
    pub fn row(self) -> u32 {
        self.row
    }
}

#[cfg(test)]
mod tests {
    use crate::travel::tiles::address::TileAddress;

    #[test]
    fn tiles_outside_of_the_world_are_none() {
        let told = |zoom, column, row| match TileAddress::new(zoom, column, row) {
            Ok(_) => "fine".to_owned(),
            Err(error) => error.to_string(),
        };
        assert_eq!(told(0, 0, 0), "fine");
        assert_eq!(told(16, 65_535, 65_535), "fine");
        assert_eq!(told(17, 0, 0), "zoom 17 is outside 0 to 16");
        assert_eq!(told(u32::MAX, 0, 0), "zoom 4294967295 is outside 0 to 16");
        assert_eq!(told(2, 4, 0), "x 4 is outside 0 to 3, the last one at zoom 2");
        assert_eq!(told(0, 0, 1), "y 1 is outside 0 to 0, the last one at zoom 0");
    }
}
