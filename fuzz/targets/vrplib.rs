//! An instance in VRPLIB's format.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(benchmark) = punctual::formats::vrplib::read("fuzz.vrp", text, None) {
        punctual_fuzz::examine_instance(&benchmark);
    }
});
