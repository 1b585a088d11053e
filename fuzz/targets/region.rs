//! The files of a region.
#![no_main]

use libfuzzer_sys::fuzz_target;

const FILES: [&str; 4] = ["region.toml", "stores.csv", "pickers.csv", "couriers.csv"];

fuzz_target!(|text: &str| {
    let folder = punctual_fuzz::folder(&FILES, text);
    if let Err(error) = punctual::settings::read(folder.path()) {
        assert!(!error.to_string().is_empty());
    }
});
