//! What knows the ways of a region, as its settings say.

use std::sync::Arc;

use anyhow::{Context, ensure};

use crate::model::place::Profile;
use crate::model::region::Store;
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
    /// When a file of roads cannot be used, or the roads lie elsewhere than the stores.
    pub(crate) fn load(settings: &TravelSettings, stores: &[Store]) -> anyhow::Result<Self> {
        match settings {
            TravelSettings::Beeline(beeline) => {
                Ok(Self { travel: Arc::new(*beeline), drawn: None })
            }
            TravelSettings::City { seed } => {
                let roads = City::invent(*seed).roads().clone();
                check(&roads, stores)?;
                Ok(Self { travel: roads.clone(), drawn: Some(roads) })
            }
            TravelSettings::Roads { file } => {
                let prepared = file::read(file).context("travel.file cannot be used")?;
                let roads = Arc::new(Roads::new(prepared));
                check(&roads, stores)?;
                Ok(Self { travel: roads.clone(), drawn: Some(roads) })
            }
            TravelSettings::Engine(options) => {
                Ok(Self { travel: Arc::new(Engine::new(options.clone())), drawn: None })
            }
        }
    }
}

/// From a store that no street leads to, nothing could ever be delivered.
fn check(roads: &Roads, stores: &[Store]) -> anyhow::Result<()> {
    for Store { key, location, .. } in stores {
        let mut streets = Profile::ALL.iter().map(|&profile| roads.nearest(profile, *location));
        ensure!(
            streets.any(|street| street.is_some()),
            "store {key} at {:.5}, {:.5} lies farther than {:.0} m from every street of [travel]: are \
             these the roads of its city?",
            location.latitude(),
            location.longitude(),
            Roads::SNAP_METERS_MAX
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::cli::demo::region::hours;
    use crate::cli::ways::check;
    use crate::model::place::Coordinate;
    use crate::model::region::Store;
    use crate::model::sale::Classes;
    use crate::travel::roads::grid::grid;
    use crate::travel::roads::{PreparedRoads, Roads};

    #[test]
    fn roads_of_another_city_are_refused() {
        let roads = Roads::new(PreparedRoads::prepare(grid(8, 1)));
        let store = |latitude| Store {
            key: "corner".to_owned(),
            name: "Corner".to_owned(),
            location: Coordinate::from_degrees(latitude, 0.003).unwrap(),
            hours: hours(7, 23),
            pickers: vec![],
            out_of_stock: Classes::NONE,
        };
        assert!(check(&roads, &[store(0.003)]).is_ok());
        let error = check(&roads, &[store(0.003), store(52.5)]).unwrap_err().to_string();
        assert!(error.starts_with("store corner at 52.50000, 0.00300 lies farther than 300 m"));
    }
}
