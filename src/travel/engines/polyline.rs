//! Lines of points as short texts.

use crate::model::place::Coordinate;

/// The points of an encoded polyline of six decimals, or `None` when it is none.
///
/// # Source
/// Google, *Encoded Polyline Algorithm Format*; with 10⁻⁶ instead of 10⁻⁵ degrees, as both engines
/// write it.
pub(crate) fn decode(text: &str) -> Option<Vec<Coordinate>> {
    let (mut bytes, mut points) = (text.bytes(), Vec::new());
    let (mut latitude, mut longitude) = (0_i64, 0_i64);
    while bytes.len() != 0 {
        latitude += number(&mut bytes)?;
        longitude += number(&mut bytes)?;
        #[expect(clippy::cast_precision_loss, reason = "far beyond the globe is refused anyway")]
        let degrees = |micro: i64| micro as f64 / 1e6;
        points.push(Coordinate::from_degrees(degrees(latitude), degrees(longitude)).ok()?);
    }
    Some(points)
}

/// One number: groups of five bits, the lowest first, its sign in the last bit.
fn number(bytes: &mut impl Iterator<Item = u8>) -> Option<i64> {
    let mut value = 0;
    // Half the way around the Earth needs 29 bits and the sign: six groups.
    for group in 0..6 {
        let bits = i64::from(bytes.next()?.checked_sub(63).filter(|bits| *bits < 64)?);
        value |= (bits & 31) << (5 * group);
        if bits & 32 == 0 {
            return Some(if value & 1 == 0 { value >> 1 } else { !(value >> 1) });
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::model::place::Coordinate;
    use crate::travel::engines::polyline::decode;

    /// As Google's page says it: shift left, invert what is negative, five bits at a time.
    fn encode(points: &[Coordinate]) -> String {
        let mut text = String::new();
        let mut last = [0, 0];
        for point in points {
            let now = [point.latitude_micro, point.longitude_micro].map(i64::from);
            for axis in 0..2 {
                let step = now[axis] - last[axis];
                let mut rest = if step < 0 { !(step << 1) } else { step << 1 };
                while 32 <= rest {
                    text.push(char::from(u8::try_from((rest & 31) + 32 + 63).unwrap()));
                    rest >>= 5;
                }
                text.push(char::from(u8::try_from(rest + 63).unwrap()));
            }
            last = now;
        }
        text
    }

    #[test]
    fn the_example_of_its_inventor_is_read() {
        // Three points at five decimals: at six they are a tenth of them.
        let points = decode("_p~iF~ps|U_ulLnnqC_mqNvxq`@").unwrap();
        let micro = points.iter().map(|point| (point.latitude_micro, point.longitude_micro));
        let expected =
            [(3_850_000, -12_020_000), (4_070_000, -12_095_000), (4_325_200, -12_645_300)];
        assert_eq!(micro.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn what_is_no_line_is_none() {
        for text in ["_", "_p~iF", "é", "\u{1}\u{1}", "______________", "~~~~~~~~~~", "_oov}D?"] {
            assert_eq!(decode(text), None, "{text:?}");
        }
        assert_eq!(decode(""), Some(vec![]));
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(
            degrees in prop::collection::vec((-90.0..=90.0, -180.0..=180.0_f64), 0..20),
        ) {
            let points: Vec<Coordinate> = degrees
                .into_iter()
                .map(|(latitude, longitude)| Coordinate::from_degrees(latitude, longitude).unwrap())
                .collect();
            prop_assert_eq!(decode(&encode(&points)), Some(points));
        }

        #[test]
        fn no_text_ends_in_a_panic(text in ".*") {
            drop(decode(&text));
        }
    }
}
