//! A table of distances in an instance that is otherwise right.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let text = format!(
        "TYPE: VRPTW\nDIMENSION: 3\nEDGE_WEIGHT_TYPE: EXPLICIT\nCAPACITY: 9\n\
        EDGE_WEIGHT_FORMAT: FULL_MATRIX\nDEMAND_SECTION\n1 0\n2 4\n3 5\n\
        EDGE_WEIGHT_SECTION\n{text}\n"
    );
    if let Ok(benchmark) = punctual::formats::vrplib::read("fuzz.txt", &text, None) {
        punctual_fuzz::examine_instance(&benchmark);
    }
});
