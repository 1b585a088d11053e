//! What knows the ways of a region, as its settings say.

use std::sync::Arc;

use anyhow::Context;

use crate::model::travel_matrix::Travel;
use crate::settings::TravelSettings;
use crate::travel::city::City;
use crate::travel::engines::Engine;
use crate::travel::roads::{Roads, file};

/// What knows the ways, and the roads that a map is drawn from, if there are any.
#[derive(Clone)]
pub(crate) struct Ways {
    pub(crate) travel: Arc<dyn Travel>,
    pub(crate) drawn: Option<Arc<Roads>>,
}

impl Ways {
    /// Takes or loads what the settings name.
    ///
    /// # Errors
    /// When a file of roads cannot be used.
    pub(crate) fn load(settings: &TravelSettings) -> anyhow::Result<Self> {
        match settings {
            TravelSettings::Beeline(beeline) => {
                Ok(Self { travel: Arc::new(*beeline), drawn: None })
            }
            TravelSettings::City { seed } => {
                let roads = City::invent(*seed).roads().clone();
                Ok(Self { travel: roads.clone(), drawn: Some(roads) })
            }
            TravelSettings::Roads { file } => {
                let prepared = file::read(file).context("travel.file cannot be used")?;
                let roads = Arc::new(Roads::new(prepared));
                Ok(Self { travel: roads.clone(), drawn: Some(roads) })
            }
            TravelSettings::Engine(options) => {
                Ok(Self { travel: Arc::new(Engine::new(options.clone())), drawn: None })
            }
        }
    }
}
