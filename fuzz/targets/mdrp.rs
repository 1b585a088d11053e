//! A recorded order day.
#![no_main]

use libfuzzer_sys::fuzz_target;

const FILES: [&str; 4] =
    ["restaurants.txt", "orders.txt", "couriers.txt", "instance_parameters.txt"];

fuzz_target!(|text: &str| {
    let folder = punctual_fuzz::folder(&FILES, text);
    if let Err(error) = punctual::formats::mdrp::MdrpDay::read(folder.path()) {
        assert!(!error.to_string().is_empty());
    }
});
