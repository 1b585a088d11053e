//! Just as much of GeoJSON (RFC 7946) as maps here need.

use serde::Serialize;

/// Features together.
#[derive(Debug, Serialize)]
pub(crate) struct Collection<P> {
    #[serde(rename = "type")]
    kind: &'static str,
    features: Vec<Feature<P>>,
}

/// A shape and what is said about it.
#[derive(Debug, Serialize)]
pub(crate) struct Feature<P> {
    #[serde(rename = "type")]
    kind: &'static str,
    geometry: Geometry,
    properties: P,
}

/// A shape; longitude comes first.
#[derive(Debug, Serialize)]
#[serde(tag = "type")]
pub(crate) enum Geometry {
    Point { coordinates: [f64; 2] },
    LineString { coordinates: Vec<[f64; 2]> },
    Polygon { coordinates: Vec<Vec<[f64; 2]>> },
}

impl<P> Collection<P> {
    pub(crate) fn new(features: Vec<Feature<P>>) -> Self {
        Self { kind: "FeatureCollection", features }
    }
}

impl<P> Feature<P> {
    pub(crate) fn new(geometry: Geometry, properties: P) -> Self {
        Self { kind: "Feature", geometry, properties }
    }
}

impl Geometry {
    /// An area inside an outline, which is closed if need be.
    pub(crate) fn area(mut outline: Vec<[f64; 2]>) -> Self {
        if outline.first() != outline.last() {
            outline.extend(outline.first().copied());
        }
        Self::Polygon { coordinates: vec![outline] }
    }
}
