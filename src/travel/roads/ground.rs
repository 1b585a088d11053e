//! What lies between the roads, with places.

use crate::model::place::Coordinate;
use crate::travel::roads::coast::sea;
use crate::travel::roads::extract::{Extract, Outline};
use crate::travel::roads::network::Ground;

/// All areas of an extract, the sea included. An outline that the extract has not all of is left out.
pub(crate) fn grounds(extract: &Extract) -> Vec<Ground> {
    let inland = extract.outlines.iter().flat_map(|outline| grounds_of(extract, outline));
    sea(extract).into_iter().chain(inland).collect()
}

fn grounds_of(extract: &Extract, outline: &Outline) -> Vec<Ground> {
    let placed = |rings: &[Vec<i64>]| -> Vec<Vec<Coordinate>> {
        rings.iter().filter_map(|ring| placed_ring(extract, ring)).collect()
    };
    let ground =
        |outline_points| Ground { kind: outline.kind, outline: outline_points, holes: vec![] };
    let mut grounds: Vec<Ground> = placed(&outline.outer).into_iter().map(ground).collect();
    for hole in placed(&outline.inner) {
        let around = match &mut grounds[..] {
            [only] => Some(only),
            all => all.iter_mut().find(|ground| contains(&ground.outline, hole[0])),
        };
        if let Some(ground) = around {
            ground.holes.push(hole);
        }
    }
    grounds
}

/// A ring with places; `None` where the extract has not all of it, or nothing lies inside.
fn placed_ring(extract: &Extract, points: &[i64]) -> Option<Vec<Coordinate>> {
    let (first, rest) = points.split_first()?;
    let rest = rest.strip_suffix(&[*first])?;
    let points = std::iter::once(first).chain(rest);
    let places: Option<Vec<Coordinate>> =
        points.map(|&id| extract.points.find(id).map(|(_, place)| place)).collect();
    let mut places = places?;
    places.dedup();
    (3 <= places.len()).then_some(places)
}

/// Whether a place lies inside an outline: a ray to the east leaves it an odd number of times.
pub(crate) fn contains(outline: &[Coordinate], place: Coordinate) -> bool {
    let at = |point: Coordinate| [point.longitude_micro, point.latitude_micro].map(i64::from);
    let [east, north] = at(place);
    let next = outline.iter().cycle().skip(1);
    let crossed = outline.iter().zip(next).filter(|&(&from, &to)| {
        let ([from_east, from_north], [to_east, to_north]) = (at(from), at(to));
        let rises = from_north <= north && north < to_north;
        let falls = to_north <= north && north < from_north;
        // On which side of the stroke the place lies; the products are below 2^60.
        let side = (to_east - from_east) * (north - from_north)
            - (to_north - from_north) * (east - from_east);
        (rises && 0 < side) || (falls && side < 0)
    });
    crossed.count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use crate::travel::roads::ground::contains;
    use crate::travel::roads::towns::at;

    #[test]
    fn what_lies_inside_an_outline_is_told_from_what_lies_beside_it() {
        let horseshoe = [
            (0.0, 0.0),
            (9.0, 0.0),
            (9.0, 9.0),
            (6.0, 9.0),
            (6.0, 3.0),
            (3.0, 3.0),
            (3.0, 9.0),
            (0.0, 9.0),
        ]
        .map(|(east, north)| at(east * 100.0, north * 100.0));
        let mut outline = horseshoe.to_vec();
        for _ in 0..2 {
            for inside in [(150.0, 150.0), (150.0, 600.0), (750.0, 600.0)] {
                assert!(contains(&outline, at(inside.0, inside.1)), "{inside:?}");
            }
            for outside in [(450.0, 600.0), (-50.0, 450.0), (950.0, 450.0), (450.0, -50.0)] {
                assert!(!contains(&outline, at(outside.0, outside.1)), "{outside:?}");
            }
            outline.reverse();
        }
    }
}
