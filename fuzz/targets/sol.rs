//! A published solution.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use punctual::formats::benchmark::Benchmark;

static INSTANCE: LazyLock<Benchmark> = LazyLock::new(punctual_fuzz::rich_instance);

fuzz_target!(|text: &str| {
    punctual_fuzz::examine_solution(&INSTANCE, text);
});
