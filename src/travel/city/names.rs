//! What streets are called.

/// What gave the streets their names.
const WORDS: [&str; 56] = [
    "Alder", "Anchor", "Apple", "Baker", "Barley", "Beech", "Bell", "Birch", "Bridge", "Brook",
    "Candle", "Canal", "Cedar", "Chapel", "Cherry", "Clover", "Copper", "Crane", "Elm", "Falcon",
    "Fern", "Field", "Fisher", "Garden", "Glass", "Granite", "Harbor", "Hazel", "Heron", "Hill",
    "Holly", "Iris", "Ivy", "Juniper", "Kite", "Lark", "Lime", "Linden", "Maple", "Meadow", "Mill",
    "Mint", "Oak", "Orchard", "Pine", "Poplar", "Quarry", "Rose", "Rowan", "Saddler", "Spring",
    "Swan", "Tanner", "Thistle", "Weaver", "Willow",
];
/// What kind of street it is.
const KINDS: [&str; 8] = ["Street", "Road", "Way", "Row", "Lane", "Walk", "Drive", "Place"];
/// Streets one after another have words far apart: a number without a factor in common with theirs.
const STRIDE: usize = 23;

/// The name of a small street, by number; after some hundred they come again.
pub(crate) fn small_street(number: usize) -> String {
    let word = WORDS[number * STRIDE % WORDS.len()];
    format!("{word} {}", KINDS[number / WORDS.len() % KINDS.len()])
}

/// The name of a main street out of the city, by number.
pub(crate) fn main_street(number: usize) -> String {
    format!("{} Avenue", WORDS[(number * STRIDE + 5) % WORDS.len()])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::travel::city::names::small_street;

    #[test]
    fn hundreds_of_streets_have_names_of_their_own() {
        let names: BTreeSet<String> = (0..448).map(small_street).collect();
        assert_eq!(names.len(), 448);
    }
}
