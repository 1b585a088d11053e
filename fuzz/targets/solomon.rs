//! An instance in Solomon's format.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(benchmark) = punctual::formats::solomon::read("fuzz.txt", text, None) {
        punctual_fuzz::examine_instance(&benchmark);
    }
});
