//! Where an engine is, and how it is asked.

use std::time::Duration;

use crate::travel::beeline::Beeline;

/// What the engine is, and so which language it speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EngineKind {
    /// <https://project-osrm.org>: `table/v1` and `route/v1`.
    Osrm,
    /// <https://valhalla.github.io>, 3.4 or newer: `sources_to_targets` and `route`.
    Valhalla,
}

impl EngineKind {
    /// Its name, as settings and answers say it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Osrm => "osrm",
            Self::Valhalla => "valhalla",
        }
    }

    /// What it calls the profiles where nobody has named them otherwise, in the order of
    /// [`Profile::ALL`](crate::model::place::Profile::ALL).
    pub fn profile_names(self) -> [&'static str; 3] {
        match self {
            Self::Osrm => ["driving", "bike", "foot"],
            Self::Valhalla => ["auto", "bicycle", "pedestrian"],
        }
    }
}

/// Where an engine is, and how it is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct EngineOptions {
    /// What it is.
    pub kind: EngineKind,
    /// Where it is, by profile, as `http://localhost:5000`: OSRM serves one profile per process.
    pub addresses: [String; 3],
    /// What it calls the profiles.
    pub profile_names: [String; 3],
    /// How long it may take for one request.
    pub timeout: Duration,
    /// How often a request that failed is sent again.
    pub retries: u32,
    /// To and from how many places one request may ask. At least 1.
    pub places_per_request: usize,
    /// How many requests may be under way at once. At least 1.
    pub requests_at_once: usize,
    /// How long it is left alone after it failed.
    pub pause: Duration,
    /// What answers in its place while it does not.
    pub fallback: Beeline,
}

impl EngineOptions {
    /// How an engine at one address is asked, unless somebody says otherwise.
    ///
    /// 100 places are what OSRM is known to allow as it comes, and take it some 10 ms, Valhalla some
    /// 100 ms (measured in a small town); a second is ten times that. (The rest is taste.)
    pub fn new(kind: EngineKind, address: &str) -> Self {
        Self {
            kind,
            addresses: [(); 3].map(|()| address.to_owned()),
            profile_names: kind.profile_names().map(str::to_owned),
            timeout: Duration::from_secs(1),
            retries: 1,
            places_per_request: 100,
            requests_at_once: 8,
            pause: Duration::from_secs(10),
            fallback: Beeline::default(),
        }
    }
}
